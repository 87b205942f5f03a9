"""Patients of the list with needs that a test chooses to the day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import delete, insert

from cisterna.care.need import Need, NeedKind
from cisterna.clinic.database import Unit
from cisterna.clinic.database.tables import appointment, need, team
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.projection.codec import to_text
from cisterna.clinic.record import Identity, add_patient
from cisterna.clinic.record.service import new_id
from cisterna.clinic.settings import SiteChoices
from cisterna.evidence import Status
from cisterna.instants import utc
from cisterna.therapy import Decision, DecisionKind, Patient, Therapy, read_therapy

CHILD = Path(__file__).parents[3] / "examples" / "child-start-and-titration.toml"
CHOICES = SiteChoices()


def patient(unit: Unit, number: str, family: str = "INVENTED") -> str:
    """A patient with a pump."""
    who = Identity(number=number, family_name=family, given_name="Ina")
    return add_patient(unit, who, read_therapy(CHILD))


def decided(unit: Unit, what: DecisionKind, number: str = "") -> str:
    """A patient without a pump of whom the team decided something an hour ago."""
    who = Identity(number=number or what, family_name="INVENTED", given_name="Ina")
    child = Patient(label="invented", born=date(2016, 2, 11))
    at = utc(unit.at_us) - timedelta(hours=1)
    decision = Decision(at=at, decided=what, decided_by="Dr Crane (invented)")
    return add_patient(unit, who, Therapy(patient=child, events=(decision,)))


def today(unit: Unit) -> date:
    """The day at the site."""
    return today_of(CHOICES, unit.at_us)


def needs(unit: Unit, patient_id: str, *wanted: tuple[NeedKind, int]) -> None:
    """Put needs due in so many days in the place of what was projected."""
    unit.connection.execute(delete(need).where(need.c.patient_id == patient_id))
    for place, (kind, days) in enumerate(wanted):
        due_on = today(unit) + timedelta(days=days)
        one = Need(kind=kind, due_on=due_on, title=kind.value, detail="", source="s", status=Status.CONFIRMED)
        unit.connection.execute(
            insert(need).values(
                patient_id=patient_id, place=place, kind=kind.value, due_on=due_on.isoformat(),
                shown_from="0001-01-01", facts=to_text(one),
            )
        )  # fmt: skip


def booked(unit: Unit, patient_id: str, kind: str, *, days: float, state: str = "booked") -> str:
    """A visit of the diary in so many days."""
    visit_id = new_id()
    unit.connection.execute(
        insert(appointment).values(
            id=visit_id, patient_id=patient_id, kind=kind, at_us=unit.at_us + round(days * 86_400_000_000),
            with_whom="Somebody (invented)", state=state, version=1,
        )
    )  # fmt: skip
    return visit_id


def of_team(unit: Unit, patient_id: str, part: str, name: str, account_id: str | None = None) -> None:
    """A member of a patient's team."""
    unit.connection.execute(
        insert(team).values(patient_id=patient_id, part=part, name=name, account_id=account_id)
    )
