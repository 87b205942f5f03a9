"""Cohorts: drawn by seed and place, followed in batches."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cisterna.body.parameters import share_of
from cisterna.body.population import (
    VARYING,
    Ages,
    Cohort,
    Patients,
    Population,
    Programs,
    bands_of,
    follow_cohort,
    lognormal_sigma,
)
from cisterna.body.population.rates import OUTPUTS, ladders_of, reading_of
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Route, Site
from cisterna.errors import BodyError
from cisterna.evidence import Settings
from cisterna.kernel import RELATIVE_ERROR, EvenGrid, Happenings, one_thread, uniforms
from cisterna.kernel.one_ladder import network_of

Floats = NDArray[np.float64]
SETTINGS = Settings()
HOURLY = EvenGrid(steps=48, ticks=60, tick_h=1 / 60, day=24)


def two_rates(patients: Patients) -> Programs:
    """A day of two rates at a time of each patient's own, and a tablet on the first morning."""
    count = len(patients)
    own = uniforms(99, patients.first, count, 3)
    begins = np.column_stack([np.zeros(count), 60 + np.floor(own[:, 0] * 1000)]).astype(np.int64)
    programs = Programs.of_days("T10", begins, 2 + 10 * own[:, 1:], day=1440, days=2)
    tablets = Happenings(
        np.arange(count + 1), np.full(count, 480), np.full(count, programs.mouth), np.full(count, 10_000.0)
    )
    return replace(programs, doses=tablets)


def cohort(count: int, ages: Ages = Ages.ALL) -> Cohort:
    """So many patients on two days of two rates."""
    return Cohort(
        population=Population.of(SETTINGS, ages), seed=5, count=count, dosing=two_rates, grid=HOURLY
    )


def dense(model: Model) -> Floats:
    """The rate matrix of a model in the order of a ladder, without what follows and feeds nothing."""
    at = model.compartments
    order = [*range(at.cranial + 1), *range(at.cord.start, at.cord.stop), at.plasma, at.peripheral]
    order += [*range(at.absorbed_transit.start, at.absorbed_transit.stop), at.skin]
    return model.rate_matrix[np.ix_(order, order)]


@pytest.mark.parametrize("ages", list(Ages))
def test_drawn_rates_are_those_of_the_model_of_each_patient(ages: Ages) -> None:
    """The rates that are drawn as arrays are the rate matrix of each patient's own parameters."""
    population = Population.of(SETTINGS, ages)
    patients = population.draw(5, 0, 12)
    ladders, reading = (
        ladders_of(population, patients, 2),
        reading_of(population, patients, tuple(OUTPUTS), 2),
    )
    for own in range(len(patients)):
        model = model_of(population.patient(patients, own).parameters, 2)
        found = network_of(ladders, own, np.zeros((0, 200))).rate_matrix
        np.testing.assert_allclose(found, dense(model), rtol=1e-12, atol=1e-15)
        rows = np.stack([getattr(model.read_outs, name) for name in OUTPUTS])
        np.testing.assert_allclose(np.sort(reading.weights[own]), np.sort(rows[rows != 0]), rtol=1e-12)


def test_spreads_are_those_of_the_evidence() -> None:
    """Of 20,000 adults the median and spread of each factor are the published ones, within sampling error."""
    drawn = Population.of(SETTINGS, Ages.ADULTS).draw(1, 0, 20_000)
    logs = np.log(drawn.factors)
    for place, name in enumerate(VARYING):
        if name == "oral_bioavailability":
            assert drawn.factors[:, place].max() <= 1 / share_of(SETTINGS, name)
            continue
        published = f"adult_{name}" if name in {"clearance", "central_volume", "peripheral_volume"} else name
        sigma = lognormal_sigma(SETTINGS.number(published))
        assert abs(np.median(logs[:, place])) < 4 * 1.26 * sigma / np.sqrt(20_000)
        assert logs[:, place].std() == pytest.approx(sigma, rel=0.03)


def test_ages_levels_and_sexes_are_those_of_the_evidence() -> None:
    """Ages lie within the published range, children below the adult; the shares are the published ones."""
    everybody = Population.of(SETTINGS, Ages.ALL).draw(2, 0, 20_000)
    published = SETTINGS.number("age_at_implant")
    assert everybody.exact_age_y.min() >= published.low_in("y")
    assert everybody.exact_age_y.max() <= published.high_in("y")
    assert everybody.male.mean() == pytest.approx(SETTINGS.value("male_share", "fraction"), abs=0.015)
    treated = [SETTINGS.value(f"gmfcs_{own}_patients_stewart", "patients") for own in (2, 3, 4, 5)]
    shares = np.bincount(everybody.level, minlength=4) / len(everybody)
    np.testing.assert_allclose(shares, np.array(treated) / sum(treated), atol=0.015)
    children = Population.of(SETTINGS, Ages.CHILDREN).draw(2, 0, 2000)
    assert not children.adult.any()
    assert children.exact_age_y.max() < SETTINGS.value("adult_age", "y")


def test_a_covariance_of_a_study_is_drawn_from() -> None:
    """Two numbers that a study correlates are correlated; an array that is no covariance is refused."""
    population = Population.of(SETTINGS, Ages.ADULTS)
    one, other = VARYING.index("clearance"), VARYING.index("central_volume")
    own = population.adults.copy()
    own[one, other] = own[other, one] = 0.8 * np.sqrt(own[one, one] * own[other, other])
    logs = np.log(replace(population, adults=own).draw(1, 0, 4000).factors)
    assert np.corrcoef(logs[:, one], logs[:, other])[0, 1] == pytest.approx(0.8, abs=0.05)
    own[one, other] = own[other, one] = 9.0
    with pytest.raises(BodyError, match="no covariance"):
        replace(population, adults=own)


@one_thread
def test_a_cohort_is_the_same_with_any_threads() -> None:
    """Two threads give what one gives to the last digit, in one order; the progress ends at the count."""
    told: list[tuple[int, int]] = []
    one = list(follow_cohort(cohort(300), wanted=("grid", "days"), threads=1))
    two = list(
        follow_cohort(cohort(300), wanted=("grid", "days"), threads=2, progress=lambda *own: told.append(own))
    )
    assert [batch.patients.first for batch in two] == [batch.patients.first for batch in one]
    for alone, together in zip(one, two, strict=True):
        np.testing.assert_array_equal(alone.values.grid, together.values.grid)
        np.testing.assert_array_equal(alone.values.means, together.values.means)
    assert told[-1] == (300, 300)


@one_thread
def test_an_interruption_ends_a_cohort_cleanly() -> None:
    """An interruption in the middle passes on, and no thread of the cohort goes on working."""
    before = threading.active_count()

    def interrupted(done: int, count: int) -> None:
        assert done < count
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(follow_cohort(cohort(2000), threads=2, progress=interrupted))
    assert threading.active_count() == before


@one_thread
def test_bands_are_the_quantiles_of_the_patients() -> None:
    """Each band lies within the stated error of the value of the patient at its place in the order."""
    own = cohort(150)
    grids = np.concatenate([batch.values.grid for batch in follow_cohort(own)])
    bands = bands_of(own, (0.1, 0.5, 0.9), threads=2)
    for number, share in enumerate(bands.shares):
        exact = np.sort(grids, axis=0)[int(share * 149)]
        told = exact > 1e-4
        np.testing.assert_allclose(bands.quantiles[number][told], exact[told], rtol=RELATIVE_ERROR)
        assert np.all(bands.quantiles[number][~told] <= 1.01e-4)


def test_what_a_cohort_cannot_have_is_refused() -> None:
    """No patients, no threads, an unknown output, a way in that is none: each says what is allowed."""
    with pytest.raises(BodyError, match=r"cohort\.count"):
        next(follow_cohort(cohort(0)))
    with pytest.raises(BodyError, match="threads"):
        next(follow_cohort(cohort(1), threads=0))
    with pytest.raises(BodyError, match="legs, arms, cistern, plasma"):
        next(follow_cohort(replace(cohort(1), outputs=("brain",))))
    nobody = Population.of(SETTINGS, Ages.ADULTS).draw(1, 0, 1)
    by_skin = replace(two_rates(nobody), ways=(Site(Route.SKIN),))
    with pytest.raises(BodyError, match=r"cohort\.ways"):
        next(follow_cohort(replace(cohort(1), dosing=lambda _: by_skin)))
    three_steps = Population.of(Settings.of({"transit_steps": "3 count"}), Ages.ADULTS)
    with pytest.raises(BodyError, match="two steps"):
        next(follow_cohort(replace(cohort(1), population=three_steps)))
    with pytest.raises(BodyError, match="seed"):
        Population.of(SETTINGS, Ages.ADULTS).draw(-1, 0, 1)
