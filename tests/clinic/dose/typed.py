"""A patient with a pump that runs 100 mcg/day of 500 mcg/mL, and what is typed to change that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from cisterna.clinic.dose.proposal import ProgramChange
from cisterna.clinic.settings.site import SiteChoices
from cisterna.therapy import Event, Fill, Implant, Patient, Program, Therapy
from cisterna.units import BodyWeight, Concentration, DailyDose, Length, Volume

NOW_US = 1_795_000_000_000_000
"""18 November 2026, 11:06 UTC."""

IMPLANTED = datetime.fromisoformat("2026-09-01T09:00:00+00:00")
FILLED = datetime.fromisoformat("2026-11-02T09:00:00+00:00")

SESSION = {
    "opened_day": "2026-11-18",
    "opened_time": "10:50",
    "at_day": "2026-11-18",
    "at_time": "11:00",
    "ended": "running",
}


def dosed(*more: Event, pump: str = "synchromed-ii-20") -> Therapy:
    """The therapy, after a first refill, so that the phase is maintenance."""
    return Therapy(
        patient=Patient(label="invented girl", born=date(2016, 2, 11), weight=BodyWeight(24)),
        events=(
            Implant(at=IMPLANTED, id="i", pump=pump, catheter="ascenda-8780", tip="T10",
                    catheter_trimmed=Length(52), alarm_volume=Volume(2)),
            Fill(at=IMPLANTED, id="f", injected=Volume(18), concentration=Concentration(500)),
            Program(at=IMPLANTED, id="p", mode="simple-continuous", daily_dose=DailyDose(100), by="Before"),
            Fill(at=FILLED, id="r", injected=Volume(18), withdrawn=Volume(5.6),
                 concentration=Concentration(500)),
            *more,
        ),
    )  # fmt: skip


def change(
    typed: Mapping[str, str], therapy: Therapy | None = None, choices: SiteChoices | None = None
) -> ProgramChange:
    """A change of dose as the form gives it."""
    return ProgramChange(
        therapy=therapy or dosed(), choices=choices or LIMITED, now_us=NOW_US, typed=typed
    )  # fmt: skip


def simple(dose: str, **more: str) -> dict[str, str]:
    """A simple continuous program with its session."""
    return {"mode": "simple-continuous", "daily_dose": dose, "read_dose": dose, **SESSION, **more}


_FREE = (
    '{ absolute_low = "none", recommended_low = "none", recommended_high = "none", absolute_high = "none" }'
)
LIMITED = replace(
    SiteChoices(),
    words={
        "limits": f"""
schema = 1
[[entry]]
drug = "baclofen"
concentration = "500 mcg/mL"
daily_dose = {{ absolute_low = "none", absolute_high = "900 mcg/day" }}
hourly_dose = {_FREE.replace('absolute_high = "none"', 'absolute_high = "60 mcg/h"')}
bolus = {_FREE}
bolus_duration = {_FREE}
bolus_count = {{ absolute_high = "none" }}
window = {{ length = "4 h", absolute_high = "none" }}
"""
    },
)
"""A site that set the limits that nobody has published."""
