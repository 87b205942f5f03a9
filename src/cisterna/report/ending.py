"""What the banner says: how things stand at the last output time."""

from __future__ import annotations

import math

from cisterna.report.source import Reading
from cisterna.report.wording import significant

__all__ = ["last_values"]

_SHOWN = (
    ("reservoir_concentration_mcg_per_ml", "Concentration", "mcg/mL", 4),
    ("reservoir_ml", "Reservoir", "mL", 3),
    ("tip_mcg_per_h", "Rate at the tip", "mcg/h", 3),
)


def last_values(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Name and value with unit of what the banner shows, of the quantities that the course has."""
    shown = []
    for column, name, unit, digits in _SHOWN:
        if reading.has(column):
            value = float(reading.columns[column][-1])
            text = f"{significant(value, digits)} {unit}" if math.isfinite(value) else "not known"
            shown.append((name, text))
    return tuple(shown)
