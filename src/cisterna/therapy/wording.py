"""How the faults of a therapy are worded, once for reading, for events and for whole therapies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from difflib import get_close_matches

from cisterna.errors import Fault
from cisterna.therapy.levels import LEVELS
from cisterna.units import Quantity, decimal_text

__all__ = [
    "blank",
    "instant_faults",
    "near",
    "not_later",
    "not_positive",
    "number_text",
    "quoted",
    "time_faults",
    "unknown",
    "unknown_level",
]

_LONGEST = 60


def quoted(value: object) -> str:
    """What was found, as the writer of a file would recognise it; long values are cut."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Quantity):
        return f"'{value.shown()}'"
    if isinstance(value, float):
        return number_text(value)
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def number_text(value: float) -> str:
    """A number without its trailing zeros.

    >>> number_text(3.0)
    '3'
    """
    return decimal_text(value) if abs(value) < float("inf") else str(value)


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant.

    >>> near("Flex", ["flex", "periodic-bolus"])
    'flex'
    """
    by_lower = {entry.lower(): entry for entry in known}
    spelled = name.strip().lower().replace("_", "-")
    if name.strip().lower() in by_lower:
        return by_lower[name.strip().lower()]
    found = get_close_matches(name.strip().lower(), by_lower, n=1, cutoff=0.6) or get_close_matches(
        spelled, by_lower, n=1, cutoff=0.6
    )
    return by_lower[found[0]] if found else None


def unknown(where: str, name: object, known: Iterable[str], remedy: str = "choose one of these") -> Fault:
    """The fault of a name that is none of those known; the near one is suggested."""
    known = tuple(known)
    meant = near(name, known) if isinstance(name, str) else None
    return Fault(
        where=where,
        found=quoted(name),
        allowed=", ".join(known),
        remedy=f"did you mean '{meant}'?" if meant else remedy,
    )


def unknown_level(where: str, level: str) -> Iterator[Fault]:
    """A fault where ``level`` is no vertebral level."""
    if level not in LEVELS:
        yield unknown(where, level, reversed(LEVELS), "name a vertebral level, for example 'T10'")


def not_positive(where: str, quantity: Quantity | None, remedy: str) -> Iterator[Fault]:
    """A fault where the quantity is stated and is nothing at all."""
    if quantity is not None and quantity <= 0:
        yield Fault(
            where=where,
            found=quoted(quantity),
            allowed=f"{quantity.what} above 0 {quantity.unit}",
            remedy=remedy,
        )


def blank(where: str, text: str | None, remedy: str) -> Iterator[Fault]:
    """A fault where the text is stated and says nothing."""
    if text is not None and not any(character.isalnum() for character in text):
        yield Fault(where=where, found=quoted(text), allowed="words or a number", remedy=remedy)


def instant_faults(where: str, at: datetime) -> Iterator[Fault]:
    """The faults of a date and time that should be an instant."""
    offset = at.utcoffset()
    if offset is None:
        yield Fault(
            where=where,
            found=f"{at.isoformat()}, a time without a zone",
            allowed="a date and time with its offset from UTC",
            remedy="add the offset that the clocks of the place showed, "
            "for example 2026-03-02T09:00:00+01:00 in Madrid in winter",
        )
    elif offset.seconds % 60 or offset.microseconds:
        yield Fault(
            where=where,
            found=at.isoformat(),
            allowed="an offset from UTC of whole minutes",
            remedy="correct the offset",
        )


def not_later(where: str, until: datetime | None, at: datetime) -> Iterator[Fault]:
    """The faults of an end, if stated, that must come after the instant ``at``."""
    if until is None:
        return
    wrong = tuple(instant_faults(where, until))
    yield from wrong
    if not wrong and at.utcoffset() is not None and until <= at:
        yield Fault(
            where=where,
            found=until.isoformat(),
            allowed=f"an instant after {at.isoformat()}",
            remedy="correct the one that is wrong",
        )


def time_faults(where: str, clock: time) -> Iterator[Fault]:
    """The faults of a time of day: it has whole seconds and no offset."""
    if clock.microsecond or clock.tzinfo is not None:
        yield Fault(
            where=where,
            found=clock.isoformat(),
            allowed="a time of day in hours, minutes and whole seconds, without offset",
            remedy="write for example '06:30'",
        )
