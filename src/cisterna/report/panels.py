"""The panels of a course: which quantities stand together, in which unit, colour and line.

The report and the figures draw from the same list, so that they cannot disagree. The simulated is
a line, the observed a point, a limit a labelled dashed line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cisterna.report.source import Reading
from cisterna.units import NG_PER_MCG

__all__ = ["DASHES", "LEVEL_ROWS", "Limit", "Panel", "Point", "Trace", "panels_of", "stepped_columns"]

LEVEL_ROWS: tuple[str, ...] = (
    "cranial", "cistern",
    "C1", "C2", "C3", "C4", "C5", "C6", "C7",
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12",
    "L1", "L2", "L3", "L4", "L5", "S1", "S2",
)  # fmt: skip
"""The rows of the map of spinal fluid, from the head down."""

DASHES: dict[str, tuple[float, ...]] = {
    "solid": (),
    "other": (6, 4),
    "lumbar": (7, 3),
    "cervical": (2.5, 2.5),
    "cistern": (8, 3, 2, 3),
    "limit": (5, 4),
    "ahead": (1.5, 4),
}
"""Line styles in pixels on and off: solid is what is, ``other`` what was meant, ``ahead`` what comes
if nothing is done."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One line: ``column`` times ``factor`` is in the unit of the panel."""

    column: str
    name: str
    colour: str
    text_colour: str = ""
    width: float = 2.0
    dash: str = "solid"
    factor: float = 1.0
    stepped: bool = False
    area: bool = False
    shown: bool = True


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A level that the reader should see, with its words."""

    value: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """Something observed at one instant: ``mark`` is ``disc``, ``diamond`` or ``ring``."""

    at: str
    value: float
    colour: str
    mark: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Lines on one vertical axis; ``extra`` columns stand in the table of values only.

    ``floor`` is where the axis begins, ``at_least`` what it always reaches. A panel ``of_pump`` says
    when there was none yet. ``square_root`` is the scale of the axis, where a bolus would press
    everything else flat. Where ``tells_steps`` the value of each step stands above it.
    """

    id: str
    title: str
    unit: str
    note: str
    traces: tuple[Trace, ...]
    limits: tuple[Limit, ...] = ()
    points: tuple[Point, ...] = ()
    extra: tuple[Trace, ...] = ()
    floor: float = 0.0
    at_least: float = 0.0
    selectable: bool = False
    of_pump: bool = False
    square_root: bool = False
    tells_steps: bool = False

    def shown(self) -> tuple[Trace, ...]:
        """The traces that are drawn unless the reader chooses others."""
        return tuple(trace for trace in self.traces if trace.shown)


def stepped_columns(panels: tuple[Panel, ...]) -> frozenset[str]:
    """The columns that change by jumps and hold in between."""
    return frozenset(
        trace.column for panel in panels for trace in (*panel.traces, *panel.extra) if trace.stepped
    )


def panels_of(reading: Reading) -> tuple[Panel, ...]:
    """The panels that this course can fill, in the order in which they are read."""
    every = (
        _tone(reading), _dose(), _reservoir(reading), _spinal_fluid(reading), _cord(),
        _plasma(), _sedation(reading), _withdrawal(reading), _response(),
    )  # fmt: skip
    kept = (_available(panel, reading) for panel in every)
    return tuple(replace(panel, square_root=_pressed_flat(panel, reading)) for panel in kept if panel.traces)


def _pressed_flat(panel: Panel, reading: Reading) -> bool:
    """Whether peaks of 1 % of the time leave the rest of the curves in the lowest sixth of the panel."""
    if not panel.selectable:
        return False
    values = np.array([reading.columns[trace.column] for trace in panel.shown()])
    return bool(np.nanmax(values) > 6 * np.nanquantile(values.max(axis=0), 0.99))


def _available(panel: Panel, reading: Reading) -> Panel:
    """The panel without what this course does not have; values and style stay as they are."""
    return replace(
        panel,
        traces=tuple(trace for trace in panel.traces if reading.has(trace.column)),
        extra=tuple(trace for trace in panel.extra if reading.has(trace.column)),
    )


def _tone(reading: Reading) -> Panel:
    loose = reading.facts["limits"].get("too_loose_tone")
    return Panel(
        id="tone",
        title="Tone",
        unit="mean Ashworth, scale 1 to 5",
        note="Lines are simulated for the patient named above; points are assessments as they were recorded.",
        traces=(
            Trace(column="tone_legs", name="legs", colour="legs", width=2.6),
            Trace(column="tone_arms", name="arms", colour="arms", text_colour="arms-text", width=1.8),
        ),
        limits=() if loose is None else (Limit(value=loose, label=f"too loose, {loose:g}"),),
        points=tuple(_assessments(reading)),
        floor=1.0,
        at_least=4.0,
    )


def _assessments(reading: Reading) -> Iterator[Point]:
    for found in reading.facts.get("assessments", []):
        if found.get("value") is None or found.get("site") not in {"legs", "arms"}:
            continue
        legs = found["site"] == "legs"
        yield Point(
            at=found["at"],
            value=found["value"],
            colour="legs" if legs else "arms",
            mark="disc" if legs else "diamond",
            label=f"{found['site']}, assessed",
        )


def _dose() -> Panel:
    return Panel(
        id="dose",
        of_pump=True,
        title="Dose rate",
        unit="mcg/h",
        note="What was programmed is dashed; what left the catheter tip is solid. "
        "Where the delivery is not known nothing is drawn and the stretch is hatched.",
        traces=(
            Trace(
                column="tip_mcg_per_h", name="at the tip", colour="dose", width=2.2, stepped=True, area=True
            ),
            Trace(
                column="programmed_mcg_per_h",
                name="programmed",
                colour="ink2",
                width=1.4,
                dash="other",
                stepped=True,
            ),
        ),
    )


def _reservoir(reading: Reading) -> Panel:
    alarm = reading.facts["limits"].get("alarm_volume_ml")
    return Panel(
        id="reservoir",
        of_pump=True,
        title="Reservoir",
        unit="mL",
        note="Computed from the program; a ring is what was withdrawn at a visit.",
        traces=(Trace(column="reservoir_ml", name="volume", colour="reservoir", width=2.2),),
        extra=(
            Trace(
                column="reservoir_concentration_mcg_per_ml",
                name="concentration, mcg/mL",
                colour="reservoir",
                stepped=True,
            ),
        ),
        limits=() if alarm is None else (Limit(value=alarm, label=f"alarm, {alarm:g} mL"),),
        points=tuple(_withdrawals(reading.facts)),
    )


def _withdrawals(facts: dict[str, Any]) -> Iterator[Point]:
    for visit in facts.get("visits", []):
        if visit.get("withdrawn_ml") is not None:
            yield Point(
                at=visit["at"],
                value=visit["withdrawn_ml"],
                colour="reservoir",
                mark="ring",
                label="withdrawn",
            )


def _spinal_fluid(reading: Reading) -> Panel:
    named = _named_levels(reading.tip_level)
    others = (level for level in LEVEL_ROWS if level not in {trace_level for trace_level, _ in named})
    return Panel(
        id="spinal-fluid",
        title="Baclofen in spinal fluid",
        unit="ng/mL",
        note="Simulated. Choose levels to compare; the map below shows all of them.",
        traces=(*(trace for _, trace in named), *(_other_level(level) for level in others)),
        selectable=True,
    )


def _named_levels(tip: str | None) -> tuple[tuple[str, Trace], ...]:
    """The levels that are drawn at first: the tip, and one for each part of the spine."""
    named = {
        "L4": _level("L4", "lumbar L4", "csf-lumbar", dash="lumbar"),
        "C5": replace(
            _level("C5", "cervical C5", "csf-cervical", dash="cervical"), text_colour="csf-cervical-text"
        ),
        "cistern": _level("cistern", "cistern", "csf-cistern", dash="cistern"),
    }
    if tip is not None:
        at_tip = {tip: replace(_level(tip, f"tip {tip}", "csf-tip", dash="solid"), width=2.6)}
        named = at_tip | {level: trace for level, trace in named.items() if level != tip}
    return tuple(named.items())


def _level(level: str, name: str, colour: str, *, dash: str) -> Trace:
    return Trace(column=f"csf_{level}_mcg_per_ml", name=name, colour=colour, dash=dash, factor=NG_PER_MCG)


def _other_level(level: str) -> Trace:
    return replace(_level(level, level, "ink3", dash="solid"), width=1.4, shown=False)


def _cord() -> Panel:
    return Panel(
        id="cord",
        title="Baclofen in the cord",
        unit="ng/mL",
        note="Simulated, at the segments that move the legs and the arms.",
        traces=(
            Trace(column="cord_legs_ng_per_ml", name="legs", colour="legs", width=2.6),
            Trace(
                column="cord_arms_ng_per_ml", name="arms", colour="arms", text_colour="arms-text", width=1.8
            ),
        ),
    )


def _plasma() -> Panel:
    return Panel(
        id="plasma",
        title="Baclofen in plasma",
        unit="ng/mL",
        note="Simulated, from all routes together.",
        traces=(Trace(column="plasma_ng_per_ml", name="plasma", colour="plasma", width=2.2),),
    )


def _sedation(reading: Reading) -> Panel:
    drowsy = reading.facts["limits"].get("somnolence_index")
    return Panel(
        id="sedation",
        title="Sedation index",
        unit="no unit",
        note="Cistern level from intrathecal drug alone, over the level at which a typical patient "
        "grows drowsy.",
        traces=(Trace(column="sedation_index", name="sedation", colour="sedation", width=2.2),),
        limits=() if drowsy is None else (Limit(value=drowsy, label=f"drowsy, {drowsy:g}"),),
        at_least=1.05,
    )


def _withdrawal(reading: Reading) -> Panel:
    limits = reading.facts["limits"]
    return Panel(
        id="withdrawal",
        title="Withdrawal index",
        unit="no unit",
        note="How far the effect has fallen below what the patient is used to, weighed by tolerance. "
        "Severe is meant where the limit is exceeded for a day.",
        traces=(Trace(column="withdrawal_index", name="withdrawal", colour="withdrawal", width=2.2),),
        limits=tuple(
            Limit(value=limits[f"withdrawal_{degree}"], label=f"{degree}, {limits[f'withdrawal_{degree}']:g}")
            for degree in ("mild", "moderate", "severe")
            if limits.get(f"withdrawal_{degree}") is not None
        ),
        at_least=0.9,
    )


def _response() -> Panel:
    return Panel(
        id="response",
        title="H-reflex and tolerance",
        unit="ratio to untreated",
        note="H-reflex: what remains of the untreated one. "
        "Tolerance: the factor on the level that is needed.",
        traces=(
            Trace(column="h_reflex_ratio", name="H-reflex", colour="h-reflex", width=2.2),
            Trace(column="tolerance", name="tolerance", colour="tolerance", width=1.8, dash="other"),
        ),
        at_least=1.0,
    )
