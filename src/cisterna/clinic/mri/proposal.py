"""The two halves of an episode as they were typed: the scan, and the reading after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from cisterna.care.scans import mri_episodes
from cisterna.clinic.events.forms import replacement_table
from cisterna.clinic.visits.fields import YES_NO, Field
from cisterna.clinic.visits.proposed import Proposed
from cisterna.errors import Fault, UnitError
from cisterna.instants import instant_us, utc
from cisterna.therapy import Correct, Event, Interrogate, Mri
from cisterna.units import DailyDose, Volume, plain_number

__all__ = ["READING", "SCAN", "ReadingAfter", "Scan"]

SCAN = (
    Field(name="at", label="In the field from", form="instant"),
    Field(
        name="until",
        label="Out of the field at",
        form="instant",
        required=False,
        range="left out: how long it stood still is not known",
    ),
    Field(name="field", label="Field in T", required=False, range="for example 1.5"),
    Field(name="reason", label="What was scanned, and why", form="area", required=False),
)
"""What is asked about a scan."""

READING = (
    Field(name="at", label="Read at", form="instant"),
    Field(
        name="resumed",
        label="The pump ran when it was read",
        form="choice",
        options=YES_NO,
        range="by its own log: never assume it",
    ),
    Field(
        name="reservoir",
        label="Volume that the programmer showed",
        form="quantity",
        quantity=Volume,
        unit="mL",
        required=False,
    ),
    Field(
        name="daily_dose",
        label="Daily dose that it showed",
        form="quantity",
        quantity=DailyDose,
        unit="mcg/day",
        required=False,
    ),
    Field(name="note", label="Alarms and events that it told", form="area", required=False),
)
"""What is asked about the reading after it."""


@dataclass(frozen=True, kw_only=True)
class Scan(Proposed):
    """A scan that was done."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the form asks."""
        return SCAN

    def own_faults(self) -> Iterator[Fault]:
        """An end before the beginning, a field that is no number."""
        until = self.ask("until")
        if isinstance(until, datetime) and until < self.at():
            yield Fault(
                where="until",
                found=f"{until:%d %b %Y, %H:%M}",
                allowed="not before the scan began",
                remedy="correct the one that is wrong",
            )
        if self.text("field") and not self._is_field():
            yield Fault(
                where="field",
                found=f"'{self.text('field')}'",
                allowed="a magnetic field above 0 in T",
                remedy="write the number alone, for example 1.5",
            )

    def _is_field(self) -> bool:
        try:
            return plain_number(self.text("field")) > 0
        except UnitError:
            return False

    def events(self) -> tuple[Event, ...]:
        """The scan."""
        field = f"{self.text('field')} T" if self.text("field") else None
        until = cast("datetime | None", self.ask("until"))
        return (Mri(at=self.at(), until=until, field=field, reason=self.text("reason") or None),)


@dataclass(frozen=True, kw_only=True)
class ReadingAfter(Proposed):
    """The reading that closes every scan that is open."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the form asks."""
        return READING

    @property
    def open_scans(self) -> tuple[Mri, ...]:
        """The scans that wait for it, the last first."""
        return tuple(one.scan for one in mri_episodes(self.therapy) if one.is_open)

    def own_faults(self) -> Iterator[Fault]:
        """A reading without a scan before it, or before its end."""
        if not self.open_scans:
            yield Fault(
                where="at",
                found="no scan that waits for a reading",
                allowed="a scan without a reading after it",
                remedy="record the scan first, or the reading as an event",
            )
            return
        end = max((scan.until or scan.at for scan in self.open_scans), key=instant_us)
        if self.at() < end:
            local = end.astimezone(self.choices.zone)
            yield Fault(
                where="at",
                found=f"{self.at():%d %b %Y, %H:%M}",
                allowed=f"an instant after the scan, {local:%d %b %Y, %H:%M}",
                remedy="correct it, or the record of the scan",
            )

    def events(self) -> tuple[Event, ...]:
        """The reading; what it tells of the last scan takes the place of what was not known."""
        read = Interrogate(
            at=self.at(),
            reservoir=cast("Volume | None", self.ask("reservoir")),
            daily_dose=cast("DailyDose | None", self.ask("daily_dose")),
            reason="after the scan",
            note=self.text("note") or None,
        )
        scan, ran = self.open_scans[0], self.ask("resumed") == "yes"
        if scan.resumed == ran:
            return (read,)
        new = replacement_table(replace(scan, resumed=ran), scan)
        why = "Whether the pump ran again was found when it was read after the scan."
        return (Correct(at=utc(self.now_us), event=self._name_of(scan), why=why, new=new), read)

    def _name_of(self, scan: Mri) -> str:
        """The id of the entry that put the scan in place."""
        path = self.therapy.path_of(scan)
        return self.therapy.events[int(path.removeprefix("event[").partition("]")[0])].id or ""
