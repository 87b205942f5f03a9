"""What the record of a patient asks for: an answer to an alarm, a reading after a scan, a second person."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.care.need import Need, NeedKind
from cisterna.care.need_case import Case
from cisterna.care.standing import StandingStatus
from cisterna.evidence import Status, told_source
from cisterna.instants import day_text, instant_us
from cisterna.pump import Condition, Priority
from cisterna.pump.lifetime import months_after
from cisterna.therapy import (
    Alarm,
    Event,
    Explant,
    Fill,
    Implant,
    Interrogate,
    Mri,
    Program,
    Revise,
)

__all__ = ["record_needs"]

_TOLD_OTHERWISE = {
    Condition.LOW_RESERVOIR,
    Condition.EMPTY_RESERVOIR,
    Condition.STOPPED,
    Condition.ELECTIVE_REPLACEMENT_INDICATOR,
    Condition.END_OF_SERVICE,
}
"""Alarms that are computed ahead: the refill, the replacement and the check of the pump tell of them."""


def record_needs(case: Case) -> Iterator[Need]:
    """What the events ask for, whether or not the pump takes them."""
    yield from _refused(case)
    yield from _assessment(case)
    yield from _recalls(case)
    yield from _oral_step(case)
    if case.has_pump:
        yield from _alarms(case)
        yield from _scan(case)
        yield from _unconfirmed(case)


def _refused(case: Case) -> Iterator[Need]:
    """A record that the pump refuses: none of its dates can be trusted, so it is due at once."""
    standing = case.standing
    if standing.status is not StandingStatus.REFUSED:
        return
    more = len(standing.refusals) - 1
    at_us = instant_us(case.events[-1].at) if case.events else standing.until_us
    yield Need(
        kind=NeedKind.RECORD_REFUSED,
        due_on=case.day(at_us),
        at_us=at_us,
        title="Mend the record: no date of the pump can be computed",
        detail=standing.refusals[0] + (f" And {more} more." if more else ""),
        source="the events of the record",
        status=Status.DERIVED,
    )


# ------------------------------------------------------------------ assessment, recall, by mouth


def _assessment(case: Case) -> Iterator[Need]:
    """The first one after an implant, then at the rhythm of the clinic; none once the therapy has ended."""
    last, implant = case.standing.last_assessment, case.last(Implant)
    if case.standing.status is StandingStatus.EXPLANTED or (last is None and implant is None):
        return
    implant_us = instant_us(implant.at) if implant is not None and case.has_pump else None
    if implant_us is not None and (last is None or last.at_us < implant_us):
        number, since_us = case.number("first_visit_gillette"), implant_us
        title, detail = "First assessment after the implant", f"Implanted on {case.text(since_us)}."
    elif last is not None:
        number, since_us = case.number("physiotherapy_review_interval"), last.at_us
        title = "Assessment"
        detail = f"Last assessed on {case.text(since_us)}, repeated every {number.shown()}."
    else:
        return
    at_us = months_after(since_us, number.in_unit("months"), case.therapy.zone)
    yield Need(
        kind=NeedKind.ASSESSMENT,
        due_on=case.day(at_us),
        at_us=at_us,
        title=title,
        detail=detail,
        source=number.source,
        status=number.status,
    )


def _recalls(case: Case) -> Iterator[Need]:
    """Each recall of a maker that nobody answered for this patient yet."""
    for one in case.recalls:
        yield Need(
            kind=NeedKind.RECALL,
            due_on=one.until,
            title="Answer the recall",
            detail=f"{one.title}. It stays here until what was done is written down.",
            source=one.notice,
            status=Status.CONFIRMED,
            event_id=one.id,
        )


def _oral_step(case: Case) -> Iterator[Need]:
    """The next step of the plan by which baclofen by mouth is weaned."""
    if case.planned_oral_step is None:
        return
    number = case.number("oral_weaning_step")
    yield Need(
        kind=NeedKind.ORAL_STEP,
        due_on=case.planned_oral_step,
        title="Next step of weaning by mouth",
        detail=f"Planned for {day_text(case.planned_oral_step)}.",
        source=number.source,
        status=number.status,
    )


# -------------------------------------------------------------------------------- alarm and scan


def _is_seen_to(case: Case, event: Event) -> bool:
    """Whether the pump was read, refilled or replaced after an event."""
    return case.is_answered(event, Interrogate, Fill, Implant, Explant) or any(
        isinstance(later, Revise) and later.pump is not None for later in case.after(event)
    )


def _alarms(case: Case) -> Iterator[Need]:
    """Each alarm that was reported and not answered, then what the pump is computed to go on sounding."""
    reported: dict[str, Alarm] = {}
    for event in case.events:
        if isinstance(event, Alarm) and not _is_seen_to(case, event):
            reported.setdefault(event.condition, event)
    for condition, event in reported.items():
        acknowledged = "it was acknowledged; " if event.acknowledged else ""
        detail = (
            f"{_words(condition)}, reported on {day_text(case.day_of(event))}; {acknowledged}"
            "the pump was neither read nor refilled since."
        )
        at_us = instant_us(event.at)
        is_critical = condition == "two-tone" or _is_critical(condition)
        yield _alarm(case, at_us, is_critical=is_critical, how="reported", detail=detail, event_id=event.id)
    for alarm in case.standing.alarms:
        condition = alarm.condition
        if condition not in _TOLD_OTHERWISE and condition not in reported:
            detail = f"{_words(condition)} since {case.text(alarm.at_us)}, by what is recorded."
            is_critical = _is_critical(condition)
            yield _alarm(case, alarm.at_us, is_critical=is_critical, how="not cleared", detail=detail)


def _is_critical(condition: str) -> bool:
    known = next((one for one in Condition if one.value == condition), None)
    return known is not None and known.priority is Priority.CRITICAL


def _alarm(
    case: Case, at_us: int, *, is_critical: bool, how: str, detail: str, event_id: str | None = None
) -> Need:
    title, within = f"Alarm {how}", "alarm_answer_non_critical"
    if is_critical:
        title, within = f"Critical alarm {how}", "alarm_answer_critical"
    return case.answer(NeedKind.ALARM, at_us, within, title=title, detail=detail, event_id=event_id)


def _words(condition: str) -> str:
    return condition.replace("-", " ").capitalize()


def _scan(case: Case) -> Iterator[Need]:
    """The first scan after which nobody has read the pump; a constant-flow pump cannot be read."""
    pump = case.standing.pump
    if pump is None or case.therapy.catalogue.pump(pump.name).mechanism == "constant-flow":
        return
    for event in case.events:
        if not isinstance(event, Mri) or instant_us(event.at) < pump.since_us or _is_read_after(case, event):
            continue
        end_us = instant_us(event.until or event.at)
        source = told_source(case.therapy.catalogue.pump(pump.name).properties.get("at_mri_source", ""))
        detail = f"Scanned on {day_text(case.day_of(event))}; the pump was not read since."
        detail += f" {source}." if source else ""
        yield case.answer(
            NeedKind.CHECK_AFTER_MRI,
            end_us,
            within="mri_interrogation_time",
            title="Read the pump after the scan",
            detail=detail,
            event_id=event.id,
        )
        return


def _is_read_after(case: Case, scan: Mri) -> bool:
    end_us = instant_us(scan.until or scan.at)
    return any(
        isinstance(later, Interrogate) and instant_us(later.at) >= end_us for later in case.after(scan)
    )


# ---------------------------------------------------------------------------------- second person


def _unconfirmed(case: Case) -> Iterator[Need]:
    """The last program of the pump in place, where no second person confirmed it as it now stands.

    A program that was corrected is another program: what was confirmed of the old one does not count.
    """
    program, pump = case.last(Program), case.standing.pump
    if program is None or pump is None or instant_us(program.at) < pump.since_us:
        return
    ids = case.therapy.ids_of(program)
    if case.confirmed.intersection(ids):
        return
    day = day_text(case.day_of(program))
    yield case.answer(
        NeedKind.UNCONFIRMED_PROGRAM,
        instant_us(program.at),
        within="program_confirmation_time",
        title="Confirm the program",
        detail=f"Programmed on {day} by {program.by}; no second person confirmed it."
        if program.by
        else f"Programmed on {day}; no second person confirmed it.",
        event_id=next(iter(ids), None),
    )
