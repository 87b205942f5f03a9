"""Which devices a notice touches: by role, model, serial or range of serials, lot, and day of the implant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from cisterna.care.devices import Device
from cisterna.errors import Fault, InputError
from cisterna.instants import utc

__all__ = ["Criteria", "Serials", "Touch", "serials_typed"]

_SERIAL = re.compile(r"(.*?)([0-9]+)([^0-9]*)")
_RANGE = re.compile(r"(\S+)\s+(?:to|-)\s+(\S+)", re.IGNORECASE)
_MOST_LINES = 2000


class Touch(StrEnum):
    """How a device stands to a notice."""

    SURE = "touched"
    MAYBE = "to be checked"  # what the notice names was not recorded of this device


@dataclass(frozen=True, kw_only=True)
class Serials:
    """One serial, or all from ``first`` to ``last``: the same letters around a number between two numbers."""

    first: str
    last: str

    @property
    def words(self) -> str:
        """As people write it."""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"

    def hold(self, serial: str) -> bool:
        """Whether a serial is one of them.

        >>> Serials(first="NGP400H", last="NGP499H").hold("ngp420h")
        True
        >>> Serials(first="NGP400H", last="NGP499H").hold("NGX420H")
        False
        """
        if self.first == self.last:
            return serial.strip().upper() == self.first
        first, last, held = _parts(self.first), _parts(self.last), _parts(serial)
        if held is None or first is None or last is None:
            return False
        alike = (held[0], held[2]) == (first[0], first[2])
        return alike and int(first[1]) <= int(held[1]) <= int(last[1])


def _parts(serial: str) -> tuple[str, str, str] | None:
    match = _SERIAL.fullmatch(serial.strip().upper())
    return None if match is None else (match[1], match[2], match[3])


def serials_typed(text: str, where: str) -> tuple[Serials, ...]:
    """Serials and ranges, one a line; raises :class:`~cisterna.errors.InputError` for a range that is none.

    >>> serials_typed("NGP1H to NGP9H", "serials")
    (Serials(first='NGP1H', last='NGP9H'),)
    """
    lines = [line.strip().upper() for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_LINES:
        raise InputError(
            Fault(
                where=where,
                found=f"{len(lines)} lines",
                allowed=f"at most {_MOST_LINES}",
                remedy="write ranges, as FIRST to LAST",
            )
        )
    return tuple(_serials(line, where) for line in lines)


def _serials(line: str, where: str) -> Serials:
    match = _RANGE.fullmatch(line)
    first, last = (match[1], match[2]) if match else (line, line)
    ends = _parts(first), _parts(last)
    is_range = match is not None and ends[0] is not None and ends[1] is not None
    alike = is_range and (ends[0][0], ends[0][2]) == (ends[1][0], ends[1][2])  # type: ignore[index]
    if (match is None and " " in line) or (match and not (alike and int(ends[0][1]) <= int(ends[1][1]))):  # type: ignore[index]
        raise InputError(
            Fault(
                where=where,
                found=f"'{line[:60]}'",
                allowed="one serial a line, or FIRST to LAST with the same letters and a rising number",
                remedy="write for example NGP400000H to NGP480000H",
            )
        )
    return Serials(first=first, last=last)


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What a notice names; what is empty is not asked.

    ``implanted_from`` and ``implanted_to`` are days at the site. Without ``also_out`` what was taken out does
    not count.
    """

    role: str = ""
    models: tuple[str, ...] = ()
    serials: tuple[Serials, ...] = ()
    lots: tuple[str, ...] = ()
    implanted_from: date | None = None
    implanted_to: date | None = None
    also_out: bool = False

    def touch(self, device: Device, zone: ZoneInfo) -> Touch | None:
        """Whether a device is touched; where its serial and lot were not recorded it is to be checked."""
        if not self._fits(device, zone):
            return None
        if not (self.serials or self.lots):
            return Touch.SURE
        serial, lot = (device.serial or "").strip(), (device.lot or "").strip().upper()
        if any(one.hold(serial) for one in self.serials if serial) or (lot and lot in self.lots):
            return Touch.SURE
        is_unknown = (bool(self.serials) and not serial) or (bool(self.lots) and not lot)
        return Touch.MAYBE if is_unknown else None

    def _fits(self, device: Device, zone: ZoneInfo) -> bool:
        """Role, model, day and place."""
        if (self.role and device.role != self.role) or (device.until_us is not None and not self.also_out):
            return False
        if self.models and device.model not in self.models:
            return False
        day = utc(device.since_us).astimezone(zone).date()
        is_early = self.implanted_from is not None and day < self.implanted_from
        is_late = self.implanted_to is not None and day > self.implanted_to
        return not (is_early or is_late)

    def faults(self) -> Iterator[Fault]:
        """A notice that names nothing would touch everybody."""
        if not (self.models or self.serials or self.lots):
            yield Fault(
                where="models",
                found="neither model nor serial nor lot",
                allowed="at least one of them",
                remedy="write what the notice names",
            )
        if self.implanted_from and self.implanted_to and self.implanted_to < self.implanted_from:
            yield Fault(
                where="implanted_to",
                found=self.implanted_to.isoformat(),
                allowed="not before the first day",
                remedy="correct the one that is wrong",
            )

    def words(self) -> Iterator[str]:
        """The criteria as people read them."""
        if self.role:
            yield f"{self.role}s"
        if self.models:
            yield f"model {', '.join(self.models)}"
        if self.serials:
            yield f"serial {', '.join(one.words for one in self.serials)}"
        if self.lots:
            yield f"lot {', '.join(self.lots)}"
        if self.implanted_from:
            yield f"implanted from {self.implanted_from.isoformat()}"
        if self.implanted_to:
            yield f"implanted to {self.implanted_to.isoformat()}"
        yield "in place or taken out" if self.also_out else "in place"
