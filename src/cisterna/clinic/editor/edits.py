"""What a button of the editor does to the form: another candidate, a day copied, shifted, scaled, snapped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from cisterna.clinic.editor.forms import LETTERS, PROGRAM_NAMES, fields_of, of_program
from cisterna.errors import Fault
from cisterna.therapy import Program, Therapy

__all__ = ["Edit", "edited_texts", "texts_of_current"]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The texts of the form after an edit, what it changed on the way, and why it could not be done."""

    texts: Mapping[str, str]
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def edited_texts(therapy: Therapy, values: Mapping[str, str]) -> Edit:
    """The form after what its button asks: ``show`` names a candidate, ``do`` an edit."""
    if values.get("show") in LETTERS:
        return Edit(texts=_shown(values, values["show"]))
    if values.get("do") == "discard":
        return Edit(texts=_with_program(values, texts_of_current(therapy)) | {"name": ""})
    return Edit(texts=values)


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
