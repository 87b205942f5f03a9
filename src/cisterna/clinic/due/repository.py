"""The rows of the list: selected, counted and cut into pages by the database."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, or_, select

from cisterna.care.need import UNDATED, NeedKind, Urgency
from cisterna.clinic.database.tables import appointment, need, patient, record, standing, team
from cisterna.clinic.due.chosen import Chosen
from cisterna.clinic.due.counting import soon_until
from cisterna.clinic.due.serving import serving
from cisterna.clinic.record.entries import HEADER
from cisterna.clinic.record.identity import search_key
from cisterna.clinic.settings.site import SiteChoices

__all__ = [
    "Count",
    "Span",
    "Told",
    "births",
    "booked_visits",
    "counts",
    "on_therapy",
    "standings",
    "teams",
    "told_rows",
]

_GROUPS = tuple(Urgency)
_BOOKED = "booked"


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days of a list: ``today``, the last that is ``soon``, the last that is listed (``until``).

    ``since_us`` is the start of today: earlier visits count no more.
    """

    today: date
    soon: date
    until: date
    since_us: int

    @classmethod
    def of(cls, choices: SiteChoices, today: date, since_us: int) -> Span:
        """The span by the site's settings."""
        ahead = timedelta(days=choices.settings.value("due_horizon", "days"))
        return cls(
            today=today,
            soon=soon_until(choices, today),
            until=max(today + ahead, soon_until(choices, today)),
            since_us=since_us,
        )


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many needs are alike in these four."""

    group: Urgency
    kind: NeedKind
    booked: bool
    mine: bool
    count: int

    def fits(self, chosen: Chosen) -> bool:
        """Whether they are among what was chosen."""
        return (
            chosen.kind in {"", self.kind}
            and chosen.group in {"", self.group}
            and chosen.booked in {"", "yes" if self.booked else "no"}
            and (not chosen.mine or self.mine)
        )


@dataclass(frozen=True, kw_only=True)
class Told:
    """One row as the database gives it; ``facts`` is the text of the need."""

    patient_id: str
    number: str
    family: str
    given: str
    kind: NeedKind
    group: Urgency
    facts: str


# ------------------------------------------------------------------------------------ the needs


@dataclass(frozen=True)
class _Terms:
    """What the choice and the span mean in SQL."""

    span: Span
    account_id: str

    @cached_property
    def group(self) -> ColumnElement[int]:
        """The place of the urgency: what :func:`cisterna.care.need.urgency` says, for the database."""
        today, soon = self.span.today.isoformat(), self.span.soon.isoformat()
        now = and_(need.c.due_on <= today, need.c.kind != NeedKind.ASSESSMENT.value)
        return case(
            (need.c.kind.in_(UNDATED), literal(2)),
            (now, literal(0)),
            (need.c.due_on <= soon, literal(1)),
            else_=literal(2),
        )

    @property
    def order(self) -> ColumnElement[int]:
        """The place of the kind among needs of one day."""
        places = {kind.value: place for place, kind in enumerate(NeedKind)}
        return case(places, value=need.c.kind, else_=len(places))

    @cached_property
    def is_booked(self) -> ColumnElement[bool]:
        """Whether a visit of today or later meets the need."""
        kinds: dict[tuple[str, ...], list[str]] = {}
        for each in NeedKind:
            kinds.setdefault(serving(each), []).append(each.value)
        return or_(
            *(
                and_(need.c.kind.in_(wanted), need.c.patient_id.in_(self._booked_for(visits)))
                for visits, wanted in kinds.items()
            )
        )

    def _booked_for(self, visits: tuple[str, ...]) -> Select[Any]:
        """Who has a visit of one of these kinds to come; read once, not for each row."""
        return select(appointment.c.patient_id).where(
            appointment.c.state == _BOOKED,
            appointment.c.at_us >= self.span.since_us,
            appointment.c.kind.in_(visits),
        )

    @cached_property
    def is_mine(self) -> ColumnElement[bool]:
        """Whether the account is of the patient's team."""
        return need.c.patient_id.in_(select(team.c.patient_id).where(team.c.account_id == self.account_id))

    def listed(self, chosen: Chosen) -> list[ColumnElement[bool]]:
        """What is listed at all: worth a row today, within the horizon, found by the words."""
        terms = [need.c.shown_from <= self.span.today.isoformat()]
        if not chosen.ahead:
            terms.append(need.c.due_on <= self.span.until.isoformat())
        terms.extend(
            patient.c.search_key.contains(word, autoescape=True) for word in search_key(chosen.words).split()
        )
        return terms

    def chosen(self, chosen: Chosen) -> list[ColumnElement[bool]]:
        """What is listed and was chosen."""
        terms = self.listed(chosen)
        if chosen.kind:
            terms.append(need.c.kind == chosen.kind)
        if chosen.group:
            terms.append(self.group == _GROUPS.index(Urgency(chosen.group)))
        if chosen.booked:
            terms.append(self.is_booked if chosen.booked == "yes" else ~self.is_booked)
        if chosen.mine:
            terms.append(self.is_mine)
        return terms


_WITH_PATIENT = need.join(patient, need.c.patient_id == patient.c.id)


def counts(connection: Connection, span: Span, chosen: Chosen, account_id: str) -> tuple[Count, ...]:
    """How many needs are listed, by urgency, kind, booked and mine; of the choice only the words count."""
    terms = _Terms(span, account_id)
    each = (
        select(
            terms.group.label("place"),
            need.c.kind,
            case((terms.is_booked, 1), else_=0).label("is_booked"),
            case((terms.is_mine, 1), else_=0).label("is_mine"),
        )
        .select_from(_WITH_PATIENT if chosen.words else need)
        .where(*terms.listed(chosen))
        .subquery()
    )
    columns = (each.c.place, each.c.kind, each.c.is_booked, each.c.is_mine)
    rows = connection.execute(select(*columns, func.count().label("many")).group_by(*columns))
    return tuple(
        Count(
            group=_GROUPS[row.place],
            kind=NeedKind(row.kind),
            booked=bool(row.is_booked),
            mine=bool(row.is_mine),
            count=row.many,
        )
        for row in rows
    )


def told_rows(
    connection: Connection, span: Span, chosen: Chosen, account_id: str, *, limit: int, skip: int
) -> tuple[Told, ...]:
    """The rows of a page in the order of the list: by urgency, day, kind and name."""
    terms = _Terms(span, account_id)
    order = (terms.group, need.c.due_on, terms.order, patient.c.search_key, need.c.patient_id, need.c.place)
    page = (  # only what the order needs is sorted; the texts of the page are read after that
        select(need.c.patient_id, need.c.place)
        .select_from(_WITH_PATIENT)
        .where(*terms.chosen(chosen))
        .order_by(*order)
        .limit(limit)
        .offset(skip)
        .subquery()
    )
    wanted = (
        select(
            need.c.patient_id,
            need.c.kind,
            need.c.facts,
            patient.c.number,
            patient.c.family_name,
            patient.c.given_name,
            terms.group.label("place"),
        )
        .select_from(_WITH_PATIENT)
        .join(page, and_(page.c.patient_id == need.c.patient_id, page.c.place == need.c.place))
        .order_by(*order)
    )
    return tuple(
        Told(
            patient_id=row.patient_id,
            number=row.number,
            family=row.family_name,
            given=row.given_name,
            kind=NeedKind(row.kind),
            group=_GROUPS[row.place],
            facts=row.facts,
        )
        for row in connection.execute(wanted)
    )


def on_therapy(connection: Connection) -> int:
    """How many patients have a pump: each has one need of a refill, or instead a record to be mended."""
    kinds = (NeedKind.REFILL.value, NeedKind.RECORD_REFUSED.value)
    wanted = select(func.count()).select_from(need).where(need.c.kind.in_(kinds))
    return int(connection.execute(wanted).scalar_one())


# ----------------------------------------------------------------- what belongs to the patients of a page


def standings(connection: Connection, patient_ids: Iterable[str]) -> dict[str, str]:
    """The projected standing of each patient, as text."""
    wanted = select(standing.c.patient_id, standing.c.facts).where(
        standing.c.patient_id.in_(tuple(patient_ids))
    )
    return {row.patient_id: row.facts for row in connection.execute(wanted)}


def births(connection: Connection, patient_ids: Iterable[str]) -> dict[str, date]:
    """The day of birth of each patient, as the last header of the record says."""
    wanted = (
        select(record.c.patient_id, record.c.text)
        .where(record.c.patient_id.in_(tuple(patient_ids)), record.c.type == HEADER)
        .order_by(record.c.seq)
    )
    return {row.patient_id: _born(row.text) for row in connection.execute(wanted)}


@lru_cache(maxsize=8192)
def _born(header: str) -> date:
    born: date = tomllib.loads(header)["patient"]["born"]
    return born


def teams(connection: Connection, patient_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """The names of each patient's team by their part."""
    wanted = select(team).where(team.c.patient_id.in_(tuple(patient_ids)))
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.patient_id, {})[row.part] = row.name
    return found


def booked_visits(
    connection: Connection, patient_ids: Iterable[str], since_us: int
) -> Mapping[str, Sequence[Any]]:
    """The booked visits of each patient from an instant on, the first one first."""
    wanted = (
        select(appointment)
        .where(
            appointment.c.patient_id.in_(tuple(patient_ids)),
            appointment.c.state == _BOOKED,
            appointment.c.at_us >= since_us,
        )
        .order_by(appointment.c.at_us)
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.patient_id, []).append(row)
    return found
