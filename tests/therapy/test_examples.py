"""The example files read, keep what their comments promise, and name nobody."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from cisterna.evidence import builtin_catalogue
from cisterna.therapy import (
    BridgeBolus,
    Explant,
    Fill,
    Implant,
    LumbarBolus,
    Oral,
    Program,
    Therapy,
    dumps,
    loads,
    read_therapy,
)
from cisterna.therapy.events import FaultEvent, FaultKind

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
CATALOGUE = builtin_catalogue()


def example(name: str) -> Therapy:
    """The therapy of the example called ``name``."""
    return read_therapy(next(path for path in EXAMPLES if path.stem == name))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_reads_and_says_that_its_patient_is_invented(path: Path) -> None:
    """Each opens with a comment on what it shows, and survives a round trip."""
    therapy = read_therapy(path)
    assert path.read_text("utf-8").startswith("# ")
    assert therapy.patient.label.endswith("(invented)")
    assert loads(dumps(therapy)) == therapy


def test_every_promised_example_is_there() -> None:
    """From the screening trial to the end of a pump, every way to change the concentration, every fault."""
    promised = {
        "adult-one-year",
        "child-flex-day",
        "child-start-and-titration",
        "concentration-change-by-aspiration",
        "concentration-change-twice-in-a-bridge",
        "concentration-change-with-bridge",
        "concentration-change-with-rinse",
        "concentration-change-without-bridge",
        "cream",
        "end-of-life",
        "missed-refill",
        "oral-only",
        "screening-trial",
        "session-and-scan",
    }
    faults = {f"fault-{what}" for what in get_args(FaultKind)}
    assert {path.stem for path in EXAMPLES} == promised | faults


@pytest.mark.parametrize("what", get_args(FaultKind))
def test_the_example_of_a_fault_has_it(what: str) -> None:
    """The fault that the name of the file promises is among its events, and what found it follows."""
    events = example(f"fault-{what}").valid_events
    places = [place for place, event in enumerate(events) if isinstance(event, FaultEvent)]
    assert {event.what for event in events if isinstance(event, FaultEvent)} == {what}
    assert places[-1] < len(events) - 1


@pytest.mark.parametrize("name", ["concentration-change-with-bridge", "end-of-life"])
def test_the_bridge_of_an_example_is_the_volume_of_tubing_and_catheter(name: str) -> None:
    """Volume = tubing + (length - trimmed) x volume per length, of the models in place."""
    therapy = example(name)
    implant = next(event for event in therapy.valid_events if isinstance(event, Implant))
    bridge = next(event for event in therapy.valid_events if isinstance(event, BridgeBolus))
    pump, catheter = CATALOGUE.pump(implant.pump), CATALOGUE.catheter(implant.catheter)
    assert implant.catheter_trimmed is not None
    implanted_cm = catheter.need("length", "cm") - implant.catheter_trimmed
    dead_ml = pump.need("tubing_volume", "mL") + implanted_cm * catheter.need("volume_per_length", "mL/cm")
    assert bridge.volume == pytest.approx(dead_ml, abs=1e-9)


def test_the_two_concentration_changes_differ_by_the_bridge_alone() -> None:
    """What one sees between them is the bridge."""
    bridged = example("concentration-change-with-bridge").valid_events
    bare = example("concentration-change-without-bridge").valid_events
    kinds = [event.kind for event in bridged if not isinstance(event, BridgeBolus)]
    assert kinds == [event.kind for event in bare]
    treated = ("fill", "program", "implant")
    assert [event for event in bridged if event.kind in treated] == [
        event for event in bare if event.kind in treated
    ]


@pytest.mark.parametrize(
    "name", ["child-start-and-titration", "concentration-change-with-bridge", "missed-refill"]
)
def test_doses_of_children_rise_by_5_to_20_per_cent_and_not_within_a_day(name: str) -> None:
    """5 to 15 % at a time from the first day on, up to 20 % at refills; never within 24 h."""
    doses = [
        event
        for event in example(name).valid_events
        if isinstance(event, Program) and event.daily_dose is not None
    ]
    rises = [(old, new) for old, new in pairwise(doses) if new.daily_dose > old.daily_dose]  # type: ignore[operator]
    assert len(rises) >= 5
    for old, new in rises:
        assert old.daily_dose is not None
        assert new.daily_dose is not None
        assert 1.05 <= new.daily_dose / old.daily_dose <= 1.2
        assert (new.at - old.at).total_seconds() >= 24 * 3600


def test_the_child_starts_at_twice_the_screening_dose() -> None:
    """The bolus lasted less than 8 h, so the first day has twice its dose."""
    events = example("child-start-and-titration").valid_events
    bolus = next(event for event in events if isinstance(event, LumbarBolus))
    program = next(event for event in events if isinstance(event, Program))
    assert program.daily_dose == 2 * bolus.dose


def test_the_tablets_of_the_example_reach_2_mg_per_kg_a_day() -> None:
    """Four doses that together are 2 mg/kg, no more than 0.5 mg/kg/day above the week before."""
    therapy = example("oral-only")
    weight_kg = therapy.weight_at(therapy.events[0].at.date())
    assert weight_kg is not None
    daily = [
        event.dose / 1000 * len(event.times) / weight_kg
        for event in therapy.valid_events
        if isinstance(event, Oral)
    ]
    assert daily[-1] == pytest.approx(2)
    assert all(0 < later - earlier <= 0.5 + 1e-9 for earlier, later in pairwise(daily))


def test_refills_leave_the_alarm_volume_but_in_the_missed_one() -> None:
    """What was drawn out at each refill lies above the alarm volume, but where the example is about it."""
    less = {
        "missed-refill": [0.0],
        "fault-over-delivery": [0.0],
        "fault-pocket-fill": [0.0],
        "session-and-scan": [1.5],
    }
    for path in EXAMPLES:
        events = read_therapy(path).valid_events
        drawn = [
            event.withdrawn for event in events if isinstance(event, Fill) and event.withdrawn is not None
        ]
        alarms = [event.alarm_volume for event in events if isinstance(event, Implant)]
        low = [volume for volume in drawn if alarms[0] is not None and volume < alarms[0]]
        assert low == less.get(path.stem, [])


def test_the_pump_at_the_end_of_its_life_is_replaced() -> None:
    """A second implant follows the explant of the first."""
    kinds = [event.kind for event in example("end-of-life").valid_events]
    assert kinds.count(Implant.kind) == 2
    assert kinds.index(Explant.kind) < len(kinds) - kinds[::-1].index(Implant.kind) - 1
