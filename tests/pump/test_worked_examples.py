"""Worked examples of clinics, manuals and safety notices, by their ids."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.pump.known import known

from cisterna.errors import EvidenceError, PumpError
from cisterna.evidence import CatheterModel, Settings, builtin_catalogue, number
from cisterna.evidence.catalogue import read_catalogue
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us, utc
from cisterna.pump import (
    Lifetime,
    PumpRun,
    Visit,
    bore_volume_ml_per_cm,
    catheter_volume_ml,
    run_pump,
)
from cisterna.pump.catheter import check_bore
from cisterna.therapy.events import (
    Alarm,
    BridgeBolus,
    Event,
    Fill,
    Implant,
    PrimingBolus,
    Program,
)
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Length, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def fill(at: datetime, concentration: float, *, again: bool = False, injected: float = 20.0) -> Fill:
    """A fill whose rinse makes the reservoir hold what the label says."""
    return Fill(
        at=at,
        injected=Volume(injected),
        concentration=Concentration(concentration),
        withdrawn=Volume(5) if again else None,
        rinsed=True,
    )


def program(at: datetime, dose: float) -> Program:
    """A constant flow."""
    return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


@pytest.mark.parametrize(
    ("dose", "concentration", "flow"),
    [
        pytest.param(200.0, 500.0, 0.4, id="WE14"),
        pytest.param(200.0, 2000.0, 0.1, id="WE15"),
        pytest.param(100.0, 500.0, 0.2, id="WE17"),
        pytest.param(2.4, 50.0, 0.048, id="WE18"),
        pytest.param(24.0, 500.0, 0.048, id="WE19"),
    ],
)
@pytest.mark.requirement("A1")
def test_flow_is_dose_over_concentration(
    therapy_of: TherapyOf, at: At, dose: float, concentration: float, flow: float
) -> None:
    """WE14 to WE19: the pump runs at dose / concentration; the lowest programmable dose is not refused."""
    run = ran(therapy_of(fill(at(1), concentration), program(at(2), dose)), at(50))
    assert known(run.readings([instant_us(at(3))]).flow_ml_per_h)[0] * 24 == pytest.approx(flow, rel=1e-12)


@pytest.mark.requirement("A2")
def test_a_dose_below_the_pump_is_refused_with_what_would_work(therapy_of: TherapyOf, at: At) -> None:
    """WE21: 80 mcg/day of 2000 mcg/mL is 0.04 mL/day, below 0.048; a lower concentration is offered."""
    with pytest.raises(PumpError) as refused:
        run_pump(therapy_of(fill(at(1), 2000), program(at(2), 80)), instant_us(at(50)))
    (fault,) = refused.value.faults
    assert fault.where == "event[2].daily_dose"
    assert "0.04 mL/day" in fault.found
    assert "0.048 to 24 mL/day" in fault.allowed
    assert "at most 1666.6 mcg/mL" in fault.remedy
    offered = therapy_of(fill(at(1), 1666.6), program(at(2), 80))
    assert run_pump(offered, instant_us(at(50))) is not None


def low_alarm(therapy_of: TherapyOf, at: At, implant: Implant, alarm_ml: float) -> tuple[int, date | None]:
    """When the low-reservoir alarm comes at this alarm volume."""
    therapy = therapy_of(fill(at(1), 500), program(at(1), 300))
    events = (replace(implant, alarm_volume=Volume(alarm_ml)), *therapy.events[1:])
    dated = ran(replace(therapy, events=events), at(2)).dates.low_reservoir_alarm_date
    assert dated.at_us is not None
    return dated.at_us, dated.date


def test_refill_interval_to_the_alarm(therapy_of: TherapyOf, at: At, implant: Implant) -> None:
    """WE22: 20 mL at 300 mcg/day of 500 mcg/mL reach the 2 mL alarm after exactly 30.0 days."""
    at_us, day = low_alarm(therapy_of, at, implant, 2.0)
    assert at_us == instant_us(at(1)) + 30 * US_PER_DAY
    assert day == date(2026, 4, 1)


@pytest.mark.requirement("D5")
def test_a_higher_alarm_volume_comes_earlier(therapy_of: TherapyOf, at: At, implant: Implant) -> None:
    """WE25: the alarm at 4 mL comes 3.33 days earlier, after 26.67 days."""
    early_us, _ = low_alarm(therapy_of, at, implant, 4.0)
    late_us, _ = low_alarm(therapy_of, at, implant, 2.0)
    assert (late_us - early_us) / US_PER_DAY == pytest.approx(10 / 3, abs=1e-9)


def catheter(length_cm: float, per_cm_ml: float, bore_mm: float | None = None) -> CatheterModel:
    """A catheter of one's own."""

    def stated(value: float, unit: str) -> dict[str, object]:
        return {
            "text": "as in the example",
            "value": value,
            "unit": unit,
            "source": "example",
            "status": "assumed",
        }

    numbers = {"length": stated(length_cm, "cm"), "volume_per_length": stated(per_cm_ml, "mL/cm")}
    if bore_mm is not None:
        numbers["inner_diameter"] = stated(bore_mm, "mm")
    table = {"own": {"kind": "catheter", "maker": "own", "model": "own", "text": "own", "numbers": numbers}}
    return read_catalogue(table, "example").catheter("own")


@pytest.mark.parametrize(
    ("model", "trimmed", "volume"),
    [
        pytest.param(catheter(110, 0.0026), 0.0, 0.2860, id="WE31"),
        pytest.param(builtin_catalogue().catheter("medtronic-8709sc"), 0.0, 0.1958, id="WE33"),
        pytest.param(builtin_catalogue().catheter("medtronic-8709sc"), 20.0, 0.1518, id="WE34"),
    ],
)
@pytest.mark.requirement("E2")
def test_implanted_catheter_volume(
    implant: Implant, model: CatheterModel, trimmed: float, volume: float
) -> None:
    """WE31, WE33, WE34: implanted length, as supplied less trimmed, times volume per length."""
    event = replace(implant, catheter_implanted=None, why=None, catheter_trimmed=Length(trimmed))
    assert catheter_volume_ml(event, model, Settings()) == pytest.approx(volume, rel=1e-12)


@pytest.mark.requirement("E3")
def test_bore_gives_the_volume_per_length() -> None:
    """WE35: a bore of 0.53 mm holds 0.00221 mL/cm."""
    assert round(bore_volume_ml_per_cm(0.53), 5) == 0.00221


@pytest.mark.requirement("E3")
def test_a_catheter_that_contradicts_its_bore_is_refused(implant: Implant) -> None:
    """WE36: 0.20 mL on 32 cm is 24 % from the 0.1608 mL of a 0.8 mm bore, and refused."""
    assert bore_volume_ml_per_cm(0.8) * 32 == pytest.approx(0.1608, abs=5e-5)
    with pytest.raises(EvidenceError, match=r"24\.3 % from the"):
        catheter_volume_ml(implant, catheter(114, 0.20 / 32, 0.8), Settings())
    tolerance = number("catheter_bore_tolerance").in_unit("1")
    geometric = bore_volume_ml_per_cm(0.8)
    check_bore(catheter(114, geometric * (1 + 0.99 * tolerance), 0.8), Settings())


@pytest.fixture
def short(implant: Implant) -> Implant:
    """The system of WE39 to WE41: tubing 0.140 mL and an 8709SC trimmed by 20 cm, 0.1518 mL."""
    return replace(
        implant, catheter="medtronic-8709sc", catheter_implanted=None, why=None, catheter_trimmed=Length(20)
    )


def primed(therapy_of: TherapyOf, short: Implant, at: At, *events: Event) -> PumpRun:
    """The run of the short system at 500 mcg/mL."""
    therapy = therapy_of(fill(at(1), 500), *events)
    return ran(replace(therapy, events=(short, *therapy.events[1:])), at(200))


@pytest.mark.requirement("E4")
def test_prime_of_pump_and_catheter(therapy_of: TherapyOf, short: Implant, at: At) -> None:
    """WE39: 0.2918 mL hold 145.9 mcg, and in plug flow none of it reaches the fluid."""
    run = primed(therapy_of, short, at, PrimingBolus(at=at(2), parts="pump+catheter"))
    held = run.readings([instant_us(at(3))])
    assert run.dead_volume_ml == pytest.approx(0.2918, rel=1e-12)
    assert 20 - (held.reservoir_ml[0] or 0) == pytest.approx(0.2918, rel=1e-9)
    assert held.dead_volume_mcg[0] == pytest.approx(145.9, rel=1e-9)
    assert held.delivered_mcg[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.requirement("E4")
def test_prime_of_the_catheter_only(therapy_of: TherapyOf, short: Implant, at: At) -> None:
    """WE40: 0.1518 mL, nominal 75.9 mcg, after which the new drug is that far from the tip."""
    run = primed(therapy_of, short, at, PrimingBolus(at=at(2), parts="catheter"))
    held = run.readings([instant_us(at(3))])
    assert 20 - (held.reservoir_ml[0] or 0) == pytest.approx(0.1518, rel=1e-9)
    assert held.dead_volume_mcg[0] == pytest.approx(75.9, rel=1e-9)


def test_without_prime_the_drug_takes_its_time(therapy_of: TherapyOf, short: Implant, at: At) -> None:
    """WE41: at 0.2 mL/day the drug reaches the tip of 0.2918 mL after 1.459 days, and no moment before."""
    run = primed(therapy_of, short, at, program(at(2), 100))
    first = run.delivery.infusions[0]
    assert (first.start_us - instant_us(at(2))) / US_PER_DAY == pytest.approx(1.459, abs=5e-13)
    assert first.rate_mcg_per_h == pytest.approx(100 / 24, rel=1e-12)


def stronger(therapy_of: TherapyOf, at: At, *, bridged: bool) -> PumpRun:
    """WE42 to WE44: 200 mcg/day, from 500 to 2000 mcg/mL after ten days, 0.34 mL to the tip."""
    bridge = BridgeBolus(
        at=at(241), volume=Volume(0.34), old_concentration=Concentration(500), daily_dose=DailyDose(200)
    )
    events: list[Event] = [
        fill(at(1), 500),
        PrimingBolus(at=at(1), parts="pump+catheter"),
        program(at(1), 200),
        fill(at(241), 2000, again=True),
        *([bridge] if bridged else []),
        program(at(241), 200),
    ]
    return ran(therapy_of(*events), at(600))


@pytest.mark.requirement("E7", "E8")
def test_bridge_after_a_stronger_fill(therapy_of: TherapyOf, at: At) -> None:
    """WE42: the bridge runs 0.4 mL/day for 20.4 h and gives 170 mcg; then 0.1 mL/day of the new drug."""
    run = stronger(therapy_of, at, bridged=True)
    start_us = instant_us(at(241))
    end_us = start_us + round(20.4 * US_PER_HOUR)
    during, last, after = start_us, end_us - 1, end_us
    held = run.readings([during, last, after])
    assert [24 * flow for flow in known(held.flow_ml_per_h)] == pytest.approx([0.4, 0.4, 0.1], rel=1e-12)
    assert [24 * tip for tip in known(held.tip_mcg_per_h)] == pytest.approx([200, 200, 200], rel=1e-12)
    assert known(held.delivered_mcg)[2] - known(held.delivered_mcg)[0] == pytest.approx(170.0, rel=1e-12)
    assert held.state == ("bridge-bolus", "bridge-bolus", "running")
    doubts = ("without a bridge", "while tubing", "while the fluid")
    assert not any(doubt in happening.text for happening in run.happenings for doubt in doubts)
    told = [happening.text for happening in run.happenings if happening.at_us == end_us]
    assert told == [
        "new concentration reached the tip: 2000 mcg/mL in place of 500 mcg/mL",
        "bridge completed: 0.34 mL",
    ]


@pytest.mark.requirement("E6")
def test_without_a_bridge_the_dose_falls_to_a_quarter(therapy_of: TherapyOf, at: At) -> None:
    """WE43: the old drug at the new flow is 50 mcg/day for 3.40 days, and the programmed dose hides it."""
    run = stronger(therapy_of, at, bridged=False)
    start_us = instant_us(at(241))
    end_us = start_us + round(3.4 * US_PER_DAY)
    held = run.readings([start_us, end_us - 1, end_us])
    assert [24 * tip for tip in known(held.tip_mcg_per_h)] == pytest.approx([50, 50, 200], rel=1e-12)
    assert [24 * dose for dose in known(held.programmed_mcg_per_h)] == pytest.approx([200, 200, 200])
    told = [happening.text for happening in run.happenings if happening.at_us == start_us]
    assert any("50 mcg/day in place of 200 mcg/day" in text for text in told)


@pytest.mark.requirement("E8")
def test_the_old_column_counts_with_its_own_concentration(therapy_of: TherapyOf, at: At) -> None:
    """WE44: what leaves of the old column is 170 mcg, never 680 by the concentration of the new fill."""
    run = stronger(therapy_of, at, bridged=False)
    start_us = instant_us(at(241))
    before, after = known(run.readings([start_us, start_us + round(3.4 * US_PER_DAY)]).delivered_mcg)
    assert after - before == pytest.approx(170.0, rel=1e-12)


@pytest.mark.requirement("E7")
def test_a_bridge_of_fixed_constants_is_doubted(therapy_of: TherapyOf, at: At) -> None:
    """WE48: 0.16 mL are not the column; the model says so and the drop shows when it ends too early."""
    bridge = BridgeBolus(
        at=at(241), volume=Volume(0.16), old_concentration=Concentration(500), daily_dose=DailyDose(200)
    )
    run = ran(
        therapy_of(
            fill(at(1), 500),
            program(at(1), 200),
            fill(at(241), 2000, again=True),
            bridge,
            program(at(241), 200),
        ),
        at(600),
    )
    assert "bridge of 0.16 mL, while tubing and catheter hold 0.34 mL" in [
        happening.text for happening in run.happenings
    ]
    end_us = instant_us(at(241)) + round(9.6 * US_PER_HOUR)
    assert 24 * known(run.readings([end_us]).tip_mcg_per_h)[0] == pytest.approx(50.0)


def test_a_bridge_for_another_concentration_is_doubted(therapy_of: TherapyOf, at: At) -> None:
    """A bridge computed for 2000 mcg/mL, with 500 mcg/mL at the tip, is told; the old drug then runs slow."""
    bridge = BridgeBolus(
        at=at(241), volume=Volume(0.34), old_concentration=Concentration(2000), daily_dose=DailyDose(200)
    )
    events = (fill(at(1), 500), program(at(1), 200), fill(at(241), 2000, again=True), bridge)
    run = ran(therapy_of(*events), at(250))
    assert "bridge for 2000 mcg/mL, while the fluid at the tip has 500 mcg/mL" in [
        happening.text for happening in run.happenings
    ]
    assert 24 * known(run.readings([instant_us(at(242))]).tip_mcg_per_h)[0] == pytest.approx(50.0)


@pytest.mark.requirement("D11")
def test_the_residual_dilutes_a_stronger_fill(therapy_of: TherapyOf, at: At) -> None:
    """20 mL of 2000 onto 1.4 mL of 500 give 1902 mcg/mL, 4.9 % less than the label; a rinse prevents it."""
    diluted = Fill(
        at=at(241), injected=Volume(20), concentration=Concentration(2000), withdrawn=Volume(15), rinsed=False
    )
    run = ran(therapy_of(fill(at(1), 500), diluted), at(300))
    held = run.readings([instant_us(at(241))]).reservoir_concentration_mcg_per_ml[0]
    assert held == pytest.approx((20 * 2000 + 1.4 * 500) / 21.4, rel=1e-14)
    assert any("(-4.9 %)" in happening.text for happening in run.happenings)
    rinsed = ran(therapy_of(fill(at(1), 500), replace(diluted, rinsed=True)), at(300))
    assert rinsed.last.reservoir.concentration_mcg_per_ml == 2000


def test_refill_volume_check() -> None:
    """WE59: 17 of 15 mL have left, a ratio of 1.133."""
    found = Visit(at_us=0, filled_ml=20, expected_ml=5, would_measure_ml=5, withdrawn_ml=3)
    assert found.delivered_ratio == pytest.approx(17 / 15)
    assert found.difference_ml == -2


@pytest.mark.requirement("B13", "G7")
def test_the_indicator_gives_ninety_days(therapy_of: TherapyOf, at: At) -> None:
    """WE74: an indicator on 2026-01-01 lets the pump run to 2026-04-01."""
    seen_us = instant_us(datetime.fromisoformat("2026-01-01T12:00:00+00:00"))
    life = Lifetime.of(implanted_us=seen_us - 5 * 365 * US_PER_DAY, life_y=7, eri_to_stop_days=90)
    stop_us = life.with_indicator(seen_us).stop_us
    assert stop_us is not None
    assert utc(stop_us).date() == date(2026, 4, 1)
    seen = Alarm(at=at(24 * 305), condition="elective-replacement-indicator")  # 2027-01-01
    dates = ran(therapy_of(fill(at(1), 500), seen), at(24 * 306)).dates
    assert (dates.eri_date.date, dates.eri_date.decided_by) == (date(2027, 1, 1), "recorded")
    assert (dates.replace_by_date.date, dates.replace_by_date.decided_by) == (date(2027, 4, 1), "eri")
