"""The charts of a patient's course: what they show, made from the record and kept until something changes.

The course is simulated as everywhere else (:func:`cisterna.course.simulate`); here it is only read at few
instants: every few hours or days, at each event, and just before it, so that a jump is a jump. Of each day
the same time is read, or a program that varies within the day would look like a slow wave.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from cisterna import __version__
from cisterna.clinic.database.hashing import FIRST, linked
from cisterna.clinic.database.tables import course as kept_courses
from cisterna.course import Course, simulate
from cisterna.errors import InputError
from cisterna.instants import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, instant_us, utc
from cisterna.pump import daily_doses, run_pump
from cisterna.report.embedding import chart_data
from cisterna.report.panels import Panel, Trace, panels_of
from cisterna.report.source import Reading
from cisterna.report.wording import significant
from cisterna.therapy import Fill, Implant, LumbarBolus, Program, SingleBolus, Therapy
from cisterna.units import Volume

__all__ = ["SPANS", "Span", "chart_text", "content_hash", "keep_chart", "kept_chart"]

_MOST_SAMPLES = 6000
_AFTER_A_BOLUS_H = (0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24)
_ROOM_ABOVE = 1.15  # of the highest dose, so that its words are not cut
_JUMPS = (Fill, Program, Implant)
_DRAWN = ("tone_legs", "tone_arms", "reservoir_ml", "reservoir_concentration_mcg_per_ml")


@dataclass(frozen=True, kw_only=True)
class Span:
    """How far a chart looks back (everything where ``back_days`` is ``None``) and ahead, and how finely."""

    words: str
    back_days: int | None
    ahead_days: int
    every_h: int


SPANS: Mapping[str, Span] = {
    "3m": Span(words="3 months", back_days=91, ahead_days=30, every_h=6),
    "1y": Span(words="1 year", back_days=365, ahead_days=61, every_h=24),
    "all": Span(words="All", back_days=None, ahead_days=61, every_h=24),
}
"""The parts of time that a chart can show, by their word in the address."""


# ----------------------------------------------------------------------------- what is kept


def content_hash(
    head_hash: str, site: Mapping[str, str], span: str, day: str, refill_us: int | None = None
) -> str:
    """What a chart is made of: record, site's numbers, part of time, day, the booked refill, the version."""
    return linked(FIRST, head_hash, sorted(site.items()), span, day, refill_us, __version__)


def kept_chart(connection: Connection, patient_id: str, span: str, of_hash: str) -> str | None:
    """The chart that was kept, if it was made of the same."""
    wanted = select(kept_courses.c.data).where(
        kept_courses.c.patient_id == patient_id,
        kept_courses.c.span == span,
        kept_courses.c.of_hash == of_hash,
    )
    return connection.execute(wanted).scalar()


def keep_chart(connection: Connection, patient_id: str, span: str, of_hash: str, data: str) -> None:
    """Keep a chart in place of the one before; where somebody kept one at this moment, theirs stays."""
    connection.execute(
        delete(kept_courses).where(kept_courses.c.patient_id == patient_id, kept_courses.c.span == span)
    )
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(
            insert(kept_courses).values(patient_id=patient_id, span=span, of_hash=of_hash, data=data)
        )


# ------------------------------------------------------------------------------ what is made


def chart_text(therapy: Therapy, span: str, now_us: int, refill_us: int | None = None) -> str:
    """The data of the charts as JSON; where the record cannot be simulated ``refused`` says why.

    A refill that is booked for ``refill_us`` is drawn as if it were filled as the last time.
    """
    try:
        made = _chart(therapy, SPANS[span], now_us, refill_us)
    except InputError as error:
        made = {"refused": [str(fault) for fault in error.faults]}
    return json.dumps(made, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _chart(therapy: Therapy, span: Span, now_us: int, refill_us: int | None) -> dict[str, Any]:
    times_us = set(_instants(therapy, span, now_us))
    booked_us = refill_us if refill_us is not None and now_us < refill_us < max(times_us) else None
    if booked_us is not None:
        times_us |= {booked_us - US_PER_MINUTE, booked_us}
    course = simulate(therapy, at=[utc(at_us) for at_us in sorted(times_us)])
    reading = _reading(course, now_us)
    if booked_us is not None and course.pump is not None:
        booked = {"reservoir_booked_ml": _refilled(therapy, reading, booked_us)}
        reading = replace(reading, columns={**reading.columns, **booked})
    panels = _panels(reading)
    data = chart_data(reading, panels, _MOST_SAMPLES)
    return data | {"now": utc(now_us).isoformat(), "files": False, "for": reading.facts["simulated"]["for"]}


def _instants(therapy: Therapy, span: Span, now_us: int) -> Iterator[int]:
    """When the course is read."""
    events = therapy.valid_events
    first_us = instant_us(events[0].at) if events else now_us
    end_us = max(now_us, first_us) + span.ahead_days * US_PER_DAY
    start_us = first_us if span.back_days is None else max(first_us, now_us - span.back_days * US_PER_DAY)
    yield from range(start_us, end_us, span.every_h * US_PER_HOUR)
    yield from (end_us, min(max(now_us, start_us), end_us))
    for event in events:
        at_us = instant_us(event.at)
        near = [at_us]
        if isinstance(event, _JUMPS):
            near.append(at_us - US_PER_MINUTE)
        if isinstance(event, (LumbarBolus, SingleBolus)):
            near.extend(at_us + round(hours * US_PER_HOUR) for hours in _AFTER_A_BOLUS_H)
        yield from (each for each in near if start_us <= each <= end_us)


def _reading(course: Course, now_us: int) -> Reading:
    """What the charts draw of a course; what lies ahead is a line of its own."""
    every = course.columns()
    columns = {name: every[name] for name in _DRAWN if name in every}
    if course.pump is not None:
        doses = daily_doses(course.pump, course.times_us.tolist())
        columns["daily_dose_mcg"] = np.array(doses, dtype=float)
        is_ahead = course.times_us > now_us
        held = columns["reservoir_ml"]
        columns["reservoir_ml"] = np.where(is_ahead, np.nan, held)
        columns["reservoir_ahead_ml"] = np.where(course.times_us >= now_us, held, np.nan)
    facts = course.facts()
    start_us = int(course.times_us[0])
    facts["events"] = [told for told in facts["events"] if _at_us(told["at"]) >= start_us]
    return Reading(facts=facts, times_us=course.times_us, columns=_shaped(columns), zone=course.zone)


def _refilled(therapy: Therapy, reading: Reading, booked_us: int) -> NDArray[np.float64]:
    """The volume from a booked refill on: emptied, and filled as the last time; unknown without a last fill.

    Just before it the volume is that without a refill, so that the line rises where the needle is.
    """
    times_us = reading.times_us
    held = np.asarray(reading.columns["reservoir_ahead_ml"])
    before = times_us == booked_us - US_PER_MINUTE
    drawn = np.where(before, held, np.nan)
    last = next((event for event in reversed(therapy.valid_events) if isinstance(event, Fill)), None)
    if last is None or not np.isfinite(held[before]).all():
        return drawn
    left = Volume(max(0.0, float(held[before][0])))
    refill = replace(last, id=None, at=utc(booked_us), withdrawn=left)
    run = run_pump(replace(therapy, events=(*therapy.events, refill)), int(times_us[-1]))
    after = times_us >= booked_us
    if run is not None:
        drawn[after] = _shaped({"": run.readings(times_us[after].tolist()).reservoir_ml})[""]
    return drawn


def _at_us(text: str) -> int:
    return instant_us(datetime.fromisoformat(text))


def _shaped(columns: Mapping[str, Any]) -> dict[str, NDArray[np.float64]]:
    return {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}


def _panels(reading: Reading) -> tuple[Panel, ...]:
    """Tone, the daily dose as it was programmed, the reservoir."""
    known = {panel.id: panel for panel in panels_of(reading)}
    panels = [known["tone"]]
    if reading.has("daily_dose_mcg"):
        panels.append(_dose(reading))
    if "reservoir" in known:
        panels.append(_with_ahead(known["reservoir"], is_booked=reading.has("reservoir_booked_ml")))
    return tuple(panels)


def _dose(reading: Reading) -> Panel:
    doses = reading.columns["daily_dose_mcg"]
    known = doses[np.isfinite(doses)]
    last = f"{significant(float(known[-1]))} mcg/day" if known.size else "programmed"
    drawn = Trace(column="daily_dose_mcg", name=last, colour="dose", width=2.4, stepped=True, area=True)
    return Panel(
        id="daily-dose",
        of_pump=True,
        title="Daily dose",
        unit="mcg/day, programmed",
        note="",
        tells_steps=True,
        traces=(drawn,),
        at_least=_ROOM_ABOVE * float(known.max()) if known.size else 0.0,
    )


def _with_ahead(panel: Panel, *, is_booked: bool) -> Panel:
    ahead = Trace(
        column="reservoir_ahead_ml", name="without refill", colour="reservoir", width=2.2, dash="ahead"
    )
    booked = Trace(
        column="reservoir_booked_ml", name="refill booked", colour="reservoir", width=2.2, dash="other"
    )
    traces = (*panel.traces, ahead, booked) if is_booked else (*panel.traces, ahead)
    return replace(panel, unit="mL, computed from the program", traces=traces)
