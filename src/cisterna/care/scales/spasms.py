"""The Penn spasm scale: how often spasms come, and how severe they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import checked, in_range
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.evidence import number

__all__ = ["Spasms", "spasms"]

PENN = ScaleVersion(
    scale="penn", title="Penn spasm frequency and severity", version=None, source="NINDS F1765"
)


@dataclass(frozen=True, kw_only=True)
class Spasms:
    """Frequency 0 to 4, and severity 1 to 3 where there are spasms."""

    frequency: int = field(metadata=told("frequency"))
    severity: int | None = field(metadata=told("severity"))


def spasms(frequency: int, severity: int | None = None) -> Score[Spasms]:
    """Frequency and severity as reported; severity is asked only where the frequency is above 0.

    Raises :class:`~cisterna.errors.InputError` for a value off its scale and for a severity of spasms that
    do not occur.

    >>> spasms(3, 2).value
    Spasms(frequency=3, severity=2)
    """
    checked(_faults(frequency, severity))
    return scored(
        PENN,
        Spasms(frequency=frequency, severity=severity),
        formula="two answers of the patient or carer, not added",
        inputs={"frequency": frequency, "severity": severity},
        reasons=_reasons(frequency, severity),
        numbers=(number("penn_frequency_range"), number("penn_severity_range")),
    )


def _faults(frequency: int, severity: int | None) -> Iterator[Fault]:
    yield from in_range("frequency", frequency, number("penn_frequency_range"))
    if severity is None:
        return
    yield from in_range("severity", severity, number("penn_severity_range"))
    if frequency == 0:
        yield Fault(
            where="severity",
            found=f"{severity} with a frequency of 0",
            allowed="a severity only where the frequency is above 0",
            remedy="leave the severity out, or correct the frequency",
        )


def _reasons(frequency: int, severity: int | None) -> Iterator[Reason]:
    asked = number("penn_severity_range")
    if frequency == 0:
        yield Reason.on(asked, "Without spasms their severity is not asked.", about="severity")
    elif severity is None:
        yield Reason.on(
            asked, "The severity was not given, though the frequency is above 0.", about="severity"
        )
