"""The library of drug and concentration, and what a site sets where nothing is published."""

import copy
import tomllib
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cisterna.errors import EvidenceError, InputError
from cisterna.evidence import number
from cisterna.limits import (
    Bound,
    Declared,
    Judgement,
    Library,
    Measure,
    SiteSettings,
    Verdict,
    builtin_library,
    judge,
    read_library,
    read_site_settings,
)
from cisterna.therapy import Program, Therapy
from cisterna.units import Duration, HourlyRate, Mass

TherapyOf = Callable[..., Therapy]
Continuous = Callable[[float, float], Program]

FOUR = (Measure.DAILY_DOSE, Measure.HOURLY_DOSE, Measure.BOLUS, Measure.BOLUS_DURATION)
DOCUMENT = tomllib.loads((files("cisterna.limits") / "data" / "library.toml").read_text("utf-8"))


@pytest.mark.requirement("A4")
@pytest.mark.parametrize(
    "strength", ["gablofen_screening_strength", "gablofen_low_strength", "gablofen_middle_strength",
                 "lioresal_high_strength"]
)  # fmt: skip
def test_each_marketed_strength_is_an_entry_with_every_bound(strength: str) -> None:
    """Daily and hourly dose, bolus and duration have soft and hard limits, lower and upper, for each pair."""
    entry = builtin_library().entry("baclofen", number(strength).in_unit("mcg/mL"))
    assert entry is not None
    for measure in FOUR:
        assert set(entry.bounds[measure]) == set(Bound)


@pytest.mark.requirement("A4")
def test_no_bound_is_published_but_those_of_the_daily_dose() -> None:
    """What nobody has published is the site's to set: the library holds no number of its own."""
    for entry in builtin_library().entries:
        for measure, bounds in entry.bounds.items():
            published = {bound for bound, kind in bounds.items() if kind is Declared.PUBLISHED}
            allowed = (
                {Bound.RECOMMENDED_LOW, Bound.RECOMMENDED_HIGH} if measure is Measure.DAILY_DOSE else set()
            )
            assert published == allowed


@pytest.mark.requirement("A7")
def test_an_unknown_drug_is_refused() -> None:
    """No program starts with a drug that the library does not hold."""
    with pytest.raises(EvidenceError, match=r"'morphine'.*may not start"):
        builtin_library().entry("morphine", 500)


@pytest.mark.requirement("A7")
def test_a_therapy_with_a_drug_outside_the_library_is_stopped(
    therapy_of: TherapyOf, continuous: Continuous
) -> None:
    """A judge whose library does not hold the drug in the pump stops the program and says why."""
    entry = builtin_library().entries[0]
    other = Library((type(entry)(drug="another", concentration_mcg_per_ml=500, bounds=entry.bounds),))
    judgement = judge(therapy_of(continuous(2, 100)), library=other)
    assert judgement.verdict is Verdict.STOP
    assert "not in the library" in touched(judgement, "library-entry").text


@pytest.mark.requirement("A7")
@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("concentration",), "no_such_strength", "no_such_strength"),
        (("concentration",), "minimum_age", "concentration"),
        (("drug",), 5, "the name of a drug"),
        (("daily_dosis",), {}, "unknown key"),
        (("bolus", "absolute_high"), "publishd", "publishd"),
        (("bolus", "absolute_high"), "published", "nothing is published on it"),
        (("bolus", "highest"), "site", "unknown bound"),
        (("bolus",), 5, "a table of bounds"),
    ],
)
def test_a_library_that_is_not_whole_is_not_used(place: tuple[str, ...], value: object, said: str) -> None:
    """One wrong word in the library and it is refused with the place of the fault."""
    document = copy.deepcopy(DOCUMENT)
    table: dict[str, Any] = document["entry"][1]
    for key in place[:-1]:
        table = table[key]
    table[place[-1]] = value
    with pytest.raises(EvidenceError) as refused:
        read_library(document, "library.toml")
    assert "entry[1]" in str(refused.value)
    assert said in str(refused.value)


def test_a_pair_stands_once() -> None:
    """Two entries of one pair contradict each other and are refused."""
    with pytest.raises(EvidenceError, match="stands already"):
        read_library({"entry": [DOCUMENT["entry"][0], DOCUMENT["entry"][0]]}, "library.toml")


def touched(judgement: Judgement, name: str) -> Any:
    """The touched guardrail of a name."""
    return next(entry for entry in judgement.guardrails if entry.name == name)


@pytest.mark.requirement("A10")
def test_a_limit_that_nobody_has_set_is_a_caution_that_says_so(
    therapy_of: TherapyOf, continuous: Continuous
) -> None:
    """Without a setting of the site no program is ok, and each missing limit is named with its value."""
    judgement = judge(therapy_of(continuous(2, 100)))
    assert judgement.verdict is Verdict.CAUTION
    hourly = touched(judgement, "site-hourly-dose")
    assert (hourly.limit, hourly.unit) == (None, "mcg/h")
    assert hourly.value == pytest.approx(100 / 24)
    assert "not published and not set by the site" in hourly.text


@pytest.mark.requirement("A10")
def test_a_site_that_has_decided_on_everything_can_be_ok(
    therapy_of: TherapyOf, continuous: Continuous, decided: SiteSettings
) -> None:
    """'none' is a decision; with all of them taken a program within the published ranges is ok."""
    judgement = judge(therapy_of(continuous(2, 100)), site=decided)
    assert (judgement.verdict, judgement.guardrails) == (Verdict.OK, ())


@pytest.mark.requirement("A10")
def test_a_cap_that_is_declared_and_lacking_refuses(
    therapy_of: TherapyOf, continuous: Continuous, decided: SiteSettings
) -> None:
    """A library that declares a bound and has no value for it stops every program that needs it."""
    document = copy.deepcopy(DOCUMENT)
    document["entry"][1]["hourly_dose"]["absolute_high"] = "declared"
    judgement = judge(
        therapy_of(continuous(2, 100)), site=decided, library=read_library(document, "library.toml")
    )
    assert judgement.verdict is Verdict.STOP
    assert "declared in the library and has no value" in touched(judgement, "site-hourly-dose").text


def site(**entry: object) -> SiteSettings:
    """A site that has set something for 500 mcg/mL."""
    return SiteSettings.of(
        {"schema": 1, "entry": [{"drug": "baclofen", "concentration": "500 mcg/mL", **entry}]}
    )


@pytest.mark.requirement("A4", "A5", "A6")
@pytest.mark.parametrize(
    ("bound", "limit", "verdict"),
    [
        ("absolute_high", "99 mcg/day", Verdict.STOP),
        ("absolute_low", "101 mcg/day", Verdict.STOP),
        ("absolute_high", "100 mcg/day", Verdict.CAUTION),
        ("absolute_low", "100 mcg/day", Verdict.CAUTION),
    ],
)
def test_a_hard_limit_of_the_site_holds_to_its_unit(
    therapy_of: TherapyOf, continuous: Continuous, bound: str, limit: str, verdict: Verdict
) -> None:
    """One unit beyond the site's hard limit is refused; at the limit only what is not set needs a reason."""
    judgement = judge(therapy_of(continuous(2, 100)), site=site(daily_dose={bound: limit}))
    assert judgement.verdict is verdict


@pytest.mark.requirement("A4")
def test_a_limit_of_one_concentration_says_nothing_of_another(
    therapy_of: TherapyOf, continuous: Continuous
) -> None:
    """Each pair is its own entry: what is set for 500 mcg/mL is not set for 1000."""
    limits = site(hourly_dose={"absolute_high": "1 mcg/h"})
    assert judge(therapy_of(continuous(2, 100)), site=limits).verdict is Verdict.STOP
    other = judge(therapy_of(continuous(2, 100), concentration=1000), site=limits)
    assert touched(other, "site-hourly-dose").limit is None


def test_a_concentration_without_an_entry_is_a_caution_until_the_site_makes_one(
    therapy_of: TherapyOf, continuous: Continuous
) -> None:
    """750 mcg/mL is on no market: it is told, and an entry of the site takes its place."""
    therapy = therapy_of(continuous(2, 100), concentration=750)
    judgement = judge(therapy)
    assert judgement.verdict is Verdict.CAUTION
    assert "750 mcg/mL has no entry" in touched(judgement, "library-entry").text
    highest = {"absolute_high": "90 mcg/day"}
    entry = {"drug": "baclofen", "concentration": "750 mcg/mL", "daily_dose": highest}
    own = SiteSettings.of({"schema": 1, "entry": [entry]})
    with_entry = judge(therapy, site=own)
    assert with_entry.verdict is Verdict.STOP
    assert "library-entry" not in {entry.name for entry in with_entry.guardrails}


@pytest.mark.requirement("A10")
def test_the_smallest_of_all_caps_is_named(therapy_of: TherapyOf, continuous: Continuous) -> None:
    """Of site, label, step and pump the smallest limit of each kind stands in the judgement by name."""
    therapy = therapy_of(continuous(2, 100), continuous(50, 110))
    caps = {cap.kind.value: cap for cap in judge(therapy).caps if cap.measure is Measure.DAILY_DOSE}
    assert (caps["absolute"].name, caps["absolute"].limit) == ("hard-change", 200)
    assert (caps["recommended"].name, caps["recommended"].limit) == ("titration-step", 115)
    lower = judge(
        therapy, site=site(daily_dose={"absolute_high": "150 mcg/day", "recommended_high": "112 mcg/day"})
    )
    assert [(cap.name, cap.limit) for cap in lower.caps if cap.measure is Measure.DAILY_DOSE] == [
        ("site-daily-dose", 150),
        ("site-daily-dose", 112),
    ]


@pytest.mark.requirement("A10")
def test_hour_and_bolus_have_their_smallest_cap_too(
    therapy_of: TherapyOf, continuous: Continuous, at: Callable[[float], datetime]
) -> None:
    """The pump caps the hour at its highest flow, 500 mcg/h here, until the site sets less.

    A bolus has a cap where the site sets one, and only a program with boluses is told of it.
    """

    def caps(program: Program, limits: SiteSettings) -> list[tuple[str, str, float]]:
        told = judge(therapy_of(program), site=limits).caps
        return [
            (cap.name, cap.kind.value, cap.limit) for cap in told if cap.measure is not Measure.DAILY_DOSE
        ]

    limits = site(
        hourly_dose={"recommended_high": "12 mcg/h", "absolute_high": "20 mcg/h"},
        bolus={"absolute_high": "30 mcg"},
    )
    hours = [("site-hourly-dose", "absolute", 20), ("site-hourly-dose", "recommended", 12)]
    assert caps(continuous(2, 100), site()) == [("pump-flow", "absolute", 500)]
    assert caps(continuous(2, 100), limits) == hours
    pulses = Program(
        at=at(2), mode="periodic-bolus", bolus=Mass(20), every=Duration(6), over=Duration(0.5),
        background=HourlyRate(1),
    )  # fmt: skip
    assert caps(pulses, limits) == [*hours, ("site-bolus", "absolute", 30)]


@pytest.mark.requirement("A12")
@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"daily_dose": {"absolute_high": 900}}, "900 without a unit"),
        ({"daily_dose": {"absolute_high": "900"}}, "without a unit"),
        ({"daily_dose": {"absolute_high": "40 mcg/h"}}, "a daily dose in"),
        ({"hourly_dose": {"absolute_high": "900 mcg/day"}}, "an hourly rate in"),
        ({"daily_dose": {"highest": "900 mcg/day"}}, "unknown bound"),
        ({"daily": {}}, "unknown key"),
        ({"bolus": "50 mcg"}, "a table of bounds"),
        ({"bolus_count": {"absolute_high": "8"}}, "whole number"),
        ({"bolus_count": {"absolute_high": True}}, "whole number"),
        ({"window": {"absolute_high": "50 mcg"}}, "no length"),
        ({"window": {"length": "0 h", "absolute_high": "50 mcg"}}, "above 0"),
        (
            {"bolus": {"recommended_high": "60 mcg", "absolute_high": "50 mcg"}},
            "recommended_high above absolute_high",
        ),
        ({"concentration": "500"}, "without a unit"),
        ({"drug": 3}, "the name of a drug"),
    ],
)  # fmt: skip
def test_a_wrong_site_setting_is_refused_with_its_place(entry: dict[str, object], said: str) -> None:
    """A bare number, a wrong unit, an unknown key or bounds out of order: the message names the place."""
    with pytest.raises(InputError) as refused:
        site(**entry)
    assert said in str(refused.value)
    assert "entry[0]" in str(refused.value)


def test_site_settings_are_read_from_a_file(tmp_path: Path) -> None:
    """A TOML file holds the settings of a site; one that is none is refused by its name."""
    path = tmp_path / "site.toml"
    path.write_text(
        'schema = 1\nsource = "clinic rule 7"\n[[entry]]\ndrug = "baclofen"\nconcentration = "500 mcg/mL"\n'
        'bolus_count = { absolute_high = 8 }\nwindow = { length = "4 h", absolute_high = "60 mcg" }\n',
        "utf-8",
    )  # fmt: skip
    settings = read_site_settings(path)
    limits = settings.limits("baclofen", 500)
    assert limits is not None
    assert (settings.source, limits.window_h) == ("clinic rule 7", 4)
    assert limits.bounds[Measure.BOLUS_COUNT, Bound.ABSOLUTE_HIGH] == 8
    path.write_text("schema = 1\n[[entry]", "utf-8")
    with pytest.raises(InputError, match=r"site\.toml"):
        read_site_settings(path)
    with pytest.raises(InputError, match="schema"):
        SiteSettings.of({"schema": 2})
