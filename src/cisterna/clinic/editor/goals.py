"""Goals as they are drawn or typed: a window of the day and the bound that tone shall keep in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import TYPE_CHECKING, Literal, cast
from zoneinfo import ZoneInfo

from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.program_form import typed_days
from cisterna.clinic.web.messages import marked
from cisterna.errors import Fault, InputError
from cisterna.instants import MINUTES_PER_HOUR

if TYPE_CHECKING:  # NumPy only where it is needed
    from cisterna.course.preview import Goal

__all__ = ["BOUND", "MOST_GOALS", "WHERE", "goal_fields", "goals_of"]

MOST_GOALS = 4
"""How many goals can be drawn."""

WHERE = (("legs", marked("legs")), ("arms", marked("arms")))
BOUND = (("most", marked("at most")), ("least", marked("at least")))
_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")
_KEYS = {"from_minute": "from", "to_minute": "to", "where": "where", "at": "bound", "tone": "tone"}
"""The field of a goal for each of its keys."""


def goal_fields(place: int) -> tuple[Field, ...]:
    """The fields of a goal: its name, the window, whose tone, the bound of it, and its days."""
    return (
        Field(name=f"goal_{place}_name", label="Goal"),
        Field(name=f"goal_{place}_from", label="From", form="clock"),
        Field(name=f"goal_{place}_to", label="To", form="clock"),
        Field(name=f"goal_{place}_where", label="Tone of", form="select", options=WHERE),
        Field(name=f"goal_{place}_bound", label="Bound", form="select", options=BOUND),
        Field(name=f"goal_{place}_tone", label="Tone, 1 to 5"),
        Field(name=f"goal_{place}_days", label="Days", required=False),
    )


def goals_of(texts: Mapping[str, str], zone: ZoneInfo) -> tuple[Goal, ...]:
    """The goals that the texts mean, in their order.

    Raises :class:`~cisterna.errors.InputError` with every field that is wrong.
    """
    faults: list[Fault] = []
    found: list[Goal] = []
    for place in range(1, MOST_GOALS + 1):
        if not any(texts.get(f"goal_{place}_{key}") for key in ("name", "from", "to", "tone", "days")):
            continue
        wrong = tuple(_faults(place, texts, zone))
        faults += wrong
        if not wrong:
            try:
                found.append(_goal(place, texts, zone))
            except InputError as error:
                faults += (_placed(fault, place) for fault in error.faults)
    if faults:
        raise InputError(*faults)
    return tuple(found)


def _placed(fault: Fault, place: int) -> Fault:
    """A fault of a key of a goal at its field; one of a field stays where it is."""
    key = _KEYS.get(fault.where)
    return fault.at(f"goal_{place}_{key}") if key else fault


def _goal(place: int, texts: Mapping[str, str], zone: ZoneInfo) -> Goal:
    from cisterna.course.preview import Goal  # noqa: PLC0415  NumPy only where it is needed

    name, start, end, where, bound, tone, days = (one.value(texts, zone) for one in goal_fields(place))
    return Goal(
        name=str(name),
        from_minute=_minute(cast("time", start)),
        to_minute=_minute(cast("time", end)),
        where=cast("Literal['legs', 'arms']", where),
        at=cast("Literal['most', 'least']", bound),
        tone=float(str(tone)),
        days=typed_days(days, f"goal_{place}_days"),
    )


def _faults(place: int, texts: Mapping[str, str], zone: ZoneInfo) -> Iterator[Fault]:
    for one in goal_fields(place):
        try:
            one.value(texts, zone)
        except InputError as error:
            yield from error.faults
    where = f"goal_{place}_tone"
    text = texts.get(where, "")
    if text and not _NUMBER.fullmatch(text):
        yield Fault(
            where=where, found=f"'{text}'", allowed="an Ashworth score from 1 to 5",
            remedy="type a number with a point",
        )  # fmt: skip


def _minute(clock: time) -> int:
    return clock.hour * MINUTES_PER_HOUR + clock.minute
