"""Therapies to judge programs in."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from cisterna.limits import SiteSettings
from cisterna.therapy import Condition, Event, Fill, Implant, Patient, Program, Therapy
from cisterna.units import Concentration, DailyDose, Length, Volume

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
UNSET = "none"
EVERY = dict.fromkeys(("absolute_low", "recommended_low", "recommended_high", "absolute_high"), UNSET)


@pytest.fixture(scope="session")
def at() -> Callable[[float], datetime]:
    """The instant a number of hours after the implant."""
    return lambda hours: START + timedelta(hours=hours)


@pytest.fixture(scope="session")
def continuous(at: Callable[[float], datetime]) -> Callable[[float, float], Program]:
    """A simple continuous program: hours after the implant, mcg/day."""
    return lambda hours, dose: Program(at=at(hours), mode="simple-continuous", daily_dose=DailyDose(dose))


@pytest.fixture(scope="session")
def fill(at: Callable[[float], datetime]) -> Callable[..., Fill]:
    """A fill with 20 mL: hours after the implant, mcg/mL, mL withdrawn."""

    def make(hours: float, concentration: float = 500, withdrawn: float | None = None) -> Fill:
        return Fill(
            at=at(hours), injected=Volume(20), concentration=Concentration(concentration), rinsed=True,
            withdrawn=None if withdrawn is None else Volume(withdrawn),
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def therapy_of(at: Callable[[float], datetime], fill: Callable[..., Fill]) -> Callable[..., Therapy]:
    """A therapy with an implant, a first fill after one hour, and the events given."""

    def make(
        *events: Event,
        born: date = date(2014, 5, 1),
        condition: Condition = "cerebral palsy",
        concentration: float = 500,
        **more: object,
    ) -> Therapy:
        implant = Implant(
            at=at(0), pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10",
            catheter_trimmed=Length(52), alarm_volume=Volume(2),
        )  # fmt: skip
        patient = Patient(label="invented", born=born, condition=condition)
        before = [event for event in events if event.at < at(0)]
        after = [event for event in events if event.at >= at(0)]
        first = () if more.pop("unfilled", False) else (fill(1, concentration),)
        return Therapy(patient=patient, events=(*before, implant, *first, *after), **more)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def decided() -> SiteSettings:
    """A site that has decided on everything for 500 mcg/mL: nothing is bounded but what is published."""
    entry = {
        "drug": "baclofen", "concentration": "500 mcg/mL", "daily_dose": EVERY, "hourly_dose": EVERY,
        "bolus": EVERY, "bolus_duration": EVERY, "bolus_count": {"absolute_high": UNSET},
        "window": {"absolute_high": UNSET},
    }  # fmt: skip
    return SiteSettings.of({"schema": 1, "entry": [entry]})
