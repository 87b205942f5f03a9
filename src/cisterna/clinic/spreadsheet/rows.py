"""One row of a spreadsheet as a patient, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cisterna.clinic.patients.forms import new_patient_of
from cisterna.clinic.record import Identity
from cisterna.clinic.spreadsheet.matching import DATES, FIELDS, Matching
from cisterna.errors import Fault, InputError
from cisterna.evidence import builtin_catalogue
from cisterna.pump import refusals
from cisterna.therapy import Event, Therapy
from cisterna.therapy.structure import event_of

__all__ = ["NewPatient", "patient_of"]

T = TypeVar("T")

_IMPLANT = ("pump", "pump_serial", "catheter", "catheter_serial", "catheter_trimmed", "tip")
_FILL = ("injected", "concentration")
_DAYS = ("born", "implanted", "filled")
_NOON = time(12)
_SEXES = {"f": "female", "w": "female", "m": "male", "female": "female", "male": "male"}
_NOTE = "from a spreadsheet, which told the day and no time"


@dataclass(frozen=True, kw_only=True)
class NewPatient:
    """A patient to be added."""

    identity: Identity
    therapy: Therapy


def patient_of(told: Mapping[str, str], matching: Matching, *, today: date, zone: ZoneInfo) -> NewPatient:
    """The patient of a row; ``told`` are its cells by field, ``zone`` holds where the row names none.

    Raises :class:`~cisterna.errors.InputError` with every fault, each at its field.
    """
    faults: list[Fault] = []
    values = dict(told) | {"timezone": told.get("timezone") or zone.key}
    for name in _DAYS:
        if told.get(name):
            day = _gathered(faults, lambda name=name: _day(name, told[name], matching))  # type: ignore[misc]
            values[name] = day.isoformat() if day else ""
    for name, field in FIELDS.items():
        if field.unit and told.get(name):
            values[name] = _number(told[name], field.unit, matching)
    bad = {fault.where for fault in faults}
    found = _gathered(faults, lambda: new_patient_of(_form(values, bad), today=today, clinical=True))
    events = _gathered(faults, lambda: tuple(_events(values, today)))
    faults = [fault for place, fault in enumerate(faults) if not _repeats(fault, faults[:place])]
    if faults or found is None or events is None:
        raise InputError(*faults)
    identity, header = found
    return NewPatient(identity=identity, therapy=_run_by_the_pump(header, events))


def _run_by_the_pump(header: Therapy, events: tuple[Event, ...]) -> Therapy:
    """The therapy, once its pump takes the events."""
    try:
        therapy = replace(header, events=events)
        refused = refusals(therapy)
    except InputError as error:
        refused = error.faults
    if refused:
        raise InputError(*(fault.at(_field(fault.where)) for fault in refused))
    return therapy


def _field(where: str) -> str:
    """The field of what the pump refuses; the pump where it is none of the row."""
    key = where.rpartition(".")[2]
    return key if key in FIELDS else "pump"


def _repeats(fault: Fault, before: list[Fault]) -> bool:
    """Whether a field has a fault already: the first one is what a person must mend."""
    return any(each.where == fault.where for each in before)


def _gathered(faults: list[Fault], make: Callable[[], T]) -> T | None:
    try:
        return make()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _day(name: str, text: str, matching: Matching) -> date:
    for pattern in (*DATES["iso"], *DATES.get(matching.dates, ())):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    shown = {"iso": "2026-03-02", "day-first": "02.03.2026 or 02/03/2026", "month-first": "03/02/2026"}
    raise InputError(
        Fault(
            where=name,
            found=f"'{text}'",
            allowed=f"a day such as {shown.get(matching.dates, '2026-03-02')}",
            remedy="write it so, or choose above how days are written",
        )
    )


def _number(text: str, unit: str, matching: Matching) -> str:
    """A number without its unit and with a point; what is no number stays as it is and is refused later."""
    bare = text.removesuffix(unit).strip()
    return bare.replace(",", ".") if matching.decimals == "comma" and "." not in bare else bare


def _form(values: Mapping[str, str], bad: set[str]) -> dict[str, str]:
    """The values as the form of a patient takes them."""
    form = {name: values.get(name, "") for name in ("number", "family_name", "given_name", "contacts")}
    form |= {name: values.get(name, "") for name in ("born", "timezone", "weight", "height")}
    sex = values.get("sex", "")
    form["sex"] = _SEXES.get(sex.lower(), sex)
    form["condition"] = values.get("condition", "").lower()
    form["gmfcs"] = values.get("gmfcs", "").upper()
    allergies = values.get("allergies", "")
    form["allergies"] = allergies
    is_none = allergies.lower() in {"none", "no", "none known"}
    form["allergies_known"] = "" if not allergies else "none" if is_none else "some"
    if "born" in bad:
        form["born"] = "1970-01-01"  # it has its fault; the rest of the row is looked at all the same
    return form


def _events(values: Mapping[str, str], today: date) -> Iterator[Event]:
    """Implant, last fill and program, as far as the row tells them."""
    implant = {name: values[name] for name in _IMPLANT if values.get(name)}
    fill = {name: values[name] for name in _FILL if values.get(name)}
    dose = values.get("daily_dose", "")
    yield from _event("implanted", values, today, implant, _implant_table)
    if not values.get("implanted") and (fill or dose or values.get("filled")):
        raise _lacking("implanted", "a pump that was filled or programmed was implanted before")
    if values.get("implanted") and not values.get("filled") and dose:
        raise _lacking("filled", "a program needs a pump that was filled")
    yield from _event("filled", values, today, fill, _fill_table)
    if dose:
        table = {"kind": "program", "mode": "simple-continuous", "daily_dose": f"{dose} mcg/day"}
        yield _made({**table, "at": _noon(values["filled"], values)}, {"daily_dose": "daily_dose"})


def _event(
    day: str,
    values: Mapping[str, str],
    today: date,
    told: Mapping[str, str],
    table: Callable[[Mapping[str, str]], dict[str, Any]],
) -> Iterator[Event]:
    if not values.get(day):
        if told:
            raise _lacking(day, f"its day: the row tells {', '.join(told)}")
        return
    on = date.fromisoformat(values[day])
    if on > today:
        raise InputError(
            Fault(
                where=day, found=f"{on}, which is still to come", allowed="what was done", remedy="correct it"
            )
        )
    if values.get("born") and on < date.fromisoformat(values["born"]) <= today:
        raise InputError(
            Fault(
                where=day,
                found=f"{on}, before the birth on {values['born']}",
                allowed="a day after the birth",
                remedy="correct one of the two days",
            )
        )
    yield _made({**table(told), "at": _noon(values[day], values)}, {"at": day})


def _noon(day: str, values: Mapping[str, str]) -> datetime:
    try:
        zone = ZoneInfo(values["timezone"])
    except (ValueError, OSError, KeyError):
        zone = ZoneInfo("UTC")  # the zone has its fault; the rest of the row is looked at all the same
    return datetime.combine(date.fromisoformat(day), _NOON, zone)


def _made(table: dict[str, Any], fields: Mapping[str, str]) -> Event:
    try:
        return event_of({**table, "note": _NOTE}, "")
    except InputError as error:
        raise InputError(
            *(fault.at(fields.get(fault.where, fault.where)) for fault in error.faults)
        ) from None


def _implant_table(told: Mapping[str, str]) -> dict[str, Any]:
    catalogue = builtin_catalogue()
    table: dict[str, Any] = {"kind": "implant", **told}
    for role, models in (("pump", catalogue.pumps), ("catheter", catalogue.catheters)):
        wanted = told.get(role, "").lower()
        if not wanted:
            raise _lacking(role, "a name of the catalogue")
        names = {name: name for name in models} | {each.model.lower(): name for name, each in models.items()}
        if wanted not in names:
            raise InputError(
                Fault(
                    where=role,
                    found=f"'{told[role]}'",
                    allowed=", ".join(sorted(models)),
                    remedy="write a name of the catalogue",
                )
            )
        table[role] = names[wanted]
    if told.get("catheter_trimmed"):
        table["catheter_trimmed"] = f"{told['catheter_trimmed']} cm"
    return table


def _fill_table(told: Mapping[str, str]) -> dict[str, Any]:
    for name in _FILL:
        if not told.get(name):
            raise _lacking(name, "a number: the row tells that the pump was filled")
    return {
        "kind": "fill",
        "injected": f"{told['injected']} mL",
        "concentration": f"{told['concentration']} mcg/mL",
    }


def _lacking(where: str, allowed: str) -> InputError:
    return InputError(Fault(where=where, found="nothing", allowed=allowed, remedy="add it to the row"))
