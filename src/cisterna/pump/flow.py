"""The range of flow that a pump can deliver; what lies outside is refused, with what would work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from cisterna.errors import Fault
from cisterna.evidence import PumpModel
from cisterna.instants import HOURS_PER_DAY, MINUTES_PER_HOUR
from cisterna.units import decimal_text

__all__ = ["CONSTANT_FLOW", "Demand", "FlowRange", "flow_range"]

CONSTANT_FLOW = "constant-flow"
"""The mechanism of a pump that runs one flow and takes no command."""

_SLACK = 1e-9  # of the limit; far below any resolution, far above the rounding of a division


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A flow that one key of a command asks for.

    ``dose_mcg_per_h`` is what the key states, as drug per hour; ``per`` is the time that people use
    with that key; ``base_ml_per_h`` is flow that runs below it anyway; ``bolus_mcg`` is the whole dose
    where it is a bolus, whose flow can be changed by its duration too.
    """

    key: str
    shown: str
    dose_mcg_per_h: float
    concentration_mcg_per_ml: float
    per: Literal["day", "h"] = "day"
    base_ml_per_h: float = 0.0
    bolus_mcg: float | None = None

    @property
    def flow_ml_per_h(self) -> float:
        """Flow = dose / concentration, and what runs below it."""
        return self.base_ml_per_h + self.dose_mcg_per_h / self.concentration_mcg_per_ml


@dataclass(frozen=True, kw_only=True)
class FlowRange:
    """The lowest and the highest flow of a pump in a program or bolus.

    >>> flows = FlowRange(minimum_ml_per_h=0.002, maximum_ml_per_h=1.0)
    >>> print(flows.fault(Demand(key="daily_dose", shown="80 mcg/day", dose_mcg_per_h=80 / 24,
    ...                          concentration_mcg_per_ml=2000.0)))  # doctest: +NORMALIZE_WHITESPACE
    daily_dose: found 80 mcg/day at 2000 mcg/mL, a flow of 0.04 mL/day; allowed: 0.048 to 24 mL/day;
    use a concentration of at most 1666.6 mcg/mL, or 96 to 48000 mcg/day at this one.
    """

    minimum_ml_per_h: float
    maximum_ml_per_h: float

    def allows(self, flow_ml_per_h: float) -> bool:
        """Whether the pump can deliver this flow."""
        least = self.minimum_ml_per_h * (1 - _SLACK)
        return least <= flow_ml_per_h <= self.maximum_ml_per_h * (1 + _SLACK)

    def fault(self, demand: Demand) -> Fault | None:
        """What is wrong with a demand, or ``None`` where the pump can meet it."""
        if self.allows(demand.flow_ml_per_h):
            return None
        return Fault(
            where=demand.key,
            found=f"{demand.shown} at {decimal_text(demand.concentration_mcg_per_ml, 3)} mcg/mL, "
            f"a flow of {decimal_text(demand.flow_ml_per_h * HOURS_PER_DAY, 4)} mL/day",
            allowed=f"{decimal_text(self.minimum_ml_per_h * HOURS_PER_DAY, 4)} to "
            f"{decimal_text(self.maximum_ml_per_h * HOURS_PER_DAY, 4)} mL/day",
            remedy=self._remedy(demand),
        )

    def _remedy(self, demand: Demand) -> str:
        """What would work, rounded to the side on which it does work."""
        doses = self._doses_text(demand)
        if demand.dose_mcg_per_h <= 0:
            return f"ask for {doses}; use a stop or the minimum-rate mode to give no dose"
        if demand.flow_ml_per_h < self.minimum_ml_per_h:
            highest = demand.dose_mcg_per_h / (self.minimum_ml_per_h - demand.base_ml_per_h)
            return f"use a concentration of at most {_down(highest)} mcg/mL, or {doses} at this one"
        room_ml_per_h = self.maximum_ml_per_h - demand.base_ml_per_h
        if room_ml_per_h <= 0:
            return f"lower what runs below it, and give {doses}"
        lowest = demand.dose_mcg_per_h / room_ml_per_h
        return f"use a concentration of at least {_up(lowest)} mcg/mL, or {doses} at this one"

    def _doses_text(self, demand: Demand) -> str:
        """The doses, or for a bolus the durations, that work at this concentration."""
        if demand.bolus_mcg is not None:
            return self._durations_text(demand, demand.bolus_mcg / demand.concentration_mcg_per_ml)
        hours = HOURS_PER_DAY if demand.per == "day" else 1.0
        scale = hours * demand.concentration_mcg_per_ml
        lowest = max(0.0, self.minimum_ml_per_h - demand.base_ml_per_h) * scale
        highest = max(0.0, self.maximum_ml_per_h - demand.base_ml_per_h) * scale
        return f"{_up(lowest)} to {_down(highest)} mcg/{demand.per}"

    def _durations_text(self, demand: Demand, volume_ml: float) -> str:
        shortest = MINUTES_PER_HOUR * volume_ml / (self.maximum_ml_per_h - demand.base_ml_per_h)
        room = self.minimum_ml_per_h - demand.base_ml_per_h
        if room <= 0:
            return f"give it over at least {_up(shortest)} min"
        return f"give it over {_up(shortest)} to {_down(MINUTES_PER_HOUR * volume_ml / room)} min"


def flow_range(pump: PumpModel) -> FlowRange:
    """The range of a pump that is programmed; one flow and no other for a constant-flow pump.

    Raises :class:`~cisterna.errors.EvidenceError` where it is not known for this model.

    >>> from cisterna.evidence import builtin_catalogue
    >>> round(24 * flow_range(builtin_catalogue().pump("synchromed-ii-20")).minimum_ml_per_h, 9)
    0.048
    """
    if pump.mechanism == CONSTANT_FLOW:
        flow = pump.need("constant_flow", "mL/h")
        return FlowRange(minimum_ml_per_h=flow, maximum_ml_per_h=flow)
    return FlowRange(
        minimum_ml_per_h=pump.need("minimum_flow", "mL/h"), maximum_ml_per_h=pump.need("maximum_flow", "mL/h")
    )


def _up(value: float) -> str:
    return decimal_text(math.ceil(value * 10 - 1e-6) / 10, 1)


def _down(value: float) -> str:
    return decimal_text(math.floor(value * 10 + 1e-6) / 10, 1)
