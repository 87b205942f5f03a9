"""Random therapies for property tests, valid as therapies and within what a pump can do.

:func:`therapies` makes whole courses of treatment that a pump can follow: screening, implant, first
fill, programs of every mode, boluses, stops, refills in time with and without a bridge, tablets,
products on the skin, and what is measured on the way. :func:`events_of_every_kind` makes single
events of every kind with random keys, and :func:`therapies_of_every_kind` therapies that hold all of
them, corrections too; those say nothing about what a pump could do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from cisterna.evidence import builtin_catalogue
from cisterna.therapy import (
    AREA_PRODUCTS,
    EVENT_KINDS,
    MASS_PRODUCTS,
    Assess,
    BridgeBolus,
    Correct,
    Event,
    Fill,
    Implant,
    Interrogate,
    LumbarBolus,
    Mri,
    Note,
    Oral,
    PrimingBolus,
    Resume,
    SingleBolus,
    Stop,
    Therapy,
    Topical,
    Weigh,
    event_table,
)
from cisterna.units import (
    Area,
    BodyWeight,
    Concentration,
    DailyDose,
    Duration,
    Fraction,
    Length,
    Mass,
    ProductMass,
    Volume,
)

from .event_strategies import STRATEGY_OF_KIND, events_of_every_kind
from .value_strategies import (
    FIRST_DAY,
    MARKETED_MCG_PER_ML,
    amounts,
    fixed,
    histories,
    instants,
    patients,
    programs,
    scores,
    texts,
)

__all__ = [
    "STRATEGY_OF_KIND",
    "events_of_every_kind",
    "patients",
    "programs",
    "therapies",
    "therapies_of_every_kind",
]

_LEAST_ML = 3.0  # volume that a made-up reservoir never falls below
# ----------------------------------------------------------------- whole courses that a pump can follow


@dataclass
class _Course:
    """What a course being made up has so far; ``left_ml`` never exceeds what the reservoir holds."""

    now: datetime
    zone: ZoneInfo
    pump: str
    concentration: float = 500.0
    left_ml: float = 0.0
    running: bool = True
    events: list[Event] = field(default_factory=list)

    def at(self) -> datetime:
        local = self.now.astimezone(self.zone)
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


@st.composite
def therapies(draw: st.DrawFn, *, most_events: int = 12) -> Therapy:
    """Whole therapies that a pump can follow: nothing in them is refused and it never runs dry.

    What the reservoir holds is bounded from below by the highest flow that any program here has,
    1.25 mL/day, so that the next refill comes in time.
    """
    patient = draw(patients())
    start = FIRST_DAY + timedelta(minutes=draw(st.integers(0, 2 * 365 * 24 * 60)))
    course = _Course(
        start, ZoneInfo(patient.timezone), draw(st.sampled_from(("synchromed-ii-20", "synchromed-ii-40")))
    )
    for _ in range(draw(st.integers(0, 2))):
        course.events.append(draw(_lumbar(course)))
        course.now += timedelta(hours=draw(st.integers(24, 72)))
    if draw(st.booleans()):
        course.events.append(draw(_oral(course)))
        course.now += timedelta(hours=1)
    if draw(st.integers(0, 9)) > 0:
        _implant(draw, course)
        _treat(draw, course, most_events)
    elif not course.events:
        course.events.append(draw(_topical(course)))
    parameters = draw(st.sampled_from(({}, {"ke0": "0.2 1/h"})))
    return Therapy(
        patient=patient, events=tuple(course.events), parameters=parameters, history=draw(histories)
    )


def _lumbar(course: _Course) -> st.SearchStrategy[Event]:
    dose = st.sampled_from((25.0, 50.0, 75.0, 100.0))
    return dose.map(lambda mcg: LumbarBolus(at=course.at(), dose=Mass(mcg), level="L3"))


def _oral(course: _Course) -> st.SearchStrategy[Event]:
    return st.builds(
        Oral,
        at=st.just(course.at()),
        dose=st.sampled_from((5000.0, 10000.0)).map(Mass),
        times=st.sampled_from(((), (time(8), time(14), time(20)))),
    )


def _topical(course: _Course) -> st.SearchStrategy[Event]:
    patch = st.builds(
        Topical,
        at=st.just(course.at()),
        product=st.sampled_from(AREA_PRODUCTS),
        area=amounts(Area, 10, 100),
        times=st.sampled_from(((), (time(9),))),
    )
    cream = st.builds(
        Topical,
        at=st.just(course.at()),
        product=st.sampled_from(MASS_PRODUCTS),
        mass=amounts(ProductMass, 0.5, 2),
        strength=amounts(Fraction, 2, 10),
    )
    return patch | cream


def _implant(draw: st.DrawFn, course: _Course) -> None:
    catheters = builtin_catalogue().catheters
    of_known_length = sorted(name for name, model in catheters.items() if model.known("length"))
    catheter = draw(st.sampled_from(of_known_length))
    course.events.append(
        Implant(
            at=course.at(),
            pump=course.pump,
            catheter=catheter,
            tip=draw(st.sampled_from(("L1", "T10", "T6", "T2", "C5"))),
            catheter_trimmed=draw(amounts(Length, 0, 60)),
            alarm_volume=draw(st.none() | amounts(Volume, 2, 2.9)),
        )
    )
    course.now += timedelta(minutes=draw(st.integers(0, 60)))
    _fill(draw, course, first=True)


def _fill(draw: st.DrawFn, course: _Course, *, first: bool) -> None:
    """A fill, the program for it and, where the concentration changed, mostly the bridge to it."""
    old = course.concentration
    course.concentration = draw(st.sampled_from((old, *MARKETED_MCG_PER_ML)))
    capacity_ml = builtin_catalogue().pump(course.pump).need("reservoir_volume", "mL")
    injected = draw(amounts(Volume, 0.6 * capacity_ml, capacity_ml))
    fill = Fill(
        at=course.at(),
        injected=injected,
        concentration=Concentration(course.concentration),
        withdrawn=None if first else Volume(round(course.left_ml, 1)),
        rinsed=draw(st.booleans()) and not first,
    )
    course.events.append(fill)
    course.left_ml = injected
    if first and draw(st.booleans()):
        course.events.append(
            PrimingBolus(at=course.at(), parts=draw(st.sampled_from(("pump+catheter", "catheter"))))
        )
        course.left_ml -= 0.6
        course.now += timedelta(hours=1)
    course.events.append(draw(programs(course.at(), course.concentration)))
    course.running = True
    if not first and old != course.concentration and draw(st.integers(0, 3)) > 0:
        course.events.append(
            BridgeBolus(
                at=course.at(),
                volume=draw(amounts(Volume, 0.2, 0.4)),
                old_concentration=Concentration(old),
                daily_dose=draw(amounts(DailyDose, 0.2 * old, 0.9 * old)),
            )
        )
        course.left_ml -= 0.5
        course.now += timedelta(hours=49)  # longer than the slowest of these bridges


def _treat(draw: st.DrawFn, course: _Course, most_events: int) -> None:
    for _ in range(draw(st.integers(0, most_events))):
        longest_h = max(0.0, (course.left_ml - _LEAST_ML) / (1.25 / 24))
        waited_h = draw(st.floats(0.5, 24 * 25).map(lambda hours: round(hours, 1)))
        if waited_h > longest_h:
            course.now += timedelta(hours=max(0.5, longest_h))
            course.left_ml -= longest_h * 1.25 / 24
            _fill(draw, course, first=False)
            continue
        course.now += timedelta(hours=waited_h)
        course.left_ml -= waited_h * 1.25 / 24
        _do(draw, course)


def _do(draw: st.DrawFn, course: _Course) -> None:
    at = course.at()
    match draw(st.sampled_from(("program", "program", "bolus", "stop", "refill", "other", "other"))):
        case "program":
            course.events.append(draw(programs(at, course.concentration)))
            course.running = True
        case "bolus" if course.running:
            then: Any = draw(st.sampled_from(("resume", "resume", "stop")))
            over_h = draw(st.sampled_from((0.25, 1.0, 3.0)))
            dose = draw(amounts(Mass, 0.01 * course.concentration, 0.2 * course.concentration))
            course.events.append(SingleBolus(at=at, dose=dose, over=Duration(over_h), then=then))
            course.left_ml -= 0.2
            course.running = then == "resume"
            course.now += timedelta(hours=over_h)
        case "stop":
            course.events.append(Stop(at=at) if course.running else Resume(at=at))
            course.running = not course.running
        case "refill":
            _fill(draw, course, first=False)
        case _:
            course.events.append(draw(_other(course)))


def _other(course: _Course) -> st.SearchStrategy[Event]:
    at = st.just(course.at())
    return st.one_of(
        _oral(course),
        _topical(course),
        st.builds(
            Weigh, at=at, weight=amounts(BodyWeight, 15, 110), height=st.none() | amounts(Length, 100, 195)
        ),
        st.builds(Assess, at=at, scale=fixed("ashworth-1-5"), value=scores(1, 5), site=fixed("legs")),
        st.builds(Interrogate, at=at),
        st.builds(Mri, at=at, field=fixed("1.5 T"), resumed=st.just(value=True)),
        st.builds(Note, at=at, note=texts()),
    )


_BEFORE_ALL = ("implant", "fill", "program")
_AFTER_ALL = "explant"


@st.composite
def therapies_of_every_kind(draw: st.DrawFn) -> Therapy:
    """Therapies with events of all kinds in random order, and corrections of some of them."""
    between = [
        kind for kind in EVENT_KINDS if kind not in {*_BEFORE_ALL, _AFTER_ALL, "correct", "patient-bolus"}
    ]
    kinds = [*_BEFORE_ALL, *draw(st.lists(st.sampled_from(between), max_size=8)), _AFTER_ALL]
    at = draw(instants())
    events: list[Event] = []
    for place, kind in enumerate(kinds):
        at += timedelta(minutes=draw(st.integers(1, 10**5)))
        events.append(replace(draw(STRATEGY_OF_KIND[kind](at)), id=f"e{place}"))
    corrected = (
        draw(st.lists(st.integers(len(_BEFORE_ALL), len(kinds) - 2), max_size=3, unique=True))
        if len(kinds) > 4
        else []
    )
    for count, place in enumerate(corrected):
        new = replace(
            draw(STRATEGY_OF_KIND[kinds[place]](events[place].at)),
            id=draw(st.sampled_from((None, f"n{count}"))),
        )
        table = draw(st.sampled_from((None, event_table(new))))
        events.append(Correct(at=at, event=f"e{place}", why=draw(texts()), new=table, id=f"c{count}"))
    return Therapy(
        patient=draw(patients()),
        events=tuple(draw(st.permutations(events))),
        parameters=draw(st.sampled_from(({}, {"ke0": "0.2 1/h", "plausible_weight": "0.5 to 400 kg"}))),
        history=draw(histories),
    )
