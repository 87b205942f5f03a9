"""The look that all figures share: fonts, lines, time axis, and what stands under them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.text import Text

from cisterna.instants import US_PER_DAY
from cisterna.report.source import Reading
from cisterna.report.tokens import colour
from cisterna.report.wording import instant

__all__ = [
    "DPI",
    "STRONG",
    "WIDTH_IN",
    "blank_figure",
    "days",
    "house_style",
    "save",
    "save_told",
    "span",
    "time_axis",
    "title",
]

DPI = 200
"""Dots per inch: sharp at the width of a printed page."""

WIDTH_IN = 7.2
"""Width of every figure in inches."""

_LEADING_ZERO = re.compile(r"^0(?=\d [A-Z])")
_FAMILY = "Inter Report"
STRONG: dict[str, Any] = {"fontfamily": [_FAMILY], "fontweight": 600}
"""How names stand out; for own words only, in letters that the family has."""

_NO_DATE: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

_MARGIN_LEFT_IN, _MARGIN_RIGHT_IN = 0.55, 1.1


@cache
def _register_fonts() -> None:
    folder = files("cisterna.report") / "assets" / "fonts"
    for name in ("inter-latin-400.ttf", "inter-latin-620.ttf"):
        with as_file(folder / name) as path:
            font_manager.fontManager.addfont(path)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the house's settings whatever a user's own Matplotlib settings are."""
    _register_fonts()
    with mpl.rc_context(), warnings.catch_warnings():
        # A label may be in any script; a letter that no font here has is drawn as a box, not an error.
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": [_FAMILY, "DejaVu Sans"],
                "font.size": 8,
                "axes.edgecolor": colour("ln"),
                "axes.linewidth": 0.6,
                "axes.axisbelow": True,
                "axes.unicode_minus": True,
                "xtick.color": colour("ink3"),
                "ytick.color": colour("ink3"),
                "xtick.major.size": 0,
                "ytick.major.size": 0,
                "xtick.minor.size": 0,
                "grid.color": colour("ln"),
                "grid.linewidth": 0.6,
                "hatch.color": colour("ln2"),
                "hatch.linewidth": 0.6,
                "lines.dash_capstyle": "butt",
                "lines.scale_dashes": False,
                "text.color": colour("ink"),
                "svg.hashsalt": "cisterna",
                "pdf.fonttype": 42,
                "figure.facecolor": colour("sf"),
                "savefig.facecolor": colour("sf"),
            }
        )
        yield


def blank_figure(height_in: float, rows: int) -> tuple[Figure, list[Axes]]:
    """A figure with ``rows`` axes one above the other on one time axis, and room for end labels."""
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI)
    axes = figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0]
    figure.subplots_adjust(
        left=_MARGIN_LEFT_IN / WIDTH_IN,
        right=1 - _MARGIN_RIGHT_IN / WIDTH_IN,
        top=1 - 0.42 / height_in,
        bottom=0.78 / height_in,
        hspace=0.34,
    )
    return figure, list(axes)


def _untyped(call: Callable[..., Any]) -> Callable[..., Any]:
    """A call into the part of Matplotlib that has no types."""
    return call


class _DayFirst(ConciseDateFormatter):
    """Ticks as 3 Mar: no format of a day without its zero works on every system."""

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        return [_LEADING_ZERO.sub("", label) for label in _untyped(super().format_ticks)(values)]

    def get_offset(self) -> str:
        return _LEADING_ZERO.sub("", cast("str", _untyped(super().get_offset)()))


def days(times_us: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Instants as Matplotlib counts them, in days since 1970."""
    return times_us / US_PER_DAY


def span(reading: Reading) -> tuple[float, float]:
    """The first and the last day of the axis; a single output time stands in the middle of one day."""
    first, last = (float(at) for at in days(reading.times_us[[0, -1]]))
    return (first - 0.5, last + 0.5) if first == last else (first, last)


def time_axis(axes: Axes, reading: Reading) -> None:
    """Ticks in the patient's zone, from the first to the last output time."""
    axes.set_xlim(*span(reading))
    locator = _untyped(AutoDateLocator)(tz=reading.zone, minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        _untyped(_DayFirst)(
            locator,
            tz=reading.zone,
            formats=["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S"],
            zero_formats=["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
            offset_formats=["", "%Y", "%Y", "%d %b %Y", "%d %b %Y", "%d %b %Y"],
        )
    )
    axes.xaxis.get_offset_text().set_color(colour("ink3"))


def title(axes: Axes, words: str, unit: str) -> None:
    """The axis title with its unit above the panel, never turned."""
    name = axes.annotate(
        words, (0, 1), xycoords="axes fraction", xytext=(-_MARGIN_LEFT_IN * 72 + 8, 8),
        textcoords="offset points", fontsize=9, **STRONG, color=colour("ink"),
    )  # fmt: skip
    axes.annotate(
        unit, (1, 0), xycoords=name, xytext=(7, 0), textcoords="offset points", fontsize=8,
        color=colour("ink3"), va="bottom",
    )  # fmt: skip


def save(figure: Figure, reading: Reading, path: Path) -> None:
    """Write the figure with two lines that say what it is; the bytes depend on the course alone."""
    patient, simulated = reading.facts["patient"], reading.facts["simulated"]
    first, last = (instant(simulated[end], reading.zone) for end in ("from", "until"))
    told = (
        f"{patient['label']}, {first} to {last}, local time ({reading.zone.key})",
        f"Simulated for a {simulated['for']}, not measured. Cisterna {simulated['version']}",
    )
    save_told(figure, told, path)


def save_told(figure: Figure, told: Sequence[str], path: Path) -> None:
    """Write the figure with two lines under it, as what the name of the file ends with: PNG, SVG or PDF.

    No date and no version of another program is written into it: the same figure is the same bytes.
    """
    notes = [_footnote(figure, text, line) for line, text in enumerate(told)]
    for note in notes:
        figure.add_artist(note)
    form = path.suffix.removeprefix(".")
    figure.savefig(path, format=form, dpi=DPI, metadata=_NO_DATE[form])
    for note in notes:
        note.remove()


def _footnote(figure: Figure, text: str, line: int) -> Text:
    return Text(
        8 / 72 / WIDTH_IN,
        (0.30 - 0.16 * line) / figure.get_figheight(),
        _printable(text),
        fontsize=7,
        color=colour("ink2"),
        parse_math=False,
        transform=figure.transFigure,
        va="center",
    )


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
