"""The audit: reading, searching, checking, and its head to keep elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response
from sqlalchemy import Connection, select

from cisterna.clinic.accounts import all_accounts
from cisterna.clinic.audit import Entry, Query, head, search
from cisterna.clinic.database.tables import audit, patient
from cisterna.clinic.permissions import Action
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import FormState
from cisterna.clinic.web.tables_out import harmless
from cisterna.clinic.web.typed import whole_typed
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us

__all__ = ["router"]

router = APIRouter(prefix="/administration/audit")
Administrator = Annotated[Desk, desk_for(Action.SEE_AUDIT)]
Text = Annotated[str, Form(max_length=200)]
_A_PAGE = 100
_MOST_EXPORTED = 100_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asked the audit; texts as they were typed."""

    words: str = ""
    number: str = ""
    account: str = ""
    action: str = ""
    since: str = ""
    until: str = ""
    before: str = ""

    def query(self, connection: Connection, zone: ZoneInfo, most: int) -> Query:
        """The query; :class:`~cisterna.errors.InputError` for a day or a number that is none."""
        return Query(
            words=self.words,
            patient_id=_patient(connection, self.number),
            account_id=self.account or None,
            action=self.action or None,
            from_us=_day_us("since", self.since, zone, 0),
            until_us=_day_us("until", self.until, zone, 1),
            before_seq=None if (before := whole_typed(self.before)) < 0 else before,
            most=most,
        )


def _posted(
    words: Text = "",
    number: Text = "",
    account: Text = "",
    action: Text = "",
    since: Text = "",
    until: Text = "",
    before: Text = "",
) -> Asked:
    """What the form of the page asks for."""
    return Asked(
        words=words,
        number=number,
        account=account,
        action=action,
        since=since,
        until=until,
        before=before,
    )


Posted = Annotated[Asked, Depends(_posted)]


@router.get("")
def newest(desk: Administrator) -> Response:
    """The newest entries, and the form to search."""
    return _page(desk, Asked())


@router.post("")
def find(desk: Administrator, asked: Posted) -> Response:
    """The entries that were asked for; what was typed never stands in an address."""
    return _page(desk, asked)


@router.post("/export")
def export(desk: Administrator, asked: Posted) -> Response:
    """The same entries as a table (CSV), from the newest on; that they were taken stands in the audit."""
    asked = replace(asked, before="")
    with desk.unit() as unit:
        found = search(unit.connection, asked.query(unit.connection, desk.choices.zone, _MOST_EXPORTED))
        unit.audit("export", {"what": "audit", "entries": len(found)})
    attached = {"content-disposition": 'attachment; filename="audit.csv"'}
    return Response(_csv(found), media_type="text/csv; charset=utf-8", headers=attached)


@router.get("/head")
def export_head(desk: Administrator) -> Response:
    """The head of the chain: kept elsewhere, it shows later that no tail was cut off."""
    with desk.unit() as unit:
        unit.audit("export", {"what": "head of the audit"})
        last = head(unit.connection)
    text = json.dumps({"seq": last.seq, "hash": last.hash}) + "\n"
    attached = {"content-disposition": f'attachment; filename="audit-head-{last.seq}.json"'}
    return Response(text, media_type="application/json", headers=attached)


def _page(desk: Desk, asked: Asked) -> Response:
    found: tuple[Entry, ...] = ()
    form, status = FormState(vars(asked)), 200
    with desk.unit() as unit:
        unit.audit("read", {"page": "audit"})
        try:
            found = search(unit.connection, asked.query(unit.connection, desk.choices.zone, _A_PAGE + 1))
        except InputError as error:
            form, status = FormState(vars(asked), error.faults), 422
        people = all_accounts(unit.connection)
        actions = (
            unit.connection.execute(select(audit.c.action).distinct().order_by(audit.c.action))
            .scalars()
            .all()
        )
        numbers = _numbers(unit.connection, found)
        last = head(unit.connection)
    return desk.page(
        "administration/audit.html",
        title="Audit",
        place="/administration",
        form=form,
        asked=asked,
        entries=found[:_A_PAGE],
        goes_on=found[_A_PAGE - 1].seq if len(found) > _A_PAGE else 0,
        people=tuple((each.id, each.name) for each in people),
        actions=tuple((each, each.replace("-", " ")) for each in actions),
        numbers=numbers,
        zone=desk.choices.zone,
        head=last,
        status=status,
    )


def _numbers(connection: Connection, entries: tuple[Entry, ...]) -> Mapping[str, str]:
    """The hospital's number of each patient who is named, by id."""
    ids = {entry.patient_id for entry in entries if entry.patient_id}
    rows = connection.execute(select(patient.c.id, patient.c.number).where(patient.c.id.in_(ids)))
    return {row.id: row.number for row in rows}


def _patient(connection: Connection, number: str) -> str | None:
    if not number.strip():
        return None
    found = connection.execute(select(patient.c.id).where(patient.c.number == number.strip())).scalar()
    if found is None:
        raise InputError(
            Fault(
                where="number",
                found=f"'{number.strip()}', the number of no patient",
                allowed="the hospital's number of a patient",
                remedy="look it up under Patients",
            )
        )
    return str(found)


def _day_us(where: str, text: str, zone: ZoneInfo, after: int) -> int | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=after)
        return instant_us(datetime.combine(day, time(), zone))
    except (ValueError, OverflowError):
        raise InputError(
            Fault(where=where, found=f"'{text}'", allowed="a day", remedy="write for example '2026-11-29'")
        ) from None


def _csv(entries: tuple[Entry, ...]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("seq", "at_us", "account", "action", "patient_id", "subject", "detail", "hash"))
    for entry in entries:
        detail = json.dumps(entry.detail, ensure_ascii=False)
        row = (
            entry.seq, entry.at_us, entry.account_name, entry.action, entry.patient_id or "", entry.subject,
            detail, entry.hash,
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue()
