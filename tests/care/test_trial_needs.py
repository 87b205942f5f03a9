"""The way to a pump: a decision stands without a day of its own until its visit is booked or done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.care.clinic_therapies import assess, at, implant, running, therapy

from cisterna.care import UNDATED, Need, NeedKind, Urgency, escalated, needs_of, standing_of, urgency
from cisterna.therapy import Correct, Decision, DecisionKind, Event, LumbarBolus, Therapy, event_table
from cisterna.units import Mass

DECIDED = at(-30).date()
SOON, LATE = DECIDED + timedelta(days=9), DECIDED + timedelta(days=20)


def decided(what: DecisionKind, days: float = -30, ident: str = "d") -> Decision:
    """A decision of the team, 30 days before the implant unless told otherwise."""
    return Decision(at=at(days), decided=what, decided_by="Dr Crane (invented).", id=ident)


def bolus(days: float) -> LumbarBolus:
    """A screening bolus."""
    return LumbarBolus(at=at(days), dose=Mass(50), level="L3")


def due(of: Therapy, **booked: tuple[date, ...]) -> dict[NeedKind, Need]:
    """What is due by its kind at the last event."""
    found = needs_of(of, standing_of(of, of.valid_events[-1].at), **booked)  # type: ignore[arg-type]
    assert len({need.kind for need in found}) == len(found)
    return {need.kind: need for need in found}


WAYS: list[tuple[DecisionKind, NeedKind, NeedKind, str]] = [
    ("trial", NeedKind.TRIAL_TO_BOOK, NeedKind.SCREENING, "booked_screenings"),
    ("implant", NeedKind.IMPLANT_TO_BOOK, NeedKind.IMPLANT, "booked_implants"),
]


@pytest.mark.parametrize(("what", "to_book", "visit", "booked"), WAYS)
def test_a_decision_stands_until_its_visit_is_booked(
    what: DecisionKind, to_book: NeedKind, visit: NeedKind, booked: str
) -> None:
    """Since the day of the decision; booked, the visit stands with its day instead."""
    need = due(therapy(decided(what)))[to_book]
    assert (need.due_on, need.event_id, need.is_dated) == (DECIDED, "d", False)
    assert need.detail == "Decided on Sat 31 Jan 2026 by Dr Crane (invented). No day is set."
    found = due(therapy(decided(what)), **{booked: (LATE, SOON)})
    assert set(found) == {visit}
    assert found[visit].due_on == SOON


@pytest.mark.parametrize(
    "events",
    [
        (decided("trial"), bolus(-20)),
        (decided("trial"), decided("none", -29, "e")),
        (decided("trial"), decided("wait", -29, "e")),
        (decided("implant"), implant()),
        (decided("implant"), decided("other", -29, "e")),
        (assess(-30),),
    ],
)
def test_what_is_done_or_decided_otherwise_is_not_to_be_booked(events: tuple[Event, ...]) -> None:
    """The bolus answers a trial, the implant an implant, and a later decision takes the place of both."""
    assert not UNDATED & set(due(therapy(*events)))


def test_a_bolus_before_the_decision_does_not_answer_it() -> None:
    """A second trial that was decided after the first one is to be booked; so is the implant."""
    for what, kind in (("trial", NeedKind.TRIAL_TO_BOOK), ("implant", NeedKind.IMPLANT_TO_BOOK)):
        of = therapy(bolus(-40), assess(-39.9), decided(what), assess(-20))  # type: ignore[arg-type]
        assert UNDATED & set(due(of)) == {kind}


def test_a_decision_that_was_corrected_is_another_decision() -> None:
    """What was never decided is not to be booked."""
    wrong = decided("trial")
    mended = Correct(at=at(-29), event="d", why="wrong patient", new=event_table(decided("none", ident="e")))
    assert not UNDATED & set(due(therapy(wrong, mended)))


def test_a_booked_trial_that_passed_without_a_record_stays_until_it_is_recorded() -> None:
    """It is overdue on the day after; the bolus takes it away, and a later booked day comes in its place."""
    gone = due(therapy(decided("trial")), booked_screenings=(SOON, LATE))[NeedKind.SCREENING]
    assert urgency(gone, SOON + timedelta(days=1), 7) is Urgency.NOW
    assert gone.is_overdue(SOON + timedelta(days=1))
    assert gone.detail == "Planned for Mon 9 Feb 2026. It stands here until it is recorded or called off."
    given = therapy(decided("trial"), bolus(-21), assess(-20.9))
    assert due(given, booked_screenings=(SOON, LATE))[NeedKind.SCREENING].due_on == LATE
    assert NeedKind.SCREENING not in due(given, booked_screenings=(SOON,))


def test_a_day_that_a_trial_used_up_books_no_second_one() -> None:
    """The visit of the first trial still stands in the diary; the second trial is to be booked."""
    of = therapy(bolus(-40), assess(-39.9), decided("trial"))
    first = at(-40).date()
    assert set(due(of, booked_screenings=(first,))) & {NeedKind.SCREENING, NeedKind.TRIAL_TO_BOOK} == {
        NeedKind.TRIAL_TO_BOOK
    }


def test_an_implant_in_the_diary_is_not_due_once_a_pump_is_in_place() -> None:
    """The visit that nobody marked as kept asks for nothing more."""
    assert NeedKind.IMPLANT not in due(running(), booked_implants=(at().date(),))


@pytest.mark.parametrize("kind", sorted(UNDATED))
def test_what_has_no_day_is_information_however_long_it_stands(kind: NeedKind) -> None:
    """Nobody published a day, so it is neither soon nor overdue, and goes to nobody else."""
    need = due(therapy(decided("trial" if kind is NeedKind.TRIAL_TO_BOOK else "implant")))[kind]
    for days in (0, 1, 400):
        today = DECIDED + timedelta(days=days)
        assert urgency(need, today, 7) is Urgency.LATER
        assert not need.is_overdue(today)
        assert not escalated(need, today, 1)
        assert need.is_shown(today)
