"""A refill visit as arithmetic: what the pump should hold, what was found, what the fill makes of it.

Everything is computed by the pump from the events, at the instant at which it was done; nothing here is
measured but what somebody withdrew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cisterna.care.check import Check, CheckVerdict, check_on
from cisterna.errors import PumpError
from cisterna.evidence import Settings
from cisterna.limits.guardrail import Guardrail, Kind, Measure, Touched, shown
from cisterna.limits.published import concentration_guardrail
from cisterna.limits.visits import (
    blind_rise_touched,
    judge_delivered,
    judge_pocket_fill,
    judge_refill_visit,
)
from cisterna.pump import PumpState, Status, Visit, run_pump
from cisterna.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Volume, decimal_text

__all__ = [
    "PumpAtVisit",
    "blind_rise_at",
    "concentration_check",
    "drug_in_syringe_mcg",
    "fill_checks",
    "pump_at_visit",
    "reading_checks",
    "withdrawn_checks",
]


@dataclass(frozen=True, kw_only=True)
class PumpAtVisit:
    """The pump at the instant ``at_us`` of a visit: calculated, never measured.

    ``accepted_low_ml`` and ``accepted_high_ml`` are the least and the most that may be withdrawn at a
    routine refill.
    """

    at_us: int
    state: PumpState
    filled_us: int
    filled_ml: float
    expected_ml: float
    capacity_ml: float
    alarm_ml: float | None
    label_mcg_per_ml: float
    daily_dose_mcg: float | None
    flow_ml_per_day: float | None
    accepted_low_ml: float
    accepted_high_ml: float

    @property
    def used_ml(self) -> float:
        """What the program asked for since the fill."""
        return self.filled_ml - self.expected_ml

    def visit(self, withdrawn_ml: float | None) -> Visit:
        """The volumes of a refill that withdraws so much."""
        return Visit(
            at_us=self.at_us, filled_ml=self.filled_ml, expected_ml=self.expected_ml,
            would_measure_ml=self.state.reservoir.volume_ml, withdrawn_ml=withdrawn_ml,
        )  # fmt: skip


def pump_at_visit(therapy: Therapy, at_us: int) -> PumpAtVisit | None:
    """The pump at an instant; ``None`` where it was never filled, is out, or the record is refused.

    The accepted volumes follow from the delivered ratio and the difference that count as routine: the
    narrower of the two decides on each side.

    >>> from datetime import date, datetime
    >>> from cisterna.instants import instant_us
    >>> from cisterna.therapy import Fill, Implant, Patient, Program
    >>> from cisterna.units import Length
    >>> at = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
    >>> therapy = Therapy(patient=Patient(label="invented", born=date(1990, 1, 1)), events=(
    ...     Implant(at=at, pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10",
    ...             catheter_trimmed=Length(52)),
    ...     Fill(at=at, injected=Volume(20), concentration=Concentration(500)),
    ...     Program(at=at, mode="simple-continuous", daily_dose=DailyDose(100))))
    >>> pump = pump_at_visit(therapy, instant_us(datetime.fromisoformat("2026-05-21T09:00:00+00:00")))
    >>> round(pump.expected_ml, 6), round(pump.accepted_low_ml, 2), round(pump.accepted_high_ml, 2)
    (4.0, 2.0, 6.0)
    """
    try:
        run = run_pump(therapy, at_us)
    except PumpError:
        return None
    if run is None or run.last.status is Status.EXPLANTED:
        return None
    state = run.last
    if state.filled_ml is None or state.filled_us is None or state.label_mcg_per_ml is None:
        return None
    low, high = _accepted(state.filled_ml, state.reservoir.counted_ml, state.system.capacity_ml, therapy)
    return PumpAtVisit(
        at_us=at_us,
        state=state,
        filled_us=state.filled_us,
        filled_ml=state.filled_ml,
        expected_ml=state.reservoir.counted_ml,
        capacity_ml=state.system.capacity_ml,
        alarm_ml=state.system.alarm_ml,
        label_mcg_per_ml=state.label_mcg_per_ml,
        daily_dose_mcg=state.program.daily_dose_mcg() if state.program else None,
        flow_ml_per_day=state.program.flow_ml_per_day() if state.program else None,
        accepted_low_ml=low,
        accepted_high_ml=high,
    )


def _accepted(
    filled_ml: float, expected_ml: float, capacity_ml: float, therapy: Therapy
) -> tuple[float, float]:
    settings, used_ml = therapy.settings, filled_ml - expected_ml
    most = settings.value("refill_difference_limit", "mL")
    low, high = (settings.value(f"delivered_ratio_{side}", "ratio") for side in ("low", "high"))
    least = max(filled_ml - high * used_ml, expected_ml - most, 0.0)
    return least, min(filled_ml - low * used_ml, expected_ml + most, capacity_ml)


def withdrawn_checks(pump: PumpAtVisit, withdrawn_ml: float | None, settings: Settings) -> tuple[Check, ...]:
    """What a withdrawn volume is held against; without one every check that needs it waits."""
    found = pump.visit(withdrawn_ml)
    touched = judge_refill_visit(found, settings)
    return (
        _ratio(pump, found, touched, settings),
        _difference(pump, found, touched, settings),
        *_over_infusion(pump, withdrawn_ml, settings),
        _reserve(pump, settings),
    )


def _named(touched: tuple[Touched, ...], name: str) -> tuple[Touched, ...]:
    return tuple(entry for entry in touched if entry.name == name)


def _ratio(pump: PumpAtVisit, found: Visit, touched: tuple[Touched, ...], settings: Settings) -> Check:
    low, high = settings.number("delivered_ratio_low"), settings.number("delivered_ratio_high")
    ratio = found.delivered_ratio
    below = ratio is not None and ratio < low.in_unit("ratio")
    return check_on(
        low if below else high, _named(touched, "delivered-ratio"), name="delivered-ratio",
        title="Delivered against programmed", result="" if ratio is None else decimal_text(ratio, 3),
        formula=f"({_ml(pump.filled_ml)} − {_ml(found.withdrawn_ml)}) / "  # noqa: RUF001
                f"({_ml(pump.filled_ml)} − {_ml(pump.expected_ml)})",  # noqa: RUF001
        accepted=f"{decimal_text(low.in_unit('ratio'), 3)} to {decimal_text(high.in_unit('ratio'), 3)}",
    )  # fmt: skip


def _difference(pump: PumpAtVisit, found: Visit, touched: tuple[Touched, ...], settings: Settings) -> Check:
    number, difference = settings.number("refill_difference_limit"), found.difference_ml
    return check_on(
        number, _named(touched, "refill-difference"), name="refill-difference",
        title="Withdrawn against expected",
        result="" if difference is None else _signed(difference, 2, "mL"),
        formula=f"{_ml(found.withdrawn_ml)} − {_ml(pump.expected_ml)}",  # noqa: RUF001
        accepted=f"up to {number.shown()} either way",
    )  # fmt: skip


def _over_infusion(pump: PumpAtVisit, withdrawn_ml: float | None, settings: Settings) -> Iterator[Check]:
    number = settings.number("over_infusion_threshold")
    if withdrawn_ml is None or pump.used_ml <= 0:
        return
    delivered = pump.filled_ml - withdrawn_ml
    if delivered < 0:
        return
    percent = 100 * (delivered - pump.used_ml) / pump.used_ml
    yield check_on(
        number, judge_delivered(pump.used_ml, delivered, settings), name="over-infusion",
        title="Over-infusion", result=_signed(percent, 1, "%"),
        formula=f"{_ml(delivered)} delivered for {_ml(pump.used_ml)} programmed",
        accepted=f"up to +{number.shown()}",
    )  # fmt: skip


def _reserve(pump: PumpAtVisit, settings: Settings) -> Check:
    number = settings.number("alarm_volume_recommended")
    least = number.in_unit("mL") if pump.alarm_ml is None else pump.alarm_ml
    rule = Guardrail.published(
        "reserve", number, Measure.VOLUME, low=least, kind=Kind.RECOMMENDED,
        below=f"in the reservoir is below the alarm volume, {shown(least, 'mL')}",
    )  # fmt: skip
    touched = rule.touched(pump.expected_ml)
    return check_on(
        number, () if touched is None else (touched,), name="reserve", title="Reserve at the visit",
        result=_ml(pump.expected_ml), formula="calculated from the program, not measured",
        accepted=f"at least {shown(least, 'mL')}",
    )  # fmt: skip


def fill_checks(
    pump: PumpAtVisit, *, injected_ml: float | None, measured_ml: float | None, settings: Settings
) -> tuple[Check, ...]:
    """The fill against the capacity, and what is found in the pump afterwards against what went in."""
    return (_capacity(pump, injected_ml), _pocket(pump, injected_ml, measured_ml, settings))


def _capacity(pump: PumpAtVisit, injected_ml: float | None) -> Check:
    number = pump.state.system.model.number("reservoir_volume")
    rule = Guardrail.published(
        "capacity", number, Measure.VOLUME, high=pump.capacity_ml, kind=Kind.ABSOLUTE,
        above="is above the capacity of the reservoir, {limit}",
        remark="an overfilled pump can over-deliver; it is refused",
    )  # fmt: skip
    touched = None if injected_ml is None else rule.touched(injected_ml)
    return check_on(
        number, () if touched is None else (touched,), name="capacity", title="Injected against the capacity",
        result="" if injected_ml is None else _ml(injected_ml), formula="volume that went in",
        accepted=f"at most {_ml(pump.capacity_ml)}",
    )  # fmt: skip


def _pocket(
    pump: PumpAtVisit, injected_ml: float | None, measured_ml: float | None, settings: Settings
) -> Check:
    known = pump.capacity_ml in {20.0, 40.0}
    number = settings.number(f"pocket_fill_threshold_{pump.capacity_ml if known else 20.0:.0f}")
    result, touched = "", tuple[Touched, ...]()
    if injected_ml is not None and measured_ml is not None:
        result = _ml(injected_ml - measured_ml)
        touched = judge_pocket_fill(
            reservoir_ml=pump.capacity_ml, injected_ml=injected_ml, measured_ml=measured_ml, settings=settings
        )
    check = check_on(
        number, touched, name="pocket-fill", title="Shortfall after the fill (pocket fill)", result=result,
        formula=f"{_ml(injected_ml)} injected − {_ml(measured_ml)} drawn back",  # noqa: RUF001
        accepted=f"at most {number.shown()}" if known else "no limit is published for this reservoir",
    )  # fmt: skip
    return check if known else replace(check, source="no published value", status="not published")


def reading_checks(
    pump: PumpAtVisit, reservoir_ml: float | None, daily_dose_mcg: float | None, settings: Settings
) -> tuple[Check, ...]:
    """What the programmer shows against what is computed from the record."""
    volume, dose = settings.number("reading_tolerance_volume"), settings.number("reading_tolerance_dose")
    most_ml, computed = volume.in_unit("mL"), _running_dose(pump)
    differs = None if reservoir_ml is None else abs(reservoir_ml - pump.expected_ml)
    percent = _percent(daily_dose_mcg, computed)
    volume_rule = Guardrail.published(
        "reading-volume", volume, Measure.VOLUME, high=most_ml,
        above="apart from what is computed here, more than {limit}",
        remark="look for a fill or a program that is not recorded",
    )  # fmt: skip
    dose_rule = Guardrail.published(
        "reading-dose", dose, Measure.CHANGE, high=dose.in_unit("%"),
        above="apart from the recorded program, more than {limit}",
        remark="the pump runs something else than the record says",
    )  # fmt: skip
    volume_touched = None if differs is None else volume_rule.touched(differs)
    dose_touched = None if percent is None else dose_rule.touched(percent)
    return (
        check_on(
            volume, () if volume_touched is None else (volume_touched,), name="reading-volume",
            title="Volume that the programmer shows",
            result="" if reservoir_ml is None else _ml(reservoir_ml),
            formula="both are calculated, not measured",
            accepted=f"{Volume(pump.expected_ml).shown()} within {volume.shown()}",
        ),
        check_on(
            dose, () if dose_touched is None else (dose_touched,), name="reading-dose",
            title="Daily dose that the pump runs",
            result="" if daily_dose_mcg is None else DailyDose(daily_dose_mcg).shown(),
            formula="read from the pump against the record",
            accepted=f"{DailyDose(computed).shown()} within {dose.shown()}",
        ),
    )  # fmt: skip


def _running_dose(pump: PumpAtVisit) -> float:
    """What the pump would show: nothing where it does not run."""
    return (pump.daily_dose_mcg or 0.0) if pump.state.is_running else 0.0


def _percent(read: float | None, computed: float) -> float | None:
    if read is None:
        return None
    largest = max(read, computed)
    return 100 * abs(read - computed) / largest if largest > 0 else 0.0


def concentration_check(mcg_per_ml: float | None, settings: Settings) -> Check:
    """The concentration in hand against what can be true at all, and the strongest product on the market.

    >>> [concentration_check(found, Settings()).verdict.value for found in (500, 5000, 0.5)]
    ['within', 'caution', 'over']
    """
    strongest, bounds = settings.number("highest_concentration"), settings.number("plausible_concentration")
    possible = Guardrail.published(
        "plausible-concentration", bounds, Measure.CONCENTRATION, kind=Kind.ABSOLUTE,
        low=bounds.low_in("mcg/mL"), high=bounds.high_in("mcg/mL"),
        above="cannot be true in a pump, which takes {limit}",
        below="cannot be true in a pump, which takes {limit}",
        remark="mg written for mcg? Read the unit on the vial",
    )  # fmt: skip
    impossible = None if mcg_per_ml is None else possible.touched(mcg_per_ml)
    number = strongest if impossible is None else bounds
    strong = None if mcg_per_ml is None else concentration_guardrail(settings).touched(mcg_per_ml)
    touched = impossible or strong
    return check_on(
        number, () if touched is None else (touched,), name="concentration", title="Concentration in hand",
        result="" if mcg_per_ml is None else Concentration(mcg_per_ml).shown(),
        accepted=f"up to {strongest.shown()}" if impossible is None else bounds.shown(),
    )  # fmt: skip


def drug_in_syringe_mcg(mcg_per_ml: float, volume_ml: float) -> float:
    """The drug in a volume: concentration times volume.

    >>> drug_in_syringe_mcg(500.0, 20.0)
    10000.0
    """
    return mcg_per_ml * volume_ml


def blind_rise_at(pump: PumpAtVisit, withdrawn_ml: float | None, settings: Settings) -> Check | None:
    """That a rise or restart is refused after more fluid than expected; ``None`` where it is not."""
    touched = blind_rise_touched(pump.visit(withdrawn_ml), settings)
    if touched is None:
        return None
    return Check(
        name=touched.name, title="A rise of the dose, or a restart", verdict=CheckVerdict.OVER,
        result="refused", accepted="after it was looked into", source=touched.source, status=touched.status,
        text=touched.text,
    )  # fmt: skip


def _ml(volume_ml: float | None) -> str:
    return "?" if volume_ml is None else f"{decimal_text(volume_ml, 2)} mL"


def _signed(value: float, places: int, unit: str) -> str:
    text = decimal_text(value, places).replace("-", "−")  # noqa: RUF001
    return f"{'+' if value > 0 and text != '0' else ''}{text} {unit}"
