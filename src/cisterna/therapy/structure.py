"""From the tables of a parsed file to values, with every fault found on the way.

cattrs builds the frozen values and collects what is wrong; here stands how that is told. Faults
carry the key path from ``path`` on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from cattrs import (
    AttributeValidationNote,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)

from cisterna.errors import Fault, InputError, TherapyError
from cisterna.therapy.converter import CONVERTER, WORDS, not_a_table
from cisterna.therapy.events import EVENT_KINDS, Event
from cisterna.therapy.wording import quoted, unknown
from cisterna.units import Quantity

__all__ = ["Unread", "event_of", "join", "structured"]

T = TypeVar("T")

_REFUSALS = (ClassValidationError, IterableValidationError, TherapyError)
_HELD_AGAINST_AT = {"until", "opened", "onset"}
_hints = cache(get_type_hints)
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
        return CONVERTER.structure(value, cls)
    except _REFUSALS as error:
        faults = list(_faults(error, ""))
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
    for field in fields(cls):
        key = field.name.rstrip("_")
        if key in wrong and field.default is MISSING:
            stand_in = _stand_in(_hints(cls)[field.name], table.get(key))
            if stand_in is None:
                return
            patched[key] = stand_in
    unsure = wrong | (_HELD_AGAINST_AT if "at" in wrong else set())
    try:
        CONVERTER.structure(patched, cls)
    except _REFUSALS as error:
        yield from (fault for fault in _faults(error, "") if _first_key(fault.where) not in unsure)


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
    if not isinstance(table, dict):
        raise TherapyError(not_a_table(path, table))
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in EVENT_KINDS:
        if kind is None:
            raise TherapyError(_missing(join(path, "kind"), "kind", None))
        raise TherapyError(unknown(join(path, "kind"), kind, EVENT_KINDS))
    rest = {key: value for key, value in table.items() if key != "kind"}
    return structured(EVENT_KINDS[kind], rest, path)


# ------------------------------------------------------------- what cattrs found, told as faults


def _faults(error: BaseException, path: str) -> Iterator[Fault]:
    if isinstance(error, (ClassValidationError, IterableValidationError)):
        for inner in error.exceptions:
            yield from _faults_below(inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        for key in sorted(error.extra_fields):
            place = join(path, key if _PLAIN_KEY.fullmatch(key) else f'"{key}"')
            known = _keys(error.cl)
            fault = unknown(place, key, known, remedy="remove it")
            yield Fault(
                where=place, found=f"unknown key {quoted(key)}", allowed=fault.allowed, remedy=fault.remedy
            )
    elif isinstance(error, InputError):
        for fault in error.faults:
            yield fault.at(join(path, fault.where))
    else:
        raise error


def _faults_below(error: BaseException, path: str) -> Iterator[Fault]:
    note = next(
        (
            note
            for note in getattr(error, "__notes__", ())
            if isinstance(note, (AttributeValidationNote, IterableValidationNote))
        ),
        None,
    )
    if isinstance(note, AttributeValidationNote):
        key = note.name.rstrip("_")
        if isinstance(error, KeyError):
            yield _missing(join(path, key), key, note.type)
        else:
            yield from _faults(error, join(path, key))
    elif isinstance(note, IterableValidationNote):
        yield from _faults(error, join(path, f"[{note.index}]"))
    else:
        yield from _faults(error, path)


def _keys(cls: type) -> tuple[str, ...]:
    cls = get_origin(cls) or cls
    kind = ("kind",) if issubclass(cls, Event) else ()
    return (*kind, *(field.name.rstrip("_") for field in fields(cls)))


def _missing(where: str, key: str, type_: object) -> Fault:
    return Fault(where=where, found="nothing", allowed=_described(type_), remedy=f"add the key {key}")


def _described(type_: object) -> str:
    if isinstance(type_, type) and issubclass(type_, Quantity):
        return f"{type_.what}, for example '{type_.example}'"
    if get_origin(type_) is Literal:
        return " or ".join(f"'{choice}'" for choice in get_args(type_))
    if isinstance(type_, type):
        return WORDS.get(type_, "a value")
    return "a value" if type_ is not None else f"one of {', '.join(EVENT_KINDS)}"
