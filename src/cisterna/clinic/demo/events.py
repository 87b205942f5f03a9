"""Chapters of the years with a pump: what went wrong, what was found, what was done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from cisterna.care.weaning import weaning_plan
from cisterna.clinic.demo.before_the_pump import takes_tablets
from cisterna.clinic.demo.chart import local
from cisterna.clinic.demo.life import SURGEON, Life
from cisterna.clinic.demo.patient import InventedSearch
from cisterna.clinic.demo.regimen import weekday_after, weekday_before
from cisterna.clinic.demo.settled import settled
from cisterna.evidence import Settings
from cisterna.therapy import (
    AdverseEvent,
    Alarm,
    Explant,
    Interrogate,
    Mri,
    Note,
    Oral,
    Port,
    PrimingBolus,
    Revise,
    Stop,
)
from cisterna.therapy.events import FaultEvent
from cisterna.units import MCG_PER_MG, Fraction, Mass, Volume, decimal_text

__all__ = [
    "alarm_reported",
    "beyond_the_usual",
    "catheter_revised",
    "corrected",
    "explanted",
    "leaked",
    "loses_effect",
    "low_alarm",
    "pump_replaced",
    "replacement_due",
    "scanned",
    "scanned_and_read",
    "unconfirmed",
    "weaned",
    "weaning",
]  # fmt: skip


def alarm_reported(life: Life) -> None:
    """Overdue by more than the lead, and a critical alarm sounded at home this morning."""
    settled(life)
    life.chart.add(
        Alarm, life.today, "06:12", by=life.chart.who("nurse"), condition="empty-reservoir",
        note="Two-tone alarm at home, phoned 06:12; the refill is overdue. Invented.",
    )  # fmt: skip


def loses_effect(life: Life) -> None:
    """Stiffer for a week; the search for the cause has come to the aspiration."""
    settled(life)
    day = weekday_before(life.today - timedelta(days=1))
    chart = life.chart
    chart.tone(day, "09:10", life.tone.scores(life.random, 0.3), by=chart.who("therapist"))
    chart.searches.append(InventedSearch(by=chart.who("physician"), findings=_findings(day, life.dose)))


def _findings(day: date, dose: int) -> dict[str, dict[str, str]]:
    """The first steps of the search: no withdrawal, no trigger, a pump that runs as it should."""
    steps = {
        "safe": ("09:20", "nothing", "No fever, no itching, awake: not withdrawal. Invented."),
        "triggers": ("09:40", "nothing", "No infection, no pressure sore, bowels open. Invented."),
        "interrogate": ("10:00", "nothing", "Runs, no alarm, the program is the one recorded. Invented."),
        "x-ray": ("11:30", "unclear", "Catheter in place, the connector is hard to see. Invented."),
    }
    found = {
        step: {"at_day": day.isoformat(), "at_time": clock, "found": what, "words": words}
        for step, (clock, what, words) in steps.items()
    }
    found["interrogate"]["daily_dose"] = str(dose)
    return found


def low_alarm(life: Life) -> None:
    """The alarm was heard the evening before a refill, though the pump counted more than that."""
    settled(life)
    life.chart.add(
        Alarm, life.fillings[-1].day, "09:41", by=life.chart.who("nurse"), condition="low-reservoir",
        acknowledged=True, note="Heard the evening before, though the programmer shows more. Invented.",
    )  # fmt: skip


def scanned(life: Life) -> None:
    """A scan three days ago, and nobody has read the pump since."""
    settled(life)
    day = weekday_before(life.today - timedelta(days=3))
    _scan(life, day)
    note = "Scan done; nobody of the team was told, and the family went home. Invented."
    life.chart.add(Note, day, "15:30", by=life.chart.who("nurse"), note=note)
    life.book("mri-check", life.today, life.chart.who("nurse"), "11:00")


def scanned_and_read(life: Life) -> None:
    """A scan some months ago, with the pump read before and after."""
    settled(life)
    day = weekday_before(life.fillings[-2].day + timedelta(days=9))
    life.chart.add(Interrogate, day, "13:00", by=life.chart.who("nurse"))
    _scan(life, day)
    life.chart.add(
        Interrogate, day, "16:10", by=life.chart.who("nurse"), note="Read after the scan: running. Invented."
    )


def _scan(life: Life, day: date) -> None:
    at = local(day, "14:00", life.chart.zone)
    until = at + timedelta(minutes=35)
    life.chart.add_at(
        Mri, at, by=life.chart.who("physician"), field="1.5 T", until=until, reason="hips and spine"
    )


def unconfirmed(life: Life) -> None:
    """A step three days ago that nobody has confirmed yet."""
    settled(life)
    day = weekday_before(life.today - timedelta(days=3))
    life.programmed(
        len(life.fills), day, "15:10", round(life.dose * 1.08), confirmed=False, reason="stiffer mornings"
    )


def replacement_due(life: Life) -> None:
    """The replacement indicator was read two weeks ago; theatre is not booked."""
    settled(life)
    day = life.ago(14)
    life.chart.add(Interrogate, day, "10:22", by=life.chart.who("nurse"))
    life.chart.add(
        Alarm, day, "10:20", by=life.chart.who("nurse"), condition="elective-replacement-indicator",
        acknowledged=True, note="Theatre not booked yet. Invented.",
    )  # fmt: skip


def beyond_the_usual(life: Life) -> None:
    """A step above the published one, with its reason, at a dose that is above the usual range."""
    settled(life)
    day = weekday_after(life.fillings[-1].day + timedelta(days=7))
    life.programmed(
        len(life.fills), day, "14:30", round(life.dose * 1.22),
        reason="dislocated hip with severe spasms; agreed by two physicians, seen daily",
    )  # fmt: skip


def weaned(life: Life) -> None:
    """Tablets were taken away in steps after the implant."""
    settled(life)
    _wean(life, (0, 28, 56, 84))


def weaning(life: Life) -> None:
    """Tablets are being taken away; the steps that are left are planned and booked."""
    settled(life)
    _wean(life, (0, 21))
    first = weekday_after(life.fillings[0].day + timedelta(days=10 + 42))
    taken_mg = _oral_daily_mg(life)
    doses = tuple(round(taken_mg * share, 1) for share in (2 / 3, 1 / 3, 0))
    for step in weaning_plan(taken_mg, doses, first, 21, Settings()).steps:
        words = f"{decimal_text(step.before_mg)} to {decimal_text(step.after_mg)} mg/day. Invented."
        life.book("oral-step", step.day, life.chart.who("nurse"), "09:30", reason=words)


def _oral_daily_mg(life: Life) -> float:
    """What is taken by mouth a day, by the last entry."""
    last = [event for event in life.chart.events if isinstance(event, Oral)][-1]
    return float(last.dose) * len(last.times) / MCG_PER_MG


def _wean(life: Life, days: tuple[int, ...]) -> None:
    implanted, dose_mg = life.fillings[0].day, 15.0
    takes_tablets(life, implanted - timedelta(days=70), dose_mg)
    for step in days:
        day = weekday_after(implanted + timedelta(days=10 + step))
        if day >= life.today:
            return
        dose_mg = 0.0 if step == days[-1] and len(days) > 2 else round(dose_mg * 0.66, 1)
        if dose_mg:
            takes_tablets(life, day, dose_mg)
        else:
            life.chart.add(Oral, day, "07:00", by=life.chart.who("physician"), dose=Mass(0), note="weaned")


def corrected(life: Life) -> None:
    """Two entries were written down wrong and corrected, one of them a month later."""
    settled(life)
    nurse, physician = life.chart.who("nurse"), life.chart.who("physician")
    life.chart.slip(
        life.fills[-2], why="digits swapped when it was typed", by=nurse, after=timedelta(minutes=25),
        withdrawn=Volume(14.1),
    )  # fmt: skip
    score = life.chart.tone(
        life.ago(20), "11:20", life.tone.scores(life.random, 0.9), by=life.chart.who("therapist")
    )
    life.chart.slip(
        score, why="the score of another patient", by=physician, after=timedelta(days=3), value=4.5
    )


def leaked(life: Life) -> None:
    """Spinal fluid leaked after the operation; a patch closed it."""
    settled(life)
    day = life.fillings[0].day + timedelta(days=4)
    life.chart.add(
        AdverseEvent, day, "17:00", by=life.chart.who("physician"),
        what="headache on standing, leak of spinal fluid", severity="moderate",
        onset=day - timedelta(days=1), outcome="resolved after a blood patch", category="csf-leak",
        grade="clavien-dindo-3", device="catheter", intervention="bed rest, then a blood patch",
    )  # fmt: skip
    life.chart.add(
        AdverseEvent, life.fillings[-1].day, "10:30", by=life.chart.who("nurse"), what="constipation",
        severity="mild", outcome="diet and a laxative", category="drug", grade="ctcae-1",
    )  # fmt: skip


def catheter_revised(life: Life) -> None:
    """The catheter leaked: tone rose, nothing could be aspirated, a new one came in, the dose rose again."""
    settled(life)
    chart, physician, place = life.chart, life.chart.who("physician"), len(life.fillings) // 2
    filling = life.fillings[place]
    begun = filling.day + timedelta(days=12)
    found, revised = weekday_after(begun + timedelta(days=6)), weekday_after(begun + timedelta(days=9))
    chart.add(
        FaultEvent, begun, "03:00", by=physician, what="catheter-leak", amount=Fraction(80),
        until=local(revised, "08:30", chart.zone), note="found later: a break at the connector",
    )  # fmt: skip
    chart.tone(found, "10:00", life.tone.scores(life.random, 0.25), by=chart.who("therapist"))
    chart.add(Interrogate, found, "10:30", by=chart.who("nurse"))
    chart.add(Port, found, "11:00", by=physician, aspirated=Volume(0), note="nothing could be aspirated")
    chart.add(
        Revise, revised, "08:30", by=SURGEON, catheter=life.subject.story.catheter,
        catheter_trimmed=life.trimmed, tip="T10", catheter_serial=life.serial("C"), catheter_lot=life.lot(),
        reason="leak at the connector",
    )  # fmt: skip
    chart.add(PrimingBolus, revised, "09:30", by=SURGEON, parts="catheter")
    for days, share in ((0, 0.82), (3, 0.91), (6, 1.0)):
        life.programmed(place, revised + timedelta(days=days), "10:10", round(filling.dose * share))


def pump_replaced(life: Life) -> None:
    """A new pump at the end of the old one's life, on the old catheter."""
    settled(life)
    chart, implanted = life.chart, life.fillings[0].day
    place = next(
        place for place, filling in enumerate(life.fillings)
        if (filling.day - implanted).days > 365.25 * 5.7
    )  # fmt: skip
    filling, fill = life.fillings[place], life.fills[place]
    chart.add(
        Revise, filling.day, "09:58", by=SURGEON, pump=life.subject.story.pump, pump_serial=life.serial("P"),
        pump_lot=life.lot(),
        alarm_volume=Volume(life.subject.story.alarm_ml), reason="end of battery life near",
    )  # fmt: skip
    chart.events[chart.events.index(fill)] = replace(fill, withdrawn=None)  # the first fill of this pump
    if place not in life.programs:
        life.programmed(place, filling.day, "10:15", filling.dose)


def explanted(life: Life) -> None:
    """The pocket was infected and the pump came out; what was in it was measured."""
    settled(life)
    chart, last = life.chart, life.fillings[-1].day
    seen = weekday_after(last + timedelta(days=9))
    out = weekday_after(seen + timedelta(days=3))
    chart.add(
        AdverseEvent, seen, "12:00", by=chart.who("physician"), what="infection of the pocket",
        severity="severe", onset=seen - timedelta(days=2), outcome="resolved", category="infection",
        grade="clavien-dindo-3", device="pump", intervention="pump taken out, antibiotics",
    )  # fmt: skip
    takes_tablets(life, seen, 20)
    for days, share in ((0, 0.82), (1, 0.66), (2, 0.54)):
        life.programmed(len(life.fills), seen + timedelta(days=days), "15:00", round(life.dose * share))
    chart.add(Stop, out, "08:10", by=SURGEON, reason="before the pump is taken out")
    chart.add(Explant, out, "08:30", by=SURGEON, withdrawn=Volume(0), reason="infection of the pocket")
    note = "Tablets again, watched for withdrawal on the ward. Invented."
    chart.add(Note, out, "14:00", by=chart.who("physician"), note=note)
