"""What each step of the screening trial asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cisterna.clinic.visits.fields import YES_NO, Field
from cisterna.clinic.visits.kind import REASON
from cisterna.clinic.visits.refill.steps import TONE_SCALES
from cisterna.therapy.levels import LEVELS
from cisterna.units import Concentration, Duration, Mass

__all__ = ["HONG_KONG", "LOOKS", "PANEL", "PLANS", "VITALS", "fields_of"]

LOOKS = range(1, 11)
"""How many looks a form has room for; scores beyond go on the page of the assessments."""

PANEL, HONG_KONG = "panel", "hong-kong"
_PROTOCOLS = (
    (PANEL, "expert panel 2016: scores within the first hours, as often as it asks"),
    (HONG_KONG, "Hong Kong pilot 2000: scores at fixed hours"),
)

VITALS = (
    ("heart", "Heart rate", "/min"),
    ("breaths", "Breaths", "/min"),
    ("saturation", "Saturation", "%"),
    ("pressure", "Blood pressure", "mmHg"),
)
"""Vital signs as a ward writes them: name, words, unit. No range of them is published for a trial."""

PLANS = (
    ("implant", "plan an implant"),
    ("next", "a further bolus"),
    ("wait", "decide later"),
    ("none", "no pump"),
)
"""What a bolus can lead to."""

_GOAL = (("yes", "yes"), ("partly", "partly"), ("no", "no"))


def _in_words(unit: str) -> str:
    """A unit in the label of a field, which goes through the catalogue of words."""
    return unit.replace("%", "per cent")


def _text(name: str, label: str, *, required: bool = False, range: str = "", group: str = "") -> Field:  # noqa: A002
    return Field(name=name, label=label, required=required, range=range, group=group)


def _area(name: str, label: str, *, required: bool = False, range: str = "") -> Field:  # noqa: A002
    return Field(name=name, label=label, form="area", required=required, range=range)


def _prepare() -> tuple[Field, ...]:
    return (
        _area("goal", "Goal that the bolus is held against", required=True),
        Field(name="illness", label="Active illness", form="choice", options=YES_NO),
        Field(name="protocol", label="Protocol", form="select", options=_PROTOCOLS),
        Field(name="scale", label="Scale of the tone", form="select", options=TONE_SCALES),
        Field(name="at", label="Scored at", form="instant"),
        _text("legs", "Tone, legs", required=True, range="a score of that scale"),
        _text("arms", "Tone, arms", range="a score of that scale"),
        *(_text(name, f"{words}, {_in_words(unit)}") for name, words, unit in VITALS),
        _area("function", "Function now", required=True, range="sits, stands, walks, transfers, hands"),
        _text("named", "Named for an implant", range="start dose, size of the pump, level of the tip"),
        REASON,
    )


def _bolus() -> tuple[Field, ...]:
    return (
        Field(name="ready", label="Airway and ventilation are at hand", form="check"),
        Field(name="concentration", label="Concentration on the ampoule", form="quantity",
              quantity=Concentration, unit="mcg/mL"),
        Field(name="dose", label="Dose given", form="quantity", quantity=Mass, unit="mcg", big=True),
        _text("lot", "Lot", required=True),
        Field(name="expiry", label="Expiry", form="day"),
        Field(name="level", label="Level of the puncture", form="select",
              options=tuple((level, level) for level in LEVELS)),
        Field(name="at", label="Given at", form="instant"),
        Field(name="over", label="Injected over", form="quantity", quantity=Duration, unit="min",
              required=False),
        _text("given_by", "Given by", required=True),
        REASON,
    )  # fmt: skip


def _observe() -> Iterator[Field]:
    for place in LOOKS:
        here = f"Look {place}"
        yield Field(name=f"clock_{place}", label=f"{here}, time", form="clock", required=False, group="look")
        yield _text(f"legs_{place}", f"{here}, legs", group="look")
        yield _text(f"arms_{place}", f"{here}, arms", group="look")
        for name, words, unit in VITALS:
            yield _text(f"{name}_{place}", f"{here}, {words.lower()} in {_in_words(unit)}", group="look")
        yield _text(f"seen_{place}", f"{here}, what was seen", group="look")
    yield REASON


def _response() -> tuple[Field, ...]:
    return (
        Field(name="goal_met", label="Goal met", form="choice", options=_GOAL),
        _area("gained", "Function gained", range="left empty where nothing was"),
        Field(name="is_lost", label="Function lost, or another negative effect", form="choice",
              options=YES_NO),
        _area("lost", "What was lost", range="and for how long"),
        Field(name="adverse", label="Adverse reaction", form="choice", options=YES_NO),
        _text("what", "Which reaction", range="where there was one"),
        Field(name="lasted", label="The effect lasted", form="quantity", quantity=Duration, unit="h",
              required=False, range="what the published start dose follows from"),
        Field(name="responded", label="Counts as a response", form="choice", options=YES_NO),
        _text("judged_by", "Judged by", required=True),
        REASON,
    )  # fmt: skip


def _next() -> tuple[Field, ...]:
    return (
        Field(name="plan", label="What is next", form="select", options=PLANS),
        _text("decided_by", "Decided by", required=True, range="names and roles"),
        _text("decided_with", "With", required=True, range="who of patient and family"),
        _area("told", "What they were told, and what follows"),
        REASON,
    )


def fields_of(step: str) -> tuple[Field, ...]:
    """The fields of a step."""
    made: Mapping[str, tuple[Field, ...]] = {
        "prepare": _prepare(),
        "bolus": _bolus(),
        "observe": tuple(_observe()),
        "response": _response(),
        "next": _next(),
    }
    return made[step]
