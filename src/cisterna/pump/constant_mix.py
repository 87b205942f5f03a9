"""What to fill a constant-flow pump with, whose fill is the dose."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ConstantFlowMix", "constant_flow_mix"]


class ConstantFlowMix(NamedTuple):
    """What to fill a constant-flow pump with: how long it runs, the drug, and its concentration."""

    running_days: float
    drug_mcg: float
    concentration_mcg_per_ml: float


def constant_flow_mix(reservoir_ml: float, flow_ml_per_day: float, daily_dose_mcg: float) -> ConstantFlowMix:
    """Running time = capacity / flow, drug = daily dose times running time (Archimedes manual, app. B).

    >>> constant_flow_mix(20.0, 0.5, 100.0)
    ConstantFlowMix(running_days=40.0, drug_mcg=4000.0, concentration_mcg_per_ml=200.0)
    """
    days = reservoir_ml / flow_ml_per_day
    return ConstantFlowMix(days, daily_dose_mcg * days, daily_dose_mcg / flow_ml_per_day)
