"""The fields of the editor: a program as texts and back, the other candidates, the goals that were drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cisterna.clinic.visits.fields import Value
from cisterna.clinic.visits.program_form import FLEX_ROWS, program_fields, typed_program
from cisterna.errors import Fault, InputError
from cisterna.instants import MINUTES_PER_HOUR
from cisterna.therapy import Program
from cisterna.units import decimal_text

__all__ = ["LETTERS", "PROGRAM_NAMES", "Sheet", "field_of", "fields_of", "of_program"]

LETTERS = ("A", "B", "C")
"""The candidates that can be kept beside each other."""

_FIELDS = program_fields()
PROGRAM_NAMES = tuple(one.name for one in _FIELDS)
"""The names of the fields of a program, those of the dose change."""

_ROW = ("from", "rate", "days")
_STEP = re.compile(r"steps\[(\d+)\]\.(from|rate|days)")
_AFTER_POINT = 6


def of_program(typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of a program out of a form, steps moved up where a row was left empty.

    >>> of_program({"mode": "flex", "from_1": "00:00", "rate_1": "4", "from_3": "06:00", "rate_3": "5"})
    {'mode': 'flex', 'from_1': '00:00', 'rate_1': '4', 'from_2': '06:00', 'rate_2': '5'}
    """
    rest = {name: typed[name].strip() for name in PROGRAM_NAMES if typed.get(name, "").strip()}
    rows = [
        row
        for place in range(1, FLEX_ROWS + 1)
        if any((row := {key: rest.pop(f"{key}_{place}", "") for key in _ROW}).values())
    ]
    return rest | {
        f"{key}_{place}": text for place, row in enumerate(rows, start=1) for key, text in row.items() if text
    }


def fields_of(program: Program) -> dict[str, str]:
    """The texts that mean a program.

    >>> from cisterna.units import DailyDose
    >>> at = datetime.fromisoformat("2026-04-14T09:30:00+02:00")
    >>> fields_of(Program(at=at, mode="simple-continuous", daily_dose=DailyDose(200)))
    {'mode': 'simple-continuous', 'daily_dose': '200'}
    """
    allowance = program.patient_bolus
    texts = {
        "mode": program.mode,
        "daily_dose": _text(program.daily_dose) if program.mode == "simple-continuous" else "",
        "bolus": _text(program.bolus),
        "over": _text(program.over, MINUTES_PER_HOUR),
        "every": _text(program.every),
        "background": _text(program.background),
        "ptm_dose": _text(allowance.dose) if allowance else "",
        "ptm_lockout": _text(allowance.lockout) if allowance else "",
        "ptm_per_day": str(allowance.per_day) if allowance else "",
    }
    for place, step in enumerate(program.steps, start=1):
        texts[f"from_{place}"] = f"{step.from_:%H:%M}"
        texts[f"rate_{place}"] = _text(step.rate)
        texts[f"days_{place}"] = ", ".join(step.days)
    return {name: text for name, text in texts.items() if text}


def _text(value: float | None, times: float = 1.0) -> str:
    return "" if value is None else decimal_text(value * times, _AFTER_POINT)


def field_of(where: str) -> str:
    """The field of a key of a program.

    >>> field_of("steps[2].rate"), field_of("steps"), field_of("bolus"), field_of("event[3]")
    ('rate_3', 'from_1', 'bolus', 'mode')
    """
    found = _STEP.search(where)
    if found:
        return f"{found[2]}_{int(found[1]) + 1}"
    last = where.rpartition(".")[2]
    return "from_1" if last.startswith("steps") else last if last in PROGRAM_NAMES else "mode"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands in the form of the editor, at the instant at which its program would be set.

    ``typed`` are all texts of the form: the program in hand under the names of the dose change, ``letter``
    and ``name`` of it, ``candidates`` with the others, and the goals.
    """

    typed: Mapping[str, str]
    at: datetime
    zone: ZoneInfo

    @property
    def letter(self) -> str:
        """The candidate in hand."""
        found = self.typed.get("letter", "")
        return found if found in LETTERS else LETTERS[0]

    @property
    def name(self) -> str:
        """What the candidate in hand is called."""
        return self.typed.get("name", "").strip()

    @property
    def takes_typical(self) -> bool:
        """Whether a weight or height that the record lacks may be the published typical one."""
        return self.typed.get("takes_typical") == "yes"

    @cached_property
    def program_texts(self) -> dict[str, str]:
        """The texts of the program in hand."""
        return of_program(self.typed)

    @cached_property
    def others(self) -> dict[str, dict[str, str]]:
        """The texts and names of the other candidates; what the page did not write is left out."""
        try:
            found = json.loads(self.typed.get("candidates", "") or "{}")
        except ValueError:
            return {}
        return {
            letter: {name: str(text) for name, text in found[letter].items()}
            for letter in LETTERS
            if letter != self.letter and isinstance(found, dict) and isinstance(found.get(letter), dict)
        }

    def program(self, texts: Mapping[str, str] | None = None) -> Program:
        """The program that texts mean, by default those in hand.

        Raises :class:`~cisterna.errors.InputError` with every field that is wrong.
        """
        typed = self.program_texts if texts is None else of_program(texts)
        faults = tuple(_wrong(typed, self.zone))
        if faults:
            raise InputError(*faults)

        def ask(name: str) -> Value:
            return next(one for one in _FIELDS if one.name == name).value(typed, self.zone)

        return typed_program(ask, self.at, None)

    @property
    def goal_texts(self) -> dict[str, str]:
        """The texts of the goals; a row in which only whose tone and which bound stand is none."""
        found = {name: text.strip() for name, text in self.typed.items() if _is_goal(name) and text.strip()}
        used = {name[:6] for name in found if not name.endswith(("_where", "_bound"))}
        return {name: text for name, text in found.items() if name[:6] in used}


def _is_goal(name: str) -> bool:
    return re.fullmatch(r"goal_[1-9]_[a-z]+", name) is not None


def _wrong(typed: Mapping[str, str], zone: ZoneInfo) -> Iterator[Fault]:
    for one in _FIELDS:
        try:
            one.value(typed, zone)
        except InputError as error:
            yield from error.faults
