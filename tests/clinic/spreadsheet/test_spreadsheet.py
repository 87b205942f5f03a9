"""Patients out of a spreadsheet: every fault is found, and with one fault nothing comes in."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser
from sqlalchemy import func, select
from starlette.testclient import TestClient
from tests.clinic.served import Served, violations
from tests.clinic.spreadsheet.invented import HEADS, KINDS, Row, as_csv, row_of, with_faults

from cisterna.clinic.database import Actor, Database
from cisterna.clinic.database.tables import audit, patient
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.record import record_of
from cisterna.clinic.spreadsheet.matching import Matching, guessed, kept
from cisterna.clinic.spreadsheet.reading import LARGEST, MOST_ROWS, read_sheet
from cisterna.clinic.spreadsheet.service import import_sheet, tried
from cisterna.errors import InputError

HERE = "/administration/spreadsheet"
TODAY, ZONE = date(2026, 11, 18), ZoneInfo("Europe/Madrid")
WRITTEN = Matching(dates="day-first", decimals="comma")


def count(database: Database) -> int:
    """How many patients there are."""
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(patient)).scalar_one())


def workbook(rows: list[list[object]]) -> bytes:
    """Rows as XLSX."""
    book, kept_bytes = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(kept_bytes)
    return kept_bytes.getvalue()


def sheet_in(page: str) -> str:
    """The spreadsheet that a page carries to the next step."""
    found = re.search(r'name="sheet" value="([^"]+)"', page)
    assert found
    return found[1]


def choices(page: str) -> dict[str, str]:
    """What the page has chosen for each column."""
    selects = re.findall(r'name="(column_\d+)">(.*?)</select>', page, re.DOTALL)
    chosen = {name: re.search(r'value="(\w+)" selected', inside) for name, inside in selects}
    return {name: found[1] for name, found in chosen.items() if found}


def test_fifty_faults_of_ten_kinds_in_a_thousand_rows_are_all_found_and_nothing_comes_in(
    database: Database, nurse: Actor
) -> None:
    """Each fault is told once, with its row and column; no other row has one; no patient is added."""
    rows, faults = with_faults()
    sheet = read_sheet(as_csv(rows))
    matching = guessed(sheet, WRITTEN)
    assert (len(KINDS), len(faults), len(sheet.rows)) == (10, 50, 1000)
    with database.unit(nurse) as unit:
        found = import_sheet(unit, sheet, matching, today=TODAY, zone=ZONE)
    assert sorted((each.row, each.column) for each in found.faults) == sorted(faults)
    assert all(each.fault.found and each.fault.allowed and each.fault.remedy for each in found.faults)
    assert count(database) == 0


def test_a_right_spreadsheet_comes_in_whole(database: Database, nurse: Actor) -> None:
    """Every row is a patient with what it tells: who, pump, last fill, dose, commas as decimals."""
    sheet = read_sheet(as_csv([row_of(place) for place in range(4)]))
    with database.unit(nurse) as unit:
        assert import_sheet(unit, sheet, guessed(sheet, WRITTEN), today=TODAY, zone=ZONE).faults == ()
        ids = unit.connection.execute(select(patient.c.id).order_by(patient.c.number)).scalars().all()
        (row, record), (_, without) = record_of(unit, ids[1]), record_of(unit, ids[0])
    assert (row.identity.number, row.identity.family_name) == ("INV-0001", "Invented1")
    therapy = record.therapy
    assert [event.kind for event in therapy.events] == ["implant", "fill", "program"]
    assert therapy.weight_at(TODAY) == pytest.approx(21.5)
    assert therapy.events[2].daily_dose == pytest.approx(100.5)  # type: ignore[attr-defined]
    assert therapy.events[0].at == datetime(2025, 3, 2, 12, tzinfo=ZONE)
    assert "told the day and no time" in (therapy.events[0].note or "")
    assert without.therapy.events == ()
    with database.reading() as connection:
        assert kept(connection) == guessed(sheet, WRITTEN)
        assert "import" in set(connection.execute(select(audit.c.action)).scalars())


def test_a_number_of_the_clinic_is_a_fault(database: Database, nurse: Actor) -> None:
    """The same spreadsheet a second time brings nobody in twice."""
    sheet = read_sheet(as_csv([row_of(0), row_of(2)]))
    with database.unit(nurse) as unit:
        import_sheet(unit, sheet, guessed(sheet, WRITTEN), today=TODAY, zone=ZONE)
    with database.unit(nurse) as unit:
        again = import_sheet(unit, sheet, guessed(sheet, WRITTEN), today=TODAY, zone=ZONE)
    assert [each.row for each in again.faults] == [2, 3]
    assert count(database) == 2


def test_what_the_pump_refuses_is_a_fault(database: Database) -> None:
    """Forty millilitres into a reservoir of twenty are told before anything is written."""
    spoilt: Row = row_of(1) | {"Fill volume": "40"}
    sheet = read_sheet(as_csv([spoilt]))
    with database.reading() as connection:
        found = tried(connection, sheet, guessed(sheet, WRITTEN), today=TODAY, zone=ZONE)
    assert [(each.row, each.column) for each in found.faults] == [(2, "Fill volume")]
    assert "40" in found.faults[0].fault.found


def test_csv_and_xlsx_tell_the_same(database: Database) -> None:
    """Days and numbers of a workbook are read as what they are, however days are written."""
    table: list[list[object]] = [
        ["MRN", "Surname", "First name", "DOB", "Weight"],
        [7, "Vidal", "Marta", date(2018, 2, 11), 21.5],
    ]
    sheet = read_sheet(workbook(table))  # fmt: skip
    assert sheet.rows == ((2, ("7", "Vidal", "Marta", "2018-02-11", "21.5")),)
    with database.reading() as connection:
        for dates in ("iso", "day-first", "month-first"):
            matching = guessed(sheet, Matching(dates=dates))
            assert tried(connection, sheet, matching, today=TODAY, zone=ZONE).faults == ()


@pytest.mark.parametrize("parted", [",", ";", "\t"])
def test_cells_are_parted_as_the_first_line_is(parted: str) -> None:
    """Comma, semicolon and tab are told apart; letters of an older Windows come out right."""
    assert read_sheet(as_csv([row_of(1)], parted)).heads == HEADS
    old = f"MRN{parted}Surname\r\n1{parted}Müller\r\n".encode("cp1252")
    assert read_sheet(old).rows[0][1] == ("1", "Müller")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"MRN;Surname\n", b"\x89PNG\x00\x00", b"PK\x03\x04 no package", b"a;a\n1;2\n",
        b"MRN\n" + b"1\n" * (MOST_ROWS + 1), b"0" * (LARGEST + 1), b"MRN\n" + b"x" * 3000, b"a\n\x81\n",
    ],
)  # fmt: skip
def test_what_is_no_spreadsheet_is_refused(content: bytes) -> None:
    """Nothing, heads alone, another kind, doubled heads, too much of anything: one fault that says what."""
    with pytest.raises(InputError):
        read_sheet(content)


def test_a_matching_that_lacks_or_doubles_a_field_is_refused(database: Database) -> None:
    """Each patient needs number, names and birth, each from one column."""
    sheet = read_sheet(as_csv([row_of(0)]))
    doubled = Matching(columns={"MRN": "number", "Shoe size": "number"})
    with database.reading() as connection, pytest.raises(InputError) as told:
        tried(connection, sheet, doubled, today=TODAY, zone=ZONE)
    wanted = ["number", "family_name", "given_name", "born"]
    assert [fault.where for fault in told.value.faults] == wanted


def posted(client: TestClient, rows: list[Row]) -> str:
    """The page that matches the columns."""
    answer = client.post(HERE, files={"file": ("ours.csv", as_csv(rows))})
    assert answer.status_code == 200
    return answer.text


def test_the_pages_try_first_and_then_take_all_or_nothing(served: Served) -> None:
    """The dry run writes nobody, a spreadsheet with one fault is refused whole, a right one comes in."""
    client, before = served.client(Role.ADMINISTRATOR), count(served.database)
    spoilt = posted(client, [row_of(0), row_of(2) | {"Sex": "boy"}])
    chosen = choices(spoilt) | {"dates": "day-first", "decimals": "comma"}
    told = client.post(f"{HERE}/check", data={"sheet": sheet_in(spoilt), **chosen}).text
    assert "1 row has a fault: nothing is imported." in told
    assert "&#39;boy&#39;" in told
    assert client.post(f"{HERE}/import", data={"sheet": sheet_in(spoilt), **chosen}).status_code == 422
    assert count(served.database) == before
    right = posted(client, [row_of(0), row_of(2)])
    assert 'value="day-first" selected' in right
    tried_page = client.post(f"{HERE}/check", data={"sheet": sheet_in(right), **chosen})
    assert "Import 2 patients" in tried_page.text
    assert count(served.database) == before
    answer = client.post(f"{HERE}/import", data={"sheet": sheet_in(right), **chosen})
    assert (answer.status_code, answer.headers["location"]) == (303, "/patients")
    assert count(served.database) == before + 2


def test_a_page_that_was_tampered_with_is_refused(served: Served) -> None:
    """What is no packed spreadsheet, or a field of nobody, is told and nothing is imported."""
    client = served.client(Role.ADMINISTRATOR)
    for text in ("", "nonsense", "eJwDAAAAAAE="):
        assert client.post(f"{HERE}/import", data={"sheet": text}).status_code == 422
    sheet = sheet_in(posted(client, [row_of(4)]))
    assert client.post(f"{HERE}/import", data={"sheet": sheet, "column_0": "password"}).status_code == 422


@pytest.mark.parametrize("role", Role)
def test_who_may_import(served: Served, role: Role) -> None:
    """Nobody but the administrator."""
    expected = 200 if may(role, Action.IMPORT) else 403
    assert served.client(role).get(HERE).status_code == expected


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_through_in_a_browser(served: Served, browser: Browser, scheme: str) -> None:
    """File, columns, faults: nothing for axe on any step, and the choice stays from step to step."""
    rows = [row_of(20), row_of(22) | {"Sex": "boy"}]
    with served.visited(browser, Role.ADMINISTRATOR, HERE, scheme=scheme) as watched:
        page = watched.page
        assert violations(page) == []
        page.set_input_files("#field-file", {"name": "a.csv", "mimeType": "text/csv", "buffer": as_csv(rows)})
        page.click("text=Read the file")
        page.select_option("#field-dates", "day-first")
        page.select_option("#field-decimals", "comma")
        assert violations(page) == []
        page.click("text=Try it")
        page.wait_for_selector("#wrong")
        assert "boy" in page.inner_text("#wrong")
        assert page.input_value("#field-decimals") == "comma"
        assert violations(page) == []
