"""Responses and counts of many patients: the compiled kernel against NumPy."""

from __future__ import annotations

import os
from dataclasses import fields, replace

import numpy as np
import pytest
from tests.kernel.response_cases import ResponseCase, random_responses

from cisterna.kernel import (
    RELATIVE_ERROR,
    RESPONSES,
    Counts,
    HourlyLevels,
    Levels,
    Sensitivities,
    bands,
    compiled_width,
    respond_to_levels,
    responses,
)

compiled = pytest.mark.skipif(
    compiled_width() is None and not os.environ.get("CI"), reason="the compiled kernel is not built here"
)
ROUNDING = 1e-11  # of values that are at most some tens


def told(case: ResponseCase) -> np.ndarray:
    """What is made of a case."""
    return respond_to_levels(case.wanted, case.hourly, case.levels, case.own, case.laws)


@compiled
@pytest.mark.parametrize(("hours", "every"), [(4, 1), (7, 1), (25, 1), (721, 1), (4, 4), (500, 4), (30, 7)])
def test_the_compiled_kernel_responds_as_numpy(
    hours: int, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All responses agree on the hour and between hours, few hours and many, zeros and what lies below."""
    for seed in range(5):
        case = random_responses(9, hours, seed, every=every)
        found = told(case)
        monkeypatch.setattr(responses, "compiled_module", lambda: None)
        expected = told(case)
        monkeypatch.undo()
        assert np.isfinite(expected).all()
        assert np.abs(found - expected).max() <= ROUNDING


@compiled
def test_some_responses_are_those_of_all() -> None:
    """Each is the same whichever else is wanted, in any order and twice."""
    case = random_responses(5, 100, 3)
    every = told(case)
    for wanted in (("tolerance", "tone_arms"), ("sedation_index",), ("tone_legs", "tone_legs")):
        some = told(replace(case, wanted=wanted))
        for number, name in enumerate(wanted):
            np.testing.assert_array_equal(some[:, number], every[:, list(RESPONSES).index(name)])


@compiled
def test_a_patient_responds_alike_among_any_others() -> None:
    """One patient alone, in arrays of another layout, gives the digits it gives among others."""
    case = random_responses(4, 60, 4)
    every = told(case)
    levels = case.levels
    legs, arms, cistern = (
        np.repeat(own[2:3], 3, axis=1)[:, ::3] for own in (levels.legs, levels.arms, levels.cistern)
    )
    own = Sensitivities(**{entry.name: getattr(case.own, entry.name)[2:3] for entry in fields(case.own)})
    alone = ResponseCase(
        case.wanted,
        HourlyLevels(legs, case.hourly.integral[2:3]),
        replace(levels, legs=legs, arms=arms, cistern=cistern),
        own,
        case.laws,
    )
    np.testing.assert_array_equal(told(alone)[0], every[2])


@compiled
def test_levels_of_other_shapes_are_refused() -> None:
    """An instant that lies in no hour, and levels of another number of instants, never reach the loops."""
    case = random_responses(2, 10, 1)
    late = replace(case.levels, hour=case.levels.hour + 1)
    with pytest.raises(ValueError, match="no hour"):
        told(replace(case, levels=late))
    short = Levels(
        case.levels.legs, case.levels.arms[:, :-1], case.levels.cistern, late.hour, late.since_hour_h
    )
    with pytest.raises(ValueError, match="instants"):
        told(replace(case, levels=short))


@compiled
def test_the_compiled_kernel_counts_as_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values fall into the same parts: zeros, values beyond both ends, rows apart in memory."""
    stream = np.random.default_rng(5)
    values = stream.lognormal(0, 6, (400, 3, 26)) * stream.choice(
        [0.0, 1.0, -1e-13], (400, 3, 26), p=[0.1, 0.8, 0.1]
    )
    shares = np.linspace(0, 1, 11)
    for width, every in ((None, 1), (None, 5), (0.01, 2), (7.0, 1)):
        rows = values[:, 1, ::every]
        by_kernel, by_numpy = (Counts(rows.shape[1], low=1e-3, high=1e3, width=width) for _ in range(2))
        by_kernel.add(rows[:150], rows[150:])
        monkeypatch.setattr(bands, "compiled_module", lambda: None)
        by_numpy.add(rows)
        monkeypatch.undo()
        assert by_kernel.total == by_numpy.total == 400
        np.testing.assert_array_equal(by_kernel.quantiles(shares), by_numpy.quantiles(shares))


def test_quantiles_lie_within_the_stated_error() -> None:
    """At both ends of a part the error is the same, and no quantile leaves the values that there were."""
    for width in (None, 1e-2):
        counts = Counts(1, low=0.5, high=4.0, width=width)
        counts.add(np.full((5, 1), 1.0))
        assert counts.quantiles([0.5])[0, 0] == 1.0
        values = np.sort(np.random.default_rng(4).uniform(0.6, 3.9, 501))
        spread = Counts(1, low=0.5, high=4.0, width=width)
        spread.add(values[:, np.newaxis])
        away = np.abs(spread.quantiles(np.arange(501) / 500)[:, 0] - values)
        allowed = RELATIVE_ERROR * values if width is None else np.full(501, width / 2)
        assert (away <= allowed * (1 + 1e-9)).all()
