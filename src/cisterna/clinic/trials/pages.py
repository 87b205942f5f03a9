"""The list of screening trials: planned, under way, and done without a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection, exists, select

from cisterna.care.need import Need, NeedKind, urgency
from cisterna.clinic.database.tables import device, need, patient, record, visit
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.projection.codec import from_text
from cisterna.clinic.visits.repository import visits_of
from cisterna.clinic.visits.screening import SCREENING
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.therapy import LumbarBolus

__all__ = ["router"]

router = APIRouter()
Clinician = Annotated[Desk, desk_for(Action.SEE_THERAPY)]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A patient who has no pump and was given, waits for, or is in a screening trial."""

    patient_id: str
    number: str
    family_name: str
    given_name: str
    boluses: int
    last_us: int | None
    need: Need | None
    going_on: str | None
    """The id of the trial that is filled in now."""


@router.get("/trials")
def trials(desk: Clinician) -> Response:
    """Everybody on the way to a pump."""
    with desk.unit() as unit:
        found = _trials(unit.connection)
        unit.audit("read", {"page": "trials"})
    today = today_of(desk.choices, desk.now_us)
    soon_days = desk.choices.settings.value("due_soon", "days")
    return desk.page(
        "trials/list.html",
        title="Trials",
        place="/trials",
        trials=found,
        urgencies={
            each.patient_id: urgency(each.need, today, soon_days).value
            for each in found
            if each.need is not None
        },
        today=today,
        zone=desk.choices.zone,
    )


_ON_THE_WAY = (
    NeedKind.SCREENING, NeedKind.IMPLANT, NeedKind.TRIAL_TO_BOOK, NeedKind.IMPLANT_TO_BOOK,
)  # fmt: skip
"""What leads to a pump."""


def _trials(connection: Connection) -> tuple[Trial, ...]:
    goes_on = exists().where(
        visit.c.patient_id == patient.c.id, visit.c.kind == SCREENING.name, visit.c.closed_us.is_(None)
    )
    given = exists().where(record.c.patient_id == patient.c.id, record.c.kind == LumbarBolus.kind)
    waits = exists().where(need.c.patient_id == patient.c.id, need.c.kind.in_(_ON_THE_WAY))
    implanted = exists().where(device.c.patient_id == patient.c.id)
    rows = connection.execute(
        select(patient.c.id, patient.c.number, patient.c.family_name, patient.c.given_name)
        .where(given | waits | goes_on, ~implanted)
        .order_by(patient.c.search_key)
    ).all()
    return tuple(_trial(connection, row) for row in rows)


def _trial(connection: Connection, row: Any) -> Trial:
    boluses = connection.execute(
        select(record.c.at_us)
        .where(record.c.patient_id == row.id, record.c.kind == LumbarBolus.kind)
        .order_by(record.c.at_us)
    ).scalars().all()  # fmt: skip
    facts = connection.execute(
        select(need.c.facts)
        .where(need.c.patient_id == row.id, need.c.kind.in_(_ON_THE_WAY))
        .order_by(need.c.place)
        .limit(1)
    ).scalar()
    trials = visits_of(connection, row.id, SCREENING.name)
    return Trial(
        patient_id=row.id,
        number=row.number,
        family_name=row.family_name,
        given_name=row.given_name,
        boluses=len(boluses),
        last_us=boluses[-1] if boluses else None,
        need=None if facts is None else from_text(facts, Need),
        going_on=next((one.id for one in trials if one.is_going_on), None),
    )
