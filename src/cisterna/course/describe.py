"""One line for people about each kind of event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import singledispatch

from cisterna.therapy import events as kind
from cisterna.therapy.record_events import HEARD
from cisterna.units import MCG_PER_MG, DailyDose, Volume, decimal_text

__all__ = ["days_told", "describe", "dose_of"]


def _every(times: tuple[object, ...]) -> str:
    return f" at {', '.join(str(time)[:5] for time in times)}" if times else " once"


@singledispatch
def describe(event: kind.Event) -> str:
    """What was done, in one line without its instant.

    >>> from datetime import datetime
    >>> at = datetime.fromisoformat("2026-02-03T10:00:00+01:00")
    >>> from cisterna.units import Mass
    >>> describe(kind.LumbarBolus(at=at, dose=Mass(50), level="L3"))
    'Lumbar bolus of 50 mcg at L3'
    """
    return event.kind.replace("-", " ").capitalize()


@describe.register
def _(event: kind.Implant) -> str:
    return f"Implanted {event.pump} with {event.catheter}, tip at {event.tip}"


@describe.register
def _(event: kind.Fill) -> str:
    rinsed = ", rinsed" if event.rinsed else ""
    if event.withdrawn is None:
        return f"Filled with {event.injected.shown()} of {event.concentration.shown()}{rinsed}"
    return (
        f"Refilled: withdrew {event.withdrawn.shown()}, "
        f"injected {event.injected.shown()} of {event.concentration.shown()}{rinsed}"
    )


@describe.register
def _(event: kind.Program) -> str:
    return f"Programmed {event.mode.replace('-', ' ')}{_program_text(event)}{_allowance_text(event)}"


def _program_text(event: kind.Program) -> str:
    texts: dict[str, Callable[[], str]] = {
        "simple-continuous": lambda: f", {event.daily_dose.shown()}" if event.daily_dose else "",
        "flex": lambda: ", " + "; ".join(_step_text(step) for step in event.steps),
        "periodic-bolus": lambda: (
            f", {event.bolus.shown()} over {_hours(event.over)} every {_hours(event.every)}"
            f" on {event.background.shown() if event.background else 'the minimum rate'}"
            if event.bolus and event.over and event.every
            else ""
        ),
    }
    return texts.get(event.mode, lambda: "")()


def _allowance_text(event: kind.Program) -> str:
    allowance = event.patient_bolus
    if allowance is None:
        return ""
    return (
        f"; patient bolus {allowance.dose.shown()}, at most {allowance.per_day} a day, "
        f"lockout {_hours(allowance.lockout)}"
    )


def _step_text(step: kind.FlexStep) -> str:
    days = f" ({days_told(step.days)})" if step.days else ""
    return f"{step.from_:%H:%M} {step.rate.shown()}{days}"


def days_told(days: Iterable[str]) -> str:
    """Days of the week in order; three and more in a row are told by the first and the last of them.

    >>> days_told(("mon", "tue", "wed", "thu", "fri")), days_told(("sun", "sat"))
    ('Mon to Fri', 'Sat, Sun')
    """
    runs: list[list[str]] = []
    for day in sorted(days, key=kind.WEEKDAYS.index):
        if runs and kind.WEEKDAYS.index(day) == kind.WEEKDAYS.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    told = (
        f"{run[0].capitalize()} to {run[-1].capitalize()}"
        if len(run) > 2
        else ", ".join(day.capitalize() for day in run)
        for run in runs
    )
    return ", ".join(told)


def _hours(hours: float) -> str:
    return f"{decimal_text(hours * 60, 0)} min" if hours < 1 else f"{decimal_text(hours, 2)} h"


@describe.register
def _(event: kind.SingleBolus) -> str:
    return f"Single bolus of {event.dose.shown()} over {_hours(event.over)}, then {event.then}"


@describe.register
def _(event: kind.PrimingBolus) -> str:
    return f"Primed {event.parts.replace('+', ' and ')}"


@describe.register
def _(event: kind.BridgeBolus) -> str:
    return (
        f"Bridge bolus of {event.volume.shown()} at {event.old_concentration.shown()}, "
        f"{event.daily_dose.shown()}"
    )


@describe.register
def _(event: kind.LumbarBolus) -> str:
    return f"Lumbar bolus of {event.dose.shown()} at {event.level}"


@describe.register
def _(event: kind.Oral) -> str:
    if not event.dose > 0:
        return "Stopped baclofen by mouth"
    return f"By mouth {decimal_text(event.dose / MCG_PER_MG)} mg{_every(event.times)}"


@describe.register
def _(event: kind.Topical) -> str:
    amount = event.area or event.mass
    return f"On the skin {event.product}{f', {amount.shown()}' if amount else ''}{_every(event.times)}"


@describe.register
def _(event: kind.Weigh) -> str:
    parts = [quantity.shown() for quantity in (event.weight, event.height) if quantity is not None]
    return f"Measured {', '.join(parts)}"


@describe.register
def _(event: kind.Assess) -> str:
    site = f" {event.site}" if event.site else ""
    value = decimal_text(event.value) if isinstance(event.value, float) else event.value
    return f"Assessed{site}: {event.scale} {value}"


@describe.register
def _(event: kind.Revise) -> str:
    changed = [
        text
        for text in (
            f"pump {event.pump}" if event.pump else "",
            f"catheter {event.catheter}" if event.catheter else "",
            f"tip to {event.tip}" if event.tip else "",
        )
        if text
    ]
    return f"Revised: {', '.join(changed)}"


@describe.register
def _(event: kind.FaultEvent) -> str:
    amount = f", {event.amount}" if event.amount is not None else ""
    return f"Fault: {event.what.replace('-', ' ')}{amount}"


@describe.register
def _(event: kind.Alarm) -> str:
    sound = " heard, its meaning not read yet" if event.condition in HEARD else ""
    return f"Alarm: {event.condition.replace('-', ' ')}{sound}"


@describe.register
def _(event: kind.AdverseEvent) -> str:
    codes = [text.replace("-", " ") for text in (event.category, event.grade) if text]
    told = f" ({', '.join(codes)})" if codes else ""
    return f"Adverse event: {event.what}{told}"


@describe.register
def _(event: kind.Interrogate) -> str:
    parts = [
        text
        for text in (
            f"{event.reservoir.shown()} in the reservoir" if event.reservoir is not None else "",
            event.daily_dose.shown() if event.daily_dose is not None else "",
        )
        if text
    ]
    return f"Interrogated{': ' if parts else ''}{', '.join(parts)}"


@describe.register
def _(event: kind.Mri) -> str:
    field = f" at {event.field}" if event.field else ""
    resumed = {True: ", pump running after it", False: ", pump not running after it", None: ""}
    return f"MRI{field}{resumed[event.resumed]}"


@describe.register
def _(event: kind.Session) -> str:
    return f"Programming session ended: {event.ended.replace('-', ' ')}"


@describe.register
def _(event: kind.Clock) -> str:
    drift = f", {_hours(event.drift)} {event.found or 'wrong'}" if event.drift is not None else ""
    return f"Pump clock set to {event.offset}{drift}"


@describe.register
def _(event: kind.Port) -> str:
    parts = [
        text
        for text in (
            f"aspirated {event.aspirated.shown()}" if event.aspirated is not None else "",
            f"injected {event.injected.shown()}" if event.injected is not None else "",
        )
        if text
    ]
    return f"Access port: {', '.join(parts)}"


@describe.register
def _(event: kind.Note) -> str:
    return f"Note: {event.note}" if event.note else "Note"


_DECIDED = {
    "trial": "a screening trial", "implant": "an implant", "other": "another regimen", "wait": "to wait",
    "none": "no intrathecal baclofen",
}  # fmt: skip


@describe.register
def _(event: kind.Decision) -> str:
    what = f"{_DECIDED[event.decided]}{f', {event.regimen}' if event.regimen else ''}"
    together = f", with {event.decided_with}" if event.decided_with else ""
    return f"Decided: {what}, by {event.decided_by}{together}"


def dose_of(event: kind.Event, daily_mcg: float | None) -> str:
    """The dose that an event sets or gives, for the dose column; empty where it does neither.

    ``daily_mcg`` is the daily dose of a program, which for a flex day is its integral.
    """
    if isinstance(event, kind.Program):
        return DailyDose(daily_mcg).shown() if daily_mcg is not None else ""
    if isinstance(event, (kind.LumbarBolus, kind.SingleBolus)):
        return event.dose.shown()
    if isinstance(event, kind.Oral):
        daily_mg = event.dose * max(1, len(event.times)) / MCG_PER_MG
        return f"{decimal_text(daily_mg, 3)} mg{'/day' if event.times else ''}"
    if isinstance(event, kind.Fill):
        return f"{Volume(event.injected).shown()} of {event.concentration.shown()}"
    return ""
