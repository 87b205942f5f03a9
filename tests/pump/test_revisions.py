"""Revisions: what is taken out takes its drug along, what is put in holds none, what stays goes on."""

import pytest
from tests.pump.faulty import At, TherapyOf, begun, conditions, daily, fault, fill, ran, texts
from tests.pump.known import known

from cisterna.instants import instant_us
from cisterna.pump import refusals
from cisterna.therapy.events import Port, Revise
from cisterna.units import Concentration, Length, Volume

LENGTH_CM = 0.2 / 0.0022


def new_catheter(at: At, hour: float, length: float = 60.0) -> Revise:
    """Another catheter of the same model, its tip elsewhere."""
    return Revise(
        at=at(hour), catheter="ascenda-8780", catheter_implanted=Length(length), why="X-ray", tip="T6"
    )


def test_a_new_catheter_holds_no_drug_and_the_old_takes_its_own_along(therapy_of: TherapyOf, at: At) -> None:
    """The tubing keeps its drug, the catheter's counts as withdrawn; it arrives again a catheter later."""
    run = ran(therapy_of(*begun(at), new_catheter(at, 50)), at(100))
    held = run.readings([instant_us(at(hour)) for hour in (49, 50, 99)])
    assert held.withdrawn_mcg[1] - held.withdrawn_mcg[0] == pytest.approx(0.2 * 500)
    assert held.dead_volume_mcg[1] == pytest.approx(0.14 * 500)
    assert held.state == ("running", "running", "running")
    arrives_us = instant_us(at(50 + 60 * 0.0022 / 0.025))
    after = [entry for entry in run.delivery.infusions if entry.start_us >= instant_us(at(50))]
    assert after[0].start_us == pytest.approx(arrives_us, abs=2)
    assert {entry.site.level for entry in after} == {"T6"}
    assert run.dead_volume_ml == pytest.approx(0.14 + 60 * 0.0022)
    assert held.reservoir_ml[1] == held.true_reservoir_ml[1]


def test_a_new_pump_starts_empty_and_unprogrammed(therapy_of: TherapyOf, at: At) -> None:
    """Reservoir, residual, tubing and port go with it; the catheter keeps its fluid; life begins anew."""
    events = (
        *begun(at),
        Revise(at=at(50), pump="synchromed-ii-40"),
        fill(at(60), injected=Volume(40)),
        daily(at(60)),
    )
    run = ran(therapy_of(*events), at(2000))
    held = run.readings([instant_us(at(hour)) for hour in (49.999999, 50, 55, 60, 61)])
    assert held.state == ("running", "not-programmed", "not-programmed", "running", "running")
    gone = (held.reservoir_mcg[0] or 0) + 0.14 * 500
    assert held.withdrawn_mcg[1] - held.withdrawn_mcg[0] == pytest.approx(gone, rel=1e-6)
    assert held.dead_volume_mcg[1] == pytest.approx(0.2 * 500)
    assert held.reservoir_ml[1:4] == (0.0, 0.0, 40.0)
    assert known(held.tip_mcg_per_h)[3:] == pytest.approx([12.5, 12.5])  # the old fluid in the catheter first
    assert run.last.lifetime.end_of_service_us == instant_us(at(50).replace(year=2033))
    assert run.last.system.alarm_ml == 2.0  # the default of the new pump


def test_the_alarms_of_the_old_pump_end_with_it(therapy_of: TherapyOf, at: At) -> None:
    """A stall and its alarm go with the pump; a leak of the catheter stays."""
    events = (
        *begun(at), fault(at(40), "catheter-leak", 40), fault(at(45), "motor-stall"),
        Revise(at=at(50), pump="synchromed-ii-20"), fill(at(51)), daily(at(51)),
    )  # fmt: skip
    run = ran(therapy_of(*events), at(100))
    assert conditions(run) == ["motor-stall"]
    assert run.alarms[0].cleared_us == instant_us(at(50))
    assert known(run.readings([instant_us(at(90))]).tip_mcg_per_h) == pytest.approx([7.5])


@pytest.mark.parametrize("what", ["catheter-leak", "occlusion", "disconnection", "tip-migration"])
def test_faults_of_the_catheter_end_with_it(therapy_of: TherapyOf, at: At, what: str) -> None:
    """A new catheter does not leak, is open, is connected, and has its tip where it was put."""
    amount = {"catheter-leak": 40, "tip-migration": "C5"}.get(what)
    run = ran(therapy_of(*begun(at), fault(at(40), what, amount), new_catheter(at, 50)), at(100))
    assert run.last.impairments == ()
    assert run.last.trapped.volume_ml == 0
    assert known(run.readings([instant_us(at(100))]).tip_mcg_per_h) == pytest.approx([12.5])
    assert run.delivery.infusions[-1].site.level == "T6"
    assert run.delivery.doses == ()


def test_a_shortened_catheter_loses_what_lay_in_the_piece(therapy_of: TherapyOf, at: At) -> None:
    """It is cut where it meets the pump: the fluid at the tip stays, the piece takes its drug along."""
    shorter = Revise(at=at(50), catheter_implanted=Length(LENGTH_CM / 2), why="shortened")
    run = ran(therapy_of(*begun(at), shorter), at(100))
    held = run.readings([instant_us(at(49)), instant_us(at(50))])
    assert held.withdrawn_mcg[1] - held.withdrawn_mcg[0] == pytest.approx(0.1 * 500)
    assert run.last.column.volume_ml == pytest.approx(0.24)
    assert known(run.readings([instant_us(at(51))]).tip_mcg_per_h) == pytest.approx([12.5])


def test_a_longer_catheter_is_a_new_one(therapy_of: TherapyOf, at: At) -> None:
    """The same catheter cannot grow."""
    longer = Revise(at=at(50), catheter_implanted=Length(LENGTH_CM + 5), why="measured")
    (refused,) = refusals(therapy_of(*begun(at), longer))
    assert refused.where == "event[4].catheter_implanted"
    assert "name its model in catheter" in refused.remedy


def test_moving_tip_or_alarm_volume_touches_no_drug(therapy_of: TherapyOf, at: At) -> None:
    """The tip elsewhere, the alarm at another volume: nothing is withdrawn, and the dates follow."""
    moved = Revise(at=at(50), tip="T4", alarm_volume=Volume(4))
    run = ran(therapy_of(*begun(at), moved), at(100))
    held = run.readings([instant_us(at(49)), instant_us(at(51))])
    assert held.withdrawn_mcg[0] == held.withdrawn_mcg[1]
    assert run.delivery.infusions[-1].site.level == "T4"
    assert run.alarm_volume_ml == 4
    before, after = (ran(therapy_of(*begun(at), *more), at(100)) for more in ((), (moved,)))
    first, second = before.dates.low_reservoir_alarm_date.at_us, after.dates.low_reservoir_alarm_date.at_us
    assert first is not None
    assert second is not None
    assert (first - second) / 3.6e9 == pytest.approx(2 / 0.025, abs=1e-6)


def test_a_low_alarm_ends_where_the_volume_is_set_below_the_count(therapy_of: TherapyOf, at: At) -> None:
    """An alarm at 4 mL with 3 mL counted ends when the alarm volume becomes 2 mL, and comes back at 2 mL."""
    events = (
        *begun(at),
        Revise(at=at(50), alarm_volume=Volume(4)),
        Revise(at=at(680), alarm_volume=Volume(2)),
    )
    run = ran(therapy_of(*events), at(740))
    assert conditions(run) == ["low-reservoir", "low-reservoir"]
    assert run.alarms[0].cleared_us == instant_us(at(680))
    assert run.alarms[1].at_us == pytest.approx(instant_us(at(2)) + 17.66 / 0.025 * 3.6e9, abs=2)


def test_the_port_of_a_removed_pump_goes_with_it(therapy_of: TherapyOf, at: At) -> None:
    """Drug left in the access port is withdrawn with the pump."""
    drug = Port(at=at(40), injected=Volume(1), injected_concentration=Concentration(2000))
    events = (*begun(at), drug, Revise(at=at(50), pump="synchromed-ii-20"))
    run = ran(therapy_of(*events), at(60))
    held = run.readings([instant_us(at(49.999999)), instant_us(at(50))])
    port = 0.14 * 2000
    gone = held.withdrawn_mcg[1] - held.withdrawn_mcg[0]
    assert gone == pytest.approx((held.reservoir_mcg[0] or 0) + 0.14 * 500 + port, rel=1e-6)
    assert any("in the removed tubing" in text for text in texts(run, at(50)))
