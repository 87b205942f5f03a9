"""When a program has settled: the one day, or week, that every page shows of it.

A change of the program is felt for as long as the slowest thing that remembers it:

    felt = kinetics + memory of withdrawal + the window of its mean

By then the slowest mode of the kinetics has settled to :data:`LEFT` of the change
(:func:`~cisterna.body.plateau.settling_h`, 2.5 days in an adult), and after that withdrawal has forgotten
the dose before (``withdrawal_memory`` and ``withdrawal_window`` of the evidence, 15 days). The *steady day*
is the first whole day of the pump's clock after that, about 18 days after the change; where the days of the
program differ it is the *steady week*, the first whole one from Monday on. Tolerance is never steady, it
rises over months; it is that of the day.
"""

from __future__ import annotations

from math import ceil

from cisterna.body import CELLS_PER_LEVEL
from cisterna.body.covariates import stretches
from cisterna.body.plateau import settling_h
from cisterna.body.rates import model_of
from cisterna.body.tolerance import ToleranceLaw
from cisterna.instants import US_PER_DAY, us_of_hours
from cisterna.pump import PumpClock
from cisterna.therapy import WEEKDAYS, Program, Therapy

__all__ = ["LEFT", "days_shown", "settled_us", "steady_begin_us"]

LEFT = 0.01
"""The share of a change of the dose that may still be to come where the kinetics count as settled."""


def settled_us(therapy: Therapy, at_us: int) -> int:
    """The instant from which on nothing is left of a change made at ``at_us``, in microseconds of UTC.

    The body is that of the patient at ``at_us``. Raises :class:`~cisterna.errors.BodyError` for a patient of
    whom something is not known that the model needs.

    >>> from pathlib import Path
    >>> from cisterna.instants import instant_us
    >>> from cisterna.therapy import read_therapy
    >>> therapy = read_therapy(Path("examples/child-flex-day.toml"))
    >>> at_us = instant_us(therapy.valid_events[-1].at)
    >>> round((settled_us(therapy, at_us) - at_us) / US_PER_DAY, 1)
    17.5
    """
    (stretch,) = stretches(therapy, at_us, at_us)
    law = ToleranceLaw.of(therapy.settings)
    kinetics_h = settling_h(model_of(stretch.parameters, CELLS_PER_LEVEL), LEFT)
    return at_us + us_of_hours(ceil(kinetics_h) + law.memory_h + law.adaptation_window_h)


def days_shown(program: Program | None) -> int:
    """Days that are shown of a program: 7 where they differ, else 1."""
    if program is None:
        return 1
    days = [program.steps_on(day) for day in WEEKDAYS]
    return len(WEEKDAYS) if any(steps != days[0] for steps in days) else 1


def steady_begin_us(clock: PumpClock, days: int, after_us: int) -> int:
    """The first begin of a day, or of a week from Monday on, of the pump's clock not before ``after_us``."""
    period_us = days * US_PER_DAY
    anchor_us, elapsed_us = clock.anchor_us(period_us), clock.elapsed_us(period_us)
    return anchor_us - (anchor_us - after_us) // elapsed_us * elapsed_us
