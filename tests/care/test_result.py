"""What a rule answers: its verdict follows from its reasons, and what is unknown says why."""

from __future__ import annotations

import pkgutil
from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from cisterna import care
from cisterna.care import Reason, Result, told
from cisterna.care import scales as scales_room
from cisterna.care.exact import difference, mean, total
from cisterna.cli.answer import json_text, reading_text
from cisterna.verdict import Verdict, gravest


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A value of two keys."""

    flow_ml_per_day: float | None = field(metadata=told("flow", "mL/day", 4))
    days: int = 3


def result(flow: float | None, *reasons: Reason) -> Result[Flow]:
    """An answer with such a value."""
    return Result(
        name="flow",
        title="Flow of a pump",
        value=Flow(flow_ml_per_day=flow),
        reasons=reasons,
        formula="flow = dose / concentration",
        inputs={"daily_dose": "100 mcg/day", "pump": None, "parts": {"a": None, "b": 1.5}},
        sources=("arithmetic [derived]",),
    )


def reason(verdict: Verdict, about: str | None = None) -> Reason:
    """A reason that leads to ``verdict``."""
    return Reason(text="A sentence.", source="a source", verdict=verdict, about=about)


def test_the_gravest_reason_decides() -> None:
    """Without reasons the verdict is ok; else that of the gravest, in any order."""
    assert result(1.0).verdict is Verdict.OK
    assert result(1.0, reason(Verdict.CAUTION), reason(Verdict.OK)).verdict is Verdict.CAUTION
    assert result(1.0, reason(Verdict.STOP), reason(Verdict.CAUTION)).verdict is Verdict.STOP
    assert gravest([Verdict.STOP, Verdict.CAUTION]) is Verdict.STOP


def test_what_is_unknown_needs_a_reason() -> None:
    """An answer with an unknown value cannot be made unless a reason is about that value."""
    with pytest.raises(ValueError, match="flow_ml_per_day is not known"):
        result(None)
    with pytest.raises(ValueError, match="flow_ml_per_day is not known"):
        result(None, reason(Verdict.OK, about="days"))
    assert result(None, reason(Verdict.OK, about="flow_ml_per_day")).value.flow_ml_per_day is None


def test_an_answer_is_frozen() -> None:
    """Nothing of an answer can be changed after it was made."""
    with pytest.raises(FrozenInstanceError):
        result(1.0).formula = "another"  # type: ignore[misc]


def test_facts_hold_every_key_in_order() -> None:
    """The value first, then verdict, reasons, formula, inputs and sources."""
    facts = result(0.2, reason(Verdict.OK)).facts()
    assert list(facts) == [
        "flow_ml_per_day", "days", "verdict", "reasons", "formula", "inputs", "sources",
    ]  # fmt: skip
    assert facts["reasons"] == ["A sentence. Source: a source [confirmed]."]


def test_text_rounds_to_the_declared_places() -> None:
    """A value is shown with its label, unit and places; a key that nobody labelled by its name."""
    text = reading_text(result(0.1 + 0.2), 80)
    assert "  flow  0.3 mL/day\n" in text
    assert "  days  3\n" in text
    assert "  pump        not given\n" in text
    assert "a = not-assessed; b = 1.5" in text
    assert "Verdict: ok" in text


def test_json_is_plain_and_without_dust() -> None:
    """Numbers have neither exponent nor binary dust; null, true and text are JSON's own."""
    assert json_text([1e-9, 0.1 + 0.2, 1e15, 2 / 3, None, True, False, 7, "µ\udcff"]) == (
        r'[0.000000001, 0.3, 1000000000000000, 0.666666666667, null, true, false, 7, "\u00b5\udcff"]'
    )


def test_decimals_add_up_as_on_paper() -> None:
    """Sums, differences and means of decimals are those of decimals."""
    assert total([0.1, 0.2]) == 0.3
    assert difference(5.4, 3.2) == 2.2
    assert mean([0.1, 0.2, 0.3]) == 0.2


def test_every_module_of_the_scales_hands_out_its_names() -> None:
    """A scale that is added is handed out by `cisterna.care`, unless it is only for the others."""
    inner = {"age_bands", "ranges"}
    modules = {module.name for module in pkgutil.iter_modules(scales_room.__path__)} - inner
    assert {name.removeprefix("scales.") for name in care.NAMES if name.startswith("scales.")} == modules


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """The room says that it has no such name."""
    with pytest.raises(AttributeError, match="no_such_rule"):
        getattr(care, "no_such_rule")  # noqa: B009  the name is not there on purpose


def test_what_decides_is_read_first() -> None:
    """In the text the gravest reason comes first and says so, what is not known last, nothing twice."""
    unknown = Reason(text="Not asked.", source="a", about="flow_ml_per_day")
    found = (
        unknown,
        Reason(text="Fine.", source="a"),
        Reason(text="Too much.", source="a", verdict=Verdict.STOP),
        Reason(text="Fine.", source="a"),
    )
    text = reading_text(result(None, *found), 80)
    assert "Verdict: stop (refused, without an override)" in text
    assert text.index("STOP: Too much.") < text.index("- Fine.") < text.index("- Not asked.")
    assert text.count("- Fine.") == 1
