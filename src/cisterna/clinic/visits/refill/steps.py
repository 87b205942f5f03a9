"""What each step of the refill visit asks."""

from __future__ import annotations

from typing import get_args

from cisterna.clinic.visits.fields import YES_NO, Field
from cisterna.clinic.visits.kind import REASON
from cisterna.clinic.visits.program_form import MODES, program_fields
from cisterna.therapy.record_events import HEARD, AlarmCondition
from cisterna.units import Concentration, DailyDose, Volume

__all__ = ["ALARMS", "RESET", "SESSION_ENDS", "TONE_SCALES", "fields_of"]

ALARMS = (
    ("none", "none"),
    *((each, each.replace("-", " ")) for each in get_args(AlarmCondition) if each not in HEARD),
)
RESET = (
    ("no", "none"),
    ("safe-state", "into the safe state: it runs its lowest rate"),
    ("none", "without a safe state: it stands still"),
)
"""What a reset that the memory shows left the pump in."""
SESSION_ENDS = (
    ("running", "running"),
    ("stopped-on-purpose", "stopped on purpose"),
    ("not-completed", "not completed"),
    ("uncertain", "no answer from the pump"),
)
TONE_SCALES = (("ashworth-1-5", "Ashworth 1 to 5"), ("ashworth-0-4", "Ashworth 0 to 4"), ("mas", "modified"))


def _check(name: str, label: str) -> Field:
    """Something that must be ticked."""
    return Field(name=name, label=label, form="check")


def _note(name: str, label: str, **options: str) -> Field:
    return Field(name=name, label=label, form="area", required=False, range=options.get("range", ""))


def _volume(name: str, label: str, most: float | None, *, required: bool = True, big: bool = False) -> Field:
    allowed = "" if most is None else f"0 to {most:g} mL"
    return Field(
        name=name, label=label, form="quantity", quantity=Volume, unit="mL", range=allowed, most=most,
        required=required, big=big,
    )  # fmt: skip


def _identity() -> tuple[Field, ...]:
    return (
        _check("patient", "The patient is who the banner says: name, date of birth and number agree"),
        _check("pump", "The pump is the one of the record: model and serial agree"),
        Field(name="allergies", label="Allergies today", range="'none' where there is none"),
        Field(name="illness", label="Ill, or fever", form="choice", options=YES_NO),
        Field(name="temperature", label="Temperature", required=False, range="in degrees Celsius"),
        Field(name="wound", label="Skin over the pump, and wounds", form="choice",
              options=(("sound", "sound"), ("not-sound", "not sound"))),
        _note("what", "What was found"),
    )  # fmt: skip


def _review() -> tuple[Field, ...]:
    return (
        Field(name="scale", label="Scale of the tone", form="select", options=TONE_SCALES, required=False),
        Field(name="legs", label="Tone, legs", required=False, range="a score of that scale"),
        Field(name="arms", label="Tone, arms", required=False, range="a score of that scale"),
        _note("goals", "Goals, range of motion, school and sleep"),
        _note("side_effects", "Side effects", range="left empty where there is none"),
    )


def _interrogate(capacity_ml: float | None) -> tuple[Field, ...]:
    return (
        Field(name="at", label="Read at", form="instant"),
        _volume("reservoir", "Volume that the programmer shows", capacity_ml, big=True),
        Field(name="daily_dose", label="Daily dose that it runs", form="quantity", quantity=DailyDose,
              unit="mcg/day", range="0 where the pump is stopped"),
        Field(name="mode", label="Mode", form="select", options=(*MODES, ("stopped", "stopped"))),
        Field(name="alarm", label="Alarm", form="select", options=ALARMS),
        Field(name="reset", label="Reset in the pump's memory", form="select", options=RESET, required=False,
              range="the program does not come back by itself"),
        Field(name="reset_at", label="Reset at", form="instant", required=False,
              range="as the memory tells it; where it tells none, when the pump was read"),
        Field(name="eri", label="Replacement indicator", required=False, range="as the programmer shows it"),
        _note("what", "Events in the pump's memory"),
        REASON,
    )  # fmt: skip


def _drug() -> tuple[Field, ...]:
    return (
        Field(name="drug", label="Drug", form="select", options=(("baclofen", "baclofen"),)),
        Field(name="concentration", label="Concentration", form="quantity", quantity=Concentration,
              unit="mcg/mL", big=True, range="as it stands on the vial"),
        _volume("prepared", "Volume in the syringe", None),
        Field(name="lot", label="Lot"),
        Field(name="expiry", label="Expiry", form="day"),
        _check("order", "Vial, order, pump and patient belong together"),
        REASON,
    )  # fmt: skip


def _skin() -> tuple[Field, ...]:
    return (
        _check("prepared", "The skin is prepared"),
        Field(name="anaesthetic", label="Anaesthetic", form="choice",
              options=(("none", "none"), ("cream", "cream"), ("spray", "spray"))),
        Field(name="found_by", label="Port found by", form="choice",
              options=(("template", "template"), ("ultrasound", "ultrasound"), ("palpation", "palpation"))),
    )  # fmt: skip


def _port() -> tuple[Field, ...]:
    return (
        _check("reservoir_port", "The needle is in the reservoir port, not in the catheter access port"),
        _check("to_the_stop", "The needle was advanced to the stop"),
        Field(name="passes", label="Passes of the needle", required=False, range="how many were needed"),
    )


def _aspirate(capacity_ml: float | None) -> tuple[Field, ...]:
    return (
        _volume("withdrawn", "Withdrawn volume", capacity_ml, big=True),
        Field(name="at", label="Withdrawn at", form="instant"),
        Field(name="fluid", label="Fluid", form="choice",
              options=(("clear", "clear"), ("cloudy", "cloudy"), ("blood", "blood"))),
        Field(name="air", label="Air seen at the end", form="choice", options=YES_NO),
        REASON,
    )  # fmt: skip


def _doubt() -> tuple[Field, ...]:
    return (
        Field(name="sure", label="Is the place of the needle certain?", form="choice",
              options=(("yes", "yes, certain"), ("no", "no"))),
        Field(name="how", label="How it is known", required=False,
              range="such as: free flow of fluid at the aspiration; seen by ultrasound"),
    )  # fmt: skip


def _fill(prepared_ml: float | None) -> tuple[Field, ...]:
    return (
        _volume("injected", "Injected volume", None, big=True),
        Field(name="at", label="Injected at", form="instant"),
        _volume("measured", "Drawn back after the fill", prepared_ml, required=False),
        Field(name="rinsed", label="Reservoir rinsed first", form="choice", options=YES_NO),
        _note("observation", "Plan of observation", range="needed where a pocket fill is possible"),
        REASON,
    )  # fmt: skip


def _bridge(choices: tuple[tuple[str, str], ...], *, changed: bool) -> tuple[Field, ...]:
    decision = Field(
        name="bridge", label="Bridge bolus", form="choice", group="bridge",
        options=(("yes", "with the bridge"), ("no", "no bridge")),
    )  # fmt: skip
    return (
        Field(name="program", label="Program", form="choice", options=choices),
        *program_fields(),
        *((decision,) if changed else ()),
        Field(name="opened", label="Session opened", form="instant", group="session"),
        Field(name="at", label="Pump updated", form="instant", group="session"),
        REASON,
    )


def _compare(changed: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    return tuple(_check(f"read_{key}", f"{words}: read aloud and right") for key, words in changed)


def _dates(capacity_ml: float | None) -> tuple[Field, ...]:
    return (
        Field(name="at", label="Read back at", form="instant"),
        _volume("reservoir", "Volume that the programmer shows", capacity_ml, big=True),
        Field(name="daily_dose", label="Daily dose that it runs", form="quantity", quantity=DailyDose,
              unit="mcg/day", range="0 where the pump is stopped"),
        Field(name="ended", label="The session ended", form="select", options=SESSION_ENDS),
        _check("printed", "Read back, compared and printed"),
        REASON,
    )  # fmt: skip


def _book() -> tuple[Field, ...]:
    return (
        Field(name="at", label="Next refill", form="instant"),
        Field(name="with_whom", label="With", required=False),
        REASON,
    )


def _teach() -> tuple[Field, ...]:
    return (
        _check("too_little", "Signs of too little drug, and that tablets are never stopped abruptly"),
        _check("too_much", "Signs of too much drug"),
        _check("call", "Whom to call at every hour"),
        Field(name="whom", label="Told to", range="who was in the room"),
    )


def _observe() -> tuple[Field, ...]:
    return (
        Field(name="until", label="Observed until", form="instant"),
        Field(name="state", label="Well when leaving", form="choice", options=YES_NO),
        _check("letter", "Letter written"),
        _check("card", "Card given with the new dates"),
        _note("what", "What else is to be said"),
    )


def fields_of(
    step: str,
    *,
    capacity_ml: float | None,
    prepared_ml: float | None,
    programs: tuple[tuple[str, str], ...],
    is_new_concentration: bool,
    changed: tuple[tuple[str, str], ...],
) -> tuple[Field, ...]:
    """The fields of a step of the refill visit.

    ``programs`` are the decisions that there are about the program, ``changed`` the settings that differ.
    """
    made = {
        "identity": _identity,
        "review": _review,
        "interrogate": lambda: _interrogate(capacity_ml),
        "drug": _drug,
        "skin": _skin,
        "port": _port,
        "aspirate": lambda: _aspirate(capacity_ml),
        "doubt": _doubt,
        "fill": lambda: _fill(prepared_ml),
        "bridge": lambda: _bridge(programs, changed=is_new_concentration),
        "compare": lambda: _compare(changed),
        "dates": lambda: _dates(capacity_ml),
        "book": _book,
        "teach": _teach,
        "observe": _observe,
    }
    return made[step]()
