"""A screening bolus judged: its dose, the step of the ladder, the time since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cisterna.errors import Fault, TherapyError
from cisterna.evidence import Settings
from cisterna.instants import elapsed_h, instant_us
from cisterna.limits.guardrail import Touched
from cisterna.limits.judgement import Judgement, judgement_of
from cisterna.limits.screening_rules import judge_screening_bolus
from cisterna.therapy import LumbarBolus, Program, Therapy

__all__ = ["judge_screening"]


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
) -> tuple[Touched, ...]:
    last = float(before[-1].dose) if before else None
    return judge_screening_bolus(
        float(bolus.dose), last, _hours(before, bolus), settings, on_ladder=is_screening
    )
