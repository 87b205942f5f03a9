"""Options read from text into values; every refusal names the option."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from cisterna.errors import Fault, InputError, UnitError
from cisterna.units import Quantity

__all__ = ["read_instant", "read_quantity"]

Q = TypeVar("Q", bound=Quantity)


def read_instant(text: str, option: str) -> datetime:
    """An instant with its zone, as ``2026-12-01T08:00:00+01:00`` (or ``Z``).

    >>> read_instant("2026-12-01T08:00Z", "--until").isoformat()
    '2026-12-01T08:00:00+00:00'
    """
    try:
        instant: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InputError(
            Fault(
                where=option,
                found=f"'{text}'" + ("" if instant is None else " without a zone"),
                allowed="a date and time with its zone",
                remedy="write for example '2026-12-01T08:00:00+01:00'",
            )
        )
    return instant


def read_quantity(text: str, of: type[Q], option: str) -> Q:
    """A quantity with its unit.

    >>> from cisterna.units import Duration
    >>> read_quantity("15 min", Duration, "--every")
    0.25
    """
    try:
        return of.parse(text)
    except UnitError as error:
        raise InputError(*(fault.at(option) for fault in error.faults)) from None
