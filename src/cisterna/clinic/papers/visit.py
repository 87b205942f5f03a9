"""The summary of a visit: everything that the record holds of one day, and how the therapy stands now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cisterna.clinic.events.timeline import Day, Row
from cisterna.clinic.papers.case import Case, field_of, made_words
from cisterna.errors import NotFoundError
from cisterna.pump import Visit
from cisterna.report.papers import Field, Fields, Grid, Lines, Paper, Section, Signatures
from cisterna.therapy import Fill, Note

__all__ = ["done_on", "told_of", "visit"]


def visit(case: Case, on: date | None = None) -> Paper:
    """The summary of the last day of the record, or of ``on``.

    Raises :class:`~cisterna.errors.NotFoundError` for a day of which the record holds nothing.
    """
    if not case.days:
        raise NotFoundError("The record holds no visit yet. Record one first.")
    on = on or case.days[0].on
    if all(day.on != on for day in case.days):
        raise NotFoundError("The record holds nothing of this day. Choose one of the list.")
    _ = case.say
    return Paper(
        kind="visit",
        layout="letter",
        language=_.language,
        title=_("Summary of the visit"),
        subtitle=_.day(on),
        site=case.maker.site,
        telephone=case.maker.telephone,
        about=case.who(),
        to="",
        sections=(
            *done_on(case, on),
            *told_of(case),
            Section(title="", blocks=(Signatures((_("read and correct"),)),)),
        ),
        closing=_('"Now" is the instant at which this paper was made; the coming dates are calculated.')
        if case.has_pump
        else _('"Now" is the instant at which this paper was made.'),
        made=case.maker.made,
        words=made_words(case.maker, case.entries),
    )


def told_of(case: Case) -> tuple[Section, ...]:
    """How the therapy stands: what is given, the dates, the devices; what there is nothing of is left out."""
    _ = case.say
    parts = (
        (_("Therapy now"), (*case.therapy_now(), *case.rates())),
        (_("Dates"), tuple(case.dates())),
        (_("Pump and catheter"), tuple(case.devices())),
    )
    return tuple(Section(title=title, blocks=(Fields(rows),)) for title, rows in parts if rows)


def done_on(case: Case, on: date | None) -> tuple[Section, ...]:
    """What was done on a day: entries, the volumes of a refill, the change of dose."""
    day = next((each for each in case.days if each.on == on), None)
    if day is None:
        return ()
    _ = case.say
    blocks: list[Fields | Grid | Lines] = [_entries(case, day)]
    blocks += [Fields(tuple(_numbers(case, day)))] if day.visits or day.step else []
    return (Section(title=_("Done on %(day)s", day=_.day(day.on)), blocks=tuple(blocks)),)


def _entries(case: Case, day: Day) -> Grid:
    _ = case.say
    return Grid(
        caption=_("What was recorded"),
        head=(_("Time"), _("What"), _("In detail"), _("By")),
        rows=tuple(
            (
                f"{row.event.at.astimezone(case.zone):%H:%M}",
                _(row.words),
                _detail(case, row),
                ", ".join(dict.fromkeys(name for name in (row.event.by or "", row.confirmed_by) if name)),
            )
            for row in day.rows
        ),
        widths=(1, 2.4, 6, 2.6),
    )


def _detail(case: Case, row: Row) -> str:
    """What was done, why, and what was noted beside it; of a correction also what now holds."""
    _, event = case.say, row.event
    if isinstance(event, Note):
        return ". ".join(part.rstrip(".") for part in (event.reason, event.note) if part)
    parts = [row.text, row.after_text]
    parts += [_("Reason: %(why)s", why=event.reason)] if event.reason else []
    parts += [event.note] if event.note else []
    return ". ".join(part.rstrip(".") for part in parts if part)


def _numbers(case: Case, day: Day) -> Iterator[Field]:
    _ = case.say
    for found, injected_ml in _refills(day):
        withdrawn, difference = found.withdrawn_ml, found.difference_ml
        yield field_of(
            _("Withdrawn"),
            f"{_.amount(withdrawn, 2)} mL" if withdrawn is not None else "",
            note=_("measured"),
        )
        yield field_of(
            _("Expected"), f"{_.amount(found.expected_ml, 2)} mL", note=_("calculated, not measured")
        )
        if difference is not None:
            yield field_of(_("Difference"), f"{_signed(_.amount(difference, 2))} mL", note=_("calculated"))
        yield field_of(_("Filled"), f"{_.amount(injected_ml, 2)} mL")
    if day.step:
        before, after = day.step.before_mcg, day.step.after_mcg
        yield field_of(
            _("Daily dose before"), f"{_.amount(before)} {_('mcg/day')}" if before is not None else _("none")
        )
        yield field_of(_("Daily dose after"), f"{_.amount(after)} {_('mcg/day')}")
        if day.step.change_percent is not None:
            change = f"{_signed(_.amount(day.step.change_percent, 1))} %"
            yield field_of(_("Change"), change, note=_("calculated"))


def _refills(day: Day) -> Iterator[tuple[Visit, float]]:
    """Each refill of a day as it was found, and how much was then injected (mL)."""
    for row in day.rows:
        fill = row.after or row.event
        if row.visit is not None and isinstance(fill, Fill):
            yield row.visit, float(fill.injected)


def _signed(text: str) -> str:
    return text if text[:1] in "\N{MINUS SIGN}0" else f"+{text}"
