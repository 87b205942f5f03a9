"""The numbers of the evidence with the overrides of one therapy or site laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cisterna.errors import EvidenceError, Fault, UnitError
from cisterna.evidence.numbers import Number, number, numbers, unknown_name
from cisterna.units import convert

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """A view of the evidence in which some settable numbers have another value.

    >>> Settings().value("ke0", "1/h")
    0.13
    >>> Settings.of({"ke0": "0.2 1/h"}).value("ke0", "1/h")
    0.2
    """

    overrides: Mapping[str, Number] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Settings:
        """Settings from texts such as ``{"ke0": "0.13 1/h"}``.

        Raises :class:`EvidenceError` that lists each unknown name, number that may not be set,
        missing or wrong unit, and value outside what is possible.
        """
        overrides: dict[str, Number] = {}
        faults: list[Fault] = []
        for name, text in texts.items():
            where = f"parameters.{name}"
            if name not in numbers():
                faults.append(unknown_name(name, numbers()).at(where))
                continue
            published = number(name)
            if not published.settable:
                faults.append(
                    Fault(
                        where=where,
                        found="an override",
                        allowed="an override of a settable number",
                        remedy=f"leave it out; {name} is fixed at {published.shown()}",
                    )
                )
                continue
            try:
                value = _value(text, published)
            except UnitError as error:
                faults.extend(fault.at(where) for fault in error.faults)
                continue
            overrides[name] = replace(
                published, value=value, source=f"set in the therapy; published: {published.source}"
            )
        if faults:
            raise EvidenceError(*faults)
        return cls(overrides)

    def number(self, name: str) -> Number:
        """The number as it holds here."""
        return self.overrides.get(name) or number(name)

    def value(self, name: str, unit: str) -> float:
        """The value as it holds here, in ``unit``."""
        return self.number(name).in_unit(unit)


def _value(text: object, published: Number) -> float:
    expected = Fault(
        where=published.name,
        found=repr(text),
        allowed=f"a number with a unit like {published.unit}, not negative",
        remedy=f"write for example '{published.shown()}'",
    )
    if not isinstance(text, str):
        raise UnitError(expected)
    parts = text.split(maxsplit=1)
    if len(parts) != 2:
        raise UnitError(expected)
    try:
        amount = float(parts[0])
        value = convert(amount, parts[1].replace(" ", ""), published.unit)
    except (ValueError, UnitError):
        raise UnitError(expected) from None
    if not 0 <= value < float("inf"):
        raise UnitError(expected)
    return value
