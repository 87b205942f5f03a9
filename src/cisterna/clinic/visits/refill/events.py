"""What is recorded of a refill visit, as events of the therapy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Literal, cast

from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.refill.faults import score
from cisterna.clinic.visits.refill.proposal import Proposal
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us, utc
from cisterna.report.wording import significant
from cisterna.therapy import Alarm, Assess, Event, Fill, Interrogate, Note, Program, Resume, Session
from cisterna.units import Concentration, Volume

__all__ = ["abandoned_event", "after_note", "recorded_events"]

Ask = Callable[[str, str], Any]


def recorded_events(case: Case, ask: Ask, proposal: Proposal) -> tuple[Event, ...]:
    """A found reset, scores, alarm, reading, fill, program, bridge, session, reading, note; in order of time.

    Raises :class:`~cisterna.errors.InputError` where fill or program cannot be read.
    """
    sent = proposal.sent()
    if not any(event.kind == "fill" for event in sent):
        raise InputError(
            Fault(where="injected", found="no fill", allowed="a volume that was injected, and when",
                  remedy="go back to the step of the fill")
        )  # fmt: skip
    made: tuple[Event, ...] = (
        *(() if proposal.reset is None else (proposal.reset,)),
        *_scores(case, ask),
        *_read(ask, "interrogate"),
        *sent,
        *_session(ask, proposal, sent),
        *_read(ask, "dates"),
        _note(case, ask),
    )
    return tuple(sorted(made, key=lambda event: instant_us(event.at)))


def _scores(case: Case, ask: Ask) -> Iterator[Event]:
    scale, at = ask("review", "scale"), ask("interrogate", "at")
    for site in ("legs", "arms"):
        text = case.typed("review").get(site, "").strip()
        if scale and text and at is not None:
            yield Assess(
                at=at, scale=scale, site=site, value=text if scale == "mas" else score(text)
            )  # fmt: skip


def _read(ask: Ask, step: str) -> Iterator[Event]:
    at: datetime | None = ask(step, "at")
    if at is None:
        return
    alarm = ask(step, "alarm")
    if alarm not in {None, "none"}:
        yield Alarm(at=at, condition=alarm, acknowledged=True, note=ask(step, "what"))
    yield Interrogate(
        at=at,
        reservoir=ask(step, "reservoir"),
        daily_dose=ask(step, "daily_dose"),
        reason=ask(step, "reason"),
        note=ask(step, "what"),
    )


def _session(ask: Ask, proposal: Proposal, sent: tuple[Event, ...]) -> Iterator[Event]:
    """The programming session, where the pump was programmed and its model tells what it does meanwhile."""
    pump, opened, ended = proposal.now, ask("bridge", "opened"), ask("dates", "ended")
    programmed = any(isinstance(event, (Program, Resume)) for event in sent)
    if pump is None or opened is None or ended is None or not programmed:
        return
    if pump.state.system.model.properties.get("while_programming") is None:
        return
    end = cast("Literal['running', 'stopped-on-purpose', 'not-completed', 'uncertain']", ended)
    yield Session(at=ask("bridge", "at"), opened=opened, ended=end)


_SAID = (
    ("identity", "what", "State today"), ("review", "goals", "Goals"),
    ("review", "side_effects", "Side effects"), ("aspirate", "fluid", "Fluid withdrawn"),
    ("fill", "observation", "Plan of observation"),
)  # fmt: skip


def _note(case: Case, ask: Ask) -> Note:
    """What was found and has no event of its own, and who checked the drug beside."""
    parts = [f"{words}: {text}" for step, name, words in _SAID if (text := ask(step, name))]
    measured = ask("fill", "measured")
    if measured is not None:
        parts.append(f"Drawn back after the fill: {significant(float(measured))} mL")
    held = case.saved.get("drug")
    if held is not None and held.second is not None:
        parts.append(f"Drug prepared by {held.saved_by}, checked by {held.second.name}")
    at = ask("dates", "at") or case.now
    return Note(at=at, note=". ".join(("Refill visit", *parts)) + ".")


def after_note(case: Case, ask: Ask) -> Note:
    """What was taught, until when the patient was observed, what was handed out."""
    until, what = ask("observe", "until"), ask("observe", "what")
    well = "well when leaving" if ask("observe", "state") == "yes" else "not well when leaving"
    text = (
        f"After the refill: signs of too little and too much drug told to {ask('teach', 'whom')}; "
        f"observed until {until:%H:%M}, {well}; letter and card given."
    )
    return Note(at=until or case.now, note=f"{text} {what}" if what else text)


def abandoned_event(case: Case, ask: Ask, proposal: Proposal, reason: str) -> Event:
    """That nothing was injected, and why; where the reservoir was emptied, the pump is empty from then on.

    A reservoir that was drawn empty and not filled is a fill of 0 mL: a note alone would leave the old volume
    in every date that follows.
    """
    withdrawn, pump = ask("aspirate", "withdrawn"), proposal.now
    said = f"Refill visit ended without a refill: {reason.strip()}. Nothing was injected; "
    if withdrawn is None or pump is None:
        return Note(at=utc(case.now_us).astimezone(case.zone), note=f"{said}nothing was withdrawn.")
    return Fill(
        at=ask("aspirate", "at") or utc(case.now_us).astimezone(case.zone),
        injected=Volume(0),
        withdrawn=withdrawn,
        concentration=Concentration(pump.label_mcg_per_ml),
        reason=reason.strip(),
        note=f"{said}{significant(float(withdrawn))} mL was withdrawn.",
    )
