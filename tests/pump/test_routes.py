"""Delivery is computed by two routes, and a difference is a defect."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.faulty import At, TherapyOf, begun, daily, fault, fill, ran

from cisterna.errors import DefectError
from cisterna.pump.routes import compare_routes, left_by_balance_mcg, left_by_segments_mcg
from cisterna.therapy.events import BridgeBolus, FlexStep, Program, SingleBolus
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Volume


def eventful(at: At, share: float) -> tuple[object, ...]:
    """Faults, a bolus, a change of concentration with its bridge, and a flex day."""
    steps = tuple(
        FlexStep(from_=at(0).time().replace(hour=hour, minute=0), rate=HourlyRate(8 + hour / 4))
        for hour in (0, 6, 20)
    )
    return (
        *begun(at),
        fault(at(20), "over-delivery", 1 + 60 * share, at(60)),
        SingleBolus(at=at(30), dose=Mass(50), over=Duration(0.5), then="resume"),
        fault(at(70), "catheter-leak", 100 * share, at(100)),
        fault(at(110), "occlusion", None, at(110 + 40 * share)),
        fill(at(200), 15, concentration=Concentration(2000)),
        daily(at(200)),
        BridgeBolus(
            at=at(200), volume=Volume(0.34), old_concentration=Concentration(500), daily_dose=DailyDose(300)
        ),
        Program(at=at(300), mode="flex", steps=steps),
    )


@pytest.mark.requirement("A11")
@settings(max_examples=25, deadline=None)
@given(share=st.floats(0.01, 0.99), mixed=st.booleans())
def test_both_routes_agree(share: float, mixed: bool, therapy_of: TherapyOf, at: At) -> None:  # noqa: FBT001 - drawn
    """Segment by segment and by the balance of the column, what left the catheter is the same to 1e-9."""
    run = ran(therapy_of(*eventful(at, share), mixed=mixed), at(400))
    for stretch in run.stretches:
        held = stretch.state.dead_volume_mcg + stretch.state.reservoir.mass_mcg
        assert left_by_segments_mcg(stretch) == pytest.approx(left_by_balance_mcg(stretch), abs=1e-9 * held)
    assert sum(map(left_by_segments_mcg, run.stretches)) > 4000


@pytest.mark.requirement("A11")
@pytest.mark.parametrize("broken", ["tip_mcg_per_h", "outside_mcg_per_h"])
def test_a_difference_is_a_defect(therapy_of: TherapyOf, at: At, broken: str) -> None:
    """One rate of one segment a millionth off: the run would not be given out."""
    run = ran(therapy_of(*begun(at), fault(at(20), "catheter-leak", 50)), at(400))
    *stretches, last = run.stretches
    segment = last.segments[-1]
    wrong = segment._replace(**{broken: getattr(segment, broken) * (1 + 1e-6)})
    compare_routes(run.stretches)
    with pytest.raises(DefectError, match="two routes to the dose disagree from"):
        compare_routes([*stretches, replace(last, segments=(*last.segments[:-1], wrong))])
