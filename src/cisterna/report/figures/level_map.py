"""The map of spinal fluid as a figure: concentration as colour over level and time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from cisterna.report.figures.style import (
    STRONG,
    blank_figure,
    days,
    house_style,
    save,
    span,
    time_axis,
    title,
)
from cisterna.report.levels import ceiling_ng_per_ml, level_rows
from cisterna.report.source import Reading
from cisterna.report.tokens import colour, concentration_colours, concentration_stops
from cisterna.report.wording import significant

__all__ = ["highest_in_columns", "write_level_map"]

_HEIGHT_IN = 4.2
_MOST_COLUMNS = 1500
_NAMED = ("cistern", "C4", "C7", "T3", "T6", "T9", "T12", "L3", "S2")
_TICKS = (0.0, 0.05, 0.15, 0.3, 0.5, 1.0)


def write_level_map(reading: Reading, path: Path) -> None:
    """Write the map of concentration over level and time as one PNG."""
    with house_style():
        figure, (axes,) = blank_figure(_HEIGHT_IN, 1)
        names, rows = level_rows(reading)
        picture = highest_in_columns(days(reading.times_us), rows, _MOST_COLUMNS)
        image = _image(axes, reading, picture)
        _levels(axes, names, reading.tip_level)
        title(axes, "Map of spinal fluid", "level by time")
        time_axis(axes, reading)
        _scale(figure, image, ceiling_ng_per_ml(reading))
        save(figure, reading, path)


def highest_in_columns(
    at: npt.NDArray[np.float64], rows: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.float64]:
    """The highest value of each row within ``count`` equal stretches of time, shape ``(rows, count)``.

    Between samples the values lie on the line that joins them.

    >>> highest_in_columns(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 4.0, 0.0]]), 4)
    array([[2., 4., 4., 2.]])
    """
    edges = np.linspace(at[0], at[-1], count + 1)
    at_edges = np.array([np.interp(edges, at, row) for row in rows])
    highest: npt.NDArray[np.float64] = np.maximum(at_edges[:, :-1], at_edges[:, 1:])
    column = np.clip(np.searchsorted(edges, at, side="right") - 1, 0, count - 1)
    starts = np.flatnonzero(np.r_[True, np.diff(column) > 0])
    within = np.maximum.reduceat(rows, starts, axis=1)
    highest[:, column[starts]] = np.maximum(highest[:, column[starts]], within)
    return highest


def _image(axes: Axes, reading: Reading, picture: npt.NDArray[np.float64]) -> AxesImage:
    scale = LinearSegmentedColormap.from_list(
        "concentration", list(zip(concentration_stops(), concentration_colours(), strict=True)), N=512
    )
    return axes.imshow(
        picture,
        cmap=scale,
        norm=PowerNorm(0.5, vmin=0.0, vmax=ceiling_ng_per_ml(reading), clip=True),
        extent=(*span(reading), len(picture) - 0.5, -0.5),
        aspect="auto",
        interpolation="none",
    )


def _levels(axes: Axes, names: tuple[str, ...], tip: str | None) -> None:
    places = [place for place, name in enumerate(names) if name in _NAMED or name == tip]
    if tip in names:
        near = names.index(tip)
        places = [place for place in places if place == near or abs(place - near) > 1]
        axes.annotate(
            f"tip {tip}", (1, near), xycoords=("axes fraction", "data"), xytext=(12, 0),
            textcoords="offset points", va="center", fontsize=7.5, **STRONG,
            arrowprops={"arrowstyle": "-|>", "color": colour("ink"), "linewidth": 0.8, "shrinkA": 0},
        )  # fmt: skip
    axes.set_yticks(places, [names[place] for place in places])
    for side in axes.spines.values():
        side.set_color(colour("ln2"))


def _scale(figure: Figure, image: AxesImage, ceiling: float) -> None:
    width, height = figure.get_size_inches()
    place = figure.add_axes((1 - (1.1 + 2.9) / width, 1 - 0.26 / height, 2.9 / width, 0.1 / height))
    bar = figure.colorbar(image, cax=place, orientation="horizontal")
    ticks = [part * ceiling for part in _TICKS]
    words = [significant(tick, 3) for tick in ticks[:-1]] + [f"{significant(ceiling)} ng/mL or more"]
    bar.set_ticks(ticks, labels=words)
    bar.ax.tick_params(labelsize=7, pad=1.5)
    bar.outline.set_edgecolor(colour("ln2"))
    bar.outline.set_linewidth(0.6)
