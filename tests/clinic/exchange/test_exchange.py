"""What is exported comes back without loss, and what is damaged is refused whole."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.clinic.commanding import Command, commanding
from tests.clinic.conftest import Clock
from tests.clinic.keeping.filled import CHILD, NURSE, add_note, everything, fill
from tests.clinic.postgres import fresh_database

from cisterna.clinic.accounts.accounts import add_account, no_account_yet
from cisterna.clinic.accounts.passwords import is_right
from cisterna.clinic.database import Database
from cisterna.clinic.exchange import export_everything, export_therapy, import_everything, import_therapy
from cisterna.clinic.permissions import Role
from cisterna.clinic.projection import rebuild
from cisterna.clinic.record import Identity, add_patient, record_of
from cisterna.errors import InputError, OutputError
from cisterna.therapy import loads, read_therapy

EXAMPLES = sorted(CHILD.parent.glob("*.toml"))
LEFT_OUT = {"session", "login_attempt", "calendar_link", "course", "mail_outbox"}
WHO = Identity(number="MRN 77", family_name="QUAIL", given_name="Io", contacts=("mother, 555 0100",))


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


def test_every_example_comes_back_from_file_to_file(database: Database, clock: Clock) -> None:
    """Each example is imported, exported and read again as the same therapy; only ids were added."""
    clock.move(days=365)  # one of them ends in 2027
    for place, path in enumerate(EXAMPLES):
        therapy = read_therapy(path)
        with database.unit(NURSE) as unit:
            who = replace(WHO, number=f"MRN {place}")
            file = export_therapy(unit, import_therapy(unit, who, therapy))
        again = loads(file.text)
        assert file.naming == ()
        assert replace(again, events=()) == replace(therapy, events=())
        assert len(again.events) == len(therapy.events)
        for now, before in zip(again.events, therapy.events, strict=True):
            assert replace(now, id=before.id) == before


def test_a_therapy_file_says_nothing_of_who_it_is(database: Database) -> None:
    """Names, number and contacts are not in the file; free text that names the patient is pointed at."""
    with database.unit(NURSE) as unit:
        patient_id = add_patient(unit, WHO, read_therapy(CHILD))
        plain = export_therapy(unit, patient_id)
    assert not any(word in plain.text for word in ("QUAIL", "Io", "MRN 77", "555 0100"))
    assert plain.naming == ()
    add_note(database, patient_id, "Spoke to io's mother")
    with database.unit(NURSE) as unit:
        naming = export_therapy(unit, patient_id).naming
        noted = record_of(unit, patient_id)[1].therapy.events[-1].id
    assert naming == (noted,)


def test_everything_comes_back_from_an_archive(database: Database, target: Database, tmp_path: Path) -> None:
    """Every archived row comes back, on either database; what is computed is computed again, the same."""
    fill(database)
    before = everything(database)
    done = export_everything(database, tmp_path / "all.zip", NURSE)
    report = import_everything(target, tmp_path / "all.zip", NURSE)
    after = everything(target)
    same = set(before) - LEFT_OUT - {"account", "audit", "chain"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["audit"][:-1] == before["audit"]
    assert after["audit"][-1][4] == "import-everything"
    assert not any(after[name] for name in LEFT_OUT)
    assert report.is_whole
    assert (report.patients, report.head.seq) == (done.patients, done.head.seq + 1)
    with target.unit(NURSE) as unit:
        assert list(rebuild(unit)) == []


def test_an_archive_holds_no_password_and_makes_nobody_an_administrator(
    database: Database, target: Database, tmp_path: Path
) -> None:
    """Accounts come without password: nobody logs in by one, and the first start is still to be made."""
    fill(database)
    hashes = [str(row[4]) for row in everything(database)["account"]]
    export_everything(database, tmp_path / "all.zip", NURSE)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
        files = set(archive.namelist())
    assert not any(each.encode() in content for each in hashes)
    assert b"argon2" not in content
    assert {"manifest.json", "tables/audit.jsonl", "tables/account.jsonl", "documents/d1"} <= files
    import_everything(target, tmp_path / "all.zip", NURSE)
    assert [row[4] for row in everything(target)["account"]] == [""] * len(hashes)
    assert not any(is_right(guess, "") for guess in ("", "four words of mine", "nobody has this password"))
    with target.reading() as connection:
        assert no_account_yet(connection)


def test_who_could_log_in_before_an_import_still_can(
    database: Database, target: Database, tmp_path: Path
) -> None:
    """An account that was there keeps its password; one of the same log-in name is joined with it."""
    fill(database)
    export_everything(database, tmp_path / "all.zip", NURSE)
    with target.unit(NURSE) as unit:
        for login in ("doc", "owl"):
            add_account(
                unit, login=login, name="Kept", role=Role.ADMINISTRATOR, password="six words that stay",
                must_change=False,
            )  # fmt: skip
    kept = {row[1]: row[4] for row in everything(target)["account"]}
    import_everything(target, tmp_path / "all.zip", NURSE)
    assert {row[1]: row[4] for row in everything(target)["account"]} == kept
    assert {row[0] for row in everything(database)["account"]} < {
        row[0] for row in everything(target)["account"]
    }


def rewritten(source: Path, name: str, change: Callable[[bytes], bytes], *, told: bool) -> None:
    """An archive in which one file is another; with ``told`` the manifest is mended as well."""
    with zipfile.ZipFile(source) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = change(files[name])
    manifest = json.loads(files["manifest.json"])
    if told and name != "manifest.json":
        sha256 = hashlib.sha256(files[name]).hexdigest()
        manifest["files"][name] = {"bytes": len(files[name]), "sha256": sha256}
        files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(source, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)


def without_last_line(content: bytes) -> bytes:
    """The file without its last line."""
    return b"".join(content.splitlines(keepends=True)[:-1])


def locked(file: Path) -> None:
    """The archive as one that asks for a password: the flag of each entry says so, at both of its places."""
    content = bytearray(file.read_bytes())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(sign, at + 4)
    file.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut in half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "a letter": lambda file: file.write_text("Dear colleague", "utf-8"),
    "a byte of a document": lambda file: rewritten(
        file, "documents/d1", lambda old: old[:-1] + b"x", told=False
    ),
    "an audit cut, manifest mended": lambda file: rewritten(
        file, "tables/audit.jsonl", without_last_line, told=True
    ),
    "a record cut, manifest mended": lambda file: rewritten(
        file, "tables/record.jsonl", without_last_line, told=True
    ),
    "a record altered, manifest mended": lambda file: rewritten(
        file, "tables/record.jsonl", lambda old: old.replace(b"100 mcg/day", b"900 mcg/day"), told=True
    ),
    "patients gone, manifest mended": lambda file: rewritten(
        file, "tables/patient.jsonl", without_last_line, told=True
    ),
    "a manifest that is a list": lambda file: rewritten(file, "manifest.json", lambda _: b"[]", told=False),
    "files that are a number": lambda file: rewritten(
        file, "manifest.json", lambda old: json.dumps({**json.loads(old), "files": 7}).encode(), told=False
    ),
    "a row that is a list, manifest mended": lambda file: rewritten(
        file, "tables/patient.jsonl", lambda _: b"[1]\n", told=True
    ),
    "a column nobody knows, manifest mended": lambda file: rewritten(
        file, "tables/patient.jsonl", lambda old: old.replace(b'"number":', b'"numbers":'), told=True
    ),
    "nested without end, manifest mended": lambda file: rewritten(
        file, "tables/patient.jsonl", lambda _: b"[" * 100_000 + b"\n", told=True
    ),
    "a password": locked,
    "of another version": lambda file: rewritten(
        file, "manifest.json", lambda old: old.replace(b'"format": 1', b'"format": 2'), told=False
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_archive_is_refused_whole(
    opened: Callable[[str], Database], tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    """Whatever was done to an archive, also by who mends its manifest, is seen; nothing is imported."""
    source, target = (opened(f"sqlite:///{tmp_path / name}") for name in ("a.db", "b.db"))
    fill(source, patients=1)
    export_everything(source, tmp_path / "all.zip", NURSE)
    damage(tmp_path / "all.zip")
    before = everything(target)
    with pytest.raises(InputError, match="nothing was imported"):
        import_everything(target, tmp_path / "all.zip", NURSE)
    assert everything(target) == before


def test_an_archive_goes_into_a_clinic_without_patients_only(database: Database, tmp_path: Path) -> None:
    """A clinic that has patients refuses an archive, and no file is replaced by an export."""
    fill(database, patients=1)
    export_everything(database, tmp_path / "all.zip", NURSE)
    before = everything(database)
    with pytest.raises(InputError, match="a clinic without patients"):
        import_everything(database, tmp_path / "all.zip", NURSE)
    with pytest.raises(OutputError, match="there already"):
        export_everything(database, tmp_path / "all.zip", NURSE)
    assert everything(database) == before


@pytest.fixture
def cisterna(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """``cisterna``."""
    return commanding(monkeypatch, capsys)


def test_export_and_import_by_command(tmp_path: Path, cisterna: Command) -> None:
    """A therapy goes in under a name and comes out without; everything goes from one clinic to another."""
    db, out = tmp_path / "a.db", tmp_path / "child.toml"
    named = ("--number", "MRN 5", "--family", "QUAIL", "--given", "Io")
    done = cisterna("import", CHILD, *named, "--db", db, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"] == len(read_therapy(CHILD).events)
    written = cisterna("export", "MRN 5", "--out", out, "--db", db)
    assert (written.returncode, written.stderr) == (0, "")
    assert len(read_therapy(out).events) == len(read_therapy(CHILD).events)
    everybody = cisterna("export", "--everything", "--out", tmp_path / "all.zip", "--db", db, "--json")
    assert json.loads(everybody.stdout)["patients"] == 1
    moved = cisterna("import", tmp_path / "all.zip", "--db", tmp_path / "b.db", "--json")
    entries = len(read_therapy(CHILD).events) + 1  # and the header
    assert json.loads(moved.stdout) == {"patients": 1, "record_entries": entries, "whole": True}
    again = cisterna("import", CHILD, *named, "--db", db)
    assert again.returncode == 2
    assert "--number: found 'MRN 5', the number of another patient" in again.stderr


def test_slips_of_export_and_import_are_said(tmp_path: Path, cisterna: Command) -> None:
    """Neither patient nor everything, nobody of that number, no name: status 2 with a remedy each."""
    db = tmp_path / "a.db"
    cisterna("import", CHILD, "--number", "1", "--family", "QUAIL", "--given", "Io", "--db", db)
    for answer, words in (
        (cisterna("export", "--out", tmp_path / "x", "--db", db), "found neither"),
        (cisterna("export", "1", "--everything", "--out", tmp_path / "x", "--db", db), "found both"),
        (cisterna("export", "none", "--out", tmp_path / "x", "--db", db), "no patient with this number"),
        (cisterna("export", "1", "--out", db, "--db", db), "there already"),
        (cisterna("import", CHILD, "--number", "2", "--db", db), "--family: found nothing"),
        (cisterna("import", tmp_path / "none.zip", "--db", db), "cannot be read"),
    ):
        assert answer.returncode == 2, answer
        assert words in answer.stderr
        assert "Traceback" not in answer.stderr
    assert not (tmp_path / "x").exists()
