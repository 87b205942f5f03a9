"""Times without drug in a patient who had some: why, how long, and at what dose it began again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.course.course import Course
from cisterna.course.warning import Warning  # noqa: A004
from cisterna.course.wording import daily_text, duration_text
from cisterna.instants import elapsed_h
from cisterna.pump import PumpRun, Segment, Status

__all__ = ["interruption_warnings"]

_REASONS = {
    "empty": "the reservoir is empty",
    "stopped": "the pump is stopped",
    "not-programmed": "the pump has no program",
    "end-of-service": "the pump has reached the end of its service and stopped",
    "explanted": "the pump was taken out",
    "running": "no drug has reached the tip yet",
    "motor-stall": "the motor has stalled",
    "magnetic-field": "the rotor stands still in or after a magnetic field",
    "closed-valve": "the valve that a magnetic field closed is still closed",
    "occlusion": "the catheter is occluded",
    "disconnection": "pump and catheter are disconnected, and all drug goes outside",
    "catheter-leak": "all drug goes outside through a leak of the catheter",
    "under-delivery": "the pump delivers nothing of what is asked for",
}


@dataclass(frozen=True)
class _Interruption:
    """No drug from one instant to another; ``again_mcg_per_h`` is 0 where it did not begin again."""

    start_us: int
    end_us: int
    mode: str
    before_mcg_per_h: float
    again_mcg_per_h: float

    @property
    def hours(self) -> float:
        return elapsed_h(self.start_us, self.end_us)

    @property
    def why(self) -> str:
        return _REASONS.get(self.mode, self.mode.replace("-", " "))


def interruption_warnings(course: Course) -> Iterator[Warning]:
    """One warning for each time of an hour or more without drug, and one for a restart after days."""
    if course.pump is None:
        return
    settings = course.therapy.settings
    onset, pause = settings.number("withdrawal_onset"), settings.number("stop_limit")
    overdoses = settings.number("overdose_events")
    end_us = int(course.exposure.times_us[-1])
    for gap in _interruptions(course.pump, end_us):
        if gap.hours < 1:
            continue
        yield Warning.by(
            gap.start_us,
            f"No drug reached the patient for {duration_text(gap.hours)}, after "
            f"{daily_text(gap.before_mcg_per_h * 24)}: {gap.why}. In a patient used to the drug withdrawal "
            f"begins {onset.shown_range()} after it stops.",
            onset,
        )
        if gap.again_mcg_per_h > 0 and gap.hours > pause.in_unit("h"):
            yield Warning.by(
                gap.end_us,
                f"The drug began again at {daily_text(gap.again_mcg_per_h * 24)} after "
                f"{duration_text(gap.hours)} without it, where {daily_text(gap.before_mcg_per_h * 24)} was "
                "given before: what was tolerated then may be an overdose now.",
                overdoses,
            )


def _interruptions(run: PumpRun, end_us: int) -> Iterator[_Interruption]:
    """Times without drug after the first drug; time without a pump counts too."""
    before, since_us, mode, last_us = 0.0, None, "", 0
    for segment, its_mode in _segments(run):
        if before > 0 and segment.start_us > last_us and since_us is None:
            since_us, mode = last_us, "explanted"
        if segment.tip_mcg_per_h > 0:
            if since_us is not None:
                yield _Interruption(since_us, segment.start_us, mode, before, segment.tip_mcg_per_h)
            before, since_us = segment.tip_mcg_per_h, None
        elif before > 0 and since_us is None:
            since_us, mode = segment.start_us, its_mode
        last_us = segment.end_us
    if before > 0 and since_us is None and last_us < end_us and run.last.status is Status.EXPLANTED:
        since_us, mode = last_us, "explanted"
    if since_us is not None and since_us < end_us:
        yield _Interruption(since_us, end_us, mode, before, 0.0)


def _segments(run: PumpRun) -> Iterator[tuple[Segment, str]]:
    return ((segment, stretch.mode) for stretch in run.stretches for segment in stretch.segments)
