"""What a refill visit finds: the volume expected, the volume measured, how they compare, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from cisterna.evidence import Number, Settings
from cisterna.pump.changes import MODEL
from cisterna.pump.mishaps import Mishaps
from cisterna.pump.program import RunningProgram
from cisterna.pump.state import Happening, PumpState
from cisterna.pump.visit_volumes import Visit
from cisterna.therapy.events import Fill
from cisterna.units import decimal_text

__all__ = ["blind_rise", "limit_left", "pocket_told", "visit", "volumes_told"]

_ROUNDING = 1e-9


def visit(state: PumpState, event: Fill, mishaps: Mishaps | None = None) -> Visit | None:
    """The visit at which ``event`` refills the pump; ``None`` for its first fill."""
    if state.filled_ml is None:
        return None
    return Visit(
        at_us=state.at_us,
        filled_ml=state.filled_ml,
        expected_ml=state.reservoir.counted_ml,
        would_measure_ml=state.reservoir.volume_ml,
        withdrawn_ml=None if event.withdrawn is None else float(event.withdrawn),
        shortfall_ml=mishaps.shortfall_ml if mishaps else 0.0,
    )


def volumes_told(found: Visit, state: PumpState) -> tuple[bool, tuple[Happening, ...]]:
    """Whether more fluid was found than expected, and what is to be said about the volumes.

    The measured volume counts where there is one, else what the model holds. A difference from the
    expected one by more than ``refill_difference_limit``, or a delivered ratio below
    ``delivered_ratio_low``, is more than expected.
    """
    measured_ml = found.would_measure_ml if found.withdrawn_ml is None else found.withdrawn_ml
    limit = limit_left(found, state.system.settings)
    said = tuple(_model_differs(found, measured_ml, state))
    if limit is None:
        return False, said
    is_more = measured_ml > found.expected_ml
    text = (
        f"{decimal_text(measured_ml, 2)} mL in the reservoir where "
        f"{decimal_text(found.expected_ml, 2)} mL was "
        "expected (calculated, not measured): "
    )
    text += (
        "more than expected: possible stall, occlusion or disconnection; do not raise the dose or restart "
        "blindly, trapped drug may be released"
        if is_more
        else "less than expected: possible over-infusion, leak or earlier pocket fill; not a routine refill"
    )
    return is_more, (*said, Happening(found.at_us, text, limit.cited()))


def limit_left(found: Visit, settings: Settings) -> Number | None:
    """The limit that the volume of a refill leaves; ``None`` where it is routine.

    The measured volume counts where there is one, else what the model holds.
    """
    measured_ml = found.would_measure_ml if found.withdrawn_ml is None else found.withdrawn_ml
    low, high = settings.number("delivered_ratio_low"), settings.number("delivered_ratio_high")
    ratio = found._ratio(measured_ml)  # noqa: SLF001 - the ratio of a volume that was not measured
    if ratio is not None and ratio < low.in_unit("ratio") - _ROUNDING:
        return low
    if ratio is not None and ratio > high.in_unit("ratio") + _ROUNDING:
        return high
    most = settings.number("refill_difference_limit")
    return most if abs(measured_ml - found.expected_ml) > most.in_unit("mL") + _ROUNDING else None


def _model_differs(found: Visit, measured_ml: float, state: PumpState) -> Iterator[Happening]:
    """Where the simulated reservoir holds another volume than the one that was measured."""
    most = state.system.settings.number("refill_difference_limit")
    if abs(found.would_measure_ml - measured_ml) > most.in_unit("mL"):
        text = (
            f"{decimal_text(measured_ml, 2)} mL was withdrawn, while the simulated reservoir held "
            f"{decimal_text(found.would_measure_ml, 2)} mL: the recorded faults do not explain what was found"
        )
        yield Happening(found.at_us, text, most.cited())


def pocket_told(state: PumpState, mishaps: Mishaps, injected_ml: float) -> tuple[Happening, ...]:
    """What drawing the new fill back would show, and whether it is flagged as a possible pocket fill."""
    if mishaps.shortfall_ml == 0:
        return ()
    measured_ml = injected_ml - mishaps.shortfall_ml
    text = (
        f"of {decimal_text(injected_ml, 2)} mL injected {decimal_text(measured_ml, 2)} mL is in the "
        "reservoir, "
        f"{decimal_text(mishaps.shortfall_ml, 2)} mL short"
    )
    limit = _pocket_threshold(state)
    if limit is None:
        return (Happening(state.at_us, f"{text}; no threshold is published for this reservoir", MODEL),)
    if mishaps.shortfall_ml > limit.in_unit("mL") + _ROUNDING:
        text += f": possible pocket fill (above {limit.shown()}); observe the patient for hours"
    else:
        text += f": not flagged (up to {limit.shown()})"
    return (Happening(state.at_us, text, limit.cited()),)


def _pocket_threshold(state: PumpState) -> Number | None:
    name = {20.0: "pocket_fill_threshold_20", 40.0: "pocket_fill_threshold_40"}.get(state.system.capacity_ml)
    return None if name is None else state.system.settings.number(name)


def blind_rise(
    state: PumpState, before: RunningProgram | None, after: RunningProgram
) -> tuple[Happening, ...]:
    """A dose raised, or the pump restarted, after a refill that found too much, without a stated reason."""
    if state.more_than_expected_us is None or after.program.reason:
        return ()
    is_rise = before is None or not state.is_running or after.daily_dose_mcg() > before.daily_dose_mcg()
    if not is_rise:
        return ()
    text = (
        f"CRITICAL: {decimal_text(after.daily_dose_mcg(), 1)} mcg/day was programmed blindly, after a "
        "refill that "
        "found more fluid than expected and with no reason stated: drug that was held back may be released"
    )
    return (Happening(state.at_us, text, state.system.settings.number("trapped_drug_released").cited()),)
