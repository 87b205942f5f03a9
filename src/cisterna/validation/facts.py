"""The verdicts as plain values for JSON: every key is always there, what is not known is ``None``."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from cisterna.validation.scoring import Row, Totals, Verdicts
from cisterna.validation.target import CalibrationTarget, Use

__all__ = ["facts", "note_of"]

Facts = dict[str, Any]


def facts(verdicts: Verdicts) -> Facts:
    """Targets, totals and chance. ``inside`` is ``None`` where the model cannot address a target.

    Totals stand apart for calibration and for independent rows, each also for children with cerebral
    palsy and for others; the rows of calibration also by what they were used for.
    """
    return {
        "targets": [_row(row) for row in verdicts.rows],
        "totals": {
            "calibration": _totals(verdicts, calibration=True)
            | {use.value: asdict(verdicts.used(use)) for use in Use},
            "validation": _totals(verdicts, calibration=False),
        },
        "chance": {
            "seed": verdicts.seed,
            "draws": verdicts.draws,
            "patients_per_draw": verdicts.patients,
        },
    }


def _totals(verdicts: Verdicts, *, calibration: bool) -> Facts:
    whole: Totals = verdicts.calibration if calibration else verdicts.independent
    children = verdicts.of_children(calibration=calibration, children=True)
    others = verdicts.of_children(calibration=calibration, children=False)
    return asdict(whole) | {
        "children_with_cerebral_palsy": asdict(children),
        "others": asdict(others),
    }


def _row(row: Row) -> Facts:
    target, published = row.target, row.target.published
    scenario = target.scenario
    return {
        "id": target.id,
        "quantity": published.quantity,
        "setting": published.setting,
        "simulated": row.simulated if row.simulated is not None and isfinite(row.simulated) else None,
        "published": published.value,
        "low": published.low,
        "high": published.high,
        "units": published.unit,
        "inside": row.inside,
        "calibration": row.calibration,
        "used_as": target.use.value if isinstance(target, CalibrationTarget) else None,
        "status": published.status.value,
        "source": published.source,
        "population": published.population,
        "children_with_cerebral_palsy": published.children,
        "note": note_of(row),
        "meaning": target.meaning if row.inside is False else None,
        "missing_mechanism": target.missing or None,
        "spread_low": row.spread[0] if row.spread else None,
        "spread_high": row.spread[1] if row.spread else None,
        "moved_by_chance": row.moved,
        "people": scenario.people.value if scenario else None,
        "given": scenario.given if scenario else None,
        "read": scenario.read if scenario else None,
    }


def note_of(row: Row) -> str | None:
    """The known reason of a miss, the mechanism that is missing, or a remark."""
    target = row.target
    parts = [target.missing] if target.missing else []
    if row.inside is False:
        parts.append(target.miss or "No reason is known.")
    if target.note:
        parts.append(target.note)
    if row.on_the_edge:
        parts.append("Within chance of an end of the range.")
    return " ".join(parts) or None
