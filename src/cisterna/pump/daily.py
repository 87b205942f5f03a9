"""The daily dose that a program asks for, whatever its mode, and that in force along a run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cisterna.instants import instant_us
from cisterna.pump.program import running_program
from cisterna.pump.state import Status
from cisterna.pump.system import implanted_system
from cisterna.therapy.events import Fill, Implant, Program
from cisterna.therapy.therapy import Therapy

if TYPE_CHECKING:
    from cisterna.pump.run import PumpRun

__all__ = ["daily_dose_of", "daily_doses"]


def daily_dose_of(program: Program, therapy: Therapy) -> float | None:
    """Micrograms that ``program`` asks for in a day, the mean of its days where they differ.

    At the label of the fill in force at its instant, which counts where the flow and not the dose is
    given (minimum rate). ``None`` where there is no implant or fill for it, or where the mode asks
    for no dose (constant flow). Raises :class:`~cisterna.errors.PumpError` as the pump would.
    """
    implant: Implant | None = None
    fill: Fill | None = None
    for event in therapy.valid_events:
        if event.at > program.at:
            break
        if isinstance(event, Implant):
            implant, fill = event, None
        elif isinstance(event, Fill):
            fill = event
    if implant is None or fill is None or program.mode == "constant-flow":
        return None
    system = implanted_system(implant, therapy.catalogue, therapy.settings)
    start_us = instant_us(program.at)
    running = running_program(program, system, float(fill.concentration), start_us, system.clock)
    return running.daily_dose_mcg()


def daily_doses(run: PumpRun, times_us: Sequence[int]) -> tuple[float | None, ...]:
    """The daily dose of the program in force at ascending instants, in mcg/day: 0 while the pump is stopped.

    ``None`` without a pump or program, and where nobody knows what the pump does. A bolus that runs does not
    change the program.
    """
    starts = [stretch.segments[0].start_us for stretch in run.stretches]
    return tuple(_dose_in(run, bisect_right(starts, at_us) - 1) for at_us in times_us)


def _dose_in(run: PumpRun, place: int) -> float | None:
    if place < 0:
        return None
    state = run.stretches[place].state
    if state.program is None or state.uncertain is not None:
        return None
    follows = state.activity.then if state.activity else state.status
    if follows is Status.EXPLANTED:
        return None
    return state.program.daily_dose_mcg() if follows is Status.RUNNING else 0.0
