"""A change of concentration: the bridge that keeps the dose, and what happens without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    concentration_faults,
    concentration_reasons,
    given,
    reasons_of,
    says,
)
from cisterna.care.calculators.slips import daily_dose_slips, dead_volume_slips
from cisterna.care.result import Reason, Result, told
from cisterna.evidence import Settings, Status, number
from cisterna.instants import HOURS_PER_DAY
from cisterna.limits.slips import tenfold_touched
from cisterna.pump.column import FluidColumn
from cisterna.pump.legs import bridge_legs, unbridged_legs
from cisterna.units import Concentration, DailyDose, Duration, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = ["Bridge", "bridge"]

_SOURCE = "definition of a bridge bolus: the old volume at the old concentration and the old dose"


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """The bridge, the flow after it, and the dose without it."""

    bridge_flow_ml_per_day: float = field(metadata=told("flow of the bridge", "mL/day", 4))
    bridge_drug_mcg: float = field(metadata=told("drug in the bridge", "mcg", 1))
    bridge_duration_h: float = field(metadata=told("duration of the bridge", "h"))
    flow_after_ml_per_day: float = field(metadata=told("flow after it", "mL/day", 4))
    unbridged_dose_mcg_per_day: float = field(metadata=told("dose without a bridge", "mcg/day", 1))
    unbridged_duration_h: float = field(metadata=told("for how long without a bridge", "h"))
    misreported_drug_mcg: float = field(
        metadata=told("the bridge counted with the new concentration (wrong)", "mcg", 1)
    )


def bridge(
    dead_volume: Volume,
    old_concentration: Concentration,
    new_concentration: Concentration,
    old_dose: DailyDose,
    new_dose: DailyDose | None = None,
    *,
    over: Duration | None = None,
) -> Result[Bridge]:
    """The old fluid in tubing and catheter at the old dose, then the new fluid at the new dose.

    flow = old dose / old concentration, duration = dead volume / flow. ``new_dose`` is the old one where it
    is left out. ``over`` is a duration that somebody proposes: one that changes the dose is a caution.

    >>> value = bridge(Volume(0.34), Concentration(500), Concentration(2000), DailyDose(200)).value
    >>> round(value.bridge_flow_ml_per_day, 9), round(value.bridge_duration_h, 9)
    (0.4, 20.4)
    """
    after = old_dose if new_dose is None else new_dose
    checked_all(
        above_zero(dead_volume=dead_volume, old_dose=old_dose, new_dose=new_dose, over=over),
        concentration_faults(old_concentration=old_concentration, new_concentration=new_concentration),
    )
    column = FluidColumn.uniform(float(dead_volume), float(old_concentration))
    flow_after = after / new_concentration
    (leg,) = bridge_legs(column, old_dose / HOURS_PER_DAY)
    (without,) = unbridged_legs(column, flow_after / HOURS_PER_DAY)
    value = Bridge(
        bridge_flow_ml_per_day=HOURS_PER_DAY * leg.flow_ml_per_h,
        bridge_drug_mcg=column.mass_mcg,
        bridge_duration_h=leg.hours,
        flow_after_ml_per_day=flow_after,
        unbridged_dose_mcg_per_day=HOURS_PER_DAY * without.dose_mcg_per_h,
        unbridged_duration_h=without.hours,
        misreported_drug_mcg=dead_volume * new_concentration,
    )
    return calculated(
        "bridge",
        "Bridge at a change of concentration",
        value,
        formula="flow = old dose / old concentration; drug = dead volume x old concentration; duration = "
        "dead volume / flow; flow after = new dose / new concentration; without a bridge: dose = flow after "
        "x old concentration for dead volume / flow after",
        inputs=given(
            dead_volume=dead_volume,
            old_concentration=old_concentration,
            new_concentration=new_concentration,
            old_dose=old_dose,
            new_dose=after,
            over=over,
        ),
        source=_SOURCE,
        reasons=(
            *_reasons(value, old_concentration, new_concentration, after),
            *_proposed(value, old_dose, over),
            *dead_volume_slips(dead_volume),
            *_slips(old_dose, after),
            *concentration_reasons(old_concentration, new_concentration),
        ),
        numbers=(number("bridge_tolerance"),) if over is not None else (),
    )


def _reasons(value: Bridge, old: Concentration, new: Concentration, after: DailyDose) -> Iterator[Reason]:
    if old == new:
        yield _said(f"The concentration stays {old.shown()}: no bridge is needed.")
        return
    percent = decimal_text(100 * value.unbridged_dose_mcg_per_day / after, 1)
    yield _said(
        f"Without a bridge the old fluid would give {_mcg(value.unbridged_dose_mcg_per_day)}/day, "
        f"{percent} % of {after.shown()}, for {_time(value.unbridged_duration_h)}."
    )
    yield _said(
        f"The bridge gives {_mcg(value.bridge_drug_mcg)} of drug. Counted with the new concentration it "
        f"would read {_mcg(value.misreported_drug_mcg)}, which is not what is delivered."
    )


def _slips(old_dose: DailyDose, after: DailyDose) -> Iterator[Reason]:
    """Of the old dose alone, and of the new one against it."""
    yield from daily_dose_slips(old_dose)
    touched = tenfold_touched(old_dose, after, Settings(), what="the daily dose", unit="mcg/day")
    yield from reasons_of(() if touched is None else (touched,))


def _proposed(value: Bridge, old_dose: DailyDose, over: Duration | None) -> Iterator[Reason]:
    if over is None:
        return
    tolerance = number("bridge_tolerance")
    dose = value.bridge_drug_mcg / over * HOURS_PER_DAY
    text = (
        f"Over {over.shown()} the bridge gives {_mcg(dose)}/day, "
        f"{decimal_text(100 * dose / old_dose, 1)} % of the old dose of {old_dose.shown()}"
    )
    if abs(dose - old_dose) <= tolerance.in_unit("1") * old_dose:
        yield says(tolerance, f"{text}: within {tolerance.shown()}.")
    else:
        longer = _time(value.bridge_duration_h)
        yield says(
            tolerance,
            f"{text}, off by more than {tolerance.shown()}: give it over {longer}.",
            Verdict.CAUTION,
        )


def _said(text: str) -> Reason:
    return Reason(text=text, source=_SOURCE, status=Status.DERIVED)


def _mcg(amount: float) -> str:
    return f"{decimal_text(amount, 1)} mcg"


def _time(hours: float) -> str:
    return f"{decimal_text(hours, 1)} h ({decimal_text(hours / HOURS_PER_DAY, 2)} days)"
