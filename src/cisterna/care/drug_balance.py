"""Where the drug of a pump is at an instant: injected = withdrawn + left + delivered + lost outside."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.errors import PumpError
from cisterna.pump import PumpState, Status, run_pump
from cisterna.therapy import Therapy

__all__ = ["DrugBalance", "drug_balance"]


@dataclass(frozen=True, kw_only=True)
class DrugBalance:
    """The drug account of one patient in micrograms, and what the reservoir should hold.

    Each term is computed by itself. ``is_known`` is false where nobody knows what was delivered: the last
    program is then taken to have run on.
    """

    injected_mcg: float
    withdrawn_mcg: float
    reservoir_mcg: float
    dead_volume_mcg: float
    delivered_mcg: float
    outside_mcg: float
    expected_ml: float
    concentration_mcg_per_ml: float | None
    is_known: bool

    @property
    def left_mcg(self) -> float:
        """What leaves with the pump: reservoir, tubing and catheter."""
        return self.reservoir_mcg + self.dead_volume_mcg

    @property
    def error_mcg(self) -> float:
        """Injected less everything that it became; zero but for rounding."""
        became = (self.withdrawn_mcg, self.left_mcg, self.delivered_mcg, self.outside_mcg)
        return self.injected_mcg - sum(became)


def drug_balance(therapy: Therapy, at_us: int) -> DrugBalance | None:
    """The account at an instant; ``None`` where no pump is in place, or the record is refused.

    >>> from datetime import date, datetime
    >>> from cisterna.instants import instant_us
    >>> from cisterna.therapy import Fill, Implant, Patient, Program
    >>> from cisterna.units import Concentration, DailyDose, Length, Volume
    >>> at = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
    >>> therapy = Therapy(patient=Patient(label="invented", born=date(1990, 1, 1)), events=(
    ...     Implant(at=at, pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10",
    ...             catheter_trimmed=Length(52)),
    ...     Fill(at=at, injected=Volume(20), concentration=Concentration(500)),
    ...     Program(at=at, mode="simple-continuous", daily_dose=DailyDose(100))))
    >>> found = drug_balance(therapy, instant_us(datetime.fromisoformat("2026-04-01T09:00:00+00:00")))
    >>> found.injected_mcg, round(found.expected_ml, 6), abs(found.error_mcg) < 1e-6
    (10000.0, 14.0, True)
    """
    try:
        run = run_pump(therapy, at_us)
    except PumpError:
        return None
    if run is None or run.last.status is Status.EXPLANTED:
        return None
    return _of(run.last)


def _of(state: PumpState) -> DrugBalance:
    return DrugBalance(
        injected_mcg=state.injected_mcg,
        withdrawn_mcg=state.withdrawn_mcg,
        reservoir_mcg=state.reservoir.mass_mcg,
        dead_volume_mcg=state.dead_volume_mcg,
        delivered_mcg=state.delivered.value,
        outside_mcg=state.outside_mcg,
        expected_ml=state.reservoir.counted_ml,
        concentration_mcg_per_ml=state.label_mcg_per_ml,
        is_known=state.uncertain is None,
    )
