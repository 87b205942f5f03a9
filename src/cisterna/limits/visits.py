"""A visit judged: what was delivered, what the refill found, where the fluid went, when to come again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cisterna.errors import Fault, InputError
from cisterna.evidence import Number, Settings
from cisterna.limits.guardrail import SLACK, Guardrail, Kind, Measure, Touched, shown
from cisterna.pump.refill_plan import alarm_moved_days, plan_verdict
from cisterna.pump.visit_volumes import Visit
from cisterna.verdict import Verdict

__all__ = [
    "AlarmVolumeChange", "blind_rise_touched", "judge_alarm_volume", "judge_delivered", "judge_pocket_fill",
    "judge_refill_plan", "judge_refill_visit", "judge_replace_by", "pocket_fill_threshold",
]  # fmt: skip

_POCKET_FILL = {20.0: "pocket_fill_threshold_20", 40.0: "pocket_fill_threshold_40"}  # by reservoir in mL


def judge_delivered(
    programmed_ml: float, delivered_ml: float, settings: Settings | None = None
) -> tuple[Touched, ...]:
    """Whether a delivered volume is over-infusion: above the programmed one by more than is labelled.

    error = (delivered - programmed) / programmed.

    >>> [touched.value for touched in judge_delivered(10.0, 11.5)], judge_delivered(10.0, 11.44)
    ([15.0], ())
    """
    if not programmed_ml > 0 or not delivered_ml >= 0:
        raise InputError(
            Fault(
                where="programmed_ml" if not programmed_ml > 0 else "delivered_ml",
                found=str(programmed_ml if not programmed_ml > 0 else delivered_ml),
                allowed="a programmed volume above 0 and a delivered one of 0 or more",
                remedy="correct the volume",
            )
        )
    number = (settings or Settings()).number("over_infusion_threshold")
    rule = Guardrail.published(
        "over-infusion", number, Measure.ERROR, high=number.in_unit("%"),
        above="more, is over-infusion: above {limit}",
    )  # fmt: skip
    percent = 100 * (delivered_ml - programmed_ml) / programmed_ml
    delivered, programmed = shown(delivered_ml, "mL"), shown(programmed_ml, "mL")
    touched = rule.touched(
        percent, f"{delivered} delivered for {programmed} programmed, {shown(percent, '%')}"
    )
    return () if touched is None else (touched,)


def judge_refill_visit(visit: Visit, settings: Settings | None = None) -> tuple[Touched, ...]:
    """What keeps a refill from being routine: the delivered ratio, the difference, more fluid than expected.

    Nothing withdrawn is a caution too: the volume is required.

    >>> routine = Visit(at_us=0, filled_ml=20, expected_ml=5, would_measure_ml=5, withdrawn_ml=3)
    >>> judge_refill_visit(routine)
    ()
    """
    settings = settings or Settings()
    if visit.withdrawn_ml is None:
        return (_not_withdrawn(visit, settings),)
    found = (_ratio_touched(visit, settings), _difference_touched(visit, settings))
    return tuple(touched for touched in found if touched is not None)


def _not_withdrawn(visit: Visit, settings: Settings) -> Touched:
    number = settings.number("refill_difference_limit")
    return Touched(
        name="refill-difference", kind=Kind.RECOMMENDED, measure=Measure.VOLUME, limit=number.in_unit("mL"),
        value=None, unit="mL", source=number.source, status=number.status.value, verdict=Verdict.CAUTION,
        text=f"The withdrawn volume was not recorded; {shown(visit.expected_ml, 'mL')} was expected, and a "
             f"difference above {number.shown()} needs a reason.",
    )  # fmt: skip


def _said(visit: Visit) -> str:
    withdrawn, expected = shown(visit.withdrawn_ml or 0.0, "mL"), shown(visit.expected_ml, "mL")
    return f"{withdrawn} was withdrawn where {expected} was expected:"


def _more_than_filled(visit: Visit) -> str:
    withdrawn, filled = shown(visit.withdrawn_ml or 0.0, "mL"), shown(visit.filled_ml, "mL")
    return f"{withdrawn} was withdrawn, more than the {filled} that was filled (check both volumes):"


def _cause(visit: Visit) -> str:
    if (visit.difference_ml or 0.0) > 0:
        return "possible stall, occlusion or disconnection; do not raise the dose or restart blindly"
    return "possible over-infusion, leak or earlier pocket fill"


def _ratio_touched(visit: Visit, settings: Settings) -> Touched | None:
    ratio = visit.delivered_ratio
    if ratio is None:
        return None
    low, high = settings.number("delivered_ratio_low"), settings.number("delivered_ratio_high")
    below = ratio < low.in_unit("ratio")
    rule = Guardrail.published(
        "delivered-ratio", low if below else high, Measure.RATIO, low=low.in_unit("ratio"),
        high=high.in_unit("ratio"), remark=_cause(visit),
        above=f"of what was expected had left, above {shown(high.in_unit('ratio'), 'ratio')}",
        below=f"of what was expected had left, below {shown(low.in_unit('ratio'), 'ratio')}",
    )  # fmt: skip
    if ratio < 0:
        return rule.touched(ratio, f"{_more_than_filled(visit)} nothing")
    return rule.touched(ratio, f"{_said(visit)} {shown(ratio, 'ratio')}")


def _difference_touched(visit: Visit, settings: Settings) -> Touched | None:
    number, difference = settings.number("refill_difference_limit"), visit.difference_ml or 0.0
    expected_ml = visit.expected_ml
    percent = (
        f" ({shown(100 * abs(difference) / expected_ml, '%')} of what was expected)" if expected_ml else ""
    )
    rule = Guardrail.published(
        "refill-difference", number, Measure.VOLUME, high=number.in_unit("mL"),
        above=f"of difference{percent}, above {{limit}}", remark=_cause(visit),
    )  # fmt: skip
    return rule.touched(abs(difference), f"{_said(visit)} {shown(abs(difference), 'mL')}")


def blind_rise_touched(visit: Visit, settings: Settings) -> Touched | None:
    """The absolute guardrail on a rise or restart after a refill that found more fluid than expected."""
    more = (visit.difference_ml or 0.0) > 0
    flagged = [touched for touched in judge_refill_visit(visit, settings) if touched.value is not None]
    if not more or not flagged or visit.withdrawn_ml is None:
        return None
    number = settings.number("refill_difference_limit")
    return Touched(
        name="blind-rise", kind=Kind.ABSOLUTE, measure=Measure.VOLUME, limit=number.in_unit("mL"),
        value=visit.difference_ml, unit="mL", source=f"Sgouros 2010; {number.source}",
        status=number.status.value, verdict=Verdict.STOP,
        text=f"{_said(visit)} possible stall, occlusion or disconnection. Until it is looked into (a port "
             "aspiration or a revision is recorded) a rise of the dose or a restart is refused: drug that "
             "was held back may be released.",
    )  # fmt: skip


def pocket_fill_threshold(reservoir_ml: float, settings: Settings | None = None) -> Number | None:
    """The published shortfall above which drug may lie in the pocket, by the size of the reservoir.

    >>> pocket_fill_threshold(40).shown(), pocket_fill_threshold(18)
    ('2 mL', None)
    """
    names = (name for size, name in _POCKET_FILL.items() if abs(reservoir_ml - size) <= SLACK * size)
    name = next(names, None)
    return None if name is None else (settings or Settings()).number(name)


def judge_pocket_fill(
    *,
    reservoir_ml: float,
    injected_ml: float,
    measured_ml: float,
    settings: Settings | None = None,
    threshold: Number | None = None,
) -> tuple[Touched, ...]:
    """Whether so much of a fill is missing in the pump that drug may lie in the pocket.

    ``measured_ml`` is what is found in the pump after the fill. Published for reservoirs of 20 and 40 mL;
    for another one the answer is a caution that says so. ``threshold`` is the site's own in their place.

    >>> [touched.name for touched in judge_pocket_fill(reservoir_ml=20, injected_ml=20, measured_ml=18.8)]
    ['pocket-fill']
    """
    shortfall = injected_ml - measured_ml
    number = threshold or pocket_fill_threshold(reservoir_ml, settings)
    said = (
        f"{shown(measured_ml, 'mL')} was found after {shown(injected_ml, 'mL')} was injected: "
        f"{shown(shortfall, 'mL')}"
    )
    if number is None:
        return (
            Touched(
                name="pocket-fill", kind=Kind.RECOMMENDED, measure=Measure.VOLUME, limit=None,
                value=shortfall, unit="mL", source="no published value", status="not published",
                verdict=Verdict.CAUTION,
                text=f"{said} is missing; for a reservoir of {shown(reservoir_ml, 'mL')} no limit is "
                     "published.",
            ),
        )  # fmt: skip
    rule = Guardrail.published(
        "pocket-fill", number, Measure.VOLUME, high=number.in_unit("mL"),
        above="is missing, above {limit}", remark="possible pocket fill: keep the patient and observe",
    )  # fmt: skip
    touched = rule.touched(shortfall, said)
    return () if touched is None else (touched,)


@dataclass(frozen=True, kw_only=True)
class AlarmVolumeChange:
    """Another low-reservoir alarm volume: how many days earlier the alarm comes, and what it touches.

    ``days_earlier`` is ``None`` where the volume is refused.
    """

    days_earlier: float | None
    guardrails: tuple[Touched, ...]


def judge_alarm_volume(
    volume_ml: float, *, before_ml: float, flow_ml_per_day: float, settings: Settings | None = None
) -> AlarmVolumeChange:
    """The alarm volume may be set, not below the recommended one; days earlier = difference / flow.

    >>> round(judge_alarm_volume(4, before_ml=2, flow_ml_per_day=0.6).days_earlier, 2)
    3.33
    """
    if not flow_ml_per_day > 0:
        raise InputError(
            Fault(where="flow_ml_per_day", found=str(flow_ml_per_day), allowed="a flow above 0",
                  remedy="a pump that stands still has no alarm date")
        )  # fmt: skip
    settings = settings or Settings()
    number = settings.number("alarm_volume_recommended")
    rule = Guardrail.published(
        "alarm-volume", number, Measure.VOLUME, low=number.in_unit("mL"), kind=Kind.ABSOLUTE,
        below="is below the lowest alarm volume, {limit}, and is refused",
        remark="withdrawal has begun above it",
    )  # fmt: skip
    touched = rule.touched(volume_ml)
    if touched is not None:
        return AlarmVolumeChange(days_earlier=None, guardrails=(touched,))
    return AlarmVolumeChange(
        days_earlier=alarm_moved_days(flow_ml_per_day, before_ml, volume_ml, settings), guardrails=()
    )


def judge_refill_plan(
    planned: date, *, limiting: date, alarm: date | None, settings: Settings | None = None
) -> tuple[Touched, ...]:
    """A refill is planned at least the lead before the limiting date, and never on or after the alarm.

    What the pump's own rule (:func:`cisterna.pump.refill_plan.plan_verdict`) says, with its limit.

    >>> day = date(2026, 3, 31)
    >>> [entry.name for entry in judge_refill_plan(date(2026, 3, 26), limiting=day, alarm=day)]
    ['refill-lead']
    """
    number = (settings or Settings()).number("refill_lead_short")
    found = plan_verdict(planned, limiting, alarm, number.in_unit("days"))
    if found.verdict == "ok":
        return ()
    refused = found.verdict == "stop"
    return (
        Touched(
            name="refill-after-alarm" if refused else "refill-lead",
            kind=Kind.ABSOLUTE if refused else Kind.RECOMMENDED, measure=Measure.DAYS,
            limit=number.in_unit("days"), value=float((limiting - planned).days), unit="days",
            source=number.source, status=number.status.value, side="below",
            verdict=Verdict(found.verdict), text=f"The refill on {planned.isoformat()} is {found.reason}.",
        ),
    )  # fmt: skip


def judge_replace_by(
    replace_by: date | None, *, eri: date | None, settings: Settings | None = None
) -> tuple[Touched, ...]:
    """A replace-by date is never missing, and never later than the replacement indicator plus its interval.

    >>> judge_replace_by(date(2026, 4, 1), eri=date(2026, 1, 1))
    ()
    >>> [entry.verdict.value for entry in judge_replace_by(None, eri=date(2026, 1, 1))]
    ['stop']
    """
    number = (settings or Settings()).number("eri_interval")
    latest = None if eri is None else eri + timedelta(days=number.in_unit("days"))
    until = "" if latest is None else f"; it is {latest.isoformat()} at the latest"
    if replace_by is None:
        return (
            Touched(
                name="replace-by", kind=Kind.ABSOLUTE, measure=Measure.DAYS, limit=number.in_unit("days"),
                value=None, unit="days", source=number.source, status=number.status.value,
                verdict=Verdict.STOP,
                text=f"The replace-by date is missing{until}.",
            ),
        )  # fmt: skip
    if eri is None:
        return ()
    rule = Guardrail.published(
        "replace-by", number, Measure.DAYS, high=number.in_unit("days"), kind=Kind.ABSOLUTE,
        above="is later than {limit} after the replacement indicator" + until,
    )  # fmt: skip
    touched = rule.touched(float((replace_by - eri).days), f"The replace-by date, {replace_by.isoformat()},")
    return () if touched is None else (touched,)
