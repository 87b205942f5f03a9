"""Therapies to run pumps on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from cisterna.evidence import Catalogue, builtin_catalogue
from cisterna.therapy.events import Event, Implant
from cisterna.therapy.patient import Patient
from cisterna.therapy.therapy import Therapy
from cisterna.units import Length, Volume

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(scope="session")
def at() -> Callable[[float], datetime]:
    """The instant a number of hours after the implant, as clocks in Madrid show it in winter."""

    def after(hours: float) -> datetime:
        return (START + timedelta(hours=hours)).astimezone(timezone(timedelta(hours=1)))

    return after


@pytest.fixture(scope="session")
def implant(at: Callable[[float], datetime]) -> Implant:
    """A 20 mL pump whose tubing and catheter hold 0.34 mL."""
    return Implant(
        at=at(0),
        pump="synchromed-ii-20",
        catheter="ascenda-8780",
        catheter_implanted=Length(0.2 / 0.0022),
        why="makes 0.2 mL",
        tip="T10",
        alarm_volume=Volume(2),
    )


@pytest.fixture(scope="session")
def therapy_of(implant: Implant) -> Callable[..., Therapy]:
    """A therapy with the implant and the events given; ``pump`` names another model.

    In plug flow, whose numbers anybody can check by hand, unless fronts are to be ``mixed``.
    """

    def make(
        *events: Event,
        pump: str = "synchromed-ii-20",
        timezone: str = "Europe/Madrid",
        mixed: bool = False,
        parameters: dict[str, str] | None = None,
        catalogue: Catalogue | None = None,
    ) -> Therapy:
        patient = Patient(label="invented", born=date(2010, 5, 1), timezone=timezone)
        plug_flow = {} if mixed else {"front_mixing_plugs": "0 count"}
        return Therapy(
            patient=patient,
            events=(replace(implant, pump=pump), *events),
            parameters={**plug_flow, **(parameters or {})},
            catalogue=catalogue or builtin_catalogue(),
        )

    return make
