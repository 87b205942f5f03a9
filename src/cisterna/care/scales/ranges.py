"""The ranges of scales, and how a value that a scale does not have is refused: once for all scales.

``where`` is the name of the parameter; the command line turns it into the option.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cisterna.errors import Fault, InputError
from cisterna.evidence import Number
from cisterna.units import decimal_text

__all__ = ["NOT_ASSESSED", "checked", "checked_parts", "in_range", "low_and_high", "one_of", "span"]

NOT_ASSESSED = "not-assessed"
"""How a missing value is written: it is never a number, whatever a registry codes it as."""


def checked(faults: Iterable[Fault]) -> None:
    """Raise :class:`~cisterna.errors.InputError` with ``faults``, if there is one."""
    found = tuple(faults)
    if found:
        raise InputError(*found)


def low_and_high(number: Number) -> tuple[float, float]:
    """The ends of a published range of scores.

    >>> from cisterna.evidence import number
    >>> low_and_high(number("penn_severity_range"))
    (1.0, 3.0)
    """
    return number.low_in(number.unit), number.high_in(number.unit)


def span(number: Number) -> str:
    """A published range of scores as people write it, without a unit that says no more.

    >>> from cisterna.evidence import number
    >>> span(number("penn_severity_range"))
    '1 to 3'
    """
    low, high = low_and_high(number)
    return f"{decimal_text(low)} to {decimal_text(high)}"


def in_range(where: str, value: float, number: Number, *, whole: bool = True) -> Iterator[Fault]:
    """The fault of a value outside the range that ``number`` states, or not whole where it must be.

    >>> from cisterna.evidence import number
    >>> [fault.allowed for fault in in_range("frequency", 5, number("penn_frequency_range"))]
    ['a whole number from 0 to 4 (frequency of spasms, Penn; NINDS F1765)']
    """
    low, high = low_and_high(number)
    if low <= value <= high and (not whole or float(value).is_integer()):
        return
    kind = "a whole number" if whole else "a number"
    yield Fault(
        where=where,
        found=_shown(value),
        allowed=f"{kind} from {span(number)} ({number.text}; {number.source})",
        remedy=f"correct it, for example to {decimal_text(low)}",
    )


def one_of(
    where: str, value: str, known: Sequence[str], remedy: str = "choose one of these"
) -> Iterator[Fault]:
    """The fault of a name or grade that is none of ``known``."""
    if value not in known:
        yield Fault(where=where, found=f"'{value}'", allowed=", ".join(known), remedy=remedy)


def checked_parts(
    where: str, given: Mapping[str, int | None], names: Sequence[str], number: Number
) -> dict[str, int | None]:
    """The parts of a scale in the order of ``names``, each given once; ``None`` is not assessed.

    Raises :class:`~cisterna.errors.InputError` for an unknown name, a value off the range of ``number``
    and for names that are left out.
    """
    checked(_faults_of_parts(where, given, names, number))
    return {name: given[name] for name in names}


def _faults_of_parts(
    where: str, given: Mapping[str, int | None], names: Sequence[str], number: Number
) -> Iterator[Fault]:
    for name, value in given.items():
        yield from one_of(where, name, names)
        if name in names and value is not None:
            yield from (_of(name, fault) for fault in in_range(where, value, number))
    missing = [name for name in names if name not in given]
    if missing and set(given) <= set(names):
        yield Fault(
            where=where,
            found=f"nothing for {', '.join(missing)}",
            allowed=f"each of {', '.join(names)} once",
            remedy=f"add what is missing; write {NOT_ASSESSED} for what was not assessed",
        )


def _of(name: str, fault: Fault) -> Fault:
    return Fault(
        where=fault.where,
        found=f"{name}={fault.found}",
        allowed=f"{fault.allowed}, or {NOT_ASSESSED}",
        remedy=fault.remedy,
    )


def _shown(value: float) -> str:
    return decimal_text(value) if abs(value) < float("inf") else str(value)
