"""What each type of value accepts in a file, and the cattrs converter that is made of it.

Nothing is coerced: a number is not a text, a day is not an instant, a bare number is not a
quantity. A hook refuses with a :class:`~cisterna.errors.TherapyError` whose fault has no place yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from typing import Any, Literal, get_args, get_origin
from unicodedata import bidirectional, category

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from cisterna.errors import Fault, InputError, TherapyError
from cisterna.therapy.patient import Dated
from cisterna.therapy.wording import instant_faults, quoted, unknown
from cisterna.units import (
    BodyWeight,
    Concentration,
    DailyDose,
    Fraction,
    HourlyRate,
    Length,
    Quantity,
    Volume,
    convert,
)

__all__ = ["CONVERTER", "WORDS", "not_a_table"]

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

_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

_Hook = Callable[[Any, Any], Any]


def not_a_table(where: str, value: object) -> Fault:
    """The fault of something else where a table is due."""
    return Fault(
        where=where, found=quoted(value), allowed="a table of keys and values", remedy="write it as a table"
    )


def _refuse(value: object, type_: type, remedy: str = "") -> TherapyError:
    return TherapyError(
        Fault(
            where="",
            found=quoted(value),
            allowed=WORDS[type_],
            remedy=remedy or f"write {WORDS[type_]}",
        )
    )


def _is_hidden(sign: str) -> bool:
    """Whether a sign could disguise a text: a control sign, or one that turns the direction of others."""
    return (category(sign) == "Cc" and sign not in "\n\t") or bidirectional(sign) in _DIRECTIONS


def _text(value: object, _: object) -> str:
    if not isinstance(value, str):
        raise _refuse(value, str, "put it in quotes")
    hidden = sorted({f"U+{ord(sign):04X}" for sign in value if _is_hidden(sign)})
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


def _truth(value: object, _: object) -> bool:
    if not isinstance(value, bool):
        raise _refuse(value, bool)
    return value


def _whole(value: object, _: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not abs(value) < _LARGEST:
        raise _refuse(value, int)
    return value


def _number(value: object, _: object) -> float:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return float(value)
    if not isinstance(value, float) or not abs(value) < float("inf"):
        raise _refuse(value, float, "write a finite number, without quotes")
    return value


def _instant(value: object, _: object) -> datetime:
    if not isinstance(value, datetime):
        raise _refuse(value, datetime, "write day, time and offset, without quotes")
    faults = tuple(instant_faults("", value))
    if faults:
        raise TherapyError(*faults)
    return value


def _day(value: object, _: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _refuse(value, date, "write the day alone, without quotes")
    return value


def _time(value: object, _: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        raise _refuse(value, time, "write hours and minutes from '00:00' to '23:59'")
    return time.fromisoformat(value)


def _choice(value: object, type_: Any) -> object:
    choices = get_args(type_)
    if not isinstance(value, str) or value not in choices:
        raise TherapyError(unknown("", value, choices))
    return value


# ------------------------------------------------------------------------------- quantities


def _quantity(value: object, cls: type[Quantity]) -> Quantity:
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


def _number_or_text(value: object, type_: object) -> float | str:
    return value if isinstance(value, str) else _number(value, type_)


def _fault_amount(value: object, _: object) -> Fraction | Volume | Concentration | str:
    """A fault's amount as what it looks like; the event knows which of them it must be."""
    if not isinstance(value, str):
        raise _refuse(value, str, "write a quantity with its unit, or a word, in quotes")
    amounts: tuple[type[Fraction | Volume | Concentration], ...] = (Fraction, Volume, Concentration)
    for quantity in amounts:
        try:
            return quantity.parse(value)
        except InputError:
            continue
    return value


def _one_or_dated(quantity: type[Quantity]) -> _Hook:
    dated = tuple[Dated[quantity], ...]  # type: ignore[valid-type]  # made for each quantity at run time

    def structure(value: object, _: object) -> object:
        return CONVERTER.structure(value, dated) if isinstance(value, list) else _quantity(value, quantity)

    return structure


# ----------------------------------------------------------------------------- the converter


def _new_table(value: object, _: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TherapyError(not_a_table("", value))
    return value


def _table_hook(cls: Any, converter: Converter) -> _Hook:
    renamed: Any = {
        field.name: override(rename=field.name.rstrip("_"))
        for field in fields(_shape(cls))
        if field.name.endswith("_")
    }
    structure: Any = make_dict_structure_fn(cls, converter, **renamed)

    def hook(value: object, type_: Any) -> object:
        if not isinstance(value, dict):
            raise TherapyError(not_a_table("", value))
        return structure(value, type_)

    return hook


def _list_hook(type_: Any, converter: Converter) -> _Hook:
    entries: Any = list[get_args(type_)[0]]  # type: ignore[misc]  # the type of an entry is known at run time

    def hook(value: object, _: object) -> object:
        if not isinstance(value, list):
            raise TherapyError(
                Fault(where="", found=quoted(value), allowed="a list", remedy="put it in square brackets")
            )
        return tuple(converter.structure(value, entries))

    return hook


_PLAIN: dict[type, _Hook] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _number,
    datetime: _instant,
    date: _day,
    time: _time,
}
_UNIONS: tuple[tuple[Any, _Hook], ...] = (
    (float | str, _number_or_text),
    (Fraction | Volume | Concentration | str | None, _fault_amount),
    (dict[str, Any] | None, _new_table),
    (BodyWeight | tuple[Dated[BodyWeight], ...] | None, _one_or_dated(BodyWeight)),
    (Length | tuple[Dated[Length], ...] | None, _one_or_dated(Length)),
)


def _shape(type_: Any) -> Any:
    """The class of a generic one, else the type itself."""
    return get_origin(type_) or type_


def _made() -> Converter:
    # A hook of a class serves its subclasses too: a quantity would be read as a float, an instant as a
    # day. Each class therefore has a hook of its own.
    converter: Any = Converter(detailed_validation=True, forbid_extra_keys=True)
    converter.register_structure_hook_factory(lambda type_: is_dataclass(_shape(type_)), _table_hook)
    converter.register_structure_hook_factory(lambda type_: _shape(type_) is tuple, _list_hook)
    converter.register_structure_hook_func(lambda type_: _shape(type_) is Literal, _choice)
    for class_, hook in (_PLAIN | dict.fromkeys(Quantity.__subclasses__(), _quantity)).items():
        converter.register_structure_hook(class_, hook)
    for union, hook in _UNIONS:
        converter.register_structure_hook_func(lambda type_, union=union: type_ == union, hook)
    return converter  # type: ignore[no-any-return]  # the types of cattrs know classes, not unions


CONVERTER = _made()
"""Makes the frozen values of a therapy out of the tables of a parsed file."""
