"""The daily dose that a program asks for, whatever its mode."""

from __future__ import annotations

from cisterna.instants import instant_us
from cisterna.pump.program import running_program
from cisterna.pump.system import implanted_system
from cisterna.therapy.events import Fill, Implant, Program
from cisterna.therapy.therapy import Therapy

__all__ = ["daily_dose_of"]


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
