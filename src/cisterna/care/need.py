"""One thing that a patient needs: by when, why, by which rule, and how urgent that is on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cisterna.evidence import Status

__all__ = ["UNDATED", "Need", "NeedKind", "Urgency", "escalated", "urgency"]


class NeedKind(StrEnum):
    """What is needed; in the order in which those of one day are listed."""

    RECORD_REFUSED = "record-refused"  # the record must be mended before anything can be computed
    ALARM = "alarm"  # one was reported, or is computed and not cleared
    CHECK_PUMP = "check-pump"  # it is stopped, does not deliver, or nobody knows what it does
    CHECK_AFTER_MRI = "check-after-mri"
    LOW_RESERVOIR = "low-reservoir"
    REFILL = "refill"
    UNCONFIRMED_PROGRAM = "unconfirmed-program"
    REPLACEMENT = "replacement"
    RECALL = "recall"
    ORAL_STEP = "oral-step"
    SCREENING = "screening"
    IMPLANT = "implant"
    TRIAL_TO_BOOK = "trial-to-book"  # decided, and no day for it yet
    IMPLANT_TO_BOOK = "implant-to-book"
    ASSESSMENT = "assessment"


UNDATED = frozenset({NeedKind.TRIAL_TO_BOOK, NeedKind.IMPLANT_TO_BOOK})
"""Kinds without a day by which: nobody published one, and none is invented."""


class Urgency(StrEnum):
    """How urgent a need is on a day; shown as red, amber and blue, each with word and shape."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that is due on ``due_on``, a day in the patient's time zone.

    What has no day by which (:data:`UNDATED`) stands since ``due_on``: it is never overdue.
    It is worth a row from ``shown_from`` on, always where that is ``None``. ``from_on`` is the first day on
    which it can well be done, where a rule gives one, and ``at_us`` the exact instant behind the day.
    ``source`` and ``status`` are those of the number that decides. ``event_id`` is the event that it is
    about.
    """

    kind: NeedKind
    due_on: date
    title: str
    detail: str
    source: str
    status: Status
    shown_from: date | None = None
    from_on: date | None = None
    at_us: int | None = None
    event_id: str | None = None

    @property
    def is_dated(self) -> bool:
        """Whether ``due_on`` is a day by which; if not, it is the day since which the need stands."""
        return self.kind not in UNDATED

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed."""
        return self.is_dated and self.due_on < today

    def is_shown(self, today: date) -> bool:
        """Whether it is worth a row on a day."""
        return self.shown_from is None or self.shown_from <= today


def urgency(need: Need, today: date, soon_days: float) -> Urgency:
    """Now from its day on, soon from ``soon_days`` before it on, later until then.

    An assessment that is late is soon and no more: red is kept for what endangers. What has no day by which
    is later, however long it has stood.

    >>> refill = Need(kind=NeedKind.REFILL, due_on=date(2026, 12, 1), title="Refill", detail="", source="",
    ...               status=Status.CONFIRMED)
    >>> [urgency(refill, date(2026, 11, day), 7).value for day in (23, 24)]
    ['later', 'soon']
    >>> urgency(refill, date(2026, 12, 1), 7).value
    'now'
    """
    if not need.is_dated:
        return Urgency.LATER
    left = (need.due_on - today).days
    if left <= 0 and need.kind is not NeedKind.ASSESSMENT:
        return Urgency.NOW
    return Urgency.SOON if left <= soon_days else Urgency.LATER


def escalated(need: Need, today: date, after_days: float) -> bool:
    """Whether a need is overdue by ``after_days`` or more, so that it goes to the next in charge."""
    return need.is_overdue(today) and (today - need.due_on).days >= after_days
