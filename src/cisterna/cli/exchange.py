"""``cisterna export`` and ``cisterna import``: between files and the clinic."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cisterna.cli.clinic.commands import opened
from cisterna.errors import Fault, InputError

if TYPE_CHECKING:
    from cisterna.clinic.database import Database

__all__ = ["run_export", "run_import"]

_OPTIONS = {"number": "--number", "family_name": "--family", "given_name": "--given"}


def run_export(patient: str | None, *, everything: bool, out: Path, db: str | None, as_json: bool) -> None:
    """Write one therapy, or everything."""
    if everything == (patient is not None):
        raise InputError(
            Fault(
                where="PATIENT, --everything",
                found="both" if everything else "neither",
                allowed="one of them",
                remedy="name a patient by number or id, or write --everything",
            )
        )
    with opened(db) as database:
        told = _export_one(database, patient, out) if patient is not None else _export_all(database, out)
    _say(told, as_json=as_json, words=f"Wrote {out}.")


def _export_one(database: Database, patient: str, out: Path) -> dict[str, Any]:
    from cisterna.clinic.database import Actor
    from cisterna.clinic.exchange import export_therapy, patient_called
    from cisterna.clinic.keeping import draft_of

    with draft_of(out) as draft, database.unit(Actor(name="cisterna export")) as unit:
        file = export_therapy(unit, patient_called(unit, patient))
        draft.write_text(file.text, "utf-8", newline="\n")
    if file.naming:
        sys.stderr.write(
            "The patient's name or number stands in the free text of these entries; take it out before the "
            f"file is passed on: {', '.join(file.naming)}\n"
        )
    return {"written": str(out), "entries_naming_the_patient": list(file.naming)}


def _export_all(database: Database, out: Path) -> dict[str, Any]:
    from cisterna.clinic.database import Actor
    from cisterna.clinic.exchange import export_everything

    done = export_everything(database, out, Actor(name="cisterna export"))
    head = {"seq": done.head.seq, "hash": done.head.hash}
    return {"written": str(out), "patients": done.patients, "files": done.files, "head": head}


def run_import(
    file: Path, *, names: tuple[str | None, str | None, str | None], db: str | None, as_json: bool
) -> None:
    """Read a therapy file or an archive."""
    if zipfile.is_zipfile(file) or file.suffix.lower() == ".zip":
        _check_no_names(names)
        told, words = _import_all(file, db)
    else:
        told, words = _import_one(file, names, db)
    _say(told, as_json=as_json, words=words)


def _check_no_names(names: tuple[str | None, ...]) -> None:
    if any(name is not None for name in names):
        raise InputError(
            Fault(
                where=", ".join(_OPTIONS.values()),
                found="a name for an archive",
                allowed="names for a therapy file only: an archive brings its own",
                remedy="leave them out",
            )
        )


def _import_all(file: Path, db: str | None) -> tuple[dict[str, Any], str]:
    with opened(db, create=True) as database:
        from cisterna.clinic.database import Actor
        from cisterna.clinic.exchange import import_everything

        report = import_everything(database, file, Actor(name="cisterna import"))
    told = {"patients": report.patients, "record_entries": report.record_entries, "whole": report.is_whole}
    words = (
        f"Imported {report.patients} patients with {report.record_entries} entries of records. Accounts came "
        "without passwords: an administrator gives each a new one."
    )
    return told, words


def _import_one(
    file: Path, names: tuple[str | None, str | None, str | None], db: str | None
) -> tuple[dict[str, Any], str]:
    from cisterna.therapy import read_therapy

    therapy = read_therapy(file)
    with opened(db, create=True) as database:
        from cisterna.clinic.database import Actor
        from cisterna.clinic.exchange import import_therapy
        from cisterna.clinic.record import Identity

        number, family, given = (name or "" for name in names)
        try:
            who = Identity(number=number, family_name=family, given_name=given)
            with database.unit(Actor(name="cisterna import")) as unit:
                patient_id = import_therapy(unit, who, therapy)
        except InputError as error:
            raise InputError(
                *(each.at(_OPTIONS.get(each.where, each.where)) for each in error.faults)
            ) from None
    told = {"patient": patient_id, "events": len(therapy.events)}
    return told, f"Imported {len(therapy.events)} events as a new patient, {patient_id}."


def _say(told: dict[str, Any], *, as_json: bool, words: str) -> None:
    sys.stdout.write((json.dumps(told) if as_json else words) + "\n")
