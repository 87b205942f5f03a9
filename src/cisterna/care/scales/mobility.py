"""The Functional Mobility Scale (FMS): how a child gets about over three distances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import NOT_ASSESSED, checked, low_and_high, one_of
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.evidence import number

__all__ = ["Mobility", "fms_ratings", "mobility"]

FMS = ScaleVersion(
    scale="fms",
    title="Functional mobility scale (FMS)",
    version=None,
    source="sralab functional-mobility-scale",
)
_LETTERS: Mapping[str, str] = {"C": "C means that the child crawls", "N": "N means that it does not apply"}


@dataclass(frozen=True, kw_only=True)
class Mobility:
    """The rating at each distance: ``1`` to ``6``, ``C`` or ``N``; a name, never a quantity."""

    at_5m: str | None = field(metadata=told("at 5 m"))
    at_50m: str | None = field(metadata=told("at 50 m"))
    at_500m: str | None = field(metadata=told("at 500 m"))


def fms_ratings() -> tuple[str, ...]:
    """What may be recorded at each distance.

    >>> fms_ratings()
    ('1', '2', '3', '4', '5', '6', 'C', 'N', 'not-assessed')
    """
    low, high = low_and_high(number("fms_range"))
    return (*(str(rating) for rating in range(int(low), int(high) + 1)), *_LETTERS, NOT_ASSESSED)


def mobility(at_5m: str, at_50m: str, at_500m: str) -> Score[Mobility]:
    """The ratings at 5, 50 and 500 m from an interview; they are not added.

    Raises :class:`~cisterna.errors.InputError` for a rating that the scale does not have.

    >>> mobility("C", "2", "N").value
    Mobility(at_5m='C', at_50m='2', at_500m='N')
    """
    given = {"at_5m": at_5m, "at_50m": at_50m, "at_500m": at_500m}
    ratings = fms_ratings()
    checked(fault for where, rating in given.items() for fault in one_of(where, rating, ratings))
    known = {where: None if rating == NOT_ASSESSED else rating for where, rating in given.items()}
    return scored(
        FMS,
        Mobility(**known),
        formula=f"one rating for each distance: {', '.join(ratings[:-1])}; not added",
        inputs=given,
        reasons=_reasons(known),
        numbers=(number("fms_range"),),
    )


def _reasons(known: Mapping[str, str | None]) -> Iterator[Reason]:
    for letter, meaning in _LETTERS.items():
        if letter in known.values():
            yield Reason.on(number("fms_range"), f"{meaning}.")
    for where, rating in known.items():
        if rating is None:
            yield Reason.on(number("fms_range"), f"{where} was not assessed: a missing value.", about=where)
