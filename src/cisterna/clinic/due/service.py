"""The list of what is due: counted and cut by the database, made into rows outside of the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from cisterna.care.need import NeedKind, Urgency
from cisterna.clinic.database import Unit
from cisterna.clinic.due import repository
from cisterna.clinic.due.chosen import Chosen
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.due.repository import Count, Span, Told
from cisterna.clinic.due.rows import Around, Row, row_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.web.horizon import Axis
from cisterna.instants import instant_us

__all__ = ["MOST_PRINTED", "PAGE", "Group", "Worklist", "gathered", "start_of"]

PAGE = 50
"""Rows of one page of the screen."""
MOST_PRINTED = 2_000
"""Rows of one print; the page says how many more there are."""


class Group(NamedTuple):
    """The rows of one urgency on a page; ``many`` is how many there are on all pages."""

    urgency: Urgency
    many: int
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """One page of the list, as it was read; :meth:`groups` makes the rows, which needs no database."""

    chosen: Chosen
    span: Span
    counted: Sequence[Count]
    told: Sequence[Told]
    around: Around
    on_therapy: int
    page_rows: int

    @property
    def today(self) -> date:
        """The day at the site."""
        return self.span.today

    @property
    def total(self) -> int:
        """How many rows were chosen, on all pages."""
        return self.many(self.chosen)

    @property
    def pages(self) -> int:
        """How many pages they fill."""
        return max(1, -(-self.total // self.page_rows))

    @property
    def first(self) -> int:
        """The number of the first row of the page."""
        return (self.chosen.page - 1) * self.page_rows + 1

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + len(self.told) - 1

    def many(self, chosen: Chosen) -> int:
        """How many rows a choice has."""
        return sum(each.count for each in self.counted if each.fits(chosen))

    def of_kind(self, kind: NeedKind) -> int:
        """How many rows of a kind are listed."""
        return sum(each.count for each in self.counted if each.kind is kind)

    def in_group(self, urgency: Urgency) -> int:
        """How many chosen rows are of an urgency, on all pages."""
        return sum(each.count for each in self.counted if each.group == urgency and each.fits(self.chosen))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the page."""
        return tuple(row_of(each, self.around) for each in self.told)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The rows of the page by urgency; an urgency without a row on it is left out."""
        rows = self.rows
        made = (
            Group(urgency, self.in_group(urgency), tuple(row for row in rows if row.urgency is urgency))
            for urgency in Urgency
        )
        return tuple(group for group in made if group.rows)


def start_of(day: date, choices: SiteChoices) -> int:
    """The first instant of a day at the site, in microseconds."""
    return instant_us(datetime.combine(day, time(), choices.zone))


def gathered(
    unit: Unit,
    choices: SiteChoices,
    chosen: Chosen,
    account_id: str,
    *,
    page_rows: int = PAGE,
    sees_therapy: bool = True,
) -> Worklist:
    """Read one page of the list; the words of a search stand in no audit.

    Without ``sees_therapy`` its rows tell nothing of drug and dose.
    """
    connection, today = unit.connection, today_of(choices, unit.at_us)
    span = Span.of(choices, today, start_of(today, choices))
    skip = (chosen.page - 1) * page_rows
    told = repository.told_rows(connection, span, chosen, account_id, limit=page_rows, skip=skip)
    ids = {each.patient_id for each in told}
    return Worklist(
        chosen=chosen,
        span=span,
        counted=repository.counts(connection, span, chosen, account_id),
        told=told,
        around=Around(
            now_us=unit.at_us,
            sees_therapy=sees_therapy,
            axis=Axis.around(today),
            zone=choices.zone,
            escalates_after_days=choices.settings.value("due_escalation", "days"),
            standings=repository.standings(connection, ids),
            births=repository.births(connection, ids),
            teams=repository.teams(connection, ids),
            visits=repository.booked_visits(connection, ids, span.since_us),
        ),
        on_therapy=repository.on_therapy(connection),
        page_rows=page_rows,
    )
