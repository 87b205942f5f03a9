"""The pages of the editor: who may, what is answered with and without script, what is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

import pytest
from tests.clinic.dose.typed import SESSION
from tests.clinic.served import RECORDER, Served
from tests.course.tried import EXAMPLES

from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.record import Identity, add_patient, record_of
from cisterna.therapy import Interrogate, read_therapy

NUMBER = "DEMO-1002"
"""Somebody whose pump runs 272 mcg/day, simple continuous."""

DAY = {"mode": "flex", "from_1": "00:00", "rate_1": "11", "from_2": "04:00", "rate_2": "15",
       "from_3": "08:00", "rate_3": "10.5"}  # fmt: skip
"""272 mcg/day in three steps."""

DRESSING = {"goal_1_name": "dressing", "goal_1_from": "07:00", "goal_1_to": "08:30", "goal_1_where": "legs",
            "goal_1_bound": "most", "goal_1_tone": "5"}  # fmt: skip


def path(served: Served) -> str:
    """The editor of the patient."""
    return f"/patients/{served.patients[NUMBER]}/program"


def entries(served: Served) -> int:
    """How long the record is."""
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        return record_of(unit, served.patients[NUMBER])[0].entries


def saved(served: Served, program: Mapping[str, str] = DAY, role: Role = Role.NURSE) -> str:
    """The address of a draft that ``role`` saved."""
    answer = served.client(role).post(f"{path(served)}/drafts", data={**program, "letter": "B"})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize("role", Role)
def test_who_sees_therapies_tries_programs_and_who_changes_doses_keeps_them(
    served: Served, role: Role
) -> None:
    """Page, preview and comparison for everybody who sees the therapy; a draft for two roles."""
    client = served.client(role)
    sees, keeps = may(role, Action.SEE_THERAPY), may(role, Action.CHANGE_DOSE)
    assert (client.get(path(served)).status_code == 200) is sees
    assert (client.post(f"{path(served)}/preview", data=DAY).status_code == 200) is sees
    assert (client.post(f"{path(served)}/compare", data=DAY).status_code == 200) is sees
    assert (client.post(f"{path(served)}/drafts", data=DAY).status_code == 303) is keeps
    if sees:
        assert ("as a draft" in client.get(path(served)).text) is keeps


def test_the_preview_tells_curves_limits_and_both_programs(served: Served) -> None:
    """The answer carries its sequence, 97 values a curve, the total, and the parts of the page in words."""
    answer = served.client(Role.THERAPIST).post(
        f"{path(served)}/preview", data={**DAY, **DRESSING, "sequence": "7"}
    )
    told = answer.json()
    assert (told["sequence"], told["faults"], told["typed"]) == (7, [], None)
    assert {len(values) for values in told["curves"].values()} == {97}
    assert told["curves"]["rate_mcg_per_h"][17] == 15
    assert told["total"] == "272 mcg/day"
    assert [row["dose"] for row in told["rows"]] == ["44 mcg", "60 mcg", "168 mcg"]
    assert "272 mcg/day" in told["parts"]["compared"]
    assert "3 steps" in told["parts"]["sentence"]
    assert "c-source" in told["parts"]["limits"]
    first = (
        served.client(Role.THERAPIST).post(f"{path(served)}/preview", data={**DAY, "view": "first"}).json()
    )
    assert first["curves"]["across"][-1] == 96


def test_every_candidate_is_held_against_the_goals(served: Served) -> None:
    """The comparison has the current program, the one in hand and the kept ones, with their shares."""
    kept = '{"A": {"mode": "simple-continuous", "daily_dose": "272", "name": "as now"}}'
    data = {**DAY, **DRESSING, "letter": "B", "name": "early step", "candidates": kept}
    told = served.client(Role.NURSE).post(f"{path(served)}/compare", data=data).json()
    table = told["parts"]["goals"]
    assert re.findall(r"<b>([^<]+)</b>", table) == ["Current", "A", "B"]
    assert "as now" in table
    assert table.count("100 %") == 3


def test_a_goal_counts_on_its_own_days_alone(served: Served) -> None:
    """A week that is looser at the weekend meets the weekend's goal all along, the goal of all days on 2."""
    week = {"mode": "flex", "from_1": "00:00", "rate_1": "8", "from_2": "02:00", "rate_2": "16",
            "days_2": "sat, sun", "letter": "B"}  # fmt: skip
    goal = {**DRESSING, "goal_1_from": "20:00", "goal_1_to": "21:00", "goal_1_tone": "1.7"}
    shares = {}
    for days in ("", "sat, sun", "Mon"):
        data = {**week, **goal, "goal_1_days": days}
        table = served.client(Role.NURSE).post(f"{path(served)}/compare", data=data).json()["parts"]["goals"]
        shares[days] = re.findall(r"(\d+) %", table)[-1]
        assert f"at most 1.7{days and ', '}{days.lower()}<" in table
    assert shares == {"": "29", "sat, sun": "100", "Mon": "0"}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"rate_2": "4 mcg/h"}, "rate_2"),
        ({"from_2": "25:00"}, "from_2"),
        ({"from_2": "08:00"}, "from_3"),
        ({"from_1": "01:00"}, "from_1"),
        ({"days_2": "someday"}, "days_2"),
        ({"rate_2": "4000"}, "rate_2"),
        ({"mode": "dance"}, "mode"),
        ({"goal_1_from": "late"}, "goal_1_from"),
        ({"goal_1_tone": "9"}, "goal_1_tone"),
        ({"goal_1_tone": "much"}, "goal_1_tone"),
        ({"goal_1_days": "sat, someday"}, "goal_1_days"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_everything_typed_stays(
    served: Served, change: dict[str, str], where: str
) -> None:
    """With script by the name of the field; without it the page comes back, the fault beside it."""
    client, data = served.client(Role.NURSE), {**DAY, **DRESSING, **change}
    told = client.post(f"{path(served)}/preview", data=data).json()
    assert where in {fault["where"] for fault in told["faults"]}
    page = client.post(path(served), data=data)
    assert page.status_code == 422
    assert f'href="#field-{where}"' in page.text
    assert all(
        f'value="{text}"' in page.text for name, text in data.items() if name.startswith(("from", "rate"))
    )
    refused = client.post(f"{path(served)}/drafts", data=data)
    assert refused.status_code == 422
    assert f'href="#field-{where}"' in refused.text


def test_without_script_the_form_is_answered_with_the_same_page(served: Served) -> None:
    """Curves as drawings, the limits, the comparison, the goals; another candidate begins as a copy."""
    client = served.client(Role.NURSE)
    page = client.post(path(served), data={**DAY, **DRESSING, "do": "look", "letter": "A"})
    assert page.status_code == 200
    assert page.text.count("<polyline") == 6
    assert "272 mcg/day" in page.text
    assert "100 %" in page.text
    second = client.post(path(served), data={**DAY, "letter": "A", "show": "B"})
    assert re.search(r'name="letter" value="B"', second.text)
    assert "&#34;A&#34;" in second.text
    assert re.search(r'id="field-rate_2"[^>]* value="15"', second.text)


def test_an_absolute_limit_keeps_a_candidate_from_being_a_draft(served: Served) -> None:
    """422 with the limit and what it accepts."""
    answer = served.client(Role.NURSE).post(
        f"{path(served)}/drafts", data={"mode": "simple-continuous", "daily_dose": "900"}
    )
    assert answer.status_code == 422
    assert "cannot be overridden" in answer.text


def test_a_draft_is_checked_by_another_and_recorded_by_the_way_of_every_dose(served: Served) -> None:
    """Own drafts wait; the second person marks it; what is recorded is the draft, and closes it."""
    here, base = saved(served), f"/patients/{served.patients[NUMBER]}"
    nurse, physician, seen = served.client(Role.NURSE), served.client(Role.PHYSICIAN), entries(served)
    assert "another person checks it" in nurse.get(here).text
    assert nurse.post(f"{here}/check", data={"compared": "yes"}).status_code == 422
    assert physician.post(f"{here}/check").status_code == 422
    done = {**DAY, **SESSION, "draft": here.rpartition("/")[2], "read_dose": "272", "seen_entries": str(seen),
            "reason": "dressing is easier"}  # fmt: skip
    assert "not checked" in nurse.post(f"{base}/dose", data=done).text
    assert physician.post(f"{here}/check", data={"compared": "yes"}).status_code == 303
    review = nurse.post(f"{base}/dose/review", data=done)
    assert f'name="draft" value="{done["draft"]}"' in review.text
    changed = nurse.post(f"{base}/dose", data={**done, "rate_3": "10"})
    assert changed.status_code == 422
    assert "not the one that was checked" in changed.text
    answer = nurse.post(f"{base}/dose", data=done)
    assert answer.status_code == 303, answer.text
    assert entries(served) > seen
    closed = nurse.get(here).text
    assert "recorded as programmed" in closed
    assert "/events/" in closed


def test_the_order_of_a_draft_says_that_the_pump_does_not_run_it(served: Served) -> None:
    """Every step stands on it to be compared, who saved it, that nobody checked it; there is a PDF."""
    here, client = saved(served, {**DAY, "rate_1": "10.9"}), served.client(Role.NURSE)
    page = client.get(f"{here}/order").text
    for words in ("Programmer shows", "10.9", "04:00", "of a draft", "not yet", "Ruth Heron"):
        assert words in page
    pdf = client.post(f"{here}/order/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert client.post(f"{here}/discard").status_code == 303
    assert "discarded" in client.get(here).text


@pytest.mark.parametrize(
    ("edit", "typed"),
    [
        ({"do": "shift", "shift_minutes": "60"}, {"from_1": "00:00", "from_3": "05:00", "rate_1": "10.5"}),
        ({"do": "scale", "scale_total": "136"}, {"rate_1": "5.5", "rate_2": "7.5", "rate_3": "5.25"}),
        ({"do": "copy", "copy_from": "mon", "copy_tue": "yes"}, {"from_2": "04:00", "days_2": ""}),
        ({"do": "snap"}, {"rate_1": "11", "rate_2": "15"}),
    ],
)
def test_an_edit_of_the_day_comes_back_as_texts(
    served: Served, edit: dict[str, str], typed: dict[str, str]
) -> None:
    """Shifted, scaled, copied, snapped: the fields hold the new program, which is shown at once."""
    told = served.client(Role.NURSE).post(f"{path(served)}/preview", data={**DAY, **edit}).json()
    assert told["faults"] == []
    assert {name: told["typed"].get(name, "") for name in typed} == typed
    assert told["curves"] is not None


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        ({"do": "shift", "shift_minutes": "soon"}, "shift_minutes"),
        ({"do": "scale", "scale_total": "0"}, "scale_total"),
        ({"do": "scale", "scale_total": "lots"}, "scale_total"),
        ({"do": "copy", "copy_from": "mon"}, "copy_from"),
        ({"do": "copy", "copy_from": "someday", "copy_tue": "yes"}, "copy_from"),
        (
            {"do": "shift", "shift_minutes": "30", "mode": "simple-continuous", "daily_dose": "9"},
            "shift_minutes",
        ),
    ],
)
def test_an_edit_that_cannot_be_done_is_told_beside_its_button(
    served: Served, edit: dict[str, str], where: str
) -> None:
    """The program stays as it was typed."""
    told = served.client(Role.NURSE).post(f"{path(served)}/preview", data={**DAY, **edit}).json()
    assert where in [fault["where"] for fault in told["faults"]]
    assert told["typed"]["rate_2"] == "15"


def test_what_the_pump_moves_is_told(served: Served) -> None:
    """A rate finer than the pump's goes to the nearest, with what was asked and why."""
    data = {**DAY, "rate_2": "15.1234", "do": "snap"}
    told = served.client(Role.NURSE).post(f"{path(served)}/preview", data=data).json()
    assert told["typed"]["rate_2"] == "15.12"
    assert len(told["notes"]) == 1
    assert "15.12 mcg/h" in told["notes"][0]


def test_the_band_holds_the_typical_patient(served: Served) -> None:
    """Ten per cent of the simulated patients lie below its lower end, and the typical one between both."""
    client = served.client(Role.NURSE)
    band = client.post(f"{path(served)}/band", data={**DAY, "sequence": "3"}).json()
    assert band["sequence"] == 3
    shown = client.post(f"{path(served)}/preview", data=DAY).json()["curves"]
    assert band["band"]["across"] == shown["across"]
    for limb in ("tone_legs", "tone_arms"):
        low, high = band["band"][f"{limb}_low"], band["band"][f"{limb}_high"]
        assert all(under < over for under, over in zip(low, high, strict=True))
        assert low[0] <= shown[limb][0] <= high[0]


def test_while_somebody_drags_the_curves_alone_are_the_same(served: Served) -> None:
    """Asked for the curves alone the answer holds the same curves and faults, and no words."""
    client, address = served.client(Role.NURSE), f"{path(served)}/preview"
    whole = client.post(address, data={**DAY, "sequence": "1"}).json()
    alone = client.post(address, data={**DAY, "sequence": "2", "asks": "curves"}).json()
    assert {name: alone[name] for name in ("curves", "current", "faults")} == {
        name: whole[name] for name in ("curves", "current", "faults")
    }
    assert set(whole) - set(alone) == {"total", "limits_count", "model", "rows", "parts"}
    refused = client.post(address, data={**DAY, "rate_2": "0.01", "asks": "curves"}).json()
    assert [fault["where"] for fault in refused["faults"]] == ["rate_2"]


def test_where_nobody_knows_what_was_delivered_the_rates_alone_are_drawn(served: Served) -> None:
    """After a session that may not have arrived tone and fluid are left out, and it is said why."""
    therapy = read_therapy(EXAMPLES / "session-and-scan.toml")
    known = tuple(takewhile(lambda one: not isinstance(one, Interrogate), therapy.valid_events))
    uncertain = replace(therapy, events=tuple(one for one in therapy.events if one in known))
    who = Identity(number="DEMO-LOST", family_name="INVENTED", given_name="Una")
    with served.database.unit(RECORDER) as unit:
        address = f"/patients/{add_patient(unit, who, uncertain)}/program"
    client, typed = served.client(Role.NURSE), {"mode": "simple-continuous", "daily_dose": "200"}
    told = client.post(f"{address}/preview", data=typed | DRESSING).json()
    assert set(told["curves"]["rate_mcg_per_h"]) == {round(200 / 24, 4)}
    assert set(told["curves"]["tone_legs"]) == {None}
    assert "Nobody knows what was delivered" in told["parts"]["limits"]
    assert "Too much drug" not in told["parts"]["limits"]
    assert "The cistern peaks" not in told["parts"]["limits"]
    assert client.post(f"{address}/band", data=typed).json()["band"] is None
    assert "nobody knows what it delivers" in client.get(address.replace("/program", "/spine")).text
    assert "Nobody knows what was delivered" in client.post(address, data=typed | DRESSING).text
