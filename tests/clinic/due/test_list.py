"""The list of what is due: chosen, counted and ordered by both databases as the rules of care say."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.clinic.conftest import Clock
from tests.clinic.due.laid_out import CHOICES, booked, needs, of_team, patient, today

from cisterna.care.need import NeedKind, Urgency, urgency
from cisterna.clinic.accounts import Account, add_account
from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.due.chosen import EVERYTHING, Chosen
from cisterna.clinic.due.counting import waiting
from cisterna.clinic.due.service import Worklist, gathered
from cisterna.clinic.due.serving import serving
from cisterna.clinic.due.table_file import COLUMNS, as_csv
from cisterna.clinic.permissions import Role
from cisterna.clinic.projection import needs_row
from cisterna.clinic.settings import change_setting, site_choices
from cisterna.errors import InputError
from cisterna.instants import US_PER_DAY, instant_us

PASSWORD = "five invented words here"


def listed(unit: Unit, chosen: Chosen = EVERYTHING, *, account: str = "", rows: int = 50) -> Worklist:
    """The list as it stands."""
    return gathered(unit, site_choices(unit.connection), chosen, account, page_rows=rows)


def shown(found: Worklist) -> list[tuple[str, str, str]]:
    """Urgency, number and kind of each row."""
    return [(row.urgency.value, row.number, row.need.kind.value) for row in found.rows]


def test_the_database_groups_as_the_rule_of_care_says(database: Database, nurse: Actor) -> None:
    """On each side of each boundary the list says what care.urgency says: today, the 7th day, the horizon."""
    days = (-400, -1, 0, 1, 6, 7, 8, 34, 35)
    with database.unit(nurse) as unit:
        for kind in (NeedKind.REFILL, NeedKind.ASSESSMENT):
            needs(unit, patient(unit, kind.value), *((kind, day) for day in days), (kind, 36))
        found = listed(unit)
        rows = found.rows
        assert len(rows) == found.total == 2 * len(days)
        assert all(row.urgency is urgency(row.need, today(unit), 7) for row in rows)
        assert {(row.need.due_on - today(unit)).days for row in rows} == set(days)
        assert listed(unit, Chosen(ahead="all")).total == 2 * len(days) + 2


def test_the_order_is_urgency_then_day_then_kind(database: Database, nurse: Actor) -> None:
    """A late assessment is soon and stands after what is due today; an alarm stands before a refill."""
    with database.unit(nurse) as unit:
        needs(unit, patient(unit, "1"), (NeedKind.ASSESSMENT, -9), (NeedKind.REFILL, 0))
        needs(unit, patient(unit, "2"), (NeedKind.ALARM, 0), (NeedKind.REFILL, 20))
        needs(unit, patient(unit, "3"), (NeedKind.REPLACEMENT, -3))
        assert shown(listed(unit)) == [
            ("now", "3", "replacement"),
            ("now", "2", "alarm"),
            ("now", "1", "refill"),
            ("soon", "1", "assessment"),
            ("later", "2", "refill"),
        ]
        assert waiting(unit.connection, CHOICES, unit.at_us) == 4


def test_what_has_no_day_is_listed_first_of_later_and_counted_in_no_number(
    database: Database, nurse: Actor
) -> None:
    """However long ago it was decided: neither soon nor overdue, raised to nobody, found by its kind."""
    with database.unit(nurse) as unit:
        held = patient(unit, "1")
        needs(unit, held, (NeedKind.TRIAL_TO_BOOK, -400), (NeedKind.IMPLANT_TO_BOOK, 0), (NeedKind.REFILL, 9))
        found = listed(unit)
        assert [(row.urgency.value, row.need.kind.value) for row in found.rows] == [
            ("later", "trial-to-book"), ("later", "implant-to-book"), ("later", "refill"),
        ]  # fmt: skip
        assert all(row.urgency is urgency(row.need, today(unit), 7) for row in found.rows)
        assert waiting(unit.connection, CHOICES, unit.at_us) == 0
        assert {(row.is_overdue, row.raised_to) for row in found.rows} == {(False, "")}
        assert found.rows[0].strip.due is None
        assert listed(unit, Chosen(kind="trial-to-book")).total == 1
        (told,) = csv.DictReader(io.StringIO(as_csv(found.rows[:1], ZoneInfo("UTC")).removeprefix("\ufeff")))
        since = (today(unit) - timedelta(days=400)).isoformat()
        assert (told["due_on"], told["without_a_day_since"], told["days_overdue"]) == ("", since, "")


def test_a_need_that_is_not_to_be_shown_yet_is_not_listed(
    database: Database, nurse: Actor, clock: Clock
) -> None:
    """The low reservoir waits for its day, however far one looks; on that day it is listed and due."""
    with database.unit(nurse) as unit:
        held = patient(unit, "1")
        due_on = next(n for n in needs_row(unit.connection, held) if n.kind is NeedKind.LOW_RESERVOIR).due_on
    for days, many in ((-1, 0), (0, 1)):
        clock.now_us = instant_us(datetime.combine(due_on, time(12), UTC)) + days * US_PER_DAY
        with database.unit(nurse) as unit:
            found = listed(unit, Chosen(ahead="all", kind="low-reservoir"))
            assert (found.total, len(found.told)) == (many, many)


@pytest.mark.parametrize("kind", NeedKind)
def test_only_a_visit_that_meets_a_need_counts(database: Database, nurse: Actor, kind: NeedKind) -> None:
    """A refill is not booked by an assessment; called-off visits and those of yesterday do not count."""
    other = next(each for each in ("assessment", "refill", "implant") if each not in serving(kind))
    with database.unit(nurse) as unit:
        held = patient(unit, "1")
        needs(unit, held, (kind, 0))
        booked(unit, held, other, days=2)
        booked(unit, held, serving(kind)[0], days=2, state="called-off")
        booked(unit, held, serving(kind)[0], days=-1.5)
        assert [row.visit for row in listed(unit).rows] == [None]
        assert listed(unit, Chosen(booked="no")).total == len(listed(unit, Chosen(booked="no")).told) == 1
        second = booked(unit, held, serving(kind)[-1], days=3)
        first = booked(unit, held, serving(kind)[0], days=1)
        (row,) = listed(unit, Chosen(booked="yes")).rows
        assert row.visit is not None
        assert row.visit.id == first != second
        assert listed(unit, Chosen(booked="no")).told == ()


def test_mine_are_the_patients_of_whose_team_one_is(database: Database, nurse: Actor) -> None:
    """The team decides, by account and not by name."""
    with database.unit(nurse) as unit:
        me = _account(unit)
        for number in ("1", "2"):
            held = patient(unit, number)
            needs(unit, held, (NeedKind.REFILL, 3))
            of_team(unit, held, "nurse", me.name, me.id if number == "2" else None)
        found = listed(unit, Chosen(mine="yes"), account=me.id)
        assert [row.number for row in found.rows] == ["2"]
        assert found.total == 1
        assert listed(unit, Chosen(mine="yes"), account="another").total == 0


def _account(unit: Unit) -> Account:
    return add_account(
        unit, login="heron", name="Ruth Heron", role=Role.NURSE, password=PASSWORD, must_change=False
    )


def test_words_find_names_and_numbers_without_accents(database: Database, nurse: Actor) -> None:
    """Every word must be there; a per cent sign is a sign, not a wildcard."""
    with database.unit(nurse) as unit:
        for number, family in (("4471 0286", "Nováková"), ("9", "O'Brien 50%")):
            needs(unit, patient(unit, number, family), (NeedKind.REFILL, 3))
        for words, numbers in (
            ("novakova", ["4471 0286"]),
            ("0286 INA", ["4471 0286"]),
            ("50%", ["9"]),
            ("%", ["9"]),
            ("_", []),
            ("ina absent", []),
        ):
            found = listed(unit, Chosen(words=words))
            assert [row.number for row in found.rows] == numbers, words
            assert found.total == len(numbers)


def test_pages_cut_the_list_without_losing_a_row(database: Database, nurse: Actor) -> None:
    """The pages together are the list, each row once; counts are of all pages."""
    with database.unit(nurse) as unit:
        for place in range(5):
            needs(unit, patient(unit, str(place)), (NeedKind.REFILL, place), (NeedKind.ASSESSMENT, 20))
        whole = shown(listed(unit))
        parts = [listed(unit, Chosen(page=page), rows=4) for page in (1, 2, 3)]
        assert [row for part in parts for row in shown(part)] == whole
        assert {part.pages for part in parts} == {3}
        assert [group.many for group in parts[0].groups] == [1, 4]
        assert parts[0].in_group(Urgency.LATER) == 5
        assert (parts[2].first, parts[2].last) == (9, 10)


def test_what_is_overdue_rises_to_the_next_in_charge(database: Database, nurse: Actor) -> None:
    """A day late it goes to the physician, from there to who is on call; the setting moves the day."""
    with database.unit(nurse) as unit:
        held = patient(unit, "1")
        of_team(unit, held, "nurse", "Ruth Heron")
        of_team(unit, held, "physician", "Dr Crane")
        needs(unit, held, (NeedKind.REFILL, 0), (NeedKind.ALARM, -1), (NeedKind.SCREENING, -1))
        raised = {row.need.kind: (row.owner.name, row.raised_to) for row in listed(unit).rows}
        assert raised == {
            NeedKind.REFILL: ("Ruth Heron", ""),
            NeedKind.ALARM: ("Ruth Heron", "Dr Crane"),
            NeedKind.SCREENING: ("Dr Crane", "the doctor on call"),
        }
        change_setting(unit, "due_escalation", "2 days")
        assert {row.raised_to for row in listed(unit).rows} == {""}


def test_a_row_shows_the_reservoir_of_this_instant_and_the_dates_of_the_pump(
    database: Database, nurse: Actor
) -> None:
    """Volume, capacity, alarm and worst case are those of the projected standing, in words too."""
    with database.unit(nurse) as unit:
        patient(unit, "1")
        row = next(r for r in listed(unit, Chosen(ahead="all", kind="refill")).rows)
    assert row.full_ml == 20
    assert row.volume_ml is not None
    assert 0 <= row.volume_ml < 20
    assert row.fast_on is not None
    assert row.alarm_on is not None
    assert row.need.due_on <= row.fast_on <= row.alarm_on or row.fast_on < row.need.due_on
    assert "low-reservoir alarm" in row.words
    assert "labelled over-delivery" in row.words


def test_the_file_holds_every_row_and_no_formula(database: Database, nurse: Actor) -> None:
    """A name that begins like a formula is text; heads carry units; days are ISO."""
    with database.unit(nurse) as unit:
        held = patient(unit, "+44", '=HYPERLINK("http://x")')
        needs(unit, held, (NeedKind.REFILL, -2))
        booked(unit, held, "refill", days=1)
        found = listed(unit)
        day = today(unit).isoformat()
    text = as_csv(found.rows, ZoneInfo("Europe/Madrid"))
    assert text.startswith("\ufeff")
    head, cells = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    row = dict(zip(head, cells, strict=True))
    assert tuple(head) == COLUMNS
    assert row["family_name"] == '\'=HYPERLINK("http://x")'
    assert row["number"] == "'+44"
    assert row["days_overdue"] == "2"
    assert row["visit"].endswith("+01:00")
    assert row["due_on"] < day
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@pytest.mark.parametrize(
    "values", [{"kind": "nonsense"}, {"group": "x"}, {"booked": "1"}, {"page": "0"}, {"page": "-1"},
               {"page": "1e3"}, {"page": "9" * 9}, {"words": "x" * 101}, {"mine": "no"}, {"ahead": "2"}]
)  # fmt: skip
def test_a_choice_that_is_none_is_told(values: dict[str, str]) -> None:
    """What is no choice is an error that names it; nothing is guessed."""
    with pytest.raises(InputError) as refused:
        Chosen.of(values)
    assert [fault.where for fault in refused.value.faults] == [next(iter(values))]
