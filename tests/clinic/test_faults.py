"""What fails is told in plain words: nothing half-written, no stack trace, no name of a patient."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient
from tests.clinic.keeping.filled import NURSE, add_note, everything, fill

from cisterna.cli.application import main
from cisterna.clinic.accounts import add_account
from cisterna.clinic.accounts.sessions import begin_session
from cisterna.clinic.database import Actor, Database, Unit
from cisterna.clinic.keeping import check_whole
from cisterna.clinic.permissions import Role
from cisterna.clinic.record.repository import patient_row
from cisterna.clinic.web.app import create_app
from cisterna.clinic.web.desk import COOKIE
from cisterna.errors import InputError, NotFoundError, StorageError

FAMILY, NUMBER = "INVENTED", "DEMO 1"
AUDIT_PAGE = "/administration/audit"


def browser(database: Database, role: Role = Role.ADMINISTRATOR) -> TestClient:
    """A browser that is logged in."""
    with database.unit(Actor(name="the program")) as unit:
        known = add_account(
            unit, login="admin", name="A. Invented", role=role, password="four words of mine",
            must_change=False,
        )  # fmt: skip
        token = begin_session(unit, known, second_factor_due=False)
    client = TestClient(
        create_app(database), headers={"origin": "http://testserver"}, follow_redirects=False,
    )  # fmt: skip
    client.cookies.set(COOKIE, token)
    return client


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    """A disk on which the file of the database cannot grow."""

    def limit(raw: object, *_: object) -> None:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        raw.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    event.listen(database.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", limit)
        database.engine.dispose()


@pytest.fixture
def on_sqlite(tmp_path: Path, opened: Callable[[str], Database]) -> Database:
    """A filled clinic in one file."""
    database = opened(f"sqlite:///{tmp_path / 'clinic.db'}")
    fill(database, patients=1)
    return database


def test_a_full_disk_is_said_and_nothing_is_half_written(on_sqlite: Database) -> None:
    """An entry that does not fit leaves nothing; pages answer 503 in words; with space again all is whole."""
    client = browser(on_sqlite)
    (child,) = [row[0] for row in everything(on_sqlite)["patient"]]
    before = everything(on_sqlite)
    with full_disk(on_sqlite):
        with pytest.raises(StorageError, match="disk is full"):
            add_note(on_sqlite, child, "x" * 200_000)
        assert everything(on_sqlite) == before
        asked = (client.get(AUDIT_PAGE, params={"words": "x" * 2_000}) for _ in range(200))
        refused = next(answer for answer in asked if answer.status_code == 503)
        assert "The disk is full" in refused.text
        assert "Traceback" not in refused.text
    add_note(on_sqlite, child, "there is space again")
    with on_sqlite.reading() as connection:
        assert check_whole(connection).is_whole


def test_a_damaged_file_is_said(on_sqlite: Database, tmp_path: Path) -> None:
    """Pages on a file whose pages were overwritten answer 503 and name the way out."""
    client = browser(on_sqlite)
    on_sqlite.close()
    content = bytearray((tmp_path / "clinic.db").read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    (tmp_path / "clinic.db").write_bytes(content)
    answer = client.get(AUDIT_PAGE)
    assert answer.status_code == 503
    assert "damaged" in answer.text
    assert "clinic restore" in answer.text
    assert "sqlite3" not in answer.text


def test_a_newer_database_is_refused_when_the_server_starts(
    database: Database, database_address: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """`cisterna serve` ends with status 2 and says which program to start."""
    with database.unit(NURSE) as unit:
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    monkeypatch.setattr(sys, "argv", ["cisterna", "serve", "--db", database_address, "--port", "0"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert "Start the newer program" in told.err
    assert "Traceback" not in told.err


def end_backends(address: str) -> None:
    """End every connection to a database but this one, as a restart of PostgreSQL does."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
def test_a_connection_lost_in_the_middle_leaves_nothing(database: Database, database_address: str) -> None:
    """A unit whose connection is ended fails in plain words and leaves nothing; the next one works."""
    (child,) = fill(database, patients=1)
    before = everything(database)

    def lose_it() -> None:
        with database.unit(NURSE) as unit:
            unit.audit("half")
            end_backends(database_address)
            unit.audit("other half")

    with pytest.raises(StorageError, match="connection to the database was lost"):
        lose_it()
    assert everything(database) == before
    add_note(database, child, "afterwards")


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
def test_a_page_whose_connection_is_lost_says_so(
    database: Database, database_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request in the middle of which PostgreSQL goes away answers 503; the next request is served."""
    client = browser(database)
    audit = Unit.audit

    def lost(unit: Unit, *told: object, **more: object) -> None:
        audit(unit, *told, **more)  # type: ignore[arg-type]
        end_backends(database_address)

    with monkeypatch.context() as patched:
        patched.setattr(Unit, "audit", lost)
        answer = client.get(AUDIT_PAGE)
    assert answer.status_code == 503
    assert "connection to the database was lost" in answer.text
    assert "Traceback" not in answer.text
    assert client.get(AUDIT_PAGE).status_code == 200


def test_health_says_whether_the_database_answers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 while it does; 503 and why where it does not, in JSON for the program that asks."""
    client = TestClient(create_app(database))
    assert client.get("/health").json()["status"] == "ok"

    def lost() -> None:
        raise StorageError("The connection to the database was lost.")

    monkeypatch.setattr(database, "reading", lost)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "The connection to the database was lost.")


def test_a_name_never_reaches_a_log_or_a_page_of_a_fault(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the program fails over a patient, page and log hold a number to report, and no name."""
    fill(database, patients=1)
    client = browser(database)
    caplog.set_level(logging.DEBUG)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(f"no place for {FAMILY} Ina, {NUMBER}")

    monkeypatch.setattr(Unit, "audit", fails)
    answer = client.get(AUDIT_PAGE)
    assert answer.status_code == 500  # and the server itself was told of nothing that it would log
    assert "content-security-policy" in answer.headers
    said = answer.text + caplog.text
    assert '"incident"' in caplog.text
    for secret in (FAMILY, NUMBER, "Traceback", "RuntimeError: "):
        assert secret not in said


def test_what_a_database_refuses_is_told_without_its_values(database: Database) -> None:
    """An error of the database that nobody foresaw names the statement, not the patient in it."""
    fill(database, patients=1)
    insert = "INSERT INTO patient SELECT * FROM patient WHERE family_name = :name"

    with pytest.raises(IntegrityError) as told, database.unit(NURSE) as unit:
        unit.connection.execute(text(insert), {"name": FAMILY})
    assert FAMILY not in str(told.value)


def test_a_sign_that_a_database_cannot_keep_is_a_fault_of_what_was_typed(database: Database) -> None:
    """NUL, which PostgreSQL does not take, is wrong input and no fault of the program."""
    with pytest.raises((InputError, NotFoundError)), database.unit(NURSE) as unit:
        patient_row(unit.connection, "a\x00b")
