"""A course as a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cisterna.body import Exposure, Response
from cisterna.course.account import DrugAccount
from cisterna.course.facts import facts, samples
from cisterna.course.warning import Warning  # noqa: A004
from cisterna.delivery import Delivery
from cisterna.evidence import Number, numbers
from cisterna.pump import PumpRun, Readings
from cisterna.therapy import LEVELS, Event, Therapy

__all__ = ["Course"]


@dataclass(frozen=True, kw_only=True)
class Course:
    """A therapy unfolded on one time axis.

    ``times_us`` are the output times; ``exposure`` and ``response`` hold these and the hours
    between, ``at`` their rows at the output times. ``events`` are the valid events up to the end,
    ``event_rows`` their rows in exposure and response. ``pump`` and ``readings`` are absent without
    an implant.
    """

    therapy: Therapy
    events: tuple[Event, ...]
    times_us: NDArray[np.int64]
    at: NDArray[np.intp] = field(repr=False)
    event_rows: NDArray[np.intp] = field(repr=False)
    delivery: Delivery = field(repr=False)
    exposure: Exposure = field(repr=False)
    response: Response = field(repr=False)
    pump: PumpRun | None = field(repr=False)
    readings: Readings | None = field(repr=False)
    event_readings: Readings | None = field(repr=False)
    account: DrugAccount = field(repr=False)
    warnings: tuple[Warning, ...] = ()

    def with_warnings(self, warnings: tuple[Warning, ...]) -> Course:
        """The same course with what it warns of."""
        return replace(self, warnings=warnings)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people read its times."""
        return self.therapy.zone

    @property
    def parameters(self) -> tuple[Number, ...]:
        """The numbers that the model and the pump ask for, as they hold for this therapy."""
        return tuple(
            self.therapy.settings.number(name)
            for name, number in numbers().items()
            if {"body", "pump"} & set(number.used_by)
        )

    def facts(self) -> dict[str, Any]:
        """Everything but the samples as plain values for JSON; keys are never absent."""
        return facts(self)

    def samples(self) -> Iterator[dict[str, Any]]:
        """One object for each output time, as plain values for JSON."""
        return samples(self)

    def columns(self) -> dict[str, NDArray[np.float64]]:
        """Every output over time, by a name that carries its unit; NaN where it is not known.

        Columns of the pump are absent without an implant, ``sedation_index`` is absent where no
        drug was given into the spinal fluid.
        """
        columns: dict[str, NDArray[np.float64]] = {}
        if self.readings is not None:
            for name in (
                "reservoir_ml",
                "true_reservoir_ml",
                "reservoir_concentration_mcg_per_ml",
                "programmed_mcg_per_h",
                "tip_mcg_per_h",
            ):
                columns[name] = np.asarray(getattr(self.readings, name), dtype=float)
        return columns | self._columns_of_body()

    def _columns_of_body(self) -> dict[str, NDArray[np.float64]]:
        columns: dict[str, NDArray[np.float64]] = {}
        exposure, response, at = self.exposure, self.response, self.at
        for index, level in enumerate(LEVELS):
            columns[f"csf_{level}_mcg_per_ml"] = exposure.csf_mcg_per_ml[at, index]
        columns["csf_cistern_mcg_per_ml"] = exposure.cistern_mcg_per_ml[at]
        columns["csf_cranial_mcg_per_ml"] = exposure.cranial_mcg_per_ml[at]
        columns["cord_legs_ng_per_ml"] = exposure.cord_legs_ng_per_ml[at]
        columns["cord_arms_ng_per_ml"] = exposure.cord_arms_ng_per_ml[at]
        columns["plasma_ng_per_ml"] = exposure.plasma_ng_per_ml[at]
        columns["tone_legs"] = response.tone_legs[at]
        columns["tone_arms"] = response.tone_arms[at]
        columns["h_reflex_ratio"] = response.h_reflex_ratio[at]
        if response.sedation_index is not None:
            columns["sedation_index"] = response.sedation_index[at]
        columns["withdrawal_index"] = response.withdrawal_index[at]
        columns["tolerance"] = response.tolerance[at]
        known = exposure.known[at]
        return {name: np.where(known, column, np.nan) for name, column in columns.items()}
