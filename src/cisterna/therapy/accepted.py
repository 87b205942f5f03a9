"""What each type of a single value accepts in a file.

Nothing is coerced: a number is not a text, a day is not an instant, a bare number is not a quantity.
What is not accepted is refused with a :class:`~cisterna.errors.TherapyError` whose fault has no place yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from unicodedata import bidirectional, category

from cisterna.errors import Fault, InputError, TherapyError
from cisterna.therapy.wording import instant_faults, quoted, unknown
from cisterna.units import (
    Concentration,
    DailyDose,
    Fraction,
    HourlyRate,
    Quantity,
    Volume,
    convert,
)

__all__ = [
    "PLAIN",
    "WORDS",
    "choice_of",
    "fault_amount",
    "is_hidden_sign",
    "list_of",
    "number_or_text",
    "quantity",
    "table_of",
]

WORDS: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a date and time with its offset, for example 2026-03-02T09:00:00+01:00",
    date: "a day, for example 2026-03-02",
    time: "a time of day, for example '06:30'",
}
"""What to write for a type, in words."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_LARGEST = 2**63  # TOML's own bound on whole numbers

_CONTROLS = {"Cc", "Cs"}  # Unicode's control characters, and halves of a pair
_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def table_of(value: object) -> dict[str, Any]:
    """A table, its values as they stand."""
    if not isinstance(value, dict):
        raise TherapyError(
            Fault(
                where="",
                found=quoted(value),
                allowed="a table of keys and values",
                remedy="write it as a table",
            )
        )
    return value


def list_of(value: object) -> list[Any]:
    """A list, its entries as they stand."""
    if not isinstance(value, list):
        raise TherapyError(
            Fault(where="", found=quoted(value), allowed="a list", remedy="put it in square brackets")
        )
    return value


def _refuse(value: object, type_: type, remedy: str = "") -> TherapyError:
    return TherapyError(
        Fault(
            where="",
            found=quoted(value),
            allowed=WORDS[type_],
            remedy=remedy or f"write {WORDS[type_]}",
        )
    )


def is_hidden_sign(sign: str) -> bool:
    r"""Whether a sign could disguise a text: a control sign, or one that turns the direction of others.

    >>> [is_hidden_sign(sign) for sign in ("\x00", "\u202e", "\n", "ž")]
    [True, True, False, False]
    """
    return (category(sign) in _CONTROLS and sign not in "\n\t") or bidirectional(sign) in _DIRECTIONS


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _refuse(value, str, "put it in quotes")
    hidden = sorted({f"U+{ord(sign):04X}" for sign in value if is_hidden_sign(sign)})
    if hidden:
        raise TherapyError(
            Fault(
                where="",
                found=f"text with the hidden characters {', '.join(hidden)}",
                allowed="text that shows what it is; control and direction signs can disguise it",
                remedy="type it again without them",
            )
        )
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _refuse(value, bool)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not abs(value) < _LARGEST:
        raise _refuse(value, int)
    return value


def _number(value: object) -> float:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return float(value)
    if not isinstance(value, float) or not abs(value) < float("inf"):
        raise _refuse(value, float, "write a finite number, without quotes")
    return value


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise _refuse(value, datetime, "write day, time and offset, without quotes")
    faults = tuple(instant_faults("", value))
    if faults:
        raise TherapyError(*faults)
    return value


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _refuse(value, date, "write the day alone, without quotes")
    return value


def _time(value: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        raise _refuse(value, time, "write hours and minutes from '00:00' to '23:59'")
    return time.fromisoformat(value)


def choice_of(choices: tuple[str, ...], value: object) -> str:
    """One of the ``choices``."""
    if not isinstance(value, str) or value not in choices:
        raise TherapyError(unknown("", value, choices))
    return value


# ------------------------------------------------------------------------------- quantities


def quantity(cls: type[Quantity], value: object) -> Quantity:
    """A quantity, written with its unit."""
    try:
        return cls.parse(value)
    except InputError as error:
        raise TherapyError(*(_with_hint(fault, value, cls) for fault in error.faults)) from None


_PER_OTHER_TIME: dict[type[Quantity], type[Quantity]] = {DailyDose: HourlyRate, HourlyRate: DailyDose}


def _with_hint(fault: Fault, value: object, cls: type[Quantity]) -> Fault:
    """The fault of a quantity; a dose per day where one per hour is due, or the reverse, is converted."""
    fault = fault.at("")
    other = _PER_OTHER_TIME.get(cls)
    if other is None:
        return fault
    try:
        meant = cls(convert(other.parse(value), other.unit, cls.unit))
    except InputError:
        return fault
    return Fault(
        where="",
        found=fault.found,
        allowed=fault.allowed,
        remedy=f"that would be '{meant.shown()}'; write it if it is meant",
    )


def number_or_text(value: object) -> float | str:
    """A number, or a text."""
    return value if isinstance(value, str) else _number(value)


def fault_amount(value: object) -> Fraction | Volume | Concentration | str:
    """A fault's amount as what it looks like; the event knows which of them it must be."""
    if not isinstance(value, str):
        raise _refuse(value, str, "write a quantity with its unit, or a word, in quotes")
    amounts: tuple[type[Fraction | Volume | Concentration], ...] = (Fraction, Volume, Concentration)
    for amount in amounts:
        try:
            return amount.parse(value)
        except InputError:
            continue
    return value


PLAIN: dict[Any, Callable[[object], Any]] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _number,
    datetime: _instant,
    date: _day,
    time: _time,
}
"""What reads each plain type. A subclass has its own: an instant is no day, a quantity no bare number."""
