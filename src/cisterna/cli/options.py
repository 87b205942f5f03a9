"""Options read from text into values; every refusal names the option."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import TypeVar

from cisterna.errors import Fault, InputError, UnitError
from cisterna.units import Quantity, decimal_text, plain_number

__all__ = [
    "naming_options",
    "read_date",
    "read_decimal",
    "read_if",
    "read_instant",
    "read_list",
    "read_parts",
    "read_quantity",
    "read_range",
    "read_two",
    "read_whole",
]

Q = TypeVar("Q", bound=Quantity)
T = TypeVar("T")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEXT_PART = re.compile(r"[,\s]+(?=[^=,\s]+=)")


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
        quantity = of.parse(text)
    except UnitError as error:
        raise InputError(*(fault.at(option) for fault in error.faults)) from None
    _check_magnitude(quantity, text, option)
    return quantity


def _check_magnitude(quantity: Quantity, text: str, option: str) -> None:
    """Refuse what is so large or so small that no quantity of a patient can be meant."""
    from cisterna.evidence import number

    bounds = number("plausible_magnitude")
    low, high = bounds.low_in("1"), bounds.high_in("1")
    if quantity and not low <= abs(quantity) <= high:
        raise InputError(
            Fault(
                where=option,
                found=f"'{text}'",
                allowed=f"{quantity.what} of 0, or from {decimal_text(low)} to {decimal_text(high)} "
                f"{quantity.unit}",
                remedy=f"check the number, for example '{quantity.example}'",
            )
        )


def read_if(text: str | None, of: type[Q], option: str) -> Q | None:
    """A quantity with its unit, or ``None`` where the option was left out.

    >>> from cisterna.units import Volume
    >>> read_if("2 mL", Volume, "--alarm-volume"), read_if(None, Volume, "--alarm-volume")
    (2.0, None)
    """
    return None if text is None else read_quantity(text, of, option)


def read_range(text: str | None, of: type[Q], option: str) -> tuple[Q, Q] | None:
    """Two quantities with two points between them, as ``7d..10d``; ``None`` where it was left out.

    >>> from cisterna.units import Fraction
    >>> read_range("5%..15%", Fraction, "--step")
    (5.0, 15.0)
    """
    if text is None:
        return None
    low, points, high = text.partition("..")
    if not points:
        raise InputError(
            Fault(
                where=option,
                found=f"'{text}'",
                allowed="two values with '..' between them, each with its unit",
                remedy=f"write for example '{of.example}..{of.example}'",
            )
        )
    return read_quantity(low, of, option), read_quantity(high, of, option)


def read_date(text: str, option: str) -> date:
    """A day, as ``2026-03-31``.

    >>> read_date("2026-03-31", "--filled-on")
    datetime.date(2026, 3, 31)
    """
    with suppress(ValueError):
        if _DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    raise InputError(
        Fault(
            where=option,
            found=f"'{text}'",
            allowed="a day of the calendar as year-month-day",
            remedy="write for example '2026-03-31'",
        )
    )


@contextmanager
def naming_options() -> Iterator[None]:
    """Turn the parameter that a fault names into the option by which it came: ``at_5m`` into ``--at-5m``."""
    try:
        yield
    except InputError as error:
        raise InputError(*(fault.at(_option(fault.where)) for fault in error.faults)) from None


def _option(where: str) -> str:
    return where if where.startswith("-") else f"--{where.replace('_', '-')}"


def read_decimal(text: str, option: str) -> float:
    """A number that has no unit, such as a score.

    >>> read_decimal("2.5", "--total")
    2.5
    """
    try:
        return plain_number(text.strip())
    except UnitError as error:
        raise InputError(*(fault.at(option) for fault in error.faults)) from None


def read_whole(text: str, option: str) -> int:
    """A whole number that has no unit.

    >>> read_whole("3", "--total")
    3
    """
    with suppress(UnitError):
        value = plain_number(text.strip())
        if value.is_integer():
            return int(value)
    raise InputError(
        Fault(where=option, found=f"'{text}'", allowed="a whole number", remedy="write for example '3'")
    )


def read_list(text: str, option: str, read: Callable[[str, str], T]) -> tuple[T, ...]:
    """Values separated by commas, each read by ``read``.

    >>> read_list("-1,0,1", "--outcomes", read_whole)
    (-1, 0, 1)
    """
    return tuple(read(part.strip(), option) for part in text.split(","))


def read_two(text: str, option: str, names: str = "BEFORE,AFTER") -> tuple[float, float]:
    """Exactly two numbers separated by a comma, called ``names`` where there are not two.

    >>> read_two("3.2,5.4", "--performance")
    (3.2, 5.4)
    """
    values = read_list(text, option, read_decimal)
    if len(values) != 2:
        raise InputError(
            Fault(
                where=option,
                found=f"'{text}'",
                allowed=f"two numbers, {names}",
                remedy="write two numbers with a comma between them",
            )
        )
    return values[0], values[1]


def read_parts(texts: Iterable[str], option: str, also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Parts as ``NAME=VALUE``, one or several with commas in a text; names in lower case.

    ``also`` gives other names that people write. A value may hold commas of its own. Refuses a name that
    comes twice.

    >>> read_parts(["hip=2,knee=1", "STJ=0"], "--joint", {"stj": "subtalar"})
    {'hip': '2', 'knee': '1', 'subtalar': '0'}
    >>> read_parts(["A=51,17,0,B=40,20,0"], "--dimension")
    {'a': '51,17,0', 'b': '40,20,0'}
    """
    found: dict[str, str] = {}
    for part in (part for text in texts for part in _NEXT_PART.split(text.strip())):
        written, equals, value = part.partition("=")
        name = (also or {}).get(written.strip().lower(), written.strip().lower())
        if not (equals and name and value.strip()) or name in found:
            raise InputError(
                Fault(
                    where=option,
                    found=f"'{part}'" + (f", a second value for {name}" if name in found else ""),
                    allowed="NAME=VALUE, each name once",
                    remedy=f"write for example '{option} {name or 'NAME'}=1'",
                )
            )
        found[name] = value.strip()
    return found
