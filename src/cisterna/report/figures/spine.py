"""The spine as a figure: each canal at a time of the day, its profile by level, and its whole day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path as Outline

from cisterna.body import CORD_LEVELS
from cisterna.course.spine import SpineDay
from cisterna.report.figures.style import DPI, STRONG, WIDTH_IN
from cisterna.report.spine import HEIGHT, Scale, level_edges, level_middle, scale_of, shape
from cisterna.report.tokens import colour, concentration_colours, concentration_stops
from cisterna.report.wording import amount, significant
from cisterna.therapy import LEVELS

__all__ = ["PROGRAM_WORDS", "spine_figure"]

PROGRAM_WORDS = {
    "current": "current program",
    "constant": "one rate all day",
    "bolus": "one bolus a day",
    "proposed": "proposed program",
}
"""The programs in words."""

_HEIGHT_IN = 8.6
_BONE, _BONE_EDGE = "#f0ede5", "#cdc6b8"
_LEGS, _ARMS = ("T10", "L1"), ("C4", "C7")
_NAMED = ("C4", "T4", "T10", "L3")


def spine_figure(days: Sequence[SpineDay], minute: int) -> Figure:
    """The days beside each other at a minute of the day; draw it in the style of the house."""
    scale = scale_of(value for day in days for row in day.fluid_ng_per_ml for value in row)
    most = max(max(row) for day in days for row in day.fluid_ng_per_ml)
    figure = Figure(figsize=(WIDTH_IN, _HEIGHT_IN), dpi=DPI)
    wide = 0.485
    for side, day in enumerate(days):
        left = 0.02 + side * (wide + 0.005)
        _canal(figure.add_axes((left, 0.27, 0.56 * wide, 0.65)), day, scale, day.place(minute))
        _profile(figure.add_axes((left + 0.6 * wide, 0.27, 0.2 * wide, 0.65)), day, day.place(minute), most)
        _whole(figure.add_axes((left + 0.05, 0.12, wide - 0.1, 0.1)), day, scale, minute)
    _legend(figure, scale, minute)
    return figure


def _colours() -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list(
        "concentration", list(zip(concentration_stops(), concentration_colours(), strict=True)), N=512
    )


def _norm(scale: Scale) -> PowerNorm:
    return PowerNorm(0.5, vmin=0.0, vmax=scale.ceiling_ng_per_ml, clip=True)


def _canal(axes: Axes, day: SpineDay, scale: Scale, place: int) -> None:
    drawn = shape(day.tip)
    axes.set_xlim(0, 215)
    axes.set_ylim(HEIGHT, 0)
    axes.set_aspect("equal", anchor="NW")
    axes.axis("off")
    for outline in (*drawn.bodies, *drawn.processes):
        axes.add_patch(
            Polygon(outline, facecolor=_BONE, edgecolor=_BONE_EDGE, linewidth=0.5, joinstyle="round")
        )
    cistern = _colours()(_norm(scale)(day.cistern_ng_per_ml[place]))
    axes.add_patch(Polygon(drawn.head, facecolor=cistern, edgecolor=colour("ink"), linewidth=0.6))
    for outline in (drawn.brain, drawn.cerebellum):
        axes.add_patch(Polygon(outline, facecolor=colour("sf2"), edgecolor=colour("ink"), linewidth=0.5))
    _tube(axes, drawn.fluid, LEVELS, day.fluid_ng_per_ml[place], scale)
    _tube(axes, drawn.cord, CORD_LEVELS, day.cord_ng_per_ml[place], scale)
    axes.plot(*zip(*drawn.fluid, strict=True), color=colour("ink"), linewidth=0.6)
    axes.plot(*zip(*drawn.cord, strict=True), color=colour("sf"), linewidth=0.7)
    for root in drawn.roots:
        axes.plot(*zip(*root, strict=True), color=colour("ink"), linewidth=0.35)
    axes.plot(*zip(*drawn.catheter, strict=True), color=colour("ink"), linewidth=2.2)
    axes.plot(*zip(*drawn.catheter, strict=True), color=colour("sf"), linewidth=1.0)
    axes.plot(
        *drawn.tip, marker="o", markersize=5, markerfacecolor=colour("sf"), markeredgecolor=colour("ink")
    )
    _words(axes, day, place)


def _tube(
    axes: Axes, outline: Sequence[tuple[float, float]], levels: Sequence[str], values: Sequence[float],
    scale: Scale,
) -> None:  # fmt: skip
    """An outline filled with the colours of its levels, which go over into each other."""
    down = list(zip(reversed(levels), reversed(values), strict=True))
    top, bottom = level_edges(down[0][0])[0], level_edges(down[-1][0])[1]
    middles = [level_middle(level) for level, _ in down]
    column = np.interp(np.linspace(top, bottom, 400), middles, [value for _, value in down])
    image = axes.imshow(
        column[:, np.newaxis], cmap=_colours(), norm=_norm(scale), extent=(0, 215, bottom + 4, top - 1),
        aspect="auto", interpolation="nearest", zorder=2,
    )  # fmt: skip
    patch = PathPatch(Outline(outline), facecolor="none", edgecolor="none")
    axes.add_patch(patch)
    image.set_clip_path(patch)


def _words(axes: Axes, day: SpineDay, place: int) -> None:
    for level in LEVELS:
        here = STRONG if level == day.tip else {"color": colour("ink2")}
        axes.text(16, level_middle(level), level, ha="right", va="center", fontsize=6, **here)
    for levels, token in ((_ARMS, "arms"), (_LEGS, "legs")):
        top, bottom = level_edges(levels[0])[0] + 2, level_edges(levels[1])[1] - 2
        axes.plot((28, 23, 23, 28), (top, top, bottom, bottom), color=colour(token), linewidth=1.2)
    x, y = shape(day.tip).tip
    axes.annotate(
        f"tip {day.tip}", (x, y), xytext=(18, 0), textcoords="offset points", va="center", fontsize=7,
        color=colour("on-pri"),
        bbox={"boxstyle": "round,pad=0.35", "facecolor": colour("pri"), "linewidth": 0},
        arrowprops={"arrowstyle": "-", "linewidth": 0.6, "shrinkA": 0},
    )  # fmt: skip
    axes.text(160, 46, "cistern", fontsize=7, color=colour("ink2"))
    axes.text(160, 62, significant(day.cistern_ng_per_ml[place], 3), fontsize=7, **STRONG)
    axes.text(0, 8, f"Tip at {day.tip}", fontsize=9, **STRONG)
    axes.text(72, 8, PROGRAM_WORDS[day.program], fontsize=7.5, color=colour("ink3"))


def _profile(axes: Axes, day: SpineDay, place: int, most: float) -> None:
    axes.set_ylim(HEIGHT, 0)
    axes.set_xlim(0, 1.05 * most)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_bounds(level_edges("C1")[0], level_edges("S2")[1])
    axes.set_yticks([])
    ticks = [0.0, float(f"{most:.1g}") if float(f"{most:.1g}") <= 1.05 * most else float(f"{most / 2:.1g}")]
    axes.set_xticks([])
    for tick in ticks:
        axes.text(tick, 86, amount(tick, 1), ha="center", fontsize=6.5, color=colour("ink3"))
    for levels, token in ((_ARMS, "arms"), (_LEGS, "legs")):
        top, bottom = level_edges(levels[0])[0], level_edges(levels[1])[1]
        axes.axhspan(top, bottom, color=colour(token), alpha=0.1, linewidth=0)
    _line(axes, LEVELS, day.fluid_ng_per_ml[place], colour("csf-lumbar"))
    _line(axes, CORD_LEVELS, day.cord_ng_per_ml[place], colour("ink"), dashed=True)
    for levels, token, cord, tone in (
        (_ARMS, "arms-text", day.arms_ng_per_ml[place], day.tone_arms[place]),
        (_LEGS, "legs", day.legs_ng_per_ml[place], day.tone_legs[place]),
    ):
        middle = (level_edges(levels[0])[0] + level_edges(levels[1])[1]) / 2
        name = "arms" if levels is _ARMS else "legs"
        text = f"{name}\ncord {significant(cord, 3)}\ntone {amount(tone, 1)}"
        axes.annotate(
            text, (1, middle), xycoords=("axes fraction", "data"), xytext=(3, 0), textcoords="offset points",
            va="center", fontsize=6.5, color=colour(token), annotation_clip=False,
        )  # fmt: skip
    axes.text(0, 58, "ng/mL by level", fontsize=7, color=colour("ink2"))


def _line(
    axes: Axes, levels: Sequence[str], values: Sequence[float], ink: str, *, dashed: bool = False
) -> None:
    style = (0, (4, 2)) if dashed else "-"
    axes.plot(values, [level_middle(level) for level in levels], color=ink, linewidth=1.2, linestyle=style)


def _whole(axes: Axes, day: SpineDay, scale: Scale, minute: int) -> None:
    rows = np.array(day.fluid_ng_per_ml[:-1]).T[::-1]
    axes.imshow(
        rows, cmap=_colours(), norm=_norm(scale), extent=(0, 1440, len(rows) - 0.5, -0.5), aspect="auto",
        interpolation="none",
    )  # fmt: skip
    names = LEVELS[::-1]
    axes.set_yticks([names.index(level) for level in _NAMED], _NAMED, fontsize=6.5)
    axes.set_xticks(range(0, 1441, 360), [f"{hour:02d}:00" for hour in range(0, 25, 6)], fontsize=6.5)
    axes.axvline(minute, color=colour("sf"), linewidth=2.4)
    axes.axvline(minute, color=colour("ink"), linewidth=0.9)
    axes.plot(1.012, names.index(day.tip), marker="<", markersize=4, color=colour("ink"), clip_on=False,
              transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set_title("The whole day, spinal fluid", loc="left", fontsize=7.5, color=colour("ink2"), pad=4)


def _legend(figure: Figure, scale: Scale, minute: int) -> None:
    figure.text(
        0.02, 0.965, f"Where the drug is at {minute // 60:02d}:{minute % 60:02d}", fontsize=11, **STRONG
    )
    figure.text(0.02, 0.945, "side view, patient facing left; widths not to scale; pump clock; "
                "line: spinal fluid, dashes: cord", fontsize=7, color=colour("ink3"))  # fmt: skip
    place = figure.add_axes((0.62, 0.972, 0.34, 0.012))
    steps = np.linspace(0, 1, 256)[np.newaxis, :] ** 2 * scale.ceiling_ng_per_ml
    place.imshow(steps, cmap=_colours(), norm=_norm(scale), aspect="auto", extent=(0, 1, 0, 1))
    ends = [each for each in scale.named if each <= scale.ceiling_ng_per_ml]
    place.set_yticks([])
    place.set_xticks([scale.part(each) for each in ends], [amount(each, 0) for each in ends], fontsize=6)
    figure.text(0.62, 0.988, "baclofen, ng/mL", fontsize=7, color=colour("ink2"))
