"""What a fill left in the pump, and how true the pump delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen,
    contradiction,
    given,
    missing,
    not_known,
    reasons_of,
    says,
    settings_of,
)
from cisterna.care.exact import difference
from cisterna.care.result import Reason, Result, told
from cisterna.evidence import Number, PumpModel, Status, number
from cisterna.limits.visits import (
    judge_delivered,
    judge_pocket_fill,
    pocket_fill_threshold,
)
from cisterna.units import Fraction, ProductMass, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = ["DeliveryError", "PocketFill", "delivery_error", "pocket_fill"]


@dataclass(frozen=True, kw_only=True)
class PocketFill:
    """What of a fill is missing in the pump, and from how much on drug may lie in the pocket."""

    shortfall_ml: float = field(metadata=told("missing in the pump", "mL"))
    threshold_ml: float | None = field(metadata=told("threshold", "mL"))


def pocket_fill(
    injected: Volume,
    measured: Volume,
    *,
    reservoir: Volume | None = None,
    pump: PumpModel | None = None,
    threshold: Volume | None = None,
) -> Result[PocketFill]:
    """Shortfall = injected - measured, against the published threshold of this size of reservoir.

    ``measured`` is what is found in the pump after the fill. Published for reservoirs of 20 and 40 mL; for
    another one the site sets a ``threshold``, else the answer is a caution.

    >>> found = pocket_fill(Volume(18), Volume(16.7), reservoir=Volume(20))
    >>> found.value.shortfall_ml, found.verdict.value
    (1.3, 'caution')
    """
    size = _reservoir(reservoir, pump)
    checked_all(above_zero(reservoir=size, injected=injected, threshold=threshold))
    limit = _threshold(size, threshold)
    if limit is None:
        judged = judge_pocket_fill(reservoir_ml=size, injected_ml=injected, measured_ml=measured)
    else:
        judged = judge_pocket_fill(
            reservoir_ml=size, injected_ml=injected, measured_ml=measured, threshold=limit
        )
    shortfall = difference(float(injected), float(measured))
    reasons = [*_overfill(size, injected, pump), *reasons_of(judged)]
    if limit is None:
        why = f"For a reservoir of {size.shown()} no threshold is published; set your own with --threshold."
        reasons.append(not_known("threshold_ml", why, "no published value"))
    elif not judged:
        reasons.append(says(limit, _not_flagged(shortfall, limit)))
    return calculated(
        "pocket-fill",
        "Volume after a fill",
        PocketFill(shortfall_ml=shortfall, threshold_ml=None if limit is None else limit.in_unit("mL")),
        formula="missing = injected - measured in the pump after the fill",
        inputs=given(
            pump=None if pump is None else pump.name,
            reservoir=size,
            injected=injected,
            measured=measured,
            threshold=None if limit is None else limit.shown(),
        ),
        source="arithmetic from the definition",
        reasons=reasons,
        numbers=() if limit is None else (limit,),
    )


def _not_flagged(shortfall: float, limit: Number) -> str:
    amount = f"{decimal_text(abs(shortfall), 2)} mL"
    if shortfall < 0:
        return f"{amount} more was found than was injected: nothing is missing; check both volumes."
    return f"{amount} missing is not above {limit.shown()}: not flagged."


def _reservoir(reservoir: Volume | None, pump: PumpModel | None) -> Volume:
    if (reservoir is None) == (pump is None):
        if pump is None:
            raise missing("pump", "the pump, or its reservoir", "give --pump or --reservoir")
        raise contradiction(
            "reservoir", f"{reservoir} and a pump too", "the pump, or its reservoir", "leave one out"
        )
    return Volume(pump.need("reservoir_volume", "mL")) if pump is not None else Volume(reservoir or 0.0)


def _threshold(size: Volume, threshold: Volume | None) -> Number | None:
    published = pocket_fill_threshold(size)
    if threshold is None:
        return published
    if published is not None:
        return chosen(published.name, threshold, "mL", "--threshold")
    return Number(
        name="pocket_fill_threshold",
        text="shortfall after a fill above which drug may lie in the pocket",
        value=float(threshold),
        unit="mL",
        source="set by --threshold; none is published for this reservoir",
        status=Status.ASSUMED,
    )


def _overfill(size: Volume, injected: Volume, pump: PumpModel | None) -> Iterator[Reason]:
    if injected <= size:
        return
    text = f"{injected.shown()} is more than the reservoir holds, {size.shown()}: it must not be overfilled."
    if pump is None:
        yield Reason(text=text, source="the reservoir as given", status=Status.DERIVED, verdict=Verdict.STOP)
    else:
        yield says(pump.number("reservoir_volume"), text, Verdict.STOP)


@dataclass(frozen=True, kw_only=True)
class DeliveryError:
    """How far a delivered volume is from the programmed one."""

    error_percent: float = field(metadata=told("error of delivery", "%", 1))


def delivery_error(
    programmed: Volume, delivered: Volume | ProductMass, accuracy: Fraction | None = None
) -> Result[DeliveryError]:
    """Error = (delivered - programmed) / programmed; above the labelled accuracy it is over-infusion.

    Less than the lowest ratio of a routine refill is a caution too. What was weighed counts as a volume at
    the density of water.

    >>> delivery_error(Volume(20), Volume(19.5)).value.error_percent
    -2.5
    """
    checked_all(above_zero(programmed=programmed, accuracy=accuracy))
    limit = chosen("over_infusion_threshold", accuracy, "%", "--accuracy")
    density, lowest = number("weighed_fluid_density"), number("delivered_ratio_low")
    weighed = isinstance(delivered, ProductMass)
    volume = delivered / density.in_unit("g/mL") if weighed else float(delivered)
    judged = judge_delivered(programmed, volume, settings_of(limit))
    error = 100 * difference(volume, float(programmed)) / programmed
    reasons = list(reasons_of(judged))
    if weighed:
        reasons.append(
            says(density, f"{delivered.shown()} of fluid is taken as {decimal_text(volume, 3)} mL.")
        )
    if not judged:
        text = f"{decimal_text(error, 1)} % is not above {limit.shown()}: no over-infusion."
        reasons.append(says(limit, text))
    reasons += _too_little(volume, programmed, lowest)
    return calculated(
        "delivery-error",
        "Error of delivery",
        DeliveryError(error_percent=error),
        formula="error = (delivered - programmed) / programmed",
        inputs=given(programmed=programmed, delivered=delivered, accuracy=limit.shown()),
        source="Smiths CADD-Prizm 6101 p27",
        status=Status.CONFIRMED,
        reasons=reasons,
        numbers=(limit, lowest, density) if weighed else (limit, lowest),
    )


def _too_little(volume_ml: float, programmed: Volume, lowest: Number) -> Iterator[Reason]:
    ratio, least = volume_ml / programmed, lowest.in_unit("ratio")
    if ratio < least:
        yield says(
            lowest,
            f"{decimal_text(volume_ml, 3)} mL delivered for {programmed.shown()} programmed is "
            f"{decimal_text(ratio, 3)} of it, below {decimal_text(least)}: possible stall, occlusion or "
            "disconnection; look for signs of withdrawal.",
            Verdict.CAUTION,
        )
