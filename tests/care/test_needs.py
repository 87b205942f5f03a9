"""What is due: no pump in place is ever without a day, and every rule has its number and source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.care.clinic_therapies import assess, at, daily, fill, implant, running, therapy
from tests.therapy.strategies import therapies, therapies_of_every_kind

from cisterna.care import Need, NeedKind, Urgency, escalated, needs_of, standing_of, urgency
from cisterna.evidence import Status, builtin_catalogue
from cisterna.therapy import (
    Alarm,
    Correct,
    Explant,
    FaultEvent,
    Interrogate,
    LumbarBolus,
    Mri,
    Revise,
    Session,
    Stop,
    Therapy,
    event_table,
    read_therapy,
)
from cisterna.units import Mass, Volume

EXAMPLES = sorted(Path("examples").glob("*.toml"))


def due(of: Therapy, until: datetime | None = None, **keys: object) -> dict[NeedKind, Need]:
    """What is due by its kind, at the last event unless another instant is given."""
    instant = until or of.valid_events[-1].at
    found = needs_of(of, standing_of(of, instant), **keys)  # type: ignore[arg-type]
    assert len({(need.kind, need.title, need.at_us) for need in found}) == len(found)
    return {need.kind: need for need in found}


def days(of: Therapy, kind: NeedKind, **keys: object) -> date | None:
    """The day of one kind of need, ``None`` where there is none."""
    need = due(of, **keys).get(kind)  # type: ignore[arg-type]
    return need.due_on if need else None


# ------------------------------------------------------------------------------ no pump runs dry


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_days_of_a_pump_are_those_of_its_dates(path: Path) -> None:
    """Refill, low reservoir and replacement of every example are due on the days that the pump computes."""
    of = read_therapy(path)
    dates = standing_of(of, of.valid_events[-1].at).dates
    if dates is None:
        assert NeedKind.REFILL not in due(of)
        return
    found = due(of)
    assert found[NeedKind.REFILL].due_on == dates.refill_by_date.date
    assert found[NeedKind.REFILL].from_on == dates.book_from.date
    assert found[NeedKind.LOW_RESERVOIR].due_on == dates.low_reservoir_alarm_date.date
    assert found[NeedKind.REPLACEMENT].due_on == dates.schedule_by_date.date


@given(therapies_of_every_kind() | therapies(), st.floats(0, 400))
@settings(deadline=None, max_examples=60)
def test_no_pump_runs_dry_silently(made: Therapy, days_later: float) -> None:
    """Whatever was done and whenever one looks: a pump in place has a refill, or a record to mend at once."""
    later = made.valid_events[-1].at + timedelta(days=days_later)
    standing = standing_of(made, later)
    kinds = {need.kind for need in needs_of(made, standing)}
    if standing.pump is None:
        assert NeedKind.REFILL not in kinds
    else:
        assert kinds & {NeedKind.REFILL, NeedKind.RECORD_REFUSED}


@given(therapies())
@settings(deadline=None, max_examples=40)
def test_a_refill_is_due_before_the_reservoir_is_empty(made: Therapy) -> None:
    """Neither the refill nor the low reservoir is dated after the day on which nothing is left."""
    standing = standing_of(made, made.valid_events[-1].at)
    empty_us = standing.reservoir.course.empty_us if standing.reservoir else None
    for need in needs_of(made, standing):
        if need.kind in (NeedKind.REFILL, NeedKind.LOW_RESERVOIR) and empty_us is not None:
            assert need.at_us is not None
            assert need.at_us <= empty_us


@given(therapies(), st.floats(0, 60))
@settings(deadline=None, max_examples=40)
def test_needs_hold_until_the_next_event(made: Therapy, days_later: float) -> None:
    """Looked at days later, without an event in between, the same is due on the same days."""
    last = made.valid_events[-1].at
    first, again = (
        {(need.kind, need.due_on, need.title) for need in needs_of(made, standing_of(made, until))}
        for until in (last, last + timedelta(days=days_later))
    )
    assert first == again


@given(therapies())
@settings(deadline=None, max_examples=30)
def test_every_need_says_why_and_from_where(made: Therapy) -> None:
    """Title, detail, source and status are there, and the first day comes first."""
    found = needs_of(made, standing_of(made, made.valid_events[-1].at))
    assert all(need.title and need.detail.endswith(".") and need.source for need in found)
    assert [need.due_on for need in found] == sorted(need.due_on for need in found)


# ----------------------------------------------------------------------------------- reservoir


def test_a_refill_is_due_a_week_before_the_alarm() -> None:
    """18 mL at 0.2 mL/day last to 31 May; 7 days before is 24 May, to be booked from 10 days before on."""
    need = due(running())[NeedKind.REFILL]
    assert (need.due_on, need.from_on) == (date(2026, 5, 24), date(2026, 5, 21))
    assert need.detail == "500 mcg/mL, 100 mcg/day. Low-reservoir alarm at 2 mL on Sun 31 May 2026."
    assert need.status is Status.CONFIRMED


def test_a_lead_of_the_site_moves_the_day() -> None:
    """With 3 days of lead the refill is due on 28 May, with the source of the setting."""
    need = due(running(parameters={"refill_lead_short": "3 days"}))[NeedKind.REFILL]
    assert need.due_on == date(2026, 5, 28)
    assert need.source.startswith("set in the therapy")


def test_a_slow_pump_is_refilled_before_its_drug_decays() -> None:
    """A pump that is stopped is refilled by stability, which is only recalled and says so."""
    need = due(running(Stop(at=at(1))))[NeedKind.REFILL]
    assert need.due_on == date(2026, 8, 22)
    assert need.status is Status.RECALLED
    assert "held to be stable until Sat 29 Aug 2026" in need.detail


@pytest.mark.parametrize(
    ("cap", "worst", "text"),
    [(30.0, False, "longest time between refills"), (None, True, "At the labelled over-delivery")],
)
def test_what_limits_a_refill_is_said(cap: float | None, worst: bool, text: str) -> None:  # noqa: FBT001
    """A cap of the site and the worst case are named where they decide."""
    standing = standing_of(running(), at(), refill_cap_days=cap, worst_case_drives=worst)
    refill = next(need for need in needs_of(running(), standing) if need.kind is NeedKind.REFILL)
    assert text in refill.detail


def test_a_pump_that_was_never_filled_is_due_at_once() -> None:
    """No date can be computed, and that is said: it is due on the day of the implant."""
    need = due(therapy(implant()))[NeedKind.REFILL]
    assert (need.due_on, need.title) == (date(2026, 3, 2), "Fill the pump")
    assert "never filled" in need.detail


def test_a_low_reservoir_shows_from_its_day_on() -> None:
    """The day of the alarm is 31 May; before that it is no row, and the detail names the day it is empty."""
    need = due(running())[NeedKind.LOW_RESERVOIR]
    assert need.due_on == date(2026, 5, 31)
    assert [need.is_shown(date(2026, 5, day)) for day in (30, 31)] == [False, True]
    assert need.detail.endswith("Empty on Wed 10 Jun 2026.")


# --------------------------------------------------------------------------------- replacement


def test_a_replacement_is_scheduled_half_a_year_ahead() -> None:
    """Seven years after the implant the pump stops; six months before that the replacement is due."""
    need = due(running())[NeedKind.REPLACEMENT]
    assert (need.due_on, need.title) == (date(2032, 9, 2), "Schedule the replacement of the pump")
    assert "The pump stops by itself by Wed 2 Mar 2033." in need.detail


def test_a_recorded_indicator_makes_it_due() -> None:
    """An indicator that was seen is the day, whatever was computed; it stays due until it is planned."""
    seen = Alarm(at=at(60), condition="elective-replacement-indicator")
    of = running(seen, Interrogate(at=at(60.1)))
    need = due(of)[NeedKind.REPLACEMENT]
    assert need.due_on == date(2026, 5, 1)
    assert "indicator since Fri 1 May 2026" in need.detail
    assert days(of, NeedKind.REPLACEMENT, planned_replacement=date(2026, 6, 1)) == date(2026, 6, 1)


def test_a_replacement_planned_after_the_pump_stops_is_not_planned() -> None:
    """90 days after the indicator the pump stops: a later day does not quiet the need."""
    of = running(Alarm(at=at(60), condition="elective-replacement-indicator"))
    assert days(of, NeedKind.REPLACEMENT, planned_replacement=date(2026, 8, 1)) == date(2026, 5, 1)


def test_a_pump_of_unknown_life_is_asked_about() -> None:
    """Where nobody published how long a battery lasts, five years (recalled) are the day to find out."""
    builtin = builtin_catalogue()
    model = builtin.pump("synchromed-ii-20")
    kept = {name: number for name, number in model.numbers.items() if name not in ("life", "eri_to_stop")}
    pumps = {**builtin.pumps, "synchromed-ii-20": replace(model, numbers=kept)}
    of = replace(running(), catalogue=replace(builtin, pumps=pumps))
    need = due(of)[NeedKind.REPLACEMENT]
    assert (need.due_on, need.status) == (date(2031, 3, 2), Status.RECALLED)
    assert need.title == "Find out when to replace the pump"


# ------------------------------------------------------------------------------ trial, assessment


def test_a_bolus_without_an_outcome_is_asked_for() -> None:
    """On the day of the bolus, once its 8 h of observation are over; an assessment after it answers."""
    bolus = LumbarBolus(at=at(-20), dose=Mass(50), level="L3", id="trial")
    need = due(therapy(assess(-20.1), bolus))[NeedKind.SCREENING]
    assert (need.due_on, need.event_id) == (date(2026, 2, 10), "trial")
    assert NeedKind.SCREENING not in due(therapy(bolus, assess(-19.8)))
    assert NeedKind.SCREENING not in due(running(bolus))


def test_a_planned_trial_is_due_on_its_day() -> None:
    """The day comes from the clinic's plan."""
    of = therapy(assess(0))
    assert days(of, NeedKind.SCREENING, booked_screenings=(date(2026, 4, 1),)) == date(2026, 4, 1)


def test_assessments_follow_the_rhythm() -> None:
    """A month after the implant, then a year after the last one; none once the pump is out."""
    assert days(running(), NeedKind.ASSESSMENT) == date(2026, 4, 2)
    assert days(running(assess(20)), NeedKind.ASSESSMENT) == date(2027, 3, 22)
    assert days(running(assess(20), Explant(at=at(30))), NeedKind.ASSESSMENT) is None
    half = running(assess(20), parameters={"physiotherapy_review_interval": "0.5 y"})
    assert days(half, NeedKind.ASSESSMENT) == date(2026, 9, 22)
    assert days(therapy(), NeedKind.ASSESSMENT, until=at()) is None


# --------------------------------------------------------------------------------- scan and alarm


def test_a_scan_is_followed_by_a_reading_on_the_same_day() -> None:
    """Due on the day of the scan until the pump was read after it; reading it before does not count."""
    scan = Mri(at=at(10), until=at(10.05), resumed=True, id="scan")
    need = due(running(Interrogate(at=at(9.9)), scan))[NeedKind.CHECK_AFTER_MRI]
    assert (need.due_on, need.event_id) == (date(2026, 3, 12), "scan")
    assert "tga.gov.au" in need.detail
    assert NeedKind.CHECK_AFTER_MRI not in due(running(scan, Interrogate(at=at(10.1))))
    assert NeedKind.CHECK_AFTER_MRI not in due(running(scan, Explant(at=at(11))))


def test_of_two_scans_the_first_that_was_not_followed_counts() -> None:
    """A second scan does not make the missing reading after the first one later."""
    of = running(Mri(at=at(10), resumed=True), Mri(at=at(20), resumed=True))
    assert days(of, NeedKind.CHECK_AFTER_MRI) == date(2026, 3, 12)


def test_an_alarm_that_was_reported_needs_an_answer() -> None:
    """A critical one on the same day, another on the next; acknowledging is no answer, a reading is."""
    stall = Alarm(at=at(10), condition="motor-stall", acknowledged=True, id="heard")
    need = due(running(stall))[NeedKind.ALARM]
    assert (need.due_on, need.title, need.event_id) == (date(2026, 3, 12), "Critical alarm reported", "heard")
    assert "acknowledged" in need.detail
    low = Alarm(at=at(10), condition="low-reservoir")
    assert days(running(low), NeedKind.ALARM) == date(2026, 3, 13)
    assert NeedKind.ALARM not in due(running(low, Interrogate(at=at(11))))
    assert NeedKind.ALARM not in due(running(low, fill(11, withdrawn=Volume(17.8))))


def test_an_alarm_of_which_only_the_sound_is_known_is_as_urgent_as_its_sound() -> None:
    """A two-tone is critical until the pump was read; a single tone is not."""
    two, one = Alarm(at=at(10), condition="two-tone"), Alarm(at=at(10), condition="single-tone")
    assert due(running(two))[NeedKind.ALARM].title == "Critical alarm reported"
    assert due(running(one))[NeedKind.ALARM].title == "Alarm reported"
    assert NeedKind.ALARM not in due(running(two, Interrogate(at=at(11))))


def test_a_latched_alarm_stays_due_after_the_reading() -> None:
    """A memory error goes on sounding until the pump is programmed anew."""
    reset = Alarm(at=at(10), condition="critical-memory-error")
    need = due(running(reset, Interrogate(at=at(11))))[NeedKind.ALARM]
    assert need.title == "Critical alarm not cleared"
    assert NeedKind.ALARM not in due(running(reset, Interrogate(at=at(11)), daily(11.1)))


# --------------------------------------------------------------------------------- the pump itself


@pytest.mark.parametrize(
    ("event", "day", "title"),
    [
        (Stop(at=at(5)), date(2026, 3, 9), "The pump is stopped"),
        (FaultEvent(at=at(5), what="motor-stall"), date(2026, 3, 7), "The pump does not deliver"),
        (
            Session(at=at(5), opened=at(4.99), ended="uncertain"),
            date(2026, 3, 7),
            "Read the pump: nobody knows what it does",
        ),
        (
            FaultEvent(at=at(5), what="reset", amount="safe-state"),
            date(2026, 3, 7),
            "The pump runs at its lowest rate after a reset",
        ),
    ],
)
def test_a_pump_that_does_not_do_what_it_should_is_checked(event: Stop, day: date, title: str) -> None:
    """The same day, and a pump that was stopped before its critical alarm sounds after 48 h."""
    need = due(running(event))[NeedKind.CHECK_PUMP]
    assert (need.due_on, need.title) == (day, title)


def test_a_filled_pump_without_a_program_is_checked() -> None:
    """An implant visit that was not finished is seen on its day."""
    assert due(therapy(implant(), fill()))[NeedKind.CHECK_PUMP].due_on == date(2026, 3, 2)


def test_a_record_that_cannot_be_run_is_due_now() -> None:
    """Such a patient is on the list with what is wrong, instead of dates that nobody can trust."""
    of = therapy(implant(), fill(), daily(dose=90000.0))
    need = due(of)[NeedKind.RECORD_REFUSED]
    assert "90000 mcg/day" in need.detail
    assert urgency(need, date(2026, 3, 2), 7) is Urgency.NOW
    assert NeedKind.REFILL not in due(of)


# --------------------------------------------------------------------------------- second person


def test_a_program_needs_a_second_person() -> None:
    """The last program is due on the next day until its id is among the confirmed ones."""
    of = therapy(implant(), fill(), daily(id="p1", by="invented"), daily(5, 110.0, id="p2"))
    need = due(of, confirmed={"p1"})[NeedKind.UNCONFIRMED_PROGRAM]
    assert (need.due_on, need.event_id) == (date(2026, 3, 8), "p2")
    assert NeedKind.UNCONFIRMED_PROGRAM not in due(of, confirmed={"p2"})


def test_a_corrected_program_is_confirmed_anew() -> None:
    """What was confirmed of the wrong program does not count for the one in its place."""
    right = event_table(daily(dose=120.0))
    mended = Correct(at=at(1), event="p1", why="misread", new=right, id="c1")
    of = therapy(implant(), fill(), daily(id="p1"), mended)
    need = due(of, confirmed={"p1"})[NeedKind.UNCONFIRMED_PROGRAM]
    assert need.event_id == "c1"
    assert NeedKind.UNCONFIRMED_PROGRAM not in due(of, confirmed={"c1"})


def test_the_program_of_a_pump_that_is_gone_is_nobodys() -> None:
    """A new pump, not yet programmed, has no program to confirm."""
    of = running(Revise(at=at(30), pump="synchromed-ii-20"))
    assert NeedKind.UNCONFIRMED_PROGRAM not in due(of)


# ------------------------------------------------------------------------------------- urgency


def need(kind: NeedKind) -> Need:
    """A need of 10 March."""
    return Need(kind=kind, due_on=date(2026, 3, 10), title="", detail="", source="", status=Status.CONFIRMED)


@pytest.mark.parametrize(
    ("day", "level"),
    [(2, Urgency.LATER), (3, Urgency.SOON), (9, Urgency.SOON), (10, Urgency.NOW), (31, Urgency.NOW)],
)
def test_urgency_follows_the_day(day: int, level: Urgency) -> None:
    """With seven days: later to 2 March, soon from the third, now from the tenth on."""
    assert urgency(need(NeedKind.REFILL), date(2026, 3, day), 7) is level


def test_a_late_assessment_is_never_red() -> None:
    """Red is kept for what endangers; the assessment is still escalated."""
    late = need(NeedKind.ASSESSMENT)
    assert urgency(late, date(2026, 5, 1), 7) is Urgency.SOON
    assert escalated(late, date(2026, 5, 1), 1)


def test_what_is_overdue_escalates() -> None:
    """Not on its day; one day later where the site allows one day, two later where it allows two."""
    refill = need(NeedKind.REFILL)
    assert [escalated(refill, date(2026, 3, day), 1) for day in (9, 10, 11)] == [False, False, True]
    assert [escalated(refill, date(2026, 3, day), 2) for day in (11, 12)] == [False, True]
    assert not escalated(refill, date(2026, 3, 10), 0)


def test_nothing_is_due_of_a_patient_without_events() -> None:
    """A record that was just opened asks for nothing."""
    assert needs_of(therapy(), standing_of(therapy(), at())) == ()
