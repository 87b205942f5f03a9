"""The administrator's first page; backups, and whether everything is whole."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from cisterna.clinic.accounts import all_accounts
from cisterna.clinic.audit import Query, head, search
from cisterna.clinic.keeping import back_up, check_whole
from cisterna.clinic.mail.repository import MailState, mails
from cisterna.clinic.permissions import Action
from cisterna.clinic.projection.renewal import is_renewing
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.instants import utc

__all__ = ["router"]

router = APIRouter(prefix="/administration")
Administrator = Annotated[Desk, desk_for(Action.ADMINISTER_SETTINGS)]
_MAILS = 1000
Keeper = Annotated[Desk, desk_for(Action.BACK_UP)]


@router.get("")
def administration(desk: Administrator) -> Response:
    """What there is to look after, and how it stands."""
    with desk.unit() as unit:
        accounts = all_accounts(unit.connection)
        backups = search(unit.connection, Query(action="backup", most=1))
        checks = search(unit.connection, Query(action="check-whole", most=1))
        last = head(unit.connection)
        renewing = is_renewing(unit)
        outbox = mails(unit.connection, _MAILS)
        unit.audit("read", {"page": "administration"})
    return desk.page(
        "administration/overview.html",
        title="Administration",
        place="/administration",
        accounts=accounts,
        backup=backups[0] if backups else None,
        check=checks[0] if checks else None,
        head=last,
        renewing=renewing,
        mail_waiting=sum(one.state == MailState.WAITING for one in outbox),
        mail_unknown=sum(one.state == MailState.SENDING for one in outbox),
        chosen=len(desk.choices.parameters) + len(desk.choices.words),
        zone=desk.choices.zone,
        database="SQLite" if desk.database.is_sqlite else "PostgreSQL",
    )


@router.post("/backup")
def backup(desk: Keeper) -> Response:
    """Everything in one file, checked before it is handed out."""
    folder = tempfile.TemporaryDirectory(prefix="cisterna-backup-")
    name = f"cisterna-backup-{utc(desk.now_us):%Y-%m-%d-%H%M%S}.db"
    target = Path(folder.name) / name
    try:
        back_up(desk.database, target, desk.actor)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        target,
        media_type="application/vnd.sqlite3",
        filename=name,
        background=BackgroundTask(folder.cleanup),
    )


@router.post("/integrity")
def integrity(desk: Keeper) -> Response:
    """Look for whatever was altered, removed, reordered or cut off."""
    with desk.database.reading() as connection:
        report = check_whole(connection)
    with desk.unit() as unit:
        unit.audit("check-whole", {"findings": len(report.findings), "entries": report.audit_entries})
    return desk.page(
        "administration/integrity.html",
        title="Integrity",
        place="/administration",
        report=report,
        zone=desk.choices.zone,
    )
