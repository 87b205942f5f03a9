"""Chapters of invented patients who have no pump: evaluation, screening, tablets, gel."""

from __future__ import annotations

from datetime import date, time, timedelta

from cisterna.clinic.demo.chart import local
from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.regimen import weekday_before
from cisterna.therapy import AdverseEvent, Note, Oral, Topical
from cisterna.units import Fraction, Mass, ProductMass

__all__ = [
    "ladder", "non_responder", "responder", "takes_tablets", "topical", "tried_soon", "waiting",
]  # fmt: skip

_MEALS = (time(8), time(14), time(20))
_MG = 1000  # mcg


def takes_tablets(life: Life, day: date, dose_mg: float) -> None:
    """Baclofen by mouth three times a day."""
    life.chart.add(Oral, day, "07:00", by=life.chart.who("physician"), dose=Mass(dose_mg * _MG), times=_MEALS)


def _first_visit(life: Life, days: int, dose_mg: float) -> None:
    day = life.ago(days)
    life.referred(day)
    takes_tablets(life, day + timedelta(days=1), dose_mg)


def waiting(life: Life) -> None:
    """Seen once; the evaluation is under way."""
    _first_visit(life, life.random.randint(12, 60), life.random.choice((5, 7.5, 10)))
    life.book(
        "assessment", life.today + timedelta(days=life.random.randint(40, 70)), life.chart.who("therapist")
    )


def tried_soon(life: Life) -> None:
    """Evaluated; the first screening bolus is planned in nine days."""
    _first_visit(life, life.random.randint(50, 90), life.random.choice((7.5, 10)))
    life.book("screening", life.today + timedelta(days=9), life.chart.who("physician"), "09:00")
    note = "First screening bolus of 50 mcg planned; family taught. Invented."
    life.chart.add(Note, life.ago(6), "15:00", by=life.chart.who("physician"), note=note)


def responder(life: Life) -> None:
    """The first bolus worked; the operation is in the diary."""
    _first_visit(life, life.random.randint(60, 110), life.random.choice((7.5, 10, 15)))
    life.screened(life.ago(8), life.subject.story.bolus)
    life.book("implant", life.today + timedelta(days=20), life.chart.who("surgeon"), "08:00")


def ladder(life: Life) -> None:
    """No response to 50 mcg; a response to 75 mcg on the day after."""
    _first_visit(life, life.random.randint(60, 110), 10)
    life.screened(life.ago(2), 75)
    life.book("assessment", life.today + timedelta(days=42), life.chart.who("physician"))


def non_responder(life: Life) -> None:
    """No response up to the highest published dose: no pump, tablets go on."""
    _first_visit(life, life.random.randint(200, 300), 15)
    last = life.ago(life.random.randint(60, 120))
    life.screened(last, 100, responds=False)
    note = "No response to 100 mcg: no candidate for a pump. Back to tablets and botulinum toxin. Invented."
    life.chart.add(Note, last, "16:30", by=life.chart.who("physician"), note=note)


def topical(life: Life) -> None:
    """A gel for two months instead of a pump; it did little."""
    begun = life.ago(life.random.randint(90, 150))
    life.referred(begun)
    ended = begun + timedelta(days=60)
    life.chart.add(
        Topical, begun, "18:00", by=life.chart.who("physician"), product="gel", mass=ProductMass(1),
        strength=Fraction(2), times=(time(9), time(21)), until=local(ended, "18:00", life.chart.zone),
    )  # fmt: skip
    life.chart.tone(
        weekday_before(ended), "10:30", life.tone.scores(life.random, 0.03), by=life.chart.who("therapist")
    )
    life.chart.add(
        AdverseEvent, weekday_before(ended), "10:40", by=life.chart.who("nurse"),
        what="dry skin under the gel", severity="mild", outcome="resolved",
    )  # fmt: skip
