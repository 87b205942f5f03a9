"""Therapies made in code: checked like those of a file, and what they tell of the patient."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cisterna.therapy
from cisterna.errors import TherapyError
from cisterna.evidence import Settings, number
from cisterna.therapy import (
    EVENT_KINDS,
    SCALES,
    Assess,
    Clock,
    Dated,
    Event,
    Fill,
    FlexStep,
    Implant,
    Oral,
    Patient,
    Program,
    Stop,
    Therapy,
    Weigh,
    faults_of,
    flex_dose_mcg,
)
from cisterna.units import BodyWeight, Concentration, DailyDose, HourlyRate, Length, Mass, Volume

GIRL = Patient(label="girl, 8 years (invented)", born=date(2018, 2, 11), timezone="Europe/Madrid")
T0 = datetime.fromisoformat("2026-03-02T09:00:00+01:00")


def implanted() -> tuple[Event, ...]:
    """An implant, its first fill and a program, at one instant."""
    return (
        Implant(
            at=T0, pump="synchromed-ii-20", catheter="ascenda-8780", catheter_trimmed=Length(52), tip="T10"
        ),
        Fill(at=T0, injected=Volume(20), concentration=Concentration(500)),
        Program(at=T0, mode="simple-continuous", daily_dose=DailyDose(100)),
    )


def test_a_therapy_made_in_code_is_checked_like_a_file() -> None:
    """Faults between events are found when the value is made, with the key paths of its file."""
    assert faults_of(Therapy(patient=GIRL, events=implanted())) == ()
    with pytest.raises(TherapyError) as caught:
        Therapy(patient=GIRL, events=(Stop(at=T0), *implanted()))
    (fault,) = caught.value.faults
    assert (fault.where, fault.line) == ("event[0]", None)


def test_an_event_made_in_code_checks_itself() -> None:
    """Its faults name its own keys, since it does not know its place in a therapy."""
    with pytest.raises(TherapyError, match=r"^at: found 2026-03-02T09:00:00, a time without a zone"):
        Stop(at=T0.replace(tzinfo=None))
    with pytest.raises(TherapyError, match="offset from UTC of whole minutes"):
        Stop(at=T0.astimezone(timezone(timedelta(hours=1, seconds=9))))
    with pytest.raises(TherapyError, match=r"from: found 06:30:00\.000001"):
        FlexStep(from_=time(6, 30, 0, 1), rate=HourlyRate(4))
    with pytest.raises(TherapyError, match=r"times\[0\]: found 08:00:00\+00:00"):
        Oral(at=T0, dose=Mass(5000), times=(time(8, tzinfo=UTC),))


def test_parameters_make_the_settings() -> None:
    """A therapy made in code with overrides has them in its settings; a wrong one is refused."""
    made = Therapy(patient=GIRL, parameters={"ke0": "0.2 1/h"})
    assert made.settings.value("ke0", "1/h") == 0.2
    assert Therapy(patient=GIRL).settings == Settings()
    with pytest.raises(TherapyError, match=r"parameters\.ke_0"):
        Therapy(patient=GIRL, parameters={"ke_0": "0.2 1/h"})


def test_a_therapy_can_be_sent_to_another_process() -> None:
    """Workers of a study get therapies by pickling; what comes out is equal."""
    made = Therapy(patient=GIRL, events=implanted(), parameters={"ke0": "0.2 1/h"})
    assert made.valid_events
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  # made here


# ------------------------------------------------------------------------------------ the patient


@pytest.mark.parametrize(
    ("day", "years"),
    [("2018-02-11", 0), ("2026-02-10", 8 - 1 / 365), ("2026-02-11", 8), ("2026-08-12", 8 + 182 / 365)],
)
def test_age_is_whole_at_each_birthday(day: str, years: float) -> None:
    """In between it is the share of the year that has passed."""
    assert GIRL.age_at(date.fromisoformat(day)) == pytest.approx(years, abs=1e-12)


def test_a_birthday_on_29_february_is_on_1_march_of_common_years() -> None:
    """The age steps once a year for those born on a leap day too."""
    leap = replace(GIRL, born=date(2016, 2, 29))
    assert leap.age_at(date(2019, 2, 28)) < 3
    assert leap.age_at(date(2019, 3, 1)) == 3
    assert leap.age_at(date(2020, 2, 29)) == 4


def test_there_is_no_age_before_birth() -> None:
    """A day before birth is an error, not a negative age."""
    with pytest.raises(ValueError, match="before the day of birth"):
        GIRL.age_at(date(2018, 2, 10))


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 40000), st.integers(1, 400))
def test_age_only_grows(born: date, days: int, more: int) -> None:
    """Every day later is an age larger, on leap days too."""
    patient = replace(GIRL, born=born)
    first = patient.age_at(born + timedelta(days=days))
    assert first < patient.age_at(born + timedelta(days=days + more))


def weigh(day: str, kg: float | None = None, cm: float | None = None) -> Weigh:
    """A weighing, a measuring, or both."""
    return Weigh(
        at=datetime.fromisoformat(day),
        weight=None if kg is None else BodyWeight(kg),
        height=None if cm is None else Length(cm),
    )


def test_weights_of_the_patient_and_weigh_events_make_one_list() -> None:
    """Each holds from its day on, the first also before it; on a day that has both the event holds."""
    listed = (
        Dated(at=date(2026, 1, 10), value=BodyWeight(20)),
        Dated(at=date(2026, 3, 2), value=BodyWeight(21)),
    )
    made = Therapy(
        patient=replace(GIRL, weight=listed),
        events=(weigh("2026-06-01T09:00:00+02:00", 23), weigh("2026-03-02T09:00:00+01:00", 21.5)),
    )
    for day, kg in (
        ("2025-01-01", 20),
        ("2026-03-01", 20),
        ("2026-03-02", 21.5),
        ("2026-05-31", 21.5),
        ("2027-01-01", 23),
    ):
        assert made.weight_at(date.fromisoformat(day)) == kg
    assert made.height_at(date(2026, 3, 2)) is None


def test_a_single_weight_holds_until_the_next_weighing() -> None:
    """A weight without a day counts from birth; one that is only measured holds before it too."""
    single = Therapy(
        patient=replace(GIRL, weight=BodyWeight(20)), events=(weigh("2026-06-01T09:00:00+02:00", 23, 121),)
    )
    days = date(2026, 5, 31), date(2026, 6, 1)
    assert [single.weight_at(day) for day in days] == [BodyWeight(20), BodyWeight(23)]
    assert single.height_at(date(2020, 1, 1)) == Length(121)


def test_the_day_of_a_weighing_is_that_of_the_patient() -> None:
    """An instant late in the evening of UTC is the next day where the patient lives."""
    made = Therapy(patient=GIRL, events=(weigh("2026-06-01T23:30:00Z", 23),))
    assert made.weights[0].at == date(2026, 6, 2)
    assert made.zone.key == "Europe/Madrid"


# ------------------------------------------------------------------------------------- programs


def test_steps_without_days_hold_on_every_day() -> None:
    """A day has the steps that name it and those that name none."""
    night = FlexStep(from_=time(0), rate=HourlyRate(4))
    week = FlexStep(from_=time(6), rate=HourlyRate(8), days=("mon", "tue", "wed", "thu", "fri"))
    rest = FlexStep(from_=time(9), rate=HourlyRate(6), days=("sat", "sun"))
    program = Program(at=T0, mode="flex", steps=(night, week, rest))
    assert program.steps_on("mon") == (night, week)
    assert program.steps_on("sun") == (night, rest)


@given(
    st.lists(st.tuples(st.integers(1, 86399), st.floats(0, 50)), max_size=12, unique_by=lambda step: step[0])
)
@pytest.mark.requirement("C9")
def test_the_dose_of_a_flex_day_is_its_integral(later: list[tuple[int, float]]) -> None:
    """Summed second by second the rates give the same day."""
    steps = [(0, 5.0), *sorted(later)]
    values = [
        FlexStep(from_=time(second // 3600, second // 60 % 60, second % 60), rate=HourlyRate(rate))
        for second, rate in steps
    ]
    ends = [start for start, _ in steps[1:]] + [86400]
    summed = sum(rate * (end - start) for (start, rate), end in zip(steps, ends, strict=True)) / 3600
    assert flex_dose_mcg(values) == pytest.approx(summed, rel=1e-12)


def test_the_offset_of_a_clock_is_read() -> None:
    """Hours and minutes with their sign."""
    assert Clock(at=T0, offset="-03:30").offset_from_utc == -timedelta(hours=3, minutes=30)


# -------------------------------------------------------------------------------------- the room


def test_the_scales_have_their_published_range() -> None:
    """A score at the end of its range is right, one beyond it is refused."""
    for name, scale in SCALES.items():
        if scale.evidence is not None:
            high = number(scale.evidence).high
            assert high is not None
            Assess(at=T0, scale=name, value=high)
            with pytest.raises(TherapyError, match=f"on {name}"):
                Assess(at=T0, scale=name, value=high + 0.1)


def test_grades_may_be_written_as_numbers() -> None:
    """A modified Ashworth grade 2 is the same grade with and without quotes, and is kept as written."""
    assert Assess(at=T0, scale="mas", value=2.0).value == 2.0
    assert Assess(at=T0, scale="mas", value="1+").value == "1+"


def test_what_the_room_hands_out() -> None:
    """The public names are there, and every kind of event is among them."""
    for name in cisterna.therapy.__all__:
        assert hasattr(cisterna.therapy, name)
    assert {kind.__name__ for kind in EVENT_KINDS.values()} <= set(cisterna.therapy.__all__)


def test_reading_a_right_file_loads_neither_numpy_nor_the_finder_of_lines() -> None:
    """Commands start fast: the parser that knows lines is loaded only when there is a fault."""
    program = (
        "import sys; from cisterna.therapy import loads;"
        "loads('schema = 1\\n[patient]\\nlabel = \"x\"\\nborn = 2018-02-11');"
        "sys.exit(bool({'numpy', 'tree_sitter'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603  # own text
