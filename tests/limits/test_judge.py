"""The judge of a program in its therapy."""

import json
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.therapy.strategies import therapies, therapies_of_every_kind

from cisterna.errors import TherapyError
from cisterna.instants import US_PER_DAY, US_PER_HOUR
from cisterna.limits import Judgement, SiteSettings, Touched, Verdict, judge, verdict_of
from cisterna.limits.doses import doses_in_window_mcg
from cisterna.pump import Schedule, Stage
from cisterna.therapy import (
    Explant,
    Fill,
    FlexStep,
    Implant,
    LumbarBolus,
    PatientBolusAllowance,
    Port,
    Program,
    Revise,
    Stop,
    Therapy,
)
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Length, Mass, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]
FillOf = Callable[..., Fill]
Continuous = Callable[[float, float], Program]
ADULT = date(1990, 1, 1)


def names(judgement: Judgement) -> set[str]:
    """What is touched, less what the site has not set."""
    return {entry.name for entry in judgement.guardrails if not entry.name.startswith("site-")}


def the(judgement: Judgement, name: str) -> Touched:
    """The touched guardrail of a name."""
    return next(entry for entry in judgement.guardrails if entry.name == name)


def flex(at: datetime, *steps: tuple[int, float]) -> Program:
    """A flex day of (hour, mcg/h)."""
    return Program(
        at=at,
        mode="flex",
        steps=tuple(FlexStep(from_=time(hour), rate=HourlyRate(rate)) for hour, rate in steps),
    )


def periodic(at: datetime, bolus: float, every: float, over: float = 0.5, background: float = 4) -> Program:
    """A periodic bolus in mcg, every so many hours."""
    return Program(
        at=at, mode="periodic-bolus", bolus=Mass(bolus), every=Duration(every), over=Duration(over),
        background=HourlyRate(background),
    )  # fmt: skip


@pytest.mark.requirement("A2", "A5")
def test_a_dose_below_the_lowest_flow_is_stopped_with_what_would_work(
    therapy_of: TherapyOf, continuous: Continuous
) -> None:
    """WE21: 80 mcg/day at 2000 mcg/mL is 0.04 mL/day, below 0.048; a lower concentration is offered."""
    judgement = judge(therapy_of(continuous(2, 80), concentration=2000))
    flow = the(judgement, "pump-flow")
    assert judgement.verdict is Verdict.STOP
    assert flow.limit == pytest.approx(0.048)
    assert flow.value == pytest.approx(0.04)
    assert "at most 1666.6 mcg/mL" in flow.text
    assert "MDT" in flow.source or "medtronic" in flow.source
    inputs = judgement.inputs
    assert inputs["lowest_dose_mcg_per_day"] == pytest.approx(96)
    assert inputs["highest_dose_mcg_per_day"] == pytest.approx(48000)


def test_c28_a_high_dose_in_cerebral_palsy(therapy_of: TherapyOf, continuous: Continuous) -> None:
    """C28: 1050 mcg/day lies above the label's 90 to 703; that 2000 is published in children is told too."""
    judgement = judge(therapy_of(continuous(2, 1050), born=ADULT))
    assert judgement.verdict is Verdict.CAUTION
    assert {"maintenance-dose", "little-experience"} <= names(judgement)
    assert "90 to 703 mcg/day" in the(judgement, "maintenance-dose").text
    assert "2000 mcg/day are published in children" in the(judgement, "little-experience").text


@pytest.mark.requirement("C8")
def test_c67_thirteen_steps_are_allowed_and_fourteen_are_not(
    therapy_of: TherapyOf, at: At, decided: SiteSettings
) -> None:
    """C67: up to 13 changes of rate a day are allowed, the 14th is refused with the number."""
    therapy = therapy_of()
    thirteen = flex(at(2), *((hour, 4 + hour % 2) for hour in range(13)))
    assert judge(therapy, thirteen, site=decided).verdict is Verdict.OK
    fourteen = judge(therapy, flex(at(2), *((hour, 4 + hour % 2) for hour in range(14))))
    assert fourteen.verdict is Verdict.STOP
    assert (the(fourteen, "flex-steps").limit, the(fourteen, "flex-steps").value) == (13, 14)


def test_c22_no_increase_in_the_first_day(therapy_of: TherapyOf, continuous: Continuous) -> None:
    """C22: an increase 18 h after the start is flagged."""
    assert names(judge(therapy_of(continuous(2, 100), continuous(20, 110)))) == {"first-increase"}


def test_a_step_after_a_refill_is_judged_as_maintenance(
    therapy_of: TherapyOf, continuous: Continuous, fill: FillOf
) -> None:
    """C24, C26: +20 % is too much while titrating and the ceiling at a refill; a caller may say which."""
    titrating = therapy_of(continuous(2, 300), continuous(800, 360), born=ADULT)
    assert names(judge(titrating)) == {"titration-step"}
    assert names(judge(titrating, phase="maintenance")) == set()
    refilled = therapy_of(continuous(2, 300), fill(799, withdrawn=0), continuous(800, 360), born=ADULT)
    assert judge(refilled).inputs["phase"] == "maintenance"
    assert names(judge(refilled)) == set()


def test_a_start_is_held_against_the_screening_dose(
    therapy_of: TherapyOf, continuous: Continuous, at: At
) -> None:
    """Twice the last screening dose is the start; more needs a reason, ten times as much is refused."""
    screening = LumbarBolus(at=at(-500), dose=Mass(50), level="L3")
    assert names(judge(therapy_of(screening, continuous(2, 100)))) == set()
    assert "start-dose" in names(judge(therapy_of(screening, continuous(2, 101))))
    slipped = judge(therapy_of(screening, continuous(2, 1000)))
    assert slipped.verdict is Verdict.STOP
    assert "was 100 mcg/day intended?" in the(slipped, "tenfold-slip").text


@pytest.mark.requirement("B3", "A8")
def test_we53_in_a_program_with_background(therapy_of: TherapyOf, at: At) -> None:
    """WE53: 60 mcg once a day entered as once an hour hides in the dose of the day, and is found."""
    therapy = therapy_of(periodic(at(2), 60, 24), periodic(at(500), 60, 1))
    judgement = judge(therapy)
    assert judgement.verdict is Verdict.STOP
    slip = the(judgement, "daily-as-hourly-slip")
    assert "1440 mcg/day" in slip.text
    assert "was 60 mcg/day intended?" in slip.text


@pytest.mark.requirement("B1", "B2", "A5")
def test_we54_minutes_for_hours_between_boluses(therapy_of: TherapyOf, at: At) -> None:
    """WE54: every 6 min is 240 boluses a day where 4 were meant: refused, told as count and dose a day."""
    slipped = periodic(at(500), 20, 0.1, over=0.05)
    judgement = judge(therapy_of(periodic(at(2), 20, 6), slipped))
    interval = the(judgement, "bolus-interval")
    assert judgement.verdict is Verdict.STOP
    assert interval.limit == 1
    assert "every 6 min (240 a day, 4800 mcg/day)" in interval.text
    assert "With hours in place of minutes it is 6 h: 4 a day, 80 mcg/day." in interval.text
    assert the(judgement, "minutes-as-hours-slip").verdict is Verdict.STOP


@pytest.mark.requirement("B2")
@pytest.mark.parametrize(("lockout", "is_refused"), [(0.99, True), (1, False)])
def test_a_lockout_below_an_hour_is_refused(
    therapy_of: TherapyOf, at: At, *, lockout: float, is_refused: bool
) -> None:
    """The patient's boluses keep the same hour between them as those of the program."""
    allowance = PatientBolusAllowance(dose=Mass(5), lockout=Duration(lockout), per_day=2)
    program = Program(at=at(2), mode="simple-continuous", daily_dose=DailyDose(100), patient_bolus=allowance)
    judgement = judge(therapy_of(program))
    assert ("bolus-interval" in names(judgement)) is is_refused
    assert (judgement.verdict is Verdict.STOP) is is_refused


def limits(**entry: object) -> SiteSettings:
    """A site that has set something for 500 mcg/mL."""
    return SiteSettings.of(
        {"schema": 1, "entry": [{"drug": "baclofen", "concentration": "500 mcg/mL", **entry}]}
    )


@pytest.mark.requirement("B2", "A4")
@pytest.mark.parametrize(("most", "verdict"), [(5, Verdict.STOP), (6, Verdict.CAUTION)])
def test_more_boluses_than_the_site_allows_are_refused(
    therapy_of: TherapyOf, at: At, most: int, verdict: Verdict
) -> None:
    """The boluses of the program and those allotted to the patient count together."""
    program = Program(
        at=at(2), mode="periodic-bolus", bolus=Mass(10), every=Duration(6), over=Duration(0.5),
        background=HourlyRate(2),
        patient_bolus=PatientBolusAllowance(dose=Mass(10), lockout=Duration(4), per_day=2),
    )  # fmt: skip
    judgement = judge(therapy_of(program), site=limits(bolus_count={"absolute_high": most}))
    assert judgement.verdict is verdict
    if verdict is Verdict.STOP:
        assert "6 boluses a day, together 60 mcg/day" in the(judgement, "site-bolus-count").text


@pytest.mark.requirement("A4")
def test_hourly_dose_bolus_and_duration_are_held_against_the_site(therapy_of: TherapyOf, at: At) -> None:
    """Each measure of an entry is judged by what the program asks for of it."""
    program = periodic(at(2), 40, 6, over=0.5, background=2)
    for key, bound, limit in (
        ("hourly_dose", "absolute_high", "41.9 mcg/h"),
        ("hourly_dose", "absolute_low", "2.1 mcg/h"),
        ("bolus", "absolute_high", "39 mcg"),
        ("bolus_duration", "absolute_low", "31 min"),
    ):
        found = judge(therapy_of(program), site=limits(**{key: {bound: limit}}))
        touched = the(found, f"site-{key.replace('_', '-')}")
        assert (found.verdict, touched.verdict) == (Verdict.STOP, Verdict.STOP), key
    fits = limits(hourly_dose={"absolute_high": "42.1 mcg/h", "absolute_low": "2 mcg/h"})
    assert judge(therapy_of(program), site=fits).verdict is Verdict.CAUTION


@pytest.mark.requirement("A9")
@pytest.mark.parametrize(("limit", "verdict"), [("35 mcg", Verdict.STOP), ("37 mcg", Verdict.CAUTION)])
def test_a_window_holds_background_and_every_bolus_that_fits(
    therapy_of: TherapyOf, at: At, limit: str, verdict: Verdict
) -> None:
    """4 h of 96 mcg/day and two boluses of 10 mcg, locked out for 2 h, are 36 mcg."""
    allowance = PatientBolusAllowance(dose=Mass(10), lockout=Duration(2), per_day=6)
    program = Program(at=at(2), mode="simple-continuous", daily_dose=DailyDose(96), patient_bolus=allowance)
    window = limits(window={"length": "4 h", "absolute_high": limit})
    judgement = judge(therapy_of(program), site=window)
    assert judgement.verdict is verdict
    if verdict is Verdict.STOP:
        assert the(judgement, "site-dose-in-a-window").value == pytest.approx(36)


def test_the_richest_day_and_every_allotted_bolus_count(therapy_of: TherapyOf, at: At) -> None:
    """96 mcg/day and six boluses of 10 mcg are 156 mcg in 24 h; upper limits are held against that."""
    allowance = PatientBolusAllowance(dose=Mass(10), lockout=Duration(2), per_day=6)
    program = Program(at=at(2), mode="simple-continuous", daily_dose=DailyDose(96), patient_bolus=allowance)
    judgement = judge(therapy_of(program), site=limits(daily_dose={"absolute_high": "155 mcg/day"}))
    assert judgement.inputs["most_in_24_h_mcg"] == pytest.approx(156)
    assert judgement.verdict is Verdict.STOP


@pytest.mark.requirement("A8")
def test_boluses_that_are_newly_allotted_are_a_change(
    therapy_of: TherapyOf, at: At, continuous: Continuous
) -> None:
    """With 60 mcg of patient boluses the same program may give 60 % more a day: a reason is needed."""
    allowance = PatientBolusAllowance(dose=Mass(10), lockout=Duration(2), per_day=6)
    program = Program(
        at=at(500), mode="simple-continuous", daily_dose=DailyDose(100), patient_bolus=allowance
    )
    found = judge(therapy_of(continuous(2, 100), program))
    assert "with every allotted patient bolus" in the(found, "large-change").text
    assert "large-change" not in names(judge(therapy_of(continuous(2, 100), continuous(500, 100))))


@pytest.mark.requirement("D7")
@pytest.mark.parametrize(("withdrawn", "is_refused"), [(19, True), (15.5, False)])
def test_more_fluid_than_expected_blocks_a_blind_rise(
    therapy_of: TherapyOf, continuous: Continuous, fill: FillOf, *, withdrawn: float, is_refused: bool
) -> None:
    """19 mL found where 15.9 were expected: a rise is refused, with the causes; as expected it is not."""
    therapy = therapy_of(continuous(2, 100), fill(500, withdrawn=withdrawn), continuous(501, 110))
    judgement = judge(therapy)
    assert ("blind-rise" in names(judgement)) is is_refused
    if is_refused:
        assert judgement.verdict is Verdict.STOP
        assert "possible stall, occlusion or disconnection" in the(judgement, "blind-rise").text


@pytest.mark.requirement("D7")
def test_a_lower_dose_or_one_that_was_looked_into_is_not_blocked(
    therapy_of: TherapyOf, continuous: Continuous, fill: FillOf, at: At
) -> None:
    """A fall is no blind rise, a port aspiration after the refill is no blindness; a restart is blocked."""
    before = (continuous(2, 100), fill(500, withdrawn=19))
    assert "blind-rise" not in names(judge(therapy_of(*before, continuous(501, 90))))
    looked_into = Port(at=at(500.5), aspirated=Volume(0.5))
    assert "blind-rise" not in names(judge(therapy_of(*before, looked_into, continuous(501, 110))))
    restart = therapy_of(continuous(2, 100), Stop(at=at(499)), fill(500, withdrawn=19), continuous(501, 100))
    assert "blind-rise" in names(judge(restart))


@pytest.mark.requirement("D7")
def test_a_refill_in_the_same_session_counts(
    therapy_of: TherapyOf, continuous: Continuous, fill: FillOf
) -> None:
    """The program of the very instant of the refill is judged by what that refill found."""
    therapy = therapy_of(continuous(2, 100), fill(500, withdrawn=19), continuous(500, 110))
    assert "blind-rise" in names(judge(therapy))


@pytest.mark.requirement("F4")
@pytest.mark.parametrize(("hours", "is_told"), [(48, False), (49, True)])
def test_a_pump_that_stood_still_for_long_is_told(
    therapy_of: TherapyOf, continuous: Continuous, at: At, *, hours: float, is_told: bool
) -> None:
    """After more than 48 h without flow the accuracy is not assured, and the program says so."""
    therapy = therapy_of(continuous(2, 100), Stop(at=at(100)), continuous(100 + hours, 100))
    assert ("stopped-pump" in names(judge(therapy))) is is_told


def again(hours: float, at: At) -> Implant:
    """Another implant of the same pump."""
    return Implant(
        at=at(hours), pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10", catheter_trimmed=Length(52)
    )


@pytest.mark.parametrize(("gap_h", "told"), [(3, False), (48, False), (48.1, True), (2000, True)])
def test_a_pump_implanted_after_a_gap_begins_anew(
    therapy_of: TherapyOf, at: At, gap_h: float, *, told: bool
) -> None:
    """Up to 48 h without a pump the dose goes on; after more the first one is held against the trial."""

    def dose(hours: float, mcg: float) -> Program:
        return Program(at=at(hours), mode="simple-continuous", daily_dose=DailyDose(mcg))

    def fill(hours: float) -> Fill:
        return Fill(at=at(hours), injected=Volume(20), concentration=Concentration(500))

    screening = LumbarBolus(at=at(-48), dose=Mass(50), level="L3")
    new = 3000 + gap_h
    old = (screening, dose(2, 100), dose(701, 600), Explant(at=at(3000)), again(new, at), fill(new + 1))
    assert ("start-dose" in names(judge(therapy_of(*old, dose(new + 2, 600))))) is told
    small = names(judge(therapy_of(*old, dose(new + 2, 100))))
    assert bool({"reduction", "stopped-pump", "hard-change"} & small) is not told


def test_a_pump_that_is_replaced_goes_on(
    therapy_of: TherapyOf, continuous: Continuous, fill: FillOf, at: At
) -> None:
    """After a revision the dose is compared with that of the pump before, which the patient had."""
    old = (continuous(2, 100), fill(700, withdrawn=10), Revise(at=at(3000), pump="synchromed-ii-20"))
    assert "hard-change" in names(judge(therapy_of(*old, fill(3001), continuous(3002, 300))))


def test_a_flow_so_low_that_the_drug_ages_is_told(therapy_of: TherapyOf, continuous: Continuous) -> None:
    """20 mL at 0.05 mL/day last 360 days, longer than the drug is taken to be stable."""
    stability = the(judge(therapy_of(continuous(2, 100), concentration=2000)), "drug-stability")
    assert stability.limit == 180
    assert stability.value == pytest.approx(360)


def test_a_concentration_above_the_market_is_told(therapy_of: TherapyOf, continuous: Continuous) -> None:
    """4000 mcg/mL is stronger than any product."""
    judgement = judge(therapy_of(continuous(2, 250), concentration=4000, born=ADULT))
    assert the(judgement, "concentration").limit == 2000


def test_the_minimum_rate_is_no_slip_and_no_dose_to_compare_with(
    therapy_of: TherapyOf, continuous: Continuous, at: At
) -> None:
    """Minimum rate is chosen, not mistyped: a low dose and no more; the dose before it still counts."""
    idle = Program(at=at(500), mode="minimum-rate")
    assert names(judge(therapy_of(continuous(2, 100), idle))) == {"maintenance-dose", "drug-stability"}
    assert names(judge(therapy_of(continuous(2, 100), idle, continuous(520, 100)))) == set()


def test_a_proposed_program_is_judged_against_what_is_there(
    therapy_of: TherapyOf, continuous: Continuous, at: At
) -> None:
    """A given program follows the last one before it, and `at` says when it would be set."""
    therapy = therapy_of(continuous(2, 100), continuous(500, 110))
    assert names(judge(therapy, continuous(600, 130))) == {"titration-step"}
    earlier = judge(therapy, continuous(600, 130), at=at(400))
    assert earlier.inputs["previous_daily_dose_mcg_per_day"] == pytest.approx(100)
    assert judge(therapy, at=at(400)).inputs["daily_dose_mcg_per_day"] == pytest.approx(100)


def test_a_program_in_the_place_of_another_replaces_it(therapy_of: TherapyOf, continuous: Continuous) -> None:
    """What is proposed for the instant of a program is held against the one before that."""
    therapy = therapy_of(continuous(2, 100), continuous(500, 110))
    judgement = judge(therapy, continuous(500, 105))
    assert judgement.inputs["previous_daily_dose_mcg_per_day"] == pytest.approx(100)


def test_a_program_without_a_fill_or_a_pump_is_refused(
    therapy_of: TherapyOf, continuous: Continuous, at: At
) -> None:
    """Where the concentration is not known, or the pump is out, nothing can be programmed."""
    unfilled = judge(therapy_of(unfilled=True), continuous(2, 100))
    assert unfilled.verdict is Verdict.STOP
    assert "never filled" in the(unfilled, "pump-refuses").text
    out = judge(therapy_of(continuous(2, 100), Explant(at=at(100))), continuous(200, 100))
    assert out.verdict is Verdict.STOP
    assert "no pump in place" in the(out, "pump-refuses").text


@pytest.mark.requirement("G7")
def test_a_pump_at_the_end_of_its_service_is_not_programmed(
    therapy_of: TherapyOf, continuous: Continuous
) -> None:
    """Seven years after the implant the pump has stopped by itself; a program is refused."""
    judgement = judge(therapy_of(continuous(2, 100)), continuous(8 * 8766, 100))
    assert judgement.verdict is Verdict.STOP
    assert "end of its service" in the(judgement, "pump-refuses").text


def test_what_the_pump_refuses_of_the_past_is_told(therapy_of: TherapyOf, continuous: Continuous) -> None:
    """A program on record that the pump cannot have run makes what comes after it unsure."""
    therapy = therapy_of(continuous(2, 10), continuous(500, 100))
    assert "earlier-refusal" in names(judge(therapy))


def test_a_mode_that_the_pump_does_not_have_is_refused(therapy_of: TherapyOf, at: At) -> None:
    """A constant-flow program never reaches a pump whose rate is programmed."""
    judgement = judge(therapy_of(), Program(at=at(2), mode="constant-flow"))
    assert judgement.verdict is Verdict.STOP
    assert "constant-flow" in the(judgement, "pump-refuses").text


def test_without_a_program_there_is_nothing_to_judge(therapy_of: TherapyOf) -> None:
    """A therapy without a program, and an instant without its zone or before birth, are refused."""
    with pytest.raises(TherapyError, match="no program"):
        judge(therapy_of())
    program = Program(at=datetime.fromisoformat("2010-01-01T00:00Z"), mode="minimum-rate")
    with pytest.raises(TherapyError, match="from 2014-05-01 on"):
        judge(therapy_of(), program)
    with pytest.raises(TherapyError, match="zone"):
        judge(therapy_of(), program, at=datetime.fromisoformat("2026-01-01T00:00"))


def test_every_reason_names_its_source_and_facts_are_whole(
    therapy_of: TherapyOf, continuous: Continuous
) -> None:
    """The facts hold every key; there is a reason for each guardrail, and each cites a source."""
    judgement = judge(therapy_of(continuous(2, 100), continuous(500, 300)))
    facts = judgement.facts()
    assert set(facts) == {"verdict", "guardrails", "caps", "reasons", "formula", "inputs", "sources"}
    for entry in facts["guardrails"]:
        assert {"name", "kind", "limit", "value", "unit", "source"} <= set(entry)
        assert entry["kind"] in {"absolute", "recommended"}
    assert len(facts["reasons"]) == len(facts["guardrails"]) + len(facts["caps"])
    assert all("Source: " in reason for reason in facts["reasons"])
    assert facts["guardrails"][0]["verdict"] == "stop"


RATES = st.lists(st.tuples(st.integers(1, 23), st.floats(0, 50)), max_size=6, unique_by=lambda pair: pair[0])


@given(first=st.floats(0, 50), later=RATES, window_h=st.integers(1, 30))
def test_the_extremes_of_a_window_are_those_of_a_fine_search(
    first: float, later: list[tuple[int, float]], window_h: int
) -> None:
    """No window that begins at a quarter of an hour holds more, or less, than the extremes that are told."""
    stages = [Stage(0, 0.0, first), *(Stage(hour * US_PER_HOUR, 0.0, rate) for hour, rate in sorted(later))]
    day = Schedule.of(0, US_PER_DAY, stages)
    least, most = doses_in_window_mcg(day, window_h * US_PER_HOUR)
    for quarter in range(0, 96, 3):
        start = quarter * US_PER_HOUR // 4
        dose = sum(
            piece.dose_mcg_per_h * (piece.end_us - piece.start_us) / US_PER_HOUR
            for piece in day.pieces(start, start + window_h * US_PER_HOUR)
        )
        assert least - 1e-9 <= dose <= most + 1e-9


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(therapy=therapies() | therapies_of_every_kind())
def test_any_therapy_can_be_judged(therapy: Therapy) -> None:
    """Whatever was done, each program gets a verdict with its reasons; the gravest guardrail decides."""
    for program in therapy.valid_events:
        if isinstance(program, Program):
            judgement = judge(therapy, program)
            json.dumps(judgement.facts(), allow_nan=False)
            assert judgement.verdict in {Verdict.CAUTION, Verdict.STOP}  # no site has set anything
            assert judgement.verdict is verdict_of(judgement.guardrails)
