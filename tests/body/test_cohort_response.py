"""What a cohort responds with, held to the model of one patient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import truncnorm
from tests.body.cohort_reference import SETTINGS, alone, random_cohort

from cisterna.body.population import RESPONSES, Ages, Cohort, Population, bands_of, follow_cohort
from cisterna.errors import BodyError
from cisterna.evidence import Settings
from cisterna.kernel import EvenGrid, one_thread

ON_THE_SCALE = 1e-4  # what is promised of tone; what is found is 1e-12


def on_grid(cohort: Cohort) -> np.ndarray:
    """All ticks of the grid."""
    ticks: np.ndarray = np.arange(cohort.grid.steps + 1) * cohort.grid.ticks
    return ticks


@one_thread
@pytest.mark.parametrize(("count", "days", "minutes"), [(24, 20, 60), (9, 17, 15)])
def test_responses_are_those_of_each_patient_alone(count: int, days: int, minutes: int) -> None:
    """Constant, flex, bolus, tablets, a stop: all are what one patient's model gives, between hours too."""
    cohort, given = random_cohort(count, days, minutes), np.array([0, 7, 1001, 9999])
    followed = next(follow_cohort(cohort, at_ticks=given))
    withdrawn = False
    for place in range(count):
        for ticks, found in ((on_grid(cohort), followed.responses.grid), (given, followed.responses.at)):
            expected = alone(cohort, place, ticks)
            for number, name in enumerate(cohort.responses):
                assert np.abs(found[place, number] - expected[name]).max() <= ON_THE_SCALE / 1000, name
            withdrawn = withdrawn or expected["withdrawal_index"].max() > 0.02
    assert withdrawn


@one_thread
def test_responses_need_no_level_to_be_asked_for() -> None:
    """Any level may be read beside any response, and neither changes the other."""
    cohort = random_cohort(6, 3, 60)
    cohort = replace(cohort, grid=replace(cohort.grid, day=24))
    every = next(follow_cohort(cohort, wanted=("grid", "days")))
    alone_read = replace(cohort, outputs=("plasma", "cistern"), responses=("sedation_index", "tone_arms"))
    some = next(follow_cohort(alone_read, wanted=("days",)))
    assert some.values.grid.size == 0
    assert some.values.means.shape == (6, 2, 3)
    for found, number in ((0, 3), (1, 1)):
        expected = every.responses.grid[:, number]
        np.testing.assert_allclose(some.responses.grid[:, found], expected, rtol=1e-9, atol=1e-12)
    without = next(follow_cohort(replace(alone_read, responses=()), wanted=("days",)))
    np.testing.assert_allclose(some.values.means, without.values.means, rtol=1e-12)
    assert without.responses.grid.size == 0


def test_untreated_tone_is_drawn_as_published() -> None:
    """Legs and arms: normal with the published mean and SD within the scale, independent of all else."""
    drawn = Population.of(SETTINGS, Ages.ALL).draw(3, 0, 20_000)
    for limb, tone in (("legs", drawn.untreated_tone_legs), ("arms", drawn.untreated_tone_arms)):
        published = SETTINGS.number(f"untreated_tone_{limb}")
        assert published.spread is not None
        mean, sd = published.in_unit("score"), published.spread.size or 0.0
        law = truncnorm((1 - mean) / sd, (5 - mean) / sd, mean, sd)
        assert tone.min() >= 1
        assert tone.max() <= 5
        assert tone.mean() == pytest.approx(law.mean(), abs=4 * law.std() / np.sqrt(20_000))
        assert tone.std() == pytest.approx(law.std(), rel=0.03)
        assert abs(np.corrcoef(tone, drawn.factor("tone_ec50"))[0, 1]) < 0.03
    assert abs(np.corrcoef(drawn.untreated_tone_legs, drawn.untreated_tone_arms)[0, 1]) < 0.03


def test_who_has_palsy_keeps_the_irreducible_share() -> None:
    """All who are drawn from those treated for cerebral palsy have it; the reference adult has not."""
    assert Population.of(SETTINGS, Ages.CHILDREN).draw(1, 0, 50).palsy.all()
    assert Population.of(SETTINGS, Ages.ALL).draw(1, 0, 50).palsy.all()
    assert not Population.of(SETTINGS, Ages.ADULTS).draw(1, 0, 50).palsy.any()


@one_thread
def test_bands_of_responses_are_the_quantiles_of_the_patients() -> None:
    """Each band lies within the stated error of the patient at its place in the order, with any threads."""
    cohort = random_cohort(300, 2, 60)
    every = np.concatenate([batch.responses.grid for batch in follow_cohort(cohort)])
    one, two = (bands_of(cohort, (0.1, 0.5, 0.9), every=6, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.responses, two.responses)
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    assert one.responses.shape == (3, len(RESPONSES), 9)
    for number, share in enumerate(one.shares):
        exact = np.sort(every[:, :, ::6], axis=0)[int(share * 299)]
        error = np.abs(one.responses[number] - exact)
        assert error[:2].max() <= 1e-4
        assert error[2].max() <= 5e-4
        assert (error[3:5] <= np.maximum(exact[3:5] / 257, 1e-4)).all()
        assert error[5].max() <= 1e-3


def test_responses_that_cannot_be_told_are_refused() -> None:
    """An unknown name, a step that makes no hour, a day that repeats, a tone off the scale: each says why."""
    cohort = random_cohort(1, 2, 60)
    with pytest.raises(BodyError, match="tone_legs, tone_arms"):
        next(follow_cohort(replace(cohort, responses=("tone",))))
    for ticks in (120, 25):
        with pytest.raises(BodyError, match=r"cohort\.grid"):
            next(follow_cohort(replace(cohort, grid=EvenGrid(steps=4, ticks=ticks, tick_h=1 / 60))))
    with pytest.raises(BodyError, match="one after the other"):
        next(follow_cohort(replace(cohort, repeats=True)))
    limp = Population.of(Settings.of({"untreated_tone_legs": "0.5 score"}), Ages.ADULTS)
    with pytest.raises(BodyError, match="Ashworth"):
        limp.draw(1, 0, 1)
