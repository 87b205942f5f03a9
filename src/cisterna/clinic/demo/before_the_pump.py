"""Chapters of invented patients who have no pump: evaluation, screening, tablets, gel."""

from __future__ import annotations

from datetime import date, time, timedelta

from cisterna.clinic.demo.chart import local
from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.patient import InventedVisit
from cisterna.clinic.demo.regimen import weekday_before
from cisterna.therapy import AdverseEvent, Decision, DecisionKind, Note, Oral, Topical
from cisterna.units import MCG_PER_MG, Fraction, Mass, ProductMass

__all__ = [
    "decided", "ladder", "non_responder", "responder", "takes_tablets", "topical",
    "tried_soon", "waiting",
]  # fmt: skip

_MEALS = (time(8), time(14), time(20))


def takes_tablets(life: Life, day: date, dose_mg: float) -> None:
    """Baclofen by mouth three times a day."""
    life.chart.add(
        Oral, day, "07:00", by=life.chart.who("physician"), dose=Mass(dose_mg * MCG_PER_MG), times=_MEALS
    )


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
    life.chart.visits.append(
        InventedVisit(kind="evaluation", by=life.chart.who("therapist"), steps=_evaluation(life))
    )


def decided(life: Life) -> None:
    """Evaluated; a trial was decided some days ago and nobody has booked it yet."""
    _first_visit(life, life.random.randint(30, 60), 10)
    _decides(life, 5, "trial")


def _decides(life: Life, days: int, what: DecisionKind) -> None:
    """The decision that patient, family and team came to."""
    physician = life.chart.who("physician")
    life.chart.add(
        Decision, life.ago(days), "15:30", by=physician, decided=what, decided_by=physician,
        decided_with="patient and family", reason="agreed goals; tablets have not helped enough. Invented.",
    )  # fmt: skip


def _evaluation(life: Life) -> dict[str, dict[str, str]]:
    """An evaluation that has come to the goals; what nobody asked yet stays missing."""
    history = life.chart.history
    known = {
        "oral_tried": "yes", "botulinum_tried": "yes" if history.botulinum_tried else "no",
        "active_infection": "no", "uncontrolled_epilepsy": "no", "refill_commitment": "yes",
        "fusion": "unknown", "allergies": history.allergies or "",
    }  # fmt: skip
    return {
        "facts": known,
        "points": {"weighed": "What is missing is measured at the next visit. Invented."},
        "regimens": {"told_oral-baclofen": "yes", "told_intrathecal": "yes"},
        "goals": {"goal_1": history.goals or "", "importance_1": "3", "difficulty_1": "2", "level_1": "-2"},
    }


def tried_soon(life: Life) -> None:
    """Evaluated; the first screening bolus is planned in nine days."""
    _first_visit(life, life.random.randint(50, 90), life.random.choice((7.5, 10)))
    _decides(life, 8, "trial")
    life.book("screening", life.today + timedelta(days=9), life.chart.who("physician"), "09:00")
    note = "First screening bolus of 50 mcg planned; family taught. Invented."
    life.chart.add(Note, life.ago(6), "15:00", by=life.chart.who("physician"), note=note)


def responder(life: Life) -> None:
    """The first bolus worked; the operation was decided and is in the diary."""
    _first_visit(life, life.random.randint(60, 110), life.random.choice((7.5, 10, 15)))
    life.screened(life.ago(8), life.subject.story.bolus)
    _decides(life, 7, "implant")
    life.book("implant", life.today + timedelta(days=20), life.chart.who("surgeon"), "08:00")


def ladder(life: Life) -> None:
    """No response to 50 mcg; 75 mcg on the day after, whose trial is not closed yet."""
    _first_visit(life, life.random.randint(60, 110), 10)
    day = life.ago(1)
    life.bolus(weekday_before(day - timedelta(days=1)), 50, responds=False)
    life.book("assessment", life.today + timedelta(days=42), life.chart.who("physician"))
    chart = life.chart
    nurse, physician = chart.who("nurse"), chart.who("physician")
    life.chart.visits.append(
        InventedVisit(kind="screening", by=nurse, second=physician, steps=_trial(life, day, physician))
    )


def _trial(life: Life, day: date, physician: str) -> dict[str, dict[str, str]]:
    """The second bolus with the looks of its first four hours; nobody has judged it yet."""
    before, later, last = (life.tone.scores(life.random, share) for share in (0.0, 0.7, 0.9))
    on = day.isoformat()
    looks = {"clock_1": "11:30", "heart_1": "78", "breaths_1": "15", "saturation_1": "97",
             "pressure_1": "118/74", "seen_1": "awake, comfortable"}  # fmt: skip
    for place, clock, (legs, arms) in ((2, "13:00", later), (3, "15:00", last)):
        looks |= {f"clock_{place}": clock, f"legs_{place}": f"{legs:g}", f"arms_{place}": f"{arms:g}"}
    return {
        "prepare": {
            "goal": life.chart.history.goals or "", "illness": "no", "protocol": "panel",
            "scale": "ashworth-1-5", "at_day": on, "at_time": "10:30", "legs": f"{before[0]:g}",
            "arms": f"{before[1]:g}", "heart": "76", "function": "sits with support, transfers with two",
        },
        "bolus": {
            "ready": "yes", "concentration": "50", "dose": "75", "lot": life.lot(),
            "expiry": (day + timedelta(days=300)).isoformat(), "level": "L3", "at_day": on,
            "at_time": "11:00", "over": "1", "given_by": physician,
        },
        "observe": looks,
    }  # fmt: skip


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
