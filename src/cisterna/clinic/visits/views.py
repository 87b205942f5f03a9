"""A visit as its page shows it: its steps with who and when, the form of one, its checks and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cisterna.care.check import Check, CheckVerdict
from cisterna.care.guides import Step
from cisterna.clinic.record import Record
from cisterna.clinic.visits.case import SavedStep
from cisterna.clinic.visits.kind import OpenVisit
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.wording import clock_of
from cisterna.errors import Fault
from cisterna.therapy import Event

__all__ = ["CheckRow", "StepLine", "added_since", "form_of", "initials", "step_values", "steps_by_section"]

_WORDS = {
    CheckVerdict.CAUTION: "Caution",
    CheckVerdict.OVER: "Over",
    CheckVerdict.WAITING: "Not yet",
    CheckVerdict.WITHIN: "Within",
}


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One line of the list of steps."""

    number: int
    words: str
    href: str
    state: str
    note: str


@dataclass(frozen=True, kw_only=True)
class CheckRow:
    """A check with the number of its source on this page."""

    check: Check
    words: str
    source: int


def initials(name: str) -> str:
    """The first letters of a name, without what follows a comma and without titles.

    >>> initials("R. Kaur, nurse"), initials("Dr Ana Ortega")
    ('RK', 'AO')
    """
    words = [word for word in name.partition(",")[0].replace(".", " ").split() if word not in {"Dr", "Prof"}]
    return "".join(word[0].upper() for word in (words if len(words) < 3 else (words[0], words[-1])))


def steps_by_section(visit: OpenVisit, here: str) -> list[tuple[str, list[StepLine]]]:
    """The steps under the titles of their sections."""
    numbers = {step: place for place, step in enumerate(visit.step_ids, start=1)}
    return [
        (section.title, [_line(visit, step, numbers[step.id], here) for step in section.steps])
        for section in visit.guide.sections
    ]


def _line(visit: OpenVisit, step: Step, number: int, here: str) -> StepLine:
    done = visit.case.done(step.id)
    held = visit.case.saved.get(step.id)
    return StepLine(
        number=number,
        words=step.title,
        href=f"/visits/{visit.case.visit.id}/{step.id}",
        state="here" if step.id == here else ("done" if done else "open"),
        note=_who(visit, held) if held and done else ("now" if step.id == here else ""),
    )


def _who(visit: OpenVisit, held: SavedStep) -> str:
    people = [initials(held.saved_by), *([initials(held.second.name)] if held.second else [])]
    return f"{clock_of(held.saved_us, visit.case.zone)} {', '.join(people)}"


def form_of(
    visit: OpenVisit, step: str, faults: tuple[Fault, ...] = (), typed: Mapping[str, str] | None = None
) -> FormState:
    """The form of a step: what was typed, and where nothing was saved yet what usually stands there."""
    held = visit.case.saved.get(step)
    if typed is None:
        typed = held.values if held else _defaults(visit, step)
    labels = {one.name: one.label for one in visit.fields(step)}
    return FormState(dict(typed), faults, labels)


def _defaults(visit: OpenVisit, step: str) -> dict[str, str]:
    """Now for what is done now, and what the record says already; never a dose."""
    now, made = visit.case.now, dict(visit.defaults(step))
    today = f"{now:%Y-%m-%d}"
    day = _day_of(visit, today)
    for one in visit.fields(step):
        if one.form == "instant" and one.required:
            made.setdefault(f"{one.name}_day", day or today)
            made.setdefault(f"{one.name}_time", f"{now:%H:%M}" if day in {"", today} else "")
    return made


def _day_of(visit: OpenVisit, today: str) -> str:
    """The last day up to today that a step was dated to: a visit may be written down later."""
    days = [
        text
        for step in visit.step_ids
        for one in visit.fields(step)
        if one.form == "instant" and (text := visit.case.typed(step).get(f"{one.name}_day", ""))
    ]
    return max((day for day in days if day <= today), default="")


def step_values(visit: OpenVisit, step: str) -> dict[str, Any]:
    """Step of the guide, checks with numbered sources, and who confirmed: for the page and its parts."""
    found = visit.guide.step(step)
    checks = visit.checks(step)
    sources = list(dict.fromkeys((check.source, check.status) for check in checks if check.source))
    said = [*found.check, *found.know]
    sources += [pair for one in said if (pair := (one.source, one.status.value)) not in sources]
    number = {pair: place for place, pair in enumerate(dict.fromkeys(sources), start=1)}
    rows = [
        CheckRow(check=check, words=_WORDS[check.verdict], source=number.get((check.source, check.status), 0))
        for check in checks
    ]
    asked = visit.second_of(step)
    return {
        "visit": visit,
        "case": visit.case,
        "step": found,
        "number": visit.step_ids.index(step) + 1,
        "count": len(visit.step_ids),
        "rows": rows,
        "said": [(one, number[one.source, one.status.value]) for one in said],
        "sources": [(place, *pair) for pair, place in number.items()],
        "fields": visit.fields(step),
        "saved": visit.case.saved.get(step),
        "asked": asked,
        "second": visit.second(step),
        "zone": visit.case.zone,
        **visit.words(step),
    }


def added_since(record: Record, seen: int) -> tuple[Event, ...]:
    """What was added to a record after so many entries."""
    ids = {entry.event_id for entry in record.entries if entry.seq > seen}
    return tuple(event for event in record.therapy.events if event.id in ids)
