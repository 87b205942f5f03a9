"""Programming sessions and readings of the pump: what is certain, what is not, and who is believed.

A session ends in "running" or "stopped on purpose"; one that was not completed leaves a pump that
stops while it is programmed stopped, and one whose outcome nobody knows makes delivery unknown until
the pump is read. What is read from the pump outranks what the programmer believes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import ClassVar

from cisterna.errors import Fault
from cisterna.instants import elapsed_h, instant_us
from cisterna.pump.alarms import Condition, cleared
from cisterna.pump.changes import MODEL, Outcome, told, without_activity
from cisterna.pump.refusal import RefusalError, out_of_turn
from cisterna.pump.state import Happening, OpenSession, PumpState, Status, Uncertain
from cisterna.therapy import events as kind
from cisterna.therapy.events import Session
from cisterna.units import decimal_text

__all__ = [
    "OpensSession",
    "certain",
    "close_session",
    "held_back",
    "open_session",
    "since_text",
    "timeline",
]

BY_PROGRAMMER = (
    kind.Program, kind.SingleBolus, kind.PrimingBolus, kind.BridgeBolus, kind.Stop, kind.Resume,
)  # fmt: skip
"""Commands that reach the pump through a session."""

_LEFT_OPEN = ("not-completed", "uncertain")


@dataclass(frozen=True, kw_only=True)
class OpensSession(kind.Event):
    """The opening of a programming session, which the therapy states in the event of its end."""

    kind: ClassVar[str] = "session-opens"
    session: Session


def timeline(events: Iterable[kind.Event]) -> Iterator[tuple[int, list[kind.Event]]]:
    """The events by instant, with the opening of each session at its own; ``events`` are in order.

    At one instant a session opens after an earlier one has ended and after an implant or revision, and
    before everything else, so that the commands of that instant are given in it.
    """
    listed = list(events)
    openings = [
        OpensSession(at=event.opened, session=event) for event in listed if isinstance(event, kind.Session)
    ]
    everything = sorted((*listed, *openings), key=lambda event: instant_us(event.at))
    for at_us, together in groupby(everything, key=lambda event: instant_us(event.at)):
        yield at_us, _in_order(list(together))


def _in_order(events: list[kind.Event]) -> list[kind.Event]:
    openings = [event for event in events if isinstance(event, OpensSession)]
    others = [event for event in events if not isinstance(event, OpensSession)]
    for opening in openings:
        if instant_us(opening.session.at) == instant_us(opening.at):
            place = others.index(opening.session)
        else:
            before = (kind.Session, kind.Implant, kind.Revise)
            place = max((at + 1 for at, event in enumerate(others) if isinstance(event, before)), default=0)
        others.insert(place, opening)
    return others


def open_session(state: PumpState, event: OpensSession) -> Outcome:
    """The pump while it is programmed: a model that stops for it stops, and a bolus that ran has ended."""
    if state.session is not None:
        raise out_of_turn(
            event,
            "a session while another is open",
            f"a session opened after {state.session.event.at.isoformat()}, the end of the other",
            "correct opened, or the end of the other session",
            "opened",
        )
    stops = _stops(state, event) and state.status is not Status.END_OF_SERVICE
    opened = replace(state, session=OpenSession(event=event.session, before=state.status, stops=stops))
    if not stops:
        return opened, ()
    before = state.activity.then if state.activity else state.status
    stopped, lost = without_activity(opened, "a programming session was opened")
    session = OpenSession(event=event.session, before=before, stops=True)
    stopped_us = state.at_us if state.stopped_us is None else state.stopped_us
    if before is Status.NOT_PROGRAMMED:
        return replace(stopped, session=session), lost
    return replace(stopped, session=session, status=Status.STOPPED, stopped_us=stopped_us), lost


def _stops(state: PumpState, event: OpensSession) -> bool:
    """Whether the pump stops while it is programmed; refused where nobody says."""
    does = state.system.model.properties.get("while_programming")
    if does is None:
        raise RefusalError(
            event,
            Fault(
                where="opened",
                found=f"a session of a {state.system.model.model}, which has no property while_programming",
                allowed="a pump of which it is known: 'stops' or 'runs'",
                remedy="describe the pump in a file of your own with what its manual says, or leave the "
                "session out",
            ),
        )
    return does == "stops"


# ------------------------------------------------------------------------------------ the end


def close_session(state: PumpState, event: kind.Session) -> Outcome:
    """What the end of the session leaves: running, stopped on purpose, left stopped, or unknown."""
    if state.session is None or state.session.event != event:
        raise out_of_turn(
            event, "the end of a session that was not opened", "a session whose opening was given before",
            "give its opening at its own instant", "opened",
        )  # fmt: skip
    session, state = state.session, replace(state, session=None)
    told_length = _length(session, state)
    after, said = {
        "running": _runs, "stopped-on-purpose": _stopped, "not-completed": _left, "uncertain": _unknown,
    }[event.ended](state, session)  # fmt: skip
    return after, (*told_length, *said)


def _length(session: OpenSession, state: PumpState) -> tuple[Happening, ...]:
    opened_us, at_us = instant_us(session.event.opened), state.at_us
    if not session.stops or opened_us == at_us or session.before is not Status.RUNNING:
        return ()
    runs_again_us = state.program.start_us if state.is_running and state.program else at_us
    lasted, stood = (60 * elapsed_h(opened_us, end_us) for end_us in (at_us, max(opened_us, runs_again_us)))
    text = (
        f"programming session of {decimal_text(lasted, 1)} min, for which the pump was stopped: nothing was "
        f"delivered for {decimal_text(stood, 1)} min"
    )
    return (Happening(at_us, text, MODEL),)


def _runs(state: PumpState, session: OpenSession) -> Outcome:
    if state.is_running or state.status is Status.END_OF_SERVICE:
        return state, ()
    if state.program is None:
        raise out_of_turn(
            session.event,
            "'running' without a program",
            "'running' for a pump that was programmed",
            "write the program before the end of the session, or correct ended",
            "ended",
        )
    return _going_on(state), ()


def _going_on(state: PumpState) -> PumpState:
    """The program runs again."""
    alarms = cleared(state.alarms, state.at_us, Condition.STOPPED)
    return replace(state, status=Status.RUNNING, stopped_us=None, alarms=alarms)


def _stopped(state: PumpState, session: OpenSession) -> Outcome:
    state, lost = without_activity(state, "the pump was stopped on purpose")
    who = f" by {session.event.by}" if session.event.by else ", by whom is not recorded"
    why = f", {session.event.reason}" if session.event.reason else ", why is not recorded"
    if state.status is Status.END_OF_SERVICE:
        return state, lost
    stopped_us = state.at_us if state.stopped_us is None else state.stopped_us
    after, said = told(
        replace(state, status=Status.STOPPED, stopped_us=stopped_us), f"stopped on purpose{who}{why}"
    )
    return after, (*lost, *said)


def _left(state: PumpState, session: OpenSession) -> Outcome:
    source = state.system.model.properties.get("while_programming_source", MODEL)
    if not session.stops:
        return told(
            state, "a programming session was not completed: the last complete program runs on", source
        )
    text = (
        "CRITICAL: a programming session was not completed and left the pump stopped; nothing is delivered "
        "until it is programmed or resumed"
    )
    return told(state, text, source)


def _unknown(state: PumpState, session: OpenSession) -> Outcome:
    """What is delivered is unknown from now on; the last complete program is taken to run on, and marked."""
    if session.before is Status.RUNNING and not state.is_running:
        state = _going_on(state)
    sent = state.uncertain.sent if state.uncertain else None
    why = "a programming session ended without an answer from the pump"
    text = (
        "CRITICAL: delivery uncertain: the session ended without an answer from the pump. Until it is read "
        "nobody knows what it delivers; do not send the program again. To keep the drug account, the last "
        "complete program is taken to run on"
    )
    since_us = state.uncertain.since_us if state.uncertain else state.at_us
    return told(replace(state, uncertain=Uncertain(since_us=since_us, why=why, sent=sent)), text)


def held_back(state: PumpState, event: kind.Event) -> Outcome | None:
    """What becomes of a command in a session whose end nobody confirmed: the pump keeps what it had.

    ``None`` where the command reaches the pump.
    """
    if state.session is None or state.session.event.ended not in _LEFT_OPEN:
        return None
    if not isinstance(event, BY_PROGRAMMER):
        return None
    ended = state.session.event.ended
    if ended == "uncertain" and isinstance(event, kind.Program):
        doubt = Uncertain(since_us=state.at_us, why="a program was sent and not confirmed", sent=event)
        state = replace(state, uncertain=doubt)
        text = "the program was sent in a session without an answer: whether the pump has it is not known"
    elif ended == "uncertain":
        text = f"the {event.kind} was sent in a session without an answer: whether it was done is not known"
    else:
        text = f"the {event.kind} was sent in a session that was not completed: the pump did not take it"
    return told(state, text)


def certain(state: PumpState) -> PumpState:
    """The pump once somebody knows again what it does."""
    return replace(state, uncertain=None)


def since_text(doubt: Uncertain, at_us: int) -> str:
    """How long nobody knew, for people."""
    return f"delivery was unknown for {decimal_text(elapsed_h(doubt.since_us, at_us), 2)} h"
