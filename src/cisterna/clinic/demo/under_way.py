"""What somebody has begun with invented patients and not closed, by the services that everybody uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cisterna.care.guides import guide
from cisterna.clinic.database import Actor, Unit
from cisterna.clinic.demo.patient import InventedSearch, InventedVisit
from cisterna.clinic.loss_of_effect import service as loss_of_effect
from cisterna.clinic.loss_of_effect.finding import Finding
from cisterna.clinic.record import append, record_of
from cisterna.clinic.settings.site import SiteChoices, site_choices
from cisterna.clinic.visits import service
from cisterna.clinic.visits.case import Case, SecondPerson
from cisterna.clinic.visits.kinds import kind_named, open_visit_of
from cisterna.clinic.visits.repository import visit_row

__all__ = ["begin_search", "begin_visit"]


def begin_visit(unit: Unit, patient_id: str, told: InventedVisit, accounts: Mapping[str, str]) -> None:
    """Fill in the steps that the story tells; the last of them stays open."""
    acting = _acting(unit, told.by, accounts)
    choices = site_choices(unit.connection)
    visit_id = service.open_visit(acting, kind_named(told.kind), patient_id)
    for step, values in told.steps.items():
        case = _saved(acting, visit_id, step, values, choices)
        if step == list(told.steps)[-1]:
            return
        visit = open_visit_of(case)
        if step != visit.records_at:
            service.finish_step(acting, case, step)
            continue
        asked = visit.second_of(step)
        if asked is not None:
            second = SecondPerson(
                account_id=accounts.get(told.second, ""), name=told.second, at_us=unit.at_us, of=asked[0]
            )
            service.save_second(acting, case, step, second)
            case = service.case_of(acting, visit_id, choices, for_change=True)
            visit = open_visit_of(case)
        service.record_visit(
            acting, case, step, visit.events(), visit.confirming(), appointment=told.kind,
            header=visit.header(), closes=visit.is_done_when_recorded,
        )  # fmt: skip


def begin_search(unit: Unit, patient_id: str, told: InventedSearch, accounts: Mapping[str, str]) -> None:
    """Begin a search for the cause of a loss of effect and record what each step found."""
    acting = _acting(unit, told.by, accounts)
    choices = site_choices(unit.connection)
    search = visit_row(unit.connection, loss_of_effect.begin(acting, patient_id))
    for step, typed in told.findings.items():
        row, record = record_of(acting, patient_id, for_change=True)
        found = guide(loss_of_effect.KIND, record.therapy.settings).step(step)
        finding = Finding(
            therapy=record.therapy, choices=choices, now_us=unit.at_us, typed=typed, step=found
        )  # fmt: skip
        append(acting, patient_id, finding.events(), seen_entries=row.entries)
        loss_of_effect.keep_finding(acting, search, step, finding.kept())


def _acting(unit: Unit, name: str, accounts: Mapping[str, str]) -> Unit:
    """The same unit of work, done by somebody of the team."""
    return replace(unit, actor=Actor(name=name, account_id=accounts.get(name)))


def _saved(unit: Unit, visit_id: str, step: str, values: Mapping[str, str], choices: SiteChoices) -> Case:
    case = service.case_of(unit, visit_id, choices, for_change=True)
    service.save_step(unit, case, step, values, seen=0)
    return service.case_of(unit, visit_id, choices, for_change=True)
