"""What a kind of visit is: its guide, its steps with fields and checks, and what it adds to the therapy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cisterna.care.check import Check, CheckVerdict, gravest_check
from cisterna.care.guides import Guide
from cisterna.care.guides import guide as guide_named
from cisterna.clinic.permissions import Action
from cisterna.clinic.visits.case import Case, Confirming, SecondPerson
from cisterna.clinic.visits.fields import Field, Value
from cisterna.errors import Fault, InputError
from cisterna.evidence import Settings
from cisterna.therapy import Event, Therapy

__all__ = ["REASON", "OpenVisit", "VisitKind"]

REASON = Field(
    name="reason", label="Reason, where a check is not within", form="area", required=False, group="reason",
    range="needed to go on where a check says caution; the next reader sees it",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class VisitKind:
    """A kind of visit: ``makes`` the :class:`OpenVisit` that knows its steps, ``content`` tells them.

    ``below`` is the address of its list below a patient's, ``tab`` the words of that tab. ``purpose`` is what
    a visit that is ended did not reach, as in "without a refill"; ``on_ending`` what such an end means.
    """

    name: str
    title: str
    guide: str
    action: Action
    tab: str
    below: str
    purpose: str
    on_ending: str = ""
    content: Callable[[str, Settings], Guide] = guide_named
    makes: type[OpenVisit]


class OpenVisit(ABC):
    """One visit of a kind while it is made; the rules of the kind are its methods.

    ``records_at`` is the step at which everything is recorded; the steps after it add what follows. ``top``
    names the template above the form of a step, ``own`` the one that takes the place of its fields,
    ``beside`` that of the column beside it. ``books`` is the step at which the next visit is booked,
    ``stops`` the one to which the stop button of ``may_stop`` leads; the forms of ``wide`` steps take the
    whole width. ``acts`` says which steps need more than the action of the kind, ``records`` what is
    recorded where that is not the whole visit.
    """

    kind: ClassVar[VisitKind]
    records_at: ClassVar[str]
    books: ClassVar[str] = ""
    stops: ClassVar[str] = ""
    may_stop: ClassVar[frozenset[str]] = frozenset()
    wide: ClassVar[frozenset[str]] = frozenset()
    top: ClassVar[Mapping[str, str]] = {}
    own: ClassVar[Mapping[str, str]] = {}
    beside: ClassVar[str] = ""
    acts: ClassVar[Mapping[str, Action]] = {}
    records: ClassVar[str] = ""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._fields: dict[str, tuple[Field, ...]] = {}
        self._checks: dict[str, tuple[Check, ...]] = {}

    # ---------------------------------------------------------------- what a kind says

    @abstractmethod
    def fields_at(self, step: str) -> tuple[Field, ...]:
        """The fields of a step, made anew."""

    @abstractmethod
    def checks_at(self, step: str) -> tuple[Check, ...]:
        """The checks of a step, made anew."""

    @abstractmethod
    def faults(self, step: str) -> Iterator[Fault]:
        """What is wrong with a step besides its fields, by field."""

    @abstractmethod
    def second_of(self, step: str) -> tuple[str, bool] | None:
        """What a second person confirms at a step as one text, and whether the rule asks for it."""

    @abstractmethod
    def events(self) -> tuple[Event, ...]:
        """Everything that was done, as events in order.

        Raises :class:`~cisterna.errors.InputError` where something that is needed cannot be read.
        """

    @abstractmethod
    def abandoned(self, reason: str) -> Event | None:
        """What is to be recorded of a visit that ends without its purpose."""

    def header(self) -> Therapy | None:
        """The facts about the patient as they stand after the visit, ``None`` where it changes none."""
        return None

    def after(self, step: str) -> tuple[Event, ...]:
        """What a step after the recording adds."""
        _ = step
        return ()

    def sentence(self, step: str) -> str:
        """What a step says with its numbers before its button, besides what every step says."""
        _ = step
        return ""

    def defaults(self, step: str) -> Mapping[str, str]:
        """What stands in a step before anybody typed; never a dose."""
        _ = step
        return {}

    def words(self, step: str) -> dict[str, Any]:
        """What the templates of a step are given besides."""
        _ = step
        return {}

    # ---------------------------------------------------------------- what follows from it

    @cached_property
    def guide(self) -> Guide:
        """The content of the steps."""
        return self.kind.content(self.kind.guide, self.case.choices.settings)

    def fields(self, step: str) -> tuple[Field, ...]:
        """What a step asks."""
        if step not in self._fields:
            self._fields[step] = self.fields_at(step)
        return self._fields[step]

    def checks(self, step: str) -> tuple[Check, ...]:
        """What is held against a rule at a step."""
        if step not in self._checks:
            self._checks[step] = self.checks_at(step)
        return self._checks[step]

    @cached_property
    def step_ids(self) -> tuple[str, ...]:
        """The steps in order."""
        return tuple(step.id for step in self.guide.steps)

    def field(self, step: str, name: str) -> Field:
        """A field of a step."""
        return next(one for one in self.fields(step) if one.name == name)

    def value(self, step: str, name: str) -> Value:
        """What stands in a field, ``None`` where it cannot be read."""
        found = next((one for one in self.fields(step) if one.name == name), None)
        return None if found is None else self.case.value(step, found)

    def confirming(self) -> Confirming:
        """Who confirms the program that will be recorded."""
        return Confirming(second=None, is_asked=False)

    def second(self, step: str) -> SecondPerson | None:
        """Who confirmed exactly what stands there now; a confirmation lapses with any change of it."""
        asked, held = self.second_of(step), self.case.saved.get(step)
        if asked is None or held is None or held.second is None or held.second.of != asked[0]:
            return None
        return held.second

    def all_faults(self, step: str) -> tuple[Fault, ...]:
        """Everything that keeps a step from being done."""
        wrong = tuple(self._field_faults(step))
        if wrong:
            return wrong
        return (*self.faults(step), *self._check_faults(step), *self._second_faults(step))

    def _field_faults(self, step: str) -> Iterator[Fault]:
        for one in self.fields(step):
            try:
                one.value(self.case.typed(step), self.case.zone)
            except InputError as error:
                yield from error.faults

    def _check_faults(self, step: str) -> Iterator[Fault]:
        checks = self.checks(step)
        verdict = gravest_check(checks)
        told = " ".join(check.text for check in checks if check.verdict is verdict and check.text)
        if verdict is CheckVerdict.OVER:
            yield Fault(
                where="checks", found=told or "a limit that is passed", allowed="what the checks accept",
                remedy="correct what is wrong; this limit cannot be overridden",
            )  # fmt: skip
        elif verdict is CheckVerdict.CAUTION and not self.case.typed(step).get("reason", "").strip():
            yield Fault(
                where="reason", found="no reason", allowed="a reason, because a check is not within",
                remedy="say why it goes on all the same",
            )  # fmt: skip

    def _second_faults(self, step: str) -> Iterator[Fault]:
        asked = self.second_of(step)
        if asked is not None and asked[1] and self.second(step) is None:
            yield Fault(
                where="second", found="nobody beside you who checked what stands here",
                allowed="a second person with an account of their own",
                remedy="let them look at it and confirm below",
            )  # fmt: skip

    def undone(self, until: str) -> tuple[str, ...]:
        """The steps before ``until`` that are not done or no longer right, in order."""
        before = self.step_ids[: self.step_ids.index(until)]
        return tuple(step for step in before if not self.case.done(step) or self.all_faults(step))

    @property
    def outcome(self) -> str:
        """What came of the visit in a few words; empty where its kind tells none."""
        return ""

    @property
    def is_done_when_recorded(self) -> bool:
        """Whether nothing follows the recording."""
        return self.records_at == self.step_ids[-1]

    def actions(self, step: str) -> tuple[Action, ...]:
        """What somebody must be allowed to do at a step."""
        more = self.acts.get(step)
        return (self.kind.action,) if more is None else (self.kind.action, more)

    def second_action(self, step: str) -> Action:
        """What the second person of a step must be allowed to do."""
        return self.actions(step)[-1]

    def is_recorded(self, step: str) -> bool:
        """Whether what a step says is in the record already, and so can be corrected but not typed anew."""
        past = self.step_ids.index(step) <= self.step_ids.index(self.records_at)
        return not self.case.visit.is_going_on or (self.case.visit.state != "open" and past)

    def next_step(self, step: str) -> str | None:
        """The step after one."""
        place = self.step_ids.index(step) + 1
        return self.step_ids[place] if place < len(self.step_ids) else None

    def first_undone(self) -> str:
        """Where to go on."""
        return next((step for step in self.step_ids if not self.case.done(step)), self.step_ids[-1])
