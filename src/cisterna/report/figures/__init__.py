"""Figures for print, drawn by Matplotlib with the tokens of the page.

Nothing here touches the global state of ``pyplot``; the same course gives the same bytes, because no
date and no version is written into the files.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cisterna.report.figures.level_map import write_level_map
from cisterna.report.figures.lines import write_panels
from cisterna.report.source import Reading

__all__ = ["FIGURES"]

FIGURES: dict[str, Callable[[Reading, Path], None]] = {
    "dose-and-reservoir.png": partial(write_panels, ids=("dose", "reservoir")),
    "spinal-fluid.png": partial(write_panels, ids=("spinal-fluid",)),
    "cord-and-plasma.png": partial(write_panels, ids=("cord", "plasma")),
    "tone.png": partial(write_panels, ids=("tone",)),
    "risk.png": partial(write_panels, ids=("sedation", "withdrawal", "response")),
    "concentration-map.png": write_level_map,
}
"""Each figure by its file name."""
