"""What the daily mail says: how many needs there are, and where to look; no name, no number of a patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cisterna.care.need import UNDATED, Urgency
from cisterna.clinic.due.repository import Count
from cisterna.clinic.due.serving import KIND_WORDS
from cisterna.clinic.settings.site import SiteChoices

__all__ = ["digest"]

_WORDS = {Urgency.NOW: "Now", Urgency.SOON: "Soon"}


def digest(counted: Sequence[Count], choices: SiteChoices, day_words: str) -> tuple[str, str]:
    """Subject and text of the mail of a day."""
    now, soon = (_many(counted, group) for group in (Urgency.NOW, Urgency.SOON))
    site = " ".join(choices.word("site_name").split())
    subject = f"{site or 'Cisterna'}: {now} now, {soon} soon"
    return subject, "\n".join(_lines(counted, choices, day_words)) + "\n"


def _many(counted: Sequence[Count], group: Urgency) -> int:
    return sum(one.count for one in counted if one.group is group)


def _lines(counted: Sequence[Count], choices: SiteChoices, day_words: str) -> Iterator[str]:
    base = choices.word("mail_link").rstrip("/")
    yield f"What is due on {day_words}. This mail holds counts only; names stand in the clinic alone."
    for group, words in _WORDS.items():
        yield ""
        link = f"   {base}/due?group={group.value}" if base else ""
        yield f"{words}: {_many(counted, group)}{link}"
        for kind, kind_words in KIND_WORDS.items():
            found = [one for one in counted if one.group is group and one.kind is kind]
            many, booked = sum(one.count for one in found), sum(one.count for one in found if one.booked)
            if many:
                yield f"  {kind_words}: {many}, {many - booked} of them not booked"
    yield from _without_a_day(counted, base)
    if base:
        yield ""
        yield f"Everything: {base}/due"


def _without_a_day(counted: Sequence[Count], base: str) -> Iterator[str]:
    """What was decided and has no day yet; nothing where there is none."""
    for kind in (one for one in KIND_WORDS if one in UNDATED):
        many = sum(one.count for one in counted if one.kind is kind)
        if many:
            yield ""
            yield f"{KIND_WORDS[kind]}, no day set: {many}" + (f"   {base}/due?kind={kind}" if base else "")
