"""The figures of the clinic's pages as pictures and data: the spine, three ways, a what-if, a program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cisterna import __version__
from cisterna.body import CORD_LEVELS
from cisterna.course.preview import Preview
from cisterna.course.spine import SpineDay
from cisterna.course.three_ways import PANELS, WAYS, ThreeWays, claims
from cisterna.course.what_if import Scenario, WhatIf
from cisterna.instants import utc
from cisterna.report.drawn import Drawn, write_drawn
from cisterna.report.figures.curves import Curve, CurvePanel, curve_figure
from cisterna.report.figures.spine import PROGRAM_WORDS, spine_figure
from cisterna.report.source import Facts
from cisterna.report.wording import instant, significant
from cisterna.therapy import LEVELS

__all__ = ["write_program", "write_spine", "write_three_ways", "write_what_if"]

_WAY_TOKENS = {"tablets": "arms", "pump": "legs", "cream": "ink2"}
_PANEL_WORDS = {
    "fluid": "In the spinal fluid at L4", "blood": "In the blood plasma",
    "reflex": "H-reflex, of the untreated one", "legs": "Tone of the legs",
}  # fmt: skip
_SERIES_INKS = {
    "rate_mcg_per_h": "dose", "tone_legs": "legs", "tone_arms": "arms-text", "csf_tip_ng_per_ml": "csf-tip",
    "csf_lumbar_ng_per_ml": "csf-lumbar", "csf_cervical_ng_per_ml": "csf-cervical-text",
    "csf_cistern_ng_per_ml": "csf-cistern",
}  # fmt: skip
_QUANTITIES = (
    ("tone_legs", "Tone of the legs", "Ashworth 1 to 5", 1.0),
    ("tone_arms", "Tone of the arms", "Ashworth 1 to 5", 1.0),
    ("tip_mcg_per_h", "Drug at the tip", "mcg/h", 0.0),
    ("reservoir_ml", "Reservoir, as the pump counts", "mL", 0.0),
)


def write_spine(days: Sequence[SpineDay], folder: Path, minute: int | None = None) -> tuple[Path, ...]:
    """Write one or two days of the spine as ``spine.*``; left out, ``minute`` is that of the highest level.

    The values have one row for each output and day (``side``, from 0). Raises
    :class:`~cisterna.errors.OutputError` where the folder cannot be written.
    """
    first = days[0]
    if minute is None:
        at_tip = first.fluid_at(first.tip)
        minute = first.minutes[at_tip.index(max(at_tip))]
    at = minute
    told = "; ".join(_day_words(day) for day in days)
    return write_drawn(
        Drawn(
            name="spine",
            draw=lambda: spine_figure(days, at),
            told=(f"{told}; {significant(first.daily_dose_mcg)} mcg/day, on its steady day",
                  _simulated(first.simulated_for)),
            values=_spine_values(days),
            facts={
                "minute": at, "days": [day.facts() for day in days], "version": __version__,
                "drowsy": {"text": first.drowsy.text, "value": first.drowsy.shown(),
                           "source": first.drowsy.source, "status": first.drowsy.status.value},
            },
        ),
        folder,
    )  # fmt: skip


def _day_words(day: SpineDay) -> str:
    words = f"tip at {day.tip}, {PROGRAM_WORDS[day.program]}"
    if not day.is_drowsy:
        return words
    peak, limit = significant(max(day.cistern_ng_per_ml), 3), significant(day.drowsy_ng_per_ml, 3)
    return f"{words}: cistern to {peak} ng/mL, drowsy from {limit} ({day.drowsy.status.value})"


def _spine_values(days: Sequence[SpineDay]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {"side": [], "tip": [], "program": []}
    for side, day in enumerate(days):
        several: dict[str, Sequence[Any]] = {"minutes": day.minutes, "rate_mcg_per_h": day.rate_mcg_per_h}
        several |= {f"fluid_{level}_ng_per_ml": day.fluid_at(level) for level in LEVELS[::-1]}
        by_level = dict(zip(CORD_LEVELS, zip(*day.cord_ng_per_ml, strict=True), strict=True))
        several |= {f"cord_{level}_ng_per_ml": by_level[level] for level in CORD_LEVELS[::-1]}
        several |= {
            "cistern_ng_per_ml": day.cistern_ng_per_ml, "cord_legs_ng_per_ml": day.legs_ng_per_ml,
            "cord_arms_ng_per_ml": day.arms_ng_per_ml, "tone_legs": day.tone_legs, "tone_arms": day.tone_arms,
            "sedation_index": day.sedation_index,
        }  # fmt: skip
        count = len(day.minutes)
        several |= {"side": [side] * count, "tip": [day.tip] * count, "program": [day.program] * count}
        for name, column in several.items():
            values.setdefault(name, []).extend(column)
    return values


def write_three_ways(ways: ThreeWays, folder: Path) -> tuple[Path, ...]:
    """Write the comparison of three ways as ``compare.*``, with every sentence and its sources in the facts.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written.
    """
    panels = tuple(
        CurvePanel(
            title=_PANEL_WORDS[panel.id],
            unit=panel.unit,
            curves=tuple(
                Curve(name=way, values=ways.values(panel, way), ink=_WAY_TOKENS[way], dashed=way == "cream")
                for way in WAYS
            ),
            least=1.0 if panel.id == "legs" else 0.0,
            limits=((ways.untreated, "untreated"),) if panel.id == "legs" else (),
        )
        for panel in PANELS
    )
    values: dict[str, Any] = {"hours": ways.hours}
    for panel in PANELS:
        factor = {"ng/mL": "_ng_per_ml", "%": "_percent"}.get(panel.unit, "")
        column = "tone_legs" if panel.id == "legs" else f"{panel.id}{factor}"
        values |= {f"{way}_{column}": ways.values(panel, way) for way in WAYS}
    return write_drawn(
        Drawn(
            name="compare",
            draw=lambda: curve_figure(panels, ways.hours, "midnight"),
            told=("An invented girl of 8 years and 21 kg: tablets, pump, cream over three days",
                  _simulated("typical child")),
            values=values,
            facts={"version": __version__, "claims": [_claim(each) for each in claims(ways)],
                   "daily_mcg": {way: ways.daily_mcg(way) for way in ("tablets", "pump")}},
        ),
        folder,
    )  # fmt: skip


def _claim(claim: Any) -> Facts:
    return {
        "place": claim.place, "panel": claim.panel, "kind": claim.kind, "shown": claim.shown(),
        "told": claim.told(),
        "sources": [{"name": each.name, "source": each.source, "status": each.status.value}
                    for each in claim.sources],
    }  # fmt: skip


def write_what_if(found: WhatIf, scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """Write a scenario beside the same without it as ``what-if.*``, with what is noticed in the facts.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written.
    """
    hours = np.asarray((found.course.times_us - found.at_us) / 3.6e9, dtype=np.float64)
    changed, without = found.course.columns(), found.without.columns()
    name, other = scenario.replace("-", " "), "clock set" if scenario == "flight" else "without it"
    panels = tuple(
        CurvePanel(
            title=words,
            unit=unit,
            curves=(
                Curve(name=other, values=without[column], ink="ink2", dashed=True),
                Curve(name=name, values=changed[column], ink="legs"),
            ),
            least=least,
        )
        for column, words, unit, least in _QUANTITIES
    )
    values: dict[str, Any] = {"hours": hours}
    values |= {f"with_{column}": values_of for column, values_of in changed.items()}
    values |= {f"without_{column}": values_of for column, values_of in without.items()}
    label, zone = found.course.facts(), found.course.zone
    start = f"{instant(utc(found.at_us).isoformat(), zone)}, local time ({zone.key}),"
    return write_drawn(
        Drawn(
            name="what-if",
            draw=lambda: curve_figure(panels, hours, "0 h"),
            told=(f"{label['patient']['label']}: {name}, from {start} on",
                  _simulated(label["simulated"]["for"])),
            values=values,
            facts={"version": __version__, "scenario": scenario, "at": utc(found.at_us).isoformat(),
                   "noticed": [_noticed(each, found.at_us) for each in found.noticed]},
        ),
        folder,
    )  # fmt: skip


def _noticed(each: Any, at_us: int) -> Facts:
    return {
        "at": utc(each.at_us).isoformat(), "after_h": (each.at_us - at_us) / 3.6e9, "kind": each.kind,
        "text": each.text, "source": each.source, "status": each.status,
    }  # fmt: skip


def write_program(preview: Preview, folder: Path) -> tuple[Path, ...]:
    """Write what a program does on its steady day or week as ``program.*``.

    Raises :class:`~cisterna.errors.OutputError` where the folder cannot be written.
    """
    series, facts = preview.steady(), preview.facts()
    hours = np.asarray(facts["minutes"], dtype=np.float64) / 60

    def curves(*names: tuple[str, str]) -> tuple[Curve, ...]:
        return tuple(Curve(name=words, values=series[name], ink=_SERIES_INKS[name]) for name, words in names)

    panels = (
        CurvePanel(title="Programmed", unit="mcg/h", curves=curves(("rate_mcg_per_h", "rate"))),
        CurvePanel(title="Spinal fluid", unit="ng/mL", curves=curves(
            ("csf_tip_ng_per_ml", "tip"), ("csf_lumbar_ng_per_ml", "lumbar"),
            ("csf_cervical_ng_per_ml", "cervical"), ("csf_cistern_ng_per_ml", "cistern"))),
        CurvePanel(title="Tone", unit="Ashworth 1 to 5", least=1.0, curves=curves(
            ("tone_legs", "legs"), ("tone_arms", "arms"))),
    )  # fmt: skip
    span = "week" if preview.is_week else "day"
    return write_drawn(
        Drawn(
            name="program",
            draw=lambda: curve_figure(panels, hours, "00:00"),
            told=(f"The steady {span} of the program, by the pump's clock",
                  _simulated(f"{preview.model} patient")),
            values={"minutes": facts["minutes"], **series},
            facts=facts | {"version": __version__},
        ),
        folder,
    )  # fmt: skip


def _simulated(who: str) -> str:
    return f"Simulated for a {who}, not measured. Cisterna {__version__}"
