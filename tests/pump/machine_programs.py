"""Fills, programs and boluses for the driven pump; most fit it, some are to be refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

from tests.pump.machine_choosing import Chooser, is_programmed, label_of, now

from cisterna.pump import PumpState
from cisterna.therapy.events import (
    BridgeBolus,
    Event,
    Explant,
    FaultEvent,
    Fill,
    FlexStep,
    PatientBolus,
    PatientBolusAllowance,
    PrimingBolus,
    Program,
    Resume,
    SingleBolus,
    Stop,
)
from cisterna.therapy.programs import Weekday
from cisterna.units import Concentration, DailyDose, Duration, HourlyRate, Mass, Volume

CONCENTRATIONS = (50.0, 500.0, 1000.0, 2000.0)
FLOWS_ML_PER_DAY = (0.048, 0.1, 0.4, 1.0, 4.8, 24.0)
REFUSED_FLOWS_ML_PER_DAY = (0.04, 25.0)
_MINUTES_PER_DAY = 1440


# --- fills ----------------------------------------------------------------------------------------------


def _fill_event(state: PumpState, choose: Chooser) -> Fill:
    capacity_ml = state.system.capacity_ml
    share = choose.among((0.05, 0.5, 1.0, 1.0, 1.02))  # the last does not fit
    withdrawn = None
    if state.filled_us is not None and choose.among((True, True, False)):
        withdrawn = Volume(choose.between(0.0, capacity_ml))
    return Fill(
        at=now(state),
        injected=Volume(share * capacity_ml),
        concentration=Concentration(choose.among((label_of(state) or 500.0, *CONCENTRATIONS))),
        withdrawn=withdrawn,
        rinsed=choose.among((False, True)),
    )


def fill(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A fill by itself."""
    return (_fill_event(state, choose),)


def fill_and_program(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A change of drug in one session: the fill, its program, and sometimes a bridge."""
    event = _fill_event(state, choose)
    dose = DailyDose(choose.among(FLOWS_ML_PER_DAY[:4]) * event.concentration)
    program = Program(at=event.at, mode="simple-continuous", daily_dose=dose)
    is_bridged = state.activity is None and choose.among((True, False))
    return (event, program, *((_bridge_event(state, choose),) if is_bridged else ()))


def mishap(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A fill that goes wrong: another concentration, into the pocket, or into the access port."""
    event = _fill_event(state, choose)
    amounts = {
        "wrong-concentration": Concentration(choose.among((0.0, *CONCENTRATIONS))),
        "pocket-fill": Volume(choose.between(0.1, 1.0) * event.injected),
        "port-injection": Volume(choose.between(0.1, 1.0) * event.injected),
    }
    what = choose.among(sorted(amounts))
    return (event, FaultEvent(at=event.at, what=what, amount=amounts[what]))  # type: ignore[arg-type]


# --- programs -------------------------------------------------------------------------------------------


def _allowance(state: PumpState, choose: Chooser) -> PatientBolusAllowance | None:
    if not choose.among((False, True)):
        return None
    dose = Mass(choose.among((0.005, 0.02)) * label_of(state))
    return PatientBolusAllowance(dose=dose, lockout=Duration(choose.among((0.5, 4.0))), per_day=2)


def simple(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A constant flow, sometimes one that the pump refuses."""
    flow = choose.among((*FLOWS_ML_PER_DAY, *REFUSED_FLOWS_ML_PER_DAY))
    dose = DailyDose(flow * label_of(state))
    allowance = _allowance(state, choose)
    return (Program(at=now(state), mode="simple-continuous", daily_dose=dose, patient_bolus=allowance),)


def _flex_steps(state: PumpState, choose: Chooser, days: tuple[Weekday, ...]) -> Iterator[FlexStep]:
    count = choose.among((1, 2, 4, 13))
    minutes = sorted({0, *(int(choose.between(1, _MINUTES_PER_DAY - 1)) for _ in range(count - 1))})
    for minute in minutes:
        rate = choose.among(FLOWS_ML_PER_DAY[:4]) * label_of(state) / 24
        yield FlexStep(from_=time(*divmod(minute, 60)), rate=HourlyRate(rate), days=days)


def flex(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A flex day, or one of working days and one of the weekend."""
    if choose.among((True, False)):
        steps = tuple(_flex_steps(state, choose, ()))
    else:
        week: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
        steps = (*_flex_steps(state, choose, week), *_flex_steps(state, choose, ("sat", "sun")))
    return (Program(at=now(state), mode="flex", steps=steps, patient_bolus=_allowance(state, choose)),)


def periodic(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """Boluses at an interval, on a background or on none."""
    return (
        Program(
            at=now(state),
            mode="periodic-bolus",
            bolus=Mass(choose.among((0.01, 0.1)) * label_of(state)),
            over=Duration(choose.among((0.25, 1.0))),
            every=Duration(choose.among((1.5, 6.0, 26.0))),
            background=HourlyRate(choose.among((0.0, 0.002, 0.02)) * label_of(state)),
        ),
    )


def minimum_rate(state: PumpState, choose: Chooser) -> tuple[Event, ...]:  # noqa: ARG001
    """The lowest rate of the pump."""
    return (Program(at=now(state), mode="minimum-rate"),)


def constant_flow(state: PumpState, choose: Chooser) -> tuple[Event, ...]:  # noqa: ARG001
    """The only mode of a pump driven by gas, which others refuse."""
    return (Program(at=now(state), mode="constant-flow"),)


# --- what runs in place of a program, or on top of it ---------------------------------------------------


def bolus(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A single bolus, and what follows it."""
    then = choose.among(("resume", "stop")) if state.program else "stop"
    dose = choose.among((0.01, 0.05, 0.2)) * label_of(state)
    over = Duration(choose.among((0.1, 0.25, 3.0, 100.0)))
    return (SingleBolus(at=now(state), dose=Mass(dose), over=over, then=then),)  # type: ignore[arg-type]


def may_give_a_patient_bolus(state: PumpState) -> bool:
    """Whether the program allows one at all."""
    return (
        is_programmed(state) and state.program is not None and state.program.program.patient_bolus is not None
    )


def patient_bolus(state: PumpState, choose: Chooser) -> tuple[Event, ...]:  # noqa: ARG001
    """The patient asks, and may be denied."""
    return (PatientBolus(at=now(state)),)


def prime(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A prime of the whole fluid path or of the catheter."""
    return (PrimingBolus(at=now(state), parts=choose.among(("pump+catheter", "catheter"))),)


def _bridge_event(state: PumpState, choose: Chooser) -> BridgeBolus:
    old = choose.among((state.column.tip_concentration_mcg_per_ml or 500.0, *CONCENTRATIONS))
    return BridgeBolus(
        at=now(state),
        volume=Volume(choose.among((state.column.volume_ml, 0.16))),
        old_concentration=Concentration(old),
        daily_dose=DailyDose(choose.among(FLOWS_ML_PER_DAY[:4]) * old),
    )


def bridge(state: PumpState, choose: Chooser) -> tuple[Event, ...]:
    """A bridge by itself, of the right volume or of another."""
    return (_bridge_event(state, choose),)


def stop(state: PumpState, choose: Chooser) -> tuple[Event, ...]:  # noqa: ARG001
    """A stop."""
    return (Stop(at=now(state)),)


def resume(state: PumpState, choose: Chooser) -> tuple[Event, ...]:  # noqa: ARG001
    """Going on."""
    return (Resume(at=now(state)),)


def explant(state: PumpState, choose: Chooser) -> tuple[Event, ...]:  # noqa: ARG001
    """The pump is taken out."""
    return (Explant(at=now(state)),)
