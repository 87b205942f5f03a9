"""What an evaluation says so far: the history as it was typed, the points that follow, the goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from cisterna.care import Candidacy, GoalAttainment, Score, candidacy, goal_attainment
from cisterna.clinic.patients.forms import QUESTIONS
from cisterna.clinic.visits.case import Case
from cisterna.clinic.visits.evaluation.steps import GOALS, TOTALS
from cisterna.clinic.visits.refill.faults import score
from cisterna.errors import Fault, InputError
from cisterna.therapy import Assess, Event, History, Therapy
from cisterna.therapy.scales import scale_faults

__all__ = ["EvaluationProposal", "Goal"]

Ask = Callable[[str, str], Any]
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A goal in the words of the family: its weight, and the level of today where it was scored."""

    place: int
    words: str
    weight: float
    level: float | None


class EvaluationProposal:
    """The evaluation as it stands in its steps; ``ask`` gives a value by step and field."""

    def __init__(self, case: Case, ask: Ask) -> None:
        self.case, self.ask = case, ask

    @cached_property
    def history(self) -> History:
        """What is known of the time before, with the goals that were agreed on."""
        held = self.case.before.history
        if "facts" in self.case.saved:
            answers: dict[str, Any] = {key: _ANSWERS.get(self.ask("facts", key)) for key, _ in QUESTIONS}
            fusion = self.ask("facts", "fusion")
            held = replace(
                held, **answers, fusion=fusion if fusion in {"done", "planned"} else None,
                allergies=self.ask("facts", "allergies"),
            )  # fmt: skip
        return replace(held, goals="; ".join(goal.words for goal in self.goals)) if self.goals else held

    @cached_property
    def therapy(self) -> Therapy:
        """The record with what was typed."""
        return replace(self.case.before, history=self.history)

    @cached_property
    def found(self) -> Candidacy:
        """The points of today, and the regimens side by side."""
        return candidacy(self.therapy, self.case.now.astimezone(self.therapy.zone).date())

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """The goals that have words."""
        return tuple(self._goals())

    def _goals(self) -> Iterator[Goal]:
        for place in GOALS:
            words, level = self.ask("goals", f"goal_{place}"), self.ask("goals", f"level_{place}")
            if words:
                yield Goal(
                    place=place, words=str(words).strip(), weight=self._weight(place),
                    level=None if level is None else float(level),
                )  # fmt: skip

    def _weight(self, place: int) -> float:
        """Importance times difficulty; 1 where neither is given."""
        factors = [self.ask("goals", f"{name}_{place}") for name in ("importance", "difficulty")]
        product = 1.0
        for factor in factors:
            product *= 1.0 if factor is None else float(factor)
        return product

    @cached_property
    def attained(self) -> Score[GoalAttainment] | None:
        """The T score of today; ``None`` where no goal was scored or its weights are none."""
        try:
            return self.made_attained()
        except InputError:
            return None

    def made_attained(self) -> Score[GoalAttainment] | None:
        """The same; raises what :func:`~cisterna.care.goal_attainment` raises."""
        scored = [goal for goal in self.goals if goal.level is not None]
        if not scored:
            return None
        rho = self.case.choices.settings.value("gas_correlation", "ratio")
        return goal_attainment(
            [goal.weight for goal in scored], [goal.level or 0.0 for goal in scored], rho=rho
        )

    def totals(self) -> Iterator[tuple[str, float | str]]:
        """The totals of COPM by site, as far as they were typed."""
        for site, _ in TOTALS:
            text = self.ask("goals", f"copm_{site}")
            if text:
                yield site, score(str(text).strip())

    def goal_faults(self) -> Iterator[Fault]:
        """What is wrong with goals and totals, by field."""
        for place in GOALS:
            given = [self.ask("goals", f"{name}_{place}") for name in ("importance", "difficulty", "level")]
            if any(one is not None for one in given) and not self.ask("goals", f"goal_{place}"):
                yield Fault(
                    where=f"goal_{place}", found="nothing", allowed="the goal that was scored",
                    remedy="write the goal, or take its scores away",
                )  # fmt: skip
        try:
            self.made_attained()
        except InputError as error:
            yield from (fault.at("importance_1") for fault in error.faults)
        for site, value in self.totals():
            yield from scale_faults("copm", value, f"copm_{site}")

    def scores(self) -> tuple[Event, ...]:
        """Goal attainment and the totals of COPM as they are recorded."""
        at, note = self.case.now, self.told_goals or None
        made: list[Event] = []
        if self.attained is not None:
            made.append(Assess(at=at, scale="gas", value=round(self.attained.value.t_score, 1), note=note))
        made += [Assess(at=at, scale="copm", site=site, value=value) for site, value in self.totals()]
        return tuple(made)

    @property
    def told_goals(self) -> str:
        """The goals with weight and level in one sentence."""
        return "; ".join(
            f"{goal.words} (weight {goal.weight:g}, "
            + ("not scored" if goal.level is None else f"today {goal.level:+g}") + ")"
            for goal in self.goals
        )  # fmt: skip
