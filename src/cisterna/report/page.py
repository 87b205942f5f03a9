"""``report.html``: the course as one page that opens from disk and loads nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from cisterna.report import inlined, wording
from cisterna.report.account import account_rows
from cisterna.report.dates import date_groups
from cisterna.report.embedding import chart_data, script_json
from cisterna.report.ending import last_values
from cisterna.report.panels import panels_of
from cisterna.report.source import Reading

__all__ = ["environment", "page_text", "write_page"]


def write_page(reading: Reading, path: Path) -> None:
    """Write the page of a course."""
    path.write_text(page_text(reading), encoding="utf-8")


def page_text(reading: Reading) -> str:
    """The page of a course as HTML; the same course gives the same text."""
    panels = panels_of(reading)
    return (
        environment()
        .get_template("report.html")
        .render(
            facts=reading.facts,
            patient=reading.facts["patient"],
            devices=reading.facts["devices"],
            simulated=reading.facts["simulated"],
            zone=reading.zone,
            panels=panels,
            last=last_values(reading),
            account=account_rows(reading.facts["drug_account"]),
            date_groups=date_groups(reading),
            icons=inlined.EVENT_ICONS,
            licences=inlined.licences(),
            policy=inlined.policy(),
            style=inlined.style(),
            script=inlined.script(),
            sprite=inlined.icon_sprite(),
            data=script_json(chart_data(reading, panels)),
        )
    )


@cache
def environment() -> Environment:
    """Templates of this room with the filters for numbers, dates and kinds of event."""
    made = Environment(
        loader=PackageLoader("cisterna.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= _FILTERS
    return made


def _urgency(priority: str) -> dict[str, str]:
    """The word, shape and colour of an alarm's priority."""
    if priority in {"high", "critical"}:
        return {"role": "now", "icon": "alert-octagon"}
    if priority in {"medium", "non-critical"}:
        return {"role": "soon", "icon": "alert-triangle"}
    return {"role": "info", "icon": "info-circle"}


_FILTERS: dict[str, Any] = {
    "significant": wording.significant,
    "exact": wording.exact,
    "amount": wording.amount,
    "day": wording.day,
    "instant": wording.instant,
    "kind_words": wording.kind_words,
    "urgency": _urgency,
}
