"""What ends a therapy: what was typed, what the pump holds at its end, and the events that are recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import cast

from cisterna.care.drug_balance import DrugBalance, drug_balance
from cisterna.care.standing import Standing, standing_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.visits.fields import YES_NO, Field, Value
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us, utc
from cisterna.pump import Status, refusals, run_pump
from cisterna.therapy import Event, Explant, Stop, Therapy
from cisterna.units import Volume

__all__ = ["WAYS", "Ending"]

WAYS = (
    ("explant", "the pump is taken out"),
    ("stop", "the pump is stopped and stays in"),
)
"""How a therapy ends."""

_FIELDS = (
    Field(name="way", label="How it ends", form="choice", options=WAYS),
    Field(name="at", label="Stopped at", form="instant", range="or taken out, where it stood still before"),
    Field(name="out", label="Taken out at", form="instant", required=False,
          range="only where the pump is taken out"),
    Field(name="withdrawn", label="Withdrawn from the reservoir", form="quantity", quantity=Volume, unit="mL",
          required=False, range="only where the pump is taken out; 0 where it was dry"),
    Field(name="reason", label="Reason", form="area", range="why the therapy ends; the next reader sees it"),
    Field(name="cover", label="Baclofen by mouth arranged against withdrawal", form="choice", options=YES_NO),
    Field(name="cover_words", label="What was arranged, or why nothing", form="area",
          range="drug, dose and who follows it up"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The end of one patient's therapy as it was typed."""

    therapy: Therapy
    choices: SiteChoices
    now_us: int
    typed: Mapping[str, str]

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the form asks."""
        return _FIELDS

    def ask(self, name: str) -> Value:
        """The value of a field, ``None`` where nothing or nothing right stands in it."""
        wanted = next(one for one in _FIELDS if one.name == name)
        try:
            return wanted.value(self.typed, self.choices.zone)
        except InputError:
            return None

    @cached_property
    def standing(self) -> Standing:
        """Where the therapy stands now."""
        return standing_of(self.therapy, utc(self.now_us))

    @property
    def can_end(self) -> bool:
        """Whether a pump is in place and its record can be run."""
        return drug_balance(self.therapy, self.now_us) is not None

    @property
    def takes_out(self) -> bool:
        """Whether the pump is taken out."""
        return self.ask("way") == "explant"

    @cached_property
    def ended_at(self) -> datetime | None:
        """When the pump left the patient, or stood still for good."""
        return cast("datetime | None", self.ask("out") if self.takes_out else self.ask("at"))

    @cached_property
    def balance(self) -> DrugBalance | None:
        """The drug account just before the end."""
        at = self.ended_at
        if at is None:
            return None
        before = replace(self.therapy, events=(*self.therapy.events, *self._stop()))
        return drug_balance(before, instant_us(at))

    def _stop(self) -> tuple[Event, ...]:
        """The stop, unless the pump stood still or takes no command."""
        at = cast("datetime | None", self.ask("at"))
        if at is None:
            return ()
        run = run_pump(self.therapy, instant_us(at))
        if run is None or run.last.status is Status.STOPPED or run.last.system.is_constant_flow:
            return ()
        return (Stop(at=at, reason=self.typed.get("reason", "").strip() or None, note=self._note()),)

    def _note(self) -> str | None:
        words = self.typed.get("cover_words", "").strip()
        said = "arranged" if self.ask("cover") == "yes" else "not arranged"
        return f"Cover by mouth {said}: {words}" if words else None

    def events(self) -> tuple[Event, ...]:
        """Stop and explant, in order."""
        out: tuple[Event, ...] = ()
        if self.takes_out and self.ended_at is not None:
            out = (
                Explant(
                    at=self.ended_at,
                    withdrawn=cast("Volume | None", self.ask("withdrawn")),
                    reason=self.typed.get("reason", "").strip(),
                    note=self._note(),
                ),
            )
        return (*self._stop(), *out)

    # ------------------------------------------------------------------------------- its faults

    def faults(self) -> tuple[Fault, ...]:
        """What keeps it from being recorded, each at its field."""
        if not self.can_end:
            return (
                Fault(where="way", found="no pump in place that can be run", allowed="a pump in place",
                      remedy="look at the record of the events"),
            )  # fmt: skip
        wrong = tuple(self._field_faults())
        return wrong or (*self._explant_faults(), *self._time_faults()) or tuple(self._refused())

    def _field_faults(self) -> Iterator[Fault]:
        for one in _FIELDS:
            try:
                one.value(self.typed, self.choices.zone)
            except InputError as error:
                yield from error.faults

    def _explant_faults(self) -> Iterator[Fault]:
        if not self.takes_out:
            return
        for name, what in (
            ("out", "when it was taken out"),
            ("withdrawn", "what was withdrawn, 0 where dry"),
        ):
            if self.ask(name) is None:
                yield Fault(where=name, found="nothing", allowed=what, remedy="fill it in")

    def _time_faults(self) -> Iterator[Fault]:
        stopped, out = self.ask("at"), self.ask("out") if self.takes_out else None
        for name, at in (("at", stopped), ("out", out)):
            if isinstance(at, datetime) and instant_us(at) > self.now_us:
                yield Fault(where=name, found=f"{at:%d %b %Y, %H:%M}", allowed="an instant that has passed",
                            remedy="write when it was done")  # fmt: skip
        if isinstance(stopped, datetime) and isinstance(out, datetime) and out < stopped:
            yield Fault(where="out", found=f"{out:%d %b %Y, %H:%M}", allowed="not before the stop",
                        remedy="correct the one that is wrong")  # fmt: skip
        last = self.therapy.valid_events[-1] if self.therapy.valid_events else None
        if last is not None and isinstance(stopped, datetime) and stopped < last.at:
            held = last.at.astimezone(self.choices.zone)
            yield Fault(where="at", found=f"{stopped:%d %b %Y, %H:%M}",
                        allowed=f"after the last event of the record, {held:%d %b %Y, %H:%M}",
                        remedy="correct the time, or the record first")  # fmt: skip

    def _refused(self) -> Iterator[Fault]:
        """What therapy or pump refuse of it, such as more withdrawn than the reservoir holds."""
        when = "out" if self.takes_out else "at"
        try:
            events = self.events()
            therapy = replace(self.therapy, events=(*self.therapy.events, *events))
            found = refusals(therapy)
        except InputError as error:
            found = error.faults
            events = ()
        else:
            if not events:
                yield Fault(where="way", found="a pump that stands still", allowed="what was not done yet",
                            remedy="choose that it is taken out, or leave it as it is")  # fmt: skip
        known = set(refusals(self.therapy))
        for fault in found:
            if fault not in known:
                yield fault.at("withdrawn" if "withdrawn" in fault.where else when)
        balance, withdrawn = self.balance, self.ask("withdrawn")
        run = run_pump(self.therapy, self.now_us)
        if run is not None and isinstance(withdrawn, float) and withdrawn > run.last.system.capacity_ml:
            capacity = Volume(run.last.system.capacity_ml).shown()
            yield Fault(where="withdrawn", found=Volume(withdrawn).shown(), allowed=f"at most {capacity}",
                        remedy="correct it; the reservoir holds no more")  # fmt: skip
        if balance is None and not found:
            yield Fault(where="at", found="an instant at which no pump was in place", allowed="a later one",
                        remedy="correct the time")  # fmt: skip
