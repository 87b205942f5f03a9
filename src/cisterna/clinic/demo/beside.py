"""What the clinic keeps of an invented patient beside the therapy: identity, visits, team, letters."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert

from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import appointment, confirmation, document, team
from cisterna.clinic.demo.chart import local
from cisterna.clinic.demo.patient import InventedPatient
from cisterna.clinic.demo.under_way import begin_search, begin_visit
from cisterna.clinic.record import Identity
from cisterna.clinic.record.service import new_id
from cisterna.instants import instant_us

__all__ = ["identity_of", "write_beside"]


def write_beside(unit: Unit, patient_id: str, invented: InventedPatient, accounts: Mapping[str, str]) -> None:
    """Write diary, team, confirmations, letters and what is under way; ``accounts`` are ids by name."""
    _add(unit, patient_id, appointment, _appointments(invented))
    _add(unit, patient_id, team, _team(invented, accounts))
    confirmed, letters = _confirmations(invented, accounts), _documents(invented, unit.actor.name)
    _insert(unit, patient_id, confirmation, confirmed)
    unit.audit_all("confirm-program", [(row["event_id"], {}) for row in confirmed], patient_id=patient_id)
    _insert(unit, patient_id, document, letters)
    told = [(row["id"], {key: row[key] for key in ("title", "media_type", "sha256")}) for row in letters]
    unit.audit_all("add-document", told, patient_id=patient_id)
    for begun in invented.visits:
        begin_visit(unit, patient_id, begun, accounts)
    for search in invented.searches:
        begin_search(unit, patient_id, search, accounts)


def identity_of(invented: InventedPatient) -> Identity:
    """The identity as the clinic keeps it."""
    who = invented.identity
    return Identity(
        number=who.number,
        family_name=who.family_name,
        given_name=who.given_name,
        contacts=tuple(f"{contact.who}: {contact.phone}, {contact.email}" for contact in who.contacts),
        alerts=who.alerts,
    )


def _add(unit: Unit, patient_id: str, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    _insert(unit, patient_id, table, rows)
    if rows:
        unit.audit(f"add-{table.name}", {"count": len(rows)}, patient_id=patient_id)


def _insert(unit: Unit, patient_id: str, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        unit.connection.execute(insert(table), [{"patient_id": patient_id, **row} for row in rows])


def _appointments(invented: InventedPatient) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "kind": visit.kind,
            "at_us": instant_us(visit.at),
            "with_whom": visit.with_whom,
            "state": "booked",
            "reason": visit.reason,
            "version": 1,
        }
        for visit in invented.booked
    ]


def _team(invented: InventedPatient, accounts: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"part": member.part, "name": member.name, "account_id": accounts.get(member.name)}
        for member in invented.team
    ]


def _confirmations(invented: InventedPatient, accounts: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "event_id": entry.event_id,
            "account_id": accounts[entry.by],
            "name": entry.by,
            "at_us": instant_us(entry.at),
        }
        for entry in invented.confirmations
    ]


def _documents(invented: InventedPatient, added_by: str) -> list[dict[str, Any]]:
    rows = []
    for paper in invented.documents:
        content = paper.text.encode()
        rows.append(
            {
                "id": new_id(),
                "title": paper.title,
                "media_type": "text/plain",
                "content": content,
                "sha256": hashlib.sha256(content).hexdigest(),
                "added_us": instant_us(local(paper.day, "12:00", invented.therapy.zone)),
                "added_by": added_by,
            }
        )
    return rows
