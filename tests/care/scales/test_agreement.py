"""A scale has the same values where it is scored and where a therapy file records it."""

from __future__ import annotations

import pytest
import typer

from cisterna.care import (
    BADS_REGIONS,
    GMFM_DIMENSIONS,
    HAT_ITEMS,
    LEVELS,
    MAS_GRADES,
    NUMBERINGS,
    SELECTIVE_JOINTS,
    fms_ratings,
    hypertonia,
)
from cisterna.cli.score import application
from cisterna.evidence import number
from cisterna.therapy import SCALES

COMMANDS = typer.main.get_command(application).commands  # type: ignore[attr-defined]  # it is a group


def test_every_scale_of_a_therapy_file_can_be_scored() -> None:
    """Each scale that an event may name has its command, the Ashworth numberings one together."""
    named = {"ashworth" if name.startswith("ashworth") else name for name in SCALES}
    assert named == set(COMMANDS)


def test_grades_agree() -> None:
    """Grades that are names are the same in both places; a file leaves out a distance not assessed."""
    assert SCALES["mas"].grades == MAS_GRADES
    assert (*SCALES["fms"].grades, "not-assessed") == fms_ratings()
    for scale in ("gmfcs", "macs", "cfcs", "edacs"):
        assert SCALES[scale].grades == LEVELS


def test_subtypes_agree() -> None:
    """What the hypertonia assessment tool can yield is what a file takes."""
    yielded = set()
    for positive in range(2 ** len(HAT_ITEMS)):
        items = {item: positive >> place & 1 for place, item in enumerate(HAT_ITEMS)}
        yielded.add(hypertonia(items).value.subtype)
    assert yielded == set(SCALES["hat"].grades)


def test_the_parts_of_a_scale_are_as_many_as_published() -> None:
    """The names that stand in code are as many as the evidence counts, and the ranges fit the totals."""
    assert len(HAT_ITEMS) == number("hat_items").in_unit("count")
    assert len(BADS_REGIONS) == number("bads_regions").in_unit("count")
    for part, total, count in (
        ("bads_region_range", "bads_total_range", len(BADS_REGIONS)),
        ("selective_control_joint_range", "selective_control_range", len(SELECTIVE_JOINTS)),
        ("r_flacc_item_range", "r_flacc_range", number("r_flacc_items").in_unit("count")),
        ("nccpc_item_range", "nccpc_r_range", number("nccpc_r_items").in_unit("count")),
        ("nccpc_item_range", "nccpc_pv_range", number("nccpc_pv_items").in_unit("count")),
    ):
        assert count * number(part).high_in("score") == number(total).high_in("score")
    items = sum(number(f"gmfm_88_items_{name.lower()}").in_unit("count") for name in GMFM_DIMENSIONS)
    assert items == 88


@pytest.mark.parametrize("numbering", NUMBERINGS)
def test_ashworth_ranges_agree(numbering: str) -> None:
    """Both numberings rest on the same ranges of the evidence, and are called by them."""
    assert SCALES[f"ashworth-{numbering}"].evidence == NUMBERINGS[numbering]
    published = number(NUMBERINGS[numbering])
    assert f"{published.low:g}-{published.high:g}" == numbering
