"""From the tables of a parsed file to frozen values, with every fault found on the way.

What a table must hold stands in the fields of its value: names, types, defaults. Faults carry the key path
from ``path`` on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from cisterna.errors import Fault, InputError, TherapyError
from cisterna.therapy.accepted import (
    PLAIN,
    WORDS,
    choice_of,
    fault_amount,
    list_of,
    number_or_text,
    quantity,
    table_of,
)
from cisterna.therapy.events import EVENT_KINDS, Event
from cisterna.therapy.patient import Dated
from cisterna.therapy.wording import quoted, unknown
from cisterna.units import BodyWeight, Concentration, Fraction, Length, Quantity, Volume

__all__ = ["Unread", "event_of", "join", "structured"]

T = TypeVar("T")

_Reader = Callable[[object], Any]
_HELD_AGAINST_AT = {"until", "opened", "onset"}
_FIRST_KEY = re.compile(r'([A-Za-z0-9_-]+)|"(.*)"$')
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Unread:
    """The table of an event that could not be made; it still counts where its kind and instant are known."""

    table: Mapping[str, Any]

    @property
    def kind(self) -> str | None:
        """Its kind, where that is one."""
        kind = self.table.get("kind")
        return kind if isinstance(kind, str) and kind in EVENT_KINDS else None

    @property
    def at(self) -> datetime | None:
        """Its instant, where that is one."""
        at = self.table.get("at")
        return at if isinstance(at, datetime) and at.utcoffset() is not None else None

    @property
    def id(self) -> str | None:
        """Its id, where that is one."""
        name = self.table.get("id")
        return name if isinstance(name, str) else None


def join(path: str, key: str) -> str:
    """The key path of ``key`` below ``path``.

    >>> join("event[3]", "steps[1].rate")
    'event[3].steps[1].rate'
    """
    if not path or not key:
        return path or key
    return f"{path}{key}" if key.startswith("[") else f"{path}.{key}"


def structured(cls: type[T], value: object, path: str) -> T:
    """``value`` as a ``cls``; :class:`TherapyError` with every fault where it is none."""
    try:
        made: T = _reader(cls)(value)  # type: ignore[arg-type]  # every class can be a key
    except InputError as error:
        faults = list(error.faults)
    else:
        return made
    if isinstance(value, dict):
        faults.extend(_faults_of_the_rest(cls, value, faults))
    raise TherapyError(*(fault.at(join(path, fault.where)) for fault in faults))


def _faults_of_the_rest(cls: Any, table: dict[str, Any], told: Sequence[Fault]) -> Iterator[Fault]:
    """What a value would find wrong with itself if the keys that could not be read were right.

    A key that may be absent is left out, another gets a stand-in; where there is none, nothing can be
    said. Faults of keys that are held against a stand-in do not count.
    """
    wrong = {_first_key(fault.where) for fault in told}
    patched = {key: value for key, value in table.items() if key not in wrong}
    for key, entry in _keys(cls).items():
        if key in wrong and entry.default is MISSING:
            stand_in = _stand_in(_hints(cls)[entry.name], table.get(key))
            if stand_in is None:
                return
            patched[key] = stand_in
    unsure = wrong | (_HELD_AGAINST_AT if "at" in wrong else set())
    try:
        _reader(cls)(patched)
    except InputError as error:
        yield from (fault for fault in error.faults if _first_key(fault.where) not in unsure)


def _stand_in(type_: Any, written: object) -> object:
    """A right value for a required key: the example of a quantity, an instant without a zone as UTC."""
    if isinstance(written, datetime) and type_ is datetime:
        return written.replace(tzinfo=UTC)
    return getattr(type_, "example", None)


def _first_key(where: str) -> str:
    match = _FIRST_KEY.match(where)
    return match[1] or match[2] if match else ""


def event_of(table: object, path: str) -> Event:
    """The event that ``table`` writes; :class:`TherapyError` with every fault where it writes none.

    >>> event_of({"at": datetime.fromisoformat("2026-04-14T09:30:00+02:00"), "kind": "stop"}, "event[0]").kind
    'stop'
    """
    try:
        keys = table_of(table)
    except TherapyError as error:
        raise TherapyError(*(fault.at(path) for fault in error.faults)) from None
    kind = keys.get("kind")
    if not isinstance(kind, str) or kind not in EVENT_KINDS:
        if kind is None:
            raise TherapyError(_missing("kind", None).at(join(path, "kind")))
        raise TherapyError(unknown(join(path, "kind"), kind, EVENT_KINDS))
    rest = {key: value for key, value in keys.items() if key != "kind"}
    return structured(EVENT_KINDS[kind], rest, path)


# ------------------------------------------------------------------ what reads each type of value


@cache
def _reader(type_: Any) -> _Reader:
    """What makes a value of ``type_`` of what stands in a file, or refuses it."""
    shape = get_origin(type_) or type_
    known = _UNIONS.get(type_) or PLAIN.get(shape)
    if known is not None:
        return known
    if shape is Literal:
        return partial(choice_of, get_args(type_))
    if shape is tuple:
        return partial(_entries, _reader(get_args(type_)[0]))
    if shape in (UnionType, Union):
        return _reader(_the_other_than_none(type_))
    if is_dataclass(shape):
        return partial(_table, type_)
    return partial(quantity, type_)


def _the_other_than_none(type_: Any) -> Any:
    (other,) = (entry for entry in get_args(type_) if entry is not type(None))
    return other


def _one_or_dated(of: type[Quantity]) -> _Reader:
    one: Any = of
    dated: Any = tuple[Dated[of], ...]  # type: ignore[valid-type]  # made for each quantity at run time
    return lambda value: _reader(dated if isinstance(value, list) else one)(value)


_UNIONS: Mapping[Any, _Reader] = {
    float | str: number_or_text,
    Fraction | Volume | Concentration | str | None: fault_amount,
    dict[str, Any]: table_of,
    BodyWeight | tuple[Dated[BodyWeight], ...] | None: _one_or_dated(BodyWeight),
    Length | tuple[Dated[Length], ...] | None: _one_or_dated(Length),
}
"""What reads the types that could be one thing or another."""


def _entries(read: _Reader, value: object) -> tuple[Any, ...]:
    faults: list[Fault] = []
    made = [_made(read, entry, f"[{place}]", faults) for place, entry in enumerate(list_of(value))]
    if faults:
        raise TherapyError(*faults)
    return tuple(made)


def _table(type_: Any, value: object) -> Any:
    """The value that a table writes; it is made, and looks at itself, where every key is right."""
    table = table_of(value)
    faults: list[Fault] = []
    made: dict[str, Any] = {}
    for key, entry in _keys(type_).items():
        of = _hints(type_)[entry.name]
        if key in table:
            made[entry.name] = _made(_reader(of), table[key], key, faults)
        elif entry.default is MISSING:
            faults.append(_missing(key, of))
    faults.extend(_faults_of_strangers(type_, table))
    if faults:
        raise TherapyError(*faults)
    return type_(**made)


def _made(read: _Reader, value: object, key: str, faults: list[Fault]) -> Any:
    """What ``read`` makes of a value; its faults, each with its place, are added to ``faults``."""
    try:
        return read(value)
    except InputError as error:
        faults.extend(fault.at(join(key, fault.where)) for fault in error.faults)
        return None


@cache
def _keys(type_: Any) -> Mapping[str, Field[Any]]:
    """The fields of a value by the key of each; a name that Python keeps for itself ends in a line."""
    return {entry.name.rstrip("_"): entry for entry in fields(get_origin(type_) or type_)}


@cache
def _hints(type_: Any) -> Mapping[str, Any]:
    """The type of each field; what a generic value is of takes the place of its variable."""
    hints = get_type_hints(get_origin(type_) or type_)
    return {name: get_args(type_)[0] if isinstance(of, TypeVar) else of for name, of in hints.items()}


def _faults_of_strangers(type_: Any, table: Mapping[str, Any]) -> Iterator[Fault]:
    known = _keys(type_)
    of_event = isinstance(type_, type) and issubclass(type_, Event)
    for key in sorted(set(table) - set(known)):
        place = key if _PLAIN_KEY.fullmatch(key) else f'"{key}"'
        fault = unknown(place, key, (*(("kind",) if of_event else ()), *known), remedy="remove it")
        yield Fault(
            where=place, found=f"unknown key {quoted(key)}", allowed=fault.allowed, remedy=fault.remedy
        )


def _missing(key: str, type_: object) -> Fault:
    return Fault(where=key, found="nothing", allowed=_described(type_), remedy=f"add the key {key}")


def _described(type_: object) -> str:
    if isinstance(type_, type) and issubclass(type_, Quantity):
        return f"{type_.what}, for example '{type_.example}'"
    if get_origin(type_) is Literal:
        return " or ".join(f"'{choice}'" for choice in get_args(type_))
    if isinstance(type_, type):
        return WORDS.get(type_, "a value")
    return "a value" if type_ is not None else f"one of {', '.join(EVENT_KINDS)}"
