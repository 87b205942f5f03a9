"""``cisterna candidacy``: points for, against and missing, and the regimens side by side."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from cisterna.care.evaluation.candidacy import Candidacy, candidacy
from cisterna.care.evaluation.points import Point
from cisterna.care.evaluation.regimens import NOT_HELD, Regimen
from cisterna.care.side_effects import NOT_PUBLISHED
from cisterna.care.statement import Statement
from cisterna.cli.answer import json_text
from cisterna.cli.guide.page import printable, wrapped
from cisterna.cli.options import naming_options
from cisterna.errors import Fault, InputError
from cisterna.therapy.reading import read_therapy
from cisterna.therapy.therapy import Therapy

__all__ = ["run"]

_CLOSING = (
    "Points for a talk of team and family, not a decision. Weigh them; fill what is missing. For trained "
    "clinicians; check every point against its source."
)
_SAYS = {
    True: "A contraindication is recorded.",
    False: "No contraindication that a file can state is recorded.",
    None: "Whether there is a contraindication is not known: see what is missing.",
}


def run(file: Path, *, on: str | None, as_json: bool) -> None:
    """Evaluate the patient of ``file`` on a day, left out on that of the last event, and print the points."""
    therapy = read_therapy(file)
    day = _last_day(therapy) if on is None else _read_day(on)
    with naming_options():
        found = candidacy(therapy, day)
    why = " (today; the file has no event)" if on is None and not therapy.valid_events else ""
    sys.stdout.write(json_text(found.facts()) + "\n" if as_json else printable(_page(found, why)))


def _last_day(therapy: Therapy) -> date:
    """The day of the last event where the patient lives; today where there is none."""
    if not therapy.valid_events:
        return datetime.now(therapy.zone).date()
    return therapy.valid_events[-1].at.astimezone(therapy.zone).date()


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            Fault(where="--on", found=f"'{text}'", allowed="a day", remedy="write for example '2026-12-01'")
        ) from None


def _page(found: Candidacy, why: str) -> Iterator[str]:
    yield from wrapped(found.label)
    yield f"Evaluation on {found.on.isoformat()}{why}, age {found.age}"
    yield from wrapped(_SAYS[found.contraindicated])
    for title, side in (("For", "for"), ("Against, or to be weighed", "against"), ("Missing", "missing")):
        yield ""
        yield from _points(title, found.side(side))
    yield ""
    yield "Regimens side by side"
    for regimen in found.regimens:
        yield ""
        yield from _regimen(regimen)
    yield ""
    yield from wrapped(_CLOSING)


def _points(title: str, points: tuple[Point, ...]) -> Iterator[str]:
    yield f"{title} ({len(points)})"
    for entry in points:
        yield from _said(entry.said)


def _said(said: Statement) -> Iterator[str]:
    yield from wrapped(said.text, "  - ", "    ")
    yield from wrapped(said.cited, "    ")


def _regimen(regimen: Regimen) -> Iterator[str]:
    yield from wrapped(f"{regimen.title} ({regimen.route})")
    yield from _part("This patient", regimen.for_patient)
    yield from _part("Benefits", regimen.told("benefits"))
    yield from _part("Risks", regimen.told("risks"))
    yield from _part("Known", regimen.known)
    if regimen.effects is not None:
        yield "  How often side effects occur"
        yield from _rated(regimen, regimen.effects)


def _rated(regimen: Regimen, route: str) -> Iterator[str]:
    """Which side effects have a published rate, and which have none."""
    shown = [(one.title, one.on(route).published) for one in regimen.side_effects()]
    rated, unrated = (
        [title for title, published in shown if published is is_known] for is_known in (True, False)
    )
    if rated:
        where = f"published, see cisterna guide side-effects --route {route}"
        yield from wrapped(f"{where}: {'; '.join(rated)}", "  - ", "    ")
    if not rated:
        yield f"  - {NOT_PUBLISHED} for any effect"
    elif unrated:
        yield from wrapped(f"{NOT_PUBLISHED}: {'; '.join(unrated)}", "  - ", "    ")


def _part(title: str, entries: tuple[Statement, ...]) -> Iterator[str]:
    if not entries:
        return
    yield f"  {title}"
    for said in entries:
        if said.text == NOT_HELD:
            yield f"  - {NOT_HELD}"
        else:
            yield from _said(said)
