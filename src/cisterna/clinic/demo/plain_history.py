"""Plain invented histories by the thousand, for load tests and benchmarks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from cisterna.clinic.demo.draws import draws
from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.patient import InventedPatient
from cisterna.clinic.demo.people import FAMILIES, GIVEN, Person
from cisterna.clinic.demo.settled import settled
from cisterna.clinic.demo.story import Story, Subject

__all__ = ["invented_history"]

_FIRST_NUMBER = 100_000
_SCORED, _BOOKED = 0.1, 0.7
_KINDS = ("years of refills",)
_FRAMES = (
    Story(kinds=_KINDS, tells=settled, gmfcs="IV", age=(10, 16), target=(200, 300)),
    Story(kinds=_KINDS, tells=settled, gmfcs="V", age=(13, 30), target=(380, 520), size_ml=40),
    Story(kinds=_KINDS, tells=settled, gmfcs="III", age=(12, 17), target=(160, 240)),
    Story(kinds=_KINDS, tells=settled, condition="spinal cord injury", age=(30, 60), target=(350, 600),
          size_ml=40),
    Story(kinds=_KINDS, tells=settled, condition="multiple sclerosis", age=(40, 65), target=(310, 420),
          size_ml=40),
    Story(kinds=_KINDS, tells=settled, condition="brain injury", age=(25, 55), target=(200, 340)),
    Story(kinds=_KINDS, tells=settled, condition="stroke", age=(50, 70), target=(150, 240)),
)  # fmt: skip


def invented_history(seed: int, index: int, today: date, *, years: float = 5.0) -> InventedPatient:
    """The invented patient of this index with about ``years`` of refills, scores and dose changes.

    Each index is independent of the others, so that they can be made in any order and by several workers.

    >>> one = invented_history(7, 12, date(2026, 11, 23))
    >>> one.identity.number, one.therapy.patient.label.endswith("(invented)")
    ('DEMO-100012', True)
    """
    random = draws(seed, "plain", index)
    given, sex = random.choice(GIVEN)
    person = Person("-".join(random.sample(FAMILIES, 2)), given, sex)
    frame = _FRAMES[index % len(_FRAMES)]
    story = _story(random, frame, years)
    life = Life.begun(Subject.drawn(random, person, story, today), f"DEMO-{_FIRST_NUMBER + index}")
    settled(life)
    return life.finished()


def _story(random: Random, frame: Story, years: float) -> Story:
    """The frame with a refill that is due between overdue and far away, mostly booked."""
    return replace(
        frame, years=(years, years), due_in=random.randint(-2, 60), scored=_SCORED, read=0.0,
        scales=False,
        booked=random.randint(0, 4) if random.random() < _BOOKED else None,
    )  # fmt: skip
