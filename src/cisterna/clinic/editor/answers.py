"""What the course says of a sheet: of the candidate in hand, and of each beside the current program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cisterna.clinic.editor.asking import Asked
from cisterna.clinic.editor.forms import Sheet, field_of
from cisterna.clinic.editor.goals import goals_of
from cisterna.errors import CisternaError, Fault, InputError

if TYPE_CHECKING:  # NumPy only where it is needed
    from cisterna.course.preview import Goal

__all__ = ["Answer", "band_of", "candidates_of", "curves_of", "look"]

SERIES = (
    "rate_mcg_per_h", "tone_legs", "tone_arms", "csf_tip_ng_per_ml", "csf_lumbar_ng_per_ml",
    "csf_cervical_ng_per_ml", "csf_cistern_ng_per_ml",
)  # fmt: skip
_DIGITS = 4
_EVERY = 4
"""Each so many values of a steady day make the small drawing of a candidate."""

Answer = tuple[dict[str, Any] | None, tuple[Fault, ...]]
"""Facts, or ``None`` with what is wrong, each fault at its field."""


def look(sheet: Sheet, asked: Asked, *, curves_alone: bool = False) -> Answer:
    """What the candidate in hand does; goals that are wrong are told and the rest is shown all the same.

    With ``curves_alone`` the facts are the curves, without amounts, dates, limits and goals.
    """
    faults: list[Fault] = []
    goals: tuple[Goal, ...] = ()
    try:
        goals = goals_of(sheet.goal_texts, sheet.zone)
    except InputError as error:
        faults = list(error.faults)
    try:
        shown = asked.prepared.of(sheet.program(), goals)
        facts = shown.curves() if curves_alone else shown.facts()
    except InputError as error:
        return None, (*error.faults, *faults)
    except CisternaError as error:
        return None, (_not_shown(error), *faults)
    refused = tuple(_placed(each) for each in facts["faults"])
    return (None if facts["minutes"] is None else facts), (*refused, *faults)


def candidates_of(sheet: Sheet, asked: Asked) -> Iterator[dict[str, Any]]:
    """The current program and each candidate: letter, name, total, shares of the goals, small drawing."""
    try:
        goals = goals_of(sheet.goal_texts, sheet.zone)
    except InputError:
        goals = ()
    current = asked.current_with(goals)
    if current is not None:
        yield _candidate("", "", current, goals)
    texts = {sheet.letter: {**sheet.program_texts, "name": sheet.name}, **sheet.others}
    for letter in sorted(texts):
        try:
            facts = asked.prepared.of(sheet.program(texts[letter]), goals).facts()
        except CisternaError:
            facts = None
        yield _candidate(letter, texts[letter].get("name", ""), facts, goals)


def _candidate(
    letter: str, name: str, facts: Mapping[str, Any] | None, goals: Sequence[Goal]
) -> dict[str, Any]:
    shown = facts if facts and facts["minutes"] else None
    met = shown["goals"] if shown else [{"share": None}] * len(goals)
    return {
        "letter": letter,
        "name": name,
        "goals": [
            {
                "name": goal.name,
                "where": goal.where,
                "at": goal.at,
                "tone": goal.tone,
                "days": ", ".join(goal.days),
                "share": each["share"],
            }
            for goal, each in zip(goals, met, strict=True)
        ],
        "rates": shown["steady"]["rate_mcg_per_h"][:97:_EVERY] if shown else (),
    }


def curves_of(facts: Mapping[str, Any], view: str) -> dict[str, list[float | None]]:
    """The series of the steady day, or of the first days, short enough to be sent while somebody drags.

    A value that nobody knows is ``None``.
    """
    of = facts["first_days"] if view == "first" else facts["steady"]
    across = of["hours"] if view == "first" else facts["minutes"]
    return {"across": across} | {name: [_short(value) for value in of[name]] for name in SERIES}


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def band_of(sheet: Sheet, asked: Asked | None) -> dict[str, list[float]] | None:
    """The series of the band; ``None`` where the program cannot be shown."""
    if asked is None:
        return None
    try:
        found = asked.prepared.band(sheet.program())
    except CisternaError:
        return None
    if found["minutes"] is None:
        return None
    return {"across": found["minutes"]} | {
        f"tone_{limb}_{end}": [round(value, _DIGITS) for value in found[limb][end]]
        for limb in ("legs", "arms")
        for end in ("low", "high")
    }


def _placed(fault: Mapping[str, str]) -> Fault:
    return Fault(
        where=field_of(fault["where"]),
        found=fault["found"],
        allowed=fault["allowed"],
        remedy=fault["remedy"],
    )


def _not_shown(error: CisternaError) -> Fault:
    return Fault(
        where="mode", found=str(error).rstrip("."), allowed="a record that can be simulated",
        remedy="look at the record",
    )  # fmt: skip
