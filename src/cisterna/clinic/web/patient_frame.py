"""What every page about a patient shows around its content: the banner, the tabs; and that it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cisterna.care.need import Need, NeedKind, urgency
from cisterna.care.standing import Standing, StandingStatus
from cisterna.clinic.database import Unit
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.permissions import Action
from cisterna.clinic.projection import needs_row, standing_row
from cisterna.clinic.record import PatientRow, Record, record_of
from cisterna.clinic.web.desk import Desk
from cisterna.clinic.web.messages import marked
from cisterna.clinic.web.shell import Banner, Tab, TherapyLine
from cisterna.therapy import Therapy

__all__ = ["TABS", "PatientFrame", "none_known", "patient_frame"]

TABS = (
    (marked("Overview"), "", Action.SEE_PATIENT),
    (marked("Program"), "/program", Action.SEE_THERAPY),
    (marked("Spine"), "/spine", Action.SEE_THERAPY),
    (marked("Refills"), "/refills", Action.SEE_THERAPY),
    (marked("Assessments"), "/assessments", Action.SEE_THERAPY),
    (marked("Evaluation"), "/trial", Action.SEE_THERAPY),
    (marked("Implant"), "/implant", Action.SEE_THERAPY),
    (marked("Events"), "/events", Action.SEE_THERAPY),
    (marked("Documents"), "/documents", Action.SEE_THERAPY),
)
"""The pages about a patient: words, address below the patient's, and who may see it."""


@dataclass(frozen=True, kw_only=True)
class PatientFrame:
    """A patient as a page needs it; ``values`` is what the templates ask for."""

    row: PatientRow
    record: Record
    standing: Standing | None
    needs: tuple[Need, ...]
    today: date
    banner: Banner
    tabs: tuple[Tab, ...]

    @property
    def therapy(self) -> Therapy:
        """The patient's therapy."""
        return self.record.therapy

    @property
    def values(self) -> dict[str, Any]:
        """What ``patient.html`` and the pages on it are given."""
        return {"banner": self.banner, "tabs": self.tabs, "frame": self, "patient_id": self.row.id}


def patient_frame(desk: Desk, unit: Unit, patient_id: str, *, here: str = "Overview") -> PatientFrame:
    """The frame of a page about a patient; writes into the audit that the page was read.

    ``here`` is the words of the tab. Raises :class:`~cisterna.errors.NotFoundError` for an unknown patient.
    """
    row, record = record_of(unit, patient_id)
    unit.audit("read", {"page": here}, patient_id=patient_id)
    stands, needs = standing_row(unit.connection, patient_id), needs_row(unit.connection, patient_id)
    today = today_of(desk.choices, unit.at_us)
    return PatientFrame(
        row=row,
        record=record,
        standing=stands,
        needs=needs,
        today=today,
        banner=_banner(desk, row, record.therapy, stands=stands, needs=needs, today=today),
        tabs=tuple(
            Tab(words=words, href=f"/patients/{patient_id}{below}", here=words == here)
            for words, below, action in TABS
            if desk.may(action)
        ),
    )


def _banner(
    desk: Desk,
    row: PatientRow,
    therapy: Therapy,
    *,
    stands: Standing | None,
    needs: tuple[Need, ...],
    today: date,
) -> Banner:
    patient, history = therapy.patient, therapy.history
    is_seen = desk.may(Action.SEE_THERAPY)
    line = _line(stands, needs, today, desk) if is_seen and stands is not None else None
    return Banner(
        family=row.identity.family_name,
        given=row.identity.given_name,
        born=patient.born,
        today=today,
        sex=patient.sex or "sex not recorded",
        identifier=row.identity.number,
        href=f"/patients/{row.id}",
        condition=patient.condition,
        gmfcs=patient.gmfcs or "",
        allergies=() if none_known(history.allergies) else (history.allergies or "",),
        allergies_known=history.allergies is not None,
        alerts=(*row.identity.alerts, *(("ventriculoperitoneal shunt",) if history.shunt else ())),
        therapy=line,
        no_therapy="" if line else _why_none(stands) if is_seen else "not shown to your role",
    )


def none_known(allergies: str | None) -> bool:
    """Whether the history names no allergy: it was not asked, or none are known.

    >>> none_known(None), none_known("None known"), none_known("latex")
    (True, True, False)
    """
    return (allergies or "").strip().lower() in {"", "none", "no", "none known", "no known allergies"}


def _why_none(stands: Standing | None) -> str:
    if stands is None or stands.status is StandingStatus.NO_PUMP:
        return "no pump implanted"
    if stands.status is StandingStatus.EXPLANTED:
        return "the pump was taken out"
    return stands.why or "not known: the record must be mended"


def _line(stands: Standing, needs: tuple[Need, ...], today: date, desk: Desk) -> TherapyLine | None:
    if stands.pump is None or stands.status in {StandingStatus.EXPLANTED, StandingStatus.REFUSED}:
        return None
    refill = next((need for need in needs if need.kind is NeedKind.REFILL), None)
    soon_days = desk.choices.settings.value("due_soon", "days")
    reservoir, dates = stands.reservoir, stands.dates
    return TherapyLine(
        drug=reservoir.drug if reservoir else "baclofen",
        concentration_mcg_per_ml=reservoir.concentration_mcg_per_ml if reservoir else None,
        full_ml=reservoir.capacity_ml if reservoir else stands.pump.volume_ml,
        daily_dose_mcg=stands.program.daily_dose_mcg if stands.program else None,
        mode=_mode(stands),
        tip=stands.tip or "not known",
        refill_by=refill.due_on if refill else None,
        refill_urgency=urgency(refill, today, soon_days).value if refill else "none",
        low_reservoir_alarm=dates.low_reservoir_alarm_date.date if dates else None,
        alarm_volume_ml=stands.pump.alarm_volume_ml,
    )


def _mode(stands: Standing) -> str:
    """The mode of the program, or what keeps the pump from following it."""
    mode = stands.program.mode.replace(marked("-"), " ") if stands.program else "not programmed"
    return (
        mode
        if stands.status is StandingStatus.RUNNING
        else f"{stands.status.value.replace('-', ' ')} ({mode})"
    )
