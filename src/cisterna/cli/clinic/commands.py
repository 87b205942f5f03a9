"""The commands that look after a database: verify, rebuild, backup, restore."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cisterna.cli.application import AsJson

if TYPE_CHECKING:
    from cisterna.clinic.audit.search import Head
    from cisterna.clinic.database import Database
    from cisterna.clinic.keeping import Report

__all__ = ["COMMANDS", "opened"]

Db = Annotated[
    str | None,
    typer.Option(help="A file (SQLite) or postgresql://USER@HOST/NAME; left out: yours.", metavar="DATABASE"),
]


def _verify(
    db: Db = None,
    head: Annotated[
        Path | None,
        typer.Option(help="A head that was exported before: shows a tail cut off.", metavar="FILE"),
    ] = None,
    export_head: Annotated[
        Path | None,
        typer.Option(help="Write the head of the audit to a file, to keep elsewhere.", metavar="FILE"),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Find whatever was altered, removed, reordered or cut off in audit and records."""
    from cisterna.clinic.keeping import check_whole

    kept = None if head is None else _read_head(head)
    with opened(db) as database, database.reading() as connection:
        report = check_whole(connection, kept)
    if export_head is not None:
        _write(export_head, json.dumps({"seq": report.head.seq, "hash": report.head.hash}) + "\n")
    _tell(report, as_json=as_json)
    if not report.is_whole:
        raise typer.Exit(2)


def _rebuild(db: Db = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """Compute again from the records what worklist, banners and ledger show."""
    from cisterna.clinic.database import Actor
    from cisterna.clinic.projection import rebuild

    with opened(db) as database, database.unit(Actor(name="cisterna clinic rebuild")) as unit:
        changed = list(rebuild(unit))
        unit.audit("rebuild", {"changed": len(changed)})
    if as_json:
        sys.stdout.write(json.dumps({"changed": changed}) + "\n")
    elif changed:
        sys.stdout.write(f"Rebuilt; {len(changed)} of the patients had been another: {', '.join(changed)}\n")
    else:
        sys.stdout.write("Rebuilt; everything is as it was.\n")


def _backup(
    target: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE")],
    db: Db = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write everything to one file while the clinic runs, and check the copy."""
    from cisterna.clinic.database import Actor
    from cisterna.clinic.keeping import back_up

    with opened(db) as database:
        report = back_up(database, target, Actor(name="cisterna clinic backup"))
    _tell(report, as_json=as_json, first=f"Wrote {target} and read it again.")


def _restore(
    source: Annotated[Path, typer.Argument(help="A file that 'backup' wrote.", metavar="FILE")],
    db: Db = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace everything without asking.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Put a backup in place of everything in the database, in one step; the clinic may run."""
    from cisterna.clinic.database import Actor
    from cisterna.clinic.keeping import restore

    if not yes and not typer.confirm(
        "Everything in the database is replaced by the backup. Go on?", err=True
    ):
        raise typer.Exit(2)
    with opened(db, create=True) as database:
        report = restore(database, source, Actor(name="cisterna clinic restore"))
    _tell(report, as_json=as_json, first=f"Restored {source}.")


@contextmanager
def opened(db: str | None, *, create: bool = False) -> Iterator[Database]:
    """The database that was named, or the user's own; made only where ``create`` is set."""
    from cisterna.cli.serve import check_extra, database_url

    check_extra()
    from cisterna.clinic.database import open_database

    with ExitStack() as stack:
        database = open_database(database_url(db, demo=False, stack=stack), create=create)
        stack.callback(database.close)
        yield database


def _read_head(path: Path) -> Head:
    from cisterna.clinic.audit.search import Head
    from cisterna.errors import Fault, InputError

    try:
        table = json.loads(path.read_text("utf-8"))
        return Head(seq=int(table["seq"]), hash=str(table["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            Fault(
                where=f"--head {path}",
                found="no head of an audit",
                allowed="a file that 'cisterna clinic verify --export-head' wrote",
                remedy="check the name of the file",
            )
        ) from None


def _write(path: Path, text: str) -> None:
    from cisterna.errors import OutputError

    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}; choose another place.") from error


def _tell(report: Report, *, as_json: bool, first: str = "") -> None:
    if as_json:
        sys.stdout.write(json.dumps(_facts(report)) + "\n")
        return
    counted = (
        f"{report.patients} patients, {report.record_entries} entries of records, "
        f"{report.audit_entries} entries of the audit"
    )
    said = "Everything is whole." if report.is_whole else f"{len(report.findings)} findings:"
    lines = [first, f"{counted}.", said, *(f"  {finding}" for finding in report.findings)]
    sys.stdout.write("\n".join(line for line in lines if line) + "\n")


def _facts(report: Report) -> dict[str, Any]:
    return {
        "patients": report.patients,
        "record_entries": report.record_entries,
        "audit_entries": report.audit_entries,
        "head": {"seq": report.head.seq, "hash": report.head.hash},
        "whole": report.is_whole,
        "findings": [str(finding) for finding in report.findings],
    }


COMMANDS: dict[str, Callable[..., None]] = {
    "verify": _verify,
    "rebuild": _rebuild,
    "backup": _backup,
    "restore": _restore,
}
"""The commands by name, in the order of the help."""
