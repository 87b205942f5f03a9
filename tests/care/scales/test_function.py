"""Function: gross motor measure, levels by age, mobility, and totals of licensed forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.care import (
    GMFM_DIMENSIONS,
    Classification,
    Dimension,
    Score,
    caregiver_priorities,
    communication,
    eating_and_drinking,
    fms_ratings,
    gmfm_66,
    gmfm_88,
    gmfm_88_of_percents,
    gross_motor,
    manual_ability,
    mobility,
    occupational_change,
)
from cisterna.errors import InputError
from cisterna.units import Age
from cisterna.verdict import Verdict

ITEMS = {"A": 17, "B": 20, "C": 14, "D": 13, "E": 24}


@st.composite
def dimensions(draw: st.DrawFn) -> dict[str, Dimension]:
    """All five dimensions with any items left untested."""
    counted = {}
    for name, items in ITEMS.items():
        scored = draw(st.integers(0, items))
        total = draw(st.integers(0, 3 * scored))
        counted[name] = Dimension(total=total, scored=scored, not_tested=items - scored)
    return counted


@given(dimensions())
def test_per_cents_of_sums_and_of_per_cents_agree(counted: dict[str, Dimension]) -> None:
    """Both ways of entering GMFM-88 give one total, and it lies among its dimensions."""
    by_sums = gmfm_88(counted).value
    percents = {name: percent for name, percent in by_sums.dimension_percent.items() if percent is not None}
    by_percents = gmfm_88_of_percents(percents).value
    assert by_sums == by_percents
    assert by_sums.total_percent is not None
    assert min(percents.values()) - 1e-9 <= by_sums.total_percent <= max(percents.values()) + 1e-9


@given(dimensions(), st.sampled_from(GMFM_DIMENSIONS))
def test_an_item_that_was_not_tested_counts_as_0(counted: dict[str, Dimension], name: str) -> None:
    """Testing the rest with a score of 0 changes no per cent."""
    tested = counted | {name: Dimension(total=counted[name].total, scored=ITEMS[name], not_tested=0)}
    assert gmfm_88(tested).value == gmfm_88(counted).value


def test_full_marks_are_100_per_cent() -> None:
    """Every item at 3 is 100 % of each dimension and of all."""
    full = {name: Dimension(total=3 * items, scored=items, not_tested=0) for name, items in ITEMS.items()}
    value = gmfm_88(full).value
    assert value.dimension_percent == dict.fromkeys(GMFM_DIMENSIONS, 100.0)
    assert value.total_percent == 100


def test_without_all_five_dimensions_there_is_no_total() -> None:
    """A total of some dimensions would be another measure: it is unknown with a reason."""
    score = gmfm_88_of_percents({"A": 80, "E": 10})
    assert score.value.total_percent is None
    assert score.value.dimension_percent == {"A": 80, "B": None, "C": None, "D": None, "E": 10}
    assert any("B, C, D" in reason.text for reason in score.reasons)


@pytest.mark.parametrize(
    ("name", "counted", "told"),
    [
        ("F", Dimension(total=1, scored=1, not_tested=0), "A, B, C, D, E"),
        ("A", Dimension(total=1, scored=17, not_tested=1), "17 items together"),
        ("A", Dimension(total=1, scored=-1, not_tested=18), "17 items together"),
        ("A", Dimension(total=52, scored=17, not_tested=0), "0 to 51"),
        ("A", Dimension(total=-1, scored=17, not_tested=0), "0 to 51"),
        ("B", Dimension(total=1, scored=0, not_tested=20), "0 to 0"),
    ],
)
def test_counts_that_cannot_be_are_refused(name: str, counted: Dimension, told: str) -> None:
    """The counts are the items of the dimension and the sum one that its scored items can have."""
    with pytest.raises(InputError, match=told):
        gmfm_88({name: counted})


@pytest.mark.parametrize(("name", "percent"), [("A", 100.5), ("B", -1), ("F", 10), ("A", float("nan"))])
def test_per_cents_that_cannot_be_are_refused(name: str, percent: float) -> None:
    """A per cent is from 0 to 100 of a dimension from A to E."""
    with pytest.raises(InputError, match="percent"):
        gmfm_88_of_percents({name: percent})


@pytest.mark.parametrize("limits", [(46.0, 50.0), (40.0, 44.0), (50.0, 40.0), (-1.0, 50.0), (40.0, 101.0)])
def test_confidence_limits_enclose_the_score(limits: tuple[float, float]) -> None:
    """Limits in the wrong order, beside the score or off the scale are refused."""
    with pytest.raises(InputError, match="confidence_limits"):
        gmfm_66(45.0, limits)


def test_gmfm_66_without_limits_says_that_they_are_unknown() -> None:
    """Limits that were not given are null with a reason each."""
    score = gmfm_66(45.0)
    assert (score.value.confidence_low, score.value.confidence_high) == (None, None)
    assert {reason.about for reason in score.reasons} >= {"confidence_low", "confidence_high"}


FAMILIES = [gross_motor, manual_ability, communication, eating_and_drinking]


@pytest.mark.parametrize(
    ("classified", "age", "band", "instrument"),
    [
        (gross_motor, "0 d", "<2", "GMFCS E&R"),
        (gross_motor, "1 y 11 mo", "<2", "GMFCS E&R"),
        (gross_motor, "23 mo 30 d", "<2", "GMFCS E&R"),
        (gross_motor, "2 y", "2-4", "GMFCS E&R"),
        (gross_motor, "3 y 11 mo", "2-4", "GMFCS E&R"),
        (gross_motor, "4 y", "4-6", "GMFCS E&R"),
        (gross_motor, "6 y", "6-12", "GMFCS E&R"),
        (gross_motor, "12 y", "12-18", "GMFCS E&R"),
        (gross_motor, "17 y 11 mo", "12-18", "GMFCS E&R"),
        (gross_motor, "18 y", None, None),
        (manual_ability, "11 mo", None, None),
        (manual_ability, "1 y", "1-4", "Mini-MACS"),
        (manual_ability, "3 y 11 mo", "1-4", "Mini-MACS"),
        (manual_ability, "4 y", "4-18", "MACS"),
        (manual_ability, "18 y", None, None),
        (communication, "3 y", None, "CFCS"),
        (communication, "60 y", None, "CFCS"),
        (eating_and_drinking, "17 mo", None, None),
        (eating_and_drinking, "18 mo", "1.5-3", "Mini-EDACS"),
        (eating_and_drinking, "2 y 11 mo", "1.5-3", "Mini-EDACS"),
        (eating_and_drinking, "3 y", ">=3", "EDACS"),
        (eating_and_drinking, "40 y", ">=3", "EDACS"),
    ],
)
def test_the_instrument_and_band_of_an_age(
    classified: Callable[[str, Age], Score[Classification]],
    age: str,
    band: str | None,
    instrument: str | None,
) -> None:
    """Bands are half-open: a birthday is in the band that begins; without a band nothing is made up."""
    value = classified("III", Age.parse(age)).value
    assert (value.age_band, value.instrument, value.level) == (band, instrument, "III")


@pytest.mark.parametrize(
    ("classified", "age"),
    [(gross_motor, 18), (manual_ability, 0.5), (manual_ability, 19), (eating_and_drinking, 1)],
)
def test_an_age_outside_all_bands_needs_a_reason(
    classified: Callable[[str, Age], Score[Classification]], age: float
) -> None:
    """A level by no published instrument may be recorded, with a caution."""
    assert classified("I", Age(age)).verdict is Verdict.CAUTION


@given(st.sampled_from(FAMILIES), st.integers(0, 120 * 12))
def test_every_age_has_an_answer(
    classified: Callable[[str, Age], Score[Classification]], months: int
) -> None:
    """From birth to 120 years a level has at most one band, or a reason why it has none."""
    score = classified("II", Age(months / 12))
    explained = {reason.about for reason in score.reasons}
    assert (score.value.age_band is None) == ("age_band" in explained)
    assert (score.value.instrument is None) == ("instrument" in explained)


@pytest.mark.parametrize("classified", FAMILIES)
@pytest.mark.parametrize("level", ["0", "3", "VI", "iv", "", "IIII"])
def test_other_levels_are_refused(
    classified: Callable[[str, Age], Score[Classification]], level: str
) -> None:
    """There are five levels, and they are Roman numerals."""
    with pytest.raises(InputError, match="Roman numeral"):
        classified(level, Age(5))


def test_an_impossible_age_is_refused() -> None:
    """Nobody is 121 years old: the wrong century or unit was typed."""
    with pytest.raises(InputError, match="0 to 120 y"):
        communication("I", Age(121))


def test_a_preterm_child_below_two_is_told_of() -> None:
    """Below 2 years the corrected age is asked for, from 2 on not."""
    assert any("preterm" in reason.text for reason in gross_motor("I", Age(1.9)).reasons)
    assert not any("preterm" in reason.text for reason in gross_motor("I", Age(2)).reasons)


@given(st.tuples(*[st.sampled_from(fms_ratings())] * 3))
def test_mobility_is_recorded_as_it_was_said(ratings: tuple[str, str, str]) -> None:
    """Ratings are names: they are kept, never added; what was not assessed is null."""
    value = mobility(*ratings).value
    assert [value.at_5m, value.at_50m, value.at_500m] == [
        None if rating == "not-assessed" else rating for rating in ratings
    ]


@pytest.mark.parametrize("total", [-0.1, 100.1, float("inf"), float("nan")])
def test_totals_off_their_scale_are_refused(total: float) -> None:
    """CPCHILD has 0 to 100, and GMFM-66 too."""
    with pytest.raises(InputError, match="from 0 to 100"):
        caregiver_priorities(total)
    with pytest.raises(InputError, match="from 0 to 100"):
        gmfm_66(total)


marks = st.decimals(1, 10, places=1).map(float)


@given(marks, marks)
def test_a_change_is_that_of_the_decimals(before: float, after: float) -> None:
    """The change is what a hand calculation gives, and turning the two round turns its sign."""
    there = occupational_change(performance=(before, after)).value.performance_change
    back = occupational_change(performance=(after, before)).value.performance_change
    assert there is not None
    assert back == -there
    assert there == round(after - before, 1)


def test_a_change_of_exactly_two_reaches_two() -> None:
    """4.1 less 2.1 is 2, though binary floats make it less."""
    reasons = occupational_change(satisfaction=(2.1, 4.1)).reasons
    assert any("reaches the customary 2 points" in reason.text for reason in reasons)


def test_no_change_is_called_significant() -> None:
    """Whatever the change, the words say that it is shown as a change."""
    for after in (1.0, 3.0, 10.0):
        score = occupational_change(performance=(1.0, after), satisfaction=(1.0, after))
        assert score.verdict is Verdict.OK
        assert all(
            "significant" not in reason.text or "not as significant" in reason.text
            for reason in score.reasons
        )


@pytest.mark.parametrize("pair", [(0.9, 5.0), (5.0, 10.1)])
def test_marks_of_the_occupational_measure_are_1_to_10(pair: tuple[float, float]) -> None:
    """A mark off the scale is refused."""
    with pytest.raises(InputError, match="from 1 to 10"):
        occupational_change(performance=pair)


def test_an_occupational_change_of_nothing_is_refused() -> None:
    """At least one of the two means is due."""
    with pytest.raises(InputError, match="neither performance nor satisfaction"):
        occupational_change()
