"""What a site or a patient sets about refills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.errors import Fault
from cisterna.evidence import number
from cisterna.units import Duration, Fraction, Volume, decimal_text

__all__ = ["RefillRules"]


@dataclass(frozen=True, kw_only=True)
class RefillRules:
    """What a site or a patient sets; what is ``None`` is as published.

    ``signs_at`` is what was left when signs of withdrawal were seen; ``cap`` the longest interval of the
    site; ``lead`` how long before the limiting day to refill, the shorter and the longer.
    """

    alarm_volume: Volume | None = None
    signs_at: Volume | None = None
    patient_bolus: Volume | None = None
    patient_boluses_per_day: int | None = None
    accuracy: Fraction | None = None
    worst_case_drives: bool = False
    stability: Duration | None = None
    cap: Duration | None = None
    lead: tuple[Duration, Duration] | None = None


def rule_faults(rules: RefillRules) -> Iterator[Fault]:
    """What contradicts itself in them."""
    pair = (rules.patient_bolus is None, rules.patient_boluses_per_day is None)
    if pair[0] != pair[1]:
        where = "patient_bolus" if pair[0] else "patient_boluses_per_day"
        yield Fault(
            where=where,
            found="nothing",
            allowed="the volume of a patient bolus together with how many a day",
            remedy="give both or none",
        )
    most = number("plausible_magnitude").high_in("1")
    if not 0 <= (rules.patient_boluses_per_day or 0) <= most:
        yield Fault(
            where="patient_boluses_per_day",
            found=str(rules.patient_boluses_per_day),
            allowed=f"0 to {decimal_text(most)}",
            remedy="count the boluses that are allotted",
        )
    if rules.lead is not None and rules.lead[0] > rules.lead[1]:
        yield Fault(
            where="lead",
            found=" before ".join(f"{decimal_text(lead / 24, 2)} days" for lead in rules.lead),
            allowed="the shorter lead first",
            remedy="write for example '7d..10d'",
        )
