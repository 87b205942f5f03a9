"""What the programmer counts and what is there are two quantities, and a pump says only what it counts."""

import pytest
from tests.pump.faulty import At, TherapyOf, begun, conditions, fault, fill, ran, texts
from tests.pump.known import known

from cisterna.instants import US_PER_HOUR, elapsed_h, instant_us


def test_without_a_fault_they_are_one_number(therapy_of: TherapyOf, at: At) -> None:
    """To the last digit: a pump that does what it is asked to holds what is counted."""
    run = ran(therapy_of(*begun(at)), at(900))
    held = run.readings([instant_us(at(hour)) for hour in range(1, 900)])
    assert held.reservoir_ml == held.true_reservoir_ml


@pytest.mark.requirement("D1", "C1")
def test_an_over_delivering_pump_runs_dry_without_an_alarm(therapy_of: TherapyOf, at: At) -> None:
    """50 % more than asked for: dry with 6 mL still counted, neither low nor empty having sounded."""
    run = ran(therapy_of(*begun(at), fault(at(2), "over-delivery", 50)), at(601))
    dry_us = instant_us(at(2)) + round((20 - 0.34) / (1.5 * 0.025) * US_PER_HOUR)
    (told,) = (entry for entry in run.happenings if "ran dry" in entry.text)
    assert abs(told.at_us - dry_us) <= 1
    assert "calculated from the program and not measured" in told.text
    assert conditions(run) == []
    held = run.readings([dry_us - 1000, dry_us + 1000, instant_us(at(601))])
    assert held.true_reservoir_ml[1:] == (0.0, 0.0)
    assert held.reservoir_ml[1] == pytest.approx(20 - 0.34 - (20 - 0.34) / 1.5, abs=1e-6)
    assert known(held.tip_mcg_per_h) == pytest.approx([18.75, 0.0, 0.0], rel=1e-9)
    assert held.state == ("running", "empty", "empty")
    counted_ml = [volume or 0.0 for volume in held.reservoir_ml]
    assert counted_ml[2] < counted_ml[1]  # the count goes on


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(("percent", "is_over"), [(14.4, False), (14.6, True)])
def test_above_the_labelled_limit_it_is_called_over_infusion(
    therapy_of: TherapyOf,
    at: At,
    percent: float,
    is_over: bool,  # noqa: FBT001 - parametrised
) -> None:
    """More than 14.5 % above the programmed flow is over-infusion; the flow is off by just that share."""
    run = ran(therapy_of(*begun(at), fault(at(50), "over-delivery", percent)), at(100))
    assert any("is called over-infusion" in text for text in texts(run, at(50))) is is_over
    assert known(run.readings([instant_us(at(99))]).tip_mcg_per_h)[0] == pytest.approx(
        12.5 * (1 + percent / 100)
    )


@pytest.mark.requirement("D10")
def test_at_the_counted_zero_the_alarm_comes_whatever_is_left(therapy_of: TherapyOf, at: At) -> None:
    """An under-delivering pump calls itself empty with fluid left, and goes on delivering what there is."""
    run = ran(therapy_of(*begun(at), fault(at(2), "under-delivery", 50)), at(900))
    empty_us = instant_us(at(2)) + round((20 - 0.34) / 0.025 * US_PER_HOUR)
    assert conditions(run) == ["low-reservoir", "empty-reservoir"]
    assert abs(run.alarms[1].at_us - empty_us) <= 1
    assert run.alarms[1].priority.value == "critical"
    held = run.readings([empty_us + 1000])
    assert held.reservoir_ml == (0.0,)
    assert held.true_reservoir_ml[0] == pytest.approx((20 - 0.34) / 2)
    assert known(held.tip_mcg_per_h) == pytest.approx([6.25])
    (told,) = (text for text in texts(run) if text.startswith("reservoir empty"))
    assert "calculated, not measured; 9.83 mL is there" in told


def test_a_refill_visit_finds_the_true_volume(therapy_of: TherapyOf, at: At) -> None:
    """Expected is what is counted, measured would be what is there; all of it is withdrawn."""
    events = (*begun(at), fault(at(2), "over-delivery", 20), fill(at(402), 5))
    run = ran(therapy_of(*events), at(410))
    (visit,) = run.visits
    assert visit.expected_ml == pytest.approx(19.66 - 10.0)
    assert visit.would_measure_ml == pytest.approx(19.66 - 12.0)
    held = run.readings([instant_us(at(401.999999)), instant_us(at(402))])
    drawn = held.withdrawn_mcg[1] - held.withdrawn_mcg[0]
    assert drawn == pytest.approx((19.66 - 12.0 + 1.4) * 500, rel=1e-6)  # and the rinsed residual
    assert held.reservoir_ml[1] == held.true_reservoir_ml[1] == 20.0


def test_a_share_and_its_end_are_exact(therapy_of: TherapyOf, at: At) -> None:
    """From its instant to its end a share of the flow is off, before and after it is not."""
    run = ran(therapy_of(*begun(at), fault(at(50), "under-delivery", 40, at(74))), at(100))
    held = run.readings([instant_us(at(hour)) for hour in (49, 50, 74, 100)])
    assert known(held.tip_mcg_per_h) == pytest.approx([12.5, 7.5, 12.5, 12.5])
    delivered = known(held.delivered_mcg)
    assert delivered[2] - delivered[1] == pytest.approx(0.6 * 24 * 12.5)
    (told,) = (text for text in texts(run, at(74)))
    assert "180 mcg reached the patient where 300 mcg was programmed" in told
    assert "missed dose of 120 mcg is not made up" in told


def test_the_count_does_not_pass_below_zero(therapy_of: TherapyOf, at: At) -> None:
    """However long an empty pump is left, it counts zero and nothing is delivered from the residual."""
    run = ran(therapy_of(*begun(at)), at(5000))
    assert run.last.reservoir.counted_ml == 0
    assert run.last.reservoir.volume_ml == 0
    empty = next(alarm for alarm in run.alarms if alarm.condition.value == "empty-reservoir")
    assert elapsed_h(instant_us(at(2)), empty.at_us) == pytest.approx(19.66 / 0.025, abs=1e-6)
