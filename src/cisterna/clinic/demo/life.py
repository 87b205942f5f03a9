"""The life of one invented patient with a pump: referral, trial, implant, titration, refills, reviews."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from cisterna.clinic.demo.chart import Chart, local
from cisterna.clinic.demo.patient import BookedVisit, InventedPatient, TeamMember, VisitKind
from cisterna.clinic.demo.people import STAFF, invented_identity
from cisterna.clinic.demo.regimen import (
    Filling,
    Regimen,
    weekday_after,
    weekday_before,
)
from cisterna.clinic.demo.scores import other_scales
from cisterna.clinic.demo.story import GROWN, SHUNT, Subject, weight_and_height
from cisterna.clinic.demo.tone import InventedTone
from cisterna.evidence import Settings, builtin_catalogue, number
from cisterna.pump import Dates, implanted_system
from cisterna.therapy import (
    BridgeBolus,
    Fill,
    Implant,
    Interrogate,
    LumbarBolus,
    Note,
    PrimingBolus,
    Program,
    Weigh,
)
from cisterna.units import BodyWeight, Concentration, DailyDose, Length, Mass, Volume

__all__ = ["SURGEON", "Life"]

SURGEON = next(person.name for person in STAFF if person.login == "stork")
_LADDER = tuple(
    int(number(f"screening_dose_{name}").in_unit("mcg")) for name in ("first", "second", "highest")
)
_BOOKED_EARLY = 0.6  # of the refills that are far away
_YEAR = timedelta(days=364)  # the same day of the week


@dataclass(kw_only=True)
class Life:
    """What is known of an invented patient while the story is told; chapters add to its chart."""

    subject: Subject
    number: str
    tone: InventedTone
    chart: Chart
    regimen: Regimen | None = None
    implant: Implant | None = None
    fills: list[Fill] = field(default_factory=list)
    programs: dict[int, Program] = field(default_factory=dict)
    mode: dict[str, Any] = field(default_factory=dict)
    serials: int = 0

    @classmethod
    def begun(cls, subject: Subject, number: str) -> Life:
        """A patient who was referred, with a team."""
        random, tone = subject.random, InventedTone.drawn(subject.random, subject.story.condition)
        by_role = {
            role: [person.name for person in STAFF if person.role == role] for role in ("physician", "nurse")
        }
        therapist = next(person.name for person in STAFF if person.role == "therapist")
        team = (
            TeamMember(part="physician", name=random.choice(by_role["physician"])),
            TeamMember(part="nurse", name=random.choice(by_role["nurse"])),
            TeamMember(part="therapist", name=therapist),
            TeamMember(part="surgeon", name=SURGEON),
        )
        chart = Chart(
            random=random, patient=subject.patient(tone.untreated), history=subject.history(), team=team
        )
        return cls(subject=subject, number=number, tone=tone, chart=chart)

    @property
    def random(self) -> Random:
        """The randomness of this patient alone."""
        return self.subject.random

    @property
    def today(self) -> date:
        """The day that everything is told from."""
        return self.subject.today

    @property
    def fillings(self) -> tuple[Filling, ...]:
        """The fills that were planned; empty before the implant."""
        return self.regimen.fills if self.regimen else ()

    @property
    def dose(self) -> int:
        """The daily dose of the last fill."""
        return self.fillings[-1].dose

    @property
    def trimmed(self) -> Length | None:
        """What was cut from the catheter, where there is one."""
        return self.implant.catheter_trimmed if self.implant else None

    def ago(self, days: int) -> date:
        """A working day about so many days before today."""
        return weekday_before(self.today - timedelta(days=days))

    def serial(self, letters: str) -> str:
        """A serial that says that nobody made the device."""
        self.serials += 1
        return f"DEMO-{letters}{self.number.removeprefix('DEMO-')}-{self.serials}"

    def lot(self) -> str:
        """A lot that nobody made; a few of them, so that a search for one finds several patients."""
        return f"DEMO-L{self.random.randint(10, 39)}"

    def share(self, dose: float) -> float:
        """How much of the full effect a daily dose has here, from 0 to 1; only a story."""
        return min(1.0, dose / max(1, self.subject.story.target[0]))

    # -------------------------------------------------------------------------- before the pump

    def referred(self, day: date) -> None:
        """The first visit: weight, tone, function, and why they came."""
        chart, therapist = self.chart, self.chart.who("therapist")
        note = f"Referred for {chart.history.goals}. Invented."
        chart.add(Note, day, "08:45", by=chart.who("physician"), note=note)
        self.weighed(day)
        chart.tone(day, "09:20", self.tone.scores(self.random, 0.0), by=therapist)
        self.scales(day, 0.0)

    def weighed(self, day: date) -> None:
        """Weight and height."""
        weight, height = weight_and_height(self.random, self.subject.age_on(day), self.subject.person.sex)
        self.chart.add(
            Weigh, day, "09:05", by=self.chart.who("nurse"), weight=BodyWeight(weight), height=Length(height)
        )

    def scales(self, day: date, share: float) -> None:
        """The other scales of a review, where the story has them."""
        story, age = self.subject.story, self.subject.age_on(day)
        if story.scales:
            other_scales(self.chart, day, share, gmfcs=story.gmfcs, age=age)

    def screened(self, last: date, dose: int, *, responds: bool = True) -> None:
        """Screening doses up the published ladder, one a day, until one works or none is left."""
        ladder = [rung for rung in _LADDER if rung < dose]
        day = last
        for rung in reversed((*ladder, dose)):
            self.bolus(day, rung, responds=responds and rung == dose)
            day = weekday_before(day - timedelta(days=1))

    def bolus(self, day: date, dose: int, *, responds: bool) -> None:
        """A screening bolus with the scores before it and four hours after."""
        chart, by = self.chart, self.chart.who("physician")
        therapist = chart.who("therapist")
        chart.tone(day, "09:30", self.tone.scores(self.random, 0.0), by=therapist)
        chart.add(LumbarBolus, day, "10:00", by=by, dose=Mass(dose), level=self.random.choice(("L3", "L4")))
        chart.tone(day, "14:00", self.tone.scores(self.random, 0.95 if responds else 0.1), by=therapist)

    # ------------------------------------------------------------------------------- the implant

    def operated(self, day: date, dose: int) -> None:
        """Pump and catheter in, first fill, prime and first program."""
        story, chart = self.subject.story, self.chart
        self.implant = chart.add(
            Implant, day, "09:00", by=SURGEON, pump=story.pump, catheter=story.catheter,
            catheter_trimmed=Length(self.random.randint(40, 58)),
            tip=self.random.choice(("T9", "T10", "T11")), alarm_volume=Volume(story.alarm_ml),
            pump_serial=self.serial("P"), catheter_serial=self.serial("C"),
            pump_lot=self.lot(), catheter_lot=self.lot(),
        )  # fmt: skip
        self.filled(day, "10:00", 500, first=True, rinsed=True)
        chart.add(PrimingBolus, day, "10:10", by=SURGEON, parts="pump+catheter")
        self.programmed(0, day, "11:00", dose, reason="start at twice the screening dose")

    def filled(
        self, day: date, clock: str, strength: int, *, first: bool = False, rinsed: bool = False
    ) -> Fill:
        """The reservoir emptied and filled; what was withdrawn is measured when the therapy is made."""
        chart, nurse = self.chart, self.chart.who("nurse")
        capacity_ml = builtin_catalogue().pump(self.subject.story.pump).need("reservoir_volume", "mL")
        fill = chart.add(
            Fill, day, clock, by=SURGEON if first else nurse, injected=Volume(capacity_ml),
            concentration=Concentration(strength), withdrawn=None if first else Volume(0), rinsed=rinsed,
            lot=self.lot(),
        )  # fmt: skip
        chart.confirm(fill, nurse if first else chart.who("physician"))
        self.fills.append(fill)
        return fill

    def programmed(
        self, place: int, day: date, clock: str, dose: float, *, at: datetime | None = None,
        reason: str | None = None, confirmed: bool = True,
    ) -> Program:  # fmt: skip
        """A program of this dose in the mode of the story, set by the physician and seen by the nurse."""
        values = self.mode or {"mode": "simple-continuous"}
        make = values.get("values")
        program = self.chart.program(
            day, clock, at=at, by=self.chart.who("physician"),
            second=self.chart.who("nurse") if confirmed else None, reason=reason,
            **(make(dose) if make and place >= values["from"] else {
                "mode": "simple-continuous", "daily_dose": DailyDose(dose)
            }),
        )  # fmt: skip
        self.programs[place] = program
        return program

    # --------------------------------------------------------------------------------- the years

    def refilled(self, place: int) -> None:
        """A refill visit: tone, perhaps a reading, the fill, and a program where the dose changed."""
        chart, story = self.chart, self.subject.story
        filling, before = self.fillings[place], self.fillings[place - 1]
        if self.random.random() < story.read:
            chart.add(Interrogate, filling.day, "09:40", by=chart.who("nurse"))
        if self.random.random() < story.scored:
            chart.tone(
                filling.day,
                "09:50",
                self.tone.scores(self.random, self.share(before.dose)),
                by=chart.who("nurse"),
            )
        changes = filling.strength != before.strength
        fill = self.filled(filling.day, "10:00", filling.strength, rinsed=changes)
        starts_mode = bool(self.mode) and place == self.mode["from"]
        if changes:
            self.programmed(place, filling.day, "10:00", filling.dose, at=fill.at)
            self._bridged(fill, before)
        elif filling.dose != before.dose or starts_mode:
            self.programmed(place, filling.day, "10:15", filling.dose)

    def _bridged(self, fill: Fill, before: Filling) -> None:
        """The old fluid in tubing and catheter goes at the old dose."""
        if self.implant is None:
            raise ValueError("no implant to bridge")
        dead_ml = implanted_system(self.implant, builtin_catalogue(), Settings()).dead_volume_ml
        self.chart.add_at(
            BridgeBolus, fill.at, by=self.chart.who("physician"), volume=Volume(round(dead_ml, 4)),
            old_concentration=Concentration(before.strength), daily_dose=DailyDose(before.dose),
        )  # fmt: skip

    def first_visit(self, implanted: date) -> None:
        """The first assessment after the operation, where it was long enough ago."""
        day = weekday_after(implanted + timedelta(weeks=number("first_visit_bristol").low_in("weeks") + 2))
        if day < self.today:
            scores = self.tone.scores(self.random, self.share(self.regimen.start if self.regimen else 0))
            self.chart.tone(day, "09:20", scores, by=self.chart.who("therapist"))

    def reviewed(self, first: date) -> None:
        """The yearly reviews, the last one as long ago as the story says."""
        last = self.ago(self.random.randint(*self.subject.story.reviewed))
        day = last
        while day > first + timedelta(days=100):
            self.weighed(day)
            self.chart.tone(day, "09:20", self.tone.scores(self.random, 0.95), by=self.chart.who("therapist"))
            self.scales(day, 0.95)
            day = weekday_after(day - _YEAR)

    # --------------------------------------------------------------------------------- the end

    def book(self, kind: VisitKind, day: date, with_whom: str, clock: str = "", *, reason: str = "") -> None:
        """A visit in the diary, on a working day from today on."""
        on = max(weekday_before(day), weekday_after(self.today))
        at = local(
            on, clock or self.random.choice(("09:00", "10:15", "11:30", "13:30", "14:45")), self.chart.zone
        )
        self.chart.booked.append(BookedVisit(kind=kind, at=at, with_whom=with_whom, reason=reason))

    def finished(self) -> InventedPatient:
        """The patient, with the refill booked before the date that the pump itself gives."""
        therapy, dates = self.chart.therapy(local(self.today, "08:00", self.chart.zone))
        self._book_refill(dates)
        subject = self.subject
        identity = invented_identity(
            self.random, self.number, subject.person, grown=subject.age_on(self.today) >= GROWN,
            alerts=tuple(each for each in subject.story.alerts if each != SHUNT),  # the banner tells it
        )  # fmt: skip
        return InventedPatient(
            kinds=frozenset(subject.story.kinds), identity=identity, therapy=therapy,
            booked=tuple(self.chart.booked), confirmations=tuple(self.chart.confirmations),
            team=self.chart.team, documents=tuple(self.chart.documents),
            visits=tuple(self.chart.visits), searches=tuple(self.chart.searches),
        )  # fmt: skip

    def _book_refill(self, dates: Dates | None) -> None:
        by, story = dates.refill_by_date.date if dates else None, self.subject.story
        ahead = story.booked
        if ahead is None and story.due_in is None and self.random.random() < _BOOKED_EARLY:
            ahead = self.random.randint(0, 4)
        if by is not None and ahead is not None:
            self.book("refill", by - timedelta(days=ahead), self.chart.who("nurse"))
