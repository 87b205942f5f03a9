"""A course for tests of the report: shaped like a real one, computed by plain formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pytest

from cisterna.report.panels import LEVEL_ROWS
from cisterna.report.source import Facts

START_US = 1_770_109_200_000_000  # 2026-02-03T09:00:00Z
HOUR_US = 3_600_000_000
ZONE = ZoneInfo("Europe/Madrid")


@dataclass(frozen=True)
class CourseDouble:
    """Stands in for a simulated course; its curves mean nothing and only have the right shape."""

    times_us: npt.NDArray[np.int64]
    held_columns: dict[str, npt.NDArray[np.float64]]
    held_facts: Facts
    zone: ZoneInfo = ZONE

    def facts(self) -> Facts:
        return self.held_facts

    def columns(self) -> dict[str, npt.NDArray[np.float64]]:
        return self.held_columns


def double(
    samples: int = 3000,
    *,
    pump: bool = True,
    step_us: int = HOUR_US,
    label: str = "girl, 8 years, spastic quadriplegia",
) -> CourseDouble:
    """A course of ``samples`` output times; with a pump that is implanted after a fortnight."""
    times_us = START_US + np.arange(samples, dtype=np.int64) * step_us
    hours = (times_us - START_US) / HOUR_US
    return CourseDouble(
        times_us=times_us,
        held_columns=_columns(hours, pump=pump),
        held_facts=_facts(times_us, label, pump=pump),
    )


def _columns(hours: npt.NDArray[np.float64], *, pump: bool) -> dict[str, npt.NDArray[np.float64]]:
    columns: dict[str, npt.NDArray[np.float64]] = {}
    implanted = hours >= 336
    rate = np.where(hours % 24 < 6, 9.0, 4.5) * (1 + 0.1 * (hours // 800))
    if pump:
        columns["reservoir_ml"] = np.where(implanted, 20 - 17 * ((hours - 336) % 1500) / 1500, np.nan)
        columns["reservoir_concentration_mcg_per_ml"] = np.where(implanted, 500.0, np.nan)
        columns["programmed_mcg_per_h"] = np.where(implanted, rate, np.nan)
        unknown = (hours > 1200) & (hours < 1240)
        columns["tip_mcg_per_h"] = np.where(implanted & ~unknown, rate, np.nan)
    level = np.where(implanted, rate / 4.5, 0.0) + 3 * np.exp(-np.abs(hours - 60) / 5)
    for place, name in enumerate(LEVEL_ROWS):
        columns[f"csf_{name}_mcg_per_ml"] = 0.3 * level * np.exp(-abs(place - 17) / 6)
    columns["cord_legs_ng_per_ml"] = 140 * level
    columns["cord_arms_ng_per_ml"] = 50 * level
    columns["plasma_ng_per_ml"] = 1.5 * level + np.where(hours % 8 == 0, 0.4, 0.0)
    columns["tone_legs"] = 1 + 2.6 / (1 + level)
    columns["tone_arms"] = 1 + 2.0 / (1 + level / 3)
    columns["h_reflex_ratio"] = 1 / (1 + 3 * level)
    if pump:
        columns["sedation_index"] = 0.2 * level
    columns["withdrawal_index"] = 0.1 * np.exp(-np.abs(hours - 1230) / 30)
    columns["tolerance"] = 1 + 2.2 * (1 - np.exp(-hours / 5800))
    return columns


def _at(hours: float) -> str:
    return str(np.datetime64(START_US + int(hours * HOUR_US), "us")) + "+00:00"


def _facts(times_us: npt.NDArray[np.int64], label: str, *, pump: bool) -> Facts:
    until = str(np.datetime64(int(times_us[-1]), "us")) + "+00:00"
    source = "Invented for a test"
    return {
        "schema": 1,
        "patient": {
            "label": label, "sex": "female", "age_at_start_y": 7.98, "weight_kg": 21.0, "height_cm": 118.0,
            "condition": "cerebral palsy", "gmfcs": "IV", "timezone": ZONE.key,
        },
        "devices": {
            "pump": "Medtronic SynchroMed II, 20 mL", "catheter": "Medtronic Ascenda 8780", "tip": "T10",
            "dead_volume_ml": 0.2763,
        } if pump else None,
        "simulated": {
            "from": _at(0), "until": until, "for": "typical patient", "overridden": [], "version": "0.0",
            "notes": ["untreated tone of the arms is not stated; a mean is used"],
        },
        "events": _events(pump=pump),
        "drug_account": _account(),
        "happenings": [
            {"at": _at(370), "text": "new concentration reached the tip", "source": source},
        ] if pump else [],
        "dates": _dates() if pump else None,
        "visits": [
            {"at": _at(1836), "expected_ml": 4.6, "would_measure_ml": 4.6, "withdrawn_ml": 4.8},
        ] if pump else [],
        "alarms": [{
            "at": _at(1810), "condition": "low-reservoir", "priority": "non-critical", "latched": True,
            "acknowledged_at": None, "muted_until": None, "cleared_at": _at(1836),
        }] if pump else [],
        "warnings": [
            {"at": _at(60), "text": "Sedation index 1.3 is above 1.", "source": source, "status": "derived"},
        ],
        "parameters": [
            {
                "name": "ke0", "text": "rate into the effect compartment", "value": 0.13, "unit": "1/h",
                "status": "derived", "source": source, "overridden": False,
            },
            {
                "name": "tolerance_tau", "text": "time constant of tolerance", "value": 8.0, "unit": "months",
                "status": "assumed", "source": source, "overridden": True,
            },
        ],
        "limits": {
            "too_loose_tone": 1.3, "alarm_volume_ml": 2.0 if pump else None, "somnolence_index": 1.0,
            "withdrawal_mild": 0.2, "withdrawal_moderate": 0.5, "withdrawal_severe": 0.8,
        },
        "assessments": [
            {"at": _at(10), "site": "legs", "scale": "ashworth-1-5", "value": 3.6},
            {"at": _at(10), "site": "arms", "scale": "ashworth-1-5", "value": 3.0},
            {"at": _at(900), "site": "goal", "scale": "gas", "value": None},
        ],
    }  # fmt: skip


def _events(*, pump: bool) -> list[dict[str, Any]]:
    rows: list[tuple[float, str, str, str]] = [
        (10, "assess", "Assessed legs: ashworth-1-5 3.6", ""),
        (60, "lumbar-bolus", "Lumbar bolus of 50 mcg at L3", "50 mcg"),
    ]
    if pump:
        rows += [
            (336, "implant", "Implanted", ""),
            (337, "fill", "Filled with 20 mL of 500 mcg/mL", "20 mL of 500 mcg/mL"),
            (337.1, "program", "Programmed flex", "135 mcg/day"),
            (1836, "fill", "Refilled: withdrew 4.8 mL", "20 mL of 500 mcg/mL"),
        ]
    return [
        {
            "at": _at(at),
            "kind": kind,
            "text": text,
            "dose_text": dose,
            "reservoir_ml": 20.0 if at > 336 else None,
            "tone_legs": 3.6,
            "tone_arms": 3.0,
            "plasma_ng_per_ml": 0.0,
            "alarms": ["low-reservoir"] if at == 60 and pump else [],
        }
        for at, kind, text, dose in rows
    ]


def _account() -> dict[str, float]:
    found = {
        "withdrawn_mcg": 2400.0, "reservoir_mcg": 4200.5, "dead_volume_mcg": 138.0, "outside_mcg": 0.0,
        "spinal_fluid_mcg": 9.25, "cistern_mcg": 1.5, "cranial_mcg": 3.0, "cord_mcg": 4.0,
        "plasma_mcg": 0.125,
        "peripheral_mcg": 0.5, "gut_mcg": 0.0, "skin_mcg": 0.0, "eliminated_mcg": 3293.125,
    }  # fmt: skip
    return {"injected_mcg": 10_000.0, "by_other_routes_mcg": 50.0, **found, "relative_error": 3.1e-15}


def _dates() -> dict[str, dict[str, str | None]]:
    return {
        "low_reservoir_alarm_date": {"date": "2026-07-24", "decided_by": "alarm-volume"},
        "worst_case_date": {"date": "2026-07-10", "decided_by": "accuracy"},
        "earliest_empty_date": {
            "date": "2026-07-22",
            "decided_by": "accuracy",
        },
        "latest_empty_date": {
            "date": "2026-08-20",
            "decided_by": "accuracy",
        },
        "stability_date": {"date": "2026-10-20", "decided_by": "stability"},
        "refill_by_date": {"date": "2026-07-17", "decided_by": "alarm-volume"},
        "book_from": {"date": "2026-07-14", "decided_by": "alarm-volume"},
        "eri_date": {"date": None, "decided_by": "not raised"},
        "end_of_service_date": {"date": "2033-02-17", "decided_by": "life"},
        "replace_by_date": {"date": "2033-02-17", "decided_by": "life"},
        "schedule_by_date": {"date": "2032-08-17", "decided_by": "life"},
    }


@pytest.fixture(scope="session")
def course() -> CourseDouble:
    """A course with a pump over four months."""
    return double()


@pytest.fixture(scope="session")
def course_without_pump() -> CourseDouble:
    """A course by lumbar bolus alone."""
    return double(500, pump=False)
