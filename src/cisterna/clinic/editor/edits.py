"""What a button of the editor does to the form: another candidate, a day copied, shifted, scaled, snapped."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cisterna.clinic.editor.asking import Asked
from cisterna.clinic.editor.forms import LETTERS, PROGRAM_NAMES, Sheet, field_of, fields_of, of_program
from cisterna.errors import Fault, InputError
from cisterna.pump import Moved
from cisterna.therapy import WEEKDAYS, Program, Therapy
from cisterna.therapy.program_edits import copied_day, scaled, shifted
from cisterna.therapy.programs import Weekday
from cisterna.units import DailyDose

__all__ = ["Edit", "edited", "texts_of_current"]

_WHOLE = re.compile(r"[+-]?[0-9]{1,5}")
_FIELDS = {"shift": "shift_minutes", "scale": "scale_total", "copy": "copy_from", "snap": "mode"}
"""The edits, each with the field at which it says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The texts of the form after an edit, what the pump moved on the way, and why it could not be done."""

    texts: Mapping[str, str]
    moved: tuple[Moved, ...] = ()
    faults: tuple[Fault, ...] = ()


def edited(sheet: Sheet, therapy: Therapy, asked: Asked | None) -> Edit:
    """The form after what its button asks: ``show`` names a candidate, ``do`` an edit.

    What was scaled or snapped is what the pump can deliver; an edit that is not possible leaves everything as
    it was typed and says why.
    """
    typed = sheet.typed
    if typed.get("show") in LETTERS:
        return Edit(texts=_shown(typed, typed["show"]))
    what = typed.get("do", "")
    if what == "discard":
        return Edit(texts=_with_program(typed, texts_of_current(therapy)) | {"name": ""})
    if what not in _FIELDS or asked is None:
        return Edit(texts=typed)
    try:
        program = sheet.program()
    except InputError:
        return Edit(texts=typed)  # whoever looks at the sheet tells what is wrong with it
    try:
        program, moved = _edited(what, program, typed, asked)
    except InputError as error:
        steps = ("from", "rate")
        told = (fault if fault.where.startswith(steps) else fault.at(_FIELDS[what]) for fault in error.faults)
        return Edit(texts=typed, faults=tuple(told))
    return Edit(texts=_with_program(typed, fields_of(program)), moved=moved)


def _edited(
    what: str, program: Program, typed: Mapping[str, str], asked: Asked
) -> tuple[Program, tuple[Moved, ...]]:
    if what == "shift":
        return shifted(program, _minutes(typed.get("shift_minutes", ""))), ()
    if what == "copy":
        return copied_day(program, _source(typed), _targets(typed)), ()
    if what == "scale":
        program = scaled(program, _total(typed.get("scale_total", "")))
    try:
        snapped = asked.prepared.deliverable.snapped(program)
    except InputError as error:
        raise InputError(*(fault.at(field_of(fault.where)) for fault in error.faults)) from None
    return snapped.program, snapped.moved


def _minutes(text: str) -> int:
    if not _WHOLE.fullmatch(text.strip()):
        raise _wrong("shift_minutes", text, "a whole number of minutes, earlier with a minus", "type it anew")
    return int(text)


def _total(text: str) -> DailyDose:
    try:
        return DailyDose.parse(f"{text.strip()} mcg/day")
    except InputError:
        raise _wrong("scale_total", text, "a daily dose in mcg", "type a number with a point") from None


def _source(typed: Mapping[str, str]) -> Weekday:
    found = next((day for day in WEEKDAYS if day == typed.get("copy_from")), None)
    if found is None:
        raise _wrong("copy_from", typed.get("copy_from", ""), ", ".join(WEEKDAYS), "choose a day")
    return found


def _targets(typed: Mapping[str, str]) -> tuple[Weekday, ...]:
    found = tuple(day for day in WEEKDAYS if typed.get(f"copy_{day}") == "yes")
    if not found:
        raise _wrong("copy_from", "", "at least one day to copy to", "mark the days")
    return found


def _wrong(where: str, text: str, allowed: str, remedy: str) -> InputError:
    found = f"'{text}'" if text.strip() else "nothing"
    return InputError(Fault(where=where, found=found, allowed=allowed, remedy=remedy))


def texts_of_current(therapy: Therapy) -> dict[str, str]:
    """The texts of the program that runs; empty where there is none."""
    programs = [event for event in therapy.valid_events if isinstance(event, Program)]
    return fields_of(programs[-1]) if programs else {}


def _with_program(values: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if name not in PROGRAM_NAMES} | dict(texts)


def _shown(values: Mapping[str, str], letter: str) -> dict[str, str]:
    """The form with another candidate in hand; one that is not there yet begins as a copy."""
    try:
        held = json.loads(values.get("candidates", "") or "{}")
    except ValueError:
        held = {}
    held = held if isinstance(held, dict) else {}
    before = values.get("letter", LETTERS[0])
    held[before] = of_program(values) | {"name": values.get("name", "")}
    wanted = held.get(letter)
    texts = wanted if isinstance(wanted, dict) else {**held[before], "name": ""}
    known = {name: str(text) for name, text in texts.items() if name in {*PROGRAM_NAMES, "name"}}
    return _with_program(values, known) | {"letter": letter, "candidates": json.dumps(held)}
