"""What a therapy file states of a patient on one day, as an evaluation reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from cisterna.errors import Fault, InputError
from cisterna.evidence import Settings
from cisterna.therapy.patient import History, Patient
from cisterna.therapy.record_events import Assess
from cisterna.therapy.route_events import LumbarBolus
from cisterna.therapy.therapy import Therapy
from cisterna.units import Age, BodyWeight, decimal_text

__all__ = ["SCALE_WORDS", "Recorded", "Scored"]

_LEFT, _RIGHT = re.compile(r"\b(left|l)\b", re.IGNORECASE), re.compile(r"\b(right|r)\b", re.IGNORECASE)
_ARM = re.compile(r"arm|elbow|wrist|hand|finger|thumb|shoulder|biceps|triceps|pronator|upper", re.IGNORECASE)
_ON_0_TO_4 = {"ashworth-0-4", "mas"}
SCALE_WORDS = {"ashworth-1-5": "Ashworth 1 to 5", "ashworth-0-4": "Ashworth 0 to 4", "mas": "MAS"}
"""The scales of tone as a sentence names them."""
_ONE_PLUS = 1.5
_NOT_ASSESSED = "not-assessed"


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One score of tone: where, on which scale, when; ``on_1_to_5`` is it on the Ashworth scale 1 to 5.

    A grade of the scale 0 to 4, modified or not, is one more on the scale 1 to 5; 1+ has no counterpart
    there and counts as 2.5, between 2 and 3.
    """

    site: str
    scale: str
    value: float | str
    at: datetime

    @property
    def on_1_to_5(self) -> float:
        """The score on the scale 1 to 5."""
        number = _ONE_PLUS if self.value == "1+" else float(self.value)
        return number + 1 if self.scale in _ON_0_TO_4 else number

    @property
    def is_raised(self) -> bool:
        """Whether tone is above normal."""
        return self.on_1_to_5 > 1

    @property
    def is_of_a_leg(self) -> bool:
        """Whether the site is not one of an arm."""
        return not _ARM.search(self.site)

    @property
    def shown(self) -> str:
        """Site, value and scale, as ``left adductors 3 on MAS``."""
        value = self.value if isinstance(self.value, str) else decimal_text(self.value)
        return f"{self.site} {value} on {SCALE_WORDS[self.scale]}"


@dataclass(frozen=True)
class Recorded:
    """A therapy as it stands ``on`` a day, with nothing that came later."""

    therapy: Therapy
    on: date

    def __post_init__(self) -> None:
        if self.on < self.patient.born:
            raise InputError(
                Fault(
                    where="on", found=self.on.isoformat(),
                    allowed=f"a day from birth on, {self.patient.born.isoformat()}", remedy="correct it",
                )
            )  # fmt: skip

    @property
    def patient(self) -> Patient:
        """Who is evaluated."""
        return self.therapy.patient

    @property
    def history(self) -> History:
        """What is known of the time before."""
        return self.therapy.history

    @property
    def settings(self) -> Settings:
        """The evidence with what the therapy sets."""
        return self.therapy.settings

    @property
    def is_cerebral_palsy(self) -> bool:
        """Whether what is published on cerebral palsy alone holds."""
        return self.patient.condition == "cerebral palsy"

    @cached_property
    def age(self) -> Age:
        """The age on the day."""
        return Age(self.patient.age_at(self.on))

    @property
    def completed_age(self) -> str:
        """The age on the day in completed years and months."""
        return self.patient.completed_age_at(self.on)

    @property
    def weight(self) -> BodyWeight | None:
        """The weight that holds on the day; the first later one where none was taken before."""
        return self.therapy.weight_at(self.on)

    @cached_property
    def assessments(self) -> tuple[Assess, ...]:
        """Every assessment up to the day, in the order of time."""
        return tuple(
            event for event in self.therapy.valid_events if isinstance(event, Assess) and self._by(event)
        )

    @cached_property
    def boluses(self) -> tuple[LumbarBolus, ...]:
        """Every screening bolus up to the day."""
        return tuple(
            event for event in self.therapy.valid_events if isinstance(event, LumbarBolus) and self._by(event)
        )

    def _by(self, event: Assess | LumbarBolus) -> bool:
        return event.at.astimezone(self.therapy.zone).date() <= self.on

    def latest(self, scale: str) -> tuple[Assess, ...]:
        """The last score of each site on a scale."""
        return tuple({event.site: event for event in self.assessments if event.scale == scale}.values())

    def last(self, scale: str) -> float | str | None:
        """The last score on a scale that has no sites."""
        found = self.latest(scale)
        return max(found, key=lambda event: event.at).value if found else None

    @cached_property
    def tone(self) -> tuple[Scored, ...]:
        """The last score of each muscle group that no screening bolus had lowered."""
        after = timedelta(hours=self.settings.value("screening_interval", "h"))
        return tuple(
            {
                scored.site: scored
                for scored in self.tone_scores()
                if not any(bolus.at < scored.at <= bolus.at + after for bolus in self.boluses)
            }.values()
        )

    def tone_scores(self) -> Iterator[Scored]:
        """Every score of tone, in the order of time; what was not assessed is none."""
        for event in self.assessments:
            if event.scale in SCALE_WORDS and event.value != _NOT_ASSESSED:
                yield Scored(
                    site=(event.site or "site not stated").strip(), scale=event.scale, value=event.value,
                    at=event.at,
                )  # fmt: skip

    @property
    def both_sides(self) -> bool:
        """Whether raised tone is recorded on the left and on the right."""
        raised = [scored.site for scored in self.tone if scored.is_raised]
        return all(any(side.search(site) for site in raised) for side in (_LEFT, _RIGHT))

    @property
    def gmfcs(self) -> str | None:
        """The GMFCS level: as last assessed, else as the patient has it."""
        found = self.last("gmfcs")
        return str(found) if found is not None else self.patient.gmfcs

    @property
    def is_dystonic(self) -> bool | None:
        """Whether dystonia is recorded (HAT or BADS); ``None`` where neither was scored."""
        subtypes = {event.value for event in self.latest("hat")}
        total = self.last("bads")
        if not subtypes and total is None:
            return None
        return bool(subtypes & {"dystonia", "mixed"}) or (total is not None and float(total) > 0)

    @property
    def is_purely_spastic(self) -> bool:
        """Whether the HAT found spasticity alone in every limb that it scored."""
        return {event.value for event in self.latest("hat")} == {"spasticity"} and not self.is_dystonic
