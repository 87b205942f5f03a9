"""Readings: how a value is taken from a re-run study. Each has the name that a scenario asks for it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

import numpy as np

from cisterna.validation.bench import Bench, Outcome
from cisterna.validation.readings import doses, entered, fluid, reflex, safety, timing, tone
from cisterna.validation.scenario import Scenario

__all__ = ["READINGS", "Reading"]

Reading = Callable[[Bench, Scenario, np.random.Generator], Outcome]
"""Takes one value from one draw of a study; the generator is the row's own."""

_MODULES: tuple[ModuleType, ...] = (doses, entered, fluid, reflex, safety, timing, tone)
_NOT_READINGS = {
    "observed", "overdosed", "removed_after_bolus", "removed_from_start", "screened", "stopped_pump",
}  # fmt: skip

READINGS: Mapping[str, Reading] = {
    name.replace("_", " "): getattr(module, name)
    for module in _MODULES
    for name in module.__all__
    if name not in _NOT_READINGS
}
"""Every reading by its name, in words."""
