"""The invented patients of a demonstration, from a seed and a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cisterna.clinic.demo.draws import draws
from cisterna.clinic.demo.letters import letters
from cisterna.clinic.demo.life import Life
from cisterna.clinic.demo.patient import InventedPatient
from cisterna.clinic.demo.people import invented_people
from cisterna.clinic.demo.stories import STORIES
from cisterna.clinic.demo.story import ZONE, Subject

__all__ = ["KINDS", "demonstration_day", "invented_patients"]

KINDS: tuple[str, ...] = tuple(dict.fromkeys(kind for story in STORIES for kind in story.kinds))
"""Every kind of story that is told."""

_FIRST_NUMBER = 1001
_MORNING = timedelta(hours=8)


def demonstration_day(now: datetime) -> date:
    """The day to tell from, so that nothing of it lies ahead of ``now``.

    What is dated on the day itself is dated before 08:00, in London.

    >>> demonstration_day(datetime.fromisoformat("2026-11-23T07:30:00+00:00")).isoformat()
    '2026-11-22'
    """
    return (now.astimezone(ZoneInfo(ZONE)) - _MORNING).date()


def invented_patients(seed: int, count: int, today: date) -> Iterator[InventedPatient]:
    """``count`` invented patients as they stand on ``today``; the same for the same seed and day.

    The first ``len(STORIES)`` show every kind of story; beyond them the stories are told again of other
    people. Nothing is dated after ``today``, but for visits in the diary.
    """
    people = invented_people(draws(seed, "people"), count)
    for place, person in enumerate(people):
        story = STORIES[place % len(STORIES)]
        subject = Subject.drawn(draws(seed, place), person, story, today)
        life = Life.begun(subject, f"DEMO-{_FIRST_NUMBER + place}")
        story.tells(life)
        letters(life)
        yield life.finished()
