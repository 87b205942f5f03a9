"""The list of what is due, for the wall of the room: every chosen row, who printed it and when."""

from __future__ import annotations

from cisterna.clinic.due.rows import Row
from cisterna.clinic.due.service import Worklist
from cisterna.clinic.papers.case import Maker, made_words
from cisterna.report.papers import Grid, Lines, Paper, Section
from cisterna.report.wording import UNKNOWN

__all__ = ["due_list"]


def due_list(maker: Maker, listed: Worklist) -> Paper:
    """The rows of a choice, the most urgent first."""
    _ = maker.say
    many = _("%(rows)s of %(total)s rows", rows=str(len(listed.told)), total=str(listed.total))
    return Paper(
        kind="due",
        layout="list",
        language=_.language,
        title=_("What is due"),
        subtitle=f"{_.day(maker.today)} · {many}",
        site=maker.site,
        telephone=maker.telephone,
        about=(),
        to="",
        sections=(Section(title="", blocks=(_grid(maker, listed) if listed.told else _nobody(maker),)),),
        closing=_("Confidential. Volumes and days are calculated from the record, not measured."),
        made=maker.made,
        words=made_words(maker),
    )


def _nobody(maker: Maker) -> Lines:
    return Lines(((maker.say("Nobody that was chosen needs anything within the time shown."), ""),))


def _grid(maker: Maker, listed: Worklist) -> Grid:
    _ = maker.say
    return Grid(
        caption=_("What is due"),
        head=(
            _("Urgency"), _("Patient"), _("Born"), _("Number"), _("What"), _("Due"), _("Reservoir, mL"),
            _("Alarm on"), _("Visit"), _("Owner"),
        ),
        rows=tuple(_row(maker, row) for group in listed.groups for row in group.rows),
        widths=(1.8, 3.2, 1.6, 1.6, 4.4, 2.1, 1.4, 1.7, 2.7, 2.2),
        numbers=(6,),
    )  # fmt: skip


def _by_when(maker: Maker, row: Row) -> str:
    """The day by which; what has none says since when it stands."""
    _, on = maker.say, maker.say.day(row.need.due_on)
    if not row.need.is_dated:
        return _("no day set, since %(day)s", day=on)
    return f"{on} ({_('overdue')})" if row.is_overdue else on


def _row(maker: Maker, row: Row) -> tuple[str, ...]:
    _ = maker.say
    volume = UNKNOWN if row.volume_ml is None else _.amount(row.volume_ml, 1)
    visit = f"{_.instant(row.visit.at_us, maker.zone)}, {_(row.visit.kind)}" if row.visit else _("not booked")
    return (
        _(row.urgency.value.capitalize()),
        f"{row.family.upper()}, {row.given}",
        _.day(row.born, weekday=False),
        row.number,
        f"{_.told(row.need.title)}. {_.told(row.need.detail)}".removesuffix(". "),
        _by_when(maker, row),
        volume,
        _.day(row.alarm_on, weekday=False),
        visit,
        row.raised_to or row.owner.name or UNKNOWN,
    )
