"""Panels of lines as figures: the simulated as lines, the observed as points, limits labelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from cisterna.instants import US_PER_DAY, instant_us
from cisterna.report.figures.style import (
    DPI,
    STRONG,
    blank_figure,
    days,
    house_style,
    save,
    span,
    time_axis,
    title,
)
from cisterna.report.panels import DASHES, Panel, Trace, panels_of
from cisterna.report.source import Column, Reading
from cisterna.report.tokens import colour
from cisterna.report.wording import significant

__all__ = ["root_ticks", "spread", "write_panels"]

_PANEL_IN, _FRAME_IN = 2.05, 1.05
_PIXEL = 72 / 96  # tokens count in pixels of a screen, Matplotlib in points
_MARKERS = {"disc": ("o", 5.0), "diamond": ("D", 4.2), "ring": ("o", 5.0)}
_LABEL_GAP_PT = 9.5
_BINS, _TURN, _DENSE_PART = 250, 0.03, 0.25
_WORDS_PART, _TITLE_PART = 0.18, 0.4  # parts of the width that words and title take


@dataclass(frozen=True, kw_only=True)
class _EndLabel:
    value: float
    text: str
    colour: str
    strong: bool


def write_panels(reading: Reading, path: Path, *, ids: tuple[str, ...]) -> None:
    """Write the panels called ``ids``, one above the other, as one PNG."""
    panels = [panel for panel in panels_of(reading) if panel.id in ids]
    with house_style():
        figure, every = blank_figure(_FRAME_IN + _PANEL_IN * max(len(panels), 1), max(len(panels), 1))
        for axes, panel in zip(every, panels, strict=False):
            _draw(axes, panel, reading)
        if not panels:
            _say_nothing_to_draw(every[0])
        save(figure, reading, path)


def _say_nothing_to_draw(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(
        0.5, 0.5, "No pump in this course: there is nothing to draw.", ha="center", color=colour("ink2")
    )


def _draw(axes: Axes, panel: Panel, reading: Reading) -> None:
    shown = panel.shown()
    for order, trace in enumerate(shown):
        _line(axes, trace, reading, order)
    if panel.of_pump:
        _stretches(axes, panel, reading)
    for limit in panel.limits:
        axes.axhline(limit.value, color=colour("limit"), linewidth=0.8, linestyle=(0, DASHES["limit"]))
    for point in panel.points:
        marker, size = _MARKERS[point.mark]
        ring = point.mark == "ring"
        axes.plot(
            [instant_us(datetime.fromisoformat(point.at)) / US_PER_DAY], [point.value], marker,
            markersize=size, markeredgewidth=1.1, zorder=6, clip_on=False,
            markerfacecolor=colour("sf" if ring else point.colour),
            markeredgecolor=colour(point.colour if ring else "sf"),
        )  # fmt: skip
    _frame(axes, panel, reading)
    _end_labels(axes, panel, shown, reading)


def _line(axes: Axes, trace: Trace, reading: Reading, order: int) -> None:
    at, values = days(reading.times_us), reading.columns[trace.column] * trace.factor
    dense = _is_dense(values, reading, _BINS)
    dash = () if dense else DASHES[trace.dash]
    axes.plot(
        at, values, color=colour(trace.colour), zorder=3 + 0.1 * order,
        linewidth=(1.0 if dense else trace.width) * _PIXEL,
        drawstyle="steps-post" if trace.stepped else "default",
        linestyle=(0, tuple(length * _PIXEL for length in dash)) if dash else "solid",
    )  # fmt: skip
    if trace.area:
        axes.fill_between(at, values, step="post", color=colour("dose-area"), linewidth=0, zorder=2)


def _is_dense(values: Column, reading: Reading, bins: int) -> bool:
    """Whether a curve goes up and down within a few dots, too often for the eye, in much of the width."""
    known = ~np.isnan(values)
    times, values = days(reading.times_us[known]), values[known]
    if len(values) < 2 * bins:
        return False
    bin_of = ((times - times[0]) / (times[-1] - times[0]) * bins).astype(np.int64)
    starts = np.flatnonzero(np.r_[True, np.diff(bin_of) > 0])
    ends = np.r_[starts[1:], len(values)] - 1
    reach = np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts)
    turning = reach - np.abs(values[ends] - values[starts]) > _TURN * np.ptp(values)
    return bool(np.count_nonzero(turning) > _DENSE_PART * bins)


def _stretches(axes: Axes, panel: Panel, reading: Reading) -> None:
    """Where there was no pump, and where delivery is not known: a state, never drawn as zero."""
    implants = [event["at"] for event in reading.facts["events"] if event["kind"] == "implant"]
    first_us = int(reading.times_us[0])
    implant_us = instant_us(datetime.fromisoformat(implants[0])) if implants else first_us
    if implant_us > first_us:
        _stretch(axes, "no pump yet", (first_us, implant_us), reading)
    if panel.id != "dose" or not reading.has("tip_mcg_per_h"):
        return
    unknown = np.isnan(reading.columns["tip_mcg_per_h"]) & (reading.times_us >= implant_us)
    edges = np.flatnonzero(np.diff(np.r_[False, unknown, False].astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        until_us = int(reading.times_us[min(end, len(unknown) - 1)])
        _stretch(axes, "delivery not known", (int(reading.times_us[start]), until_us), reading, hatch="////")


def _stretch(axes: Axes, words: str, at_us: tuple[int, int], reading: Reading, hatch: str = "") -> None:
    at = (at_us[0] / US_PER_DAY, at_us[1] / US_PER_DAY)
    axes.axvspan(*at, facecolor=colour("wash"), edgecolor=colour("ln2"), linewidth=0, hatch=hatch, zorder=1)
    _name_stretch(axes, words, at, reading)


def _name_stretch(axes: Axes, words: str, at: tuple[float, float], reading: Reading) -> None:
    """The words inside the stretch, above it where it is narrow; right of the panel's title."""
    first, last = span(reading)
    middle, part = (sum(at) / 2 - first) / (last - first), (at[1] - at[0]) / (last - first)
    inside = part > _WORDS_PART
    if inside or middle > _TITLE_PART:
        axes.text(
            middle, 0.94 if inside else 1.02, words, transform=axes.transAxes, ha="center",
            va="top" if inside else "bottom", fontsize=7, color=colour("ink2"),
        )  # fmt: skip


def _frame(axes: Axes, panel: Panel, reading: Reading) -> None:
    values = [reading.columns[trace.column] * trace.factor for trace in panel.shown()]
    axes.set_ylim(panel.floor, _top(panel, values))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    if panel.square_root:
        top = axes.get_ylim()[1]
        axes.set_yscale("function", functions=(lambda value: np.sqrt(np.maximum(value, 0)), np.square))
        axes.set_ylim(panel.floor, top)
        axes.yaxis.set_major_locator(FixedLocator(root_ticks(top)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: significant(value, 3, 0)))
    title(axes, panel.title, panel.unit + (", square-root scale" if panel.square_root else ""))
    time_axis(axes, reading)


def _top(panel: Panel, values: Iterable[Column]) -> float:
    highest = max((float(np.nanmax(column)) for column in values if not np.isnan(column).all()), default=0.0)
    highest = max([highest, panel.at_least, *(point.value for point in panel.points)])
    if highest <= panel.floor:
        return panel.floor + 1.0
    return highest + (0.06 if panel.floor == 0 else 0.03) * (highest - panel.floor)


def _end_labels(axes: Axes, panel: Panel, shown: tuple[Trace, ...], reading: Reading) -> None:
    labels = [
        _EndLabel(
            value=last * trace.factor,
            text=trace.name,
            colour=colour(trace.text_colour or trace.colour),
            strong=True,
        )
        for trace in shown
        if (last := _last_known(reading.columns[trace.column])) is not None
    ]
    labels += [
        _EndLabel(value=limit.value, text=limit.label, colour=colour("ink2"), strong=False)
        for limit in panel.limits
    ]
    low, high = axes.get_ylim()
    labels = sorted((label for label in labels if low <= label.value <= high), key=lambda label: label.value)
    # Apart on the paper, whatever the scale of the axis: places are fractions of its height.
    to_paper = axes.transData + axes.transAxes.inverted()
    places = [float(to_paper.transform((axes.get_xlim()[1], label.value))[1]) for label in labels]
    gap = _LABEL_GAP_PT / (axes.bbox.height / DPI * 72)
    for label, place in zip(labels, spread(places, gap, 0.0, 1.0), strict=True):
        axes.annotate(
            label.text, (1, place), xycoords="axes fraction", xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=7.5, color=label.colour, annotation_clip=False,
            **(STRONG if label.strong else {}),
        )  # fmt: skip


def _last_known(column: Column) -> float | None:
    known = np.flatnonzero(~np.isnan(column))
    return float(column[known[-1]]) if len(known) else None


def root_ticks(top: float) -> list[float]:
    """Round numbers that lie about evenly on a square-root scale from 0 to ``top``.

    >>> root_ticks(6000.0)
    [0.0, 200.0, 1000.0, 2000.0, 4000.0, 6000.0]
    """
    ticks = {0.0, *(float(f"{(step / 5) ** 2 * top:.0e}") for step in range(1, 6))}
    return sorted(tick for tick in ticks if tick <= top)


def spread(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Ascending places moved apart to at least ``gap``, within ``low`` and ``high`` as far as they fit.

    >>> spread([1.0, 1.1, 5.0], 0.5, 0.0, 10.0)
    [1.0, 1.5, 5.0]
    """
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap if moved else low))
    for index in range(len(moved) - 1, -1, -1):
        moved[index] = min(moved[index], high if index == len(moved) - 1 else moved[index + 1] - gap)
    return moved
