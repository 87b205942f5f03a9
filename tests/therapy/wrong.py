"""A right therapy file, and ways to make it wrong at one place."""

from __future__ import annotations

from pathlib import Path

from cisterna.errors import Fault, TherapyError
from cisterna.therapy import loads

__all__ = ["RIGHT", "S0", "S6", "changed", "faults", "flex", "only_fault", "with_events"]

RIGHT = """\
schema = 1

[patient]
label = "girl, 8 years (invented)"
born = 2018-02-11
weight = "21 kg"
height = "118 cm"
timezone = "Europe/Madrid"

[[event]]
at = 2026-03-02T09:00:00+01:00
kind = "implant"
pump = "synchromed-ii-20"
catheter = "ascenda-8780"
catheter_trimmed = "52 cm"
tip = "T10"
alarm_volume = "2 mL"

[[event]]
at = 2026-03-02T10:00:00+01:00
kind = "fill"
injected = "20 mL"
concentration = "500 mcg/mL"

[[event]]
at = 2026-03-02T10:05:00+01:00
kind = "program"
mode = "simple-continuous"
daily_dose = "100 mcg/day"
"""
"""Events 0 to 2: an implant, a fill, a program; further ones are appended."""


def with_events(*tables: str, text: str = RIGHT) -> str:
    """``RIGHT`` with further events; one that states no ``at`` comes a day after the one before."""
    for day, table in enumerate(tables, start=3):
        at = "" if table.startswith("at = ") else f"at = 2026-03-{day:02d}T09:00:00+01:00\n"
        text += f"\n[[event]]\n{at}{table}\n"
    return text


def faults(text: str, folder: Path = Path()) -> tuple[Fault, ...]:
    """What is wrong with a file, nothing where it reads."""
    try:
        loads(text, folder)
    except TherapyError as error:
        return error.faults
    return ()


def only_fault(text: str, folder: Path = Path()) -> str:
    """The one thing that is wrong with a file, as it is printed."""
    found = faults(text, folder)
    assert len(found) == 1, [str(fault) for fault in found]
    return str(found[0])


def changed(old: str, new: str, text: str = RIGHT) -> str:
    """The text with one place changed."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


FLEX = 'kind = "program"\nmode = "flex"\nsteps = [{steps}]'
S0 = '{ from = "00:00", rate = "4 mcg/h" }'
S6 = '{ from = "06:00", rate = "6 mcg/h" }'


def flex(*steps: str, more: str = "") -> str:
    """``RIGHT`` with a flex program of these steps as event 3."""
    return with_events(FLEX.replace("{steps}", ", ".join(steps)) + more)
