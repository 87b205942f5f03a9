"""From the text of an assessment form to the events that are recorded, with every fault at its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from cisterna.care import dynamic_angle, joint_range
from cisterna.clinic.assessments.asked import ASKED, MUSCLES, SIDES, Asked, field_name, score_faults
from cisterna.clinic.web.typed import instant_typed
from cisterna.errors import Fault, InputError, UnitError
from cisterna.instants import instant_us, utc
from cisterna.therapy import Assess, Event, Weigh
from cisterna.units import Angle, BodyWeight, Length, Quantity, plain_number

__all__ = ["ROWS", "Assessed", "assessed"]

Q = TypeVar("Q", bound=Quantity)

ROWS = range(1, 4)
"""How many angles a form has room for; more go into the next one."""


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """The events of one form, each with the field that a fault of it belongs to."""

    events: tuple[Event, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class _Reader:
    """Reads one form; faults are gathered, so that all are shown at once."""

    typed: Mapping[str, str]
    at: datetime
    note: str | None
    faults: list[Fault]

    def text(self, name: str) -> str:
        return self.typed.get(name, "").strip()

    def assess(self, scale: str, value: float | str, site: str | None, note: str | None = None) -> Event:
        told = "; ".join(part for part in (note, self.note) if part) or None
        return Assess(at=self.at, scale=scale, value=value, site=site, note=told)

    def fault(self, where: str, found: str, allowed: str, remedy: str) -> None:
        self.faults.append(Fault(where=where, found=found, allowed=allowed, remedy=remedy))


def assessed(typed: Mapping[str, str], zone: ZoneInfo, now_us: int) -> Assessed:
    """Every score that was typed, as events of one instant.

    Raises :class:`~cisterna.errors.InputError` with every fault, each at its field, and where nothing at all
    was scored.
    """
    try:
        at = instant_typed(typed, "at", zone)
    except InputError as error:
        raise InputError(*error.faults, *_scores(_reader(typed, utc(now_us)))[1]) from None
    read = _reader(typed, at)
    if instant_us(at) > now_us:
        read.fault("at", f"{at:%d %b %Y, %H:%M}", "an instant that has passed", "write when it was done")
    found, faults = _scores(read)
    if faults:
        raise InputError(*faults)
    if not found:
        raise InputError(
            Fault(
                where="at", found="no score at all", allowed="at least one score", remedy="fill in one scale"
            )
        )
    return Assessed(events=tuple(event for event, _ in found), fields=tuple(where for _, where in found))


def _reader(typed: Mapping[str, str], at: datetime) -> _Reader:
    return _Reader(typed, at, typed.get("note", "").strip() or None, [])


def _scores(read: _Reader) -> tuple[list[tuple[Event, str]], list[Fault]]:
    found = [*_scales(read), *_angles(read), *_catches(read), *_measures(read)]
    return found, read.faults


def _scales(read: _Reader) -> Iterator[tuple[Event, str]]:
    for each in ASKED:
        for site in each.places:
            name = field_name(each.scale, site)
            value = _score(read, each, name)
            if value is not None:
                yield read.assess(each.scale, value, site), name


def _score(read: _Reader, each: Asked, name: str) -> float | str | None:
    """A right score, ``None`` where there is none or a wrong one, whose fault is then among the others."""
    text = read.text(name)
    if not text:
        return None
    try:
        value: float | str = text if each.grades else plain_number(text)
    except UnitError as error:
        read.faults.extend(fault.at(name) for fault in error.faults)
        return None
    wrong = tuple(score_faults(each, value, name))
    read.faults.extend(wrong)
    return None if wrong else value


# ------------------------------------------------------------------------------ rows of angles


def _angles(read: _Reader) -> Iterator[tuple[Event, str]]:
    """Angles of joints: the site tells side, joint and position, since no other angle compares."""
    for row in ROWS:
        joint, side, position, text = (read.text(f"rom-{row}-{part}") for part in _ANGLE_PARTS)
        if not any((joint, position, text)):
            continue
        where = f"rom-{row}-angle"
        angle = _quantity(read, where, text, Angle, "deg")
        try:
            if angle is not None:
                joint_range(joint, side, position, angle)
                yield read.assess("rom", float(angle), f"{side} {joint}, {position}"), where
        except InputError as error:
            read.faults.extend(fault.at(f"rom-{row}-{fault.where}") for fault in error.faults)


_ANGLE_PARTS = ("joint", "side", "position", "angle")


def _catches(read: _Reader) -> Iterator[tuple[Event, str]]:
    """The Tardieu scale: the dynamic component is the value; angles and quality stand in the note."""
    for row in ROWS:
        muscle, side, r1_text, r2_text, quality = (
            read.text(f"tardieu-{row}-{part}") for part in _CATCH_PARTS
        )
        if not any((muscle, r1_text, r2_text, quality)):
            continue
        where = f"tardieu-{row}"
        for part, value, known in (("muscle", muscle, MUSCLES), ("side", side, SIDES)):
            if value not in known:
                read.fault(
                    f"{where}-{part}", f"'{value}'" if value else "nothing", ", ".join(known), "choose"
                )
        r1 = _quantity(read, f"{where}-r1", r1_text, Angle, "deg")
        r2 = _quantity(read, f"{where}-r2", r2_text, Angle, "deg")
        if r1 is None or r2 is None:
            continue
        try:
            score = dynamic_angle(r1, r2, _quality(quality))
        except InputError as error:
            read.faults.extend(fault.at(f"{where}-{fault.where}") for fault in error.faults)
            continue
        words = f"R1 {r1.shown()}, R2 {r2.shown()}" + (f", quality {quality}" if quality else "")
        yield read.assess("tardieu", score.value.dynamic_deg, f"{side} {muscle}", words), f"{where}-r1"


def _quality(text: str) -> int | None:
    """The quality of the reaction; what is no plain number lies off the scale, which the scale then says."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else -1


_CATCH_PARTS = ("muscle", "side", "r1", "r2", "quality")


def _measures(read: _Reader) -> Iterator[tuple[Event, str]]:
    """Weight and height, which are no scores: they are what doses and parameters go by."""
    weight_text, height_text = read.text("weight"), read.text("height")
    weight = _quantity(read, "weight", weight_text, BodyWeight, "kg") if weight_text else None
    height = _quantity(read, "height", height_text, Length, "cm") if height_text else None
    if weight is not None or height is not None:
        yield (
            Weigh(at=read.at, weight=weight, height=height, note=read.note),
            ("weight" if weight is not None else "height"),
        )


def _quantity(read: _Reader, where: str, text: str, kind: type[Q], unit: str) -> Q | None:
    """A quantity typed as a bare number of ``unit``."""
    if not text:
        read.fault(where, "nothing", f"a number in {unit}", "fill it in, or empty the whole row")
        return None
    try:
        return kind.parse(f"{text} {unit}")
    except UnitError as error:
        read.faults.extend(fault.at(where) for fault in error.faults)
        return None
