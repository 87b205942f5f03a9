"""The pump under a search for failures: random commands, refills, boundaries and lives, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.pump.machine import DrivenPump
from tests.pump.machine_actions import ACTIONS
from tests.pump.machine_choosing import Action
from tests.pump.soak import live, live_all

from cisterna.pump import FluidColumn, Status

T = TypeVar("T")

LEAST_STEPS = 20_000
STEPS_OF_A_LIFE = 100
LIVES = 400


@dataclass(frozen=True)
class Searched:
    """Chooses as Hypothesis asks, so that what fails shrinks to what is needed for it."""

    data: st.DataObject

    def among(self, options: Sequence[T]) -> T:
        """One of the options, the first where it does not matter."""
        return self.data.draw(st.sampled_from(options))

    def between(self, low: float, high: float) -> float:
        """A number of the range, its ends included."""
        return self.data.draw(st.floats(low, high))


class PumpMachine(RuleBasedStateMachine):
    """One patient's pumps; :func:`with_rules` adds one rule for each action."""

    taken: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()
    pump: DrivenPump

    @initialize(data=st.data())
    def implant(self, data: st.DataObject) -> None:
        """The patient's first pump."""
        self.pump = DrivenPump.new(Searched(data))

    @precondition(lambda self: self.pump.state.status is Status.EXPLANTED)
    @rule(data=st.data())
    def implant_the_next(self, data: st.DataObject) -> None:
        """The patient's next pump."""
        self.pump.replace_pump(Searched(data))

    @precondition(lambda self: self.pump.state.status is not Status.EXPLANTED)
    @rule(data=st.data())
    def drift(self, data: st.DataObject) -> None:
        """The pump's clock is not right."""
        self.pump.drift(Searched(data))

    def teardown(self) -> None:
        """Count what was done."""
        if hasattr(self, "pump"):
            type(self).taken.update(self.pump.taken)
            type(self).refused.update(self.pump.refused)


def _rule(name: str, action: Action) -> Any:
    def take(self: PumpMachine, data: st.DataObject) -> None:
        self.pump.take(name, Searched(data))

    take.__name__ = name
    fits = precondition(lambda self: action.fits(self.pump.state))
    return fits(rule(data=st.data())(take))


def with_rules() -> type[PumpMachine]:
    """The machine with one rule for each action, which the soak drives too."""
    rules = {name: _rule(name, action) for name, action in ACTIONS.items()}
    counters = {"taken": Counter[str](), "refused": Counter[str]()}
    return type("PumpMachineWithRules", (PumpMachine,), {**rules, **counters})


@pytest.mark.requirement(
    "A2",
    "C1",
    "C4",
    "C5",
    "C7",
    "C8",
    "C9",
    "C10",
    "C11",
    "D2",
    "D9",
    "D10",
    "E7",
    "F1",
    "F2",
    "F3",
    "F4",
    "G4",
    "H1",
)
def test_the_pump_keeps_its_promises_whatever_is_done_to_it() -> None:
    """At least 20,000 steps of random commands and times break no invariant.

    Drug accounted for to 1e-9, no negative volume, no flow above the maximum, stopped is stopped, a day
    gives its dose by the pump's clock, each instant once, nothing undelivered below zero, no patient bolus
    beyond its limits, no fill above the capacity, no rate out of range, alarms active if and only if their
    cause is, no mute that hides a worse one, dates not later than the pump: see machine_invariants.py.
    """
    machine = with_rules()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS_OF_A_LIFE,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.taken.total() >= LEAST_STEPS
    assert set(ACTIONS) <= set(machine.taken)


def test_a_life_repeats_and_lives_add_up() -> None:
    """The soak's lives are the same again by their seed and number, and do not depend on each other."""
    first, again, second = live(1, 0), live(1, 0), live(1, 1)
    assert first == again
    assert first.taken != second.taken
    both = live_all(1, 0, 2)
    assert both.taken == first.taken + second.taken
    assert both.worst_error == max(first.worst_error, second.worst_error)


def test_the_machine_notices_lost_drug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a thousandth of a microlitre lost in each push through the column, lives would not pass."""

    def losing(column: FluidColumn, volume_ml: float, concentration: float) -> tuple[FluidColumn, float]:
        after, left_mcg = pushed(column, volume_ml, concentration)
        return after, max(0.0, left_mcg - 1e-6 * concentration)

    pushed = FluidColumn.push
    monkeypatch.setattr(FluidColumn, "push", losing)
    with pytest.raises(AssertionError, match="drug account"):
        live_all(1, 0, 3)
