"""What somebody asks: a scenario and how much of it, read from a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cisterna.clinic.web.messages import marked
from cisterna.course.what_if import SCENARIOS, Steps, WhatIf, what_if
from cisterna.errors import CisternaError, Fault, InputError
from cisterna.therapy import Therapy
from cisterna.units import Concentration, Fraction

__all__ = ["TITLES", "Asked"]

V = TypeVar("V")

TITLES = {
    "missed-refill": marked("the refill is missed"),
    "motor-stall": marked("the motor stalls now"),
    "catheter-leak": marked("the catheter leaks from now on"),
    "wrong-concentration": marked("the next syringe holds another concentration than its label"),
    "stopped": marked("the pump is stopped now"),
    "lowered-in-steps": marked("the dose is lowered in steps until nothing is left"),
    "flight": marked("the family flies over time zones"),
}
"""The scenarios in words, in the order of the form."""
_FIELD = {
    "catheter-leak": "leak",
    "wrong-concentration": "concentration",
    "lowered-in-steps": "step",
    "flight": "hours",
}
"""The field that says how much of a scenario."""
_STEP_PER_CENT = (1.0, 100.0)
_STEP_DAYS = (1.0, 365.0)
_HOURS = (-23.75, 23.75)
"""What the form takes, so that a slip of the pen does not simulate a century."""


@dataclass
class Asked:
    """A form of the page; ``faults`` name its fields once :meth:`answer` was asked for."""

    typed: Mapping[str, str]
    therapy: Therapy
    at: datetime
    faults: list[Fault] = field(default_factory=list)

    def answer(self) -> WhatIf | None:
        """What happens, or ``None`` with the faults of what was typed and of what the record cannot give."""
        scenario = next((each for each in SCENARIOS if each == self.typed.get("scenario")), None)
        if scenario is None:
            told = self.typed.get("scenario", "")
            self._wrong("scenario", repr(told), ", ".join(TITLES.values()), "choose one")
            return None
        amount = {"catheter-leak": self._share, "wrong-concentration": self._concentration}.get(scenario)
        of = amount() if amount is not None else None
        steps = self._steps() if scenario == "lowered-in-steps" else None
        hours = self._number("hours", *_HOURS) if scenario == "flight" else None
        if self.faults:
            return None
        try:
            return what_if(self.therapy, scenario, self.at, amount=of, steps=steps, hours_east=hours)
        except InputError as error:
            self.faults.extend(fault.at(_FIELD.get(scenario, "scenario")) for fault in error.faults)
        except CisternaError as error:
            self._wrong("scenario", str(error), "a record that can be simulated", "look at the record")
        return None

    def _share(self) -> Fraction | None:
        return self._read("leak", lambda text: Fraction.parse(f"{text} %"))

    def _concentration(self) -> Concentration | None:
        return self._read("concentration", lambda text: Concentration.parse(f"{text} mcg/mL"))

    def _steps(self) -> Steps | None:
        share, days = self._number("step", *_STEP_PER_CENT), self._number("every", *_STEP_DAYS)
        return None if share is None or days is None else Steps(share=share / 100, every=days)

    def _read(self, name: str, parse: Callable[[str], V]) -> V | None:
        try:
            return parse(self.typed.get(name, "").strip())
        except InputError as error:
            self.faults.extend(fault.at(name) for fault in error.faults)
            return None

    def _number(self, name: str, least: float, most: float) -> float | None:
        text = self.typed.get(name, "").strip()
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            self._wrong(name, repr(text), f"{least:g} to {most:g}", "type a number with a point")
            return None
        return value

    def _wrong(self, where: str, found: str, allowed: str, remedy: str) -> None:
        self.faults.append(Fault(where=where, found=found, allowed=allowed, remedy=remedy))
