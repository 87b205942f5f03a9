"""The checks of the evaluation: the T score of the goals, and what stands against the decision."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.care import Candidacy
from cisterna.care.check import Check, CheckVerdict
from cisterna.care.guides import Step
from cisterna.clinic.visits.evaluation.proposal import EvaluationProposal
from cisterna.clinic.visits.evaluation.steps import TRIAL
from cisterna.report.wording import significant
from cisterna.verdict import Verdict

__all__ = ["checks_of"]

_FOUND = {True: "recorded", False: "none that a record can state", None: "not known"}


def checks_of(step: str, proposal: EvaluationProposal, said: Step) -> tuple[Check, ...]:
    """The checks of a step; ``said`` is what the guide says at it, with its sources."""
    if step == "goals":
        return tuple(_goals(proposal))
    return tuple(_decision(proposal, said)) if step == "decision" else ()


def _goals(proposal: EvaluationProposal) -> Iterator[Check]:
    found = proposal.attained
    if found is None:
        return
    heavy = [reason for reason in found.reasons if reason.verdict is not Verdict.OK]
    sources = "; ".join(found.sources)
    yield Check(
        name="gas", title="Goal attainment today, T score", formula=found.formula,
        verdict=CheckVerdict.CAUTION if heavy else CheckVerdict.WITHIN,
        result=significant(found.value.t_score, 3), accepted="compared with itself later", source=sources,
        status="confirmed", text=" ".join(reason.text for reason in heavy),
    )  # fmt: skip


def _decision(proposal: EvaluationProposal, said: Step) -> Iterator[Check]:
    is_trial = proposal.ask("decision", "decision") == TRIAL
    yield _contraindication(proposal.found, is_trial=is_trial)
    has_goals = bool(proposal.history.goals)
    yield Check(
        name="goals", title="Goals agreed",
        verdict=CheckVerdict.WITHIN if has_goals or not is_trial else CheckVerdict.CAUTION,
        result="yes" if has_goals else "none written", accepted="before a trial",
        source="ner.12437 (expert panel on screening, Neuromodulation 2016)", status="confirmed",
        text="" if has_goals or not is_trial else "A trial without a goal has nothing to be held against.",
    )  # fmt: skip
    rule = said.check[0]
    yield Check(
        name="trial-first", title="Trial before a pump", verdict=CheckVerdict.WITHIN,
        result="decided after the trial", accepted="a response first", source=rule.source,
        status=rule.status.value,
    )  # fmt: skip


def _contraindication(found: Candidacy, *, is_trial: bool) -> Check:
    """What label and guideline bar; nothing else is barred here."""
    known = found.contraindicated
    told = [point.said.text for point in found.side("contraindication")]
    verdict, text = CheckVerdict.WITHIN, ""
    if is_trial and known:
        verdict, text = CheckVerdict.OVER, " ".join(told)
    elif is_trial and known is None:
        verdict = CheckVerdict.CAUTION
        text = "Whether there is a contraindication is not known: see what is missing."
    return Check(
        name="contraindication", title="Contraindication", verdict=verdict, result=_FOUND[known],
        accepted="none for a trial", status="confirmed", text=text,
        source="ner.12447 (expert panel on patient selection, Neuromodulation 2016)",
    )  # fmt: skip
