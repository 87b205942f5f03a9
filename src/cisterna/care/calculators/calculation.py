"""What calculators share: checks of what was given, settings in place of published limits, the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from math import floor
from typing import TYPE_CHECKING, TypeVar

from cisterna.care.calculators.slips import daily_dose_slips, setting_slips
from cisterna.care.result import Reason, Result, Stated
from cisterna.care.scales.ranges import checked
from cisterna.errors import Fault, InputError
from cisterna.evidence import Number, Settings, Status, number
from cisterna.limits.guardrail import Subject, Touched
from cisterna.limits.published import concentration_guardrail, daily_dose_guardrails
from cisterna.units import Concentration, DailyDose, Quantity, convert, decimal_text
from cisterna.verdict import Verdict

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "BY_DEFINITION",
    "above_zero",
    "calculated",
    "chosen",
    "concentration_faults",
    "concentration_reasons",
    "contradiction",
    "daily_dose_reasons",
    "day_after",
    "given",
    "missing",
    "not_known",
    "reasons_of",
    "whole_days",
]

V = TypeVar("V", bound="DataclassInstance")

BY_DEFINITION = "arithmetic from the definition, drug = volume x concentration"
"""The source of what follows from what words mean."""

_NUMBERS_ALONE = {"ratio", "count", "score"}
_DUST_DAYS = 1e-9  # a tenth of a millisecond: a whole number of days that rounding left below itself


def calculated(
    name: str,
    title: str,
    value: V,
    *,
    formula: str,
    inputs: dict[str, Stated],
    source: str,
    status: Status = Status.DERIVED,
    reasons: Iterable[Reason] = (),
    numbers: Iterable[Number] = (),
) -> Result[V]:
    """The answer of one calculator, citing the source of its formula and each number applied once."""
    applied = tuple(numbers)
    cited = (f"{source} [{status.value}]", *(_cited(entry) for entry in applied))
    return Result(
        name=name,
        title=title,
        value=value,
        reasons=(*reasons, *setting_slips(applied)),
        formula=formula,
        inputs=inputs,
        sources=tuple(dict.fromkeys(cited)),
    )


def _cited(applied: Number) -> str:
    """What was applied, how much, from where and how sure."""
    return f"{applied.text}, {stated(applied)}: {applied.cited()}"


def stated(applied: Number) -> str:
    """A number with its unit as sentences write it; a ratio, count or score is a number alone.

    >>> stated(number("stop_limit")), stated(number("delivered_ratio_low"))
    ('48 h', '0.8')
    """
    words = applied.shown().split(" ")
    return " ".join(word for word in words if word not in _NUMBERS_ALONE)


def given(**asked: Quantity | date | Stated) -> dict[str, Stated]:
    """What was asked, by the names of the options, each quantity with its unit.

    >>> from cisterna.units import Volume
    >>> given(fill=Volume(20), cap=None)
    {'fill': '20 mL', 'cap': None}
    """
    return {name: _stated(value) for name, value in asked.items()}


def _stated(value: Quantity | date | Stated) -> Stated:
    if isinstance(value, Quantity):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


# ------------------------------------------------------------------------------ what may be given


def above_zero(**quantities: Quantity | None) -> Iterator[Fault]:
    """The faults of quantities that must be above 0; what was not given is none.

    >>> from cisterna.units import Volume
    >>> [str(fault) for fault in above_zero(fill=Volume(0))]
    ["fill: found 0 mL; allowed: a volume above 0 mL; write for example '20 mL'."]
    """
    for where, quantity in quantities.items():
        if quantity is not None and quantity <= 0:
            yield Fault(
                where=where,
                found=str(quantity),
                allowed=f"{quantity.what} above 0 {quantity.unit}",
                remedy=f"write for example '{quantity.example}'",
            )


def concentration_faults(**concentrations: Concentration | None) -> Iterator[Fault]:
    """The faults of concentrations that cannot be true, such as mg written for mcg."""
    bounds = number("plausible_concentration")
    low, high = bounds.low_in(Concentration.unit), bounds.high_in(Concentration.unit)
    for where, concentration in concentrations.items():
        if concentration is not None and not low <= concentration <= high:
            yield Fault(
                where=where,
                found=str(concentration),
                allowed=f"{bounds.shown()} ({bounds.text})",
                remedy="check the unit and the decimal point, mcg and mg above all",
            )


def contradiction(where: str, found: str, allowed: str, remedy: str) -> InputError:
    """The refusal of options that cannot hold together."""
    return InputError(Fault(where=where, found=found, allowed=allowed, remedy=remedy))


def missing(where: str, allowed: str, remedy: str) -> InputError:
    """The refusal of a question in which an option is missing."""
    return contradiction(where, "nothing", allowed, remedy)


def checked_all(*faults: Iterable[Fault]) -> None:
    """Raise :class:`~cisterna.errors.InputError` with all faults, if there is one."""
    checked(fault for group in faults for fault in group)


# ------------------------------------------------------------------------------ limits and settings


def chosen(name: str, value: float | None, unit: str, option: str) -> Number:
    """A published number, or the same as the site sets it by an option.

    >>> chosen("over_infusion_threshold", 10, "%", "--accuracy").cited()
    'set by --accuracy; published: 14.5 % (TGA RC-2014-RN-00357-1) [confirmed]'
    """
    published = number(name)
    if value is None or convert(value, unit, published.unit) == published.value:
        return published
    return replace(
        published, value=convert(value, unit, published.unit), source=_set_source(published, option)
    )


def chosen_range(name: str, ends: tuple[float, float] | None, unit: str, option: str) -> Number:
    """A published range, or the same as the site sets it by an option."""
    published = number(name)
    if ends is None:
        return published
    low, high = (convert(end, unit, published.unit) for end in ends)
    if (low, high) == (published.low, published.high):
        return published
    return replace(published, low=low, high=high, source=_set_source(published, option))


def _set_source(published: Number, option: str) -> str:
    return f"set by {option}; published: {published.shown()} ({published.source})"


def settings_of(*numbers: Number) -> Settings:
    """Settings in which these numbers hold."""
    return Settings({entry.name: entry for entry in numbers})


# ------------------------------------------------------------------------------ what is said


def not_known(key: str, text: str, source: str = BY_DEFINITION) -> Reason:
    """Why a key of the answer is not known."""
    return Reason(text=text, source=source, status=Status.DERIVED, about=key)


def reasons_of(touched: Iterable[Touched]) -> Iterator[Reason]:
    """What limits say where they are touched, as reasons."""
    known = {status.value: status for status in Status}
    for entry in touched:
        yield Reason(
            text=entry.text,
            source=entry.source,
            status=known.get(entry.status, Status.ASSUMED),
            verdict=entry.verdict,
        )


def concentration_reasons(*concentrations: Concentration | None) -> Iterator[Reason]:
    """A caution for each that is stronger than any product on the market."""
    rule = concentration_guardrail(Settings())
    asked = dict.fromkeys(strength for strength in concentrations if strength is not None)
    found = (rule.touched(strength, f"A concentration of {strength.shown()}") for strength in asked)
    yield from reasons_of(touched for touched in found if touched is not None)


def daily_dose_reasons(daily_dose: DailyDose) -> Iterator[Reason]:
    """A caution above the daily dose beyond which experience is little, a stop where it must be a slip.

    Ranges by age are a judge's work.
    """
    yield from daily_dose_slips(daily_dose)
    rules = (rule for rule in daily_dose_guardrails(Settings()) if rule.name == "little-experience")
    found = (rule.touched(daily_dose) for rule in rules if rule.scope.holds_for(Subject()))
    yield from reasons_of(touched for touched in found if touched is not None)


def says(applied: Number, text: str, verdict: Verdict = Verdict.OK, about: str | None = None) -> Reason:
    """A reason that rests on a number of the evidence, or on one that the site set in its place."""
    return Reason.on(applied, text, verdict, about)


# ------------------------------------------------------------------------------ days


def whole_days(days: float) -> int:
    """A time in days, rounded down to whole days.

    >>> whole_days(253.3), whole_days(29.9999999999999)
    (253, 30)
    """
    return floor(days + _DUST_DAYS)


def day_after(start: date, days: float, where: str) -> date:
    """The day a number of days after another, rounded down; refused beyond the end of the calendar."""
    try:
        return start + timedelta(days=whole_days(days))
    except OverflowError:
        raise contradiction(
            where,
            f"{decimal_text(days, 1)} days after {start.isoformat()}",
            "a day before the year 10000",
            "check the dates, the volumes and the dose",
        ) from None
