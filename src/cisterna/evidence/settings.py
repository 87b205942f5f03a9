"""The numbers of the evidence with the overrides of one therapy or site laid over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cisterna.errors import EvidenceError, Fault, UnitError
from cisterna.evidence.numbers import Number, names, number, unknown_name
from cisterna.units import convert, decimal_text, plain_number

__all__ = ["Settings"]

_RANGE = re.compile(r"(?:(?P<low>\S+) to|at least (?P<least>\S+)|at most (?P<most>\S+))\s+(?P<rest>.+)")


@dataclass(frozen=True)
class Settings:
    """A view of the evidence in which some settable numbers have another value.

    >>> Settings().value("ke0", "1/h")
    0.13
    >>> Settings.of({"ke0": "0.2 1/h"}).value("ke0", "1/h")
    0.2
    >>> Settings.of({"titration_step_spinal": "10 to 20 %"}).number("titration_step_spinal").shown()
    '10 to 20 %'
    """

    overrides: Mapping[str, Number] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Settings:
        """Settings from texts such as ``{"ke0": "0.13 1/h"}``.

        A published range is set by a range (``"5 to 20 %"``). Raises
        :class:`~cisterna.errors.EvidenceError` that lists each unknown name, number that may not be
        set, missing or wrong unit, and value outside what is possible.
        """
        overrides: dict[str, Number] = {}
        faults: list[Fault] = []
        for name, text in texts.items():
            try:
                overrides[name] = _override(name, text)
            except EvidenceError as error:
                faults.extend(error.faults)
        if faults:
            raise EvidenceError(*faults)
        return cls(overrides)

    def number(self, name: str) -> Number:
        """The number as it holds here."""
        return self.overrides.get(name) or number(name)

    def value(self, name: str, unit: str) -> float:
        """The value as it holds here, in ``unit``."""
        return self.number(name).in_unit(unit)


def _override(name: str, text: object) -> Number:
    where = f"parameters.{name}"
    if name not in names():
        raise EvidenceError(unknown_name(name, names()).at(where))
    published = number(name)
    if not published.settable:
        raise EvidenceError(
            Fault(
                where=where,
                found="an override",
                allowed="an override of a settable number",
                remedy=f"leave it out; {name} is fixed at {published.shown()}",
            )
        )
    try:
        amounts = _amounts(text, published)
    except UnitError:
        raise EvidenceError(_expected(text, published).at(where)) from None
    low, value, high = (amounts.get(part, getattr(published, part)) for part in ("low", "value", "high"))
    if "value" not in amounts and not _in_order(low, value, high):
        raise EvidenceError(
            Fault(
                where=where,
                found=repr(text),
                allowed=f"a range around {published.shown()}",
                remedy=f"set the value {published.shown()} or write a wider range",
            )
        )
    source = f"set in the therapy; published: {published.source}"
    return replace(published, low=low, value=value, high=high, source=source)


def _in_order(*amounts: float | None) -> bool:
    stated = [amount for amount in amounts if amount is not None]
    return stated == sorted(stated)


def _amounts(text: object, published: Number) -> dict[str, float]:
    """What ``text`` sets: a value, or the ends of a range that the published number has too."""
    if not isinstance(text, str):
        raise UnitError(_expected(text, published))
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        parts = {"value": text}
    elif match["low"] is not None:
        unit = match["rest"].split(maxsplit=1)[-1]
        parts = {"low": f"{match['low']} {unit}", "high": match["rest"]}
    else:
        end, bound = ("low", match["least"]) if match["least"] else ("high", match["most"])
        parts = {end: f"{bound} {match['rest']}"}
    settable = {"value"} if match is None else {"low", "high"}
    if parts.keys() != {part for part in settable if getattr(published, part) is not None}:
        raise UnitError(_expected(text, published))
    return {part: _amount(written, published) for part, written in parts.items()}


def _amount(text: str, published: Number) -> float:
    written, _, unit = text.strip().partition(" ")
    value = convert(plain_number(written), "".join(unit.split()), published.unit)
    published_least = min(amount for amount in (published.value, published.low, 0.0) if amount is not None)
    if value < 0 <= published_least:
        raise UnitError(_expected(text, published))
    _check_distance(value, text, published)
    return value


def _check_distance(value: float, text: str, published: Number) -> None:
    """Refuse what lies so far from the published number that the unit must be wrong."""
    factor = number("plausible_override_factor").in_unit("ratio")
    stated = [abs(end) for end in (published.value, published.low, published.high) if end]
    if value and stated and not min(stated) / factor <= abs(value) <= max(stated) * factor:
        raise EvidenceError(
            Fault(
                where=f"parameters.{published.name}",
                found=repr(text),
                allowed=f"a number within a factor of {decimal_text(factor)} of {published.shown()}",
                remedy="check the unit and the decimal point",
            )
        )


def _expected(text: object, published: Number) -> Fault:
    sign = "" if (published.value or 0) < 0 or (published.low or 0) < 0 else ", not negative"
    what = "a number" if published.value is not None else "a range"
    return Fault(
        where=published.name,
        found=repr(text),
        allowed=f"{what} with a unit like {published.unit}{sign}",
        remedy=f"write for example '{published.shown()}'",
    )
