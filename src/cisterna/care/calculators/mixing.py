"""What to fill a constant-flow pump with: its dose is the concentration of the fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen,
    concentration_faults,
    concentration_reasons,
    contradiction,
    daily_dose_reasons,
    given,
    says,
)
from cisterna.care.calculators.slips import fill_slips
from cisterna.care.exact import difference, total
from cisterna.care.result import Reason, Result, told
from cisterna.evidence import Status, number
from cisterna.pump.constant_mix import constant_flow_mix
from cisterna.units import Concentration, DailyDose, Flow, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = ["FillMix", "constant_flow_fill"]


@dataclass(frozen=True, kw_only=True)
class FillMix:
    """How long a fill runs, the drug in it, and what it is mixed of."""

    running_days: float = field(metadata=told("running time", "days"))
    drug_mcg: float = field(metadata=told("drug in the reservoir", "mcg", 1))
    stock_ml: float = field(metadata=told("stock solution", "mL", 3))
    saline_ml: float = field(metadata=told("saline", "mL", 3))
    prepare_ml: float = field(metadata=told("to prepare in all", "mL", 3))


def constant_flow_fill(
    reservoir: Volume,
    flow: Flow,
    daily_dose: DailyDose,
    stock: Concentration,
    priming_volume: Volume | None = None,
) -> Result[FillMix]:
    """Running time = reservoir / flow, drug = daily dose x running time, stock = drug / its concentration.

    Stock and saline are those of one reservoir; ``priming_volume`` more of the same mixture primes the refill
    set. Raises :class:`~cisterna.errors.InputError` where the stock is weaker than the mixture must be.

    >>> value = constant_flow_fill(Volume(20), Flow(0.5), DailyDose(100), Concentration(2000)).value
    >>> value.running_days, value.stock_ml, value.saline_ml, value.prepare_ml
    (40.0, 2.0, 18.0, 23.0)
    """
    checked_all(
        above_zero(reservoir=reservoir, flow=flow, daily_dose=daily_dose),
        concentration_faults(stock=stock),
    )
    mix = constant_flow_mix(reservoir, flow, daily_dose)
    stock_ml = mix.drug_mcg / stock
    if stock_ml > reservoir * (1 + 1e-9):
        raise contradiction(
            "stock",
            str(stock),
            f"at least {decimal_text(mix.concentration_mcg_per_ml, 1)} mcg/mL, for this dose at this flow",
            "take a stronger stock, or check the dose and the flow",
        )
    extra = chosen("refill_set_priming", priming_volume, "mL", "--priming-volume")
    prepare = total([reservoir, extra.in_unit("mL")])
    share = prepare / reservoir
    saline_ml = max(0.0, difference(float(reservoir), stock_ml))
    return calculated(
        "mix",
        "Fill of a constant-flow pump",
        FillMix(
            running_days=mix.running_days,
            drug_mcg=mix.drug_mcg,
            stock_ml=stock_ml,
            saline_ml=saline_ml,
            prepare_ml=prepare,
        ),
        formula="running time = reservoir / flow; drug = daily dose x running time; stock = drug / stock "
        "concentration; saline = reservoir - stock; prepare = reservoir + volume to prime the refill set",
        inputs=given(
            reservoir=reservoir,
            flow=flow,
            daily_dose=daily_dose,
            stock=stock,
            priming_volume=extra.shown(),
        ),
        source="Codman Archimedes manual app. B p22, manualslib.mx 513899",
        status=Status.CONFIRMED,
        reasons=(
            says(
                extra,
                f"The mixture has {decimal_text(mix.concentration_mcg_per_ml, 1)} mcg/mL. Prepare "
                f"{extra.shown()} more to prime the refill set: {decimal_text(stock_ml * share, 3)} mL of "
                f"stock and {decimal_text(saline_ml * share, 3)} mL of saline make "
                f"{decimal_text(prepare, 3)} mL.",
            ),
            *_running_reasons(mix.running_days),
            *fill_slips(reservoir),
            *daily_dose_reasons(daily_dose),
            *concentration_reasons(stock),
        ),
        numbers=(extra,),
    )


def _running_reasons(running_days: float) -> Iterator[Reason]:
    """A caution where a fill ends before a refill can be booked, or lasts longer than the drug is stable."""
    lead, stability = number("refill_lead_long"), number("stability_in_pump")
    days = f"The running time of {decimal_text(running_days, 1)} days is"
    if running_days < lead.in_unit("days"):
        text = f"shorter than the longer lead of a refill, {lead.shown()}: check the flow and its unit."
        yield says(lead, f"{days} {text}", Verdict.CAUTION)
    if running_days > stability.in_unit("days"):
        text = f"longer than the drug is stable in the pump, {stability.shown()}: refill before that."
        yield says(stability, f"{days} {text}", Verdict.CAUTION)
