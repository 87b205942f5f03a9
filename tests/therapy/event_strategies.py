"""Strategies for single events of every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from cisterna.therapy import (
    LEVELS,
    RESETS,
    SCALES,
    AdverseEvent,
    Alarm,
    Assess,
    BridgeBolus,
    Clock,
    Decision,
    DecisionKind,
    Event,
    Explant,
    FaultEvent,
    Fill,
    Implant,
    Interrogate,
    LumbarBolus,
    Mri,
    Note,
    Oral,
    PatientBolus,
    PatientBolusAllowance,
    Port,
    PrimingBolus,
    Program,
    Resume,
    Revise,
    Session,
    SingleBolus,
    Stop,
    Topical,
    Weigh,
)
from cisterna.therapy.record_events import AdverseCategory, AdverseGrade, AlarmCondition
from cisterna.units import (
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

from .value_strategies import (
    MARKETED_MCG_PER_ML,
    amounts,
    clock_times,
    fixed,
    instants,
    programs,
    scores,
    texts,
)

# ---------------------------------------------------------------------------- events of every kind


def _shared() -> dict[str, st.SearchStrategy[Any]]:
    optional = st.none() | texts()
    return {"by": optional, "reason": optional}


def _labels() -> dict[str, st.SearchStrategy[Any]]:
    """What stands on the labels of the devices."""
    optional = st.none() | texts()
    return {f"{role}_{mark}": optional for role in ("pump", "catheter") for mark in ("serial", "lot", "udi")}


def _until(at: datetime) -> st.SearchStrategy[datetime | None]:
    return st.none() | st.integers(1, 10**6).map(lambda minutes: at + timedelta(minutes=minutes))


_FAULT_AMOUNTS: dict[str, st.SearchStrategy[Any]] = {
    "over-delivery": amounts(Fraction, 0.1, 300),
    "under-delivery": amounts(Fraction, 0.1, 100),
    "catheter-leak": amounts(Fraction, 0.1, 100),
    "motor-stall": st.none(),
    "occlusion": st.none(),
    "disconnection": st.none(),
    "tip-migration": st.sampled_from(LEVELS),
    "wrong-concentration": amounts(Concentration, 1, 4000),
    "pocket-fill": amounts(Volume, 0.1, 20),
    "port-injection": amounts(Volume, 0.1, 20),
    "reset": st.sampled_from(RESETS),
}


@st.composite
def _faults(draw: st.DrawFn, at: datetime) -> FaultEvent:
    what: Any = draw(st.sampled_from(sorted(_FAULT_AMOUNTS)))
    return FaultEvent(at=at, what=what, amount=draw(_FAULT_AMOUNTS[what]), until=draw(_until(at)))


@st.composite
def _assessments(draw: st.DrawFn, at: datetime) -> Assess:
    name = draw(st.sampled_from(sorted(SCALES)))
    grades = SCALES[name].grades
    value: float | str = draw(st.sampled_from(grades)) if grades else draw(scores(1, 4))
    return Assess(at=at, scale=name, value=value, site=draw(st.none() | texts()), **draw(_keys()))


def _keys() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(_shared())


@st.composite
def _any_program(draw: st.DrawFn, at: datetime) -> Program:
    program = draw(programs(at, draw(st.sampled_from(MARKETED_MCG_PER_ML))))
    allowance = st.builds(
        PatientBolusAllowance,
        dose=amounts(Mass, 1, 20),
        lockout=amounts(Duration, 0.5, 24),
        per_day=st.integers(1, 24),
    )
    return replace(program, patient_bolus=draw(st.none() | allowance), **draw(_keys()))


@st.composite
def _regimen(draw: st.DrawFn, at: datetime, count: int) -> Oral:
    times = tuple(sorted(draw(st.lists(clock_times(), min_size=1, max_size=count, unique=True))))
    return Oral(at=at, dose=draw(amounts(Mass, 100, 50000)), times=times, until=draw(_until(at)))


_LITRE = amounts(Volume, 0, 20)

STRATEGY_OF_KIND: dict[str, Callable[[datetime], st.SearchStrategy[Any]]] = {
    "implant": lambda at: st.builds(
        Implant,
        at=st.just(at),
        pump=fixed("synchromed-ii-20"),
        catheter=fixed("ascenda-8780"),
        tip=st.sampled_from(LEVELS),
        catheter_implanted=amounts(Length, 1, 114),
        why=texts(),
        alarm_volume=st.none() | amounts(Volume, 2, 19),
        **_labels(),
    ),
    "fill": lambda at: st.builds(
        Fill,
        at=st.just(at),
        injected=amounts(Volume, 0.1, 20),
        concentration=amounts(Concentration, 1, 4000),
        withdrawn=_LITRE,
        rinsed=st.booleans(),
        lot=st.none() | texts(),
        **_shared(),
    ),
    "program": _any_program,
    "single-bolus": lambda at: st.builds(
        SingleBolus,
        at=st.just(at),
        dose=amounts(Mass, 0.1, 100),
        over=st.sampled_from((1 / 3, 0.5, 48.0)).map(Duration),
        then=st.sampled_from(("resume", "stop")),
    ),
    "patient-bolus": lambda at: st.builds(PatientBolus, at=st.just(at)),
    "priming-bolus": lambda at: st.builds(
        PrimingBolus, at=st.just(at), parts=st.sampled_from(("pump+catheter", "catheter"))
    ),
    "bridge-bolus": lambda at: st.builds(
        BridgeBolus,
        at=st.just(at),
        volume=amounts(Volume, 0.1, 1),
        old_concentration=amounts(Concentration, 1, 4000),
        daily_dose=amounts(DailyDose, 1, 1000),
    ),
    "stop": lambda at: st.builds(Stop, at=st.just(at), **_shared()),
    "resume": lambda at: st.builds(Resume, at=st.just(at), **_shared()),
    "lumbar-bolus": lambda at: st.builds(
        LumbarBolus, at=st.just(at), dose=amounts(Mass, 1, 100), level=st.sampled_from(LEVELS)
    ),
    "oral": lambda at: st.integers(1, 9).flatmap(lambda count: _regimen(at, count)),
    "topical": lambda at: st.builds(
        Topical,
        at=st.just(at),
        product=fixed("gel"),
        mass=amounts(ProductMass, 0.1, 9),
        strength=amounts(Fraction, 0.1, 100),
    ),
    "weigh": lambda at: st.builds(
        Weigh, at=st.just(at), weight=amounts(BodyWeight, 1, 300), height=st.none() | amounts(Length, 30, 250)
    ),
    "assess": _assessments,
    "port": lambda at: st.builds(
        Port,
        at=st.just(at),
        aspirated=_LITRE,
        injected=_LITRE,
        injected_concentration=st.none() | amounts(Concentration, 0, 9),
    ),
    "interrogate": lambda at: st.builds(
        Interrogate, at=st.just(at), reservoir=st.none() | _LITRE, daily_dose=st.none()
    ),
    "session": lambda at: st.builds(
        Session,
        at=st.just(at),
        opened=st.integers(0, 999).map(lambda minutes: at - timedelta(minutes=minutes)),
        ended=st.sampled_from(("running", "stopped-on-purpose", "not-completed", "uncertain")),
    ),
    "clock": lambda at: st.builds(
        Clock, at=st.just(at), offset=st.sampled_from(("+02:00", "-03:30")), drift=st.none(), why=texts()
    ),
    "fault": _faults,
    "revise": lambda at: st.builds(Revise, at=st.just(at), tip=st.sampled_from(LEVELS), **_labels()),
    "explant": lambda at: st.builds(Explant, at=st.just(at), withdrawn=st.none() | _LITRE),
    "alarm": lambda at: st.builds(
        Alarm,
        at=st.just(at),
        condition=st.sampled_from(get_args(AlarmCondition)),
        acknowledged=st.booleans(),
        mute=st.none() | amounts(Duration, 0, 9),
    ),
    "adverse-event": lambda at: st.builds(
        AdverseEvent,
        at=st.just(at),
        what=texts(),
        category=st.none() | st.sampled_from(get_args(AdverseCategory)),
        severity=st.none() | texts(),
        grade=st.none() | st.sampled_from(get_args(AdverseGrade)),
        device=st.sampled_from((None, "pump", "catheter")),
        intervention=st.none() | texts(),
        report=st.none() | texts(),
        onset=st.none() | st.just(at.date() - timedelta(days=1)),
        outcome=st.none() | texts(),
    ),
    "decision": lambda at: st.builds(
        Decision,
        at=st.just(at),
        decided=st.sampled_from(get_args(DecisionKind)),
        decided_by=texts(),
        decided_with=st.none() | texts(),
        regimen=st.none() | texts(),
    ),
    "mri": lambda at: st.builds(
        Mri,
        at=st.just(at),
        field=st.sampled_from((None, "3 T")),
        until=_until(at),
        resumed=st.none() | st.booleans(),
    ),
    "note": lambda at: st.builds(Note, at=st.just(at), note=texts()),
}
"""A strategy for each kind, at one instant; ``correct`` is made by whoever knows the ids."""


@st.composite
def events_of_every_kind(draw: st.DrawFn) -> Event:
    """Single events of every kind but ``correct``, right by themselves."""
    kind = draw(st.sampled_from(sorted(STRATEGY_OF_KIND)))
    event: Event = draw(STRATEGY_OF_KIND[kind](draw(instants())))
    return event
