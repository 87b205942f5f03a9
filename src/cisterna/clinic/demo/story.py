"""What a story of an invented patient is told from: whom it is about, and what happens in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Literal

from cisterna.clinic.demo.people import Person
from cisterna.therapy import Condition, History, Patient, Tone

if TYPE_CHECKING:
    from cisterna.clinic.demo.life import Life

__all__ = ["GROWN", "SHUNT", "ZONE", "Chapter", "Gmfcs", "Story", "Subject", "weight_and_height"]

Gmfcs = Literal["I", "II", "III", "IV", "V"]
Chapter = Callable[["Life"], None]
"""Adds what happened to the life of an invented patient."""

SHUNT = "VP shunt"
"""The alert of a story whose patient has a shunt: the history tells it, and the banner from there."""

ZONE = "Europe/London"
"""The time zone of every invented patient."""

GROWN = 18
"""The age in years from which somebody is named as a grown person."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """The frame of one history; what is a pair is drawn between its ends. ``tells`` writes what happened.

    ``bolus`` is the effective screening dose and ``target`` the daily dose in the end (mcg), ``due_in`` the
    days from today to the refill-by date (drawn where left out), ``booked`` how many days before that date
    the refill is booked (drawn where both are left out), ``reviewed`` the days since the last yearly review.
    ``scored`` and ``read`` are the shares of refills with a score of tone and with a reading of the pump,
    ``scales`` whether a review has more than tone. ``allergies`` and ``alerts`` are shown beside the name.
    """

    kinds: tuple[str, ...]
    tells: Chapter
    condition: Condition = "cerebral palsy"
    gmfcs: Gmfcs | None = None
    age: tuple[int, int] = (6, 16)
    years: tuple[float, float] = (1.0, 4.0)
    bolus: int = 50
    target: tuple[int, int] = (150, 280)
    size_ml: Literal[20, 40] = 20
    catheter: str = "ascenda-8780"
    due_in: int | None = None
    booked: int | None = None
    reviewed: tuple[int, int] = (25, 280)
    scored: float = 0.6
    read: float = 0.3
    scales: bool = True
    allergies: str = ""
    alerts: tuple[str, ...] = ()

    @property
    def pump(self) -> str:
        """The model of the pump."""
        return f"synchromed-ii-{self.size_ml}"

    @property
    def alarm_ml(self) -> float:
        """The volume at which the low-reservoir alarm is set."""
        return 2 if self.size_ml == 20 else 3

    @property
    def is_spinal(self) -> bool:
        """Whether the spasticity is of spinal origin."""
        return self.condition in {"spinal cord injury", "multiple sclerosis"}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The invented person of a story, on the day that everything is told from."""

    random: Random
    person: Person
    story: Story
    today: date
    born: date

    @classmethod
    def drawn(cls, random: Random, person: Person, story: Story, today: date) -> Subject:
        """A person of the story's age."""
        age = random.randint(*story.age)
        born = today - timedelta(days=round(365.25 * age) + random.randint(20, 340))
        return cls(random=random, person=person, story=story, today=today, born=born)

    def age_on(self, day: date) -> float:
        """Age in years, near enough to tell a story."""
        return (day - self.born).days / 365.25

    @property
    def label(self) -> str:
        """The patient without a name, and that nobody is meant."""
        age = int(self.age_on(self.today))
        grown, child = ("woman", "girl") if self.person.sex == "female" else ("man", "boy")
        gmfcs = f", GMFCS {self.story.gmfcs}" if self.story.gmfcs else ""
        return f"{grown if age >= GROWN else child}, {age} years, {self.story.condition}{gmfcs} (invented)"

    def patient(self, tone: Tone) -> Patient:
        """The patient of the therapy; weights are events."""
        return Patient(
            label=self.label,
            born=self.born,
            sex=self.person.sex,
            condition=self.story.condition,
            gmfcs=self.story.gmfcs,
            tone=tone,
            timezone=ZONE,
        )

    def history(self) -> History:
        """What is known of the time before the first visit."""
        return History(
            oral_tried=True,
            botulinum_tried=self.random.random() < 0.6,
            allergies=self.story.allergies or "none known",
            active_infection=False,
            shunt=SHUNT in self.story.alerts,
            uncontrolled_epilepsy=False,
            walks_on_spasticity=self.story.gmfcs == "II",
            goals=self.random.choice(
                (
                    "comfort and ease of care",
                    "sitting and transfers",
                    "sleep without spasms",
                    "dressing and washing",
                )
            ),
            refill_commitment=True,
        )


def weight_and_height(random: Random, age: float, sex: str) -> tuple[float, float]:
    """A weight (kg) and a height (cm) that somebody of this age may have; scenery, no growth chart.

    >>> weight, height = weight_and_height(Random(1), 8, "female")
    >>> 16 < weight < 26, 105 < height < 130
    (True, True)
    """
    if age < GROWN:
        weight, height = 6 + 1.95 * age + (1.2 * max(0.0, age - 12)), 76 + 5.2 * age
    else:
        weight, height = (64.0, 163.0) if sex == "female" else (76.0, 175.0)
    return round(weight * random.uniform(0.93, 1.07)), round(height * random.uniform(0.98, 1.02))
