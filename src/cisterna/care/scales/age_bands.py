"""Age bands of scales: half-open, so that a child is in exactly one on every day of its life."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.errors import Fault
from cisterna.evidence import Number, number
from cisterna.units import Age, decimal_text

__all__ = ["age_faults", "band_text", "is_in"]


def is_in(age_y: float, band: Number) -> bool:
    """Whether an age lies in a band: from its lower end on, below its upper end.

    >>> is_in(4.0, number("gmfcs_age_band_3")), is_in(4.0, number("gmfcs_age_band_2"))
    (True, False)
    """
    low = band.low_in("y") if band.low is not None else 0.0
    return low <= age_y and (band.high is None or age_y < band.high_in("y"))


def band_text(band: Number) -> str:
    """A band in years as it is recorded.

    >>> [band_text(number(name)) for name in ("gmfcs_age_band_1", "gmfcs_age_band_3", "edacs_age")]
    ['<2', '4-6', '>=3']
    """
    if band.low is None:
        return f"<{decimal_text(band.high_in('y'))}"
    if band.high is None:
        return f">={decimal_text(band.low_in('y'))}"
    return f"{decimal_text(band.low_in('y'))}-{decimal_text(band.high_in('y'))}"


def age_faults(age: Age) -> Iterator[Fault]:
    """The fault of an age that no living person has."""
    possible = number("plausible_age")
    if age > possible.high_in("y"):
        yield Fault(
            where="age",
            found=f"{decimal_text(age, 1)} y",
            allowed=f"{possible.shown()} ({possible.text}; {possible.cited()})",
            remedy=f"correct the age, for example '{Age.example}'",
        )
