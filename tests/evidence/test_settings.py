"""Overrides of the evidence: only what may be set, only in its unit, and never silently."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.errors import EvidenceError
from cisterna.evidence import Settings, number, numbers
from cisterna.units import decimal_text

SETTABLE = sorted(name for name, entry in numbers().items() if entry.settable)
WITH_VALUE = [name for name in SETTABLE if numbers()[name].value is not None]


def refusal(**texts: Any) -> str:
    """The text of the error that setting ``texts`` raises."""
    with pytest.raises(EvidenceError) as caught:
        Settings.of(texts)
    return str(caught.value)


def test_without_overrides_the_evidence_holds() -> None:
    """A view without overrides hands out the published numbers themselves."""
    assert Settings().number("stop_limit") is number("stop_limit")
    assert Settings().value("stop_limit", "days") == 2


def test_an_override_changes_the_value_and_says_where_it_is_from() -> None:
    """The value is converted to the published unit, and the source names therapy and publication."""
    published = number("stability_in_pump")
    entry = Settings.of({"stability_in_pump": "11 weeks"}).number("stability_in_pump")
    assert entry.in_unit("days") == 77
    assert entry.unit == published.unit
    assert entry.source == f"set in the therapy; published: {published.source}"
    assert number("stability_in_pump") is published


def test_overrides_leave_all_other_numbers_alone() -> None:
    """Setting one number does not touch another."""
    settings = Settings.of({"refill_lead_short": "3 days"})
    assert settings.value("refill_lead_short", "days") == 3
    assert settings.number("refill_lead_long") is number("refill_lead_long")


@pytest.mark.parametrize("name", SETTABLE)
def test_what_is_published_can_be_set_as_it_is_shown(name: str) -> None:
    """The text that the refusals propose is itself accepted, and changes nothing but the source."""
    published = number(name)
    entry = Settings.of({name: published.shown()}).number(name)
    assert (entry.value, entry.low, entry.high) == (published.value, published.low, published.high)


@given(name=st.sampled_from(WITH_VALUE), factor=st.just(0.0) | st.floats(min_value=0.002, max_value=500))
def test_any_value_near_the_published_one_can_be_set_exactly(name: str, factor: float) -> None:
    """Text in the published unit is taken over to the last bit; 0 may be set too."""
    published = number(name).value
    assert published is not None
    value = abs(published) * factor
    text = f"{decimal_text(value)} {number(name).unit}"
    assert Settings.of({name: text}).number(name).value == value


def test_a_range_is_set_by_a_range() -> None:
    """Both ends of a published range can be set, in any unit of its kind."""
    settings = Settings.of(
        {"titration_step_spinal": "10 to 20 %", "cheo_from_12_usual_dose": "0.2 to 0.9 mg/day"}
    )
    step, dose = settings.number("titration_step_spinal"), settings.number("cheo_from_12_usual_dose")
    assert (step.low, step.value, step.high) == (10, None, 20)
    assert (dose.low, dose.high) == (200, 900)


def test_an_open_range_is_set_by_its_one_end() -> None:
    """A published 'at least' stays one."""
    name = "replacement_lead_expert_panel"
    entry = Settings.of({name: "at least 4 months"}).number(name)
    assert (entry.low, entry.value, entry.high) == (4, None, None)


@pytest.mark.parametrize(
    "text", ["5 %", "at least 5 %", "at most 5 %", "20 to 10 %", "5 to 20", "5 % to 20 %"]
)
def test_half_a_range_or_one_turned_round_is_refused(text: str) -> None:
    """A range needs both of its published ends, the lower first, and one unit at its end."""
    assert "parameters.titration_step_spinal" in refusal(titration_step_spinal=text)


def test_a_range_that_leaves_out_the_published_value_is_refused() -> None:
    """274 mcg/day cannot be the usual dose of a range that ends at 200."""
    assert "a range around 274 mcg/day" in refusal(under_12_maintenance_dose="24 to 200 mcg/day")


@pytest.mark.parametrize(
    "text",
    ["180", "180 ", "", "180 mL", "180 d/d", "180 furlong", "180,5 days", ".5 days", "1e2 days", "nan days",
     "inf days", "-1 days", "days", "180 days days", "1" + "0" * 400 + " days",
     180, 180.0, True, None, ["180 days"]],
)  # fmt: skip
def test_text_that_is_not_the_quantity_is_refused(text: object) -> None:
    """Missing, wrong or doubled unit, sign, comma, exponent and what is no text at all."""
    message = refusal(stability_in_pump=text)
    assert message.startswith(
        f"parameters.stability_in_pump: found {text!r}; allowed: a number with a unit like days"
    )
    assert "write for example '180 days'" in message


def test_an_unknown_name_is_refused_with_the_nearest_ones() -> None:
    """A slip in a name is answered with what may have been meant."""
    assert "such as stability_in_pump" in refusal(stability_in_pomp="180 days")


def test_a_fixed_number_is_refused_with_what_it_is() -> None:
    """A confirmed number that does not differ between centres cannot be set."""
    assert not number("stop_limit").settable
    assert "stop_limit is fixed at 48 h" in refusal(stop_limit="72 h")


def test_all_faults_are_told_at_once_in_the_order_written() -> None:
    """One error lists every parameter that is wrong."""
    message = refusal(stop_limit="72 h", nonsense="1 h", stability_in_pump="180", refill_lead_short="3 days")
    places = [line.split(":")[0] for line in message.splitlines()]
    assert places == ["parameters.stop_limit", "parameters.nonsense", "parameters.stability_in_pump"]


def test_a_negative_number_is_taken_where_the_published_one_is_negative() -> None:
    """A shift that is published below zero can be set below zero; others cannot."""
    negative = [name for name in WITH_VALUE if (numbers()[name].value or 0) < 0]
    assert negative
    for name in negative:
        text = f"-0.5 {number(name).unit}"
        assert Settings.of({name: text}).number(name).value == -0.5


@pytest.mark.parametrize("text", ["500 1/h", "0.00001 1/h"])
def test_a_setting_a_thousand_times_off_is_refused(text: str) -> None:
    """So far from the published number only a wrong unit or decimal point lies."""
    with pytest.raises(EvidenceError, match="within a factor of 1000"):
        Settings.of({"ke0": text})
