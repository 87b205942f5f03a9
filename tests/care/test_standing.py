"""Where a therapy stands: as the pump computes it, never twice, and true until the next event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from cattrs.preconf.json import make_converter
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.care.clinic_therapies import (
    assess,
    at,
    daily,
    fill,
    flex,
    implant,
    running,
    therapy,
)
from tests.therapy.strategies import therapies

from cisterna.care import (
    MOST_POINTS_OF_A_LEG,
    AllowedBolus,
    DayStep,
    ReservoirCourse,
    Standing,
    StandingStatus,
    settled_at,
    standing_of,
)
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us, utc
from cisterna.pump import Dates, run_pump
from cisterna.therapy import (
    Correct,
    Explant,
    FaultEvent,
    Fill,
    FlexStep,
    Interrogate,
    Mri,
    Oral,
    PatientBolusAllowance,
    Program,
    Session,
    SingleBolus,
    Stop,
    Therapy,
    event_table,
    read_therapy,
)
from cisterna.units import Concentration, Duration, HourlyRate, Mass, Volume

EXAMPLES = sorted(Path("examples").glob("*.toml"))


def last_instant(of: Therapy) -> datetime:
    """The instant of the last event."""
    return of.valid_events[-1].at


def now(of: Therapy) -> Standing:
    """The standing at the last event."""
    return standing_of(of, last_instant(of))


def days_of(dates: Dates | None) -> list[tuple[str, date | None]]:
    """The days of all dates by their names."""
    return [] if dates is None else [(name, dated.date) for name, dated in dates.items()]


# ------------------------------------------------------------------------------- what is shown


def test_what_a_banner_shows_of_a_running_pump() -> None:
    """Ten days at 0.2 mL/day leave 18 of 20 mL; 500 mcg/mL in a pump of 20 mL are 10,000 mcg when full."""
    standing = standing_of(running(), at(10))
    assert standing.status is StandingStatus.RUNNING
    assert standing.since_us == instant_us(at())
    assert (standing.tip, round(standing.dead_volume_ml or 0, 4)) == ("T10", 0.2764)
    program, reservoir = standing.program, standing.reservoir
    assert program is not None
    assert reservoir is not None
    assert (program.mode, program.daily_dose_mcg, program.repeats_daily) == ("simple-continuous", 100.0, True)
    assert program.flow_ml_per_day == pytest.approx(0.2)
    assert program.day(0) == (DayStep(0.0, 100 / 24),)
    assert (reservoir.drug, reservoir.concentration_mcg_per_ml) == ("baclofen", 500.0)
    assert (reservoir.capacity_ml, reservoir.full_mcg, reservoir.alarm_ml) == (20.0, 10000.0, 2.0)
    assert reservoir.now_ml == pytest.approx(18.0)
    assert reservoir.course.empty_us == instant_us(at(100))
    assert standing.pump is not None
    assert (standing.pump.model, standing.pump.since_us) == ("SynchroMed II 8637-20", instant_us(at()))
    assert standing.catheter is not None
    assert standing.catheter.length_cm == 62.0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_dates_are_those_of_the_pump(path: Path) -> None:
    """For every example the dates are the ones that the pump computes, with what decides about each."""
    read = read_therapy(path)
    run = run_pump(read, instant_us(last_instant(read)))
    assert now(read).dates == (run.dates if run else None)


def test_a_site_may_cap_the_interval_or_plan_by_the_worst_case() -> None:
    """Both settings reach the pump, which names them as what decides."""
    capped = standing_of(running(), at(), refill_cap_days=30).dates
    worst = standing_of(running(), at(), worst_case_drives=True).dates
    assert capped is not None
    assert worst is not None
    assert (capped.refill_by_date.decided_by, worst.refill_by_date.decided_by) == ("cap", "accuracy")


def test_a_flex_day_is_shown_by_the_clock_of_the_pump() -> None:
    """The steps of a day begin at the pump's midnight and give its daily dose."""
    program = standing_of(therapy(implant(), fill(), flex()), at(3)).program
    assert program is not None
    assert program.day(4) == (DayStep(0.0, 2.0), DayStep(6.0, 6.0), DayStep(18.0, 2.0))
    assert (program.daily_dose_mcg, program.repeats_daily) == (96.0, True)


def test_days_that_differ_are_all_held() -> None:
    """A program with another Monday holds seven days, from Monday on."""
    steps = (
        FlexStep(from_=time(0), rate=HourlyRate(4), days=("tue", "wed", "thu", "fri", "sat", "sun")),
        FlexStep(from_=time(0), rate=HourlyRate(8), days=("mon",)),
        FlexStep(from_=time(12), rate=HourlyRate(4), days=("mon",)),
    )
    weekly = Program(at=at(), mode="flex", steps=steps)
    program = now(therapy(implant(), fill(), weekly)).program
    assert program is not None
    assert len(program.days) == 7
    assert program.day(0) == (DayStep(0.0, 8.0), DayStep(12.0, 4.0))
    assert program.day(6) == (DayStep(0.0, 4.0),)
    assert program.daily_dose_mcg == pytest.approx((6 * 96 + 144) / 7)
    assert not program.repeats_daily


def test_what_the_program_allows_the_patient_is_shown() -> None:
    """Dose, lockout and number a day of the patient bolus."""
    allowed = PatientBolusAllowance(dose=Mass(10), lockout=Duration(4), per_day=3)
    program = now(therapy(implant(), fill(), daily(patient_bolus=allowed))).program
    assert program is not None
    assert program.patient_bolus == AllowedBolus(10.0, 4.0, 3)


def test_the_last_refill_is_told_with_what_it_leaves() -> None:
    """14 mL withdrawn after 20 days where 16 mL were expected: 2 mL less, within the limit; 13 mL is not."""
    found = now(running(fill(20, withdrawn=Volume(14)))).last_visit
    assert found is not None
    assert found.difference_ml == pytest.approx(-2.0)
    assert found.delivered_ratio == pytest.approx(1.5)
    assert found.left is not None
    assert "over-infuses" in found.left
    routine = now(running(fill(50, withdrawn=Volume(10)))).last_visit
    assert routine is not None
    assert routine.left is None


def test_tablets_are_those_of_the_last_event_while_they_last() -> None:
    """A regimen goes on to its end or to the next one; a dose of 0 ends it."""
    tablets = Oral(at=at(1), dose=Mass(5000), times=(time(8), time(20)), until=at(10))
    oral = standing_of(therapy(tablets), at(2)).oral
    assert oral is not None
    assert (oral.dose_mcg, oral.times, oral.daily_mcg) == (5000.0, ("08:00", "20:00"), 10000.0)
    assert standing_of(therapy(tablets), at(10)).oral is None
    assert standing_of(therapy(tablets, Oral(at=at(3), dose=Mass(0))), at(4)).oral is None


def test_the_last_assessment_is_that_of_a_day() -> None:
    """All scores of the last local day, and none of an earlier one."""
    last = now(therapy(assess(0, 3.0), assess(30, 2.5), assess(30.1, 2.0))).last_assessment
    assert last is not None
    assert [score.value for score in last.scores] == [2.5, 2.0]
    assert last.at_us == instant_us(at(30.1))


# ------------------------------------------------------------------------------------- status


STALL = FaultEvent(at=at(5), what="motor-stall")
STATUSES = {
    "no-pump": therapy(assess(0)),
    "not-filled": therapy(implant()),
    "not-programmed": therapy(implant(), fill()),
    "stopped": running(Stop(at=at(5))),
    "empty": running(Interrogate(at=at(120))),
    "not-delivering": running(STALL),
    "safe-state": running(FaultEvent(at=at(5), what="reset", amount="safe-state")),
    "uncertain": running(Session(at=at(5), opened=at(4.99), ended="uncertain")),
    "end-of-service": running(fill(90, withdrawn=Volume(2)), Stop(at=at(95)), Interrogate(at=at(3000))),
    "explanted": running(Explant(at=at(5))),
    "record-refused": therapy(implant(), fill(), daily(dose=90000.0)),
}


@pytest.mark.parametrize(("status", "example"), STATUSES.items(), ids=STATUSES.keys())
def test_each_status_is_told(status: str, example: Therapy) -> None:
    """Every status but running, which all other tests see, from a record that leads to it."""
    assert now(example).status.value == status


def test_a_bolus_does_not_change_what_follows_it() -> None:
    """A bolus that ends in a stop is told as stopped from the first, with the instant of the stop."""
    bolus = SingleBolus(at=at(5), dose=Mass(10), over=Duration(2), then="stop")
    standing = now(running(bolus))
    assert (standing.status, standing.bolus) == (StandingStatus.STOPPED, "single-bolus")
    stop_us = instant_us(at(5)) + 2 * US_PER_HOUR
    assert (standing.bolus_end_us, standing.since_us) == (stop_us, stop_us)
    assert standing.stop_alarm_us == stop_us + 48 * US_PER_HOUR


def test_a_record_that_the_pump_refuses_is_told_and_not_raised() -> None:
    """The patient is still seen: what the record says by itself is there, what only the pump knows is not."""
    standing = now(STATUSES["record-refused"])
    assert standing.refusals
    assert "90000 mcg/day" in standing.refusals[0]
    assert standing.pump is not None
    assert (standing.program, standing.reservoir, standing.dates) == (None, None, None)


def test_a_pump_that_was_taken_out_shows_nothing_of_it() -> None:
    """No program, reservoir or device is shown as if it were still there."""
    standing = now(STATUSES["explanted"])
    assert (standing.pump, standing.catheter, standing.program) == (None, None, None)
    assert (standing.reservoir, standing.tip, standing.alarms) == (None, None, ())


def test_what_changes_by_itself_is_known_ahead() -> None:
    """The same standing tells that the pump is empty on day 100 and at its end seven years later."""
    standing = now(running())
    assert standing.status_at(instant_us(at(99))) is StandingStatus.RUNNING
    assert standing.status_at(instant_us(at(100))) is StandingStatus.EMPTY
    assert standing.status_at(instant_us(at(3000))) is StandingStatus.END_OF_SERVICE
    gone = now(STATUSES["explanted"])
    assert gone.status_at(instant_us(at(3000))) is StandingStatus.EXPLANTED


def test_a_latched_alarm_is_shown_until_it_is_cleared() -> None:
    """A motor stall sounds on; once the pump was read and turns again it is gone."""
    assert [alarm.condition.value for alarm in now(running(STALL)).alarms] == ["motor-stall"]
    ended = replace(STALL, until=at(6))
    assert standing_of(running(ended, Interrogate(at=at(7))), at(8)).alarms == ()


def test_corrections_hold() -> None:
    """A fill that was corrected from 500 to 1000 mcg/mL stands with 1000, and the volume of its flow."""
    wrong = replace(fill(), id="fill")
    right = event_table(fill(concentration=Concentration(1000)))
    mended = Correct(at=at(1), event="fill", why="vial misread", new=right)
    reservoir = standing_of(therapy(implant(), wrong, daily(), mended), at(10)).reservoir
    assert reservoir is not None
    assert (reservoir.concentration_mcg_per_ml, reservoir.full_mcg) == (1000.0, 20000.0)
    assert reservoir.now_ml == pytest.approx(19.0)


# ----------------------------------------------------------------------------- reservoir course


@given(therapies())
@settings(deadline=None, max_examples=30)
def test_the_course_is_what_the_pump_then_counts(made: Therapy) -> None:
    """At every point of the course, the pump run on to its end reads the same volume to 1e-9 mL."""
    reservoir = now(made).reservoir
    assume(reservoir is not None)
    assert reservoir is not None
    points = reservoir.course.points
    assert points[0] == (instant_us(last_instant(made)), reservoir.now_ml)
    run = run_pump(made, points[-1][0])
    assert run is not None
    read = run.readings([at_us for at_us, _ in points])
    assert read.reservoir_ml == pytest.approx([volume for _, volume in points], abs=1e-9)
    assert len(points) <= 2 * MOST_POINTS_OF_A_LEG


@given(therapies(), st.floats(0, 1))
@settings(deadline=None, max_examples=30)
def test_between_its_points_the_course_is_off_by_less_than_a_day(made: Therapy, where: float) -> None:
    """On any day the course tells the volume of the pump to within what flows in a day."""
    standing = now(made)
    reservoir, program = standing.reservoir, standing.program
    assume(reservoir is not None and program is not None)
    assert reservoir is not None
    assert program is not None
    start_us, end_us = reservoir.course.points[0][0], reservoir.course.points[-1][0]
    at_us = start_us + round(where * (end_us - start_us))
    run = run_pump(made, at_us)
    assert run is not None
    counted_ml = run.readings([at_us]).reservoir_ml[0]
    assert counted_ml is not None
    most_ml = 1.25 if standing.bolus is None else 2.5  # the highest flow of a day that these programs have
    assert abs(reservoir.course.volume_ml(at_us) - counted_ml) <= most_ml


@given(therapies())
@settings(deadline=None, max_examples=30)
def test_the_worst_course_ends_on_the_earliest_day(made: Therapy) -> None:
    """A pump at its labelled over-delivery is empty when the dates say, to a second, and never holds more."""
    standing = now(made)
    assume(standing.reservoir is not None and standing.dates is not None)
    assert standing.reservoir is not None
    assert standing.dates is not None
    course, worst = standing.reservoir.course, standing.reservoir.worst_course
    assert worst is not None
    assert all(volume <= course.volume_ml(at_us) + 1e-9 for at_us, volume in worst.points)
    dated_us = standing.dates.earliest_empty_date.at_us
    if dated_us is not None and dated_us >= standing.until_us:
        assert worst.empty_us == pytest.approx(dated_us, abs=1_000_000)


def test_a_pump_that_is_stopped_keeps_what_it_has() -> None:
    """The course of a stopped pump is one point, and every later day has its volume."""
    reservoir = now(running(Stop(at=at(10)))).reservoir
    assert reservoir is not None
    assert reservoir.course.empty_us is None
    assert reservoir.course.volume_ml(instant_us(at(1000))) == pytest.approx(18.0)


def test_the_course_ends_with_the_pump() -> None:
    """After the end of service nothing more is counted out of the reservoir."""
    late = running(fill(90, withdrawn=Volume(2)), Stop(at=at(91)), daily(2540, dose=24.0))
    standing = now(late)
    assert standing.reservoir is not None
    assert standing.dates is not None
    course = standing.reservoir.course
    assert course.points[-1][0] == standing.dates.end_of_service_date.at_us
    assert course.empty_us is None


def test_a_long_week_of_steps_has_a_bounded_course() -> None:
    """Days that differ need a point a day; many years of them have their points further apart."""
    steps = (
        FlexStep(from_=time(0), rate=HourlyRate(1.0)),
        FlexStep(from_=time(12), rate=HourlyRate(1.1), days=("sun",)),
    )
    slow = Program(at=at(), mode="flex", steps=steps)
    reservoir = now(therapy(implant(), fill(), slow)).reservoir
    assert reservoir is not None
    days = (reservoir.course.points[-1][0] - reservoir.course.points[0][0]) / US_PER_DAY
    assert days > MOST_POINTS_OF_A_LEG
    assert len(reservoir.course.points) <= MOST_POINTS_OF_A_LEG + 2


@pytest.mark.parametrize("points", [(), ((0, 1.0), (0, 0.5)), ((0, 1.0), (1, 2.0)), ((0, -1.0),)])
def test_what_rises_or_goes_back_is_no_course(points: tuple[tuple[int, float], ...]) -> None:
    """Time ascends, volume never rises, and none is below zero."""
    with pytest.raises(ValueError, match="not a course"):
        ReservoirCourse(points)


def test_before_its_first_point_a_course_says_what_it_held_there() -> None:
    """Nobody asks for the past of a course, and it invents none."""
    course = ReservoirCourse(((US_PER_DAY, 5.0), (2 * US_PER_DAY, 0.0)))
    assert (course.volume_ml(0), course.volume_ml(3 * US_PER_DAY)) == (5.0, 0.0)


# ----------------------------------------------------------------------------- kept and repeated


@given(therapies())
@settings(deadline=None, max_examples=30)
def test_a_standing_can_be_stored(made: Therapy) -> None:
    """Written as JSON and read back it is the same value: there are plain values in it and nothing else."""
    standing = now(made)
    converter = make_converter()
    assert converter.loads(converter.dumps(standing), Standing) == standing


@given(therapies(), st.floats(0, 20))
@settings(deadline=None, max_examples=30)
def test_a_standing_is_true_until_the_next_event(made: Therapy, days: float) -> None:
    """Days later the pump, run again, is in the status and near the volume that the standing foretold."""
    before, later = now(made), last_instant(made) + timedelta(days=days)
    again = standing_of(made, later)
    assert again.status is before.status_at(instant_us(later))
    assert (again.program, again.pump) == (before.program, before.pump)
    assert days_of(again.dates) == days_of(before.dates)


def test_nothing_that_comes_later_is_looked_at() -> None:
    """The standing of an instant knows only what was done up to it."""
    later = running(fill(50, withdrawn=Volume(10), concentration=Concentration(1000)), assess(60))
    assert standing_of(later, at(10)) == standing_of(running(), at(10))
    assert utc(standing_of(later, at(10)).until_us) == at(10)
    assert isinstance(later.valid_events[3], Fill)


def test_a_scan_that_is_over_leaves_the_pump_running() -> None:
    """Asked when the scan is over, the pump runs; asked in the midst of it, it does not."""
    scan = Mri(at=at(5), until=at(5) + timedelta(hours=1), field="1.5 T", resumed=True)
    therapy = replace(running(), events=(*running().events, scan))
    over = settled_at(therapy)
    assert over is not None
    assert over == scan.until
    assert standing_of(therapy, over).status is StandingStatus.RUNNING
    assert standing_of(therapy, scan.at).status is not StandingStatus.RUNNING
