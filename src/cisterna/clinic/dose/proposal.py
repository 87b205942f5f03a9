"""A new program that is proposed: what was typed, what runs now, what the judge and the pump say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, cast

from cisterna.care.check import Check, CheckVerdict, gravest_check, judgement_checks
from cisterna.care.refill_visit import PumpAtVisit, pump_at_visit, reading_checks
from cisterna.care.visit_outcome import Outcome, outcome_of
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.visits.fields import Field, Value
from cisterna.clinic.visits.program_form import program_fields, typed_program
from cisterna.clinic.visits.refill.steps import SESSION_ENDS
from cisterna.errors import Fault, InputError
from cisterna.instants import instant_us, utc
from cisterna.limits import Judgement, judge
from cisterna.therapy import Event, Fill, Implant, Interrogate, Program, Revise, Session, Therapy
from cisterna.units import DailyDose, Volume

__all__ = ["ProgramChange", "constant_flow"]

_Ended = Literal["running", "stopped-on-purpose", "not-completed", "uncertain"]
_SETS_THE_PUMP = (Program, Fill, Implant, Revise)
_REASON = Field(
    name="reason", label="Reason", form="area", required=False,
    range="kept with the program; needed where a limit is passed",
)  # fmt: skip
_SESSION = (
    Field(name="opened", label="Session opened", form="instant"),
    Field(name="at", label="Pump updated", form="instant"),
    Field(name="read_dose", label="Daily dose read back", form="quantity", quantity=DailyDose,
          unit="mcg/day"),
    Field(name="read_volume", label="Reservoir read back", form="quantity", quantity=Volume, unit="mL",
          required=False),
    Field(name="ended", label="The session ended", form="select", options=SESSION_ENDS),
)  # fmt: skip


def constant_flow(therapy: Therapy, pump: str | None) -> bool:
    """Whether a pump accepts no rate at all: its flow is built in."""
    return pump is not None and therapy.catalogue.pump(pump).modes == ("constant-flow",)


@dataclass(frozen=True, kw_only=True)
class ProgramChange:
    """A proposed program in the therapy of one patient; ``typed`` are the texts of the form.

    It is taken to be set now, until somebody types when the pump was updated.
    """

    therapy: Therapy
    choices: SiteChoices
    now_us: int
    typed: Mapping[str, str]

    # --------------------------------------------------------------------------- what is typed

    @cached_property
    def before(self) -> PumpAtVisit | None:
        """The pump as it is; ``None`` where there is none, it was never filled, or the record is refused."""
        return pump_at_visit(self.therapy, self.now_us)

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """The modes that the pump in place takes."""
        return self.before.state.system.model.modes if self.before else ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What the form asks; only the modes of this pump can be chosen."""
        return (*(self._of_this_pump(one) for one in program_fields()), _REASON)

    def _of_this_pump(self, one: Field) -> Field:
        if one.name != "mode":
            return one
        return replace(one, options=tuple(each for each in one.options if each[0] in self.modes))

    @property
    def session_fields(self) -> tuple[Field, ...]:
        """What is asked once the program was judged: the session and the reading back of this pump."""
        return tuple(self._within_reservoir(one) for one in _SESSION)

    def _within_reservoir(self, one: Field) -> Field:
        if one.name != "read_volume" or self.before is None:
            return one
        most = self.before.capacity_ml
        return replace(one, most=most, range=f"0 to {most:g} mL")

    def ask(self, name: str) -> Value:
        """The value of a field, ``None`` where nothing or nothing right stands in it."""
        wanted = next(one for one in (*self.fields, *self.session_fields) if one.name == name)
        try:
            return wanted.value(self.typed, self.choices.zone)
        except InputError:
            return None

    @property
    def reason(self) -> str:
        """Why the dose is changed, as it was typed."""
        return self.typed.get("reason", "").strip()

    @cached_property
    def at(self) -> datetime:
        """When the program is set; now too where another program was set at the instant that is typed."""
        found = self.ask("at")
        is_free = isinstance(found, datetime) and found not in self._programmed_at
        return cast("datetime", found) if is_free else utc(self.now_us).astimezone(self.choices.zone)

    @cached_property
    def _programmed_at(self) -> tuple[datetime, ...]:
        """When the pump was programmed: no second program can be of the same instant."""
        return tuple(event.at for event in self.therapy.valid_events if isinstance(event, Program))

    @cached_property
    def program(self) -> Program | None:
        """The program; ``None`` where it cannot be read, and :meth:`form_faults` tell why."""
        try:
            return typed_program(self.ask, self.at, self.reason or None)
        except InputError:
            return None

    # --------------------------------------------------------------------- what is said of it

    @cached_property
    def judgement(self) -> Judgement | None:
        """Every guardrail that the program touches, with the limits of the site."""
        if self.program is None:
            return None
        return judge(self.therapy, self.program, site=self.choices.limits)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The judgement as rows."""
        return () if self.judgement is None else judgement_checks(self.judgement)

    @cached_property
    def verdict(self) -> CheckVerdict:
        """The gravest of the checks."""
        return gravest_check(self.checks)

    @cached_property
    def outcome(self) -> Outcome | None:
        """Where the therapy stands now and with the program; ``None`` where it cannot be read."""
        if self.program is None:
            return None
        return outcome_of(
            self.therapy, [self.program], min(self.now_us, instant_us(self.at)),
            refill_cap_days=self.choices.refill_cap_days, worst_case_drives=self.choices.worst_case_drives,
        )  # fmt: skip

    @cached_property
    def refused(self) -> tuple[str, ...]:
        """What the pump refuses of it that it did not refuse before."""
        if self.outcome is None:
            return ()
        known = set(self.outcome.before.refusals)
        return tuple(text for text in self.outcome.after.refusals if text not in known)

    @cached_property
    def after(self) -> PumpAtVisit | None:
        """The pump just after the program was set."""
        if self.program is None or self.refused:
            return None
        therapy = replace(self.therapy, events=(*self.therapy.events, self.program))
        return pump_at_visit(therapy, instant_us(self.at))

    @cached_property
    def reading(self) -> tuple[Check, ...]:
        """What was read back against what was to be set."""
        if self.after is None:
            return ()
        dose, volume = self.ask("read_dose"), self.ask("read_volume")
        found = reading_checks(
            self.after, cast("Any", volume), cast("Any", dose), self.choices.settings
        )  # fmt: skip
        return tuple(check for check in found if check.verdict is not CheckVerdict.WAITING)

    # ------------------------------------------------------------------------------- its faults

    def form_faults(self) -> tuple[Fault, ...]:
        """What keeps the program from being judged, each at its field."""
        if self.before is None:
            return (_no_pump(),)
        wrong = tuple(_wrong(self.fields, self))
        if wrong:
            return wrong
        try:
            typed_program(self.ask, self.at, self.reason or None)
        except InputError as error:
            return error.faults
        return tuple(_at_mode(text) for text in self.refused)

    def record_faults(self) -> tuple[Fault, ...]:
        """What keeps the program from being recorded: times, limits, a reason that is missing."""
        wrong = (*self.form_faults(), *_wrong(self.session_fields, self))
        return wrong or (*self._time_faults(), *self._limit_faults(), *self._reading_faults())

    def _time_faults(self) -> Iterator[Fault]:
        opened, at = self.ask("opened"), cast("datetime", self.ask("at"))
        if instant_us(at) > self.now_us:
            yield Fault(where="at", found=f"{at:%d %b %Y, %H:%M}", allowed="an instant that has passed",
                        remedy="write when the pump was updated")  # fmt: skip
        if isinstance(opened, datetime) and opened > at:
            yield Fault(where="opened", found=f"{opened:%d %b %Y, %H:%M}", allowed="not after the update",
                        remedy="correct the one that is wrong")  # fmt: skip
        last = [event for event in self.therapy.valid_events if isinstance(event, _SETS_THE_PUMP)]
        if last and (last[-1].at > at or at in self._programmed_at):
            set_at = last[-1].at.astimezone(self.choices.zone)
            yield Fault(
                where="at", found=f"{at:%d %b %Y, %H:%M}",
                allowed=f"after the {last[-1].kind} of {set_at:%d %b %Y, %H:%M}",
                remedy="write when the pump was updated; what was forgotten earlier is added as a correction",
            )  # fmt: skip

    def _limit_faults(self) -> Iterator[Fault]:
        """A limit that cannot be overridden, with what it accepts; or a reason that is missing."""
        over = [check for check in self.checks if check.verdict is CheckVerdict.OVER]
        for check in over:
            source = f" ({check.source})" if check.source else ""
            yield Fault(
                where="checks", found=check.text.rstrip(".") or check.title,
                allowed=f"{check.accepted or 'what the limit accepts'}{source}",
                remedy="go back and change the program; this limit cannot be overridden",
            )  # fmt: skip
        if not over and self.verdict is CheckVerdict.CAUTION and not self.reason:
            yield Fault(where="reason", found="no reason", allowed="a reason, because a limit is passed",
                        remedy="say why it goes on all the same; the next reader sees it")  # fmt: skip

    def _reading_faults(self) -> Iterator[Fault]:
        """What was read back must be what was set, unless the session did not end with a running pump."""
        if self.ask("ended") != "running":
            return
        for check in self.reading:
            if check.name == "reading-dose" and check.verdict is not CheckVerdict.WITHIN:
                yield Fault(
                    where="read_dose", found=check.result, allowed=check.accepted,
                    remedy="read the pump again; where it runs something else, go back and type that",
                )  # fmt: skip

    # ------------------------------------------------------------------------- what is recorded

    def events(self) -> tuple[Event, ...]:
        """The program, the session and the reading back, in the order in which they happened."""
        assert self.program is not None, "asked only without faults"  # noqa: S101
        made: list[Event] = [self.program]
        if self._has_sessions:
            opened, ended = cast("datetime", self.ask("opened")), cast("_Ended", self.ask("ended"))
            made.append(Session(at=self.at, opened=opened, ended=ended))
        made.append(
            Interrogate(
                at=self.at,
                daily_dose=cast("DailyDose", self.ask("read_dose")),
                reservoir=cast("Volume | None", self.ask("read_volume")),
            )
        )
        return tuple(made)

    @property
    def _has_sessions(self) -> bool:
        """Whether the model of the pump tells what it does while it is programmed."""
        assert self.before is not None, "asked only without faults"  # noqa: S101
        return self.before.state.system.model.properties.get("while_programming") is not None


def _wrong(fields: tuple[Field, ...], change: ProgramChange) -> Iterator[Fault]:
    for one in fields:
        try:
            one.value(change.typed, change.choices.zone)
        except InputError as error:
            yield from error.faults


def _no_pump() -> Fault:
    return Fault(where="mode", found="no pump that was filled and can be run",
                 allowed="a pump with drug in it", remedy="record implant and fill first")  # fmt: skip


def _at_mode(text: str) -> Fault:
    return Fault(where="mode", found=text.rstrip("."), allowed="a program that this pump takes",
                 remedy="change the program")  # fmt: skip
