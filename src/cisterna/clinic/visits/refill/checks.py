"""The checks of the refill visit, step by step."""

from __future__ import annotations

from datetime import date
from typing import Any

from cisterna.care.check import Check, CheckVerdict
from cisterna.care.refill_visit import (
    blind_rise_at,
    concentration_check,
    fill_checks,
    reading_checks,
    withdrawn_checks,
)
from cisterna.care.visit_outcome import BridgeChoice
from cisterna.clinic.visits.refill.proposal import Proposal
from cisterna.limits import judge_refill_plan
from cisterna.limits.guardrail import shown
from cisterna.units import Concentration
from cisterna.verdict import Verdict

__all__ = ["checks_of"]

_RULE = "rule of the refill visit"


def checks_of(step: str, proposal: Proposal, plan: Any = None) -> tuple[Check, ...]:
    """The checks of a step; a step without any has none. ``plan`` is what the pump needs after the fill."""
    made = {
        "interrogate": _interrogate, "drug": _drug, "aspirate": _aspirate, "fill": _fill, "bridge": _bridge,
        "compare": _compare, "dates": _dates,
    }  # fmt: skip
    if step == "book":
        return _book(proposal, plan)
    return made[step](proposal) if step in made else ()


def _interrogate(proposal: Proposal) -> tuple[Check, ...]:
    pump = proposal.pump_at("interrogate")
    if pump is None:
        return ()
    reservoir, dose = proposal.ask("interrogate", "reservoir"), proposal.ask("interrogate", "daily_dose")
    return (*_reset(proposal), *reading_checks(pump, reservoir, dose, proposal.therapy.settings))


def _reset(proposal: Proposal) -> tuple[Check, ...]:
    if proposal.reset is None:
        return ()
    at = proposal.reset.at.astimezone(proposal.case.zone)
    return (
        Check(
            name="reset", title="The pump was reset", verdict=CheckVerdict.CAUTION,
            formula=f"on {at:%-d %b %Y, %H:%M}",
            result="the program is lost", accepted="a program that is sent anew",
            source="HK MDD 2013; medtronic.com advisories July 2011; rule of this project", status="derived",
            text="The step of the program sends the old one anew or a new one; it cannot be left out.",
        ),
    )  # fmt: skip


def _drug(proposal: Proposal) -> tuple[Check, ...]:
    return (
        concentration_check(proposal.concentration, proposal.therapy.settings),
        _expiry(proposal.ask("drug", "expiry"), proposal.case.now.date()),
        *_same(proposal),
    )


def _expiry(expiry: date | None, today: date) -> Check:
    is_past = expiry is not None and expiry < today
    verdict = CheckVerdict.WAITING if expiry is None else CheckVerdict.WITHIN
    return Check(
        name="expiry", title="Expiry of the vial", verdict=CheckVerdict.OVER if is_past else verdict,
        result="" if expiry is None else f"{expiry:%d %b %Y}".lstrip("0"), accepted="not before today",
        source=_RULE, text="The drug has expired; it is not to be injected." if is_past else "",
    )  # fmt: skip


def _same(proposal: Proposal) -> tuple[Check, ...]:
    pump, found = proposal.now, proposal.concentration
    if pump is None or found is None:
        return ()
    return (
        Check(
            name="same-concentration", title="Same as in the pump", verdict=CheckVerdict.WITHIN,
            formula=f"in the pump {Concentration(pump.label_mcg_per_ml).shown()}",
            result="no: a bridge decision follows" if proposal.is_new_concentration else "yes",
            accepted="either, decided on", source="bridge bolus: CMSC 2015 CC13", status="derived",
        ),
    )  # fmt: skip


def _aspirate(proposal: Proposal) -> tuple[Check, ...]:
    pump = proposal.pump_at("aspirate")
    if pump is None:
        return ()
    return withdrawn_checks(pump, proposal.ask("aspirate", "withdrawn"), proposal.therapy.settings)


def _fill(proposal: Proposal) -> tuple[Check, ...]:
    pump = proposal.now
    if pump is None:
        return ()
    return fill_checks(
        pump,
        injected_ml=proposal.ask("fill", "injected"),
        measured_ml=proposal.ask("fill", "measured"),
        settings=proposal.therapy.settings,
    )


def _bridge(proposal: Proposal) -> tuple[Check, ...]:
    judged = proposal.judged_checks()
    if any(check.name == "blind-rise" for check in judged):
        return (*judged, *_undecided(proposal))
    return (*judged, *_rises(proposal), *_undecided(proposal), *_refused(proposal))


def _rises(proposal: Proposal) -> tuple[Check, ...]:
    """That a rise would be refused, told before somebody types one."""
    pump = proposal.now
    if pump is None or proposal.judgement is not None:
        return ()
    found = blind_rise_at(pump, proposal.ask("aspirate", "withdrawn"), proposal.therapy.settings)
    if found is None:
        return ()
    return (Check(**{**found.__dict__, "verdict": CheckVerdict.WAITING, "text": found.text}),)


def _undecided(proposal: Proposal) -> tuple[Check, ...]:
    """The decision on the bridge; without one it is the dose that the old fluid gives, and for how long."""
    choice = proposal.bridge
    if choice is None:
        return ()
    decided = proposal.ask("bridge", "bridge")
    verdict = {"yes": CheckVerdict.WITHIN, "no": CheckVerdict.CAUTION}.get(decided, CheckVerdict.WAITING)
    return (
        Check(
            name="bridge", title="New concentration: the old fluid in tubing and catheter", verdict=verdict,
            formula=f"{shown(choice.volume_ml, 'mL')} of {Concentration(choice.old_mcg_per_ml).shown()}",
            result={"yes": "bridged", "no": "no bridge"}.get(decided, ""),
            accepted=f"{shown(choice.daily_dose_mcg, 'mcg/day')} throughout",
            source="bridge bolus: CMSC 2015 CC13; equations of this project", status="derived",
            text=without_words(choice) if decided == "no" else "",
        ),
    )  # fmt: skip


def without_words(choice: BridgeChoice) -> str:
    """What happens without a bridge, as a sentence."""
    parts = ", then ".join(
        f"{shown(leg.mcg_per_day, 'mcg/day')} for {shown(leg.hours, 'h')}" for leg in choice.without
    )
    return (
        f"Without a bridge the old fluid gives {parts} in place of {shown(choice.new_dose_mcg, 'mcg/day')}."
    )


def _refused(proposal: Proposal) -> tuple[Check, ...]:
    return tuple(
        Check(
            name="pump-refuses", title="The pump refuses it", verdict=CheckVerdict.OVER, source="pump model",
            status="derived", text=text,
        )
        for text in proposal.refused()
    )  # fmt: skip


def _compare(proposal: Proposal) -> tuple[Check, ...]:
    return _refused(proposal)


def _dates(proposal: Proposal) -> tuple[Check, ...]:
    """What is read back against what will be recorded."""
    after = None if proposal.outcome is None else proposal.outcome.after
    if after is None or after.reservoir is None:
        return ()
    pump = proposal.after_at("dates")
    if pump is None:
        return ()
    reservoir, dose = proposal.ask("dates", "reservoir"), proposal.ask("dates", "daily_dose")
    return reading_checks(pump, reservoir, dose, proposal.therapy.settings)


def _book(proposal: Proposal, plan: Any) -> tuple[Check, ...]:
    """The next refill against the new limiting date and the new alarm."""
    at = proposal.ask("book", "at")
    settings = proposal.therapy.settings
    number = settings.number("refill_lead_short")
    if plan is None or plan.limiting is None:
        return ()
    touched = () if at is None else judge_refill_plan(
        at.astimezone(proposal.case.zone).date(), limiting=plan.limiting, alarm=plan.alarm, settings=settings
    )  # fmt: skip
    verdict = CheckVerdict.WAITING if at is None else CheckVerdict.WITHIN
    for entry in touched:
        verdict = CheckVerdict.OVER if entry.verdict is Verdict.STOP else CheckVerdict.CAUTION
    return (
        Check(
            name="refill-plan", title="Next refill before the limiting date", verdict=verdict,
            formula=f"limiting date {plan.limiting:%d %b %Y} ({plan.decided_by.replace('-', ' ')})",
            result="" if at is None else f"{at:%d %b %Y}",
            accepted=f"by {plan.refill_by:%d %b %Y}" if plan.refill_by else f"{number.shown()} before",
            source=number.source, status=number.status.value,
            text=" ".join(entry.text for entry in touched),
        ),
    )  # fmt: skip
