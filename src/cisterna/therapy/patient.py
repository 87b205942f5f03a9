"""Who is treated, and what is known of the time before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from cisterna.errors import Fault, TherapyError
from cisterna.therapy.scales import scale_faults
from cisterna.therapy.wording import blank, near, quoted
from cisterna.units import BodyWeight, FiltrationRate, Length

__all__ = ["Condition", "Dated", "History", "Patient", "Tone"]

Condition = Literal["cerebral palsy", "spinal cord injury", "multiple sclerosis", "brain injury", "stroke"]

Q = TypeVar("Q")


@dataclass(frozen=True, kw_only=True)
class Dated(Generic[Q]):
    """A value that holds from a day on."""

    at: date
    value: Q


@dataclass(frozen=True, kw_only=True)
class Tone:
    """Untreated tone of legs and arms, on the scale that is named."""

    legs: float
    arms: float
    scale: Literal["ashworth-1-5", "ashworth-0-4"]

    def __post_init__(self) -> None:
        faults = (
            *scale_faults(self.scale, self.legs, "legs"),
            *scale_faults(self.scale, self.arms, "arms"),
        )
        if faults:
            raise TherapyError(*faults)


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Who is treated; a label, never a name.

    A single weight or height holds at every time; a list holds from each of its days on, the first
    also before it. Glomerular filtration that is left out is normal; ``timezone`` is where the
    patient lives, by its name in the IANA database.
    """

    label: str
    born: date
    sex: Literal["female", "male"] | None = None
    weight: BodyWeight | tuple[Dated[BodyWeight], ...] | None = None
    height: Length | tuple[Dated[Length], ...] | None = None
    egfr: FiltrationRate | None = None
    condition: Condition = "cerebral palsy"
    gmfcs: Literal["I", "II", "III", "IV", "V"] | None = None
    tone: Tone | None = None
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise TherapyError(*faults)

    def _faults(self) -> Iterator[Fault]:
        yield from blank(
            "label", self.label, "describe the patient without a name, for example 'girl, 8 years'"
        )
        yield from _zone_faults(self.timezone)
        for key in ("weight", "height"):
            entries = getattr(self, key)
            if isinstance(entries, tuple):
                yield from _dated_faults(key, entries, self.born)

    def completed_age_at(self, day: date) -> str:
        """Age on ``day`` in completed years and months, as people tell it.

        >>> girl = Patient(label="girl, 8 years", born=date(2017, 5, 4))
        >>> girl.completed_age_at(date(2026, 1, 3)), girl.completed_age_at(date(2026, 1, 4))
        ('8 y 7 mo', '8 y 8 mo')
        >>> girl.completed_age_at(date(2026, 5, 4))
        '9 y'
        """
        months = 12 * (day.year - self.born.year) + day.month - self.born.month - (day.day < self.born.day)
        years, months = divmod(months, 12)
        parts = (f"{years} y" if years else "", f"{months} mo" if months or not years else "")
        return " ".join(part for part in parts if part)

    def age_at(self, day: date) -> float:
        """Age in years on ``day``: whole at each birthday, in between the share of the year that passed.

        Born on 29 February, one has the birthday on 1 March of common years. Raises
        :class:`ValueError` before the day of birth.

        >>> Patient(label="girl, 8 years", born=date(2018, 2, 11)).age_at(date(2026, 2, 11))
        8.0
        """
        if day < self.born:
            raise ValueError(f"{day.isoformat()} is before the day of birth, {self.born.isoformat()}")
        years = day.year - self.born.year
        if _birthday(self.born, day.year) > day:
            years -= 1
        last, following = (_birthday(self.born, self.born.year + years + ahead) for ahead in (0, 1))
        return years + (day - last).days / (following - last).days


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _zone_faults(name: str) -> Iterator[Fault]:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # what it raises for odd names goes with the name
        meant = near(name, available_timezones())
        yield Fault(
            where="timezone",
            found=quoted(name),
            allowed="the name of a time zone, such as 'Europe/Madrid'",
            remedy=f"did you mean '{meant}'?" if meant else "take the name from the IANA database",
        )


def _dated_faults(key: str, entries: tuple[Dated[object], ...], born: date) -> Iterator[Fault]:
    if not entries:
        yield Fault(
            where=key,
            found="an empty list",
            allowed="at least one entry with at and value",
            remedy="leave the key out where nothing is known",
        )
    for place, entry in enumerate(entries):
        if entry.at < born:
            yield Fault(
                where=f"{key}[{place}].at",
                found=entry.at.isoformat(),
                allowed=f"a day from birth on, {born.isoformat()}",
                remedy="correct the one that is wrong",
            )
        if place and entry.at <= entries[place - 1].at:
            yield Fault(
                where=f"{key}[{place}].at",
                found=f"{entry.at.isoformat()} after {entries[place - 1].at.isoformat()}",
                allowed="days in order, each once",
                remedy="order the list",
            )


@dataclass(frozen=True, kw_only=True)
class History:
    """What is known of the time before; ``None`` is unknown, never no."""

    oral_tried: bool | None = None
    botulinum_tried: bool | None = None
    allergies: str | None = None
    active_infection: bool | None = None
    shunt: bool | None = None
    uncontrolled_epilepsy: bool | None = None
    coagulopathy: bool | None = None
    malnutrition: bool | None = None
    respiratory_risk: bool | None = None
    fusion: Literal["done", "planned"] | None = None
    walks_on_spasticity: bool | None = None
    goals: str | None = None
    refill_commitment: bool | None = None
