"""The one judge of a program: every guardrail that it touches in its therapy, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cisterna.errors import EvidenceError
from cisterna.instants import HOURS_PER_DAY
from cisterna.limits.caps import smallest_cap
from cisterna.limits.changes import change_caps
from cisterna.limits.guardrail import Guardrail, Kind, Measure, Phase, Touched, shown
from cisterna.limits.judgement import Cap, Judgement, judgement_of
from cisterna.limits.library import Bound, Declared, Entry, Library, builtin_library
from cisterna.limits.pair import Pair
from cisterna.limits.program_rules import (
    Amounts,
    amounts_of,
    bolus_touched,
    change_touched,
    dose_touched,
    pair_touched,
)
from cisterna.limits.published import daily_dose_guardrails
from cisterna.limits.pump_rules import (
    earlier_touched,
    flow_number,
    planned_flow_ml_per_day,
    pump_touched,
    refill_touched,
    stop_touched,
)
from cisterna.limits.site import NO_SITE_SETTINGS, SiteLimits, SiteSettings
from cisterna.limits.situation import Met, Situation, program_to_judge, situation_of
from cisterna.therapy import Program, Therapy
from cisterna.verdict import Verdict

__all__ = ["judge", "judge_dosing"]


def judge(
    therapy: Therapy,
    program: Program | None = None,
    *,
    at: datetime | None = None,
    site: SiteSettings = NO_SITE_SETTINGS,
    phase: Phase | None = None,
    library: Library | None = None,
    met: Met | None = None,
) -> Judgement:
    """Every guardrail that a program touches in its therapy.

    ``program`` is a proposed one, set at ``at`` where that is given; left out, the last program of the
    therapy (not after ``at``) is judged against what was before it. ``site`` holds the limits for which
    nothing is published: until they are set the verdict is at best ``caution``. ``phase`` is titration up
    to the first refill and maintenance from it on where it is not given. ``met`` is what :func:`met_at`
    found at the program's instant, where many programs are judged at one.

    Raises :class:`~cisterna.errors.TherapyError` where there is no program to judge.

    >>> from datetime import date
    >>> from cisterna.therapy import Fill, Implant, Patient
    >>> from cisterna.units import Concentration, DailyDose, Length, Volume
    >>> at = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
    >>> therapy = Therapy(patient=Patient(label="invented", born=date(1990, 1, 1)), events=(
    ...     Implant(at=at, pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10",
    ...             catheter_trimmed=Length(52)),
    ...     Fill(at=at, injected=Volume(20), concentration=Concentration(2000)),
    ...     Program(at=at, mode="simple-continuous", daily_dose=DailyDose(80))))
    >>> judgement = judge(therapy)
    >>> judgement.verdict.value, judgement.guardrails[0].name, judgement.guardrails[0].limit
    ('stop', 'pump-flow', 0.048)
    """
    chosen = program_to_judge(therapy, program, at)
    now = situation_of(therapy, chosen, phase, met=met)
    amounts = None if now.running is None else amounts_of(now.running)
    pair, unlisted = _pair(now, site, library or builtin_library())
    return judgement_of(
        _touched(now, amounts, pair, unlisted), _inputs(now, amounts), _caps(now, pair) if now.fill else ()
    )


def judge_dosing(therapy: Therapy, program: Program) -> tuple[Touched, ...]:
    """The published limits of dose, change and timing that a program touches, and nothing else.

    What a course that was run already tells of its programs; pump, refill and site are left to
    :func:`judge`.
    """
    now = situation_of(therapy, program, walks_pump=False)
    if now.running is None:
        return ()
    amounts = amounts_of(now.running)
    return (*bolus_touched(now), *change_touched(now, amounts), *dose_touched(now, amounts))


def _touched(
    now: Situation, amounts: Amounts | None, pair: Pair | None, unlisted: tuple[Touched, ...]
) -> Iterator[Touched]:
    yield from pump_touched(now)
    yield from unlisted
    yield from bolus_touched(now)
    if amounts is not None:
        yield from change_touched(now, amounts)
        yield from dose_touched(now, amounts)
    yield from earlier_touched(now)
    rises = amounts is not None and now.states_dose and amounts.daily > (now.previous_mcg_per_day or 0.0)
    yield from refill_touched(now, rises=rises)
    yield from stop_touched(now)
    if pair is not None:
        yield from pair_touched(now, pair, amounts)


def _pair(now: Situation, site: SiteSettings, library: Library) -> tuple[Pair | None, tuple[Touched, ...]]:
    """The pair of the last fill; a drug without an entry is refused, a concentration without is a caution."""
    if now.fill is None:
        return None, ()
    drug, concentration = now.fill.drug, float(now.fill.concentration)
    try:
        entry = library.entry(drug, concentration)
    except EvidenceError as error:
        return None, (
            _unlisted(f"The drug is not in the library: {error.faults[0]}", Verdict.STOP, concentration),
        )
    limits = site.limits(drug, concentration)
    if entry is None and limits is not None:
        entry = _entry_of_site(limits)
    if entry is not None:
        return Pair(entry=entry, site=limits, source=site.source), ()
    known = ", ".join(shown(strength, "mcg/mL") for strength in library.concentrations_of(drug))
    text = (
        f"{drug.capitalize()} at {shown(concentration, 'mcg/mL')} has no entry in the library ({known}) and "
        "none of the site: hourly dose, bolus, duration and the absolute limits of the daily dose were held "
        "against none."
    )
    return None, (_unlisted(text, Verdict.CAUTION, concentration),)


def _entry_of_site(limits: SiteLimits) -> Entry:
    """A pair that only the site knows: everything that a bound may be set for is the site's to set."""
    every = dict.fromkeys(Bound, Declared.SITE)
    published = {
        **every, Bound.RECOMMENDED_LOW: Declared.PUBLISHED, Bound.RECOMMENDED_HIGH: Declared.PUBLISHED
    }  # fmt: skip
    highest = {Bound.ABSOLUTE_HIGH: Declared.SITE}
    return Entry(
        drug=limits.drug, concentration_mcg_per_ml=limits.concentration_mcg_per_ml,
        bounds={
            Measure.DAILY_DOSE: published, Measure.HOURLY_DOSE: every, Measure.BOLUS: every,
            Measure.BOLUS_DURATION: every, Measure.BOLUS_COUNT: highest, Measure.WINDOW_DOSE: highest,
        },
    )  # fmt: skip


def _unlisted(text: str, verdict: Verdict, concentration: float) -> Touched:
    return Touched(
        name="library-entry", kind=Kind.ABSOLUTE if verdict is Verdict.STOP else Kind.RECOMMENDED,
        measure=Measure.CONCENTRATION, limit=None, value=concentration, unit=Measure.CONCENTRATION.unit,
        source="library of drugs and concentrations", status="not published", text=text, verdict=verdict,
    )  # fmt: skip


def _caps(now: Situation, pair: Pair | None) -> tuple[Cap, ...]:
    """Of all upper limits of a dose, a day, an hour or a bolus, the smallest of each kind."""
    measures = (Measure.DAILY_DOSE, Measure.HOURLY_DOSE, *([Measure.BOLUS] if now.asks_bolus else []))
    return tuple(
        cap
        for measure in measures
        for cap in _smallest(measure, tuple(_upper_limits(now, pair, measure)), now)
    )


def _smallest(measure: Measure, limits: tuple[Guardrail, ...], now: Situation) -> Iterator[Cap]:
    for kind in Kind:
        rules = [
            rule
            for rule in limits
            if rule.kind is kind and rule.high is not None and rule.scope.holds_for(now.subject)
        ]
        if rules:
            place, limit = smallest_cap({str(place): rule.high for place, rule in enumerate(rules)})
            rule = rules[int(place)]
            yield Cap(
                measure=measure, kind=kind, limit=limit, name=rule.name,
                source=rule.source, status=rule.status,
            )  # fmt: skip


def _upper_limits(now: Situation, pair: Pair | None, measure: Measure) -> Iterator[Guardrail]:
    settings = now.therapy.settings
    if measure is Measure.DAILY_DOSE:
        yield from daily_dose_guardrails(settings)
    if pair is not None:
        yield from pair.guardrails(measure)
    if measure is Measure.DAILY_DOSE and now.previous_mcg_per_day and now.states_dose:
        yield from change_caps(now.previous_mcg_per_day, now.subject, settings)
    if measure is not Measure.BOLUS:
        yield from _pump_limit(now, measure)


def _pump_limit(now: Situation, measure: Measure) -> Iterator[Guardrail]:
    """The highest flow of the pump as a dose at this concentration, in a day or in an hour."""
    if now.system is None or now.label_mcg_per_ml is None:
        return
    hours = HOURS_PER_DAY if measure is Measure.DAILY_DOSE else 1
    yield Guardrail.published(
        "pump-flow", flow_number(now.system, highest=True), measure,
        high=now.system.flows.maximum_ml_per_h * hours * now.label_mcg_per_ml, kind=Kind.ABSOLUTE,
    )  # fmt: skip


def _inputs(now: Situation, amounts: Amounts | None) -> dict[str, Any]:
    patient = now.therapy.patient
    weight = now.therapy.weight_at(now.program.at.astimezone(now.therapy.zone).date())
    return {
        "at": now.program.at.isoformat(),
        "mode": now.program.mode,
        "daily_dose_mcg_per_day": amounts and amounts.daily,
        "most_in_24_h_mcg": amounts and amounts.most_in_day,
        "most_in_1_h_mcg": amounts and amounts.most_in_hour,
        "planned_flow_ml_per_day": planned_flow_ml_per_day(now),
        "drug": now.fill and now.fill.drug,
        "concentration_mcg_per_ml": now.label_mcg_per_ml,
        "pump": now.system and now.system.model.name,
        **_dose_range(now),
        "previous_daily_dose_mcg_per_day": now.previous_mcg_per_day,
        "since_change_h": now.hours_since_change,
        "since_start_h": now.hours_since_start,
        "phase": now.subject.phase,
        "condition": patient.condition,
        "origin": now.subject.origin,
        "age_y": now.subject.age_y,
        "weight_kg": None if weight is None else float(weight),
    }


def _dose_range(now: Situation) -> dict[str, float | None]:
    """The lowest and the highest daily dose that the pump can give at this concentration."""
    label = now.label_mcg_per_ml
    if now.system is None or label is None:
        return {"lowest_dose_mcg_per_day": None, "highest_dose_mcg_per_day": None}
    flows = now.system.flows
    return {
        "lowest_dose_mcg_per_day": flows.minimum_ml_per_h * HOURS_PER_DAY * label,
        "highest_dose_mcg_per_day": flows.maximum_ml_per_h * HOURS_PER_DAY * label,
    }
