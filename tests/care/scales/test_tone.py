"""Tone, spasms, joints: grades stay grades, and what was not assessed is a missing value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.care import (
    BADS_REGIONS,
    HAT_ITEMS,
    MAS_GRADES,
    SELECTIVE_JOINTS,
    ashworth,
    dynamic_angle,
    dystonia,
    hypertonia,
    joint_range,
    modified_ashworth,
    selective_control,
    spasms,
)
from cisterna.errors import InputError
from cisterna.units import Angle

ASSESSED = MAS_GRADES[:-1]


@given(st.lists(st.sampled_from(ASSESSED), min_size=1), st.integers(0, 5))
def test_what_was_not_assessed_takes_no_part_in_the_mean(grades: list[str], missing: int) -> None:
    """Adding muscles that were not assessed changes neither the mean nor the number of the assessed."""
    with_missing = modified_ashworth([*grades, *["not-assessed"] * missing]).value
    assert with_missing == modified_ashworth(grades).value
    assert with_missing.assessed == len(grades)


@given(st.lists(st.sampled_from(ASSESSED), min_size=1))
def test_the_mean_lies_among_its_grades(grades: list[str]) -> None:
    """A mean is neither below the lowest nor above the highest grade, 1+ being between 1 and 2."""
    numeric = [1.5 if grade == "1+" else float(grade) for grade in grades]
    mean = modified_ashworth(grades).value.mean_numeric
    assert mean is not None
    assert min(numeric) <= mean <= max(numeric)


def test_without_an_assessed_muscle_there_is_no_mean() -> None:
    """The mean of nothing is unknown with a reason, never 0."""
    score = modified_ashworth(["not-assessed", "not-assessed"])
    assert (score.value.mean_numeric, score.value.assessed) == (None, 0)
    assert any(reason.about == "mean_numeric" for reason in score.reasons)


@pytest.mark.parametrize("grade", ["5", "1.5", "1-", "-1", "", "one"])
def test_other_grades_are_refused(grade: str) -> None:
    """The 5 and the 1.5 of a registry's codes are no grades, nor is anything else off the scale."""
    with pytest.raises(InputError, match="not-assessed"):
        modified_ashworth(["2", grade])


def test_the_code_of_a_registry_is_told_how_to_write() -> None:
    """Whoever types the 5 of a registry learns how a missing value is written."""
    with pytest.raises(InputError, match="write not-assessed for the 5 of a registry"):
        modified_ashworth(["5"])


@given(st.decimals(0, 4, places=2).map(float))
def test_changing_the_numbering_there_and_back_gives_the_grade(value: float) -> None:
    """0-4 to 1-5 adds exactly one and the way back takes exactly one, also from means of grades."""
    there = ashworth(value, "0-4", "1-5").value.value
    assert there == round(value + 1, 2)
    assert ashworth(there, "1-5", "0-4").value.value == value


def test_an_unchanged_numbering_changes_nothing() -> None:
    """From a numbering to itself the grade stays."""
    assert ashworth(3, "1-5", "1-5").value.value == 3


@pytest.mark.parametrize(
    ("value", "from_scale", "to_scale", "where"),
    [
        (0, "1-5", "0-4", "value"),
        (5, "0-4", "1-5", "value"),
        (3, "0-5", "0-4", "from"),
        (3, "0-4", "x", "to"),
    ],
)
def test_grades_and_numberings_that_do_not_exist_are_refused(
    value: float, from_scale: str, to_scale: str, where: str
) -> None:
    """No grade is shifted that its numbering does not have."""
    with pytest.raises(InputError) as refused:
        ashworth(value, from_scale, to_scale)
    assert refused.value.faults[0].where == where


def test_a_score_keeps_its_numbering() -> None:
    """The version of an Ashworth grade is the numbering that it has now."""
    score = ashworth(4, "1-5", "0-4")
    assert (score.scale, score.version) == ("ashworth", "numbered 0-4")


def hat(**changed: int | None) -> dict[str, int | None]:
    """Seven items, all negative but those named as item3=1."""
    items: dict[str, int | None] = dict.fromkeys(HAT_ITEMS, 0)
    items.update({name.removeprefix("item"): value for name, value in changed.items()})
    return items


@pytest.mark.parametrize(
    ("items", "subtype"),
    [
        (hat(), "none"),
        (hat(item1=1), "dystonia"),
        (hat(item2=1), "dystonia"),
        (hat(item6=1), "dystonia"),
        (hat(item3=1), "spasticity"),
        (hat(item4=1), "spasticity"),
        (hat(item5=1), "rigidity"),
        (hat(item7=1), "rigidity"),
        (hat(item1=1, item2=1), "dystonia"),
        (hat(item5=1, item6=1), "mixed"),
        (hat(item1=1, item3=1, item5=1), "mixed"),
        (hat(item1=1, item2=None), "dystonia"),
        (hat(item1=None), None),
        (hat(item1=None, item3=1), None),
        (hat(item1=None, item3=1, item5=1), "mixed"),
    ],
)
def test_the_subtype_follows_from_the_positive_items(
    items: dict[str, int | None], subtype: str | None
) -> None:
    """One positive item makes a kind; what was not assessed leaves open only what it could change."""
    assert hypertonia(items).value.subtype == subtype


@given(st.fixed_dictionaries({item: st.sampled_from([0, 1, None]) for item in HAT_ITEMS}))
def test_an_open_item_never_decides(items: dict[str, int | None]) -> None:
    """A subtype that is told with open items is the one of both ways in which they may turn out."""
    told = hypertonia(items).value.subtype
    turned = {hypertonia({name: turn if of is None else of for name, of in items.items()}).value.subtype
              for turn in (0, 1)}  # fmt: skip
    assert told is None or turned == {told}


@given(st.fixed_dictionaries({region: st.integers(0, 4) for region in BADS_REGIONS}))
def test_the_dystonia_total_adds_up(regions: dict[str, int | None]) -> None:
    """The total is the sum of eight regions and lies from 0 to 32."""
    total = dystonia(regions).value.total
    assert total == sum(value for value in regions.values() if value is not None)
    assert 0 <= total <= 32


@given(st.fixed_dictionaries({joint: st.integers(0, 2) for joint in SELECTIVE_JOINTS}))
def test_the_selective_control_total_adds_up(joints: dict[str, int | None]) -> None:
    """The total is the sum of five joints and lies from 0 to 10."""
    total = selective_control(joints).value.total
    assert total == sum(value for value in joints.values() if value is not None)
    assert 0 <= total <= 10


def test_a_part_that_was_not_assessed_leaves_no_total() -> None:
    """A missing region is not 0: the total is unknown with a reason."""
    score = dystonia(dict.fromkeys(BADS_REGIONS, 1) | {"eyes": None})
    assert score.value.total is None
    assert any("eyes is not-assessed" in reason.text for reason in score.reasons)


@pytest.mark.parametrize(
    ("joints", "told"),
    [
        (dict.fromkeys(SELECTIVE_JOINTS, 1) | {"knee": 3}, "knee=3"),
        (dict.fromkeys(SELECTIVE_JOINTS, 1) | {"knee": -1}, "knee=-1"),
        (dict.fromkeys(SELECTIVE_JOINTS, 1) | {"elbow": 1}, "hip, knee, ankle, subtalar, toes"),
        ({"hip": 1, "knee": 1}, "nothing for ankle, subtalar, toes"),
        ({}, "nothing for hip, knee"),
    ],
)
def test_parts_that_are_wrong_unknown_or_left_out_are_refused(
    joints: dict[str, int | None], told: str
) -> None:
    """The message names the part, and the list of those that there are."""
    with pytest.raises(InputError, match=told):
        selective_control(joints)


def test_severity_is_asked_only_of_spasms_that_occur() -> None:
    """Without spasms a severity contradicts; with them a missing one is unknown, never 1."""
    with pytest.raises(InputError, match="frequency of 0"):
        spasms(0, 1)
    assert spasms(0).value.severity is None
    assert spasms(1).value.severity is None
    assert spasms(4, 3).value.severity == 3


@pytest.mark.parametrize(("frequency", "severity"), [(5, None), (-1, None), (1, 0), (1, 4)])
def test_spasms_off_their_scales_are_refused(frequency: int, severity: int | None) -> None:
    """Frequency has 0 to 4 and severity 1 to 3."""
    with pytest.raises(InputError, match="a whole number from"):
        spasms(frequency, severity)


@given(st.integers(-180, 180), st.integers(-180, 180))
def test_the_dynamic_component_is_the_difference_and_never_negative(r1: int, r2: int) -> None:
    """The catch comes before the end of the range, else the two angles contradict each other."""
    if r1 > r2:
        with pytest.raises(InputError, match="before the end of the passive range"):
            dynamic_angle(Angle(r1), Angle(r2))
    else:
        assert dynamic_angle(Angle(r1), Angle(r2)).value.dynamic_deg == r2 - r1


@pytest.mark.parametrize("quality", [-1, 5])
def test_a_quality_off_the_scale_is_refused(quality: int) -> None:
    """The quality of the reaction has 0 to 4."""
    with pytest.raises(InputError, match="quality of the Tardieu scale"):
        dynamic_angle(Angle(0), Angle(10), quality)


@pytest.mark.parametrize(
    ("joint", "side", "position", "where"),
    [
        ("jaw", "left", "mouth open", "joint"),
        ("knee", "both", "popliteal angle", "side"),
        ("knee", "left", "", "position"),
        ("knee", "left", "...", "position"),
        ("knee", "left", "popliteal\nangle", "position"),
        ("knee", "left", "popliteal \udcff", "position"),
        ("knee", "left", "p" * 101, "position"),
    ],
)
def test_a_range_needs_a_known_joint_and_side_and_a_named_position(
    joint: str, side: str, position: str, where: str
) -> None:
    """An angle without its place can be compared with nothing."""
    with pytest.raises(InputError) as refused:
        joint_range(joint, side, position, Angle(10))
    assert [fault.where for fault in refused.value.faults] == [where]
