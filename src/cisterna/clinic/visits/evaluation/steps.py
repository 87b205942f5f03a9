"""What each step of the evaluation asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cisterna.care import compared_regimens
from cisterna.clinic.patients.forms import QUESTIONS
from cisterna.clinic.visits.fields import Field
from cisterna.clinic.visits.kind import REASON
from cisterna.evidence import Number, number

__all__ = ["DECISIONS", "GOALS", "TOTALS", "TRIAL", "fields_of"]

GOALS = range(1, 6)
"""How many goals a form has room for."""

TRIAL = "trial"
DECISIONS = (
    (TRIAL, "a screening trial"),
    ("other", "another regimen"),
    ("wait", "not yet: something must be known or tried first"),
    ("none", "no intrathecal baclofen"),
)
"""What an evaluation can end in; a pump is decided on after the trial."""

TOTALS = (("performance", "COPM, performance"), ("satisfaction", "COPM, satisfaction"))
"""The totals of COPM by the site under which the record keeps them."""

_KNOWN = (("yes", "yes"), ("no", "no"), ("unknown", "not known"))
_NO_FUSION = ("unknown", "none, or not known")


def _facts() -> Iterator[Field]:
    for key, words in QUESTIONS:
        yield Field(name=key, label=words, form="choice", options=_KNOWN, required=False)
    yield Field(
        name="fusion", label="Fusion of the spine", form="select", required=False,
        options=(_NO_FUSION, ("done", "done"), ("planned", "planned")),
    )  # fmt: skip
    yield Field(
        name="allergies", label="Allergies", required=False, range="'none known' where somebody asked"
    )


def _points() -> Iterator[Field]:
    yield Field(
        name="weighed", label="How the team weighs them", form="area", required=False,
        range="what counts most, and what will be asked or measured first",
    )  # fmt: skip


def _regimens() -> Iterator[Field]:
    for one in compared_regimens():
        yield Field(name=f"told_{one.id}", label=f"{one.title}: talked over", form="check", required=False)
    yield Field(
        name="preferred", label="What patient and family would rather have", form="area", required=False
    )


def levels_of(held: Number) -> tuple[tuple[str, str], ...]:
    """The whole numbers of a range as options, the highest last.

    >>> [value for value, _ in levels_of(number("gas_outcome_range"))]
    ['-2', '-1', '0', '1', '2']
    """
    low, high = int(held.low_in("score")), int(held.high_in("score"))
    return tuple(
        (str(level), f"{level:+d}" if low < 0 and level else str(level)) for level in range(low, high + 1)
    )


def _goals() -> Iterator[Field]:
    weights, levels = levels_of(number("gas_weight_range")), levels_of(number("gas_outcome_range"))
    for place in GOALS:
        yield Field(name=f"goal_{place}", label=f"Goal {place}", required=False, group="goal")
        for name, label, options in (
            ("importance", "importance", weights),
            ("difficulty", "difficulty", weights),
            ("level", "level today", levels),
        ):
            yield Field(
                name=f"{name}_{place}", label=f"Goal {place}, {label}", form="select", options=options,
                required=False, group="goal",
            )  # fmt: skip
    for site, label in TOTALS:
        yield Field(
            name=f"copm_{site}", label=f"{label}, total", required=False, group="totals",
            range=number("copm_range").shown(),
        )  # fmt: skip
    yield Field(
        name="agreed_with", label="Agreed with", range="who of patient and family, and who of the team",
        group="totals",
    )  # fmt: skip


def _decision() -> tuple[Field, ...]:
    regimens = tuple((one.id, one.title) for one in compared_regimens())
    return (
        Field(name="decision", label="Decision", form="select", options=DECISIONS),
        Field(name="regimen", label="Which regimen", form="select", options=regimens, required=False,
              range="where it is another regimen"),
        Field(name="decided_by", label="Decided by", range="names and roles"),
        Field(name="decided_with", label="With", range="who of patient and family"),
        Field(name="why", label="Why", form="area"),
        Field(name="following", label="What follows, and who sees to it", form="area", required=False),
        REASON,
    )  # fmt: skip


def fields_of(step: str) -> tuple[Field, ...]:
    """The fields of a step."""
    made: Mapping[str, tuple[Field, ...]] = {
        "facts": tuple(_facts()),
        "points": tuple(_points()),
        "regimens": tuple(_regimens()),
        "goals": tuple(_goals()),
        "decision": _decision(),
    }
    return made[step]
