"""How well a program meets goals, and how differently patients answer to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from tests.course.tried import ADULT, CHILD, a_day, constant, flex

from cisterna.course import simulate
from cisterna.course.preview import Goal, Population, prepare
from cisterna.instants import utc


def test_a_goal_is_the_share_of_its_minutes() -> None:
    """Tone falls evenly from 3 to 2 over an hour: half of it is at most 2.5, at first it is 0.5 off."""
    tone = np.full(97, 3.0)
    tone[28:33] = np.linspace(3.0, 2.0, 5)  # 07:00 to 08:00
    met = Goal(name="dress", from_minute=420, to_minute=480, where="legs", at="most", tone=2.5).met(tone, 15)
    assert met.share == pytest.approx(0.5)
    assert met.mean_tone == pytest.approx(2.5)
    assert met.missed_by == pytest.approx(0.5, abs=0.01)


def test_a_goal_over_midnight_and_on_named_days() -> None:
    """A night goes on into the next day; on a week only the named days count."""
    week = np.full(673, 3.0)
    week[: 4 * 6] = 1.0  # Monday up to 06:00
    night = Goal(
        name="sleep", from_minute=1320, to_minute=360, where="legs", at="most", tone=2.0, days=("sun",)
    )
    assert night.met(week, 15).share == pytest.approx(6 / 8, abs=0.05)
    other = replace(night, days=("tue",))
    assert other.met(week, 15).share == 0


def test_goals_are_held_against_the_steady_day() -> None:
    """A day that gives more before it is nearer to a goal than the constant day of the same total."""
    at = ADULT.valid_events[-1].at + timedelta(days=1)
    prepared = prepare(ADULT, at)
    loose = Goal(name="dress", from_minute=480, to_minute=600, where="legs", at="most", tone=1.36)
    day = flex(at, (0, 0, 8.0, ()), (3, 0, 20.0, ()), (8, 0, 8.75, ()))
    total = 24 + 100 + 16 * 8.75
    shaped, even = prepared.of(day, [loose]), prepared.of(constant(total, at), [loose])
    assert shaped.facts()["total_mcg_per_day"] == pytest.approx(even.facts()["total_mcg_per_day"])
    assert shaped.met()[0].mean_tone < even.met()[0].mean_tone
    assert shaped.facts()["goals"][0]["share"] == shaped.met()[0].share


def test_a_constant_day_becomes_one_that_meets_two_goals_at_the_same_total() -> None:
    """A step before waking loosens the legs for dressing and lets them be firm again for standing."""
    at = CHILD.valid_events[-1].at + timedelta(days=1)
    goals = [
        Goal(name="dressing", from_minute=420, to_minute=510, where="legs", at="most", tone=1.65),
        Goal(name="standing", from_minute=600, to_minute=720, where="legs", at="least", tone=1.65),
    ]
    prepared = prepare(CHILD, at)
    shaped = flex(at, (0, 0, 6.0, ()), (3, 30, 26.0, ()), (6, 0, 2.0, ()), (11, 0, 8.0, ()))
    before = prepared.of(constant(200, at), goals).facts()
    after = prepared.of(shaped, goals).facts()
    assert [goal["share"] for goal in before["goals"]] == [0, 1]
    assert [goal["share"] for goal in after["goals"]] == [1, 1]
    assert after["total_mcg_per_day"] == pytest.approx(before["total_mcg_per_day"])
    assert not [one for one in after["limits"] if one["level"] == "exceeded"]
    assert prepared.deliverable.snapped(shaped).moved == ()
    json.dumps(after, allow_nan=False)


def test_each_simulated_patient_is_the_course_with_the_numbers_drawn() -> None:
    """A patient of the band is `simulate` of the therapy with that patient's settings and the program."""
    at = CHILD.valid_events[-1].at + timedelta(days=1)
    prepared = prepare(CHILD, at)
    few = Population.around(prepared, count=2, seed=(3,))
    tones = few.tone(a_day(at))
    window = prepared.window_of(a_day(at))
    instants = [utc(at_us) for at_us in window.steady_us.tolist()]
    for place, one in enumerate(few.patients):
        assert one.therapy.settings != CHILD.settings
        therapy = replace(one.therapy, events=(*CHILD.events, a_day(at)))
        columns = simulate(therapy, until=instants[-1], at=instants).columns()
        np.testing.assert_allclose(tones["legs"][place], columns["tone_legs"], rtol=1e-9)
        np.testing.assert_allclose(tones["arms"][place], columns["tone_arms"], rtol=1e-9)


def test_the_band_holds_eight_of_ten_and_is_the_same_each_time() -> None:
    """Low and high enclose eight of ten of the patients, whoever asks; a refused program has no band."""
    at = ADULT.valid_events[-1].at + timedelta(days=1)
    prepared = prepare(ADULT, at)
    people, again = (Population.around(prepared, count=10, seed=(4,)) for _ in range(2))
    band = people.band(a_day(at))
    assert band == again.band(a_day(at))
    tones = people.tone(a_day(at))["legs"]
    within = (tones >= band["legs"]["low"]) & (tones <= band["legs"]["high"])
    assert within.mean() == pytest.approx(0.8, abs=0.01)
    assert (band["patients"], band["seed"], len(band["minutes"])) == (10, [4], 97)
    refused = people.band(constant(1e6, at))
    assert refused["legs"] is None
    assert refused["faults"][0]["where"] == "daily_dose"
    assert refused.keys() == band.keys()


def test_what_the_therapy_sets_does_not_vary() -> None:
    """A sensitivity that was entered is the patient's own in every draw."""
    own = replace(ADULT, parameters={"tone_ec50": "50 ng/mL"})
    prepared = prepare(own, ADULT.valid_events[-1].at)
    drawn = Population.around(prepared, count=3, seed=(1,)).patients
    assert {one.therapy.settings.value("tone_ec50", "ng/mL") for one in drawn} == {50}
    assert len({one.therapy.settings.value("ke0", "1/h") for one in drawn}) == 3
