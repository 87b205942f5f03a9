"""The order for a program: every number that the maker's programmer shows, beside a place to compare it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.care.ordered_steps import OrderedStep, ordered_steps
from cisterna.clinic.papers.case import WEEK, Case, clock_time, field_of, made_words
from cisterna.errors import NotFoundError
from cisterna.report.papers import Field, Fields, Grid, Lines, Paper, Section, Signatures
from cisterna.report.wording import UNKNOWN

__all__ = ["PlannedBy", "order"]

_BOX = "\N{BALLOT BOX}"


@dataclass(frozen=True, kw_only=True)
class PlannedBy:
    """Who saved and who checked the draft that an order is of."""

    saved_us: int
    saved_by: str
    checked_us: int | None = None
    checked_by: str | None = None


def order(case: Case, planned: PlannedBy | None = None) -> Paper:
    """The order of the program in force, or of a draft that was ``planned`` and stands in ``case`` as if set.

    Raises :class:`~cisterna.errors.NotFoundError` where no program was recorded.
    """
    if case.program is None:
        raise NotFoundError("No program is recorded for a pump in place. Record the program first.")
    _ = case.say
    settings = tuple(_settings(case))
    return Paper(
        kind="order",
        layout="letter",
        language=_.language,
        title=_("Order for the program of the pump"),
        subtitle=_("Compare every line with what the maker's programmer shows, then sign."),
        site=case.maker.site,
        telephone=case.maker.telephone,
        about=(*case.who(), *(row for row in settings if row.lacks)),
        to="",
        sections=(
            Section(title=_("Settings"), blocks=(_compared(case, settings),)),
            Section(title=_("Steps of the day, by the pump's clock"), blocks=_steps(case)),
            Section(title=_("Recorded"), blocks=(Fields(tuple(_recorded(case))),))
            if planned is None
            else Section(title=_("Planned"), blocks=(Fields(tuple(_planned(case, planned))),)),
            Section(
                title=_("Signatures"),
                blocks=(Signatures((_("ordered by"), _("programmed by"), _("compared by a second person"))),),
            ),
        ),
        closing=_(
            "This order copies the record. It programs nothing; the programmer shows what the pump does."
        )
        if planned is None
        else _(
            "This order is of a draft: the pump does not run it yet. It programs nothing; the programmer "
            "shows what the pump does."
        ),
        made=case.maker.made,
        words=made_words(case.maker, case.entries),
    )


def _settings(case: Case) -> Iterator[Field]:
    """The settings, in the order in which a programmer asks for them."""
    _, reservoir, stands, program = case.say, case.reservoir, case.standing, case.program
    pump = stands.pump if stands else None
    yield field_of(_("Pump"), f"{pump.maker} {pump.model}" if pump else "")
    yield field_of(_("Serial number"), (pump.serial or "") if pump else "")
    yield field_of(_("Drug"), _(reservoir.drug) if reservoir else "")
    yield field_of(
        _("Concentration"), f"{_.amount(reservoir.concentration_mcg_per_ml)} mcg/mL" if reservoir else ""
    )
    yield field_of(_("Reservoir filled with"), f"{_.amount(reservoir.filled_ml)} mL" if reservoir else "")
    alarm_ml = reservoir.alarm_ml if reservoir else None
    yield field_of(
        _("Low-reservoir alarm at"),
        f"{_.amount(alarm_ml)} mL" if alarm_ml is not None else "",
        required=False,
    )
    dead_ml = stands.dead_volume_ml if stands else None
    yield field_of(
        _("Volume of tubing and catheter"),
        f"{_.amount(dead_ml)} mL" if dead_ml is not None else "",
        note=_("calculated"),
        required=False,
    )
    if program:
        yield field_of(_("Mode"), _(program.mode.replace("-", " ")))
        yield field_of(_("Daily dose"), f"{_.amount(program.daily_dose_mcg)} {_('mcg/day')}")
        yield field_of(
            _("Flow"), f"{_.amount(program.flow_ml_per_day, 4)} {_('mL/day')}", note=_("calculated")
        )
        yield field_of(_("Patient bolus"), case.bolus_words())
    yield from (row for row in case.dates() if row.label == _("Low-reservoir alarm"))


def _compared(case: Case, settings: tuple[Field, ...]) -> Grid:
    _ = case.say
    lacking = _("not known: to be completed")
    return Grid(
        caption=_("Settings to be compared"),
        head=(_("Setting"), _("Ordered"), _("Programmer shows"), _("Same")),
        rows=tuple(
            (
                f"{row.label} ({row.note})" if row.note else row.label,
                lacking if row.lacks else row.value,
                "",
                _BOX,
            )
            for row in settings
        ),
        widths=(4.2, 4.2, 3.4, 0.9),
    )


def _steps(case: Case) -> tuple[Grid | Lines, ...]:
    _, program = case.say, case.program
    if program is None:
        return ()
    if not program.repeats_daily:
        return (Lines(((_("The program does not repeat daily; its first day is shown."), ""),)), _grid(case))
    return (_grid(case),)


def _grid(case: Case) -> Grid:
    _ = case.say
    steps = ordered_steps(case.program) if case.program else ()
    return Grid(
        caption=_("Steps to be compared"),
        head=(
            _("Days"), _("From"), _("To"), _("Rate, mcg/h"), _("Dose of the step, mcg"),
            _("Programmer shows"), _("Same"),
        ),
        rows=tuple(
            (
                _days(case, step), clock_time(step.start_h), clock_time(step.end_h),
                _.amount(step.dose_mcg_per_h, 4),
                _.amount(step.dose_mcg, 3), "", _BOX,
            )
            for step in steps
        ),
        widths=(2.4, 1.1, 1.1, 1.8, 2, 2.6, 0.9),
        numbers=(1, 2, 3, 4),
    )  # fmt: skip


def _days(case: Case, step: OrderedStep) -> str:
    _ = case.say
    return ", ".join(_(WEEK[place]) for place in step.weekdays) or _("every day")


def _recorded(case: Case) -> Iterator[Field]:
    _ = case.say
    event_id = (case.program.event_id if case.program else None) or ""
    since_us = case.program.since_us if case.program else None
    yield field_of(_("Program from"), f"{_.instant(since_us, case.zone)} ({case.zone.key})")
    yield field_of(_("Recorded by"), case.recorded.get(event_id, UNKNOWN))
    yield field_of(_("Confirmed by a second person"), case.confirmed.get(event_id) or _("not yet"))
    yield field_of(_("Entry"), event_id, required=False)


def _planned(case: Case, planned: PlannedBy) -> Iterator[Field]:
    _ = case.say
    yield field_of(
        _("Draft saved"), f"{planned.saved_by}, {_.instant(planned.saved_us, case.zone)} ({case.zone.key})"
    )
    checked = planned.checked_us and f"{planned.checked_by}, {_.instant(planned.checked_us, case.zone)}"
    yield field_of(_("Checked by a second person"), checked or _("not yet"))
