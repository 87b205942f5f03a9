"""What the templates of the refill visit show beside its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cisterna.care.check import CheckVerdict, gravest_check
from cisterna.care.refill_history import past_refills
from cisterna.care.refill_visit import blind_rise_at, drug_in_syringe_mcg
from cisterna.clinic.visits.refill.settings import settings_of
from cisterna.clinic.web.trend import Point, Trend
from cisterna.clinic.web.wording import clock_of, day_of, day_short, signed
from cisterna.instants import utc
from cisterna.report.wording import significant

if TYPE_CHECKING:
    from cisterna.clinic.visits.refill.visit import RefillVisit

__all__ = ["beside", "sentence_of"]

_DRAWN = 3
"""How many earlier refills stand beside that of today."""


def beside(visit: RefillVisit) -> dict[str, Any]:
    """The drawing, the prepared drug and the settings."""
    proposal, withdrawn = visit.proposal, visit.value("aspirate", "withdrawn")
    pump = proposal.now
    today = None
    if pump is not None and isinstance(withdrawn, float):
        today = pump.visit(withdrawn).difference_ml
    rise = None if pump is None else blind_rise_at(pump, withdrawn, visit.case.choices.settings)  # type: ignore[arg-type]
    return {
        "refill_trend": _trend(visit, today),
        "has_today": today is not None,
        "drug_rows": _drug(visit),
        "drug_second": visit.second("drug"),
        "settings": settings_of(proposal),
        "blind_rise": rise,
    }


def _trend(visit: RefillVisit, today_ml: float | None) -> Trend | None:
    zone = visit.case.zone
    past = past_refills(visit.case.before, visit.case.now_us)
    last = past[-1].pump if past else 0
    known = [
        (one.at_us, one.difference_ml) for one in past if one.pump == last and one.difference_ml is not None
    ][-_DRAWN:]
    if today_ml is not None:
        known.append((visit.case.visit.opened_us, today_ml))
    points = tuple(
        Point(value=value, at=day_short(utc(at_us).astimezone(zone).date()), words=signed(value, 1))
        for at_us, value in known
    )
    return Trend(points) if points else None


def _drug(visit: RefillVisit) -> list[tuple[str, str]]:
    proposal, held, second = visit.proposal, visit.case.saved.get("drug"), visit.second("drug")
    concentration, prepared = proposal.concentration, visit.value("drug", "prepared")
    if held is None or concentration is None:
        return []
    rows = [("Drug", f"baclofen {significant(concentration)} mcg/mL")]
    if isinstance(prepared, float):
        mass = significant(drug_in_syringe_mcg(concentration, prepared))
        rows.append(("In the syringe", f"{mass} mcg in {significant(prepared)} mL"))
    expiry: Any = visit.value("drug", "expiry")
    rows.append(("Lot, expiry", f"{visit.value('drug', 'lot') or '?'}, {day_of(expiry, weekday=False)}"))
    same = "no, a bridge decision follows" if proposal.is_new_concentration else "yes, no bridge bolus needed"
    rows.append(("Same as in the pump", same))
    rows.append(("Prepared", f"{held.saved_by}, {clock_of(held.saved_us, visit.case.zone)}"))
    if second is not None:
        rows.append(("Checked", f"{second.name}, {clock_of(second.at_us, visit.case.zone)}"))
    return rows


def sentence_of(step: str, visit: RefillVisit) -> str:
    """The numbers of a step as a sentence before its button; empty where it has none.

    A volume that agrees does not prove where the needle is.
    """
    volume: Any = visit.value(step, {"aspirate": "withdrawn", "fill": "injected"}.get(step, ""))
    at: Any = visit.value(step, "at")
    if volume is None or at is None:
        return ""
    if step == "fill":
        return f"{significant(volume)} mL injected at {at:%H:%M}."
    agrees = _agrees(visit)
    return (
        f"{significant(volume)} mL withdrawn at {at:%H:%M}. {agrees} It does not prove where the needle is: "
        "if you are not sure, do not inject."
    )


_NOT_OF_THE_VOLUME = {"reserve"}
"""The checks of the step that say nothing about what was withdrawn."""


def _agrees(visit: RefillVisit) -> str:
    checks = visit.checks("aspirate")
    volume = gravest_check(check for check in checks if check.name not in _NOT_OF_THE_VOLUME)
    if volume is not CheckVerdict.WITHIN:
        return "The volume does not agree: the refill is not routine, and a reason is needed."
    if gravest_check(checks) is not CheckVerdict.WITHIN:
        return "The volume agrees with the program; another check needs a reason."
    return "The volume agrees with the program."
