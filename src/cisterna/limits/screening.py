"""A screening bolus judged: its dose, the step of the ladder, the time since the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cisterna.errors import Fault, TherapyError
from cisterna.evidence import Settings
from cisterna.instants import elapsed_h, instant_us
from cisterna.limits.guardrail import SLACK, Guardrail, Measure, Touched, shown
from cisterna.limits.judgement import Judgement, judgement_of
from cisterna.limits.slips import slip_between, slip_touched, tenfold_touched
from cisterna.therapy import LumbarBolus, Program, Therapy

__all__ = ["judge_screening"]

_RUNGS = (
    "screening_dose_small_child",
    "screening_dose_first",
    "screening_dose_second",
    "screening_dose_highest",
)
_UNIT = Measure.SCREENING_DOSE.unit


def judge_screening(therapy: Therapy, bolus: LumbarBolus | None = None) -> Judgement:
    """Every guardrail that a lumbar bolus touches: the given one, or the last of the therapy.

    Boluses before the first program are held against the ladder (first dose, next step); all are held
    against the highest dose and the time between two. Raises :class:`~cisterna.errors.TherapyError` where
    there is none.

    >>> from datetime import date, datetime
    >>> from cisterna.therapy import Patient
    >>> from cisterna.units import Mass
    >>> at = datetime.fromisoformat("2026-02-03T10:00:00+01:00")
    >>> bolus = LumbarBolus(at=at, dose=Mass(500), level="L3")
    >>> therapy = Therapy(patient=Patient(label="invented", born=date(2018, 2, 11)), events=(bolus,))
    >>> judgement = judge_screening(therapy)
    >>> judgement.verdict.value, [touched.name for touched in judgement.guardrails]
    ('stop', ['tenfold-slip', 'tenfold-change', 'screening-dose', 'screening-step'])
    """
    given = [event for event in therapy.valid_events if isinstance(event, LumbarBolus)]
    if bolus is None and not given:
        raise TherapyError(
            Fault(where="lumbar-bolus", found="no lumbar bolus", remedy="give one",
                  allowed="a therapy with one, or one to judge")
        )  # fmt: skip
    chosen = bolus or given[-1]
    before = [event for event in given if instant_us(event.at) < instant_us(chosen.at)]
    starts = [instant_us(event.at) for event in therapy.valid_events if isinstance(event, Program)]
    is_screening = not starts or instant_us(chosen.at) < starts[0]
    inputs: dict[str, Any] = {
        "at": chosen.at.isoformat(),
        "screening_dose_mcg": float(chosen.dose),
        "previous_screening_dose_mcg": float(before[-1].dose) if before else None,
        "since_previous_h": _hours(before, chosen),
    }
    return judgement_of(_touched(chosen, before, therapy.settings, is_screening=is_screening), inputs)


def _hours(before: Sequence[LumbarBolus], chosen: LumbarBolus) -> float | None:
    return elapsed_h(instant_us(before[-1].at), instant_us(chosen.at)) if before else None


def _touched(
    bolus: LumbarBolus, before: Sequence[LumbarBolus], settings: Settings, *, is_screening: bool
) -> Iterator[Touched]:
    found = [_highest(settings).touched(bolus.dose, f"The lumbar bolus of {bolus.dose.shown()}")]
    if is_screening:
        found += _ladder(bolus, before, settings)
    hours = _hours(before, bolus)
    if hours is not None:
        said = f"The lumbar bolus follows the one before after {shown(hours, 'h')};"
        found.append(_interval(settings).touched(hours, said))
    yield from (touched for touched in found if touched is not None)


def _highest(settings: Settings) -> Guardrail:
    number = settings.number("screening_dose_highest")
    return Guardrail.published(
        "screening-dose", number, Measure.SCREENING_DOSE, high=number.in_unit(_UNIT),
        above="is above the highest published screening dose, {limit}",
        remark="who does not respond to that dose is no candidate for a pump",
    )  # fmt: skip


def _interval(settings: Settings) -> Guardrail:
    number = settings.number("screening_interval")
    return Guardrail.published(
        "screening-interval",
        number,
        Measure.TIME,
        low=number.in_unit("h"),
        below="the published interval is {limit}",
    )


def _ladder(
    bolus: LumbarBolus, before: Sequence[LumbarBolus], settings: Settings
) -> Iterator[Touched | None]:
    """The first dose, or the rung after the dose before; slips are sought against the same dose."""
    first = settings.number("screening_dose_first")
    last = float(before[-1].dose) if before else None
    rungs = [settings.number(name) for name in _RUNGS]
    above = (rung for rung in rungs if last is not None and rung.in_unit(_UNIT) > last * (1 + SLACK))
    allowed = first if last is None else next(above, rungs[-1])
    rule = Guardrail.published(
        "screening-step", allowed, Measure.SCREENING_DOSE, high=allowed.in_unit(_UNIT),
        above="is above the first published screening dose, {limit}" if last is None
        else f"is above the published step after {shown(last, _UNIT)}, {{limit}}",
    )  # fmt: skip
    yield rule.touched(bolus.dose, f"The lumbar bolus of {bolus.dose.shown()}")
    expected = allowed.in_unit(_UNIT)
    slip = slip_between(expected, bolus.dose, settings)
    if slip:
        yield slip_touched(slip, settings, what="the screening dose", unit=_UNIT, expected=expected)
    yield tenfold_touched(expected, bolus.dose, settings, what="the screening dose", unit=_UNIT)
