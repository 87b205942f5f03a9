"""The parts of the page that the script puts in place, rendered here: words and numbers have one home."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cisterna.clinic.editor.answers import candidates_of, curves_of
from cisterna.clinic.editor.asking import Asked
from cisterna.clinic.editor.comparing import compared_groups
from cisterna.clinic.editor.edits import Edit
from cisterna.clinic.editor.forms import Sheet
from cisterna.clinic.editor.reading import Looked
from cisterna.clinic.editor.rows import step_rows
from cisterna.clinic.web.desk import Desk
from cisterna.clinic.web.messages import marked
from cisterna.clinic.web.templates import render
from cisterna.clinic.web.tongue import Tongue
from cisterna.errors import Fault
from cisterna.report.wording import UNKNOWN, significant

__all__ = [
    "compare_parts",
    "curve_parts",
    "limits_count",
    "model_words",
    "moved_words",
    "told_faults",
    "word_parts",
]

Facts = Mapping[str, Any]

_MODELS = {
    "typical": marked("Simulated for a typical patient of this age and weight, not measured."),
    "entered": marked("Simulated with parameters that were entered for this patient, not measured."),
    "fitted": marked("Simulated with parameters fitted to this patient, not measured."),
}
_FAULT = marked("Found %(found)s; allowed: %(allowed)s; %(remedy)s.")


def curve_parts(found: Looked, view: str, *, with_current: bool) -> dict[str, Any]:
    """What the script draws of the candidate in hand; ``curves`` is ``None`` where nothing can be drawn."""
    facts, asked = found.facts, found.asked
    if facts is None or asked is None:
        return {"curves": None}
    current = {"current": curves_of(asked.current, view) if asked.current else None} if with_current else {}
    return current | {"curves": curves_of(facts, view)}


def word_parts(desk: Desk, found: Looked) -> dict[str, Any]:
    """What the script says of the candidate: amounts, dates, limits; nothing where nothing is drawn."""
    sheet, facts, asked = found.sheet, found.facts, found.asked
    if facts is None or asked is None:
        return {}
    say, rows = Tongue(desk.language), step_rows(sheet)
    total = significant(facts["total_mcg_per_day"], 4)
    return {
        "total": f"{total} mcg/day",
        "limits_count": limits_count(say, facts["limits"]),
        "model": model_words(say, facts),
        "rows": [
            {"to": row.to, "lasts": f"{significant(row.hours)} h", "dose": f"{significant(row.dose_mcg)} mcg"}
            for row in rows
        ],
        "parts": {
            "compared": _rendered(
                desk, "compared", letter=sheet.letter,
                groups=compared_groups(say, asked.current, facts, sheet.zone),
            ),
            "limits": _rendered(desk, "limits", limits=facts["limits"], missing=facts["missing"]),
            "sentence": _rendered(
                desk, "sentence", facts=facts, current=asked.current, letter=sheet.letter, steps=len(rows)
            ),
        },
    }  # fmt: skip


def compare_parts(desk: Desk, sheet: Sheet, asked: Asked | None) -> dict[str, Any]:
    """The table of candidates and goals."""
    candidates = tuple(candidates_of(sheet, asked)) if asked else ()
    return {
        "parts": {"goals": _rendered(desk, "goals", candidates=candidates, letter=sheet.letter)},
    }


def _rendered(desk: Desk, name: str, **values: Any) -> str:
    return render(f"editor/{name}.html", language=desk.language, **values)


def moved_words(desk: Desk, edit: Edit) -> Iterator[str]:
    """What the pump moved of a program, each with why and whose number it is."""
    say = Tongue(desk.language)
    for each in edit.moved:
        source = f" ({say.told(each.source)})" if each.source else ""
        yield f"{each.asked} \N{RIGHTWARDS ARROW} {each.given}: {say.told(each.why)}{source}."


def told_faults(desk: Desk, faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Each fault with its field, in the words of the page."""
    say = Tongue(desk.language)
    return [
        {
            "where": fault.where,
            "words": say(
                _FAULT, found=say.told(fault.found), allowed=say.told(fault.allowed),
                remedy=say.told(fault.remedy),
            ),
        }
        for fault in faults
    ]  # fmt: skip


def limits_count(say: Tongue, limits: Iterable[Mapping[str, Any]]) -> str:
    """How many limits are touched and how many passed."""
    levels = [each["level"] for each in limits]
    touched, passed = levels.count("at"), levels.count("exceeded")
    return say("%(touched)s touched, %(passed)s exceeded", touched=str(touched), passed=str(passed))


def model_words(say: Tongue, facts: Facts) -> str:
    """For whom the curves are simulated, and what the steady day is."""
    return say(_MODELS.get(facts["model"], facts["model"] or UNKNOWN))
