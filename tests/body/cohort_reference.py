"""Cohorts of random programs, and each of their patients followed alone through the model of one patient."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from cisterna.body import Response, expose, respond
from cisterna.body.population import VARYING, Ages, Cohort, Patients, Population, Programs
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.evidence import Number, Settings
from cisterna.instants import US_PER_HOUR
from cisterna.kernel import RESPONSES, EvenGrid, Happenings, uniforms
from cisterna.therapy import Patient, Therapy, Tone
from cisterna.units import BodyWeight, Length

Floats = NDArray[np.float64]
START_US = 1_772_000_000 * 1_000_000  # in February: nobody of the cohort has a birthday within two months
TIP, PUNCTURE, MOUTH = Site(Route.CATHETER, "T10"), Site(Route.PUNCTURE, "L3"), Site(Route.MOUTH)
MINUTE_US = US_PER_HOUR // 60
SETTINGS = Settings()


def random_cohort(count: int, days: int, minutes: int, seed: int = 5) -> Cohort:
    """Patients of all ages with a constant rate, a flex day, or a trial: a bolus, tablets and a stop."""
    end = days * 1440

    def dosing(patients: Patients) -> Programs:
        return _random_programs(patients, end)

    return Cohort(
        population=Population.of(SETTINGS, Ages.ALL),
        seed=seed,
        count=count,
        dosing=dosing,
        grid=EvenGrid(steps=end // minutes, ticks=minutes, tick_h=1 / 60),
        outputs=("legs",),
        responses=tuple(RESPONSES),
    )


def _random_programs(patients: Patients, end: int) -> Programs:
    changes: list[list[tuple[int, int, float]]] = []
    doses: list[list[tuple[int, int, float]]] = []
    for place in range(patients.first, patients.first + len(patients)):
        own = uniforms(77, place, 1, 12)[0]
        rate, ticks = 2 + 16 * own[0], (own[1:] * end).astype(int).tolist()
        stop = [(ticks[0], 0, 0.0)] if place % 4 else []  # a tick at which the pump stops
        if place % 3 == 0:
            changes.append(sorted([(0, 0, rate), *stop]))
            doses.append([])
        elif place % 3 == 1:
            at = sorted([0, ticks[1] % 1440, ticks[2] % 1440])
            flex = [
                (day * 1440 + minute, 0, rate * (0.3 + own[3 + step]))
                for day in range(end // 1440)
                for step, minute in enumerate(at)
            ]
            changes.append([row for row in flex if not stop or row[0] <= ticks[0]] + stop)
            doses.append([(ticks[3], 2, 20_000 * own[4])])
        else:
            changes.append([])
            tablets = [(tick, 2, 30_000 * own[5]) for tick in ticks[2:6]]
            doses.append(sorted([(ticks[1], 1, 30 + 70 * own[6]), *tablets]))
    return Programs((TIP, PUNCTURE), _happenings(changes), _happenings(doses))


def _happenings(each: list[list[tuple[int, int, float]]]) -> Happenings:
    rows = [row for own in each for row in own]
    return Happenings(
        np.cumsum([0, *(len(own) for own in each)], dtype=np.int64),
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.float64),
    )


def alone(cohort: Cohort, place: int, ticks: NDArray[np.int64]) -> dict[str, Floats]:
    """Responses of one patient by the model of one patient, at the ticks."""
    patients = cohort.population.draw(cohort.seed, place, 1)
    therapy = therapy_of(patients)
    delivery = _delivery(cohort, patients, therapy)
    times_us = START_US + ticks * MINUTE_US
    exposure = expose(delivery, therapy, START_US, times_us.tolist())
    response = respond(exposure, therapy)
    rows = np.searchsorted(exposure.times_us, times_us)
    return {name: _of(response, name)[rows] for name in RESPONSES}


def _of(response: Response, name: str) -> Floats:
    found: Floats | None = getattr(response, name)
    return np.zeros(len(response.times_us)) if found is None else found


def therapy_of(patients: Patients) -> Therapy:
    """The first of the patients with all numbers that are its own as settings."""
    own = patients.factors[0]
    adult = bool(patients.adult[0])
    plasma = {"clearance", "central_volume", "peripheral_volume"}
    overrides: dict[str, Number] = {}
    for name, factor in zip(VARYING, own.tolist(), strict=True):
        called = name if name not in plasma else f"adult_{name}" if adult else f"{name}_per_weight"
        for each in (called, "h_reflex_ec50") if name == "tone_ec50" else (called,):
            number = SETTINGS.number(each)
            overrides[each] = replace(number, value=(number.value or 0.0) * factor)
    return Therapy(
        patient=Patient(
            label="one of a cohort",
            born=date(2026 - int(patients.age_y[0]), 1, 1),
            weight=None if adult else BodyWeight(float(patients.weight_kg[0])),
            height=None if adult else Length(float(patients.height_cm[0])),
            condition="cerebral palsy" if patients.palsy[0] else "stroke",
            tone=Tone(
                legs=float(patients.untreated_tone_legs[0]),
                arms=float(patients.untreated_tone_arms[0]),
                scale="ashworth-1-5",
            ),
        ),
        settings=Settings(overrides),
    )


def _delivery(cohort: Cohort, patients: Patients, therapy: Therapy) -> Delivery:
    programs = cohort.dosing(patients)
    end = cohort.grid.steps * cohort.grid.ticks
    ticks, _, rates = programs.changes.of(0)
    upto = [*ticks[1:].tolist(), end] if len(ticks) else []
    infusions = tuple(
        Infusion(TIP, START_US + begin * MINUTE_US, START_US + until * MINUTE_US, rate)
        for begin, until, rate in zip(ticks.tolist(), upto, rates.tolist(), strict=True)
        if until > begin and rate > 0
    )
    absorbed = therapy.settings.value("oral_bioavailability", "fraction")
    doses = tuple(
        Dose(MOUTH, START_US + tick * MINUTE_US, amount, absorbed)
        if kind == programs.mouth
        else Dose(PUNCTURE, START_US + tick * MINUTE_US, amount)
        for tick, kind, amount in zip(*(own.tolist() for own in programs.doses.of(0)), strict=True)
    )
    return Delivery(infusions=infusions, doses=doses)
