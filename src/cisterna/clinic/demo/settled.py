"""The chapter that most histories share: from the referral to years of refills."""

from __future__ import annotations

from datetime import timedelta

from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.regimen import Steps, invented_regimen, usable_ml, weekday_before

__all__ = ["settled"]


def settled(life: Life, *, extra: float = 0.0) -> None:
    """Referral, trial, implant, titration and all refills; the next one is due when the story says."""
    story, random, today = life.subject.story, life.random, life.today
    usable = usable_ml(story.pump, story.alarm_ml)
    years = random.uniform(*story.years)
    child = life.subject.age_on(today) - years < 12
    life.regimen = invented_regimen(
        random, start=2 * story.bolus, target=random.randint(*story.target), extra=extra, years=years,
        usable=usable, steps=Steps.published(spinal=story.is_spinal, child=child),
        due_in=story.due_in, today=today,
    )  # fmt: skip
    implanted = life.fillings[0].day
    trial = weekday_before(implanted - timedelta(days=random.randint(25, 60)))
    life.referred(weekday_before(trial - timedelta(days=random.randint(40, 120))))
    life.screened(trial, story.bolus)
    life.operated(implanted, life.regimen.start)
    for days, dose in life.regimen.titration:
        life.programmed(0, implanted + timedelta(days=days), "11:30", dose)
    for place in range(1, len(life.fillings)):
        life.refilled(place)
    life.first_visit(implanted)
    life.reviewed(implanted)
