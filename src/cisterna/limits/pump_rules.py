"""What the pump itself refuses of a program, how long a fill lasts, and what the last refill found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cisterna.evidence import Number
from cisterna.instants import US_PER_DAY, elapsed_h, instant_us
from cisterna.limits.guardrail import Guardrail, Kind, Measure, Touched, shown
from cisterna.limits.published import concentration_guardrail
from cisterna.limits.situation import Situation
from cisterna.limits.visits import blind_rise_touched
from cisterna.pump import Demand, ImplantedSystem
from cisterna.therapy import WEEKDAYS, Port, Revise
from cisterna.units import decimal_text
from cisterna.verdict import Verdict

__all__ = [
    "earlier_touched",
    "flow_number",
    "planned_flow_ml_per_day",
    "pump_touched",
    "refill_touched",
    "stop_touched",
]

_PER_DAY = 24
_WEEK_US = 7 * US_PER_DAY


def pump_touched(now: Situation) -> Iterator[Touched]:
    """Mode, steps and flow against the pump, the concentration, and the drug's stability at this flow."""
    steps = _steps_touched(now)
    if steps is not None:
        yield steps
    elif now.refused:
        yield from (_refused(str(fault)) for fault in now.refused)
    if now.fill is not None:
        strong = concentration_guardrail(now.therapy.settings).touched(float(now.fill.concentration))
        if strong is not None:
            yield strong
    if now.running is not None and now.system is not None:
        for demand in now.running.demands:
            yield from _flow_touched(demand, now.system)
        yield from _stability_touched(now, now.system)


def _refused(fault: str) -> Touched:
    return Touched(
        name="pump-refuses", kind=Kind.ABSOLUTE, measure=None, limit=None, value=None, unit=None,
        source="pump model", status="derived", verdict=Verdict.STOP, text=f"The pump refuses it: {fault}",
    )  # fmt: skip


def _steps_touched(now: Situation) -> Touched | None:
    if now.system is None or now.program.mode != "flex" or not now.system.model.known("flex_steps_per_day"):
        return None
    number = now.system.model.number("flex_steps_per_day")
    rule = Guardrail.published(
        "flex-steps", number, Measure.FLEX_STEPS, high=number.in_unit("count"), kind=Kind.ABSOLUTE,
        above=f"are more than a {now.system.model.model} takes, {number.in_unit('count'):.0f}",
    )  # fmt: skip
    most = max(len(now.program.steps_on(day)) for day in WEEKDAYS)
    return rule.touched(most, f"{most} steps on a day")


def flow_number(system: ImplantedSystem, *, highest: bool) -> Number:
    """The highest or the lowest flow of the model, as the catalogue has it."""
    if system.is_constant_flow:
        return system.model.number("constant_flow")
    return system.model.number("maximum_flow" if highest else "minimum_flow")


def _flow_rule(system: ImplantedSystem, source: Number) -> Guardrail:
    low, high = system.flows.minimum_ml_per_h * _PER_DAY, system.flows.maximum_ml_per_h * _PER_DAY
    return Guardrail.published(
        "pump-flow", source, Measure.FLOW, low=low, high=high, kind=Kind.ABSOLUTE,
        above=f"is above the highest flow of a {system.model.model}, {shown(high, 'mL/day')}",
        below=f"is below the lowest flow of a {system.model.model}, {shown(low, 'mL/day')}",
    )  # fmt: skip


def _flow_touched(demand: Demand, system: ImplantedSystem) -> Iterator[Touched]:
    """A demand outside the pump's range, with what would work in the pump's own words."""
    fault = system.flows.fault(demand)
    if fault is None:
        return
    flow = demand.flow_ml_per_h * _PER_DAY
    above = demand.flow_ml_per_h > system.flows.maximum_ml_per_h
    rule = _flow_rule(system, flow_number(system, highest=above))
    said = f"The {demand.key.replace('_', ' ')}, {fault.found},"
    touched = rule.touched(flow, said)
    if touched is not None:
        yield _with_remedy(touched, fault.remedy)


def _with_remedy(touched: Touched, remedy: str) -> Touched:
    return replace(touched, text=f"{touched.text[:-1]}; {remedy}.")


def planned_flow_ml_per_day(now: Situation) -> float | None:
    """The mean flow of the program with every allotted patient bolus; ``None`` where it does not run."""
    if now.running is None:
        return None
    return now.running.planned.volume_ml(now.at_us, now.at_us + _WEEK_US) / 7


def _stability_touched(now: Situation, system: ImplantedSystem) -> Iterator[Touched]:
    flow = planned_flow_ml_per_day(now)
    if not flow or now.fill is None:
        return
    is_empty_at, end = ("the alarm volume", system.alarm_ml) if system.alarm_ml else ("its end", 0.0)
    number = now.therapy.settings.number("stability_in_pump")
    volume_ml = float(now.fill.injected) - end
    rule = Guardrail.published(
        "drug-stability", number, Measure.DRUG_AGE, high=number.in_unit("days"),
        above="later than the drug is taken to be stable, {limit}",
        remark="refill by the end of its stability, or fill less or weaker",
    )  # fmt: skip
    days = volume_ml / flow
    touched = rule.touched(
        days,
        f"At {shown(flow, 'mL/day')} a fill of {now.fill.injected.shown()} reaches {is_empty_at} after "
        f"{decimal_text(days, 0)} days,",
    )
    if touched is not None:
        yield touched


def stop_touched(now: Situation) -> Iterator[Touched]:
    """A pump that stood still for longer than its accuracy is assured."""
    if now.stopped_us is None:
        return
    number = now.therapy.settings.number("stop_limit")
    hours = elapsed_h(now.stopped_us, now.at_us)
    rule = Guardrail.published(
        "stopped-pump", number, Measure.TIME, high=number.in_unit("h"),
        above="for longer than {limit}, after which its accuracy is not assured",
        remark="the dose before may be too much now",
    )  # fmt: skip
    touched = rule.touched(hours, f"The pump has stood still for {decimal_text(hours, 1)} h,")
    if touched is not None:
        yield touched


def refill_touched(now: Situation, *, rises: bool) -> Iterator[Touched]:
    """A rise or a restart after a refill that found more fluid than expected, with nothing done about it."""
    restarts = now.stopped_us is not None
    if now.refill is None or not (rises or restarts):
        return
    found_us = now.refill.at_us
    looked_into = any(
        isinstance(event, (Port, Revise)) and found_us <= instant_us(event.at) <= now.at_us
        for event in now.therapy.valid_events
    )
    touched = None if looked_into else blind_rise_touched(now.refill, now.therapy.settings)
    if touched is not None:
        yield touched


def earlier_touched(now: Situation) -> Iterator[Touched]:
    """What the pump refuses of the events before, so that what the program meets is not sure."""
    if now.refused_earlier:
        yield Touched(
            name="earlier-refusal", kind=Kind.RECOMMENDED, measure=None, limit=None, value=None, unit=None,
            source="pump model", status="derived", verdict=Verdict.CAUTION,
            text="The pump refuses something before this program, so that what it meets is not sure: "
                 f"{now.refused_earlier[0]}",
        )  # fmt: skip
