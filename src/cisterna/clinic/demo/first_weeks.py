"""Chapters of the first weeks after the implant."""

from __future__ import annotations

from datetime import timedelta

from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.regimen import Filling, Regimen, Steps, raised, weekday_before

__all__ = ["just_implanted", "titrating"]


def just_implanted(life: Life) -> None:
    """Operated on three days ago, one step since."""
    _young(life, 3, (2,))
    life.book("dose-change", life.today + timedelta(days=18), life.chart.who("physician"))


def titrating(life: Life) -> None:
    """Operated on four weeks ago; the dose is being found."""
    _young(life, 26, (1, 2, 4, 7, 12, 19))
    life.book("dose-change", life.today + timedelta(days=3), life.chart.who("physician"))


def _young(life: Life, ago: int, steps: tuple[int, ...]) -> None:
    story, today = life.subject.story, life.today
    implanted = weekday_before(today - timedelta(days=ago))
    trial = weekday_before(implanted - timedelta(days=30))
    life.referred(weekday_before(trial - timedelta(days=50)))
    life.screened(trial, story.bolus)
    dose = 2 * story.bolus
    life.regimen = Regimen(start=dose, titration=(), fills=(Filling(implanted, dose, 500),))
    life.operated(implanted, dose)
    limits = Steps.published(spinal=story.is_spinal, child=life.subject.age_on(today) < 12).titration
    for days in steps:
        dose = raised(life.random, dose, limits)
        day = implanted + timedelta(days=days)
        life.programmed(0, day, "11:30", dose)
        life.chart.tone(
            day, "11:00", life.tone.scores(life.random, life.share(dose)), by=life.chart.who("therapist")
        )
