"""What each step of the implant visit asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cisterna.clinic.visits.fields import YES_NO, Field
from cisterna.clinic.visits.kind import REASON
from cisterna.clinic.visits.program_form import program_fields
from cisterna.clinic.visits.refill.steps import SESSION_ENDS
from cisterna.evidence import Catalogue
from cisterna.therapy.levels import LEVELS
from cisterna.units import Concentration, DailyDose, Duration, Length, Volume

__all__ = ["PARTS", "fields_of"]

PARTS = (
    ("pump+catheter", "tubing and catheter"),
    ("catheter", "catheter alone"),
    ("none", "not primed"),
)
"""What was primed."""


def _text(name: str, label: str, *, required: bool = False, range: str = "") -> Field:  # noqa: A002
    return Field(name=name, label=label, required=required, range=range)


def _volume(name: str, label: str, *, required: bool = True, range: str = "") -> Field:  # noqa: A002
    return Field(
        name=name, label=label, form="quantity", quantity=Volume, unit="mL", required=required, range=range
    )


def _identity() -> tuple[Field, ...]:
    return (
        Field(name="right", label="Patient, operation, side and devices confirmed aloud", form="check"),
        Field(name="infection", label="Any sign of infection", form="choice", options=YES_NO),
        _text("team", "Surgeon and team"),
        _text("antibiotic", "Antibiotic", range="what was given, and when"),
        REASON,
    )  # fmt: skip


def _pump(catalogue: Catalogue) -> tuple[Field, ...]:
    models = tuple((name, f"{pump.maker} {pump.model}") for name, pump in catalogue.pumps.items())
    return (
        Field(name="model", label="Model", form="select", options=models),
        Field(name="at", label="Implanted at", form="instant"),
        _text("serial", "Serial number", required=True),
        _text("lot", "Lot"),
        _text("udi", "UDI"),
        _volume("alarm_volume", "Alarm volume", required=False, range="left empty: that of the model"),
        Field(name="side", label="Side of the pocket", form="choice",
              options=(("left", "left"), ("right", "right"))),
        Field(name="plane", label="Plane of the pocket", form="choice",
              options=(("subcutaneous", "under the skin"), ("subfascial", "under the fascia"))),
    )  # fmt: skip


def _catheter(catalogue: Catalogue) -> tuple[Field, ...]:
    models = tuple((name, f"{each.maker} {each.model}") for name, each in catalogue.catheters.items())
    levels = tuple((level, level) for level in LEVELS)
    cut = Field(name="trimmed", label="Cut off", form="quantity", quantity=Length, unit="cm", required=False,
                range="of the length as supplied; or fill in the length implanted")  # fmt: skip
    return (
        Field(name="model", label="Model", form="select", options=models),
        _text("serial", "Serial number"),
        _text("lot", "Lot"),
        _text("udi", "UDI"),
        cut,
        replace(cut, name="implanted", label="Length implanted", range="where it was not cut"),
        _text("why", "Why it is told so", range="with a length implanted: how it is known"),
        Field(name="tip", label="Level of the tip", form="select", options=levels),
        _text("image", "Image", range="where the level of the tip was seen"),
    )  # fmt: skip


def _fill() -> tuple[Field, ...]:
    return (
        Field(name="concentration", label="Concentration on the vial", form="quantity",
              quantity=Concentration, unit="mcg/mL", big=True),
        _volume("injected", "Injected volume"),
        Field(name="at", label="Filled at", form="instant"),
        _text("lot", "Lot", required=True),
        Field(name="expiry", label="Expiry", form="day"),
        REASON,
    )  # fmt: skip


def _prime() -> tuple[Field, ...]:
    return (
        Field(name="parts", label="Primed", form="choice", options=PARTS),
        Field(name="at", label="Primed at", form="instant"),
        REASON,
    )


def _program(modes: tuple[str, ...]) -> tuple[Field, ...]:
    mode, *rest = program_fields()
    taken = tuple(each for each in mode.options if each[0] in modes)
    return (
        Field(name="lasted", label="Effect of the screening bolus lasted", form="quantity", quantity=Duration,
              unit="h", required=False, range="what the published start dose follows from"),
        Field(name="adverse", label="The screening bolus had an adverse reaction", form="choice",
              options=YES_NO, required=False),
        replace(mode, options=taken),
        *rest,
        Field(name="opened", label="Session opened", form="instant", group="session"),
        Field(name="at", label="Pump updated", form="instant", group="session"),
        REASON,
    )  # fmt: skip


def _summary() -> tuple[Field, ...]:
    return (
        Field(name="at", label="Read back at", form="instant"),
        _volume("reservoir", "Volume that the programmer shows", required=False),
        Field(name="daily_dose", label="Daily dose that it runs", form="quantity", quantity=DailyDose,
              unit="mcg/day"),
        Field(name="ended", label="The session ended", form="select", options=SESSION_ENDS),
        REASON,
    )  # fmt: skip


def _after() -> tuple[Field, ...]:
    return (
        _text("where", "Observed where, and until when", required=True),
        _text("whom", "Signs of too little and too much drug told to", required=True),
        Field(name="card", label="Card and telephone numbers handed out", form="check"),
        Field(name="what", label="What else is to be said", form="area", required=False),
    )


def fields_of(step: str, catalogue: Catalogue, modes: tuple[str, ...]) -> tuple[Field, ...]:
    """The fields of a step; ``modes`` are those of the pump that was chosen, all of them before."""
    made: Mapping[str, tuple[Field, ...]] = {
        "identity": _identity(),
        "pump": _pump(catalogue),
        "catheter": _catheter(catalogue),
        "fill": _fill(),
        "prime": _prime(),
        "program": _program(modes),
        "summary": _summary(),
        "after": _after(),
    }
    return made[step]
