"""The fields in which a program of the pump is typed, and the program that they mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any, cast, get_args

from cisterna.clinic.visits.fields import Field, Value
from cisterna.errors import Fault, InputError, TherapyError
from cisterna.therapy import FlexStep, PatientBolusAllowance, Program, ProgramMode
from cisterna.therapy.programs import WEEKDAYS, Weekday
from cisterna.units import DailyDose, Duration, HourlyRate, Mass

__all__ = ["FLEX_ROWS", "MODES", "program_fields", "typed_days", "typed_program"]

FLEX_ROWS = 13
"""How many steps of a day can be typed; what the implanted pump takes is for its own rule to say."""

MODES: tuple[tuple[str, str], ...] = tuple((mode, mode.replace("-", " ")) for mode in get_args(ProgramMode))
"""The modes of a pump with their words."""

Ask = Callable[[str], Value]


def program_fields() -> tuple[Field, ...]:
    """Mode, dose, steps of a flex day, boluses, what the patient may ask for; none is required by itself."""
    return (
        Field(name="mode", label="Mode", form="select", options=MODES, required=False, group="program"),
        _amount("daily_dose", "Daily dose", DailyDose, "mcg/day", "mode-simple-continuous"),
        *(one for place in range(1, FLEX_ROWS + 1) for one in _flex_row(place)),
        _amount("bolus", "Bolus", Mass, "mcg", "mode-periodic-bolus"),
        _amount("over", "Given over", Duration, "min", "mode-periodic-bolus"),
        _amount("every", "Every", Duration, "h", "mode-periodic-bolus"),
        _amount("background", "Rate between boluses", HourlyRate, "mcg/h", "mode-periodic-bolus"),
        _amount("ptm_dose", "Bolus that the patient may ask for", Mass, "mcg", "patient-bolus"),
        _amount("ptm_lockout", "No sooner than", Duration, "h", "patient-bolus"),
        Field(name="ptm_per_day", label="At most a day", required=False, group="patient-bolus",
              range="a whole number"),
    )  # fmt: skip


def _amount(name: str, label: str, kind: type, unit: str, group: str) -> Field:
    return Field(
        name=name, label=label, form="quantity", quantity=kind, unit=unit, required=False, group=group
    )


def _flex_row(place: int) -> tuple[Field, ...]:
    return (
        Field(name=f"from_{place}", label=f"Step {place} from", form="clock", required=False, group="flex"),
        Field(name=f"rate_{place}", label=f"Step {place} rate", form="quantity", quantity=HourlyRate,
              unit="mcg/h", required=False, group="flex"),
        Field(name=f"days_{place}", label=f"Step {place} days", required=False, group="flex"),
    )  # fmt: skip


def typed_program(ask: Ask, at: datetime, reason: str | None) -> Program:
    """The program that the fields mean, set at ``at``; ``ask`` gives the value of a field by its name.

    Raises :class:`~cisterna.errors.InputError` with the fields that are wrong.
    """
    mode = ask("mode")
    if mode is None:
        raise InputError(
            Fault(where="mode", found="nothing", allowed="a mode of the pump", remedy="choose the mode")
        )
    try:
        return Program(
            at=at,
            mode=cast("ProgramMode", mode),
            reason=reason or None,
            patient_bolus=_allowance(ask),
            **_keys_of(str(mode), ask),
        )
    except TherapyError as error:
        raise InputError(*(fault.at(_field_of(fault.where)) for fault in error.faults)) from None


def _keys_of(mode: str, ask: Ask) -> dict[str, Any]:
    if mode == "simple-continuous":
        return {"daily_dose": ask("daily_dose")}
    if mode == "flex":
        return {"steps": tuple(step for place in range(1, FLEX_ROWS + 1) for step in _step(place, ask))}
    if mode == "periodic-bolus":
        return {name: ask(name) for name in ("bolus", "over", "every", "background")}
    return {}


def _step(place: int, ask: Ask) -> tuple[FlexStep, ...]:
    start, rate, days = (ask(f"{name}_{place}") for name in ("from", "rate", "days"))
    if start is None and rate is None:
        return ()
    if start is None or rate is None:
        missing = f"{'from' if start is None else 'rate'}_{place}"
        raise InputError(
            Fault(where=missing, found="nothing", allowed="a time and a rate", remedy="fill in both")
        )
    return (
        FlexStep(
            from_=cast("time", start), rate=cast("HourlyRate", rate), days=typed_days(days, f"days_{place}")
        ),
    )


def typed_days(text: Value, where: str) -> tuple[Weekday, ...]:
    """The days that are named in a field such as "mon, tue"; none where it is empty.

    Raises :class:`~cisterna.errors.InputError` for a word that is no day.
    """
    named = [word.strip().lower()[:3] for word in str(text or "").replace(",", " ").split()]
    unknown = [word for word in named if word not in WEEKDAYS]
    if unknown:
        raise InputError(
            Fault(
                where=where, found=f"'{unknown[0]}'", allowed=", ".join(WEEKDAYS),
                remedy="leave it empty for every day",
            )
        )  # fmt: skip
    return tuple(cast("Weekday", word) for word in named)


def _allowance(ask: Ask) -> PatientBolusAllowance | None:
    dose, lockout, per_day = ask("ptm_dose"), ask("ptm_lockout"), ask("ptm_per_day")
    if dose is None and lockout is None and per_day is None:
        return None
    for name, value in (("ptm_dose", dose), ("ptm_lockout", lockout), ("ptm_per_day", per_day)):
        if value is None or (name == "ptm_per_day" and not str(value).isdigit()):
            found = "nothing" if value is None else f"'{value}'"
            raise InputError(
                Fault(where=name, found=found, allowed="dose, lockout and number a day together",
                      remedy="fill in all three, or none")
            )  # fmt: skip
    return PatientBolusAllowance(
        dose=cast("Mass", dose), lockout=cast("Duration", lockout), per_day=int(str(per_day))
    )


def _field_of(where: str) -> str:
    """The field of the form for a key of the event."""
    if where.startswith("steps"):
        place = where.partition("[")[2].partition("]")[0]
        return f"from_{int(place) + 1}" if place.isdigit() else "from_1"
    return where if where in {"daily_dose", "bolus", "over", "every", "background"} else "mode"
