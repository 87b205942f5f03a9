"""How far tone fell after a screening bolus, from the scores around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cisterna.care.calculators.screening import response
from cisterna.care.evaluation.recorded import Recorded, Scored
from cisterna.care.exact import mean
from cisterna.therapy.route_events import LumbarBolus

__all__ = ["ScreeningResult", "result_of"]


@dataclass(frozen=True, kw_only=True)
class ScreeningResult:
    """The fall of the mean leg score over ``count`` sites scored before and after ``bolus``.

    ``responds`` says whether it reaches the threshold that the therapy holds.
    """

    bolus: LumbarBolus
    drop: float
    responds: bool
    count: int


def result_of(recorded: Recorded, bolus: LumbarBolus) -> ScreeningResult | None:
    """The last score of each leg site before the bolus, less the lowest while a bolus acts.

    ``None`` where no site was scored both times.
    """
    until = bolus.at + timedelta(hours=recorded.settings.value("screening_long_effect", "h"))
    before: dict[str, Scored] = {}
    after: dict[str, Scored] = {}
    for scored in recorded.tone_scores():
        if not scored.is_of_a_leg:
            continue
        if scored.at <= bolus.at:
            before[scored.site] = scored
        elif scored.at <= until and (
            scored.site not in after or scored.on_1_to_5 < after[scored.site].on_1_to_5
        ):
            after[scored.site] = scored
    paired = sorted(set(before) & set(after))
    if not paired:
        return None
    first, lowest = (mean([scores[site].on_1_to_5 for site in paired]) for scores in (before, after))
    threshold = recorded.settings.value("responder_threshold_gilmartin", "score")
    found = response(first, lowest, threshold).value
    return ScreeningResult(bolus=bolus, drop=found.drop, responds=found.responder, count=len(paired))
