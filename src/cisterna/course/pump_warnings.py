"""What the pump's run leaves: the dose at the tip, drug kept too long, what a refill visit finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cisterna.course.course import Course
from cisterna.course.warning import Warning  # noqa: A004
from cisterna.course.wording import daily_text, duration_text
from cisterna.evidence import Number
from cisterna.instants import US_PER_DAY, elapsed_h, instant_us
from cisterna.pump import PumpRun, Segment, Status, Stretch, Visit
from cisterna.therapy import Explant, Fill
from cisterna.units import decimal_text

__all__ = ["pump_warnings"]

_PRIME = "priming-bolus"
_CRITICAL = "CRITICAL: "
_FRONT = 0.1  # of the episode before it; what is off for less is the front between two fluids


def pump_warnings(course: Course) -> Iterator[Warning]:
    """Warnings about delivery, refills and the age of the drug; none without an implant."""
    if course.pump is None:
        return
    yield from _critical(course.pump)
    yield from _off_dose(course, course.pump)
    for visit in course.pump.visits:
        yield from _refill(course, visit)
    yield from _old_drug(course)


def _critical(run: PumpRun) -> Iterator[Warning]:
    """What happened at the pump that threatens the patient, each as it was told."""
    for told in run.happenings:
        if told.text.startswith(_CRITICAL):
            text = told.text.removeprefix(_CRITICAL)
            source, _, status = told.source.removesuffix("]").rpartition(" [")
            cited = (source, status) if source else (told.source, "derived")
            yield Warning(told.at_us, f"{text[0].upper()}{text[1:]}.", *cited)


# ------------------------------------------------------------------------- dose at the tip


@dataclass
class _Episode:
    """A time during which another share of the programmed dose than the whole leaves the tip."""

    start_us: int
    end_us: int
    programmed_mcg: float = 0.0
    delivered_mcg: float = 0.0
    mode: str = ""
    faults: tuple[str, ...] = ()

    @property
    def hours(self) -> float:
        return elapsed_h(self.start_us, self.end_us)


def _off_dose(course: Course, run: PumpRun) -> Iterator[Warning]:
    off = course.therapy.settings.number("over_infusion_threshold")
    treated = False
    for episode in _without_fronts(_episodes(run.stretches, off.in_unit("1"))):
        if episode.delivered_mcg > 0:
            treated = True
            if episode.hours >= 1:
                yield Warning.by(episode.start_us, _off_dose_text(episode, off), off)
        elif not treated and episode.mode == Status.RUNNING and episode.hours >= 1:
            yield _not_yet(episode, run)


def _without_fronts(episodes: Iterable[_Episode]) -> Iterator[_Episode]:
    """Leave out the steps of a mixed front, which pass after a longer episode told of the fluid before it."""
    chain_h, end_us = 0.0, -1
    for episode in episodes:
        chain_h = max(chain_h, episode.hours) if episode.start_us == end_us else episode.hours
        end_us = episode.end_us
        if episode.hours > _FRONT * chain_h:
            yield episode


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
                episode = _Episode(
                    segment.start_us,
                    segment.start_us,
                    mode=stretch.mode,
                    faults=tuple(one.what for one in stretch.state.impairments),
                )
            hours = elapsed_h(segment.start_us, segment.end_us)
            episode.end_us = segment.end_us
            episode.programmed_mcg += segment.dose_mcg_per_h * hours
            episode.delivered_mcg += segment.tip_mcg_per_h * hours
    if episode is not None:
        yield episode


def _is_off(stretch: Stretch, segment: Segment, tolerated: float) -> bool:
    if segment.dose_mcg_per_h == 0 or stretch.mode == _PRIME or stretch.state.uncertain:
        return False
    return abs(segment.tip_mcg_per_h / segment.dose_mcg_per_h - 1) > tolerated


def _same(episode: _Episode, stretch: Stretch, segment: Segment) -> bool:
    """Whether the share is the same as so far, to a thousandth, and the pump does the same."""
    share = segment.tip_mcg_per_h / segment.dose_mcg_per_h
    so_far = episode.delivered_mcg / episode.programmed_mcg
    return episode.mode == stretch.mode and abs(share - so_far) < 1e-3


def _not_yet(episode: _Episode, run: PumpRun) -> Warning:
    """The first drug on its way through tubing and catheter that were not primed."""
    return Warning.by(
        episode.start_us,
        f"Nothing of {daily_text(episode.programmed_mcg / episode.hours * 24)} reached the patient for "
        f"{duration_text(episode.hours)}: tubing and catheter held no drug yet, and were not primed.",
        run.last.system.model.numbers["tubing_volume"],
    )


def _off_dose_text(episode: _Episode, limit: Number) -> str:
    share = episode.delivered_mcg / episode.programmed_mcg
    delivered = daily_text(episode.delivered_mcg / episode.hours * 24)
    programmed = daily_text(episode.programmed_mcg / episode.hours * 24)
    return (
        f"{delivered} reached the tip for {duration_text(episode.hours)} where {programmed} was programmed "
        f"({decimal_text(share * 100, 0)} %; more than {limit.shown()} above counts as over-infusion)"
        f": {_cause(episode)}."
    )


def _cause(episode: _Episode) -> str:
    """Why the tip gives another dose: the faults in force, or the fluid on its way."""
    if episode.faults:
        return ", ".join(fault.replace("-", " ") for fault in episode.faults)
    return "the fluid on its way has another concentration than the label of the last fill"


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
        f"{why}; {cause}. The simulated reservoir held {decimal_text(visit.would_measure_ml, 1)} mL."
    )


def _old_drug(course: Course) -> Iterator[Warning]:
    """Fills that stayed in a pump for longer than the drug is stable."""
    limit = course.therapy.settings.number("stability_in_pump")
    end_us = int(course.exposure.times_us[-1])
    changes = [event for event in course.events if isinstance(event, (Fill, Explant))]
    for place, fill in enumerate(changes):
        if not isinstance(fill, Fill):
            continue
        filled_us = instant_us(fill.at)
        next_us = instant_us(changes[place + 1].at) if place + 1 < len(changes) else end_us
        stable_us = filled_us + round(limit.in_unit("days") * US_PER_DAY)
        if next_us > stable_us:
            days = elapsed_h(filled_us, next_us) / 24
            yield Warning.by(
                stable_us,
                f"The fill stays in the pump for {decimal_text(days, 0)} days; the drug is taken to be "
                f"stable for {limit.shown()}.",
                limit,
            )
