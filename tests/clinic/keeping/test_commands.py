"""``cisterna clinic`` as who looks after a clinic meets it: exit status, words, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.clinic.commanding import Command, commanding
from tests.clinic.keeping.filled import NURSE, add_note, everything, fill

from cisterna.clinic.database import Database


@pytest.fixture
def clinic(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """``cisterna clinic``."""
    return commanding(monkeypatch, capsys, "clinic")


def cut_tail(database: Database) -> None:
    """Take the last entry of the audit away and mend the head, as somebody may who has the file."""
    with database.unit(NURSE) as unit:
        run = unit.connection.exec_driver_sql
        if database.is_sqlite:
            run("DROP TRIGGER audit_no_delete")
        else:
            run("ALTER TABLE audit DISABLE TRIGGER USER")
        run("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
        run("UPDATE chain SET (seq, hash) = (SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1)")


def test_a_whole_clinic_verifies_and_a_cut_tail_is_seen_by_the_kept_head(
    database: Database, database_address: str, tmp_path: Path, clinic: Command
) -> None:
    """Status 0 and counts for a whole clinic; a cut tail passes without the kept head and is seen with it."""
    (child,) = fill(database, patients=1)
    with database.unit(NURSE) as unit:  # what nothing but the audit tells of
        unit.audit("see-patient", patient_id=child)
    kept = tmp_path / "head.json"
    whole = clinic("verify", "--db", database_address, "--export-head", kept)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "1 patients" in whole.stdout
    assert "Everything is whole." in whole.stdout
    cut_tail(database)
    assert clinic("verify", "--db", database_address).returncode == 0
    seen = clinic("verify", "--db", database_address, "--head", kept, "--json")
    assert seen.returncode == 2
    told = json.loads(seen.stdout)
    assert told["whole"] is False
    assert "the tail was cut off" in told["findings"][0]
    assert told["head"]["seq"] == json.loads(kept.read_text("utf-8"))["seq"] - 1


def test_backup_and_restore_by_command(
    database: Database, database_address: str, tmp_path: Path, clinic: Command
) -> None:
    """A backup tells what it holds; a restore asks first, and with --yes puts it back."""
    (child,) = fill(database, patients=1)
    copy = tmp_path / "copy.backup"
    made = clinic("backup", copy, "--db", database_address)
    assert made.returncode == 0, made.stderr
    assert f"Wrote {copy} and read it again." in made.stdout
    again = clinic("backup", copy, "--db", database_address)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    add_note(database, child, "came later")
    asked = clinic("restore", copy, "--db", database_address, typed="n\n")
    assert asked.returncode == 2
    assert "came later" in str(everything(database)["record"])
    done = clinic("restore", copy, "--db", database_address, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["whole"] is True
    assert "came later" not in str(everything(database)["record"])


def test_rebuild_names_what_had_been_another(
    database: Database, database_address: str, clinic: Command
) -> None:
    """Nothing to mend is said; what was lost is made again and the patient named by id."""
    (child,) = fill(database, patients=1)
    before = everything(database)["need"]
    assert clinic("rebuild", "--db", database_address).stdout == "Rebuilt; everything is as it was.\n"
    with database.unit(NURSE) as unit:
        unit.connection.exec_driver_sql("DELETE FROM need")
    mended = clinic("rebuild", "--db", database_address, "--json")
    assert json.loads(mended.stdout) == {"changed": [child]}
    assert everything(database)["need"] == before


def test_a_slip_of_a_name_is_said_without_a_traceback(tmp_path: Path, clinic: Command) -> None:
    """No database, no backup, no head: status 2, one sentence with a remedy, and nothing is made."""
    none = tmp_path / "none.db"
    letter = tmp_path / "letter"
    letter.write_text("Dear colleague", "utf-8")
    for answer, words in (
        (clinic("verify", "--db", none), "no database at"),
        (clinic("backup", tmp_path / "copy", "--db", none), "no database at"),
        (clinic("restore", tmp_path / "missing", "--db", none, "--yes"), "no backup at"),
        (clinic("restore", letter, "--db", none, "--yes"), "not a backup"),
        (clinic("verify", "--db", none, "--head", letter), "--export-head"),
    ):
        assert answer.returncode == 2
        assert words in answer.stderr
        assert "Traceback" not in answer.stderr
    assert not (tmp_path / "copy").exists()
