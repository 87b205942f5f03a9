"""The pump's own clock: what it shows at an instant, and what setting it does to the steps of a day.

The clock keeps elapsed time on an offset from UTC that it was set to. It does not follow daylight
saving or the traveller; only a ``clock`` event sets it. Where such an event says how far the clock was
found to be wrong, that error is taken to have grown evenly since the clock was set before, so that the
steps of a flex day came earlier (a clock that was ahead) or later all along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.errors import Fault
from cisterna.evidence import Settings
from cisterna.instants import MINUTES_PER_HOUR, US_PER_DAY, US_PER_HOUR, us_of_hours, utc
from cisterna.pump.refusal import RefusalError
from cisterna.pump.schedule import Piece, Schedule
from cisterna.therapy.events import Clock
from cisterna.units import decimal_text

__all__ = ["PumpClock", "check_clock", "clock_error_text", "error_of", "jump_text"]

_US_PER_WEEK = 7 * US_PER_DAY
_MONDAY_US = -3 * US_PER_DAY  # 1970-01-01 was a Thursday


@dataclass(frozen=True, kw_only=True)
class PumpClock:
    """A clock that showed UTC plus ``offset_us`` when it was set at ``set_us``, and gains ``gain`` since.

    ``gain`` is what it gains in a unit of time: 1e-5 is 0.86 s a day.

    >>> clock = PumpClock(set_us=0, offset_us=US_PER_HOUR, gain=0.5)
    >>> clock.shown_us(2 * US_PER_HOUR) / US_PER_HOUR
    4.0
    """

    set_us: int
    offset_us: int
    gain: float = 0.0

    def shown_us(self, at_us: int) -> int:
        """What the clock shows, as microseconds since 1970 by its own reckoning."""
        return at_us + self.offset_us + round(self.gain * (at_us - self.set_us))

    def elapsed_us(self, own_us: int) -> int:
        """The elapsed time in which the clock moves on by ``own_us``."""
        return own_us if self.gain == 0 else round(own_us / (1 + self.gain))

    def anchor_us(self, period_us: int) -> int:
        """An instant at which a day or a week (a period from Monday on) begins by this clock."""
        phase_us = (self.shown_us(self.set_us) - _MONDAY_US) % period_us
        return self.set_us - self.elapsed_us(phase_us)

    def day(self, at_us: int) -> int:
        """The number of the clock's calendar day."""
        return self.shown_us(at_us) // US_PER_DAY

    def next_day_us(self, at_us: int) -> int:
        """The instant at which the clock's next day begins."""
        left_us = US_PER_DAY - self.shown_us(at_us) % US_PER_DAY
        return at_us + max(1, self.elapsed_us(left_us))

    def found_wrong(self, at_us: int, error_us: int) -> PumpClock:
        """The same clock, known to show ``error_us`` too much at ``at_us``; it drifted evenly."""
        since_us = at_us - self.set_us
        return PumpClock(
            set_us=self.set_us, offset_us=self.offset_us, gain=error_us / since_us if since_us > 0 else 0.0
        )


def check_clock(event: Clock, settings: Settings) -> None:
    """Refuse a clock that was found more wrong than a clock can be; nothing else is taken on trust."""
    limit = settings.number("plausible_clock_error")
    if event.drift is None or event.drift <= limit.in_unit("h"):
        return
    raise RefusalError(
        event,
        Fault(
            where="drift",
            found=event.drift.shown(),
            allowed=f"at most {limit.shown()} either way (plausible_clock_error, {limit.status.value})",
            remedy="a clock on another zone is set by offset alone; where the drift is true, set a larger "
            "plausible_clock_error under [parameters]",
        ),
    )


def error_of(event: Clock) -> int | None:
    """How much too much the clock was found to show, in microseconds; ``None`` where nobody says."""
    if event.drift is None:
        return 0
    if event.found is None:
        return None
    return us_of_hours(event.drift) * (1 if event.found == "ahead" else -1)


def clock_error_text(event: Clock, settings: Settings) -> str | None:
    """The error that the clock was found to have, where it is large enough to be shown."""
    limit = settings.number("clock_error_limit")
    if event.drift is None or event.drift <= limit.in_unit("h"):
        return None
    shown = f"{_minutes(us_of_hours(event.drift))} min"
    if event.found is None:
        return (
            f"the pump's clock was {shown} wrong (more than {limit.shown()} is shown), and which way is not "
            "said: the steps of its day are simulated as if it had been right until now"
        )
    if event.found == "ahead":
        return (
            f"the pump's clock was {shown} ahead (more than {limit.shown()} is shown): the steps of its "
            "day came early, by more and more since it was set before"
        )
    return (
        f"the pump's clock was {shown} behind (more than {limit.shown()} is shown): the steps of its "
        "day came late, by more and more since it was set before"
    )


def jump_text(before: PumpClock, after: PumpClock, at_us: int, day: Schedule | None) -> str | None:
    """What setting the clock does to the steps of the day; ``None`` where it shows what it showed.

    ``day`` is the schedule of a program that keeps to the clock, in the clock's own time (of Monday
    1970-01-05 on), ``None`` where no program does.
    """
    shown_us, set_us = before.shown_us(at_us), after.shown_us(at_us)
    if shown_us == set_us:
        return None
    minutes, start, end = _minutes(set_us - shown_us), _time(shown_us), _time(set_us)
    if set_us > shown_us:
        text = f"the pump's clock was set forward by {minutes} min, from {start} to {end}"
    else:
        text = f"the pump's clock was set back by {minutes} min, from {start} to {end}"
    if day is None:
        return f"{text}: no step of the program depends on it"
    steps = list(_steps(day, min(shown_us, set_us), max(shown_us, set_us)))
    dose = sum(piece.dose_mcg_per_h * (piece.end_us - piece.start_us) / US_PER_HOUR for piece in steps)
    mcg, told = decimal_text(dose, 2), ", ".join(map(_step, steps))
    if set_us > shown_us:
        return f"{text}: skipped are {told}; {mcg} mcg in all"
    return f"{text}: given again are {told}; {mcg} mcg in all"


def _steps(day: Schedule, start_us: int, end_us: int) -> Iterator[Piece]:
    """The steps between two times of the clock; a jump of more than a week is one of a week at most."""
    yield from day.pieces(start_us, min(end_us, start_us + _US_PER_WEEK))


def _step(piece: Piece) -> str:
    rate = decimal_text(piece.dose_mcg_per_h, 3)
    return f"{_time(piece.start_us)} to {_time(piece.end_us)} at {rate} mcg/h"


def _time(shown_us: int) -> str:
    clock = utc(shown_us)
    return f"{clock:%H:%M}" if clock.second == 0 else f"{clock:%H:%M:%S}"


def _minutes(duration_us: int) -> str:
    return decimal_text(abs(duration_us) * MINUTES_PER_HOUR / US_PER_HOUR, 2)
