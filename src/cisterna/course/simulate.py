"""From a therapy to its course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cisterna.body import expose, oral_and_skin_delivery, respond
from cisterna.course.account import keep_account
from cisterna.course.course import Course
from cisterna.course.warnings import warnings_of
from cisterna.delivery import Delivery
from cisterna.errors import Fault, TherapyError
from cisterna.evidence import number
from cisterna.instants import US_PER_DAY, instant_us, us_of_hours, utc
from cisterna.kernel import in_order
from cisterna.pump import run_pump
from cisterna.therapy import Therapy
from cisterna.units import decimal_text

__all__ = ["output_times", "simulate"]

_DEFAULT_AFTER_LAST_EVENT_DAYS = 30
_MOST_OUTPUTS = 5_000_000
_HOURS_PER_YEAR = 8766


def simulate(
    therapy: Therapy,
    *,
    until: datetime | None = None,
    every_h: float = 1.0,
    at: Sequence[datetime] = (),
) -> Course:
    """Unfold a therapy from its first event to ``until``.

    Outputs lie every ``every_h`` hours from the first event on and at the end, or at the instants
    ``at`` alone. Left out, ``until`` is 30 days after the last event. Raises
    :class:`~cisterna.errors.PumpError` with everything that the pump refuses,
    :class:`~cisterna.errors.BodyError` for a patient for whom the model is not defined,
    :class:`~cisterna.errors.TherapyError` for a therapy or times that leave nothing to simulate,
    and :class:`~cisterna.errors.DrugAccountError` should drug ever appear or vanish.
    """
    events = therapy.valid_events
    if not events:
        raise TherapyError(
            Fault(
                where="event",
                found="no event",
                allowed="at least one event",
                remedy="write down what was done, as [[event]]",
            )
        )
    start_us = instant_us(events[0].at)
    times_us, end_us = output_times(start_us, instant_us(events[-1].at), until=until, every_h=every_h, at=at)
    events = tuple(event for event in events if instant_us(event.at) <= end_us)
    pump = run_pump(therapy, end_us)
    other_routes = oral_and_skin_delivery(therapy, end_us)
    delivery = Delivery.joined((pump.delivery, other_routes) if pump else (other_routes,))
    event_us = np.array([instant_us(event.at) for event in events], dtype=np.int64)
    exposure = expose(delivery, therapy, start_us, in_order(times_us, event_us, [end_us]).tolist())
    response = respond(exposure, therapy)
    rows = np.searchsorted(exposure.times_us, times_us)
    readings = pump.readings(times_us.tolist()) if pump else None
    account = keep_account(readings, other_routes, exposure, rows)
    account.check()
    course = Course(
        therapy=therapy,
        events=events,
        times_us=times_us,
        at=rows,
        event_rows=np.searchsorted(exposure.times_us, event_us),
        delivery=delivery,
        exposure=exposure,
        response=response,
        pump=pump,
        readings=readings,
        event_readings=pump.readings(event_us.tolist()) if pump else None,
        account=account,
        warnings=(),
    )
    return course.with_warnings(warnings_of(course))


def output_times(
    start_us: int,
    last_event_us: int,
    *,
    until: datetime | None = None,
    every_h: float = 1.0,
    at: Sequence[datetime] = (),
) -> tuple[NDArray[np.int64], int]:
    """The output instants, ascending, and the end of the run.

    Raises :class:`~cisterna.errors.TherapyError` where there would be no output or too many.
    """
    chosen = in_order([instant_us(instant) for instant in at])
    if until is not None:
        end_us = instant_us(until)
    else:
        end_us = last_event_us + _DEFAULT_AFTER_LAST_EVENT_DAYS * US_PER_DAY
        end_us = max(end_us, int(chosen[-1])) if len(chosen) else end_us
    _check_end(start_us, end_us)
    _check_lifetime(start_us, end_us)
    if len(chosen):
        _check_chosen(chosen, start_us, end_us)
        return chosen, end_us
    step_us = us_of_hours(every_h)
    _check_step(every_h, step_us, end_us - start_us)
    grid = np.arange(start_us, end_us + 1, step_us, dtype=np.int64)
    return (grid if grid[-1] == end_us else np.append(grid, np.int64(end_us))), end_us


def _check_end(start_us: int, end_us: int) -> None:
    if end_us <= start_us:
        raise TherapyError(
            Fault(
                where="--until",
                found=utc(end_us).isoformat(),
                allowed=f"an instant after the first event, {utc(start_us).isoformat()}",
                remedy="choose a later end",
            )
        )


def _check_lifetime(start_us: int, end_us: int) -> None:
    longest_y = number("plausible_age").high_in("y")
    if end_us - start_us > us_of_hours(longest_y * _HOURS_PER_YEAR):
        raise TherapyError(
            Fault(
                where="--until",
                found=utc(end_us).isoformat(),
                allowed=f"a run of at most {decimal_text(longest_y)} years, the length of a life",
                remedy="choose an earlier end, or correct the year of an event",
            )
        )


def _check_step(every_h: float, step_us: int, run_us: int) -> None:
    if step_us < 1 or run_us // step_us > _MOST_OUTPUTS:
        raise TherapyError(
            Fault(
                where="--every",
                found=f"{decimal_text(every_h)} h",
                allowed=f"a step longer than 0 that makes at most {_MOST_OUTPUTS:,} outputs",
                remedy="choose a longer step",
            )
        )


def _check_chosen(chosen: NDArray[np.int64], start_us: int, end_us: int) -> None:
    outside = chosen[(chosen < start_us) | (chosen > end_us)]
    if len(outside):
        raise TherapyError(
            Fault(
                where="--at",
                found=", ".join(utc(int(instant)).isoformat() for instant in outside),
                allowed=f"instants from {utc(start_us).isoformat()} (the first event) "
                f"to {utc(end_us).isoformat()} (the end)",
                remedy="leave these out or move the end with --until",
            )
        )
