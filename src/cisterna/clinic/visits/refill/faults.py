"""What is wrong with a step of the refill visit besides its single fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cisterna.care.check import CheckVerdict
from cisterna.clinic.visits.in_turn import faults_in_turn
from cisterna.errors import Fault, InputError, UnitError
from cisterna.instants import instant_us
from cisterna.report.wording import significant
from cisterna.therapy.fault_events import RESETS
from cisterna.therapy.scales import scale_faults
from cisterna.units import plain_number

if TYPE_CHECKING:
    from cisterna.clinic.visits.refill.visit import RefillVisit

__all__ = ["faults_of", "score"]

_IN_TURN = (
    ("interrogate", "reset_at"), ("interrogate", "at"), ("aspirate", "at"), ("fill", "at"),
    ("bridge", "opened"), ("bridge", "at"), ("dates", "at"), ("observe", "until"),
)  # fmt: skip
"""The instants of the visit in the order in which they must follow each other."""


def faults_of(step: str, visit: RefillVisit) -> Iterator[Fault]:
    """The faults of a step by field."""
    yield from _times(step, visit)
    rule = {
        "identity": _identity, "review": _scores, "interrogate": _reset, "doubt": _doubt, "fill": _fill,
        "bridge": _bridge, "book": _book,
    }.get(step)  # fmt: skip
    if rule is not None:
        yield from rule(visit)


def _times(step: str, visit: RefillVisit) -> Iterator[Fault]:
    yield from faults_in_turn(step, visit, _IN_TURN)
    if step == "aspirate" and visit.proposal.pump_at("aspirate") is None:
        yield Fault(
            where="at", found="an instant at which the pump held nothing that is recorded",
            allowed="after the last fill", remedy="correct the time, or the record first",
        )  # fmt: skip


def _identity(visit: RefillVisit) -> Iterator[Fault]:
    typed = visit.case.typed("identity")
    found = typed.get("illness") == "yes" or typed.get("wound") == "not-sound"
    if found and not typed.get("what", "").strip():
        yield Fault(
            where="what", found="nothing", allowed="what was found, where one is ill or a wound not sound",
            remedy="say what it is, and who decides that the refill goes on",
        )  # fmt: skip


def score(text: str) -> float | str:
    """A score as the scale has it: a number where it is one.

    >>> score("2.5"), score("1+")
    (2.5, '1+')
    """
    try:
        return plain_number(text)
    except UnitError:
        return text


def _scores(visit: RefillVisit) -> Iterator[Fault]:
    typed = visit.case.typed("review")
    scored = [name for name in ("legs", "arms") if typed.get(name, "").strip()]
    if scored and not typed.get("scale"):
        yield Fault(
            where="scale", found="nothing", allowed="the scale of the scores", remedy="choose the scale"
        )
        return
    for name in scored:
        text = typed[name].strip()
        yield from scale_faults(typed["scale"], text if typed["scale"] == "mas" else score(text), name)


def _reset(visit: RefillVisit) -> Iterator[Fault]:
    """A reset and its instant go together, and the pump of the record can have had it."""
    left, at = visit.value("interrogate", "reset"), visit.value("interrogate", "reset_at")
    if left in RESETS and at is None:
        yield Fault(
            where="reset_at", found="nothing", allowed="when the pump was reset",
            remedy="write it as the memory tells it; where it tells none, when the pump was read",
        )  # fmt: skip
    if left not in RESETS and at is not None:
        yield Fault(
            where="reset", found="no reset beside its time", allowed="what the reset left the pump in",
            remedy="choose it, or take the time away",
        )  # fmt: skip
    for text in visit.proposal.refused_reset():
        yield Fault(
            where="reset", found=text, allowed="a reset that this pump can have had",
            remedy="correct what it left, or its time",
        )  # fmt: skip


def _doubt(visit: RefillVisit) -> Iterator[Fault]:
    if visit.value("doubt", "sure") == "no":
        yield Fault(
            where="sure", found="that the place of the needle is not certain",
            allowed="going on only when it is certain",
            remedy="inject nothing: place the needle anew, or end the visit without a refill",
        )  # fmt: skip


def _fill(visit: RefillVisit) -> Iterator[Fault]:
    if visit.value("doubt", "sure") != "yes" or not visit.case.done("doubt"):
        yield Fault(
            where="injected", found="a place of the needle that nobody called certain",
            allowed="an injection after step 'In doubt, do not inject'", remedy="go back to that step first",
        )  # fmt: skip
    injected, prepared = visit.value("fill", "injected"), visit.value("drug", "prepared")
    if isinstance(injected, float) and isinstance(prepared, float) and injected > prepared * (1 + 1e-9):
        yield Fault(
            where="injected", found=f"{significant(injected)} mL",
            allowed=f"at most what was in the syringe, {significant(prepared)} mL",
            remedy="correct the one that is wrong",
        )  # fmt: skip
    if isinstance(injected, float) and not injected > 0:
        yield Fault(
            where="injected", found="0 mL", allowed="a volume above 0",
            remedy="end the visit without a refill where nothing was injected",
        )  # fmt: skip
    pocket = [check for check in visit.checks("fill") if check.name == "pocket-fill"]
    flagged = any(check.verdict is CheckVerdict.CAUTION for check in pocket)
    if flagged and not visit.case.typed("fill").get("observation", "").strip():
        yield Fault(
            where="observation", found="nothing", allowed="a plan: who observes, where, until when",
            remedy="a pocket fill is possible: keep the patient, and have the overdose sheet at hand",
        )  # fmt: skip


def _bridge(visit: RefillVisit) -> Iterator[Fault]:
    try:
        visit.proposal.program()
    except InputError as error:
        yield from error.faults


def _book(visit: RefillVisit) -> Iterator[Fault]:
    at = visit.value("book", "at")
    if isinstance(at, datetime) and instant_us(at) <= visit.case.now_us:
        yield Fault(
            where="at", found=f"{at:%d %b %Y, %H:%M}", allowed="an instant that lies ahead",
            remedy="choose the day of the next refill",
        )  # fmt: skip
