"""The Ashworth scale in its two numberings, and the Modified Ashworth Scale (MAS)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cisterna.care.exact import difference, mean, total
from cisterna.care.result import Reason, told
from cisterna.care.scales.ranges import NOT_ASSESSED, checked, in_range, low_and_high, one_of
from cisterna.care.scales.score import ScaleVersion, Score, scored
from cisterna.errors import Fault
from cisterna.evidence import Status, number
from cisterna.units import decimal_text

__all__ = ["MAS_GRADES", "NUMBERINGS", "Ashworth", "ModifiedAshworth", "ashworth", "modified_ashworth"]

MAS_GRADES = ("0", "1", "1+", "2", "3", "4", NOT_ASSESSED)
"""What may be recorded for one muscle: an ordinal grade, or that it was not assessed."""

NUMBERINGS: Mapping[str, str] = {"0-4": "ashworth_original_range", "1-5": "ashworth_trial_range"}
"""The two numberings of the Ashworth scale, each with its range in the evidence."""

MAS = ScaleVersion(
    scale="mas",
    title="Modified Ashworth Scale (MAS)",
    version="modified, grades 0, 1, 1+, 2, 3, 4",
    source="CPRN registry, CPRN0371 and CPRN0061; PMC6278623 table 4",
)


@dataclass(frozen=True, kw_only=True)
class ModifiedAshworth:
    """The mean of the assessed grades as numbers, and how many were assessed."""

    mean_numeric: float | None = field(metadata=told("mean, 1+ as 1.5", places=3))
    assessed: int = field(metadata=told("assessed"))


def modified_ashworth(grades: Sequence[str]) -> Score[ModifiedAshworth]:
    """The mean of MAS grades of several muscles; 1+ counts as 1.5, what was not assessed not at all.

    The grades are ordinal and stay as they were recorded among the inputs; the number is for exports and
    means. Raises :class:`~cisterna.errors.InputError` for a grade that the scale does not have, such as
    the 5 by which a registry codes "not assessed".

    >>> modified_ashworth(["3", "1+", "2", "not-assessed"]).value
    ModifiedAshworth(mean_numeric=2.1666666666666665, assessed=3)
    """
    checked(_faults_of_grades(grades))
    plus = number("modified_ashworth_1_plus")
    numeric = [
        plus.in_unit("score") if grade == "1+" else float(grade) for grade in grades if grade != NOT_ASSESSED
    ]
    return scored(
        MAS,
        ModifiedAshworth(mean_numeric=mean(numeric) if numeric else None, assessed=len(numeric)),
        formula="mean = sum of the assessed grades / their number, with 1+ as "
        f"{decimal_text(plus.in_unit('score'))}",
        inputs={"value": tuple(grades)},
        reasons=_reasons(grades, len(numeric)),
        numbers=(plus, number("registry_not_assessed_code")),
    )


def _faults_of_grades(grades: Sequence[str]) -> Iterator[Fault]:
    coded = decimal_text(number("registry_not_assessed_code").in_unit("score"))
    for grade in grades:
        remedy = f"write {NOT_ASSESSED} for the {coded} of a registry" if grade == coded else "choose a grade"
        yield from one_of("value", grade, MAS_GRADES, remedy)
    if not grades:
        yield Fault(
            where="value", found="no grade", allowed=", ".join(MAS_GRADES), remedy="give one for each muscle"
        )


def _reasons(grades: Sequence[str], assessed: int) -> Iterator[Reason]:
    plus, missing = number("modified_ashworth_1_plus"), number("registry_not_assessed_code")
    if "1+" in grades:
        yield Reason.on(
            plus,
            f"1+ counts as {decimal_text(plus.in_unit('score'))} in the mean only; the recorded grade is 1+.",
        )
    if assessed < len(grades):
        yield Reason.on(
            missing,
            f"{len(grades) - assessed} of {len(grades)} were not assessed: a missing value, which takes no "
            "part in the mean.",
        )
    if not assessed:
        yield Reason.on(missing, "Nothing was assessed, so that there is no mean.", about="mean_numeric")


@dataclass(frozen=True, kw_only=True)
class Ashworth:
    """The grade in the other numbering."""

    value: float = field(metadata=told("Ashworth"))


def ashworth(value: float, from_scale: str, to_scale: str) -> Score[Ashworth]:
    """An Ashworth grade, or a mean of grades, from one numbering (``0-4``, ``1-5``) in the other.

    The original scale runs from 0 to 4, the trials of intrathecal baclofen use 1 to 5; both begin at no
    increase in tone, so that 1-5 less 1 is 0-4. Raises :class:`~cisterna.errors.InputError` for an
    unknown numbering and a value off it.

    >>> ashworth(4, "1-5", "0-4").value.value
    3.0
    """
    checked([*one_of("from", from_scale, tuple(NUMBERINGS)), *one_of("to", to_scale, tuple(NUMBERINGS))])
    start, end = number(NUMBERINGS[from_scale]), number(NUMBERINGS[to_scale])
    checked(in_range("value", value, start, whole=False))
    shift = difference(low_and_high(end)[0], low_and_high(start)[0])
    return scored(
        ScaleVersion(
            scale="ashworth",
            title="Ashworth scale",
            version=f"numbered {to_scale}",
            source=end.source,
            status=end.status,
        ),
        Ashworth(value=total([value, shift])),
        formula="0-4 = 1-5 less 1",
        inputs={"value": value, "from": from_scale, "to": to_scale},
        reasons=_about_numberings(from_scale, to_scale),
        numbers=(start, end),
    )


def _about_numberings(from_scale: str, to_scale: str) -> Iterator[Reason]:
    start, end = number(NUMBERINGS[from_scale]), number(NUMBERINGS[to_scale])
    if start != end:
        yield Reason(
            text=f"The numberings {from_scale} and {to_scale} have five grades each and begin at "
            "the same one; the 1+ of the Modified Ashworth Scale has no counterpart on 1-5.",
            source=f"{start.source}; {end.source}",
            status=Status.DERIVED,
        )
