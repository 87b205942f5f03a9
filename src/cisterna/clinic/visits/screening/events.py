"""What a trial records: scores and bolus when it is given, the rest when the trial is closed."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.clinic.visits.screening.proposal import Look, ScreeningProposal, vital_words
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us
from cisterna.report.wording import significant
from cisterna.therapy import AdverseEvent, Decision, DecisionKind, Event, Note

__all__ = ["closing_events", "first_events"]


def first_events(proposal: ScreeningProposal, checked_by: str) -> tuple[Event, ...]:
    """The scores before, the bolus, and a note of what was drawn up and agreed.

    Raises :class:`~cisterna.errors.InputError` where the bolus cannot be read.
    """
    bolus = proposal.made_bolus()
    if bolus is None:
        raise InputError(
            Fault(where="dose", found="nothing", allowed="dose, level and time", remedy="fill them in")
        )
    note = Note(at=bolus.at, note=" ".join(_before(proposal, checked_by)))
    return tuple(sorted((*proposal.baseline(), bolus, note), key=lambda event: instant_us(event.at)))


def _before(proposal: ScreeningProposal, checked_by: str) -> Iterator[str]:
    ask, strength = proposal.ask, proposal.ask("bolus", "concentration")
    yield f"Screening trial. Goal: {ask('prepare', 'goal')}. Function before: {ask('prepare', 'function')}."
    vitals = vital_words(lambda name: ask("prepare", name))
    if vitals:
        yield f"Before the bolus: {vitals}."
    drawn = f"Ampoule {significant(strength, 4)} mcg/mL, lot {ask('bolus', 'lot')}"
    over = proposal.case.typed("bolus").get("over")
    yield f"{drawn}, injected over {over} min." if over else f"{drawn}."
    if checked_by:
        yield f"Drug and dose checked by {checked_by}."
    for step, name, words in (
        ("prepare", "named", "Named for an implant"),
        ("prepare", "reason", "Reason"),
        ("bolus", "reason", "Reason"),
    ):
        if ask(step, name):
            yield f"{words}: {ask(step, name)}."


def closing_events(proposal: ScreeningProposal) -> tuple[Event, ...]:
    """Every look, an adverse reaction, and what came of the bolus."""
    made: list[Event] = []
    for look in proposal.looks:
        made += proposal.scores_of(look)
        made += _seen(look)
    if proposal.ask("response", "adverse") == "yes" and proposal.bolus is not None:
        given = proposal.bolus.at.astimezone(proposal.case.zone).date()
        what = str(proposal.ask("response", "what"))
        made.append(
            AdverseEvent(at=proposal.case.now, what=what, onset=given, note="after the screening bolus")
        )
    return (*made, _decided(proposal), Note(at=proposal.case.now, note=" ".join(_after(proposal))))


_PLANNED: dict[str, DecisionKind] = {"implant": "implant", "next": "trial", "wait": "wait", "none": "none"}


def _decided(proposal: ScreeningProposal) -> Decision:
    """What is done next, and who decided it."""
    return Decision(
        at=proposal.case.now,
        decided=_PLANNED[str(proposal.ask("next", "plan"))],
        decided_by=str(proposal.ask("next", "decided_by")),
        decided_with=_text(proposal.ask("next", "decided_with")),
        reason=_text(proposal.ask("next", "reason")),
        note=_text(proposal.ask("next", "told")),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value).strip() or None


def _seen(look: Look) -> Iterator[Event]:
    told = "; ".join(part for part in (look.vitals, look.seen) if part)
    if told:
        yield Note(at=look.at, note=f"After the screening bolus: {told}.")


def _after(proposal: ScreeningProposal) -> Iterator[str]:
    ask, result = proposal.ask, proposal.result
    judged = "a response" if proposal.responded else "no response"
    yield f"Screening trial: {judged}, judged by {ask('response', 'judged_by')}."
    yield f"Goal met: {ask('response', 'goal_met')}."
    if result is not None:
        limit = proposal.settings.value("responder_threshold_gilmartin", "score")
        yield (
            f"Mean leg score fell by {significant(result.drop, 3)} (threshold of the site "
            f"{significant(limit, 3)})."
        )
    for step, name, words in _SAID:
        if ask(step, name):
            yield f"{words}: {ask(step, name)}."
    lasted = ask("response", "lasted")
    if lasted is not None:
        yield f"The effect lasted {significant(float(lasted), 3)} h."


_SAID = (
    ("response", "gained", "Gained"),
    ("response", "lost", "Lost"),
    ("observe", "reason", "Reason"),
    ("response", "reason", "Reason"),
)
