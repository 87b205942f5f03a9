"""What a form of scores means, and what of it is refused."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from cisterna.clinic.assessments.asked import ASKED, asked, field_name, range_of, score_faults
from cisterna.clinic.assessments.forms import assessed
from cisterna.errors import InputError
from cisterna.therapy import Assess, Weigh
from cisterna.therapy.scales import SCALES
from cisterna.units import BodyWeight, Length

MADRID = ZoneInfo("Europe/Madrid")
NOW_US = 1_795_000_000_000_000
AT = {"at_day": "2026-11-10", "at_time": "09:30"}


def faults_of(typed: dict[str, str]) -> dict[str, str]:
    """The faults of a form by field."""
    with pytest.raises(InputError) as raised:
        assessed({**AT, **typed}, MADRID, NOW_US)
    return {fault.where: fault.found for fault in raised.value.faults}


def test_one_form_makes_an_event_of_each_score_at_one_instant() -> None:
    """Scores, a grade, weight and height of one visit are events of the same instant, each at its field."""
    typed = {"ashworth-1-5--legs": "2.5", "ashworth-1-5--arms": "2", "mas--left-hamstrings": "1+",
             "gmfcs": "IV", "weight": "21.4", "height": "118", "note": "after sleep"}  # fmt: skip
    made = assessed({**AT, **typed}, MADRID, NOW_US)
    scores = [(e.scale, e.site, e.value) for e in made.events if isinstance(e, Assess)]
    assert scores == [
        ("ashworth-1-5", "legs", 2.5), ("ashworth-1-5", "arms", 2.0), ("mas", "left hamstrings", "1+"),
        ("gmfcs", None, "IV"),
    ]  # fmt: skip
    weighed = made.events[-1]
    assert isinstance(weighed, Weigh)
    assert (weighed.weight, weighed.height) == (BodyWeight(21.4), Length(118))
    assert {event.at.isoformat() for event in made.events} == {"2026-11-10T09:30:00+01:00"}
    assert {event.note for event in made.events} == {"after sleep"}
    assert len(made.fields) == len(made.events)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("ashworth-1-5--legs", ("1", "5", "3.4"), ("0.9", "5.1", "2,5", "1+")),
        ("ashworth-0-4--arms", ("0", "4"), ("-1", "4.5")),
        ("mas--right-soleus", ("0", "1+", "not-assessed"), ("5", "1++", "2.5")),
        ("penn", ("0", "4"), ("5", "2.5", "often")),
        ("bads", ("0", "32"), ("33", "3.5")),
        ("selective-control--left-leg", ("0", "10"), ("11", "2.5")),
        ("gmfcs", ("I", "V"), ("VI", "1", "iv")),
        ("fms--50-m", ("1", "C"), ("7", "X")),
        ("gmfm-66", ("0", "100", "45.2"), ("-1", "100.1")),
        ("copm--performance", ("1", "10", "4.5"), ("0", "10.5")),
        ("gas", ("22.6", "-5"), ("many",)),
        ("cpchild", ("0", "100"), ("101",)),
        ("nrs", ("0", "10"), ("11", "3.5")),
        ("r-flacc", ("0", "10"), ("11",)),
        ("nccpc-r", ("0", "90"), ("91",)),
        ("nccpc-pv", ("0", "81"), ("82",)),
    ],
)
def test_each_scale_refuses_what_it_does_not_have(
    name: str, right: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    """The ends of a scale are scores; what lies beyond, between or beside it is refused at its own field."""
    for text in right:
        assert len(assessed({**AT, name: text}, MADRID, NOW_US).events) == 1, text
    for text in wrong:
        assert set(faults_of({name: text})) == {name}, text


def test_every_fault_of_a_form_is_told_at_once() -> None:
    """Two wrong scores and a wrong weight are three faults, and nothing is made of the right ones."""
    found = faults_of({"penn": "9", "gmfcs": "VI", "weight": "heavy", "nrs": "3"})
    assert set(found) == {"penn", "gmfcs", "weight"}


def test_a_form_without_a_score_or_a_right_time_is_refused() -> None:
    """Nothing scored, a day that is none and an hour to come are faults of their fields."""
    assert set(faults_of({})) == {"at"}
    assert set(faults_of({"penn": "1", "at_day": "2026-02-30"})) == {"at"}
    assert set(faults_of({"penn": "1", "at_day": "2030-01-01"})) == {"at"}
    assert set(faults_of({"penn": "9", "at_day": ""})) == {"at", "penn"}


def test_the_hour_that_the_clocks_show_twice_is_asked_about() -> None:
    """In the night of the change of clocks 02:30 is two instants, so that it is no answer."""
    assert set(faults_of({"penn": "1", "at_day": "2026-10-25", "at_time": "02:30"})) == {"at"}


def test_an_angle_keeps_its_side_joint_and_position() -> None:
    """An angle compares only in the same position, so that the position is part of the site."""
    row = {
        "rom-1-joint": "knee",
        "rom-1-side": "left",
        "rom-1-position": "popliteal angle",
        "rom-1-angle": "55",
    }
    (angle,) = assessed({**AT, **row}, MADRID, NOW_US).events
    assert isinstance(angle, Assess)
    assert (angle.scale, angle.site, angle.value) == ("rom", "left knee, popliteal angle", 55.0)
    assert set(faults_of({**row, "rom-1-angle": "181"})) == {"rom-1-angle"}
    assert set(faults_of({**row, "rom-1-position": ""})) == {"rom-1-position"}
    assert set(faults_of({**row, "rom-1-side": ""})) == {"rom-1-side"}
    assert set(faults_of({**row, "rom-1-angle": ""})) == {"rom-1-angle"}


def test_the_catch_of_a_muscle_is_kept_as_the_difference_of_both_angles() -> None:
    """R2 - R1 is the score; both angles and the quality are read again in the note."""
    row = {"tardieu-2-muscle": "soleus", "tardieu-2-side": "right", "tardieu-2-r1": "-10",
           "tardieu-2-r2": "15", "tardieu-2-quality": "2"}  # fmt: skip
    (catch,) = assessed({**AT, **row}, MADRID, NOW_US).events
    assert isinstance(catch, Assess)
    assert (catch.site, catch.value, catch.note) == ("right soleus", 25.0, "R1 -10 deg, R2 15 deg, quality 2")
    assert set(faults_of({**row, "tardieu-2-r1": "20"})) == {"tardieu-2-r1"}
    assert set(faults_of({**row, "tardieu-2-quality": "5"})) == {"tardieu-2-quality"}
    assert set(faults_of({**row, "tardieu-2-quality": "two"})) == {"tardieu-2-quality"}
    assert set(faults_of({**row, "tardieu-2-muscle": "heart"})) == {"tardieu-2-muscle"}


def test_the_form_asks_every_scale_that_a_file_may_name() -> None:
    """No scale of the therapy is left out: fields of their own, or the rows of angles."""
    assert {each.scale for each in ASKED} | {"rom", "tardieu"} == set(SCALES)
    names = [field_name(each.scale, site) for each in ASKED for site in each.places]
    assert len(names) == len(set(names))


def test_the_range_under_a_field_names_its_source_and_how_sure_it_is() -> None:
    """What is only recalled wears its mark."""
    assert range_of(asked("penn")) == "0 to 4 (NINDS F1765), whole numbers"
    assert range_of(asked("nrs")).endswith("recalled")
    assert range_of(asked("mas")) == ""
    assert next(score_faults(asked("cpchild"), 101, "cpchild")).where == "cpchild"
