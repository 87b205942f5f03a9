"""Devices of one's own, as a user would describe them in a file."""

from __future__ import annotations

from typing import Any

from cisterna.evidence import Catalogue, builtin_catalogue
from cisterna.evidence.catalogue import read_catalogue

_USUAL: dict[str, tuple[float, str]] = {
    "reservoir_volume": (20, "mL"),
    "residual_volume": (1.4, "mL"),
    "tubing_volume": (0.14, "mL"),
    "minimum_flow": (0.048, "mL/day"),
    "maximum_flow": (24, "mL/day"),
    "alarm_volume": (2, "mL"),
}


def own_pump(
    mechanism: str = "peristaltic",
    modes: tuple[str, ...] = ("simple-continuous", "flex", "periodic-bolus"),
    without: tuple[str, ...] = (),
    **numbers: tuple[float, str],
) -> tuple[Catalogue, str]:
    """The catalogue with a pump of one's own, and its name; ``numbers`` add to or replace the usual ones."""
    stated = {name: value for name, value in {**_USUAL, **numbers}.items() if name not in without}
    table: dict[str, Any] = {
        "kind": "pump",
        "maker": "own",
        "model": "own pump",
        "mechanism": mechanism,
        "modes": list(modes),
        "numbers": {
            name: {
                "text": "as in the test",
                "value": value,
                "unit": unit,
                "source": "test",
                "status": "assumed",
            }
            for name, (value, unit) in stated.items()
        },
    }
    return builtin_catalogue().with_devices(read_catalogue({"own-pump": table}, "test")), "own-pump"
