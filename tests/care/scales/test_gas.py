"""Goal attainment: the T score as its formula says, whatever the goals."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.care import goal_attainment
from cisterna.errors import InputError
from cisterna.evidence import number
from cisterna.verdict import Verdict

goals = st.integers(1, 8).flatmap(
    lambda count: st.tuples(
        st.lists(st.integers(1, 9), min_size=count, max_size=count),
        st.lists(st.integers(-2, 2), min_size=count, max_size=count),
    )
)
correlations = st.floats(0, 1)


def t_score(weights: Sequence[float], outcomes: Sequence[float], rho: float = 0.3) -> float:
    """The T score alone."""
    return goal_attainment(weights, outcomes, rho=rho).value.t_score


@given(goals, correlations)
def test_the_t_score_is_symmetric(given_goals: tuple[list[int], list[int]], rho: float) -> None:
    """Turning every outcome round turns the T score round its mean of 50."""
    weights, outcomes = given_goals
    turned = [-outcome for outcome in outcomes]
    assert t_score(weights, outcomes, rho) + t_score(weights, turned, rho) == pytest.approx(100)


@given(goals, correlations)
def test_the_t_score_is_bounded_by_its_floor_and_ceiling(
    given_goals: tuple[list[int], list[int]], rho: float
) -> None:
    """No outcome lies below that of all goals at -2, or above that of all at +2."""
    weights, outcomes = given_goals
    floor, ceiling = (t_score(weights, [level] * len(weights), rho) for level in (-2, 2))
    assert floor - 1e-9 <= t_score(weights, outcomes, rho) <= ceiling + 1e-9


@given(goals, st.floats(1e-6, 1e6))
def test_scaling_all_weights_changes_nothing(given_goals: tuple[list[int], list[int]], factor: float) -> None:
    """Only the proportions of the weights matter."""
    weights, outcomes = given_goals
    scaled = [weight * factor for weight in weights]
    assert t_score(scaled, outcomes) == pytest.approx(t_score(weights, outcomes), rel=1e-12)


@given(goals, st.randoms(use_true_random=False))
def test_the_order_of_goals_does_not_matter(given_goals: tuple[list[int], list[int]], random: object) -> None:
    """Goals in another order have the same T score."""
    pairs = list(zip(*given_goals, strict=True))
    random.shuffle(pairs)  # type: ignore[attr-defined]
    weights, outcomes = zip(*pairs, strict=True)
    assert t_score(weights, outcomes) == pytest.approx(t_score(*given_goals), rel=1e-12)


@given(goals)
def test_the_formula_as_it_is_printed(given_goals: tuple[list[int], list[int]]) -> None:
    """The score is the formula of Kiresuk and Sherman, written out here a second time."""
    weights, outcomes = given_goals
    attained = sum(weight * level for weight, level in zip(weights, outcomes, strict=True))
    spread = sqrt(0.7 * sum(weight**2 for weight in weights) + 0.3 * sum(weights) ** 2)
    assert t_score(weights, outcomes) == pytest.approx(50 + 10 * attained / spread, rel=1e-12)


@pytest.mark.parametrize("count", [3, 4])
def test_the_published_floors(count: int) -> None:
    """All goals at -2 give 22.6 for three goals and 21.0 for four, as published."""
    floor = t_score([1] * count, [-2] * count)
    assert round(floor, 1) == number(f"gas_floor_{count}_goals").in_unit("score")


def test_weights_beyond_any_float_square_are_no_trouble() -> None:
    """Huge and tiny weights give the score of their proportions."""
    assert t_score([1e300, 1e300], [1, 1]) == pytest.approx(t_score([1, 1], [1, 1]))
    assert t_score([1e-300, 1e-300], [1, 1]) == pytest.approx(t_score([1, 1], [1, 1]))


def test_the_baseline_is_scored_like_the_outcome() -> None:
    """The baseline has the T score that its levels would have as outcomes."""
    score = goal_attainment([2, 1], [1, 0], baseline=[-2, -1])
    assert score.value.baseline_t_score == t_score([2, 1], [-2, -1])


def test_without_a_baseline_its_score_is_unknown_and_says_so() -> None:
    """A baseline that was not given is null with a reason, never 0 or 50."""
    score = goal_attainment([1], [0])
    assert score.value.baseline_t_score is None
    assert any(reason.about == "baseline_t_score" for reason in score.reasons)


def test_another_correlation_is_told() -> None:
    """A rho that is not the published one is named among the reasons."""
    assert not any("rho" in reason.text for reason in goal_attainment([1], [0]).reasons)
    assert any("rho of 0.5" in reason.text for reason in goal_attainment([1], [0], rho=0.5).reasons)


def test_a_weight_beyond_importance_times_difficulty_needs_a_reason() -> None:
    """Weights go to 9; that bound is only recalled, so that beyond it there is a caution and no refusal."""
    assert goal_attainment([9], [0]).verdict is Verdict.OK
    heavy = goal_attainment([10], [0])
    assert heavy.verdict is Verdict.CAUTION
    assert any("[recalled]" in reason.sentence for reason in heavy.reasons)


@pytest.mark.parametrize(
    ("weights", "outcomes", "baseline", "rho", "where"),
    [
        ([], [], None, None, "weights"),
        ([0, 0], [0, 0], None, None, "weights"),
        ([1, -1], [0, 0], None, None, "weights"),
        ([1, float("nan")], [0, 0], None, None, "weights"),
        ([1, 1], [0], None, None, "outcomes"),
        ([1], [3], None, None, "outcomes"),
        ([1], [0.5], None, None, "outcomes"),
        ([1], [float("nan")], None, None, "outcomes"),
        ([1, 1], [0, 0], [0], None, "baseline"),
        ([1], [0], [-3], None, "baseline"),
        ([1], [0], None, 1.1, "rho"),
        ([1], [0], None, -0.1, "rho"),
        ([1], [0], None, float("nan"), "rho"),
    ],
)
def test_what_is_no_goal_attainment_is_refused(
    weights: list[float], outcomes: list[float], baseline: list[float] | None, rho: float | None, where: str
) -> None:
    """Lists of other lengths, levels that do not exist, weights that weigh nothing, rho beyond 0 to 1."""
    with pytest.raises(InputError) as refused:
        goal_attainment(weights, outcomes, baseline, rho)
    assert {fault.where for fault in refused.value.faults} == {where}
