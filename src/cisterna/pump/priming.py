"""What of a prime reaches the spinal fluid before it ends."""

from __future__ import annotations

from cisterna.pump.column import FluidColumn, Plug
from cisterna.pump.mixing import Mixing

__all__ = ["early_drug_mcg"]


def early_drug_mcg(
    tubing_ml: float, catheter_ml: float, concentration_mcg_per_ml: float, parts: str, mixing: Mixing
) -> float:
    """Drug that leaves the tip before a prime ends, by mixing alone; 0 in exact plug flow.

    ``parts`` is ``pump+catheter`` for a system free of drug, ``catheter`` where the pump's tubing was
    primed before and holds drug already.

    >>> from cisterna.pump.mixing import NO_MIXING
    >>> early_drug_mcg(0.14, 0.1518, 500.0, "catheter", NO_MIXING)
    0.0
    """
    tubing_mcg_per_ml = 0.0 if parts == "pump+catheter" else concentration_mcg_per_ml
    volume_ml = tubing_ml + catheter_ml if parts == "pump+catheter" else catheter_ml
    column = FluidColumn.uniform(catheter_ml, 0.0, mixing)
    column = column.with_plugs((Plug(catheter_ml, 0.0), Plug(tubing_ml, tubing_mcg_per_ml)))
    return column.push(volume_ml, concentration_mcg_per_ml)[1]
