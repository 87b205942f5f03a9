"""The checks of the screening trial, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cisterna.care.check import Check, CheckVerdict, judgement_checks
from cisterna.clinic.visits.screening.proposal import ScreeningProposal
from cisterna.clinic.visits.screening.steps import HONG_KONG
from cisterna.evidence import Number
from cisterna.limits.guardrail import SLACK
from cisterna.report.wording import significant
from cisterna.units import Volume

__all__ = ["checks_of", "hong_kong_hours"]

_PANEL = "ner.12437 (expert panel on screening, Neuromodulation 2016); CMSC 3442"


def checks_of(step: str, proposal: ScreeningProposal) -> tuple[Check, ...]:
    """The checks of a step; a step without any has none."""
    made = {
        "prepare": _prepare,
        "bolus": _bolus,
        "observe": _observe,
        "response": _response,
        "next": _next,
    }
    return tuple(made[step](proposal))


def _prepare(proposal: ScreeningProposal) -> Iterator[Check]:
    found = proposal.ask("prepare", "illness")
    verdict = {"yes": CheckVerdict.CAUTION, "no": CheckVerdict.WITHIN}.get(found, CheckVerdict.WAITING)
    yield Check(
        name="illness", title="Active illness", verdict=verdict, result=found or "", accepted="none",
        source=_PANEL, status="confirmed",
        text="No test during an active illness." if found == "yes" else "",
    )  # fmt: skip


def _bolus(proposal: ScreeningProposal) -> Iterator[Check]:
    volume = proposal.volume
    if volume is not None:
        yield Check(
            name="volume", title="Volume of the dose", verdict=CheckVerdict.WITHIN, formula=volume.formula,
            result=Volume(volume.value.volume_ml).shown(), accepted="what was drawn up",
            source="; ".join(volume.sources), status="derived",
        )  # fmt: skip
    yield _expiry(proposal.ask("bolus", "expiry"), proposal.case.now.date())
    yield from _time_of_injection(proposal)
    if proposal.judgement is not None:
        yield from judgement_checks(proposal.judgement)
        if not proposal.judgement.guardrails:
            number = proposal.settings.number("screening_dose_highest")
            yield _on(number, "ladder", "Dose and time on the ladder", CheckVerdict.WITHIN,
                      result=proposal.bolus.dose.shown() if proposal.bolus else "",
                      accepted=f"the next step, at most {number.shown()}")  # fmt: skip


def _time_of_injection(proposal: ScreeningProposal) -> Iterator[Check]:
    over, number = proposal.ask("bolus", "over"), proposal.settings.number("screening_injection_time")
    if over is not None:
        is_short = over < number.low_in("h") * (1 - SLACK)
        verdict = CheckVerdict.CAUTION if is_short else CheckVerdict.WITHIN
        yield _on(
            number, "over", "Time of the injection", verdict,
            result=f"{proposal.case.typed('bolus')['over']} min", accepted=number.shown(),
            text="Injected faster than the label says." if is_short else "",
        )  # fmt: skip


def _on(
    number: Number, name: str, title: str, verdict: CheckVerdict, *, result: str, accepted: str,
    text: str = "", formula: str = "",
) -> Check:  # fmt: skip
    return Check(
        name=name, title=title, verdict=verdict, result=result, accepted=accepted, source=number.source,
        status=number.status.value, text=text, formula=formula,
    )  # fmt: skip


def _expiry(expiry: date | None, today: date) -> Check:
    is_past = expiry is not None and expiry < today
    verdict = CheckVerdict.WAITING if expiry is None else CheckVerdict.WITHIN
    return Check(
        name="expiry", title="Expiry of the ampoule", verdict=CheckVerdict.OVER if is_past else verdict,
        result="" if expiry is None else f"{expiry:%d %b %Y}".lstrip("0"), accepted="not before today",
        source="label of the ampoule", status="confirmed",
        text="The drug is past its expiry." if is_past else "",
    )  # fmt: skip


# -------------------------------------------------------------------------------- observation


def hong_kong_hours(proposal: ScreeningProposal) -> tuple[float, ...]:
    """The hours after the bolus at which the Hong Kong pilot scored."""
    ends = proposal.settings.number("screening_scores_hong_kong")
    first, last = ends.low_in("h"), ends.high_in("h")
    every = proposal.settings.value("screening_score_interval_hong_kong", "h")
    return tuple(first + place * every for place in range(round((last - first) / every) + 1))


def _observe(proposal: ScreeningProposal) -> Iterator[Check]:
    if proposal.bolus is None:
        return
    yield _length(proposal)
    yield _scores(proposal)
    if proposal.ask("prepare", "protocol") == HONG_KONG:
        yield _fixed_hours(proposal)
    yield _vital_signs(proposal)


def _so_far(proposal: ScreeningProposal, until_h: float, *, is_met: bool) -> CheckVerdict:
    """Within where a rule is met; else waiting while its time runs, and a caution after it."""
    if is_met:
        return CheckVerdict.WITHIN
    return CheckVerdict.WAITING if proposal.hours_now < until_h else CheckVerdict.CAUTION


def _length(proposal: ScreeningProposal) -> Check:
    number = proposal.settings.number("screening_observation")
    last = max((proposal.hours(look.at) for look in proposal.looks), default=0.0)
    shortest = number.low_in("h")
    is_met = last >= shortest
    return _on(
        number, "length", "Length of the observation", _so_far(proposal, shortest, is_met=is_met),
        result=f"{significant(last, 2)} h", accepted=number.shown(),
        formula="from the bolus to the last look",
        text="" if is_met else "The last look is not as late as the shortest published observation.",
    )  # fmt: skip


def _scores(proposal: ScreeningProposal) -> Check:
    fewest, within = (
        proposal.settings.number(name) for name in ("screening_assessments", "screening_assessments_time")
    )
    hours = within.in_unit("h")
    count = sum(bool(look.scores) and proposal.hours(look.at) <= hours for look in proposal.looks)
    is_met = count >= fewest.low_in("count")
    return _on(
        fewest, "scores", f"Scores of tone within {within.shown()}", _so_far(proposal, hours, is_met=is_met),
        result=str(count), accepted=fewest.shown().removesuffix(f" {fewest.unit}"),
        text="" if is_met else "Fewer scores of tone than the panel asks for.",
    )  # fmt: skip


def _fixed_hours(proposal: ScreeningProposal) -> Check:
    number, hours = proposal.settings.number("screening_scores_hong_kong"), hong_kong_hours(proposal)
    scored = [proposal.hours(look.at) for look in proposal.looks if look.scores]
    is_met = len(scored) >= len(hours) and max(scored) >= hours[-1]
    told = ", ".join(significant(hour, 2) for hour in hours)
    return _on(
        number, "hours", f"Scores at {told} h", _so_far(proposal, hours[-1], is_met=is_met),
        result=", ".join(significant(hour, 2) for hour in scored) + " h" if scored else "0",
        accepted=f"{told} h",
        text="" if is_met else "Not every hour of the protocol has a score.",
    )  # fmt: skip


def _vital_signs(proposal: ScreeningProposal) -> Check:
    number = proposal.settings.number("screening_vital_signs")
    hours = number.in_unit("h")
    count = sum(bool(look.vitals) and proposal.hours(look.at) <= hours for look in proposal.looks)
    return _on(
        number, "vitals", f"Vital signs within {number.shown()}",
        _so_far(proposal, hours, is_met=count > 0), result=str(count),
        accepted="often; no number is published",
        text="" if count else "No vital signs are written for the first hours.",
    )  # fmt: skip


# ---------------------------------------------------------------------------- response and plan


def _response(proposal: ScreeningProposal) -> Iterator[Check]:
    yield _fall(proposal)
    lost = proposal.ask("response", "is_lost")
    number = proposal.settings.number("lost_standing_yoon")
    verdict = {"yes": CheckVerdict.CAUTION, "no": CheckVerdict.WITHIN}.get(lost, CheckVerdict.WAITING)
    yield _on(
        number, "function", "Function lost", verdict, result=lost or "", accepted="none",
        text="Function was lost: say why a pump is still thought of, or not." if lost == "yes" else "",
    )  # fmt: skip
    yield from _agreement(proposal)


def _fall(proposal: ScreeningProposal) -> Check:
    number, result = proposal.settings.number("responder_threshold_gilmartin"), proposal.result
    needed = significant(number.in_unit("score"), 3)
    return _on(
        number, "fall", "Fall of the mean leg score",
        CheckVerdict.WAITING if result is None else CheckVerdict.WITHIN,
        formula="last before the bolus - lowest while it acts, on the scale 1 to 5",
        result="" if result is None else
        f"{significant(result.drop, 3)}, {'reaches' if result.responds else 'does not reach'} it",
        accepted=f"at least {needed}, by this site",
    )  # fmt: skip


def _agreement(proposal: ScreeningProposal) -> Iterator[Check]:
    """Positive: the goal is met, or tone falls by the threshold, or both."""
    judged, goal, result = proposal.responded, proposal.ask("response", "goal_met"), proposal.result
    if judged is None or goal is None:
        return
    is_positive = goal == "yes" or (result is not None and result.responds)
    agrees = judged == is_positive
    yield Check(
        name="agreement", title="Judged as goal and tone say",
        verdict=CheckVerdict.WITHIN if agrees else CheckVerdict.CAUTION,
        result="a response" if judged else "no response",
        accepted="a response" if is_positive else "no response", source=_PANEL, status="confirmed",
        text="" if agrees else "Goal and fall of tone say otherwise: say why.",
    )  # fmt: skip


def _next(proposal: ScreeningProposal) -> Iterator[Check]:
    plan, judged, step = proposal.ask("next", "plan"), proposal.responded, proposal.next_step
    if step is None:
        return
    number = proposal.settings.number("screening_dose_highest")
    published = "plan" if judged else "none" if step.value.next_dose_mcg is None else "next"
    fits = (
        plan
        in {"plan": {"implant", "wait"}, "none": {"none", "wait"}, "next": {"next", "wait", "none"}}[
            published
        ]
    )
    told = {"plan": "an implant", "none": "no pump", "next": "the next bolus"}[published]
    yield _on(
        number, "plan", "The plan beside what is published",
        CheckVerdict.WAITING if plan is None else CheckVerdict.WITHIN if fits else CheckVerdict.CAUTION,
        result=plan or "", accepted=told,
        text="" if plan is None or fits else f"What is published for this outcome is {told}: say why not.",
    )  # fmt: skip
