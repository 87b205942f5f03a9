"""The form of a patient: identity, and the header of the therapy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

from cisterna.clinic.record import Identity
from cisterna.clinic.web.patient_frame import none_known
from cisterna.clinic.web.typed import day_typed
from cisterna.errors import Fault, InputError, UnitError
from cisterna.evidence import number
from cisterna.therapy import History, Patient, Therapy, Tone
from cisterna.therapy.structure import structured
from cisterna.units import decimal_text, plain_number

__all__ = [
    "CONDITIONS",
    "PARTS",
    "QUESTIONS",
    "header_of",
    "header_values",
    "identity_of",
    "identity_values",
    "new_patient_of",
]

T = TypeVar("T")

CONDITIONS = ("cerebral palsy", "spinal cord injury", "multiple sclerosis", "brain injury", "stroke")
PARTS = ("physician", "nurse", "therapist", "surgeon")
"""The parts of a team."""

QUESTIONS = (
    ("oral_tried", "Baclofen by mouth was tried"),
    ("botulinum_tried", "Botulinum toxin was tried"),
    ("active_infection", "Active infection"),
    ("shunt", "Ventriculoperitoneal shunt"),
    ("uncontrolled_epilepsy", "Epilepsy that is not controlled"),
    ("coagulopathy", "Disorder of coagulation"),
    ("malnutrition", "Malnutrition"),
    ("respiratory_risk", "Risk to breathing"),
    ("walks_on_spasticity", "Uses spasticity to stand or walk"),
    ("refill_commitment", "Family can keep the refill visits"),
)
"""What the history asks with yes, no or not known, by the key of the therapy file."""

_LABEL = "label"
_TONE = ("tone_legs", "tone_arms")


def identity_of(values: Mapping[str, str]) -> Identity:
    """The identity that a form states; :class:`~cisterna.errors.InputError` with every fault."""
    return Identity(
        number=values.get("number", ""),
        family_name=values.get("family_name", ""),
        given_name=values.get("given_name", ""),
        contacts=_lines(values.get("contacts", "")),
        alerts=_lines(values.get("alerts", "")),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def identity_values(identity: Identity) -> dict[str, str]:
    """An identity as the form shows it."""
    return {
        "number": identity.number,
        "family_name": identity.family_name,
        "given_name": identity.given_name,
        "contacts": "\n".join(identity.contacts),
        "alerts": "\n".join(identity.alerts),
    }


def new_patient_of(values: Mapping[str, str], *, today: date, clinical: bool) -> tuple[Identity, Therapy]:
    """Identity and header of a form; :class:`~cisterna.errors.InputError` with the faults of both."""
    faults: list[Fault] = []
    identity = _gathered(faults, lambda: identity_of(values))
    therapy = _gathered(faults, lambda: header_of(values, today=today, clinical=clinical))
    if identity is None or therapy is None:
        raise InputError(*faults)
    return identity, therapy


def header_of(
    values: Mapping[str, str], *, today: date, clinical: bool, before: Therapy | None = None
) -> Therapy:
    """The header that a form states, over that of ``before`` where there is one; without events.

    Who may not see therapies states no clinical fields: those of ``before`` stay. Raises
    :class:`~cisterna.errors.InputError` with every fault, each at its field.
    """
    faults: list[Fault] = []
    patient = _gathered(faults, lambda: _patient(values, today, before, clinical=clinical))
    history = before.history if before else History()
    if clinical:
        history = _gathered(faults, lambda: _history(values)) or history
    if faults or patient is None:
        raise InputError(*faults)
    whole = _gathered(
        faults,
        lambda: (
            Therapy(patient=patient, history=history)
            if before is None
            else replace(before, patient=patient, history=history)
        ),
    )
    if whole is None:
        raise InputError(*faults)
    return whole


def _gathered(faults: list[Fault], make: Callable[[], T]) -> T | None:
    try:
        return make()
    except InputError as error:
        faults.extend(fault.at(_field(fault.where)) for fault in error.faults)
        return None


def _field(where: str) -> str:
    """The field of the form that stands for a key of the file."""
    key = where.removeprefix("patient.")
    return {"tone.legs": "tone_legs", "tone.arms": "tone_arms", "tone.scale": "tone_scale"}.get(
        key, key.partition("[")[0]
    )


def _patient(values: Mapping[str, str], today: date, before: Therapy | None, *, clinical: bool) -> Patient:
    born = day_typed(values.get("born", ""), "born")
    if born > today:
        raise InputError(
            Fault(
                where="born",
                found=f"{born.isoformat()}, which is still to come",
                allowed="the day of birth",
                remedy="correct the year",
            )
        )
    kept = before.patient if before else None
    table: dict[str, Any] = {
        _LABEL: kept.label if kept else _label(values.get("sex", ""), born),
        "born": born,
    }
    table |= {key: values[key] for key in ("sex", "condition", "timezone") if values.get(key)}
    if clinical:
        table |= dict(_clinical(values))
    made = structured(Patient, table, "")
    _check_age(made, today)
    return made if kept is None else _with_kept(made, kept, clinical=clinical)


def _check_age(patient: Patient, today: date) -> None:
    """Refuse a day of birth so long ago that nobody is of that age."""
    oldest, years = number("plausible_age"), patient.age_at(today)
    if years > oldest.high_in("y"):
        raise InputError(
            Fault(
                where="born",
                found=f"{patient.born.isoformat()}, an age of {int(years)} years",
                allowed=f"an age of at most {decimal_text(oldest.high_in('y'))} years",
                remedy="correct the year",
            )
        )


def _label(sex: str, born: date) -> str:
    """A description without a name, which a therapy file needs."""
    return f"{sex or 'patient'}, born {born.year}"


def _clinical(values: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for key, unit in (("weight", "kg"), ("height", "cm"), ("egfr", "mL/min/1.73m2")):
        if values.get(key, "").strip():
            yield key, f"{values[key].strip()} {unit}"
    if values.get("gmfcs"):
        yield "gmfcs", values["gmfcs"]
    if any(values.get(key, "").strip() for key in _TONE):
        yield "tone", _tone(values)


def _tone(values: Mapping[str, str]) -> dict[str, Any]:
    table: dict[str, Any] = {"scale": values.get("tone_scale", "")}
    if not table["scale"]:
        raise InputError(
            Fault(
                where="tone_scale",
                found="nothing",
                allowed="Ashworth 1 to 5, or Ashworth 0 to 4",
                remedy="choose the scale of both scores",
            )
        )
    for key in _TONE:
        text = values.get(key, "").strip()
        try:
            table[key.removeprefix("tone_")] = plain_number(text)
        except UnitError:
            raise InputError(
                Fault(
                    where=key,
                    found=f"'{text}'" if text else "nothing",
                    allowed="the mean score of legs and that of arms",
                    remedy="write both, or neither",
                )
            ) from None
    return table


def _with_kept(made: Patient, kept: Patient, *, clinical: bool) -> Patient:
    """What the form cannot show stays: lists of weights and heights, and what the role may not see."""
    dated = {key: getattr(kept, key) for key in ("weight", "height") if isinstance(getattr(kept, key), tuple)}
    if clinical:
        return replace(made, **dated)
    hidden = {key: getattr(kept, key) for key in ("weight", "height", "egfr", "gmfcs", "tone")}
    return replace(made, **hidden)


def _history(values: Mapping[str, str]) -> History:
    table: dict[str, Any] = {
        key: values[key] == "yes" for key, _ in QUESTIONS if values.get(key) in {"yes", "no"}
    }
    table |= {key: values[key] for key in ("fusion", "goals") if values.get(key, "").strip()}
    table |= _allergies(values.get("allergies_known", ""), values.get("allergies", "").strip())
    return structured(History, table, "")


def _allergies(known: str, named: str) -> dict[str, str]:
    """What is known of allergies; one that is named is known, whatever stands chosen beside it."""
    if known == "none" and named:
        raise _wrong_allergies(f"'{named}', and that none are known", "one of the two", "take one away")
    if known == "none":
        return {"allergies": "none"}
    if known == "some" and not named:
        raise _wrong_allergies(
            "nothing", "what the patient is allergic to", "name it, or say that no allergies are known"
        )
    return {"allergies": named} if named else {}


def _wrong_allergies(found: str, allowed: str, remedy: str) -> InputError:
    return InputError(Fault(where="allergies", found=found, allowed=allowed, remedy=remedy))


def header_values(therapy: Therapy) -> dict[str, str]:
    """A header as the form shows it."""
    patient, history = therapy.patient, therapy.history
    values = {"born": patient.born.isoformat(), "sex": patient.sex or "", "condition": patient.condition}
    values |= {"timezone": patient.timezone, "gmfcs": patient.gmfcs or ""}
    for key in ("weight", "height", "egfr"):
        held = getattr(patient, key)
        values[key] = "" if held is None or isinstance(held, tuple) else decimal_text(held)
    values |= _tone_values(patient.tone)
    for field in fields(history):
        held = getattr(history, field.name)
        values[field.name] = {True: "yes", False: "no", None: ""}.get(held, held)
    none = none_known(history.allergies)
    values["allergies_known"] = "" if history.allergies is None else "none" if none else "some"
    values["allergies"] = "" if none else history.allergies or ""
    return values


def _tone_values(tone: Tone | None) -> dict[str, str]:
    if tone is None:
        return {"tone_legs": "", "tone_arms": "", "tone_scale": ""}
    return {
        "tone_legs": decimal_text(tone.legs),
        "tone_arms": decimal_text(tone.arms),
        "tone_scale": tone.scale,
    }
