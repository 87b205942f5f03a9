"""Chapters about the mode of the pump: the day in steps, boluses by the clock, boluses by the patient."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.settled import settled
from cisterna.therapy import WEEKDAYS, Clock, FlexStep, PatientBolus, PatientBolusAllowance
from cisterna.units import DailyDose, Duration, HourlyRate, Mass

__all__ = ["clock_set", "flexes", "pulses", "self_boluses"]

_SCHOOL, _WEEKEND = WEEKDAYS[:5], WEEKDAYS[5:]
_BOLUS_MCG, _PER_DAY = 10, 3


def _flex(dose: float) -> dict[str, Any]:
    """A higher rate for two and a half hours in the morning, later at the weekend."""
    peak = round(1.4 * dose / 24, 2)
    rest = round((dose - 2.5 * peak) / 21.5, 2)
    rows = (
        (time(0), rest, ()),
        (time(6, 30), peak, _SCHOOL), (time(9), rest, _SCHOOL),
        (time(8), peak, _WEEKEND), (time(10, 30), rest, _WEEKEND),
    )  # fmt: skip
    return {
        "mode": "flex",
        "steps": tuple(FlexStep(from_=start, rate=HourlyRate(rate), days=days) for start, rate, days in rows),
    }


def _periodic(dose: float) -> dict[str, Any]:
    """A third of the day in four boluses, the rest evenly."""
    bolus = round(dose / 12, 1)
    return {
        "mode": "periodic-bolus", "bolus": Mass(bolus), "over": Duration(0.5), "every": Duration(6),
        "background": HourlyRate(round((dose - 4 * bolus) / 24, 2)),
    }  # fmt: skip


def _on_request(dose: float) -> dict[str, Any]:
    allowance = PatientBolusAllowance(dose=Mass(_BOLUS_MCG), lockout=Duration(4), per_day=_PER_DAY)
    return {"mode": "simple-continuous", "daily_dose": DailyDose(dose), "patient_bolus": allowance}


def flexes(life: Life) -> None:
    """From the third fill on the day has steps."""
    life.mode = {"from": 2, "values": _flex}
    settled(life)


def pulses(life: Life) -> None:
    """From the third fill on a third of the dose comes in four boluses."""
    life.mode = {"from": 2, "values": _periodic}
    settled(life)


def self_boluses(life: Life) -> None:
    """The patient may ask for a bolus, and did in the last two weeks."""
    life.mode = {"from": 1, "values": _on_request}
    settled(life, extra=_BOLUS_MCG * _PER_DAY)
    for days in range(2, 15):
        for clock in life.random.sample(("06:40", "13:10", "19:25"), life.random.randint(0, 2)):
            life.chart.add(PatientBolus, life.today - timedelta(days=days), clock, by="the patient")


def clock_set(life: Life) -> None:
    """The steps of the day were an hour off after the change of the clocks; the pump's clock was set."""
    flexes(life)
    fill = life.fillings[-1].day
    offset = life.fills[-1].at.strftime("%z")
    life.chart.add(
        Clock, fill, "10:40", by=life.chart.who("nurse"), offset=f"{offset[:3]}:{offset[3:]}",
        why="set to local time after daylight saving changed",
    )  # fmt: skip
