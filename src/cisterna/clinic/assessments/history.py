"""What was scored so far: days with their scores, and the points of each scale over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cisterna.care import dose_history, modified_ashworth
from cisterna.clinic.assessments.asked import ASKED, title_of
from cisterna.clinic.assessments.drawing import Drawing, Line, Spot
from cisterna.evidence import number
from cisterna.instants import instant_us
from cisterna.therapy import Assess, Event, Explant, Implant, Therapy, Weigh
from cisterna.therapy.scales import SCALES
from cisterna.units import decimal_text

__all__ = ["AssessedDay", "History", "history_of"]

_MOST_LINES = 4
_ORDER = [each.scale for each in ASKED]


@dataclass(frozen=True, kw_only=True)
class AssessedDay:
    """One day: the scores of each scale as (site, words); several of one site stand in order, with arrows."""

    on: date
    by: tuple[str, ...]
    scores: Mapping[str, tuple[tuple[str, str], ...]]
    measures: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """Every day, newest first; the scales that occur, in the order of the form; what can be drawn."""

    days: tuple[AssessedDay, ...]
    scales: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    last: Mapping[tuple[str, str | None], tuple[str, date]]


def history_of(therapy: Therapy) -> History:
    """The assessments of a therapy, corrections applied."""
    events = [event for event in therapy.valid_events if isinstance(event, Assess | Weigh)]
    scores = [event for event in events if isinstance(event, Assess)]
    found = {event.scale for event in scores}
    doses = tuple(_doses(therapy))
    scales = tuple(sorted(found, key=lambda scale: _ORDER.index(scale) if scale in _ORDER else len(_ORDER)))
    return History(
        days=tuple(_days(therapy, events))[::-1],
        scales=scales,
        drawings=tuple(
            drawn
            for scale in scales
            for drawn in _drawings(therapy, scale, [event for event in scores if event.scale == scale], doses)
        ),
        last={
            (event.scale, event.site): (_words(event.value), _day(therapy, event)) for event in scores
        },
    )  # fmt: skip


def _doses(therapy: Therapy) -> Iterator[Spot]:
    """The daily dose as it was programmed, from each program on; none from the day the pump was taken out."""
    steps = [(step.at_us, step.after_mcg) for step in dose_history(therapy).steps]
    ends = [(instant_us(event.at), 0.0) for event in therapy.valid_events if isinstance(event, Explant)]
    return (Spot(at_us=at_us, value=mcg) for at_us, mcg in sorted([*steps, *ends]))


def _day(therapy: Therapy, event: Event) -> date:
    return event.at.astimezone(therapy.zone).date()


def _words(value: float | str) -> str:
    return value if isinstance(value, str) else decimal_text(value)


def _days(therapy: Therapy, events: Iterable[Assess | Weigh]) -> Iterator[AssessedDay]:
    for on, of_day in groupby(events, key=lambda event: _day(therapy, event)):
        kept = list(of_day)
        scores: dict[str, dict[str, list[str]]] = {}
        for event in kept:
            if isinstance(event, Assess):
                of_scale = scores.setdefault(event.scale, {})
                of_scale.setdefault(event.site or "", []).append(_words(event.value))
        yield AssessedDay(
            on=on,
            by=tuple(dict.fromkeys(event.by for event in kept if event.by)),
            scores={
                scale: tuple((site, " → ".join(words)) for site, words in of_scale.items())
                for scale, of_scale in scores.items()
            },
            measures=tuple(_measures(kept)),
            notes=tuple(dict.fromkeys(event.note for event in kept if event.note)),
        )


def _measures(events: Iterable[Assess | Weigh]) -> Iterator[str]:
    for event in events:
        if isinstance(event, Weigh):
            yield from (each.shown() for each in (event.weight, event.height) if each is not None)


# ------------------------------------------------------------------------------------ drawings


def _drawings(
    therapy: Therapy, scale: str, events: list[Assess], doses: tuple[Spot, ...]
) -> Iterator[Drawing]:
    """A chart of each scale that has numbers, above the dose; many sites get one each, muscles their mean."""
    if scale == "mas":
        spots = {"mean of the muscles": _muscle_means(events)}
    else:
        spots = {}
        for event in events:
            if not isinstance(event.value, str):
                spot = Spot(at_us=instant_us(event.at), value=float(event.value))
                spots.setdefault(event.site or "", []).append(spot)
    lines = [Line(name=name, spots=tuple(points)) for name, points in spots.items() if points]
    groups = [[line] for line in lines] if len(lines) > _MOST_LINES else [lines]
    for group in groups:
        if group:
            yield Drawing.of(
                title=title_of(scale), lines=tuple(group), ends=_ends(scale),
                implants=tuple(instant_us(e.at) for e in therapy.valid_events if isinstance(e, Implant)),
                zone=therapy.zone, doses=doses,
            )  # fmt: skip


def _muscle_means(events: list[Assess]) -> list[Spot]:
    spots = []
    for at_us, of_visit in groupby(events, key=lambda event: instant_us(event.at)):
        mean = modified_ashworth([_words(event.value) for event in of_visit]).value.mean_numeric
        if mean is not None:
            spots.append(Spot(at_us=at_us, value=mean))
    return spots


def _ends(scale: str) -> tuple[float, float] | None:
    """The ends of a scale where both are published; otherwise the values span the chart."""
    if scale == "mas":
        grades = [float(grade) for grade in SCALES["mas"].grades if grade.isdecimal()]
        return min(grades), max(grades)
    evidence = SCALES[scale].evidence if scale in SCALES else None
    known = number(evidence) if evidence else None
    if known is None or known.low is None or known.high is None:
        return None
    return known.low, known.high
