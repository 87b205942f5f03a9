"""What a paper about a patient is made from, and the pieces that several papers share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import cisterna
from cisterna.care.devices import Device
from cisterna.care.in_force import ProgramInForce, ReservoirInForce
from cisterna.care.need import Need, NeedKind
from cisterna.care.ordered_steps import OrderedStep, ordered_steps
from cisterna.care.standing import Standing, StandingStatus
from cisterna.clinic.due.counting import today_of
from cisterna.clinic.due.serving import VISIT_KINDS
from cisterna.clinic.events.timeline import Day
from cisterna.clinic.patients.repository import Booked
from cisterna.clinic.record import Identity
from cisterna.clinic.settings.site import SiteChoices
from cisterna.clinic.web.tongue import Tongue
from cisterna.evidence import Settings
from cisterna.instants import utc
from cisterna.report.papers import Field, Made
from cisterna.report.wording import UNKNOWN
from cisterna.therapy import Therapy
from cisterna.units import MCG_PER_MG

__all__ = ["WEEK", "Case", "Maker", "clock_time", "field_of", "made_words", "statuses"]

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""The days from Monday on, as the catalogue of messages has them."""


@dataclass(frozen=True, kw_only=True)
class Maker:
    """Who makes a paper, when, in which language, for which service."""

    by: str
    at_us: int
    choices: SiteChoices
    say: Tongue

    @property
    def site(self) -> str:
        """The name of the service; empty where the site did not choose one."""
        return self.choices.word("site_name")

    @property
    def telephone(self) -> str:
        """The telephone of the service; empty where the site did not choose one."""
        return self.choices.word("site_telephone")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the site, in which it says when it was made."""
        return self.choices.zone

    @property
    def today(self) -> date:
        """The day at the site."""
        return today_of(self.choices, self.at_us)

    @property
    def made(self) -> Made:
        """Who made it, when and by what, as it stands on the paper."""
        at = f"{self.say.instant(self.at_us, self.zone)} ({self.zone.key})"
        return Made(by=self.by, at=at, at_us=self.at_us, version=cisterna.__version__)


def made_words(maker: Maker, entries: int | None = None) -> dict[str, str]:
    """The words that the layout prints by itself; ``entries`` tell how much the record held."""
    _, made = maker.say, maker.made
    told = _("Cisterna %(version)s, made %(at)s by %(by)s", version=made.version, at=made.at, by=made.by)
    if entries is not None:
        held = _("record of %(entries)s entries", entries=str(entries))
        told = f"{told}, {held}"
    return {
        "made": told,
        "page": _("Page"),
        "telephone": _("Telephone"),
        "draft": _("Draft"),
        "draft_lacks": _("It lacks: %(names)s. It is not final until that is completed.", names="{names}"),
        "lacks_here": _("not known: to be completed"),
        "name_date": _("name, date, time"),
        "cut": _("Cut along the dashed line, fold at the dotted one, and carry it always."),
    }


@dataclass(frozen=True, kw_only=True)
class Case:
    """A patient as a paper needs it; ``days`` are those of the record, the last one first.

    ``confirmed`` are the names of who confirmed an event, ``recorded`` of who wrote it, by its id.
    """

    maker: Maker
    identity: Identity
    therapy: Therapy
    standing: Standing | None
    needs: tuple[Need, ...]
    team: Mapping[str, str]
    days: tuple[Day, ...]
    entries: int
    confirmed: Mapping[str, str]
    recorded: Mapping[str, str]
    booked: tuple[Booked, ...] = ()

    @property
    def has_pump(self) -> bool:
        """Whether a pump is in place; without one a paper tells and lacks nothing of it."""
        return self.doing not in {StandingStatus.NO_PUMP, StandingStatus.EXPLANTED}

    @property
    def is_unread_after_scan(self) -> bool:
        """Whether nobody has read the pump since a scan: then nobody may say that it runs."""
        return any(need.kind is NeedKind.CHECK_AFTER_MRI for need in self.needs)

    @property
    def say(self) -> Tongue:
        """The language of the paper."""
        return self.maker.say

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the patient."""
        return self.therapy.zone

    @property
    def settings(self) -> Settings:
        """The evidence with the choices of the site."""
        return self.maker.choices.settings

    @property
    def program(self) -> ProgramInForce | None:
        """The program of the pump, where it has one."""
        return self.standing.program if self.standing else None

    @property
    def reservoir(self) -> ReservoirInForce | None:
        """The reservoir of the pump, where it was filled."""
        return self.standing.reservoir if self.standing else None

    @property
    def doing(self) -> StandingStatus:
        """What the pump is doing now."""
        return self.standing.status_at(self.maker.at_us) if self.standing else StandingStatus.NO_PUMP

    @property
    def name(self) -> str:
        """Family name in capitals, then the given name."""
        return f"{self.identity.family_name.upper()}, {self.identity.given_name}"

    def refill_by(self) -> date | None:
        """The day by which the pump must be refilled."""
        return next((need.due_on for need in self.needs if need.kind is NeedKind.REFILL), None)

    def day_of(self, at_us: int | None) -> date | None:
        """The day of an instant in the patient's zone."""
        return None if at_us is None else utc(at_us).astimezone(self.zone).date()

    # ------------------------------------------------------------------ pieces of papers

    def who(self) -> tuple[Field, ...]:
        """Whose paper it is."""
        _, patient = self.say, self.therapy.patient
        allergies = self.therapy.history.allergies
        weight_kg = self.therapy.weight_at(self.maker.today)
        return (
            field_of(_("Patient"), self.name),
            field_of(_("Born"), _.day(patient.born, weekday=False)),
            field_of(_("Hospital number"), self.identity.number),
            field_of(_("Weight"), f"{_.amount(weight_kg, 1)} kg" if weight_kg else "", required=False),
            field_of(_("Allergies"), _(allergies) if allergies else _("not asked"), required=False),
        )

    def therapy_now(self) -> Iterator[Field]:
        """Drug, concentration, dose, mode, and what the pump does."""
        yield from self._pump_does()
        if self.has_pump:
            yield from self._pump_gives()
        if self.standing and self.standing.oral:
            _, oral = self.say, self.standing.oral
            dose = f"{_.amount(oral.dose_mcg / MCG_PER_MG)} mg"
            yield field_of(_("Baclofen by mouth"), f"{dose}, {', '.join(oral.times)}")

    def _pump_does(self) -> Iterator[Field]:
        _ = self.say
        if self.is_unread_after_scan:
            yield field_of(_("The pump"), "")
            yield field_of(_("Because"), _("it was in the field of an MRI scanner and was not read since"))
            return
        yield field_of(_("The pump"), statuses(_)[self.doing])
        if self.standing and self.standing.why and self.doing is not StandingStatus.RUNNING:
            yield field_of(_("Because"), _.told(self.standing.why))

    def _pump_gives(self) -> Iterator[Field]:
        _, reservoir, program = self.say, self.reservoir, self.program
        yield field_of(_("Drug"), _(reservoir.drug) if reservoir else "")
        yield field_of(
            _("Concentration"),
            f"{_.amount(reservoir.concentration_mcg_per_ml)} mcg/mL" if reservoir else "",
        )
        if reservoir:
            full = f"{_.amount(reservoir.full_mcg)} mcg / {_.amount(reservoir.capacity_ml)} mL"
            yield field_of(_("When full"), full, note=_("calculated"))
        yield field_of(
            _("Daily dose"), f"{_.amount(program.daily_dose_mcg)} {_('mcg/day')}" if program else ""
        )
        yield field_of(_("Mode"), _(program.mode.replace("-", " ")) if program else "")
        if program and program.patient_bolus:
            yield field_of(_("Patient bolus"), self.bolus_words())

    def rates(self) -> Iterator[Field]:
        """The rate over the day by the pump's clock, where it is not the same all day."""
        _, program = self.say, self.program
        steps = ordered_steps(program) if program else ()
        if len(steps) > 1:
            yield field_of(_("Rates, by the pump's clock"), "; ".join(self._rate(step) for step in steps))

    def _rate(self, step: OrderedStep) -> str:
        _ = self.say
        days = ", ".join(_(WEEK[place]) for place in step.weekdays)
        rate = f"{clock_time(step.start_h)} {_.amount(step.dose_mcg_per_h, 4)} mcg/h"
        return f"{days} {rate}" if days else rate

    def bolus_words(self) -> str:
        """The patient bolus that is allowed."""
        _ = self.say
        allowed = self.program.patient_bolus if self.program else None
        if allowed is None:
            return _("none")
        return _(
            "%(dose)s mcg, at most %(many)s a day, at least %(apart)s h apart",
            dose=_.amount(allowed.dose_mcg),
            many=str(allowed.per_day),
            apart=_.amount(allowed.lockout_h),
        )

    def dates(self) -> Iterator[Field]:
        """Last refill and the coming dates; the coming ones are calculated."""
        if self.has_pump:
            yield from self._pump_dates()
        yield from self._visits()

    def _visits(self) -> Iterator[Field]:
        _ = self.say
        for one in self.booked:
            if one.at_us >= self.maker.at_us:
                parts = (
                    _(VISIT_KINDS.get(one.kind, one.kind)),
                    _.instant(one.at_us, self.zone),
                    one.with_whom,
                )
                yield field_of(_("Booked visit"), ", ".join(part for part in parts if part))

    def _pump_dates(self) -> Iterator[Field]:
        _, reservoir = self.say, self.reservoir
        dates = self.standing.dates if self.standing else None
        note = _("calculated, not measured")
        filled = self.day_of(reservoir.filled_us) if reservoir else None
        yield field_of(_("Last filled"), _.day(filled) if filled else "")
        refill = self.refill_by()
        yield field_of(_("Refill by"), _.day(refill) if refill else "", note=note)
        alarm = dates.low_reservoir_alarm_date.date if dates else None
        yield field_of(_("Low-reservoir alarm"), _.day(alarm) if alarm else "", note=note)
        replace_by = dates.replace_by_date.date if dates else None
        if replace_by:
            yield field_of(_("Replace the pump by"), _.day(replace_by, weekday=False), note=note)

    def devices(self) -> Iterator[Field]:
        """Pump and catheter with their serial numbers."""
        _, stands = self.say, self.standing
        if not self.has_pump:
            return
        pump = stands.pump if stands else None
        catheter = stands.catheter if stands else None
        yield field_of(_("Pump"), _model(pump))
        yield field_of(_("Serial number"), (pump.serial or "") if pump else "")
        if pump:
            yield field_of(_("Implanted"), _.day(self.day_of(pump.since_us), weekday=False))
        yield field_of(_("Catheter"), _model(catheter))
        yield field_of(
            _("Serial number of the catheter"), (catheter.serial or "") if catheter else "", required=False
        )
        yield field_of(_("Catheter tip"), (stands.tip or "") if stands else "", required=False)

    def contacts(self, *, and_family: bool = True) -> Iterator[Field]:
        """Whom to call; the family itself only where others read it."""
        _ = self.say
        yield field_of(self.maker.site or _("The service"), self.maker.telephone)
        for part, name in sorted(self.team.items()):
            yield field_of(_(part.capitalize()), name)
        for contact in self.identity.contacts if and_family else ():
            yield field_of(_("Contact"), contact)


def _model(device: Device | None) -> str:
    return "" if device is None else f"{device.maker} {device.model}"


def clock_time(hour: float) -> str:
    """Hours since midnight as a time of day.

    >>> clock_time(6.5), clock_time(24.0)
    ('06:30', '24:00')
    """
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def field_of(label: str, value: str, *, note: str = "", required: bool = True) -> Field:
    """A field; an empty value is not known, and where it is ``required`` the paper lacks it.

    >>> field_of("Dose", "").lacks, field_of("Lot", "", required=False).value
    (True, '\u2013')
    """
    return Field(
        label=label, value=value or UNKNOWN, note=note if value else "", lacks=required and not value
    )


def statuses(_: Tongue) -> dict[StandingStatus, str]:
    """What the pump is doing, in words for a paper."""
    return {
        StandingStatus.NO_PUMP: _("no pump"),
        StandingStatus.NOT_FILLED: _("not filled"),
        StandingStatus.NOT_PROGRAMMED: _("not programmed"),
        StandingStatus.RUNNING: _("runs"),
        StandingStatus.STOPPED: _("STOPPED"),
        StandingStatus.EMPTY: _("EMPTY by the count"),
        StandingStatus.NOT_DELIVERING: _("DOES NOT DELIVER"),
        StandingStatus.SAFE_STATE: _("runs at its lowest rate after a reset"),
        StandingStatus.UNCERTAIN: _("NOT KNOWN until it is interrogated"),
        StandingStatus.END_OF_SERVICE: _("END OF SERVICE: it has stopped"),
        StandingStatus.EXPLANTED: _("explanted"),
        StandingStatus.REFUSED: _("NOT KNOWN: the record must be mended"),
    }
