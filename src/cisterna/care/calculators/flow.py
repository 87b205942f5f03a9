"""From a daily dose to a flow, from volume to drug and back, and how long fluid takes to the tip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.calculators.calculation import (
    BY_DEFINITION,
    above_zero,
    calculated,
    checked_all,
    concentration_faults,
    concentration_reasons,
    contradiction,
    daily_dose_reasons,
    given,
    missing,
    not_known,
)
from cisterna.care.calculators.slips import dead_volume_slips, fill_slips
from cisterna.care.result import Reason, Result, told
from cisterna.evidence import Number, PumpModel
from cisterna.instants import HOURS_PER_DAY
from cisterna.pump.flow import CONSTANT_FLOW, Demand, FlowRange, flow_range
from cisterna.pump.strokes import deliverable_dose, resolution_text
from cisterna.units import Concentration, DailyDose, Flow, Mass, Volume
from cisterna.verdict import Verdict

__all__ = [
    "DrugVolume",
    "FlowOfDose",
    "TimeToTip",
    "concentration_of",
    "flow_of_dose",
    "time_to_tip",
    "volume_of",
]


@dataclass(frozen=True, kw_only=True)
class FlowOfDose:
    """The flow that gives a dose, and the doses that a pump can give at this concentration."""

    flow_ml_per_day: float = field(metadata=told("flow", "mL/day", 4))
    dose_mcg_per_h: float = field(metadata=told("dose per hour", "mcg/h"))
    deliverable_dose_mcg_per_day: float | None = field(metadata=told("deliverable dose", "mcg/day"))
    lowest_dose_mcg_per_day: float | None = field(metadata=told("lowest dose of the pump", "mcg/day"))
    highest_dose_mcg_per_day: float | None = field(metadata=told("highest dose of the pump", "mcg/day"))


def flow_of_dose(
    daily_dose: DailyDose, concentration: Concentration, pump: PumpModel | None = None
) -> Result[FlowOfDose]:
    """Flow = daily dose / concentration, held against the range of ``pump`` where one is given.

    A flow outside that range is a ``stop``. Raises :class:`~cisterna.errors.InputError` for a dose of 0 and a
    concentration that cannot be true.

    >>> flow_of_dose(DailyDose(200), Concentration(500)).value.flow_ml_per_day
    0.4
    """
    checked_all(above_zero(daily_dose=daily_dose), concentration_faults(concentration=concentration))
    flow = daily_dose / concentration
    flows = None if pump is None else _range(pump)
    scale = HOURS_PER_DAY * concentration
    fits = flows is not None and flows.allows(flow / HOURS_PER_DAY)
    return calculated(
        "flow",
        "Flow of a daily dose",
        FlowOfDose(
            flow_ml_per_day=flow,
            dose_mcg_per_h=daily_dose / HOURS_PER_DAY,
            deliverable_dose_mcg_per_day=_deliverable(daily_dose, concentration, pump) if fits else None,
            lowest_dose_mcg_per_day=None if flows is None else flows.minimum_ml_per_h * scale,
            highest_dose_mcg_per_day=None if flows is None else flows.maximum_ml_per_h * scale,
        ),
        formula="flow = daily dose / concentration; dose per hour = daily dose / 24 h; lowest and highest "
        "dose = range of flow of the pump x concentration",
        inputs=given(
            daily_dose=daily_dose, concentration=concentration, pump=None if pump is None else pump.name
        ),
        source=BY_DEFINITION,
        reasons=(
            *_pump_reasons(daily_dose, concentration, pump, flows),
            *daily_dose_reasons(daily_dose),
            *concentration_reasons(concentration),
        ),
        numbers=() if pump is None or flows is None else _flow_numbers(pump),
    )


def _range(pump: PumpModel) -> FlowRange | None:
    """The range of flow; ``None`` where it is not known for this model."""
    needed = ("constant_flow",) if pump.mechanism == CONSTANT_FLOW else ("minimum_flow", "maximum_flow")
    return flow_range(pump) if all(pump.known(quantity) for quantity in needed) else None


def _flow_numbers(pump: PumpModel) -> tuple[Number, ...]:
    names = ("constant_flow", "minimum_flow", "maximum_flow", "stroke_volume")
    return tuple(pump.number(name) for name in names if pump.known(name))


def _stroke_ml(pump: PumpModel) -> float | None:
    return pump.need("stroke_volume", "mL") if pump.known("stroke_volume") else None


def _deliverable(daily_dose: DailyDose, concentration: Concentration, pump: PumpModel | None) -> float | None:
    """The dose after the pump's own resolution; ``None`` where that is not known."""
    if pump is None or _stroke_ml(pump) is None:
        return None
    return deliverable_dose(daily_dose, concentration, _stroke_ml(pump)).deliverable_mcg_per_day


def _pump_reasons(
    daily_dose: DailyDose, concentration: Concentration, pump: PumpModel | None, flows: FlowRange | None
) -> Iterator[Reason]:
    if pump is None or flows is None:
        why = "No pump was given" if pump is None else f"For the {pump.model} no range of flow is known"
        yield not_known("lowest_dose_mcg_per_day", f"{why}, so that no lowest dose can be told.")
        yield not_known("highest_dose_mcg_per_day", f"{why}, so that no highest dose can be told.")
        yield not_known("deliverable_dose_mcg_per_day", f"{why}, so that no resolution can be told.")
        return
    demand = Demand(
        key="daily_dose",
        shown=daily_dose.shown(),
        dose_mcg_per_h=daily_dose / HOURS_PER_DAY,
        concentration_mcg_per_ml=float(concentration),
    )
    fault = flows.fault(demand)
    if fault is not None:
        yield Reason.on(
            _end_passed(pump, flows, demand),
            f"The {pump.model} cannot give {fault.found}: it takes {fault.allowed}; {fault.remedy}.",
            Verdict.STOP,
            about="deliverable_dose_mcg_per_day",
        )
        return
    yield from _within(pump)
    resolution = resolution_text(pump.model, _stroke_ml(pump), concentration)
    yield Reason.on(
        pump.number("stroke_volume") if pump.known("stroke_volume") else _flow_numbers(pump)[0],
        f"{resolution[0].upper()}{resolution[1:]}.",
        about="deliverable_dose_mcg_per_day",
    )


def _end_passed(pump: PumpModel, flows: FlowRange, demand: Demand) -> Number:
    """The number that the demand passes: each end of a range has its own source."""
    if pump.mechanism == CONSTANT_FLOW:
        return pump.number("constant_flow")
    is_low = demand.flow_ml_per_h < flows.minimum_ml_per_h
    return pump.number("minimum_flow" if is_low else "maximum_flow")


def _within(pump: PumpModel) -> Iterator[Reason]:
    """That the flow keeps to each end of the range, with the source of that end."""
    if pump.mechanism == CONSTANT_FLOW:
        flow = pump.number("constant_flow")
        yield Reason.on(flow, f"The flow is that of the {pump.model}, {flow.shown()}.")
        return
    lowest, highest = pump.number("minimum_flow"), pump.number("maximum_flow")
    yield Reason.on(lowest, f"The flow is not below the lowest of the {pump.model}, {lowest.shown()}.")
    yield Reason.on(highest, f"The flow is not above the highest of the {pump.model}, {highest.shown()}.")


@dataclass(frozen=True, kw_only=True)
class DrugVolume:
    """A volume and the concentration of the drug in it."""

    volume_ml: float = field(metadata=told("volume", "mL", 4))
    concentration_mcg_per_ml: float = field(metadata=told("concentration", "mcg/mL"))


def volume_of(dose: Mass, concentration: Concentration) -> Result[DrugVolume]:
    """Volume = dose / concentration: how much solution holds a dose.

    >>> volume_of(Mass(75), Concentration(50)).value.volume_ml
    1.5
    """
    checked_all(above_zero(dose=dose), concentration_faults(concentration=concentration))
    return calculated(
        "volume",
        "Volume of a dose",
        DrugVolume(volume_ml=dose / concentration, concentration_mcg_per_ml=float(concentration)),
        formula="volume = dose / concentration",
        inputs=given(dose=dose, concentration=concentration),
        source=BY_DEFINITION,
        reasons=(
            *fill_slips(Volume(dose / concentration), "A volume"),
            *concentration_reasons(concentration),
        ),
    )


def concentration_of(mass: Mass, volume: Volume) -> Result[DrugVolume]:
    """Concentration = mass / volume: what an ampoule holds.

    >>> concentration_of(Mass(10_000), Volume(5)).value.concentration_mcg_per_ml
    2000.0
    """
    checked_all(above_zero(mass=mass, volume=volume))
    concentration = Concentration(mass / volume)
    checked_all(concentration_faults(mass=concentration))
    return calculated(
        "volume",
        "Concentration of an ampoule",
        DrugVolume(volume_ml=float(volume), concentration_mcg_per_ml=float(concentration)),
        formula="concentration = mass / volume",
        inputs=given(mass=mass, volume=volume),
        source=BY_DEFINITION,
        reasons=concentration_reasons(concentration),
    )


def volume_or_concentration(
    dose: Mass | None, concentration: Concentration | None, mass: Mass | None, volume: Volume | None
) -> Result[DrugVolume]:
    """:func:`volume_of` of dose and concentration, or :func:`concentration_of` of mass and volume."""
    of_dose, of_mass = (dose, concentration), (mass, volume)
    if of_dose != (None, None) and of_mass != (None, None):
        raise contradiction(
            "dose", "options of both questions", "dose and concentration, or mass and volume", "leave one out"
        )
    if dose is not None and concentration is not None:
        return volume_of(dose, concentration)
    if mass is not None and volume is not None:
        return concentration_of(mass, volume)
    pairs = (("dose", dose), ("concentration", concentration), ("mass", mass), ("volume", volume))
    first = 0 if of_mass == (None, None) else 2
    where = next(name for name, value in pairs[first:] if value is None)
    raise missing(where, "dose and concentration, or mass and volume", "give both of a pair")


@dataclass(frozen=True, kw_only=True)
class TimeToTip:
    """How long new fluid takes from the reservoir to the tip."""

    days: float = field(metadata=told("time to the tip", "days", 3))


def time_to_tip(dead_volume: Volume, flow: Flow) -> Result[TimeToTip]:
    """Time = dead volume of tubing and catheter / flow, in plug flow and without a prime.

    >>> round(time_to_tip(Volume(0.2918), Flow(0.2)).value.days, 9)
    1.459
    """
    checked_all(above_zero(dead_volume=dead_volume, flow=flow))
    return calculated(
        "reach-tip",
        "Time until new drug reaches the tip without a prime",
        TimeToTip(days=dead_volume / flow),
        formula="days = dead volume of tubing and catheter / flow",
        inputs=given(dead_volume=dead_volume, flow=flow),
        source="arithmetic from the definition: plug flow, no front mixes",
        reasons=dead_volume_slips(dead_volume),
    )
