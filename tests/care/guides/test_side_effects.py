"""Side effects by route: every published rate, none pooled, and what is not published said."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from tests.care.typed import typed

from cisterna.care import ROUTES, published_side_effects
from cisterna.care.side_effects import read_side_effects
from cisterna.errors import EvidenceError, InputError
from cisterna.evidence import number

NO_RATE_OF_A_SIDE_EFFECT = {
    "adverse_events_tyack", "battery_replacements_borowski", "catheter_events_feller",
    "catheter_problems_austria", "complication_operation_rate_borowski",
    "complication_operations_borowski", "device_problems_austria", "events_catheter_785_children",
    "events_infection_785_children", "events_pump_785_children", "exit_for_adverse_event",
    "first_patch_works_brenn", "infection_rate_imerci", "late_infection_age", "leak_patch_brenn",
    "leak_rate_imerci", "on_therapy_10_y_adults", "on_therapy_10_y_children",
    "replaced_at_end_of_battery", "satisfied_borowski", "subfascial_infection_probability",
    "worthwhile_denmark",
}  # fmt: skip
"""Numbers of the file that count events, or tell of something else, or repeat a rate in another unit."""


def test_every_published_rate_is_shown() -> None:
    """No rate of the evidence file on side effects is left out."""
    text = (files("cisterna.evidence") / "data" / "side_effects.toml").read_text("utf-8")
    known = set(tomllib.loads(text))
    shown = {
        rate.name for effect in published_side_effects().effects for on in effect.routes for rate in on.rates
    }
    assert known - shown == NO_RATE_OF_A_SIDE_EFFECT


def test_a_rate_keeps_value_population_and_source() -> None:
    """Hypotonia at maintenance, cerebral origin: 34.7 %, label, recalled; it stands by itself."""
    rates = {rate.name: rate for rate in published_side_effects().effect("weakness").on("intrathecal").rates}
    assert len(rates) == 5
    rate = rates["cerebral_hypotonia_maintenance"]
    assert (rate.value, rate.unit, rate.status.value) == (34.7, "%", "recalled")
    assert "cerebral origin" in rate.population


def test_what_is_not_published_says_so_and_what_does_not_apply_is_absent() -> None:
    """Seizures by mouth and everything on the skin: not published. A tablet has no leak of spinal fluid."""
    found = published_side_effects()
    assert found.effect("seizures").on("by-mouth").shown == "not published"
    on_skin = [effect.on("on-the-skin") for effect in published_side_effects("on-the-skin").effects]
    assert on_skin
    assert {on.shown for on in on_skin} == {"not published"}
    assert [on.route for on in found.effect("leak").routes] == ["intrathecal"]


def test_a_rate_of_time_is_told_in_words() -> None:
    """Complications for each pump and year, and late infections in a year, read as people say them."""
    text = typed(["guide", "side-effects", "--route", "intrathecal"]).out
    assert "- 0.4 a year: complications for each pump and year" in text
    assert "- 0.95 % a year: late infection" in text
    assert "1/y" not in text


def test_one_route_shows_that_route_alone() -> None:
    """Asked by mouth, nothing of a pump is told."""
    found = published_side_effects("by-mouth")
    assert {on.route for effect in found.effects for on in effect.routes} == {"by-mouth"}


def test_an_unknown_route_is_refused_with_the_routes() -> None:
    """The message lists the three."""
    with pytest.raises(InputError) as caught:
        published_side_effects("nasal")
    assert all(route in str(caught.value) for route in ROUTES)


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ({"id": "a", "title": "A", "rates": {"by-mouth": ["no_such_rate"]}}, "'no_such_rate'"),
        ({"id": "a", "title": "A", "rates": {"nasal": []}}, "a.rates.nasal: found an unknown key"),
        ({"id": "a", "title": "A"}, "no route"),
        ({"id": "a", "rates": {"by-mouth": []}}, "states its title"),
    ],
)
def test_an_effect_that_lacks_something_is_refused(effect: dict[str, Any], words: str) -> None:
    """A rate that is not in the evidence, a route that does not exist, a missing title."""
    with pytest.raises(EvidenceError) as caught:
        read_side_effects({"effect": [effect]}, tuple(ROUTES))
    assert words in str(caught.value)


def test_the_rates_are_those_of_the_evidence() -> None:
    """A rate is asked for by name, so that it has one home."""
    assert published_side_effects().effect("dizziness").on("by-mouth").rates == (
        number("oral_dizziness_rate"),
    )
