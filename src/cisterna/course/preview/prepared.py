"""A patient at the instant at which a program would be set: everything before it, computed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cisterna.body import Exposure, Response, expose, expose_on, oral_and_skin_delivery, respond
from cisterna.body.tolerance import ToleranceLaw
from cisterna.course.preview.band import Population
from cisterna.course.preview.goals import Goal
from cisterna.course.preview.kept import kept_of, unknown_told
from cisterna.course.preview.limits import Said, said_of
from cisterna.course.preview.shown import FIRST_DAYS, STEP_MINUTES, Preview, Window
from cisterna.course.preview.taken import Taken, filled_in, lacking
from cisterna.course.response_warnings import response_warnings
from cisterna.course.settled import days_shown, settled_us, steady_begin_us
from cisterna.delivery import Delivery
from cisterna.errors import BodyError, Fault, PumpError, TherapyError
from cisterna.evidence import Settings
from cisterna.instants import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, instant_us
from cisterna.kernel import in_order
from cisterna.limits import NO_SITE_SETTINGS, Met, SiteSettings, judge, met_at
from cisterna.pump import (
    DeliverableRange,
    StandingPump,
    Trial,
    range_of,
    standing_pump,
)
from cisterna.therapy import Program, Therapy

__all__ = ["Prepared", "prepare"]

Floats = NDArray[np.float64]
_DAYS_PER_WEEK = 7


def prepare(
    therapy: Therapy,
    at: datetime,
    *,
    takes_typical: bool = False,
    site: SiteSettings = NO_SITE_SETTINGS,
    refill_cap_days: float | None = None,
    worst_case_drives: bool = False,
) -> Prepared:
    """Compute the course of a therapy up to ``at``, so that programs can be tried from there.

    ``at`` is not before the last event. With ``takes_typical`` a weight or height that the record lacks is
    the published typical one of a child of this age, and every preview says so. ``site`` holds the limits of
    the site, the two others are as for :func:`~cisterna.pump.run_pump`. It takes as long as the course itself
    (tens of milliseconds a year); keep the answer, which changes with no program.

    Raises :class:`~cisterna.errors.TherapyError` for an ``at`` before the last event or just at a program,
    :class:`~cisterna.errors.PumpError` for a pump that is not there, not filled or refuses something before,
    :class:`~cisterna.errors.BodyError` for a patient of whom something is not known that the model needs.

    >>> from datetime import timedelta
    >>> from pathlib import Path
    >>> from cisterna.therapy import read_therapy
    >>> from cisterna.units import DailyDose
    >>> therapy = read_therapy(Path("examples/child-flex-day.toml"))
    >>> prepared = prepare(therapy, therapy.valid_events[-1].at + timedelta(days=1))
    >>> shown = prepared.of(
    ...     Program(at=prepared.at, mode="simple-continuous", daily_dose=DailyDose(210))
    ... )
    >>> round(float(shown.steady()["tone_legs"][0]), 2)
    1.72
    """
    at_us, events = instant_us(at), therapy.valid_events
    if not events or at_us < instant_us(events[-1].at):
        raise TherapyError(
            Fault(where="at", found=at.isoformat(), allowed="an instant not before the last event",
                  remedy="ask from now on")
        )  # fmt: skip
    if any(isinstance(event, Program) and instant_us(event.at) == at_us for event in events):
        raise TherapyError(
            Fault(where="at", found=f"the instant of a program, {at.isoformat()}",
                  allowed="an instant after it", remedy="ask a minute later")
        )  # fmt: skip
    day = at.astimezone(therapy.zone).date()
    taken = lacking(therapy, day)
    if takes_typical:
        therapy = filled_in(therapy, day)
    elif any(one.is_needed for one in taken):
        raise BodyError(*(_needed(one) for one in taken if one.is_needed))
    pump = standing_pump(therapy, at_us, refill_cap_days=refill_cap_days, worst_case_drives=worst_case_drives)
    return Prepared(
        therapy=therapy, at=at, pump=pump, taken=taken, site=site,
        body=_body(therapy, at_us, pump.delivery, settled_us(therapy, at_us)),
    )  # fmt: skip


def _needed(one: Taken) -> Fault:
    return Fault(
        where=f"patient.{one.what}", found="nothing", allowed=f"the {one.what} of the child",
        remedy=f"record it, or go on with the published typical one, {one.taken} ({one.source})",
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Body:
    """The body at the instant, with the hours before it that the response reaches back over.

    ``settled_us`` is when nothing is left of a change made now.
    """

    exposure: Exposure
    tolerance: Floats
    other_routes: Delivery
    settled_us: int


def _body(therapy: Therapy, at_us: int, from_pump: Delivery, steady_us: int) -> _Body:
    start_us = instant_us(therapy.valid_events[0].at)
    until_us = steady_us + (2 * _DAYS_PER_WEEK + 1) * US_PER_DAY
    other = oral_and_skin_delivery(therapy, until_us)
    before = Delivery.joined((from_pump, other)).until(at_us)
    exposure = expose(before, therapy, start_us, [at_us])
    response = respond(exposure, therapy)
    reach_us = ToleranceLaw.of(therapy.settings).reach_h * US_PER_HOUR
    hours = max(0, (at_us - reach_us - start_us) // US_PER_HOUR)
    from_us = start_us + hours * US_PER_HOUR
    on_the_hour = (exposure.times_us >= from_us) & ((exposure.times_us - start_us) % US_PER_HOUR == 0)
    tolerance = response.tolerance[on_the_hour]
    return _Body(exposure.since(from_us), tolerance, other.after(at_us), steady_us)


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """One patient at the instant ``at``, at which a program would be set.

    The *steady day*, and the *steady week* where the days of the program differ, is that of
    :mod:`~cisterna.course.settled`, about 18 days after the change. Where the reservoir would reach its
    alarm volume before, refills are taken to be made as the last one was. What is given by mouth and on the
    skin goes on as recorded.
    """

    therapy: Therapy
    at: datetime
    pump: StandingPump = field(repr=False)
    body: _Body = field(repr=False)
    taken: tuple[Taken, ...]
    site: SiteSettings = field(repr=False)

    @property
    def at_us(self) -> int:
        """The instant at which a program would be set."""
        return self.pump.at_us

    @cached_property
    def deliverable(self) -> DeliverableRange:
        """What the pump can deliver at the concentration in it."""
        return range_of(self.pump)

    @property
    def model(self) -> str:
        """Whose model it is: ``entered`` where the therapy sets a parameter of the body, else ``typical``."""
        overrides = self.therapy.settings.overrides.values()
        return "entered" if any("body" in number.used_by for number in overrides) else "typical"

    @property
    def current_program(self) -> Program | None:
        """The program that runs now; ``None`` where none does."""
        state = self.pump.state
        return state.program.program if state.program and state.is_running else None

    def of(self, program: Program, goals: Iterable[Goal] = ()) -> Preview:
        """What ``program`` does if it is set at :attr:`at`; where the pump refuses it, why, and nothing else.

        ``goals`` are held against its steady day.
        """
        return self._shown(replace(program, at=self.at), tuple(goals), is_new=True)

    def current(self, goals: Iterable[Goal] = ()) -> Preview | None:
        """The same for the program that runs now, going on as it runs; ``None`` where none does."""
        program = self.current_program
        return None if program is None else self._shown(program, tuple(goals), is_new=False)

    def therapy_with(self, program: Program) -> Therapy:
        """The therapy whose course :meth:`of` shows: ``program``, and the refills taken to be made.

        Raises :class:`~cisterna.errors.PumpError` where the pump refuses the program.
        """
        program = replace(program, at=self.at)
        trial, _ = self.tried(program)
        return replace(self.therapy, events=(*self.therapy.events, program, *trial.refills))

    def window_of(self, program: Program) -> Window:
        """The instants that are shown of ``program``: the first days, and the steady day or week."""
        first_us = np.arange(0, FIRST_DAYS * US_PER_DAY + 1, STEP_MINUTES * US_PER_MINUTE, dtype=np.int64)
        days, clock = days_shown(program), self.pump.state.clock
        begin_us = steady_begin_us(clock, days, self.body.settled_us)
        minutes = range(0, days * US_PER_DAY // US_PER_MINUTE + 1, STEP_MINUTES)
        steady_us = [begin_us + clock.elapsed_us(minute * US_PER_MINUTE) for minute in minutes]
        return Window(self.at_us + first_us, np.array(steady_us, dtype=np.int64))

    def band(self, program: Program) -> dict[str, Any]:
        """Tone of simulated patients with this program, as plain values: see :class:`Population`.

        The first call takes the course of each of them up to :attr:`at`, a second or more.
        """
        return self.population.band(replace(program, at=self.at))

    @cached_property
    def population(self) -> Population:
        """Simulated patients of the size of this one, drawn once."""
        return Population.around(self)

    def as_drawn(self, settings: Settings) -> Prepared:
        """The same patient with other numbers, at the same instant with the same pump."""
        therapy = replace(self.therapy, settings=settings)
        body = _body(therapy, self.at_us, self.pump.delivery, self.body.settled_us)
        return replace(self, therapy=therapy, body=body)

    def tried(self, program: Program | None) -> tuple[Trial, Window]:
        """What the pump does with ``program`` (``None``: with what runs), and the instants that are shown."""
        window = self.window_of(program or self._running())
        return self.pump.tried(program, window.end_us + 1), window

    def _running(self) -> Program:
        program = self.current_program
        assert program is not None, "asked only where one runs"  # noqa: S101
        return program

    def _shown(self, program: Program, goals: tuple[Goal, ...], *, is_new: bool) -> Preview:
        try:
            trial, window = self.tried(program if is_new else None)
        except PumpError as error:
            return Preview(
                program=program, at_us=self.at_us, model=self.model, taken=self.taken, goals=goals,
                faults=error.faults,
            )  # fmt: skip
        exposure, response = self.followed(trial, window)
        known = response.since(self.at_us) if exposure.known[-1] else None
        return Preview(
            program=program, at_us=self.at_us, model=self.model, taken=self.taken, goals=goals,
            saying=lambda: self._said(program, trial, known, is_new=is_new),
            window=window, trial=trial, exposure=exposure, response=response,
        )  # fmt: skip

    def followed(self, trial: Trial, window: Window) -> tuple[Exposure, Response]:
        """Exposure and response to a trial, from the hours before that the response reaches back over."""
        body = self.body
        outputs_us = in_order(window.first_us, window.steady_us).tolist()
        delivery = Delivery.joined((trial.delivery, body.other_routes))
        later = expose_on(body.exposure, delivery, self.therapy, outputs_us)
        exposure = body.exposure.then(later)
        return exposure, respond(exposure, self.therapy, body.tolerance)

    def _said(
        self, program: Program, trial: Trial, response: Response | None, *, is_new: bool
    ) -> Iterator[Said]:
        judgement = judge(self.therapy, program, site=self.site, met=self._met) if is_new else None
        happenings = [one for one in trial.happenings if one.at_us == self.at_us]
        running = trial.set_up.program
        rates = [] if running is None else [stage.dose_mcg_per_h for stage in running.schedule.stages]
        settings = self.therapy.settings
        kept = [
            *unknown_told(self.pump.delivery),
            *kept_of(program, rates, self.deliverable, response, settings),
        ]
        warnings = () if response is None else response_warnings(response, settings)
        yield from said_of(judgement, warnings, happenings, kept)

    @cached_property
    def _met(self) -> Met:
        return met_at(self.therapy, self.at_us)
