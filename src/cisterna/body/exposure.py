"""Where the drug is: concentrations and amounts over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cisterna.body.amounts import Passage, pass_through
from cisterna.body.covariates import stretches
from cisterna.body.entered import account_error, entered_mcg
from cisterna.delivery import Delivery
from cisterna.errors import BodyError, DefectError, DrugAccountError, Fault
from cisterna.instants import US_PER_HOUR, utc
from cisterna.kernel import in_order, one_thread
from cisterna.therapy import Therapy
from cisterna.units import NG_PER_MCG

__all__ = ["CELLS_PER_LEVEL", "Exposure", "Held", "expose", "expose_on"]

Floats = NDArray[np.float64]
CELLS_PER_LEVEL = 2
"""Cells to a vertebral level in the spinal fluid and the cord."""

_ACCOUNT_TOLERANCE = 1e-9
_ROUNDING = 1e-9  # of the largest value of an output; what lies further below 0 is a defect

_OF_THE_BRAIN = ("cistern", "deep_brain")
_LEVELS = ("csf", "cord", "legs", "arms", "plasma", "cranial", "legs_integral", *_OF_THE_BRAIN)
_AMOUNTS = (
    "spinal_fluid_mcg",
    "cistern_mcg",
    "cranial_mcg",
    "cord_mcg",
    "plasma_mcg",
    "peripheral_mcg",
    "gut_mcg",
    "skin_mcg",
    "eliminated_mcg",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """What the body holds at the end of an exposure, so that it can go on from there.

    ``states`` (n) are all states of the model, ``intrathecal`` (n) those that the drug given into the spinal
    fluid makes by itself; ``None`` where no drug has entered yet. ``is_given`` is whether any was given into
    the spinal fluid, ``is_mixed`` whether any came another way too. ``start_us`` is the begin of all.
    """

    start_us: int
    states: Floats | None = field(default=None, repr=False)
    intrathecal: Floats | None = field(default=None, repr=False)
    is_given: bool = False
    is_mixed: bool = False
    entered_mcg: float = 0.0
    is_known: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Exposure:
    """Where the drug is at ``times_us`` (k): the wanted instants and every hour from ``start_us``.

    A value at an instant is the one after the doses at it. Concentrations by level are means over
    the level: ``csf_mcg_per_ml`` (k, 26) in the order of ``LEVELS``, ``cord_ng_per_ml`` (k, 20) in
    the order of ``CORD_LEVELS``; cord levels are given as the spinal-fluid level in equilibrium.
    ``deep_brain`` follows the cistern and holds no drug. The two fields ``..._intrathecal_...`` are
    what the drug given into the spinal fluid makes by itself (superposition), ``None`` where none
    was given. ``cord_legs_integral`` is the integral of ``cord_legs`` from the start.

    The amounts in mcg add up to ``entered_mcg``, which is computed from the delivery alone;
    ``account_error`` (k) is the relative difference.

    ``known`` (k) is False from the begin of the first time for which it is not known what entered.
    From there on every concentration is a lower bound, that of the drug known to have entered. ``held`` is
    what the body holds at the end.
    """

    start_us: int
    times_us: NDArray[np.int64] = field(repr=False)
    known: NDArray[np.bool_] = field(repr=False)
    csf_mcg_per_ml: Floats = field(repr=False)
    cistern_mcg_per_ml: Floats = field(repr=False)
    cranial_mcg_per_ml: Floats = field(repr=False)
    cord_ng_per_ml: Floats = field(repr=False)
    cord_legs_ng_per_ml: Floats = field(repr=False)
    cord_arms_ng_per_ml: Floats = field(repr=False)
    plasma_ng_per_ml: Floats = field(repr=False)
    deep_brain_ng_per_ml: Floats = field(repr=False)
    cistern_intrathecal_ng_per_ml: Floats | None = field(repr=False)
    deep_brain_intrathecal_ng_per_ml: Floats | None = field(repr=False)
    cord_legs_integral_ng_h_per_ml: Floats = field(repr=False)
    spinal_fluid_mcg: Floats = field(repr=False)
    cistern_mcg: Floats = field(repr=False)
    cranial_mcg: Floats = field(repr=False)
    cord_mcg: Floats = field(repr=False)
    plasma_mcg: Floats = field(repr=False)
    peripheral_mcg: Floats = field(repr=False)
    gut_mcg: Floats = field(repr=False)
    skin_mcg: Floats = field(repr=False)
    eliminated_mcg: Floats = field(repr=False)
    entered_mcg: Floats = field(repr=False)
    account_error: Floats = field(repr=False)
    held: Held = field(repr=False)

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def since(self, from_us: int) -> Exposure:
        """The same from ``from_us`` on alone, which is one of its hours; what was before is let go."""
        first = int(np.searchsorted(self.times_us, from_us))
        rows: dict[str, Any] = {
            entry.name: value[first:].copy()
            for entry in fields(self)
            if isinstance(value := getattr(self, entry.name), np.ndarray)
        }
        return replace(self, start_us=from_us, **rows)

    def then(self, later: Exposure) -> Exposure:
        """All of it, and after it what :func:`expose_on` made of it."""
        joined: dict[str, Any] = {
            entry.name: _joined(getattr(self, entry.name), getattr(later, entry.name), len(self.times_us))
            for entry in fields(self)
            if entry.name not in {"start_us", "held"}
        }
        return Exposure(start_us=self.start_us, held=later.held, **joined)


def _joined(before: Any, after: Any, rows: int) -> Any:
    """Rows of one field; the first of ``after`` stands for the last of ``before``; ``None`` for no drug."""
    if after is None:
        return None
    start = np.zeros(rows) if before is None else before
    return np.concatenate([start[:-1], after])


@one_thread
def expose(
    delivery: Delivery,
    therapy: Therapy,
    start_us: int,
    outputs_us: Iterable[int],
    *,
    cells_per_level: int = CELLS_PER_LEVEL,
) -> Exposure:
    """Follow ``delivery`` through the body of the patient from ``start_us`` to the last output.

    At ``start_us`` the body holds no drug. Raises :class:`~cisterna.errors.BodyError` for a patient
    for whom the model is not defined, for an output or a delivery before the start, and
    :class:`~cisterna.errors.DrugAccountError` where drug appeared or vanished.
    """
    times_us = _times(start_us, outputs_us)
    _check_begin(delivery, start_us)
    return _followed(delivery, therapy, times_us, Held(start_us=start_us), cells_per_level)


@one_thread
def expose_on(before: Exposure, delivery: Delivery, therapy: Therapy, outputs_us: Iterable[int]) -> Exposure:
    """Go on where ``before`` ends, to the last output; its last instant is the first of the answer.

    ``delivery`` is what enters from there on; a dose at that instant is one that ``before`` did not have.
    Hours are counted from the start of ``before``. It is the exposure to both deliveries but for rounding,
    and costs no more than the time that is new. Raises as :func:`expose`.
    """
    begin_us = int(before.times_us[-1])
    hours = -(-(begin_us - before.start_us) // US_PER_HOUR)
    times_us = in_order([begin_us], _times(begin_us, outputs_us, before.start_us + hours * US_PER_HOUR))
    _check_begin(delivery, begin_us)
    return _followed(delivery, therapy, times_us, before.held, CELLS_PER_LEVEL)


def _followed(
    delivery: Delivery,
    therapy: Therapy,
    times_us: NDArray[np.int64],
    held: Held,
    cells_per_level: int,
) -> Exposure:
    parts = stretches(therapy, int(times_us[0]), int(times_us[-1]))
    by_pump_or_puncture = delivery.intrathecal()
    given = held.is_given or by_pump_or_puncture.amount_mcg > 0
    mixed = held.is_mixed or by_pump_or_puncture.amount_mcg < delivery.amount_mcg
    whole = pass_through(
        delivery, parts, times_us, cells_per_level, (*_LEVELS, *_AMOUNTS), initial=held.states
    )
    intrathecal = whole if given else None
    if given and mixed:
        intrathecal = pass_through(
            by_pump_or_puncture, parts, times_us, cells_per_level, _OF_THE_BRAIN,
            initial=held.intrathecal if held.is_given else None,
        )  # fmt: skip
    unknown_us = min((entry.start_us for entry in delivery.unknown), default=None)
    known = np.full(len(times_us), held.is_known)
    after = Held(
        start_us=held.start_us,
        states=whole.last,
        intrathecal=None if intrathecal is None else intrathecal.last,
        is_given=given,
        is_mixed=mixed,
        entered_mcg=held.entered_mcg + delivery.amount_mcg,
        is_known=held.is_known and unknown_us is None,
    )
    return _exposure(
        held.start_us,
        whole,
        intrathecal,
        known=known if unknown_us is None else known & (times_us < unknown_us),
        entered=held.entered_mcg + entered_mcg(delivery, times_us),
        held=after,
    )


def _times(start_us: int, outputs_us: Iterable[int], first_hour_us: int | None = None) -> NDArray[np.int64]:
    outputs = in_order(np.fromiter(outputs_us, dtype=np.int64))
    if not len(outputs):
        raise DefectError("an exposure without outputs was asked for")
    if outputs[0] < start_us:
        raise BodyError(
            Fault(
                where="outputs",
                found=utc(int(outputs[0])).isoformat(),
                allowed=f"instants from the start, {utc(start_us).isoformat()}, on",
                remedy="leave out the earlier ones",
            )
        )
    hour_us = start_us if first_hour_us is None else first_hour_us
    return in_order(outputs, np.arange(hour_us, outputs[-1] + 1, US_PER_HOUR, dtype=np.int64))


def _check_begin(delivery: Delivery, start_us: int) -> None:
    begins = [entry.start_us for entry in delivery.infusions]
    begins += [entry.start_us for entry in delivery.unknown]
    begins += [dose.at_us for dose in delivery.doses]
    first_us = min(begins, default=start_us)
    if first_us < start_us:
        raise BodyError(
            Fault(
                where="delivery",
                found=f"drug from {utc(first_us).isoformat()}",
                allowed=f"drug from the start, {utc(start_us).isoformat()}, on",
                remedy="start earlier, with the first event",
            )
        )


def _exposure(
    start_us: int,
    whole: Passage,
    intrathecal: Passage | None,
    *,
    known: NDArray[np.bool_],
    entered: Floats,
    held: Held,
) -> Exposure:
    times_us = whole.times_us
    amounts = {name: whole.values[name] for name in _AMOUNTS}
    error = account_error(entered, np.sum(list(amounts.values()), axis=0))
    if not error.max() <= _ACCOUNT_TOLERANCE:
        worst = int(error.argmax())
        raise DrugAccountError(
            f"drug account of the body is wrong by {error[worst]:.3g} "
            f"of what had entered at {utc(int(times_us[worst])).isoformat()}"
        )
    return Exposure(
        start_us=start_us,
        times_us=times_us,
        known=known,
        csf_mcg_per_ml=_read(whole, "csf"),
        cistern_mcg_per_ml=_read(whole, "cistern"),
        cranial_mcg_per_ml=_read(whole, "cranial"),
        cord_ng_per_ml=_read(whole, "cord"),
        cord_legs_ng_per_ml=_read(whole, "legs"),
        cord_arms_ng_per_ml=_read(whole, "arms"),
        plasma_ng_per_ml=_read(whole, "plasma"),
        deep_brain_ng_per_ml=_read(whole, "deep_brain"),
        cistern_intrathecal_ng_per_ml=_read(intrathecal, "cistern") * NG_PER_MCG if intrathecal else None,
        deep_brain_intrathecal_ng_per_ml=_read(intrathecal, "deep_brain") if intrathecal else None,
        cord_legs_integral_ng_h_per_ml=_read(whole, "legs_integral"),
        **amounts,
        entered_mcg=entered,
        account_error=error,
        held=held,
    )


def _read(passage: Passage, name: str) -> Floats:
    """One read-out, with the rounding below zero taken away; more than rounding is a defect."""
    values = passage.values[name]
    if values.min() < -_ROUNDING * max(values.max(), 0.0):
        raise DefectError(f"the {name} read-out fell below zero, to {values.min():.3g}")
    return np.maximum(values, 0.0)
