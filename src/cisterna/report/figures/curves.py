"""Curves over hours as a figure: panels one above the other, each with its lines named at their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from cisterna.report.figures.lines import spread
from cisterna.report.figures.style import DPI, STRONG, blank_figure, title
from cisterna.report.tokens import colour
from cisterna.report.wording import amount, significant

__all__ = ["Curve", "CurvePanel", "curve_figure"]

_PANEL_IN, _FRAME_IN = 1.75, 1.25
_LABEL_GAP_PT = 9.5
_HOURS_STEPS = (1, 2, 3, 6, 12, 24, 48, 168, 672)
_MOST_TICKS = 9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One line: its ``name`` at the end, its ``values``, the token of its colour (``ink``); dashed or not."""

    name: str
    values: Floats
    ink: str
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class CurvePanel:
    """One quantity: ``least`` is where its axis begins; ``limits`` are (value, words) of labelled lines."""

    title: str
    unit: str
    curves: tuple[Curve, ...]
    least: float = 0.0
    limits: tuple[tuple[float, str], ...] = ()


def curve_figure(panels: Sequence[CurvePanel], hours: Floats, start: str) -> Figure:
    """The panels over ``hours``, which begin with the word ``start``; draw it in the style of the house."""
    figure, rows = blank_figure(_FRAME_IN + _PANEL_IN * len(panels), len(panels))
    for axes, panel in zip(rows, panels, strict=True):
        _panel(axes, panel, hours)
    _hour_axis(rows[-1], float(hours[-1]), start)
    return figure


def _panel(axes: Axes, panel: CurvePanel, hours: Floats) -> None:
    for curve in panel.curves:
        axes.plot(
            hours, curve.values, color=colour(curve.ink), linewidth=1.4,
            linestyle=(0, (4, 2)) if curve.dashed else "-",
        )  # fmt: skip
    for value, _ in panel.limits:
        axes.axhline(value, color=colour("limit"), linewidth=0.8, linestyle=(0, (1.5, 2)))
    highest = max(
        [*(float(np.nanmax(curve.values)) for curve in panel.curves), *(v for v, _ in panel.limits)]
    )
    axes.set_ylim(panel.least, panel.least + 1.08 * max(highest - panel.least, 1e-9))
    axes.set_xlim(float(hours[0]), float(hours[-1]))
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value, 3)))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    title(axes, panel.title, panel.unit)
    _end_labels(axes, panel)


def _end_labels(axes: Axes, panel: CurvePanel) -> None:
    labels = [
        (
            float(curve.values[np.isfinite(curve.values)][-1]),
            f"{curve.name} {_range(curve.values)}",
            curve.ink,
        )
        for curve in panel.curves
    ]
    labels += [(value, words, "ink2") for value, words in panel.limits]
    labels.sort()
    low, high = axes.get_ylim()
    gap = _LABEL_GAP_PT / (axes.bbox.height / DPI * 72)
    places = spread([(value - low) / (high - low) for value, _, _ in labels], gap, 0.0, 1.0)
    for (_, words, ink), place in zip(labels, places, strict=True):
        axes.annotate(
            words, (1, place), xycoords="axes fraction", xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=7, color=colour(ink), annotation_clip=False,
            **(STRONG if ink != "ink2" else {}),
        )  # fmt: skip


def _range(values: Floats) -> str:
    low, high = significant(float(np.nanmin(values)), 3), significant(float(np.nanmax(values)), 3)
    return low if low == high else f"{low} to {high}"


def _hour_axis(axes: Axes, last: float, start: str) -> None:
    step = next((step for step in _HOURS_STEPS if last / step <= _MOST_TICKS), _HOURS_STEPS[-1])
    ticks = list(np.arange(0, last + 1e-9, step))
    axes.set_xticks(ticks, [start, *(_hours(float(tick)) for tick in ticks[1:])], fontsize=7.5)


def _hours(hours: float) -> str:
    return f"{significant(hours / 24)} d" if hours % 24 == 0 else f"{significant(hours)} h"
