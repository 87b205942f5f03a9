"""A course as plain values for JSON: the same facts for the terminal, the report and other programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cisterna import __version__
from cisterna.course.describe import describe, dose_of
from cisterna.evidence import Number
from cisterna.instants import instant_us, utc
from cisterna.pump import Dates, daily_dose_of
from cisterna.therapy import LEVELS, Assess, Event, Implant, Program

if TYPE_CHECKING:
    from cisterna.course.course import Course

__all__ = ["facts", "samples"]

SCHEMA = 1


def facts(course: Course) -> dict[str, Any]:
    """Everything about a course but its samples; every key is always there, ``None`` where unknown."""
    return {
        "schema": SCHEMA,
        "patient": _patient(course),
        "devices": _devices(course),
        "simulated": _simulated(course),
        "events": _events(course),
        "drug_account": course.account.last(),
        "dates": _dates(course),
        "visits": _visits(course),
        "alarms": _alarms(course),
        "happenings": _happenings(course),
        "warnings": [
            {
                "at": _local(warning.at_us, course.zone),
                "text": warning.text,
                "source": warning.source,
                "status": warning.status,
            }
            for warning in course.warnings
        ],
        "parameters": _parameters(course),
        "limits": _limits(course),
        "assessments": _assessments(course),
    }


def samples(course: Course) -> Iterator[dict[str, Any]]:
    """One object for each output time, in the order of time."""
    columns = {name: column.tolist() for name, column in course.columns().items()}
    for row, at_us in enumerate(course.times_us.tolist()):
        value = {name: _finite(column[row]) for name, column in columns.items()}
        yield {
            "at": _local(at_us, course.zone),
            "reservoir_ml": value.get("reservoir_ml"),
            "reservoir_concentration_mcg_per_ml": value.get("reservoir_concentration_mcg_per_ml"),
            "programmed_mcg_per_h": value.get("programmed_mcg_per_h"),
            "tip_mcg_per_h": value.get("tip_mcg_per_h"),
            "csf_mcg_per_ml": {level: value[f"csf_{level}_mcg_per_ml"] for level in reversed(LEVELS)}
            | {place: value[f"csf_{place}_mcg_per_ml"] for place in ("cistern", "cranial")},
            "cord_ng_per_ml": {site: value[f"cord_{site}_ng_per_ml"] for site in ("legs", "arms")},
            "plasma_ng_per_ml": value["plasma_ng_per_ml"],
            "tone": {site: value[f"tone_{site}"] for site in ("legs", "arms")},
            "h_reflex_ratio": value["h_reflex_ratio"],
            "sedation_index": value.get("sedation_index"),
            "withdrawal_index": value["withdrawal_index"],
            "tolerance": value["tolerance"],
        }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _local(at_us: int, zone: ZoneInfo) -> str:
    return utc(at_us).astimezone(zone).isoformat()


def _patient(course: Course) -> dict[str, Any]:
    therapy = course.therapy
    patient = therapy.patient
    day = utc(instant_us(course.events[0].at)).astimezone(course.zone).date()
    return {
        "label": patient.label,
        "sex": patient.sex,
        "age_at_start_y": patient.age_at(day),
        "weight_kg": therapy.weight_at(day),
        "height_cm": therapy.height_at(day),
        "condition": patient.condition,
        "gmfcs": patient.gmfcs,
        "timezone": therapy.zone.key,
    }


def _devices(course: Course) -> dict[str, Any] | None:
    implants = [event for event in course.events if isinstance(event, Implant)]
    if not implants or course.pump is None:
        return None
    implant = implants[-1]
    catalogue = course.therapy.catalogue
    pump, catheter = catalogue.pump(implant.pump), catalogue.catheter(implant.catheter)
    return {
        "pump": f"{pump.maker} {pump.model}",
        "catheter": f"{catheter.maker} {catheter.model}",
        "tip": implant.tip,
        "dead_volume_ml": course.pump.dead_volume_ml,
    }


def _simulated(course: Course) -> dict[str, Any]:
    overridden = sorted(course.therapy.settings.overrides)
    return {
        "from": _local(instant_us(course.events[0].at), course.zone),
        "until": _local(int(course.exposure.times_us[-1]), course.zone),
        "for": "typical patient" if not overridden else "typical patient with parameters set in the file",
        "notes": list(course.response.notes),
        "overridden": overridden,
        "version": __version__,
    }


def _events(course: Course) -> list[dict[str, Any]]:
    response, exposure = course.response, course.exposure
    rows = []
    for place, (event, row) in enumerate(zip(course.events, course.event_rows, strict=True)):
        at_us = instant_us(event.at)
        reservoir = None if course.event_readings is None else course.event_readings.reservoir_ml[place]
        rows.append(
            {
                "at": event.at.isoformat(),
                "kind": event.kind,
                "text": describe(event),
                "dose_text": dose_of(event, _daily_dose(event, course)),
                "reservoir_ml": _finite(reservoir) if reservoir is not None else None,
                "tone_legs": float(response.tone_legs[row]),
                "tone_arms": float(response.tone_arms[row]),
                "plasma_ng_per_ml": float(exposure.plasma_ng_per_ml[row]),
                "alarms": _alarms_since(course, place, at_us),
            }
        )
    return rows


def _daily_dose(event: Event, course: Course) -> float | None:
    return daily_dose_of(event, course.therapy) if isinstance(event, Program) else None


def _alarms_since(course: Course, place: int, at_us: int) -> list[str]:
    """Conditions that began after this event and before the next one."""
    if course.pump is None:
        return []
    later = [instant_us(event.at) for event in course.events[place + 1 :]]
    next_us = next((other for other in later if other > at_us), None)
    return [
        alarm.condition
        for alarm in course.pump.alarms
        if at_us <= alarm.at_us and (next_us is None or alarm.at_us < next_us)
    ]


def _dates(course: Course) -> dict[str, Any]:
    if course.pump is None:
        return {entry.name: {"date": None, "decided_by": "no pump is implanted"} for entry in fields(Dates)}
    return {
        name: {"date": dated.date.isoformat() if dated.date else None, "decided_by": dated.decided_by}
        for name, dated in course.pump.dates.items()
    }


def _visits(course: Course) -> list[dict[str, Any]]:
    if course.pump is None:
        return []
    return [
        {
            "at": _local(visit.at_us, course.zone),
            "expected_ml": visit.expected_ml,
            "would_measure_ml": visit.would_measure_ml,
            "withdrawn_ml": visit.withdrawn_ml,
            "delivered_ratio": visit.delivered_ratio,
            "shortfall_ml": visit.shortfall_ml,
        }
        for visit in course.pump.visits
    ]


def _alarms(course: Course) -> list[dict[str, Any]]:
    if course.pump is None:
        return []

    def when(at_us: int | None) -> str | None:
        return None if at_us is None else _local(at_us, course.zone)

    return [
        {
            "at": when(alarm.at_us),
            "condition": alarm.condition,
            "priority": alarm.priority,
            "latched": alarm.latched,
            "acknowledged_at": when(alarm.acknowledged_us),
            "muted_until": when(alarm.muted_until_us),
            "cleared_at": when(alarm.cleared_us),
        }
        for alarm in course.pump.alarms
    ]


def _happenings(course: Course) -> list[dict[str, Any]]:
    """What befell the pump between the events: new drug at the tip, an empty reservoir, a stop."""
    if course.pump is None:
        return []
    return [
        {"at": _local(told.at_us, course.zone), "text": told.text, "source": told.source}
        for told in course.pump.happenings
    ]


def _parameters(course: Course) -> list[dict[str, Any]]:
    return [
        _number(number) | {"overridden": number.name in course.therapy.settings.overrides}
        for number in course.parameters
    ]


def _number(number: Number) -> dict[str, Any]:
    chosen = ("name", "text", "value", "unit", "status", "source")
    return {key: value for key, value in asdict(number).items() if key in chosen}


def _limits(course: Course) -> dict[str, float | None]:
    settings = course.therapy.settings
    alarm_ml = course.pump.alarm_volume_ml if course.pump else None
    return {
        "too_loose_tone": settings.value("overdosing_tone", "score"),
        "alarm_volume_ml": alarm_ml,
        "somnolence_index": 1.0,
        "withdrawal_mild": settings.value("withdrawal_mild", "ratio"),
        "withdrawal_moderate": settings.value("withdrawal_moderate", "ratio"),
        "withdrawal_severe": settings.value("withdrawal_severe", "ratio"),
    }


def _assessments(course: Course) -> list[dict[str, Any]]:
    return [
        {
            "at": event.at.isoformat(),
            "site": event.site,
            "scale": event.scale,
            "value": _ashworth(event),
        }
        for event in course.events
        if isinstance(event, Assess)
    ]


def _ashworth(event: Assess) -> float | None:
    """The score on the 1 to 5 Ashworth scale where it is one, to lie on the simulated course."""
    shift = {"ashworth-1-5": 0.0, "ashworth-0-4": 1.0}.get(event.scale)
    if shift is None:
        return None
    try:
        return float(event.value) + shift
    except ValueError:
        return None
