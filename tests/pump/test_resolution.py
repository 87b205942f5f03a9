"""What a pump can deliver, and the nearest program that it can: nothing is moved without being told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pump.own_devices import own_pump

from cisterna.errors import PumpError
from cisterna.evidence import Catalogue, builtin_catalogue
from cisterna.pump import DeliverableRange, Snapped, deliverable_range, refusals
from cisterna.therapy import Fill, FlexStep, Implant, Patient, Program, Therapy
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Length, Mass, Volume

AT = datetime.fromisoformat("2026-03-02T09:00:00+01:00")


def therapy(pump: str, catalogue: Catalogue) -> Therapy:
    """A pump that was implanted and filled with 500 mcg/mL."""
    return Therapy(
        catalogue=catalogue,
        patient=Patient(label="invented", born=date(1990, 1, 1)),
        events=(
            Implant(at=AT, pump=pump, catheter="ascenda-8780", tip="T10", catheter_trimmed=Length(52)),
            Fill(at=AT, injected=Volume(20), concentration=Concentration(500)),
        ),
    )


VALVE, NAME = own_pump("valve", stroke_volume=(0.0025, "mL"), minimum_flow=(0.01, "mL/day"))
THERAPIES = {"turning": therapy("synchromed-ii-20", builtin_catalogue()), "strokes": therapy(NAME, VALVE)}
RANGES = {name: deliverable_range(one, AT) for name, one in THERAPIES.items()}


def day(*steps: tuple[int, int, float]) -> Program:
    """A flex day: hour, minute, mcg/h."""
    return Program(
        at=AT, mode="flex",
        steps=tuple(FlexStep(from_=time(hour, at), rate=HourlyRate(rate)) for hour, at, rate in steps),
    )  # fmt: skip


def test_the_limits_are_those_of_the_catalogue_at_the_label() -> None:
    """Least and greatest rate are the flows of the model times the concentration, each with its number."""
    pump, found = builtin_catalogue().pump("synchromed-ii-20"), RANGES["turning"]
    assert found.least_mcg_per_h == pytest.approx(pump.need("minimum_flow", "mL/h") * 500)
    assert found.greatest_mcg_per_h == pytest.approx(pump.need("maximum_flow", "mL/h") * 500)
    assert found.most_steps == pump.need("flex_steps_per_day", "count")
    assert found.stroke_mcg is None
    facts = found.facts()
    assert facts["sources"]["least"]["status"] == "confirmed"
    assert facts["sources"]["rate_step"]["status"] == "assumed"


def test_a_pump_with_strokes_has_the_step_of_a_stroke() -> None:
    """A stroke of 0.0025 mL at 500 mcg/mL is 1.25 mcg; nobody says how many steps its day may have."""
    found = RANGES["strokes"]
    assert found.stroke_mcg == pytest.approx(1.25)
    assert found.rate_step_mcg_per_h == pytest.approx(1.25 / 24)
    assert found.most_steps is None
    assert found.facts()["sources"]["stroke"]["source"] == "test"


@pytest.mark.parametrize("pump", ["turning", "strokes"])
@given(
    minutes=st.sets(st.integers(1, 1439), max_size=6),
    rates=st.lists(st.floats(0, 2000), min_size=7, max_size=7),
)
def test_what_is_snapped_runs_and_is_not_moved_again(
    pump: str, minutes: set[int], rates: list[float]
) -> None:
    """The pump takes it, a second time nothing moves, and what differs from what was asked is told."""
    begins = [0, *sorted(minutes)]
    asked = day(*((*divmod(minute, 60), rate) for minute, rate in zip(begins, rates, strict=False)))
    snapped = RANGES[pump].snapped(asked)
    own = THERAPIES[pump]
    assert refusals(replace(own, events=(*own.events, snapped.program))) == ()
    assert RANGES[pump].snapped(snapped.program).moved == ()
    differs = {
        f"steps[{place}].rate"
        for place, (one, other) in enumerate(zip(asked.steps, snapped.program.steps, strict=True))
        if one.rate != other.rate
    }
    assert differs == {moved.where for moved in snapped.moved}
    assert all(moved.source and moved.why for moved in snapped.moved)


def moved_of(snapped: Snapped) -> dict[str, tuple[str, str]]:
    """What was moved: asked and given by place."""
    return {moved.where: (moved.asked, moved.given) for moved in snapped.moved}


def test_a_rate_below_the_least_is_told_with_the_flow() -> None:
    """0.2 mcg/h at 500 mcg/mL becomes 1 mcg/h, because of the lowest flow, with the source of that."""
    snapped = RANGES["turning"].snapped(day((0, 0, 6.0), (7, 0, 0.2)))
    (moved,) = snapped.moved
    assert (moved.where, moved.given) == ("steps[1].rate", "1 mcg/h")
    assert "lowest rate" in moved.why
    assert moved.source == RANGES["turning"].sources["least"].cited()


def test_a_program_that_fits_is_the_very_same() -> None:
    """Nothing is touched where nothing has to be."""
    fits = day((0, 0, 6.0), (6, 30, 12.25))
    assert RANGES["turning"].snapped(fits) == Snapped(program=fits, moved=())


def test_seconds_go_to_whole_minutes() -> None:
    """A time that no step can have is moved to the nearest one of the same day."""
    odd = replace(
        day((0, 0, 6.0)),
        steps=(
            FlexStep(from_=time(0), rate=HourlyRate(6)),
            FlexStep(from_=time(6, 30, 40), rate=HourlyRate(8)),
            FlexStep(from_=time(23, 59, 50), rate=HourlyRate(7)),
        ),
    )
    assert moved_of(RANGES["turning"].snapped(odd)) == {
        "steps[1].from": ("06:30:40", "06:31"), "steps[2].from": ("23:59:50", "23:59")
    }  # fmt: skip


def test_steps_that_fall_together_and_too_many_steps_are_refused() -> None:
    """No moving of values mends them."""
    close = Program(at=AT, mode="flex", steps=(
        FlexStep(from_=time(0), rate=HourlyRate(6)), FlexStep(from_=time(6, 30, 5), rate=HourlyRate(8)),
        FlexStep(from_=time(6, 30, 10), rate=HourlyRate(7)),
    ))  # fmt: skip
    with pytest.raises(PumpError, match=r"steps\[2\]\.from"):
        RANGES["turning"].snapped(close)
    many = day(*((hour, 0, 6.0) for hour in range(14)))
    with pytest.raises(PumpError, match="14 steps in a day"):
        RANGES["turning"].snapped(many)


def test_constant_days_and_boluses_are_whole_strokes() -> None:
    """100.3 mcg/day is 80 strokes of 1.25 mcg, a bolus of 10.2 mcg eight of them."""
    constant = Program(at=AT, mode="simple-continuous", daily_dose=DailyDose(100.3))
    assert float(RANGES["strokes"].snapped(constant).program.daily_dose or 0) == pytest.approx(100)
    bolus = Program(
        at=AT, mode="periodic-bolus", bolus=Mass(10.2), over=Duration(0.5), every=Duration(6),
        background=HourlyRate(2),
    )  # fmt: skip
    assert moved_of(RANGES["strokes"].snapped(bolus))["bolus"] == ("10.2 mcg", "10 mcg")
    assert RANGES["turning"].snapped(constant).moved == ()


def test_a_mode_that_the_pump_lacks_is_refused() -> None:
    """With the modes that it has."""
    with pytest.raises(PumpError, match="choose a mode of this pump"):
        RANGES["turning"].snapped(Program(at=AT, mode="constant-flow"))


def test_facts_have_every_key() -> None:
    """For both kinds of pump."""
    keys: set[frozenset[str]] = {frozenset(one.facts()) for one in RANGES.values()}
    assert len(keys) == 1
    assert isinstance(RANGES["turning"], DeliverableRange)
