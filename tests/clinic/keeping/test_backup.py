"""A backup holds everything and is put back whole, on either database and from one to the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.clinic.keeping.filled import NURSE, add_note, everything, fill
from tests.clinic.postgres import fresh_database

from cisterna.clinic.database import Database
from cisterna.clinic.keeping import back_up, check_whole, restore
from cisterna.clinic.projection import rebuild
from cisterna.errors import CisternaError, OutputError, StorageError


@pytest.fixture(params=["sqlite", "postgresql"])
def target(
    request: pytest.FixtureRequest, tmp_path: Path, opened: Callable[[str], Database]
) -> Iterator[Database]:
    """A second, empty clinic of either kind."""
    if request.param == "sqlite":
        yield opened(f"sqlite:///{tmp_path / 'other.db'}")
        return
    with fresh_database(request.getfixturevalue("postgresql_server")) as address:
        other = opened(address)
        yield other
        other.close()


def changed_without(kept: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """What a restore leaves as it was: everything but the audit's new last entry and its head."""
    return {name: rows for name, rows in kept.items() if name not in {"audit", "chain"}}


def test_a_backup_is_restored_into_either_database(
    database: Database, target: Database, tmp_path: Path
) -> None:
    """Every row of every table comes back; the audit goes on where the backup ended, with the restore."""
    fill(database)
    before = everything(database)
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    written = back_up(database, tmp_path / "copy", NURSE)
    report = restore(target, tmp_path / "copy", NURSE)
    after = everything(target)
    assert changed_without(after) == changed_without(before)
    assert after["audit"][:-1] == before["audit"]
    assert after["audit"][-1][4] == "restore"
    assert report.is_whole
    assert report.head.seq == written.head.seq + 1
    assert after["audit"][-1][-2] == written.head.hash


def test_after_a_restore_the_guards_stand_and_work_goes_on(
    database: Database, target: Database, tmp_path: Path
) -> None:
    """Append-only tables refuse changes again, entries follow the restored ones, a rebuild finds nothing."""
    ids = fill(database)
    back_up(database, tmp_path / "copy", NURSE)
    restore(target, tmp_path / "copy", NURSE)
    for table in ("record", "confirmation", "audit", "visit_step", "break_glass"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_column(table)} = 'x'"):  # noqa: S608
            with target.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
    add_note(target, ids[0], "after")
    with target.unit(NURSE) as unit:
        unit.connection.execute(
            text("INSERT INTO login_attempt (login, address, at_us, succeeded) VALUES ('x', 'x', 1, 1)")
        )
        assert list(rebuild(unit)) == []
    with target.reading() as connection:
        assert check_whole(connection).is_whole


def _column(table: str) -> str:
    return {"record": "text", "confirmation": "name", "audit": "action", "visit_step": "data",
            "break_glass": "reason"}[table]  # fmt: skip


def test_a_restore_takes_back_what_came_after_the_backup(database: Database, tmp_path: Path) -> None:
    """What was written after the backup is gone, and the audit tells of which head it was."""
    ids = fill(database)
    back_up(database, tmp_path / "copy", NURSE)
    add_note(database, ids[0], "came later")
    later = everything(database)
    restore(database, tmp_path / "copy", NURSE)
    after = everything(database)
    assert not any("came later" in str(row) for row in after["record"])
    assert str(later["audit"][-1][-1]) in str(after["audit"][-1][7])


def test_a_backup_while_others_write_is_of_one_moment(database: Database, tmp_path: Path) -> None:
    """Four writers go on during two backups; each copy is whole, and the live clinic is too."""
    ids = fill(database)
    stop, failures = Event(), list[BaseException]()

    def write(patient_id: str) -> None:
        try:
            while not stop.is_set():
                with suppress(CisternaError):  # two on one record: the second is told
                    add_note(database, patient_id, "meanwhile")
        except BaseException as error:  # noqa: BLE001  told by the test
            failures.append(error)

    writers = [Thread(target=write, args=(ids[place % len(ids)],)) for place in range(4)]
    for writer in writers:
        writer.start()
    try:
        reports = [back_up(database, tmp_path / f"copy-{place}", NURSE) for place in range(2)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert not failures
    assert all(report.is_whole for report in reports)
    assert reports[0].record_entries < reports[-1].record_entries
    with database.reading() as connection:
        assert check_whole(connection).is_whole


def test_a_restore_while_others_work_is_whole(database: Database, tmp_path: Path) -> None:
    """Readers and writers at work meanwhile see the clinic before or after, never between; none hangs."""
    ids = fill(database)
    back_up(database, tmp_path / "copy", NURSE)
    stop, failures, notes = Event(), list[BaseException](), list[int]()

    def work(patient_id: str) -> None:
        try:
            while not stop.is_set():
                with suppress(CisternaError):
                    add_note(database, patient_id, "meanwhile")
                    notes.append(1)
                with database.reading() as connection:
                    assert connection.execute(text("SELECT count(*) FROM patient")).scalar() == len(ids)
        except BaseException as error:  # noqa: BLE001  told by the test
            failures.append(error)

    workers = [Thread(target=work, args=(ids[place % len(ids)],)) for place in range(4)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(2):
            restore(database, tmp_path / "copy", NURSE)
    finally:
        stop.set()
        for worker in workers:
            worker.join(60)
    assert not failures
    assert notes
    with database.reading() as connection:
        assert check_whole(connection).is_whole
    with database.unit(NURSE) as unit:
        assert list(rebuild(unit)) == []


def test_a_file_that_is_there_is_never_replaced(database: Database, tmp_path: Path) -> None:
    """A backup onto a file, or into a place that cannot be, is refused; nothing is left beside it."""
    there = tmp_path / "there"
    there.write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="there already"):
        back_up(database, there, NURSE)
    with pytest.raises(OutputError, match="cannot be written"):
        back_up(database, there / "below" / "copy", NURSE)
    assert there.read_text("utf-8") == "mine"
    assert [each.name for each in tmp_path.iterdir() if not each.name.startswith("clinic.db")] == ["there"]


def test_a_backup_is_one_file_that_only_its_owner_reads(database: Database, tmp_path: Path) -> None:
    """No log lies beside a backup, before and after it was restored, and it is not changed by that."""
    fill(database)
    folder = tmp_path / "backups"
    back_up(database, folder / "copy", NURSE)
    content = (folder / "copy").read_bytes()
    (folder / "copy").chmod(0o400)
    folder.chmod(0o500)
    try:
        restore(database, folder / "copy", NURSE)
    finally:
        folder.chmod(0o700)
    assert [each.name for each in folder.iterdir()] == ["copy"]
    assert (folder / "copy").read_bytes() == content
    assert (folder / "copy").stat().st_mode & 0o077 == 0


def altered(copy: Path, statement: str) -> None:
    """What somebody does to a backup who takes the triggers away first."""
    with closing(sqlite3.connect(copy)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(statement)
        raw.commit()


def cut(copy: Path) -> None:
    """Half of the file."""
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])


def scratched(copy: Path) -> None:
    """A page in the middle overwritten."""
    content = bytearray(copy.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    copy.write_bytes(content)


def emptied(copy: Path) -> None:
    """A file without content."""
    copy.write_bytes(b"")


def a_letter(copy: Path) -> None:
    """A file of something else."""
    copy.write_text("Dear colleague, " * 999, "utf-8")


def of_something_else(copy: Path) -> None:
    """A good database, but of no clinic."""
    copy.unlink()
    with closing(sqlite3.connect(copy)) as raw:
        raw.execute("CREATE TABLE recipe (name TEXT)")
        raw.commit()


DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut in half": cut,
    "a page scratched": scratched,
    "empty": emptied,
    "a letter": a_letter,
    "another program's": of_something_else,
    "of a newer version": lambda copy: altered(copy, "UPDATE alembic_version SET version_num = '9999'"),
    "an entry of the audit altered": lambda copy: altered(
        copy, "UPDATE audit SET action = 'x' WHERE seq = 2"
    ),
    "the record's tail cut": lambda copy: altered(
        copy, "DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)"
    ),
    "a patient missing": lambda copy: altered(copy, "DELETE FROM patient WHERE number = 'DEMO 1'"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    opened: Callable[[str], Database], tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """Whatever was done to a backup is seen before the database is touched; the message is plain."""
    database = opened(f"sqlite:///{tmp_path / 'live.db'}")
    fill(database, patients=1)
    back_up(database, tmp_path / "copy", NURSE)
    damage(tmp_path / "copy")
    before = everything(database)
    with pytest.raises(StorageError) as told:
        restore(database, tmp_path / "copy", NURSE)
    assert everything(database) == before
    assert "Invented" not in str(told.value)
    assert "sqlite3" not in str(told.value)


def test_damage_is_told_of_the_backup_and_never_of_the_database_in_use(
    opened: Callable[[str], Database], tmp_path: Path
) -> None:
    """A letter that a disk has spoilt is a damaged backup, not a lost connection of the clinic."""
    database = opened(f"sqlite:///{tmp_path / 'live.db'}")
    fill(database, patients=1)
    copy = tmp_path / "copy"
    back_up(database, copy, NURSE)
    copy.write_bytes(copy.read_bytes().replace(b"Invented", b"\xffnvented"))
    with pytest.raises(StorageError, match="not a backup of a clinic, or it is damaged"):
        restore(database, copy, NURSE)


def test_a_backup_that_is_not_there_is_said(database: Database, tmp_path: Path) -> None:
    """A slip of the name changes nothing."""
    with pytest.raises(StorageError, match="no backup at"):
        restore(database, tmp_path / "none", NURSE)
