"""The pump over random therapies: drug accounted for, volumes, flows and instants as they must be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.pump.known import known

from cisterna.errors import DefectError, PumpError
from cisterna.instants import US_PER_HOUR, elapsed_h, instant_us
from cisterna.pump import FluidColumn, PumpRun, PumpState, Status, implanted, run_pump, step
from cisterna.therapy.events import (
    BridgeBolus,
    Event,
    Explant,
    Fill,
    FlexStep,
    Implant,
    PrimingBolus,
    Program,
    Resume,
    SingleBolus,
    Stop,
)
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]

KINDS = ("fill", "program", "flex", "periodic", "minimum", "bolus", "prime", "bridge", "stop", "resume")


@dataclass(frozen=True)
class Action:
    """Something to try on the pump after a pause; it is left out where the pump refuses it."""

    after_h: float
    kind: str
    size: float
    concentration: float
    rinsed: bool

    def event(self, at: datetime, *, is_first_fill: bool) -> Event:  # noqa: PLR0911 - one for each kind
        """The action as an event of this instant; ``size`` between 0 and 1 sets its amounts."""
        dose = 10 + 990 * self.size
        rate = HourlyRate(dose / 24)
        match self.kind:
            case "fill":
                return Fill(
                    at=at,
                    injected=Volume(1 + 19 * self.size),
                    concentration=Concentration(self.concentration),
                    withdrawn=None if is_first_fill else Volume(3),
                    rinsed=self.rinsed,
                )
            case "program":
                return Program(at=at, mode="simple-continuous", daily_dose=DailyDose(dose))
            case "flex":
                steps = tuple(
                    FlexStep(from_=time(hour), rate=HourlyRate(rate * (1 + hour / 24)))
                    for hour in (0, 5, 6, 21)
                )
                return Program(at=at, mode="flex", steps=steps)
            case "periodic":
                return Program(
                    at=at, mode="periodic-bolus", bolus=Mass(dose / 8), over=Duration(0.7), every=Duration(5),
                    background=rate,
                )  # fmt: skip
            case "minimum":
                return Program(at=at, mode="minimum-rate")
            case "bolus":
                then = "resume" if self.rinsed else "stop"
                return SingleBolus(at=at, dose=Mass(dose / 10), over=Duration(1 / 3), then=then)  # type: ignore[arg-type]
            case "prime":
                return PrimingBolus(at=at, parts="pump+catheter" if self.rinsed else "catheter")
            case "bridge":
                return BridgeBolus(
                    at=at,
                    volume=Volume(0.34),
                    old_concentration=Concentration(self.concentration),
                    daily_dose=DailyDose(dose),
                )
            case "stop":
                return Stop(at=at)
            case _:
                return Resume(at=at)


actions = st.lists(
    st.builds(
        Action,
        after_h=st.sampled_from([1e-6 / 3600, 0.01, 1 / 3, 7.0, 24.0, 100.0, 1500.0])
        | st.floats(0.001, 3000),
        kind=st.sampled_from(KINDS),
        size=st.floats(0, 1),
        concentration=st.sampled_from([50.0, 500.0, 1000.0, 2000.0]),
        rinsed=st.booleans(),
    ),
    min_size=3,
    max_size=14,
)


@dataclass
class Driven:
    """A pump driven by the actions that it accepts, and the events that these were."""

    state: PumpState
    events: list[Event] = field(default_factory=list)

    def attempt(self, action: Action, at: datetime) -> None:
        """Let time pass, then try the action."""
        self.state = step(self.state, instant_us(at) - self.state.at_us).state
        event = action.event(at, is_first_fill=self.state.filled_ml is None)
        try:
            self.state = step(self.state, [event]).state
        except PumpError:
            return
        self.events.append(event)


def driven(chosen: Sequence[Action], at: At, implant: Implant, therapy_of: TherapyOf) -> Driven:
    """The pump after all of the actions that fit."""
    therapy = therapy_of()
    pump = Driven(implanted(implant, therapy.catalogue, therapy.settings))
    hours = 0.0
    for action in (
        Action(1.0, "fill", 1.0, 500.0, rinsed=False),
        Action(0.1, "program", 0.2, 500.0, rinsed=False),
    ):
        hours += action.after_h
        pump.attempt(action, at(hours))
    for action in chosen:
        hours += action.after_h
        pump.attempt(action, at(hours))
    return pump


def instants(run: PumpRun, start_us: int) -> list[int]:
    """Every boundary of the run, the microseconds around it, and a grid."""
    end_us = run.last.at_us
    edges = {segment.start_us for stretch in run.stretches for segment in stretch.segments}
    around = {edge + shift for edge in edges for shift in (-1, 0, 1)}
    grid = set(range(start_us, end_us, max(1, (end_us - start_us) // 50)))
    return sorted(instant for instant in around | grid | {end_us} if start_us - 1 <= instant <= end_us)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=actions)
@pytest.mark.requirement("C10", "E8")
def test_drug_is_accounted_for_at_every_instant(
    chosen: list[Action], at: At, implant: Implant, therapy_of: TherapyOf
) -> None:
    """Injected = withdrawn + reservoir + dead volume + outside + delivered, to 1e-12, whatever was done.

    And with it: no volume below zero, no flow above the pump's maximum, stopped is stopped, and the
    delivery is what the account says, each instant once.
    """
    pump = driven(chosen, at, implant, therapy_of)
    end_us = pump.state.at_us + 40 * 24 * US_PER_HOUR
    run = run_pump(therapy_of(*pump.events), end_us)
    assert run is not None
    held = run.readings(instants(run, instant_us(implant.at)))
    for error, injected in zip(held.account_error_mcg(), held.injected_mcg, strict=True):
        assert abs(error) <= 1e-12 * injected
    assert all(volume is None or volume >= -1e-12 for volume in held.reservoir_ml)
    assert all(dead >= -1e-9 for dead in held.dead_volume_mcg)
    assert all(
        flow <= run.last.system.flows.maximum_ml_per_h * (1 + 1e-9) for flow in known(held.flow_ml_per_h)
    )
    for state, flow, tip in zip(held.state, held.flow_ml_per_h, held.tip_mcg_per_h, strict=True):
        assert state not in ("stopped", "empty", "end-of-service", "no-pump") or (flow, tip) == (0.0, 0.0)
    infusions = run.delivery.infusions
    assert all(one.end_us <= other.start_us for one, other in pairwise(infusions))
    assert run.delivery.amount_mcg == pytest.approx(held.delivered_mcg[-1], rel=1e-12, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(chosen=actions)
def test_the_walk_and_the_steps_agree(
    chosen: list[Action], at: At, implant: Implant, therapy_of: TherapyOf
) -> None:
    """Running the therapy at once and stepping through it command by command end in the same state."""
    pump = driven(chosen, at, implant, therapy_of)
    pump.state = step(pump.state, 0).state  # what the last command made due at once
    run = run_pump(therapy_of(*pump.events), pump.state.at_us)
    assert run is not None
    assert run.last.mode == pump.state.mode
    assert run.last.reservoir.counted_ml == pytest.approx(pump.state.reservoir.counted_ml, abs=1e-11)
    assert run.last.delivered.value == pytest.approx(pump.state.delivered.value, rel=1e-11, abs=1e-11)
    assert [alarm.condition for alarm in run.alarms] == [alarm.condition for alarm in pump.state.alarms]


@settings(max_examples=50, deadline=None)
@given(chosen=actions, cut=st.floats(0, 1))
def test_a_step_may_be_cut_anywhere(
    chosen: list[Action], cut: float, at: At, implant: Implant, therapy_of: TherapyOf
) -> None:
    """Two short steps deliver what one long step does, to rounding, and raise the same alarms."""
    state = driven(chosen, at, implant, therapy_of).state
    elapsed_us = 90 * 24 * US_PER_HOUR
    first_us = round(cut * elapsed_us)
    whole = step(state, elapsed_us).state
    parts = step(step(state, first_us).state, elapsed_us - first_us).state
    assert parts.delivered.value == pytest.approx(whole.delivered.value, rel=1e-11, abs=1e-11)
    assert parts.reservoir.counted_ml == pytest.approx(whole.reservoir.counted_ml, abs=1e-11)
    pairs = zip(parts.alarms, whole.alarms, strict=True)
    assert all(
        one.condition == other.condition and abs(one.at_us - other.at_us) <= 1000 for one, other in pairs
    )


@pytest.mark.requirement("A11")
def test_a_lost_plug_breaks_the_account(
    monkeypatch: pytest.MonkeyPatch, therapy_of: TherapyOf, at: At
) -> None:
    """Were one plug lost on its way, the account would show it: its terms are computed each by itself."""
    events = (
        Fill(at=at(1), injected=Volume(20), concentration=Concentration(500)),
        Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(200)),
        Fill(at=at(240), injected=Volume(20), concentration=Concentration(2000), withdrawn=Volume(5)),
    )
    whole = run_pump(therapy_of(*events), instant_us(at(900)))
    assert whole is not None
    assert abs(whole.readings([instant_us(at(900))]).account_error_mcg()[0]) < 1e-8

    def losing(column: FluidColumn, volume_ml: float, concentration: float) -> tuple[FluidColumn, float]:
        after, left = pushed(column, volume_ml, concentration)
        return after, left if column.is_uniform(concentration) else 0.0

    pushed = FluidColumn.push
    monkeypatch.setattr(FluidColumn, "push", losing)
    with pytest.raises(DefectError, match="two routes to the dose disagree"):
        run_pump(therapy_of(*events), instant_us(at(900)))
    monkeypatch.setattr("cisterna.pump.run.compare_routes", lambda _: None)
    broken = run_pump(therapy_of(*events), instant_us(at(900)))
    assert broken is not None
    assert abs(broken.readings([instant_us(at(900))]).account_error_mcg()[0]) > 0.5


@pytest.mark.requirement("D10")
def test_what_is_empty_stays_empty_until_it_is_filled(therapy_of: TherapyOf, at: At) -> None:
    """At the counted zero delivery ends, the residual stays; the next fill lets the program go on."""
    events = (
        Fill(at=at(1), injected=Volume(2.5), concentration=Concentration(500), rinsed=True),
        Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(300)),
        Fill(at=at(240), injected=Volume(20), concentration=Concentration(500), withdrawn=Volume(0)),
    )
    run = run_pump(therapy_of(*events), instant_us(at(400)))
    assert run is not None
    empty_us = instant_us(at(1)) + round(2.5 / 0.6 * 24 * US_PER_HOUR)
    held = run.readings([empty_us - 1, empty_us + 1, instant_us(at(239)), instant_us(at(240))])
    assert held.state == ("running", "empty", "empty", "running")
    assert held.flow_ml_per_h == pytest.approx((0.025, 0, 0, 0.025))
    assert held.programmed_mcg_per_h == pytest.approx((12.5, 12.5, 12.5, 12.5))
    assert held.reservoir_ml[1:3] == (0.0, 0.0)
    assert held.reservoir_mcg[1] == pytest.approx(1.4 * 500)


@pytest.mark.requirement("C6")
def test_a_bolus_from_an_empty_reservoir_gives_nothing(therapy_of: TherapyOf, at: At) -> None:
    """What was done to an empty pump stays on record; nothing of it is delivered, and that is told."""
    events = (
        Fill(at=at(1), injected=Volume(2.5), concentration=Concentration(500), rinsed=True),
        Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(300)),
        SingleBolus(at=at(200), dose=Mass(50), over=Duration(1), then="stop"),
    )
    run = run_pump(therapy_of(*events), instant_us(at(300)))
    assert run is not None
    assert run.happenings[-2].text == (
        "single-bolus ended early, 0.1 mL of it not delivered: the reservoir is empty"
    )
    held = run.readings([instant_us(at(199)), instant_us(at(300))])
    assert held.delivered_mcg[0] == held.delivered_mcg[1]
    assert held.state == ("empty", "stopped")


def test_the_refill_visit_compares_what_was_measured(therapy_of: TherapyOf, at: At) -> None:
    """A visit tells the volume expected, what the model holds, and the ratio of what was measured."""
    events = (
        Fill(at=at(1), injected=Volume(20), concentration=Concentration(500)),
        Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(300)),
        Fill(at=at(601), injected=Volume(20), concentration=Concentration(500), withdrawn=Volume(3)),
    )
    run = run_pump(therapy_of(*events), instant_us(at(700)))
    assert run is not None
    (visit,) = run.visits
    assert visit.at_us == instant_us(at(601))
    assert visit.expected_ml == pytest.approx(5.0)
    assert visit.would_measure_ml == visit.expected_ml
    assert visit.delivered_ratio == pytest.approx(17 / 15)
    assert visit.difference_ml == pytest.approx(-2.0)


@pytest.mark.requirement("D11")
def test_the_model_withdraws_what_it_holds(therapy_of: TherapyOf, at: At) -> None:
    """Whatever was measured, a refill empties the counted volume, and the residual mixes into the fill."""
    events = (
        Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True),
        Fill(at=at(10), injected=Volume(10), concentration=Concentration(2000), withdrawn=Volume(3)),
    )
    run = run_pump(therapy_of(*events), instant_us(at(11)))
    assert run is not None
    held = run.readings([instant_us(at(9)), instant_us(at(10))])
    assert held.reservoir_ml == (20.0, 10.0)
    assert held.withdrawn_mcg == pytest.approx((0.0, 20 * 500))
    assert held.reservoir_concentration_mcg_per_ml[1] == pytest.approx((10 * 2000 + 1.4 * 500) / 11.4)


@pytest.mark.requirement("D11")
def test_a_rinse_takes_the_old_drug_out(therapy_of: TherapyOf, at: At) -> None:
    """A rinse exchanges the residual: the old drug is withdrawn, the new injected, the label is true."""
    events = (
        Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True),
        Fill(
            at=at(10),
            injected=Volume(20),
            concentration=Concentration(2000),
            withdrawn=Volume(20),
            rinsed=True,
        ),
    )
    run = run_pump(therapy_of(*events), instant_us(at(11)))
    assert run is not None
    held = run.readings([instant_us(at(11))])
    assert held.reservoir_concentration_mcg_per_ml == (2000.0,)
    assert held.withdrawn_mcg == pytest.approx((21.4 * 500,))
    assert held.injected_mcg == pytest.approx((21.4 * 500 + 21.4 * 2000,))


def test_an_explant_takes_the_drug_along_and_a_next_pump_goes_on(
    therapy_of: TherapyOf, at: At, implant: Implant
) -> None:
    """What the old pump held is withdrawn with it; the next one starts empty, at its own tip."""
    first = Fill(at=at(1), injected=Volume(20), concentration=Concentration(500))
    program = Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(300))
    events = (
        first,
        program,
        Explant(at=at(240)),
        replace(implant, at=at(300), tip="T8"),
        replace(first, at=at(301)),
        replace(program, at=at(301)),
    )
    run = run_pump(therapy_of(*events), instant_us(at(600)))
    assert run is not None
    held = run.readings([instant_us(at(hours)) for hours in (239, 250, 600)])
    assert held.state == ("running", "explanted", "running")
    assert held.reservoir_ml[1] is None
    assert (held.reservoir_mcg[1], held.dead_volume_mcg[1]) == (0.0, 0.0)
    assert all(abs(error) < 1e-8 for error in held.account_error_mcg())
    assert [infusion.site.level for infusion in run.delivery.infusions] == ["T10", "T8"]


def test_before_the_implant_there_is_no_pump(therapy_of: TherapyOf, at: At) -> None:
    """Without an implant by then there is no run; an instant before it reads as no pump, not as zero."""
    therapy = therapy_of()
    assert run_pump(therapy, instant_us(at(-1))) is None
    run = run_pump(therapy, instant_us(at(1)))
    assert run is not None
    held = run.readings([instant_us(at(-1)), instant_us(at(0))])
    assert held.state == ("no-pump", "not-programmed")
    assert held.reservoir_ml == (None, 0.0)


def test_readings_need_ascending_instants_within_the_run(therapy_of: TherapyOf, at: At) -> None:
    """One forward pass reads them all, so they must ascend and not lie behind the end."""
    run = run_pump(therapy_of(), instant_us(at(1)))
    assert run is not None
    with pytest.raises(ValueError, match="ascend"):
        run.readings([instant_us(at(1)), instant_us(at(0))])
    with pytest.raises(ValueError, match="behind the end"):
        run.readings([instant_us(at(2))])
    assert run.readings([]).times_us == ()


def test_only_what_was_done_by_then_counts(therapy_of: TherapyOf, at: At) -> None:
    """A run to an instant knows nothing of the events after it."""
    fill = Fill(at=at(1), injected=Volume(20), concentration=Concentration(500))
    program = Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(300))
    stop = Stop(at=at(100))
    short = run_pump(therapy_of(fill, program), instant_us(at(99)))
    long = run_pump(therapy_of(fill, program, stop), instant_us(at(99)))
    assert short is not None
    assert long is not None
    assert short.delivery == long.delivery
    assert short.dates == long.dates
    assert short.last.status is Status.RUNNING


@pytest.mark.requirement("E9")
def test_a_front_behind_a_front_keeps_its_place(therapy_of: TherapyOf, at: At) -> None:
    """A second change of concentration on the way of the first arrives after it, each at its own instant."""
    fill = Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True)
    again = replace(fill, withdrawn=Volume(5))
    events = (
        fill,
        PrimingBolus(at=at(1), parts="pump+catheter"),
        Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(600)),
        replace(again, at=at(48), concentration=Concentration(1000)),
        replace(again, at=at(52), concentration=Concentration(2000)),
    )
    run = run_pump(therapy_of(*events), instant_us(at(200)))
    assert run is not None
    arrived = [entry for entry in run.happenings if "reached the tip" in entry.text][1:]
    # 0.6 mL/day for 4 h move 0.1 mL; then 0.3 mL/day: 0.24 mL to the first front, 0.1 mL more to the second
    hours = [elapsed_h(instant_us(at(52)), entry.at_us) for entry in arrived]
    assert hours == pytest.approx([0.24 / 0.3 * 24, 0.34 / 0.3 * 24], abs=1e-6)
    assert [entry.text.split(":")[1].split()[0] for entry in arrived] == ["1000", "2000"]


@given(size=st.floats(0.01, 0.99))
@pytest.mark.requirement("E8")
def test_the_column_is_the_only_delay(size: float, therapy_of: TherapyOf, at: At) -> None:
    """At every moment the fluid at the tip is what entered one dead volume of flow before."""
    fill = Fill(at=at(1), injected=Volume(20), concentration=Concentration(500), rinsed=True)
    dose = 100 + 900 * size
    program = Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(dose))
    run = run_pump(therapy_of(fill, program), instant_us(at(400)))
    assert run is not None
    first = run.delivery.infusions[0]
    delay_h = 0.34 / (dose / 500) * 24
    assume(delay_h < 390)
    assert elapsed_h(instant_us(at(1)), first.start_us) == pytest.approx(delay_h, abs=1e-9)
    assert run.last.column.is_uniform(500.0)
    assert run.last.column.volume_ml == pytest.approx(0.34, rel=1e-12)
