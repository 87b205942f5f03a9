"""What each event changed of the daily dose, and what each refill found: the columns of a timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cisterna.errors import InputError
from cisterna.instants import instant_us
from cisterna.pump import Visit, daily_dose_of, run_pump
from cisterna.therapy import Explant, Program, Therapy

__all__ = ["DoseHistory", "DoseSet", "dose_history"]

_PLACES = 1  # decimals of mcg/day that a timeline tells


@dataclass(frozen=True, kw_only=True)
class DoseSet:
    """The daily dose that a program set at ``at_us``; ``before_mcg`` is ``None`` where there was none."""

    at_us: int
    event_id: str | None
    after_mcg: float
    before_mcg: float | None = None

    @property
    def change_mcg(self) -> float | None:
        """By how many mcg/day the dose changed."""
        return None if self.before_mcg is None else self.after_mcg - self.before_mcg

    @property
    def change_percent(self) -> float | None:
        """The change in per cent of the dose before.

        >>> DoseSet(at_us=0, event_id=None, before_mcg=170.0, after_mcg=200.0).change_percent
        17.647058823529413
        """
        change = self.change_mcg
        return None if change is None or not self.before_mcg else 100 * change / self.before_mcg

    @property
    def is_unchanged(self) -> bool:
        """Whether the dose is the one before, to the resolution that people read.

        >>> DoseSet(at_us=0, event_id=None, before_mcg=181.0, after_mcg=180.9996).is_unchanged
        True
        """
        change = self.change_mcg
        return change is not None and abs(change) < 0.5 * 10**-_PLACES


@dataclass(frozen=True, kw_only=True)
class DoseHistory:
    """The steps of the daily dose in the order of time; ``visits`` are the refills by their instant.

    Where the pump refuses the record ``visits`` is empty, and a program that it cannot run has no step.
    """

    steps: tuple[DoseSet, ...] = ()
    visits: dict[int, Visit] = field(default_factory=dict)

    @property
    def by_event(self) -> dict[str, DoseSet]:
        """The steps by the id of the program that made them."""
        return {step.event_id: step for step in self.steps if step.event_id}


def dose_history(therapy: Therapy) -> DoseHistory:
    """The history of the daily dose of a therapy, corrections applied.

    >>> from datetime import date
    >>> from cisterna.therapy import Patient
    >>> dose_history(Therapy(patient=Patient(label="invented", born=date(2018, 2, 11)))).steps
    ()
    """
    return DoseHistory(
        steps=tuple(_steps(therapy)), visits={visit.at_us: visit for visit in _visits(therapy)}
    )


def _steps(therapy: Therapy) -> Iterator[DoseSet]:
    before: float | None = None
    for event in therapy.valid_events:
        if isinstance(event, Explant):
            before = None
        if not isinstance(event, Program):
            continue
        try:
            after = daily_dose_of(event, therapy)
        except InputError:
            after = None
        if after is not None:
            at_us = instant_us(event.at)
            name = event.id or next(iter(therapy.ids_of(event)), None)
            yield DoseSet(at_us=at_us, event_id=name, before_mcg=before, after_mcg=after)
            before = after


def _visits(therapy: Therapy) -> Sequence[Visit]:
    if not therapy.valid_events:
        return ()
    try:
        run = run_pump(therapy, instant_us(therapy.valid_events[-1].at))
    except InputError:
        return ()
    return () if run is None else run.visits
