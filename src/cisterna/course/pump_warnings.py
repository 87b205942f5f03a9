"""What the pump's run leaves: the dose at the tip, drug kept too long, what a refill visit finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.course.course import Course
from cisterna.course.warning import Warning  # noqa: A004
from cisterna.evidence import Number
from cisterna.instants import US_PER_DAY, elapsed_h, instant_us
from cisterna.pump import PumpRun, Segment, Status, Stretch, Visit
from cisterna.therapy import Fill
from cisterna.units import decimal_text

__all__ = ["pump_warnings"]

_PRIME = "priming-bolus"


def pump_warnings(course: Course) -> Iterator[Warning]:
    """Warnings about delivery, refills and the age of the drug; none without an implant."""
    if course.pump is None:
        return
    yield from _off_dose(course, course.pump)
    for visit in course.pump.visits:
        yield from _refill(course, visit)
    yield from _old_drug(course, course.pump)


# ------------------------------------------------------------------------- dose at the tip


@dataclass
class _Episode:
    """A time during which another share of the programmed dose than the whole leaves the tip."""

    start_us: int
    end_us: int
    programmed_mcg: float = 0.0
    delivered_mcg: float = 0.0
    mode: str = ""

    @property
    def hours(self) -> float:
        return elapsed_h(self.start_us, self.end_us)


def _off_dose(course: Course, run: PumpRun) -> Iterator[Warning]:
    settings = course.therapy.settings
    off, onset = settings.number("over_infusion_threshold"), settings.number("withdrawal_onset")
    for episode in _episodes(run.stretches, off.in_unit("1")):
        if episode.hours < 1:
            continue
        if episode.delivered_mcg == 0:
            yield Warning.by(episode.start_us, _nothing_text(episode, onset), onset)
        else:
            yield Warning.by(episode.start_us, _off_dose_text(episode, off), off)


def _episodes(stretches: tuple[Stretch, ...], tolerated: float) -> Iterator[_Episode]:
    """Neighbouring segments whose share of the programmed dose is off by more than what is tolerated."""
    episode: _Episode | None = None
    pairs = [(stretch, segment) for stretch in stretches for segment in stretch.segments]
    for stretch, segment in pairs:
        off = _is_off(stretch, segment, tolerated)
        joins = episode is not None and episode.end_us == segment.start_us
        if episode is not None and not (off and joins and _same(episode, stretch, segment)):
            yield episode
            episode = None
        if off:
            if episode is None:
                episode = _Episode(segment.start_us, segment.start_us, mode=stretch.state.mode)
            hours = elapsed_h(segment.start_us, segment.end_us)
            episode.end_us = segment.end_us
            episode.programmed_mcg += segment.dose_mcg_per_h * hours
            episode.delivered_mcg += segment.tip_mcg_per_h * hours
    if episode is not None:
        yield episode


def _is_off(stretch: Stretch, segment: Segment, tolerated: float) -> bool:
    if segment.dose_mcg_per_h == 0 or stretch.state.mode == _PRIME:
        return False
    return abs(segment.tip_mcg_per_h / segment.dose_mcg_per_h - 1) > tolerated


def _same(episode: _Episode, stretch: Stretch, segment: Segment) -> bool:
    """Whether the share is the same as so far, to a thousandth, and the pump does the same."""
    share = segment.tip_mcg_per_h / segment.dose_mcg_per_h
    so_far = episode.delivered_mcg / episode.programmed_mcg
    return episode.mode == stretch.state.mode and abs(share - so_far) < 1e-3


def _nothing_text(episode: _Episode, onset: Number) -> str:
    why = "the reservoir is empty" if episode.mode == "empty" else "no drug has reached the tip yet"
    return (
        f"Nothing of {_daily(episode.programmed_mcg / episode.hours * 24)} reached the patient for "
        f"{_how_long(episode)}: {why}. In a patient used to the drug withdrawal begins "
        f"{onset.shown_range()} after it stops."
    )


def _off_dose_text(episode: _Episode, limit: Number) -> str:
    share = episode.delivered_mcg / episode.programmed_mcg
    return (
        f"{_daily(episode.delivered_mcg / episode.hours * 24)} reached the tip for {_how_long(episode)} "
        f"where {_daily(episode.programmed_mcg / episode.hours * 24)} was programmed "
        f"({decimal_text(share * 100, 0)} %; more than {limit.shown()} above counts as over-infusion): "
        "the fluid on its way has another concentration than the label of the last fill."
    )


def _how_long(episode: _Episode) -> str:
    hours = episode.hours
    return f"{decimal_text(hours, 1)} h" if hours < 72 else f"{decimal_text(hours / 24, 1)} days"


def _daily(dose: float) -> str:
    return f"{decimal_text(dose, 1)} mcg/day"


# ------------------------------------------------------------------------------ refills, age


def _refill(course: Course, visit: Visit) -> Iterator[Warning]:
    settings = course.therapy.settings
    ratio, difference = visit.delivered_ratio, visit.difference_ml
    low, high = settings.number("delivered_ratio_low"), settings.number("delivered_ratio_high")
    if ratio is not None and not low.in_unit("ratio") <= ratio <= high.in_unit("ratio"):
        limit = low if ratio < low.in_unit("ratio") else high
        yield Warning.by(visit.at_us, _refill_text(visit, f"{decimal_text(ratio, 2)} of what was expected "
                         f"had left ({decimal_text(low.in_unit('ratio'), 2)} to "
                         f"{decimal_text(high.in_unit('ratio'), 3)} is accepted)"), limit)  # fmt: skip
        return
    most = settings.number("refill_difference_limit")
    if difference is not None and abs(difference) > most.in_unit("mL"):
        yield Warning.by(
            visit.at_us, _refill_text(visit, f"a difference above {most.shown()} needs a reason"), most
        )


def _refill_text(visit: Visit, why: str) -> str:
    withdrawn = decimal_text(visit.withdrawn_ml or 0.0, 1)
    more = (visit.difference_ml or 0.0) > 0
    cause = (
        "think of a stall, an occlusion or a disconnection, and do not raise the dose blindly"
        if more
        else "think of over-infusion, a leak or an earlier pocket fill"
    )
    return (
        f"{withdrawn} mL was withdrawn where {decimal_text(visit.expected_ml, 1)} mL was expected: "
        f"{why}; {cause}. The simulation empties the reservoir and places the difference nowhere."
    )


def _old_drug(course: Course, run: PumpRun) -> Iterator[Warning]:
    """Fills that stayed in the pump for longer than the drug is stable."""
    limit = course.therapy.settings.number("stability_in_pump")
    fills = [instant_us(event.at) for event in course.events if isinstance(event, Fill)]
    end_us = int(course.exposure.times_us[-1])
    for place, filled_us in enumerate(fills):
        next_us = fills[place + 1] if place + 1 < len(fills) else end_us
        stable_us = filled_us + round(limit.in_unit("days") * US_PER_DAY)
        if next_us > stable_us and run.last.status is not Status.EXPLANTED:
            days = elapsed_h(filled_us, next_us) / 24
            yield Warning.by(
                stable_us,
                f"The fill stays in the pump for {decimal_text(days, 0)} days; the drug is taken to be "
                f"stable for {limit.shown()}.",
                limit,
            )
