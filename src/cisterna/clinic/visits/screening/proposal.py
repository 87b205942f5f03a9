"""What a trial says so far: the bolus, each look after it, how far tone fell, what is published for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from cisterna.care import start_dose
from cisterna.care.calculators.flow import DrugVolume, volume_of
from cisterna.care.calculators.screening import ScreeningStep, StartDose, screening_step
from cisterna.care.evaluation.recorded import Recorded
from cisterna.care.evaluation.screening_result import ScreeningResult, result_of
from cisterna.care.result import Result
from cisterna.clinic.visits.case import Case, VisitState
from cisterna.clinic.visits.refill.faults import score
from cisterna.clinic.visits.screening.steps import LOOKS, VITALS
from cisterna.errors import InputError
from cisterna.evidence import Settings
from cisterna.instants import elapsed_h, instant_us
from cisterna.limits import Judgement, judge_screening
from cisterna.therapy import Assess, Event, LumbarBolus, Therapy
from cisterna.units import Concentration, Duration, Mass

__all__ = ["Look", "ScreeningProposal", "vital_words"]

Ask = Callable[[str, str], Any]
_SITES = ("legs", "arms")


def vital_words(ask: Callable[[str], Any]) -> str:
    """Vital signs in words; ``ask`` gives what was typed of one by its name.

    >>> vital_words({"heart": "92", "saturation": "98"}.get)
    'heart rate 92 /min, saturation 98 %'
    """
    return ", ".join(f"{words.lower()} {ask(name)} {unit}" for name, words, unit in VITALS if ask(name))


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look after the bolus: when, the scores by site, vital signs and what was seen in words."""

    place: int
    at: datetime
    scores: tuple[tuple[str, str], ...]
    vitals: str
    seen: str


class ScreeningProposal:
    """The trial as it stands in its steps; ``ask`` gives a value by step and field.

    A property is ``None`` where its step cannot be read yet.
    """

    def __init__(self, case: Case, ask: Ask) -> None:
        self.case, self.ask = case, ask

    @property
    def settings(self) -> Settings:
        """The evidence as site and patient have it."""
        return self.case.before.settings

    @property
    def scale(self) -> str | None:
        """The scale of every score of this trial."""
        found: str | None = self.ask("prepare", "scale")
        return found

    # ------------------------------------------------------------------------ before and bolus

    def baseline(self) -> tuple[Assess, ...]:
        """The scores before the bolus."""
        at = self.ask("prepare", "at")
        return () if at is None else tuple(self._scored(at, lambda site: self.ask("prepare", site)))

    def _scored(self, at: datetime, typed: Callable[[str], str | None]) -> Iterator[Assess]:
        for site in _SITES:
            text = typed(site)
            if text and self.scale:
                yield Assess(at=at, scale=self.scale, site=site, value=self.value_of(text))

    def value_of(self, text: str) -> float | str:
        """A score as the scale of this trial has it."""
        return text.strip() if self.scale == "mas" else score(text.strip())

    def made_bolus(self) -> LumbarBolus | None:
        """The bolus; raises where its parts make none."""
        dose, level, at = (self.ask("bolus", name) for name in ("dose", "level", "at"))
        if None in {dose, level} or at is None:
            return None
        return LumbarBolus(at=at, dose=Mass(dose), level=level, by=self.ask("bolus", "given_by"))

    @cached_property
    def bolus(self) -> LumbarBolus | None:
        """The bolus, ``None`` where it cannot be read."""
        try:
            return self.made_bolus()
        except InputError:
            return None

    @cached_property
    def therapy(self) -> Therapy | None:
        """The record with the scores before, the bolus and every look; ``None`` without a bolus."""
        if self.bolus is None:
            return None
        after = [event for look in self.looks for event in self.scores_of(look)]
        held: tuple[Event, ...] = (*self.case.before.events, *self.baseline(), self.bolus)
        if self.case.visit.state == VisitState.RECORDED and self.case.visit.is_going_on:
            held = self.case.therapy.events  # with what others scored meanwhile
        try:
            return replace(self.case.before, events=(*held, *after))
        except InputError:
            return None

    @cached_property
    def judgement(self) -> Judgement | None:
        """Every guardrail that the bolus touches."""
        return None if self.therapy is None else judge_screening(self.therapy, self.bolus)

    @cached_property
    def volume(self) -> Result[DrugVolume] | None:
        """The volume that holds the dose."""
        dose, strength = self.ask("bolus", "dose"), self.ask("bolus", "concentration")
        if dose is None or strength is None:
            return None
        try:
            return volume_of(Mass(dose), Concentration(strength))
        except InputError:
            return None

    # ------------------------------------------------------------------------------ afterwards

    def instant_of(self, clock: time) -> datetime | None:
        """When the clock of the site first showed a time after the bolus."""
        if self.bolus is None:
            return None
        given = self.bolus.at.astimezone(self.case.zone)
        at = datetime.combine(given.date(), clock, self.case.zone)
        return at if instant_us(at) > instant_us(given) else at + timedelta(days=1)

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """Every look that has a time, in the order of time."""
        return tuple(sorted(self._looks(), key=lambda look: instant_us(look.at)))

    def _looks(self) -> Iterator[Look]:
        for place in LOOKS:
            clock = self.ask("observe", f"clock_{place}")
            at = self.instant_of(clock) if clock is not None else None
            if at is not None:
                yield Look(
                    place=place,
                    at=at,
                    scores=tuple(
                        (site, text) for site in _SITES if (text := self.ask("observe", f"{site}_{place}"))
                    ),
                    vitals=vital_words(self._typed_at(place)),
                    seen=self.ask("observe", f"seen_{place}") or "",
                )

    def _typed_at(self, place: int) -> Callable[[str], Any]:
        return lambda name: self.ask("observe", f"{name}_{place}")

    def hours(self, at: datetime) -> float:
        """Hours after the bolus."""
        return 0.0 if self.bolus is None else elapsed_h(instant_us(self.bolus.at), instant_us(at))

    @property
    def hours_now(self) -> float:
        """Hours from the bolus to now."""
        return self.hours(self.case.now)

    def scores_of(self, look: Look) -> tuple[Assess, ...]:
        """The scores of a look as they are recorded."""
        return tuple(self._scored(look.at, dict(look.scores).get))

    @cached_property
    def result(self) -> ScreeningResult | None:
        """How far the mean leg score fell, by the threshold of the site; ``None`` without scores after it."""
        if self.therapy is None or self.bolus is None:
            return None
        day = max([self.bolus.at, *(look.at for look in self.looks)])
        return result_of(Recorded(self.therapy, day.astimezone(self.therapy.zone).date()), self.bolus)

    @property
    def responded(self) -> bool | None:
        """Whether the team counts it as a response."""
        return {"yes": True, "no": False}.get(self.ask("response", "responded"))

    @cached_property
    def next_step(self) -> Result[ScreeningStep] | None:
        """What is published for this outcome; ``None`` before anybody judged it."""
        if self.bolus is None or self.responded is None:
            return None
        return screening_step(
            self.bolus.dose, self.bolus.at, responded=self.responded, settings=self.settings
        )

    @cached_property
    def start(self) -> Result[StartDose] | None:
        """The published start dose after a response of known length."""
        lasted = self.ask("response", "lasted")
        if self.bolus is None or not self.responded or lasted is None:
            return None
        limit = Duration(self.settings.value("screening_long_effect", "h"))
        adverse = self.ask("response", "adverse") == "yes"
        try:
            return start_dose(self.bolus.dose, Duration(lasted), adverse=adverse, long_effect=limit)
        except InputError:
            return None
