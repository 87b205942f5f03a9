"""The published guardrails of a program: daily dose, change, timing, concentration, screening.

Each is a number of the evidence, asked for by name, with its scope. No dose in the spinal fluid per
kilogram of body weight is published, so none depends on weight.
"""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.evidence import Number, Settings
from cisterna.limits.guardrail import Guardrail, Kind, Measure, Origin, Scope, Subject
from cisterna.units import decimal_text

__all__ = [
    "change_guardrails",
    "concentration_guardrail",
    "daily_dose_guardrails",
    "first_increase_guardrail",
    "published_step",
    "shortest_interval_guardrail",
    "titration_interval_guardrail",
]

_FINDING = "usual while the dose is being found"


def daily_dose_guardrails(settings: Settings) -> tuple[Guardrail, ...]:
    """What is published on the daily dose, for whom; all are recommended.

    >>> [rule.name for rule in daily_dose_guardrails(Settings()) if rule.high == 703]
    ['maintenance-dose']
    """
    return (*_maintenance_ranges(settings), *_highest_doses(settings))


def _maintenance_ranges(settings: Settings) -> Iterator[Guardrail]:
    adult_y = settings.value("adult_dose_age", "y")
    spinal, cerebral = Scope(origin="spinal"), Scope(origin="cerebral", from_age_y=adult_y)
    child = Scope(origin="cerebral", below_age_y=adult_y)
    usual, reported = "the published maintenance range", "the maintenance doses that the label reports"
    for name, scope, whom, range_ in (
        ("spinal_maintenance_dose", spinal, "spasticity of spinal origin", usual),
        ("under_12_maintenance_dose", child, "children under 12 y", usual),
        ("cerebral_maintenance_dose", cerebral, "spasticity of cerebral origin", usual),
        ("spinal_maintenance_dose_full_range", spinal, "spasticity of spinal origin", reported),
        ("cerebral_maintenance_dose_full_range", cerebral, "spasticity of cerebral origin", reported),
    ):
        number = settings.number(name)
        finding = f"; {_FINDING}" if range_ is usual else ""
        yield Guardrail.published(
            "maintenance-dose" if range_ is usual else "reported-dose",
            number,
            Measure.DAILY_DOSE,
            low=number.low_in("mcg/day"),
            high=number.high_in("mcg/day"),
            above=f"is above {range_} for {whom}, {{limit}}",
            below=f"is below {range_} for {whom}, {{limit}}{finding}",
            scope=scope,
        )


def _highest_doses(settings: Settings) -> Iterator[Guardrail]:
    adult_y = settings.value("adult_dose_age", "y")
    in_children = settings.number("highest_paediatric_dose")
    yield _at_most(
        "little-experience", settings, "little_experience_dose",
        above="is above {limit}, beyond which there is little experience",
        remark=f"doses up to {in_children.shown()} are published in children ({in_children.cited()})",
    )  # fmt: skip
    highest = "is above the highest dose used {whom} at one children's hospital, {{limit}}"
    yield _at_most(
        "highest-dose-used", settings, "cheo_under_12_highest_dose",
        above=highest.format(whom="under 12 y"), scope=Scope(below_age_y=adult_y),
    )  # fmt: skip
    yield _at_most(
        "highest-dose-used", settings, "cheo_from_12_highest_dose",
        above=highest.format(whom="from 12 y"), scope=Scope(from_age_y=adult_y),
    )  # fmt: skip


def _at_most(
    rule: str, settings: Settings, name: str, *, above: str, remark: str = "", scope: Scope | None = None
) -> Guardrail:
    number = settings.number(name)
    return Guardrail.published(
        rule, number, Measure.DAILY_DOSE, high=number.in_unit("mcg/day"), above=above, remark=remark,
        scope=scope,
    )  # fmt: skip


def change_guardrails(settings: Settings, *, rising: bool) -> tuple[Guardrail, ...]:
    """What is published on a change of the daily dose; the value is its size in %, or the factor.

    A rise has steps by origin, age and phase, a fall the published reduction; above the large step either
    may be too much, and a rise above the hard factor is refused.

    >>> [rule.name for rule in change_guardrails(Settings(), rising=False)]
    ['reduction', 'large-change']
    """
    large = settings.number("large_titration_step")
    soft = Guardrail.published(
        "large-change", large, Measure.CHANGE, high=large.in_unit("%"),
        above="may be too much at higher doses (above {limit})" if rising else "falls by more than {limit}",
    )  # fmt: skip
    if not rising:
        return (_reduction(settings), soft)
    factor = settings.number("hard_dose_change_factor")
    hard = Guardrail.published(
        "hard-change", factor, Measure.CHANGE_FACTOR, high=factor.in_unit("ratio"), kind=Kind.ABSOLUTE,
        above=f"is more than {decimal_text(factor.in_unit('ratio'))} times the dose before and is refused",
    )  # fmt: skip
    return (*(rule for _, rule in _steps(settings)), soft, hard)


def _reduction(settings: Settings) -> Guardrail:
    number = settings.number("maintenance_reduction")
    return Guardrail.published(
        "reduction", number, Measure.CHANGE, high=number.high_in("%"),
        above="is a larger reduction than published for side effects, {limit}",
        remark="a fast fall can bring withdrawal",
    )  # fmt: skip


def _steps(settings: Settings) -> Iterator[tuple[Number, Guardrail]]:
    """The published ranges of a rise, each with the guardrail at its upper end."""
    adult_y = settings.value("adult_dose_age", "y")

    def grown(origin: Origin) -> Scope:
        return Scope(origin=origin, from_age_y=adult_y, phase="titration")

    def at_refill(origin: Origin) -> Scope:
        return Scope(origin=origin, phase="maintenance")

    titrating = "is a larger step than published for titration in {whom}, {{limit}} in 24 h"
    refilling = "is a larger step than published for maintenance in {whom}, {{limit}} at a refill"
    for rule, name, said, whom, scope in (
        ("titration-step", "titration_step_child", titrating, "children",
         Scope(below_age_y=adult_y, phase="titration")),
        ("titration-step", "titration_step_cerebral", titrating, "spasticity of cerebral origin",
         grown("cerebral")),
        ("titration-step", "titration_step_spinal", titrating, "spasticity of spinal origin",
         grown("spinal")),
        ("maintenance-step", "maintenance_increase_cerebral", refilling, "spasticity of cerebral origin",
         at_refill("cerebral")),
        ("maintenance-step", "maintenance_increase_spinal", refilling, "spasticity of spinal origin",
         at_refill("spinal")),
    ):  # fmt: skip
        number = settings.number(name)
        above = said.format(whom=whom)
        yield (
            number,
            Guardrail.published(
                rule, number, Measure.CHANGE, high=number.high_in("%"), above=above, scope=scope
            ),
        )


def published_step(subject: Subject, settings: Settings) -> Number | None:
    """The published range of a rise for this subject; ``None`` where origin or phase leave none.

    >>> published_step(Subject(origin="spinal", age_y=30, phase="titration"), Settings()).shown()
    '10 to 30 %'
    """
    return next((number for number, rule in _steps(settings) if rule.scope.holds_for(subject)), None)


def first_increase_guardrail(settings: Settings) -> Guardrail:
    """No increase in the first hours of therapy; the value is the time since its start, in hours."""
    number = settings.number("first_increase_delay")
    return Guardrail.published(
        "first-increase", number, Measure.TIME, low=number.in_unit("h"),
        below="comes within the first {limit} of therapy, in which no increase is published",
    )  # fmt: skip


def titration_interval_guardrail(settings: Settings) -> Guardrail:
    """One increase at a time; the value is the time since the last change, in hours."""
    number = settings.number("titration_interval")
    return Guardrail.published(
        "titration-interval", number, Measure.TIME, low=number.in_unit("h"),
        below="comes less than {limit} after the last change",
    )  # fmt: skip


def concentration_guardrail(settings: Settings) -> Guardrail:
    """The strongest product on the market."""
    number = settings.number("highest_concentration")
    return Guardrail.published(
        "concentration", number, Measure.CONCENTRATION, high=number.in_unit("mcg/mL"),
        above="is stronger than any product on the market, {limit}",
    )  # fmt: skip


def shortest_interval_guardrail(settings: Settings) -> Guardrail:
    """Boluses that come more often are refused; the value is the interval in hours."""
    number = settings.number("shortest_bolus_interval")
    return Guardrail.published(
        "bolus-interval", number, Measure.BOLUS_INTERVAL, low=number.in_unit("h"), kind=Kind.ABSOLUTE,
        below="is shorter than {limit} from one bolus to the next and is refused",
        remark="check whether hours were meant where minutes stand",
    )  # fmt: skip
