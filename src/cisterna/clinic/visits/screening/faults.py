"""What is wrong with a step of the screening trial besides its single fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cisterna.care.check import CheckVerdict
from cisterna.clinic.visits.in_turn import faults_in_turn
from cisterna.clinic.visits.screening.steps import LOOKS, VITALS
from cisterna.errors import Fault, InputError
from cisterna.report.wording import significant
from cisterna.therapy.scales import scale_faults

if TYPE_CHECKING:
    from cisterna.clinic.visits.screening.visit import ScreeningVisit

__all__ = ["faults_of"]

_IN_TURN = (("prepare", "at"), ("bolus", "at"))
_AFTER = ("observe", "response")
_WHOLE = (r"[0-9]{1,3}", "a whole number")
_PRESSURE = (r"[0-9]{2,3}/[0-9]{2,3}", "two whole numbers such as 104/62")


def faults_of(step: str, visit: ScreeningVisit) -> Iterator[Fault]:
    """The faults of a step by field."""
    yield from faults_in_turn(step, visit, _IN_TURN)
    rule = {"prepare": _prepare, "bolus": _bolus, "observe": _observe, "response": _response, "next": _next}[
        step
    ]
    yield from rule(visit)


def _scores(visit: ScreeningVisit, step: str, suffix: str = "") -> Iterator[Fault]:
    scale = visit.proposal.scale
    for site in ("legs", "arms"):
        text = visit.value(step, f"{site}{suffix}")
        if scale and text:
            yield from scale_faults(scale, visit.proposal.value_of(str(text)), f"{site}{suffix}")


def _vitals(visit: ScreeningVisit, step: str, suffix: str = "") -> Iterator[Fault]:
    """Vital signs are whole numbers, a pressure two of them; nothing is said of what is normal."""
    for name, words, unit in VITALS:
        text = str(visit.value(step, f"{name}{suffix}") or "").strip()
        pattern, allowed = _PRESSURE if name == "pressure" else _WHOLE
        if text and not re.fullmatch(pattern, text):
            yield Fault(
                where=f"{name}{suffix}", found=f"'{text}'", allowed=f"{words.lower()} as {allowed} of {unit}",
                remedy="write the digits alone; what else was seen has its own field",
            )  # fmt: skip


def _prepare(visit: ScreeningVisit) -> Iterator[Fault]:
    yield from _scores(visit, "prepare")
    yield from _vitals(visit, "prepare")


def _bolus(visit: ScreeningVisit) -> Iterator[Fault]:
    try:
        visit.proposal.made_bolus()
    except InputError as error:
        yield from error.faults


def _observe(visit: ScreeningVisit) -> Iterator[Fault]:
    seen: set[object] = set()
    for place in LOOKS:
        suffix = f"_{place}"
        clock = visit.value("observe", f"clock{suffix}")
        yield from _scores(visit, "observe", suffix)
        yield from _vitals(visit, "observe", suffix)
        yield from _time(visit, place, is_again=clock is not None and clock in seen)
        seen.add(clock)
    yield from _too_early(visit)


def _time(visit: ScreeningVisit, place: int, *, is_again: bool) -> Iterator[Fault]:
    where = f"clock_{place}"
    at = next((look.at for look in visit.proposal.looks if look.place == place), None)
    names = ("legs", "arms", "seen", *(name for name, _, _ in VITALS))
    if at is None and any(visit.value("observe", f"{name}_{place}") for name in names):
        yield Fault(
            where=where, found="nothing", allowed="the time of the look", remedy="write when it was made"
        )
    if is_again:
        yield Fault(
            where=where, found="the time of another look", allowed="one line for each time",
            remedy="correct the time, or write both in one line",
        )  # fmt: skip
    ahead = None if at is None else visit.case.not_yet(where, at)
    if ahead is not None:
        yield ahead


def _too_early(visit: ScreeningVisit) -> Iterator[Fault]:
    """Nobody goes on while the observation runs, but with a reason."""
    waits = [check for check in visit.checks("observe") if check.verdict is CheckVerdict.WAITING]
    if waits and not visit.case.typed("observe").get("reason", "").strip():
        hours = significant(max(visit.proposal.hours_now, 0.0), 2)
        yield Fault(
            where="reason", found=f"{hours} h since the bolus, and not yet: {waits[0].title.lower()}",
            allowed=f"what the protocol asks for, {waits[0].accepted}",
            remedy="go on filling in; this page keeps everything. Or say why the observation ends",
        )  # fmt: skip


def _response(visit: ScreeningVisit) -> Iterator[Fault]:
    for asked, told, what in (
        ("is_lost", "lost", "what was lost"),
        ("adverse", "what", "which reaction it was"),
    ):
        if visit.value("response", asked) == "yes" and not visit.value("response", told):
            yield Fault(where=told, found="nothing", allowed=what, remedy="say it")


def _next(visit: ScreeningVisit) -> Iterator[Fault]:
    """The trial is closed when everything before it is right."""
    for step in _AFTER:
        wrong = visit.all_faults(step)
        if wrong or not visit.case.done(step):
            number, title = visit.step_ids.index(step) + 1, visit.guide.step(step).title
            yield Fault(
                where="", found=f"step {number}, {title}: {wrong[0].found if wrong else 'not done'}",
                allowed="every step before this one done", remedy=f"open step {number} and go on from it",
            )  # fmt: skip
