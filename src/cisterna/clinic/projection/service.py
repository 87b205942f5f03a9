"""From a record to what the worklist, the banner and the ledger show of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, delete, insert, select

from cisterna.care.devices import Device, devices_of
from cisterna.care.need import Need
from cisterna.care.needs import needs_of
from cisterna.care.standing import Standing, settled_at, standing_of
from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import PROJECTED, appointment, device, metadata, need, patient, standing
from cisterna.clinic.projection.codec import from_text, to_text
from cisterna.clinic.recalls.repository import open_recalls
from cisterna.clinic.settings.site import SiteChoices, site_choices
from cisterna.instants import utc
from cisterna.therapy import Therapy

__all__ = ["needs_row", "project", "rebuild", "standing_row"]

_ALWAYS = "0001-01-01"
"""The first day on which a need that is always shown is shown."""


def project(
    unit: Unit, patient_id: str, therapy: Therapy, confirmed: Collection[str], choices: SiteChoices
) -> None:
    """Write what follows from a record, in the transaction that changed it.

    The caller holds the patient locked, or a writer at the same moment would leave what follows from an older
    record.
    """
    stands = standing_of(
        therapy,
        settled_at(therapy) or _added_at(unit.connection, patient_id),
        refill_cap_days=choices.refill_cap_days,
        worst_case_drives=choices.worst_case_drives,
    )
    devices = devices_of(therapy)
    needed = needs_of(
        therapy,
        stands,
        confirmed=confirmed,
        booked_screenings=_booked(unit.connection, patient_id, "screening", therapy.zone),
        booked_implants=_booked(unit.connection, patient_id, "implant", therapy.zone),
        planned_replacement=_planned(unit.connection, patient_id, "replacement", therapy.zone),
        planned_oral_step=_planned(unit.connection, patient_id, "oral-step", therapy.zone),
        recalls=open_recalls(unit.connection, patient_id, devices, choices.zone),
    )
    _replace(unit.connection, standing, patient_id, [_standing_values(stands)])
    _replace(unit.connection, need, patient_id, [_need_values(each) for each in needed])
    _replace(unit.connection, device, patient_id, [_device_values(each) for each in devices])


def _added_at(connection: Connection, patient_id: str) -> datetime:
    """When the patient was added: where nothing was done yet, that is as far as the record goes."""
    added_us = select(patient.c.created_us).where(patient.c.id == patient_id)
    return utc(connection.execute(added_us).scalar_one())


def _booked(connection: Connection, patient_id: str, kind: str, zone: ZoneInfo) -> tuple[date, ...]:
    """The days of the visits of a kind that are booked, the first one first."""
    wanted = select(appointment.c.at_us).where(
        appointment.c.patient_id == patient_id, appointment.c.kind == kind, appointment.c.state == "booked"
    )
    instants = connection.execute(wanted.order_by(appointment.c.at_us)).scalars()
    return tuple(utc(at_us).astimezone(zone).date() for at_us in instants)


def _planned(connection: Connection, patient_id: str, kind: str, zone: ZoneInfo) -> date | None:
    """The day of the first visit of a kind that is booked."""
    return next(iter(_booked(connection, patient_id, kind, zone)), None)


def _standing_values(stands: Standing) -> dict[str, Any]:
    return {"computed_us": stands.until_us, "facts": to_text(stands)}


def _need_values(each: Need) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "due_on": each.due_on.isoformat(),
        "shown_from": each.shown_from.isoformat() if each.shown_from else _ALWAYS,
        "facts": to_text(each),
    }


def _device_values(each: Device) -> dict[str, Any]:
    return {
        "role": each.role,
        "model": each.model,
        "serial": each.serial or "",
        "lot": each.lot or "",
        "since_us": each.since_us,
        "until_us": each.until_us,
        "facts": to_text(each),
    }


def _replace(connection: Connection, table: Table, patient_id: str, rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(table).where(table.c.patient_id == patient_id))
    has_place = "place" in table.c
    placed = [
        {"patient_id": patient_id, **({"place": place} if has_place else {}), **row}
        for place, row in enumerate(rows)
    ]
    if placed:
        connection.execute(insert(table), placed)


def standing_row(connection: Connection, patient_id: str) -> Standing | None:
    """Where a patient's therapy stands, as it was projected."""
    text = connection.execute(select(standing.c.facts).where(standing.c.patient_id == patient_id)).scalar()
    return None if text is None else from_text(text, Standing)


def needs_row(connection: Connection, patient_id: str) -> tuple[Need, ...]:
    """What a patient needs, as it was projected."""
    wanted = select(need.c.facts).where(need.c.patient_id == patient_id).order_by(need.c.place)
    return tuple(from_text(text, Need) for text in connection.execute(wanted).scalars())


def rebuild(unit: Unit) -> Iterator[str]:
    """Make the projection of every patient again; yields the ids of those for whom it had been another."""
    from cisterna.clinic.record.service import confirmed_ids, record_of  # noqa: PLC0415  the record projects, too

    choices = site_choices(unit.connection)
    for patient_id in unit.connection.execute(select(patient.c.id).order_by(patient.c.id)).scalars().all():
        _, record = record_of(unit, patient_id, for_change=True)
        before = _projected(unit.connection, patient_id)
        project(unit, patient_id, record.therapy, confirmed_ids(unit, patient_id), choices)
        if _projected(unit.connection, patient_id) != before:
            yield patient_id


def _projected(connection: Connection, patient_id: str) -> list[tuple[Any, ...]]:
    tables = (metadata.tables[name] for name in PROJECTED)
    return [
        tuple(row)
        for table in tables
        for row in connection.execute(
            select(table).where(table.c.patient_id == patient_id).order_by(*table.primary_key.columns)
        )
    ]
