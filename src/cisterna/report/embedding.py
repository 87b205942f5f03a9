"""The data inside the page: numbers as base64 of little-endian floats, the rest as JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from cisterna.report.decimation import kept_samples
from cisterna.report.inlined import EVENT_ICONS
from cisterna.report.levels import ceiling_ng_per_ml
from cisterna.report.panels import DASHES, LEVEL_ROWS, Panel, stepped_columns
from cisterna.report.source import Reading
from cisterna.report.wording import kind_words

__all__ = ["MOST_SAMPLES", "chart_data", "script_json"]

MOST_SAMPLES = 9000
"""Samples that the page carries, unless jumps and gaps need more."""

_US_PER_S = 1_000_000


def script_json(value: object) -> Markup:
    r"""JSON that is safe inside a ``<script>`` element: no text in it can end the element.

    >>> print(script_json({"label": "</script><b>"}))
    {"label":"\u003c/script\u003e\u003cb\u003e"}
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 (every sign that HTML could read is escaped above)


def chart_data(reading: Reading, panels: tuple[Panel, ...], most: int = MOST_SAMPLES) -> dict[str, Any]:
    """What the charts need, as JSON values.

    ``times`` are seconds of UTC as float64, each of ``columns`` float32 in the unit of its name; an
    unknown value is a NaN.
    """
    kept = kept_samples(reading.times_us, reading.columns, stepped_columns(panels), most)
    return {
        "zone": reading.zone.key,
        "samples": len(reading.times_us),
        "times": _packed(reading.times_us[kept] / _US_PER_S, "<f8"),
        "columns": {name: _packed(values[kept], "<f4") for name, values in reading.columns.items()},
        "panels": [asdict(panel) for panel in panels],
        "dashes": DASHES,
        "levels": [level for level in LEVEL_ROWS if reading.has(f"csf_{level}_mcg_per_ml")],
        "tip": reading.tip_level,
        "ceiling_ng_per_ml": ceiling_ng_per_ml(reading),
        "events": [_event(event) for event in reading.facts["events"]],
    }


def _event(event: dict[str, Any]) -> dict[str, Any]:
    kind = event["kind"]
    return {
        "at": event["at"],
        "kind": kind,
        "icon": EVENT_ICONS.get(kind, "note"),
        "words": kind_words(kind),
        "text": event["text"],
    }


def _packed(values: npt.NDArray[np.float64], kind: str) -> str:
    return b64encode(values.astype(kind).tobytes()).decode("ascii")
