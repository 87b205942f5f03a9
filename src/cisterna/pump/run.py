"""A therapy's pump from its implant to an instant: what it delivered, held, said and needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cisterna.delivery import Delivery, Infusion, Unknown
from cisterna.errors import PumpError
from cisterna.pump.alarms import AlarmRecord
from cisterna.pump.dates import Dates, dates_of
from cisterna.pump.readings import Readings, read
from cisterna.pump.routes import compare_routes
from cisterna.pump.state import Happening, PumpState, Stretch
from cisterna.pump.visit_volumes import Visit
from cisterna.pump.walk import walk
from cisterna.therapy.therapy import Therapy

__all__ = ["PumpRun", "infusions_of", "run_pump", "unknown_in"]


@dataclass(frozen=True, kw_only=True)
class PumpRun:
    """What one patient's pump did.

    ``last`` is the pump at the end; ``alarms`` include those of pumps that were replaced.
    """

    stretches: tuple[Stretch, ...] = field(repr=False)
    last: PumpState
    visits: tuple[Visit, ...]
    alarms: tuple[AlarmRecord, ...]
    dates: Dates
    happenings: tuple[Happening, ...]

    @cached_property
    def delivery(self) -> Delivery:
        """What left the catheter tip, and when.

        Where nobody knows, the time is told as unknown beside what the account takes to have run in it.
        """
        return Delivery(
            infusions=tuple(infusions_of(self.stretches)),
            doses=self.last.doses,
            unknown=tuple(unknown_in(self.stretches)),
        )

    @property
    def dead_volume_ml(self) -> float:
        """The volume of tubing and catheter."""
        return self.last.system.dead_volume_ml

    @property
    def alarm_volume_ml(self) -> float | None:
        """The counted volume at which the low-reservoir alarm comes; ``None`` for a pump without one."""
        return self.last.system.alarm_ml

    def readings(self, times_us: Sequence[int]) -> Readings:
        """The pump at ascending instants up to the end of the run; at an event's instant after it."""
        return read(self.stretches, self.last, times_us)


def run_pump(
    therapy: Therapy,
    until_us: int,
    *,
    refill_cap_days: float | None = None,
    worst_case_drives: bool = False,
) -> PumpRun | None:
    """Run the pump of a therapy up to ``until_us``; ``None`` where none was implanted by then.

    ``refill_cap_days`` is the longest time between refills that a site allows, if it sets one;
    ``worst_case_drives`` lets the worst case within the labelled accuracy decide about the refill. Raises
    :class:`~cisterna.errors.PumpError` listing what the pump refuses of the events up to then.
    """
    walked = walk(therapy, until_us)
    if walked.faults:
        raise PumpError(*walked.faults)
    compare_routes(walked.stretches)
    if walked.state is None:
        return None
    return PumpRun(
        stretches=walked.stretches,
        last=walked.state,
        visits=walked.visits,
        alarms=(*walked.earlier_alarms, *walked.state.alarms),
        dates=dates_of(
            walked.since_fill,
            walked.state,
            therapy.zone,
            refill_cap_days,
            worst_case_drives=worst_case_drives,
        ),
        happenings=walked.happenings,
    )


def infusions_of(stretches: Sequence[Stretch]) -> Iterator[Infusion]:
    """The segments that deliver drug; neighbours at one rate and place are one infusion.

    Segments follow each other without a gap from the first implant on.
    """
    pending: Infusion | None = None
    for stretch in stretches:
        site = stretch.site
        for segment in stretch.segments:
            rate = segment.tip_mcg_per_h
            if pending and pending.rate_mcg_per_h == rate and pending.site == site:
                pending = Infusion(site, pending.start_us, segment.end_us, rate)
                continue
            if pending:
                yield pending
            pending = Infusion(site, segment.start_us, segment.end_us, rate) if rate > 0 else None
    if pending:
        yield pending


def unknown_in(stretches: Sequence[Stretch]) -> Iterator[Unknown]:
    """The times during which nobody knows what was delivered; neighbours are one."""
    pending: Unknown | None = None
    for stretch in stretches:
        doubt = stretch.state.uncertain
        start_us, end_us = stretch.segments[0].start_us, stretch.segments[-1].end_us
        if pending and (doubt is None or pending.site != stretch.site or pending.end_us != start_us):
            yield pending
            pending = None
        if doubt is not None:
            since_us = pending.start_us if pending else start_us
            pending = Unknown(stretch.site, since_us, end_us, pending.why if pending else doubt.why)
    if pending:
        yield pending
