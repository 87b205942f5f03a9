"""What the cohorts of the benchmark are: patients of all ages, each with a program of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.kernel_case import Case
from cisterna.body.population import Ages, Cohort, Patients, Population, Programs, follow_cohort
from cisterna.evidence import Settings
from cisterna.kernel import EvenGrid, uniforms

__all__ = ["BEGINS", "cohort", "daily_program", "followed", "one_patient"]

Floats = NDArray[np.float64]
DAYS = 30
BEGINS = 6  # rates a day, at minutes of the patient's own
_MINUTES = 24 * 60
_SEED, _OF_PROGRAMS = 20261129, 20261130


def daily_program(patients: Patients) -> tuple[NDArray[np.int64], Floats]:
    """Minutes of the day at which each patient's rates begin, ascending from 0, and the rates in mcg/h."""
    own = uniforms(_OF_PROGRAMS, patients.first, len(patients), 2 * BEGINS)
    begins = np.sort(np.floor(own[:, :BEGINS] * _MINUTES).astype(np.int64), axis=1)
    begins[:, 0] = 0
    return begins, 2 + 10 * own[:, BEGINS:]


def cohort(patients: int, *, days: int = DAYS, repeats: bool = False, minutes: int = 15) -> Cohort:
    """So many patients, read at legs, arms, cistern and plasma every so many minutes."""

    def dosing(own: Patients) -> Programs:
        return Programs.of_days("T10", *daily_program(own), day=_MINUTES, days=days)

    day = _MINUTES // minutes
    return Cohort(
        population=Population.of(Settings(), Ages.ALL),
        seed=_SEED,
        count=patients,
        dosing=dosing,
        grid=EvenGrid(steps=days * day, ticks=minutes, tick_h=1 / 60, day=day),
        repeats=repeats,
    )


def followed(own: Cohort, threads: int, wanted: tuple[str, ...] = ("grid",)) -> Callable[[], int]:
    """A run through a cohort that keeps nothing; gives how many patients went the general way."""
    return lambda: sum(
        int(batch.values.left.sum()) for batch in follow_cohort(own, wanted=wanted, threads=threads)
    )


def one_patient(own: Cohort, place: int) -> Case:
    """The same patient and program as a case of its own, which the peers are given."""
    patients = own.population.draw(own.seed, place, 1)
    begins, rates = daily_program(patients)
    changes = (begins + np.arange(DAYS)[:, np.newaxis] * _MINUTES).reshape(-1)
    outputs = np.arange(own.grid.steps + 1) * own.grid.ticks
    instants = np.unique(np.concatenate([outputs, changes]))
    of_each = np.tile(rates[0], DAYS)[np.searchsorted(changes, instants[:-1], side="right") - 1]
    return Case(
        parameters=own.population.patient(patients, 0).parameters,
        instants_min=instants,
        rates=of_each[:, np.newaxis],
        places=np.zeros(0, dtype=np.int64),
        rows=np.searchsorted(instants, outputs),
    )
