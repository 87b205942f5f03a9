"""The drawing of the spinal canal and its colours."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from cisterna.body import CORD_LEVELS
from cisterna.evidence import number
from cisterna.report.spine import STEPS, Scale, level_edges, level_middle, scale_of, shape, step_style
from cisterna.report.tokens import concentration_ceiling_ng_per_ml, concentration_stops
from cisterna.therapy import LEVELS


def test_levels_lie_one_on_the_other_as_long_as_those_of_the_model() -> None:
    """From C1 down without a gap; a lumbar level is to a cervical one as in the evidence."""
    edges = [level_edges(level) for level in LEVELS[::-1]]
    assert all(above[1] == below[0] for above, below in pairwise(edges))
    drawn = (edges[-4][1] - edges[-4][0]) / (edges[0][1] - edges[0][0])
    lumbar, cervical = (number(f"{name}_level_length").in_unit("cm") for name in ("lumbar", "cervical"))
    assert drawn == pytest.approx(lumbar / cervical, rel=1e-3)


@pytest.mark.parametrize("tip", LEVELS)
def test_the_catheter_ends_at_its_level_inside_the_canal(tip: str) -> None:
    """For every level that a tip can have, above and below where the catheter comes in."""
    drawn = shape(tip)
    assert drawn.tip[1] == pytest.approx(level_middle(tip), abs=4)
    beside = [x for x, y in drawn.fluid if abs(y - drawn.tip[1]) < 6]
    assert min(beside) < drawn.tip[0] < max(beside)


def test_the_cord_ends_where_the_model_has_none() -> None:
    """At the lower edge of its last level, inside the canal."""
    lowest = max(y for _, y in shape("T10").cord)
    assert lowest == pytest.approx(level_edges(CORD_LEVELS[0])[1], abs=2)


def test_the_colours_are_those_of_the_tokens_and_have_a_class_each() -> None:
    """A class for each step; at the stops of the tokens stands a colour of the tokens, unmixed."""
    style = step_style()
    assert re.findall(r"\.c-q(\d+)\{", style) == [str(step) for step in range(STEPS + 1)]
    assert "var(--concentration-0),var(--concentration-1) 0%" in style
    last = len(concentration_stops()) - 1
    assert f"var(--concentration-{last - 1}),var(--concentration-{last}) 100%" in style


def test_more_drug_is_never_a_lower_step() -> None:
    """Steps grow with concentration and end at the ceiling."""
    scale = Scale(concentration_ceiling_ng_per_ml())
    steps = [scale.step(value) for value in range(0, 1200, 7)]
    assert steps == sorted(steps)
    assert steps[-1] == STEPS


def test_a_bolus_does_not_take_the_colours_from_the_rest() -> None:
    """The scale grows only where more than 2 % of the values would lie above it."""
    usual = concentration_ceiling_ng_per_ml()
    assert scale_of([300.0] * 99 + [9000.0]).ceiling_ng_per_ml == usual
    assert scale_of([300.0] * 90 + [9000.0] * 10).ceiling_ng_per_ml == 10 * usual
