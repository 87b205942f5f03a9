"""The page for the talk with a family."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from tests.clinic.served import Served

from cisterna.clinic.permissions import Action, Role, roles_of
from cisterna.clinic.web.app import create_app
from cisterna.course.three_ways import PANELS, claims, three_ways
from cisterna.therapy import Implant, Oral, Program, Topical


def test_a_demonstration_shows_it_to_everybody(served: Served) -> None:
    """Without an account; the same page of a clinic asks for the log-in."""
    shown = TestClient(create_app(served.database, demonstration=True), follow_redirects=False)
    assert shown.get("/compare").status_code == 200
    assert served.client().get("/compare").headers["location"] == "/log-in"


@pytest.mark.parametrize("role", Role)
def test_who_sees_sheets_sees_it(served: Served, role: Role) -> None:
    """For every role that may see the sheets."""
    expected = 200 if role in roles_of(Action.SEE_SHEETS) else 403
    assert served.client(role).get("/compare").status_code == expected


def test_every_sentence_has_its_sign_and_its_source(served: Served) -> None:
    """Each number stands in the list, and on a curve where its panel has some; each source is on the page."""
    text = served.client(Role.NURSE).get("/compare").text
    told = claims(three_ways())
    signs = re.findall(r'class="c-claim-number"[^>]*>(\d+)<', text)
    assert [int(sign) for sign in signs] == [
        claim.place for claim in told if claim.panel in {panel.id for panel in PANELS}
    ]
    assert {int(place) for place in re.findall(r'<li class="c-claim[^>]*value="(\d+)"', text)} == {
        claim.place for claim in told if claim.kind != "warning"
    }
    cited = set(re.findall(r'href="#(source-[a-z0-9_]+)"', text))
    assert cited == {f"source-{each.name}" for claim in told for each in claim.sources}
    assert all(f'id="{name}"' in text for name in cited)


def test_what_is_said_to_be_given_is_what_is_simulated(served: Served) -> None:
    """Tablets, gel and pump as the note below the curves tells them stand so in the therapies."""
    text = served.client(Role.NURSE).get("/compare").text
    events = {way: course.events for way, course in three_ways().courses.items()}
    (tablets,) = [event for event in events["tablets"][-1:] if isinstance(event, Oral)]
    times = [f"{each:%H:%M}" for each in tablets.times]
    assert f"tablets of {float(tablets.dose) / 1000:g} mg at {', '.join(times[:-1])} and {times[-1]}" in text
    (gel,) = [event for event in events["cream"] if isinstance(event, Topical)]
    assert gel.mass is not None
    assert gel.strength is not None
    assert f"{gel.mass.shown()} of a gel of {float(gel.strength):g} in 100" in text
    assert "09:00 and 21:00" in text
    assert [f"{each:%H:%M}" for each in gel.times] == ["09:00", "21:00"]
    implant, program = events["pump"][0], events["pump"][-1]
    assert isinstance(implant, Implant)
    assert isinstance(program, Program)
    dose = f"{three_ways().daily_mcg('pump'):g} mcg a day"
    assert (
        f"a pump with {dose}, the tip of its tube at {implant.tip} (the tenth vertebra of the chest)" in text
    )
    assert program.daily_dose == three_ways().daily_mcg("pump")


def test_what_is_calculated_and_what_is_not_sure_say_so(served: Served) -> None:
    """In plain words beside its sentence: what a curve shows, and a number not checked in its source."""
    text = served.client(Role.NURSE).get("/compare").text
    shown = [claim for claim in claims(three_ways()) if claim.curve]
    assert text.count("calculated, not measured") == len(shown)
    warning = text.split('class="c-compare-warning"')[1].split("</section>")[0]
    assert "general knowledge, not checked in this source" in warning
    assert ">recalled<" not in text


def test_no_name_of_the_files_reaches_a_reader(served: Served) -> None:
    """A note that points to another entry of the evidence by its name is left out."""
    text = served.client(Role.NURSE).get("/compare").text
    listed = text.split('class="c-compare-sources"')[1].split("</ol>")[0]
    assert re.findall(r"\w+_\w+", re.sub(r"<[^>]+>", "", listed)) == []
    assert any("_" in each.note for claim in claims(three_ways()) for each in claim.sources)


def test_thousands_stand_apart_without_a_comma(served: Served) -> None:
    """40,000 would be forty to a German reader."""
    text = served.client(Role.NURSE).get("/compare", headers={"accept-language": "de"}).text
    assert "40\N{NARROW NO-BREAK SPACE}000 mcg" in text


def test_it_speaks_german(served: Served) -> None:
    """Every sentence is told in the language that the browser asks for, with the same numbers."""
    text = served.client(Role.NURSE).get("/compare", headers={"accept-language": "de"}).text
    assert 'lang="de"' in text
    for claim in claims(three_ways()):
        for sentence in filter(None, (claim.told(), claim.shown())):
            assert sentence.split(".")[0] not in text
