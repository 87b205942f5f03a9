"""The invented patients of the demonstration are therapies that pump, judge and body accept."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from cisterna.clinic.demo import KINDS, InventedPatient, invented_history, invented_patients
from cisterna.clinic.demo.chart import local
from cisterna.clinic.demo.stories import STORIES
from cisterna.evidence import number
from cisterna.instants import US_PER_DAY, instant_us
from cisterna.limits import judge, judge_refill_visit, judge_screening
from cisterna.pump import Condition, Priority, PumpRun, Status, refusals, run_pump
from cisterna.therapy import (
    AdverseEvent,
    Alarm,
    BridgeBolus,
    Clock,
    Correct,
    Explant,
    Fill,
    Implant,
    Interrogate,
    LumbarBolus,
    Mri,
    Oral,
    PatientBolus,
    Program,
    Revise,
    Topical,
    dumps,
    loads,
)
from cisterna.verdict import Verdict

from .conftest import TODAY

Demonstration = tuple[InventedPatient, ...]
LONDON = ZoneInfo("Europe/London")
NOW = local(TODAY, "08:00", LONDON)
SEEDS = (1, 2)


@cache
def patients_of(seed: int) -> Demonstration:
    """The demonstration of a seed, made once."""
    return tuple(invented_patients(seed, len(STORIES), TODAY))


def run_of(patient: InventedPatient) -> PumpRun | None:
    """The pump of a patient this morning."""
    return run_pump(patient.therapy, instant_us(NOW))


def of_kind(patients: Sequence[InventedPatient], kind: str) -> InventedPatient:
    """The first patient of a kind."""
    return next(patient for patient in patients if kind in patient.kinds)


def days_to_refill(patient: InventedPatient) -> int | None:
    """Days from today to the refill-by date, negative where it has passed."""
    run = run_of(patient)
    by = run.dates.refill_by_date.date if run else None
    return (by - TODAY).days if by else None


def test_every_kind_is_told_once_at_least(demonstration: Demonstration) -> None:
    """Every kind of story occurs among about forty patients."""
    assert {kind for patient in demonstration for kind in patient.kinds} == set(KINDS)
    assert 40 <= len(demonstration) <= 50


@pytest.mark.parametrize("seed", SEEDS)
def test_pump_refuses_nothing(seed: int) -> None:
    """Every therapy of every seed is accepted by its pump to the end."""
    for patient in patients_of(seed):
        assert refusals(patient.therapy) == (), patient.kinds
        run_of(patient)


@pytest.mark.parametrize("seed", SEEDS)
def test_judge_stops_no_program(seed: int) -> None:
    """No program that was written would have been refused, and a touched limit of dose has its reason."""
    for patient in patients_of(seed):
        for program in patient.therapy.valid_events:
            if isinstance(program, Program):
                judgement = judge(patient.therapy, program)
                assert judgement.verdict is not Verdict.STOP, (patient.kinds, judgement.guardrails)


def test_screening_keeps_to_the_ladder(demonstration: Demonstration) -> None:
    """Screening doses are those of the published ladder, a day apart."""
    for patient in demonstration:
        if any(isinstance(event, LumbarBolus) for event in patient.therapy.valid_events):
            assert judge_screening(patient.therapy).verdict is Verdict.OK, patient.kinds


def test_pump_never_ran_dry(demonstration: Demonstration) -> None:
    """No pump was ever empty, and low only where the story says so."""
    for patient in demonstration:
        run = run_of(patient)
        conditions = {record.condition for record in run.alarms} if run else set()
        assert Condition.EMPTY_RESERVOIR not in conditions, patient.kinds
        is_low = Condition.LOW_RESERVOIR in conditions
        assert is_low == ("alarm reported" in patient.kinds), patient.kinds


def test_withdrawn_is_near_what_was_expected(demonstration: Demonstration) -> None:
    """Withdrawn volumes scatter around the expected ones, within what is routine, and are not equal."""
    visits = [visit for patient in demonstration if (run := run_of(patient)) for visit in run.visits]
    differences = [visit.difference_ml or 0.0 for visit in visits]
    ordinary = [visit for visit in visits if not judge_refill_visit(visit)]
    assert len(visits) > 300
    assert len(ordinary) == len(visits)
    assert sum(abs(entry) > 0.05 for entry in differences) > len(visits) / 2


def test_nothing_is_dated_after_the_morning_of_today(demonstration: Demonstration) -> None:
    """Neither event, confirmation nor document lies ahead; only visits in the diary do."""
    for patient in demonstration:
        assert all(event.at <= NOW for event in patient.therapy.events), patient.kinds
        assert all(entry.at <= NOW for entry in patient.confirmations)
        assert all(document.day <= TODAY for document in patient.documents)
        assert all(visit.at.date() >= TODAY and visit.at.date().weekday() < 5 for visit in patient.booked)


def test_same_seed_same_patients(demonstration: Demonstration) -> None:
    """Seed and day decide everything; another seed is another demonstration."""
    assert tuple(invented_patients(7, len(STORIES), TODAY)) == demonstration
    other = tuple(invented_patients(8, len(STORIES), TODAY))
    assert all(one.therapy != two.therapy for one, two in zip(demonstration, other, strict=True))


@pytest.mark.parametrize("count", [len(STORIES), 2 * len(STORIES)])
def test_no_two_have_the_same_history(count: int) -> None:
    """No two share a history, a name, a number, an id or a serial."""
    patients = list(invented_patients(5, count, TODAY))
    histories = {dumps(patient.therapy).split("[[event]]", 1)[1] for patient in patients}
    people = {(patient.identity.family_name, patient.identity.given_name) for patient in patients}
    ids = [event.id for patient in patients for event in patient.therapy.events]
    serials = [
        serial
        for patient in patients
        for event in patient.therapy.valid_events
        if isinstance(event, (Implant, Revise))
        for serial in (event.pump_serial, event.catheter_serial)
        if serial
    ]
    assert len(histories) == len(people) == len({patient.identity.number for patient in patients}) == count
    assert len(ids) == len(set(ids))
    assert len(serials) == len(set(serials))


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2027, 7, 4), date(2028, 1, 1)])
def test_any_day_will_do(day: date) -> None:
    """On a weekend, a leap year's eve or in summer time the demonstration stands as well."""
    for patient in invented_patients(4, len(STORIES), day):
        assert refusals(patient.therapy) == (), patient.kinds
        assert max(event.at for event in patient.therapy.events) <= local(day, "08:00", LONDON)


def test_file_keeps_them(demonstration: Demonstration) -> None:
    """A therapy here survives its file without loss."""
    for patient in demonstration:
        assert loads(dumps(patient.therapy)) == patient.therapy, patient.kinds


def test_everything_says_that_it_is_invented(demonstration: Demonstration) -> None:
    """Labels, numbers, serials, lots, letters and telephone numbers cannot be taken for real ones."""
    for patient in demonstration:
        assert patient.therapy.patient.label.endswith("(invented)")
        assert patient.identity.number.startswith("DEMO-")
        assert all(contact.phone.startswith("+44 7700 900") for contact in patient.identity.contacts)
        assert all(contact.email.endswith("@example.org") for contact in patient.identity.contacts)
        assert all(document.text.startswith("INVENTED") for document in patient.documents)
        for event in patient.therapy.events:
            named = (getattr(event, key, None) for key in ("pump_serial", "catheter_serial", "lot"))
            assert all(name.startswith("DEMO-") for name in named if name)


# ------------------------------------------------------------------------- the kinds, by what they show


@pytest.mark.parametrize("seed", SEEDS)
def test_due_page_has_a_few_now_some_soon_more_later(seed: int) -> None:
    """Refills are spread: few overdue, some within eight days, more within five weeks, the rest after."""
    days = [entry for p in patients_of(seed) if (entry := days_to_refill(p)) is not None]
    counts = [
        sum(low <= entry <= high for entry in days) for low, high in ((-12, -1), (0, 8), (9, 35), (36, 180))
    ]
    assert counts[0] == 2
    assert counts[1] == 3
    assert 7 <= counts[2] <= 12
    assert counts[3] >= 12
    assert sum(counts) == len(days)


def test_unconfirmed_program(demonstration: Demonstration) -> None:
    """Of all programs one was not seen by a second person, and by nobody twice; the second is another."""
    unseen = []
    for patient in demonstration:
        seen = {entry.event_id: entry.by for entry in patient.confirmations}
        for event in patient.therapy.valid_events:
            if isinstance(event, Program):
                unseen += [] if event.id in seen else [patient.kinds]
            assert event.by is None or seen.get(event.id or "") != event.by
    assert unseen == [frozenset({"unconfirmed program"})]


def test_scan_with_and_without_a_reading(demonstration: Demonstration) -> None:
    """After one scan the pump was read, after the other not."""
    for kind, expected in (("MRI and read", True), ("MRI not read", False)):
        events = of_kind(demonstration, kind).therapy.valid_events
        scan = next(event for event in events if isinstance(event, Mri))
        assert any(isinstance(event, Interrogate) and event.at > scan.at for event in events) is expected


def test_alarm_is_of_today(demonstration: Demonstration) -> None:
    """A critical alarm was heard this morning, of a pump that is low by what is computed."""
    patient = of_kind(demonstration, "alarm reported")
    alarm = patient.therapy.valid_events[-1]
    assert isinstance(alarm, Alarm)
    assert alarm.at.date() == TODAY
    assert not alarm.acknowledged
    assert Condition(alarm.condition).priority is Priority.CRITICAL


def test_replacement_indicator_is_there(demonstration: Demonstration) -> None:
    """The pump near its end has its indicator recorded two weeks ago, and others are far from theirs."""
    for patient in demonstration:
        run = run_of(patient)
        at = run.dates.schedule_by_date.date if run else None
        if at is not None:
            assert (at < TODAY) == ("ERI" in patient.kinds), patient.kinds


def test_bridge_keeps_the_dose(demonstration: Demonstration) -> None:
    """A change of concentration has a bridge of the volume in tubing and catheter, at the dose before."""
    bridged = 0
    for patient in demonstration:
        run = run_of(patient)
        bridges = [event for event in patient.therapy.valid_events if isinstance(event, BridgeBolus)]
        fills = [event for event in patient.therapy.valid_events if isinstance(event, Fill)]
        changes = sum(one.concentration != two.concentration for one, two in pairwise(fills))
        assert changes == len(bridges), patient.kinds
        told = [entry.text for entry in run.happenings] if run else []
        doubts = [text for text in told if text.startswith("bridge ") and " while " in text]
        assert doubts == []
        bridged += len(bridges)
    assert bridged >= 8


def test_pump_replaced_by_a_revision(demonstration: Demonstration) -> None:
    """The old pump was replaced before its end, and the new one runs on the old catheter."""
    patient = of_kind(demonstration, "pump replaced")
    revision = next(event for event in patient.therapy.valid_events if isinstance(event, Revise))
    run = run_of(patient)
    assert revision.pump is not None
    assert revision.catheter is None
    assert run is not None
    assert run.last.status is Status.RUNNING
    assert run.last.system.implanted_us == instant_us(revision.at)


def test_catheter_revised_after_a_fault(demonstration: Demonstration) -> None:
    """Tone rose while the catheter leaked, and fell after its revision."""
    patient = of_kind(demonstration, "catheter revised")
    events = patient.therapy.valid_events
    leak = next(event for event in events if event.kind == "fault")
    legs = [event for event in events if event.kind == "assess" and getattr(event, "site", None) == "legs"]
    during = [float(event.value) for event in legs if leak.at < event.at < leak.at + timedelta(days=13)]  # type: ignore[attr-defined]
    after = [float(event.value) for event in legs if event.at > leak.at + timedelta(days=30)]  # type: ignore[attr-defined]
    assert min(during) > max(after)


def test_explant_has_the_last_balance(demonstration: Demonstration) -> None:
    """What was in the reservoir at the explant was measured, and is what the pump had left."""
    patient = of_kind(demonstration, "explanted")
    out = next(event for event in patient.therapy.valid_events if isinstance(event, Explant))
    before = run_pump(patient.therapy, instant_us(out.at) - 1)
    assert out.withdrawn is not None
    assert before is not None
    assert float(out.withdrawn) == pytest.approx(before.last.reservoir.volume_ml, abs=0.051)
    assert out.withdrawn > 0


def test_corrections_keep_what_they_correct(demonstration: Demonstration) -> None:
    """The wrong values still stand in the record, the right ones hold."""
    therapy = of_kind(demonstration, "corrected").therapy
    corrections = [event for event in therapy.events if isinstance(event, Correct)]
    wrong = {event.id: event for event in therapy.events}
    assert len(corrections) == 2
    for correction in corrections:
        assert wrong[correction.event] not in therapy.valid_events
        assert any(event.at == wrong[correction.event].at for event in therapy.valid_events)


def test_small_stories_are_in_the_events(demonstration: Demonstration) -> None:
    """What a kind promises is in the events of its patient."""

    def has(kind: str, event: type) -> bool:
        return any(isinstance(entry, event) for entry in of_kind(demonstration, kind).therapy.valid_events)

    def mode(kind: str) -> str:
        programs = [e for e in of_kind(demonstration, kind).therapy.valid_events if isinstance(e, Program)]
        return programs[-1].mode

    assert mode("flex") == "flex"
    assert mode("periodic bolus") == "periodic-bolus"
    assert has("patient bolus", PatientBolus)
    assert has("topical", Topical)
    assert has("adverse event", AdverseEvent)
    assert has("clock set", Clock)
    weaned = [e for e in of_kind(demonstration, "oral weaning").therapy.valid_events if isinstance(e, Oral)]
    assert float(weaned[-1].dose) == 0.0
    assert [float(entry.dose) for entry in weaned] == sorted((float(e.dose) for e in weaned), reverse=True)
    assert of_kind(demonstration, "shunt").therapy.history.shunt
    assert of_kind(demonstration, "allergy").therapy.history.allergies == "latex"


def test_a_touched_limit_has_its_reason(demonstration: Demonstration) -> None:
    """The program that goes beyond a published step says why."""
    patient = of_kind(demonstration, "limit with a reason")
    programs = [event for event in patient.therapy.valid_events if isinstance(event, Program)]
    touched = {entry.name for entry in judge(patient.therapy, programs[-1]).guardrails}
    assert {"maintenance-step", "large-change"} <= touched
    assert programs[-1].reason


def test_non_responder_went_up_the_whole_ladder(demonstration: Demonstration) -> None:
    """Without a response up to the highest published dose there is no pump."""
    events = of_kind(demonstration, "non-responder").therapy.valid_events
    doses = [float(event.dose) for event in events if isinstance(event, LumbarBolus)]
    names = ("screening_dose_first", "screening_dose_second", "screening_dose_highest")
    assert doses == [number(name).in_unit("mcg") for name in names]
    assert not any(isinstance(event, Implant) for event in events)


def test_yearly_review_is_due_for_one(demonstration: Demonstration) -> None:
    """Among patients with a pump one was last assessed nearly a year ago."""
    for patient in demonstration:
        run = run_of(patient)
        if run is None or run.last.status is Status.EXPLANTED:
            continue
        last = max(event.at for event in patient.therapy.valid_events if event.kind == "assess")
        age_days = (instant_us(NOW) - instant_us(last)) / US_PER_DAY
        assert (age_days > 330) == ("assessment due" in patient.kinds), patient.kinds


@pytest.mark.parametrize("kind", ["just implanted", "topical", "titrating", "oral weaning"])
def test_body_simulates_them(demonstration: Demonstration, kind: str) -> None:
    """The course of pump and body together can be computed, and the drug is accounted for."""
    from cisterna.course import simulate  # noqa: PLC0415 - heavy, for these alone

    course = simulate(of_kind(demonstration, kind).therapy)
    assert len(course.times_us) > 100


# ------------------------------------------------------------------------------ plain histories


def test_plain_histories_stand() -> None:
    """Plain histories are accepted by the pump, five years long, of about sixty events, each another."""
    patients = [invented_history(3, index, TODAY) for index in range(30)]
    for patient in patients:
        assert refusals(patient.therapy) == ()
        events = patient.therapy.valid_events
        assert timedelta(days=4.5 * 365) < NOW - events[0].at < timedelta(days=7 * 365)
        assert 35 <= len(events) <= 100
    assert len({patient.identity.number for patient in patients}) == len(patients)
    assert len({dumps(patient.therapy) for patient in patients}) == len(patients)


def test_plain_histories_are_independent_of_each_other() -> None:
    """A plain history depends on seed, index and day, not on what was made before it."""
    first = [invented_history(3, index, TODAY) for index in (0, 1, 2)]
    assert invented_history(3, 2, TODAY) == first[2]
    assert invented_history(4, 2, TODAY) != first[2]
    assert isinstance(first[0].therapy.events[0].at, datetime)
