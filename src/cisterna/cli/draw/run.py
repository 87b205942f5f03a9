"""Reads the options of ``cisterna draw``, computes what is asked for, writes it, says what was written."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cisterna.cli.options import read_if, read_instant
from cisterna.course.preview import prepare
from cisterna.course.spine import PROGRAMS, ProgramChoice, spine_day
from cisterna.course.three_ways import three_ways
from cisterna.course.what_if import SCENARIOS, Scenario, Steps, what_if
from cisterna.errors import BodyError, Fault, InputError, PumpError
from cisterna.instants import HOURS_PER_DAY
from cisterna.report import write_program, write_spine, write_three_ways, write_what_if
from cisterna.therapy import Program, Therapy, read_therapy, with_lines
from cisterna.units import Concentration, Duration, Fraction

__all__ = ["HowMuch", "draw_compare", "draw_program", "draw_spine", "draw_what_if"]

_OPTIONS: Mapping[str, str] = {
    "at": "--at", "tip": "--tip", "program": "--program", "scenario": "--scenario", "hours": "--east",
    "steps": "--step, --every",
}  # fmt: skip
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_LAST_MINUTE = 24 * 60
_PERCENT = 100.0


@dataclass(frozen=True, kw_only=True)
class HowMuch:
    """How much of a scenario, as it was typed."""

    leak: str | None
    concentration: str | None
    step: str | None
    every: str | None
    east: str | None

    @property
    def amount_option(self) -> str:
        """The option that tells an amount, or both where neither was given."""
        given = {"--leak": self.leak, "--concentration": self.concentration}
        return " or ".join([name for name, text in given.items() if text is not None] or given)

    def amount(self) -> Fraction | Concentration | None:
        """The part that leaks, or the true concentration; no scenario takes both."""
        if self.leak is not None and self.concentration is not None:
            raise InputError(
                Fault(
                    where="--concentration", found=f"'{self.concentration}' beside --leak",
                    allowed="one of them: a leak, or a wrong syringe", remedy="leave one out",
                )
            )  # fmt: skip
        leaks = read_if(self.leak, Fraction, "--leak")
        return read_if(self.concentration, Concentration, "--concentration") if leaks is None else leaks

    def steps(self) -> Steps | None:
        """The steps of lowering, where both of their options were given."""
        share, every = read_if(self.step, Fraction, "--step"), read_if(self.every, Duration, "--every")
        if share is None and every is None:
            return None
        if share is None or every is None:
            where, other = ("--step", "--every") if share is None else ("--every", "--step")
            raise InputError(
                Fault(where=where, found=f"nothing beside {other}", allowed="both of them", remedy="add it")
            )
        return Steps(share=share / _PERCENT, every=every / HOURS_PER_DAY)

    def hours_east(self) -> float | None:
        """Hours that the place is ahead of home."""
        if self.east is None:
            return None
        west = self.east.strip().startswith("-")
        hours = read_if(self.east.strip().lstrip("+-"), Duration, "--east")
        return None if hours is None else float(-hours if west else hours)


def draw_spine(
    file: Path, out: Path, *, at: str | None, tip: str | None, programs: tuple[str, str | None],
    time: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Draw one day, or two where a tip or a second program is given."""
    therapy = read_therapy(file)
    when, minute = _instant(at, therapy), _minute(time)
    first, beside = _program_choice(programs[0], "--program"), programs[1]
    with _naming(file):
        days = [spine_day(therapy, when, program=first)]
        if tip is not None or beside is not None:
            second = first if beside is None else _program_choice(beside, "--beside")
            days.append(spine_day(therapy, when, tip=tip, program=second))
    _say(write_spine(days, out, minute), as_json=as_json)


def draw_compare(out: Path, *, as_json: bool) -> None:
    """Draw the three ways."""
    _say(write_three_ways(three_ways(), out), as_json=as_json)


def draw_what_if(
    file: Path, out: Path, *, scenario: str, at: str | None, much: HowMuch, as_json: bool
) -> None:  # fmt: skip
    """Draw a scenario beside the same without it."""
    therapy, asked = read_therapy(file), _scenario(scenario)
    amount, steps, hours = much.amount(), much.steps(), much.hours_east()
    with _naming(file, much.amount_option):
        found = what_if(therapy, asked, _instant(at, therapy), amount=amount, steps=steps, hours_east=hours)
    _say(write_what_if(found, asked, out), as_json=as_json)


def draw_program(file: Path, out: Path, *, program: Path | None, at: str | None, as_json: bool) -> None:
    """Draw a proposed program, or the last of the file."""
    from cisterna.cli.judge import read_program

    therapy = read_therapy(file)
    when = _instant(at, therapy)
    proposed = _last_program(therapy) if program is None else read_program(program, when)
    with _naming(file):
        shown = prepare(therapy, when).of(replace(proposed, at=when, id=None))
        if shown.faults:
            raise PumpError(*shown.faults)
    _say(write_program(shown, out), as_json=as_json)


def _last_program(therapy: Therapy) -> Program:
    last = next((event for event in reversed(therapy.valid_events) if isinstance(event, Program)), None)
    if last is None:
        raise InputError(
            Fault(where="--program", found="nothing", allowed="a program in the file or a file with one",
                  remedy="give --program PROGRAM.toml")
        )  # fmt: skip
    return last


def _instant(text: str | None, therapy: Therapy) -> datetime:
    """When it goes on from: a day after the last event unless it is given."""
    if text is not None:
        return read_instant(text, "--at")
    events = therapy.valid_events
    if not events:
        raise InputError(
            Fault(where="event", found="no event", allowed="at least one event",
                  remedy="write down what was done, as [[event]]")
        )  # fmt: skip
    return events[-1].at + timedelta(days=1)


def _minute(text: str | None) -> int | None:
    if text is None:
        return None
    found = _TIME.fullmatch(text.strip())
    minute = 60 * int(found[1]) + int(found[2]) if found else _LAST_MINUTE + 1
    if minute > _LAST_MINUTE:
        raise InputError(
            Fault(where="--time", found=f"'{text}'", allowed="00:00 to 24:00",
                  remedy="write for example '05:30'")
        )  # fmt: skip
    return minute


def _program_choice(text: str, option: str) -> ProgramChoice:
    found = next((each for each in PROGRAMS if each == text), None)
    if found is None:
        raise InputError(
            Fault(where=option, found=f"'{text}'", allowed=", ".join(PROGRAMS), remedy="choose one of them")
        )
    return found


def _scenario(text: str) -> Scenario:
    found = next((each for each in SCENARIOS if each == text), None)
    if found is None:
        raise InputError(
            Fault(where="--scenario", found=f"'{text}'", allowed=", ".join(SCENARIOS),
                  remedy="choose one of them")
        )  # fmt: skip
    return found


@contextmanager
def _naming(file: Path, amount: str = "") -> Iterator[None]:
    """Faults of the course named by their options, and those of the file by their lines."""
    try:
        yield
    except (PumpError, BodyError) as error:
        kind = PumpError if isinstance(error, PumpError) else BodyError
        raise kind(*with_lines(error.faults, file.read_text("utf-8-sig"))) from None
    except InputError as error:
        options = {**_OPTIONS, "amount": amount}
        raise InputError(
            *(fault.at(options.get(_key(fault.where), fault.where)) for fault in error.faults)
        ) from None


def _key(where: str) -> str:
    """What a fault is about: of the event that a scenario adds, its amount."""
    return "amount" if where.endswith("].amount") else where


def _say(written: tuple[Path, ...], *, as_json: bool) -> None:
    """The files, one a line, or as one JSON object."""
    if as_json:
        sys.stdout.write(json.dumps({"files": [str(path) for path in written]}, ensure_ascii=False) + "\n")
        return
    sys.stdout.write("".join(f"{path}\n" for path in written))
