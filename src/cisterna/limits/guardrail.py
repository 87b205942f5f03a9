"""A guardrail as a value, what it says when it is touched, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from cisterna.evidence import Number
from cisterna.units import decimal_text
from cisterna.verdict import Verdict, gravest

__all__ = [
    "SLACK", "Guardrail", "Kind", "Measure", "Origin", "Phase", "Scope", "Side", "Subject", "Touched",
    "shown", "verdict_of",
]  # fmt: skip

SLACK = 1e-9
"""Share of a limit by which a value may pass it: far below any resolution, far above rounding."""

Origin = Literal["cerebral", "spinal"]
Phase = Literal["titration", "maintenance"]
Side = Literal["below", "above"]


class Kind(StrEnum):
    """``absolute``: refused, no override. ``recommended``: a reason is needed to go on."""

    ABSOLUTE = "absolute"
    RECOMMENDED = "recommended"


class Measure(StrEnum):
    """What a guardrail bounds; each has one unit, :attr:`unit`."""

    DAILY_DOSE = "daily dose"
    HOURLY_DOSE = "hourly dose"
    BOLUS = "bolus"
    BOLUS_DURATION = "bolus duration"
    BOLUS_INTERVAL = "bolus interval"
    BOLUS_COUNT = "bolus count"
    WINDOW_DOSE = "dose in a window"
    CHANGE = "change"
    CHANGE_FACTOR = "change factor"
    TIME = "time"
    FLOW = "rate"
    FLEX_STEPS = "flex steps"
    CONCENTRATION = "concentration"
    SCREENING_DOSE = "screening dose"
    DRUG_AGE = "age of the drug"
    VOLUME = "volume"
    RATIO = "ratio"
    ERROR = "delivery error"
    DAYS = "days"

    @property
    def unit(self) -> str:
        """The unit of limits and values.

        >>> Measure.DAILY_DOSE.unit, Measure.CHANGE.unit
        ('mcg/day', '%')
        """
        return _UNITS[self]


_UNITS = {
    Measure.DAILY_DOSE: "mcg/day", Measure.HOURLY_DOSE: "mcg/h", Measure.BOLUS: "mcg",
    Measure.BOLUS_DURATION: "h", Measure.BOLUS_INTERVAL: "h", Measure.BOLUS_COUNT: "count",
    Measure.WINDOW_DOSE: "mcg", Measure.CHANGE: "%", Measure.CHANGE_FACTOR: "ratio", Measure.TIME: "h",
    Measure.FLOW: "mL/day", Measure.FLEX_STEPS: "count", Measure.CONCENTRATION: "mcg/mL",
    Measure.SCREENING_DOSE: "mcg", Measure.DRUG_AGE: "days", Measure.VOLUME: "mL", Measure.RATIO: "ratio",
    Measure.ERROR: "%", Measure.DAYS: "days",
}  # fmt: skip
_PLACES = {"mcg/h": 2, "h": 2, "mL/day": 4, "ratio": 3, "mL": 3}


def shown(value: float, unit: str) -> str:
    """A value with its unit as sentences write it; a count or a ratio is a number alone.

    >>> shown(4.16667, "mcg/h"), shown(240.0, "count")
    ('4.17 mcg/h', '240')
    """
    text = decimal_text(value, _PLACES.get(unit, 1))
    return text if unit in {"count", "ratio"} else f"{text} {unit}"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whom and what a guardrail is asked about.

    An age that is not known (``None``) counts as that of an adult; an origin or phase that is not known
    meets no guardrail that is for one origin or phase.
    """

    drug: str = "baclofen"
    concentration_mcg_per_ml: float | None = None
    origin: Origin | None = None
    age_y: float | None = None
    phase: Phase | None = None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """For whom a guardrail holds; what is ``None`` holds for all.

    >>> child = Scope(below_age_y=12)
    >>> child.holds_for(Subject(age_y=8)), child.holds_for(Subject(age_y=12)), child.holds_for(Subject())
    (True, False, False)
    """

    drug: str = "baclofen"
    concentration_mcg_per_ml: float | None = None
    origin: Origin | None = None
    from_age_y: float | None = None
    below_age_y: float | None = None
    phase: Phase | None = None

    def holds_for(self, subject: Subject) -> bool:
        """Whether the guardrail is about this subject."""
        asked = (
            (self.concentration_mcg_per_ml, subject.concentration_mcg_per_ml),
            (self.origin, subject.origin),
            (self.phase, subject.phase),
        )
        if self.drug != subject.drug or any(mine not in {None, theirs} for mine, theirs in asked):
            return False
        if subject.age_y is None:
            return self.below_age_y is None
        old_enough = self.from_age_y is None or subject.age_y >= self.from_age_y
        return old_enough and (self.below_age_y is None or subject.age_y < self.below_age_y)


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A guardrail that was touched: passed, or due and not set.

    ``limit`` is ``None`` where no limit is published and the site has set none; ``value`` where it could
    not be computed. ``text`` is a whole sentence that names the limit, :attr:`sentence` the same with
    its source.
    """

    name: str
    kind: Kind
    measure: Measure | None
    limit: float | None
    value: float | None
    unit: str | None
    source: str
    status: str
    text: str
    verdict: Verdict
    side: Side | None = None

    @property
    def sentence(self) -> str:
        """The text with its source and how sure that is."""
        return f"{self.text} Source: {self.source} [{self.status}]."


@dataclass(frozen=True, kw_only=True)
class Guardrail:
    """A bound on one measure, inclusive on both sides, in the unit of the measure.

    ``above`` and ``below`` end the sentence that begins with what was found; ``{limit}`` in them is
    replaced by ``stated``, the limit as people read it. ``remark`` says what it means or what to do.

    >>> from cisterna.evidence import number
    >>> rule = Guardrail.published("little-experience", number("little_experience_dose"), Measure.DAILY_DOSE,
    ...                            high=1000, above="is above {limit}, beyond which experience is little")
    >>> touched = rule.touched(1050)
    >>> touched.verdict.value, touched.text
    ('caution', '1050 mcg/day is above 1000 mcg/day, beyond which experience is little.')
    """

    name: str
    kind: Kind
    measure: Measure
    source: str
    status: str
    low: float | None = None
    high: float | None = None
    stated: str = ""
    above: str = "is above the limit, {limit}"
    below: str = "is below the limit, {limit}"
    remark: str = ""
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"guardrail {self.name}: low {self.low} above high {self.high}")

    @classmethod
    def published(
        cls,
        name: str,
        number: Number,
        measure: Measure,
        *,
        low: float | None = None,
        high: float | None = None,
        above: str = "",
        below: str = "",
        remark: str = "",
        kind: Kind = Kind.RECOMMENDED,
        scope: Scope | None = None,
    ) -> Guardrail:
        """A guardrail whose limit is a number of the evidence, with its source and status."""
        return cls(
            name=name, kind=kind, measure=measure, source=number.source, status=number.status.value,
            low=low, high=high, stated=number.shown_range() or number.shown(), above=above, below=below,
            remark=remark, scope=scope or Scope(),
        )  # fmt: skip

    def side(self, value: float) -> Side | None:
        """On which side ``value`` leaves the bound; ``None`` within it and at its very edge."""
        if self.high is not None and value > self.high + SLACK * abs(self.high):
            return "above"
        return "below" if self.low is not None and value < self.low - SLACK * abs(self.low) else None

    def touched(self, value: float, said: str = "") -> Touched | None:
        """What is to be said where ``value`` leaves the bound; ``said`` begins the sentence in its place."""
        side = self.side(value)
        if side is None:
            return None
        unit = self.measure.unit
        limit = self.high if side == "above" else self.low
        predicate = (self.above if side == "above" else self.below) or f"is {side} {{limit}}"
        stated = self.stated or shown(limit or 0.0, unit)
        text = f"{said or shown(value, unit)} {predicate.format(limit=stated)}"
        return Touched(
            name=self.name, kind=self.kind, measure=self.measure, limit=limit, value=value, unit=unit,
            source=self.source, status=self.status, side=side,
            text=f"{text}; {self.remark}." if self.remark else f"{text}.",
            verdict=Verdict.STOP if self.kind is Kind.ABSOLUTE else Verdict.CAUTION,
        )  # fmt: skip

    def as_daily_dose(self, before_mcg_per_day: float) -> Guardrail | None:
        """The highest daily dose that an upper limit of a change leaves; ``None`` for another measure.

        >>> rule = Guardrail(name="step", kind=Kind.RECOMMENDED, measure=Measure.CHANGE, source="s",
        ...                  status="confirmed", high=15)
        >>> rule.as_daily_dose(400).high
        460.0
        """
        if self.high is None or self.measure not in {Measure.CHANGE, Measure.CHANGE_FACTOR}:
            return None
        percent = 100 + self.high if self.measure is Measure.CHANGE else 100 * self.high
        highest = before_mcg_per_day * percent / 100
        return replace(self, measure=Measure.DAILY_DOSE, low=None, high=highest, stated="")


def verdict_of(touched: Iterable[Touched]) -> Verdict:
    """The gravest of what was touched; ``ok`` where nothing was.

    >>> verdict_of(()).value
    'ok'
    """
    return gravest(entry.verdict for entry in touched)
