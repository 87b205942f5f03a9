"""One patient's therapy: who, what was set, and the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Literal, TypeVar

from cisterna.evidence import Catalogue, Settings, builtin_catalogue
from cisterna.therapy.events import Event
from cisterna.units import BodyWeight, FiltrationRate, Length

__all__ = ["Condition", "Dated", "History", "Patient", "Therapy", "Tone"]

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


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Who is treated; a label, never a name.

    A single weight or height holds at every time; a list holds from each of its days on, the first
    also before it.
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


@dataclass(frozen=True, kw_only=True)
class Therapy:
    """Everything that was done to one patient, in the order of time.

    ``parameters`` are the overrides as written; ``settings`` is the evidence with them laid over;
    ``devices_file`` is the file of own devices, already read into ``catalogue``.
    ``events`` holds what was written, corrections included; :attr:`valid_events` what holds.
    """

    patient: Patient
    events: tuple[Event, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    history: History = History()
    devices_file: str | None = None
    catalogue: Catalogue = field(default_factory=builtin_catalogue, repr=False, compare=False)
    settings: Settings = field(default_factory=Settings, repr=False, compare=False)
