"""What somebody asks of the spine, read from the address: program, what stands beside it, the time of day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cisterna.clinic.spine.offered import OfferedDraft
from cisterna.clinic.web.messages import marked
from cisterna.course.preview.taken import Taken, filled_in, lacking
from cisterna.course.spine import PROGRAMS, STEP_MINUTES, ProgramChoice, SpineDay, programs_of, spine_day
from cisterna.errors import CisternaError, Fault, InputError, PumpError
from cisterna.therapy import LEVELS, Therapy

__all__ = ["NOTHING", "SAME", "TITLES", "Asked", "clock_text"]

TITLES: Mapping[ProgramChoice, str] = {
    "current": marked("Current program"),
    "constant": marked("One rate all day"),
    "bolus": marked("One bolus a day"),
}
"""The programs in words."""

NOTHING, SAME = "none", "same"
"""The words of the address for no second drawing, and for the program of the first."""

_HIGH, _LOW = "C5", "T10"
"""The levels that are compared unless others are asked for: beside the arm and beside the leg segments."""
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_LAST = 24 * 60


def clock_text(minute: int) -> str:
    """A minute of the day on the clock.

    >>> clock_text(330), clock_text(1440)
    ('05:30', '24:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


@dataclass
class Asked:
    """The address of the page, once :meth:`days` was asked for with what is wrong with it.

    ``programs`` are the words of the address for every program that is offered, those of :data:`TITLES` and
    the ``drafts``; ``chosen`` are those of the days. ``faults`` name the fields of the page, ``lacking`` what
    the record does not have or the pump cannot do; ``taken`` are the published typical values that stand in
    for what the record does not say.
    """

    typed: Mapping[str, str]
    therapy: Therapy
    at: datetime
    faults: list[Fault] = field(default_factory=list)
    lacking: list[Fault] = field(default_factory=list)
    drafts: Mapping[str, OfferedDraft] = field(default_factory=dict)
    programs: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()

    def days(self) -> tuple[SpineDay, ...]:
        """The day, and the one beside it; none where something is wrong or lacking."""
        try:
            self.programs = (*programs_of(self.therapy, self.at), *self.drafts)
            day = self.at.astimezone(self.therapy.zone).date()
            self.taken, therapy = lacking(self.therapy, day), filled_in(self.therapy, day)
            program, tip = self._program("program", "current"), self._tip()
            beside = program if self.typed.get("beside", "") in {"", SAME} else self._program("beside", SAME)
            if self.faults:
                return ()
            self.chosen = (program,) if tip == NOTHING else (program, beside)
            first = self._day(therapy, "program", program, None)
            if tip == NOTHING:
                return (first,)
            tip = tip or (_LOW if first.tip.startswith("C") else _HIGH)
            return (first, self._day(therapy, "beside", beside, tip))
        except InputError as error:
            self.lacking.extend(() if self.faults else error.faults)
        except CisternaError as error:
            self.lacking.append(
                Fault(where="", found=str(error), allowed="a record that can be simulated",
                      remedy="look at the record")
            )  # fmt: skip
        return ()

    def _day(self, therapy: Therapy, name: str, key: str, tip: str | None) -> SpineDay:
        """A day; where the pump refuses a draft the fault stands at the field that asked for it."""
        if key not in self.drafts:
            choice = next(each for each in PROGRAMS if each == key)
            return spine_day(therapy, self.at, tip=tip, program=choice)
        try:
            return spine_day(therapy, self.at, tip=tip, program=self.drafts[key].program)
        except PumpError as error:
            self.faults.extend(fault.at(name) for fault in error.faults)
            raise

    def minute(self, day: SpineDay) -> int:
        """The time that is shown: the one that was asked for, or that of the highest level at the tip."""
        text = self.typed.get("time", "").strip()
        if not text:
            at_tip = day.fluid_at(day.tip)
            return day.minutes[at_tip.index(max(at_tip))]
        if text.isdecimal() and int(text) <= _LAST:  # what the slider sends
            return int(text) // STEP_MINUTES * STEP_MINUTES
        found = _TIME.fullmatch(text)
        minute = 60 * int(found[1]) + int(found[2]) if found else _LAST + 1
        if minute > _LAST:
            self._wrong("time", repr(text), "00:00 to 24:00")
            return 0
        return minute // STEP_MINUTES * STEP_MINUTES

    def _tip(self) -> str:
        tip = self.typed.get("tip", "")
        if tip not in {"", NOTHING, *LEVELS}:
            self._wrong("tip", repr(tip), f"a level from {LEVELS[-1]} to {LEVELS[0]}")
        return tip

    def _program(self, name: str, otherwise: str) -> str:
        asked = self.typed.get(name) or otherwise
        found = next((each for each in self.programs if each == asked), None)
        if found is None:
            self._wrong(name, repr(asked), ", ".join(self.programs))
        return found or PROGRAMS[0]

    def _wrong(self, where: str, found: str, allowed: str) -> None:
        self.faults.append(Fault(where=where, found=found, allowed=allowed, remedy="choose one of these"))


def levels_down() -> tuple[str, ...]:
    """The levels from the head down."""
    return LEVELS[::-1]
