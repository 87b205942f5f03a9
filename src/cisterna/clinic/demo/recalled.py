"""An invented maker's notice that touches the pumps of some invented patients; the first is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from cisterna.care.devices import devices_of
from cisterna.clinic.database import Actor, Unit
from cisterna.clinic.demo.patient import InventedPatient
from cisterna.clinic.recalls import service
from cisterna.clinic.recalls.criteria import Criteria, Serials
from cisterna.clinic.recalls.repository import Recall
from cisterna.clinic.record.service import new_id
from cisterna.clinic.settings.site import SiteChoices

__all__ = ["IS_RECALLED", "open_invented_recall"]

IS_RECALLED = "recalled"
"""The kind of story whose pump the notice names."""

_TO_ANSWER = timedelta(days=21)


def open_invented_recall(
    unit: Unit,
    touched: Mapping[str, InventedPatient],
    accounts: Mapping[str, str],
    choices: SiteChoices,
    today: date,
) -> None:
    """Open the notice for the pumps of ``touched``, patients by id, and answer it for the first of them."""
    first, told = next(iter(touched.items()))
    by = next(member.name for member in told.team if member.part == "physician")
    acting = replace(unit, actor=Actor(name=by, account_id=accounts.get(by)))
    serials = tuple(serial for one in touched.values() for serial in _serials(one))
    recall = Recall(
        id=new_id(), title="Invented recall: the motor may stall", notice="Invented Maker, notice DEMO-7",
        criteria=Criteria(role="pump", serials=serials), until=today + _TO_ANSWER, opened_us=unit.at_us,
        opened_by=accounts.get(by, ""), name=by,
    )  # fmt: skip
    service.open_recall(acting, recall, choices)
    words = "Told at the refill; the alarms were played to the family. Invented."
    service.answer(acting, recall.id, first, service.Done(outcome="informed", words=words), choices)


def _serials(patient: InventedPatient) -> list[Serials]:
    """The serial of the pump that is in place."""
    held = [one for one in devices_of(patient.therapy) if one.role == "pump" and one.until_us is None]
    return [Serials(first=one.serial, last=one.serial) for one in held if one.serial]
