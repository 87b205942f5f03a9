"""Where every microgram is: injected = withdrawn + held by pump and body + outside + eliminated."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cisterna.body import Exposure, entered_mcg
from cisterna.delivery import Delivery
from cisterna.errors import DrugAccountError
from cisterna.pump import Readings

__all__ = ["DrugAccount", "keep_account"]

_TOLERANCE = 1e-9  # rule 5 of the house

Amounts = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class DrugAccount:
    """The drug account of a course in micrograms, each term an array over the output times.

    Each term is computed by itself: what entered from events, what the pump holds from its
    reservoir and column, what the body holds and has eliminated from its states. ``outside_mcg`` is
    what leaked or lies in the pocket.
    """

    injected_mcg: Amounts
    by_other_routes_mcg: Amounts
    withdrawn_mcg: Amounts
    reservoir_mcg: Amounts
    dead_volume_mcg: Amounts
    outside_mcg: Amounts
    spinal_fluid_mcg: Amounts
    cistern_mcg: Amounts
    cranial_mcg: Amounts
    cord_mcg: Amounts
    plasma_mcg: Amounts
    peripheral_mcg: Amounts
    gut_mcg: Amounts
    skin_mcg: Amounts
    eliminated_mcg: Amounts

    def relative_error(self) -> Amounts:
        """The gap between what entered and what is accounted for, over what entered, at each time.

        Zero where nothing has entered yet and nothing is found either; infinite where drug is found
        that never entered.
        """
        entered = self.injected_mcg + self.by_other_routes_mcg
        found = np.zeros_like(entered)
        for term in fields(self):
            if term.name not in {"injected_mcg", "by_other_routes_mcg"}:
                found = found + getattr(self, term.name)
        gap = np.abs(entered - found)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative: Amounts = np.where(gap == 0, 0.0, gap / entered)
        return relative

    def worst_error(self) -> float:
        """The largest relative error over all output times."""
        return float(np.max(self.relative_error()))

    def check(self) -> None:
        """Raise :class:`DrugAccountError` where drug appeared or vanished (1e-9 of what entered)."""
        worst = self.worst_error()
        if not worst <= _TOLERANCE:
            raise DrugAccountError(
                f"the drug account is off by {worst:.3g} of what entered; at most {_TOLERANCE:.0e} is allowed"
            )

    def last(self) -> dict[str, float]:
        """Each term at the last output time, and the worst ``relative_error`` over all of them."""
        terms = {term.name: float(getattr(self, term.name)[-1]) for term in fields(self)}
        return terms | {"relative_error": self.worst_error()}


def keep_account(
    readings: Readings | None, other_routes: Delivery, exposure: Exposure, at: NDArray[np.intp]
) -> DrugAccount:
    """The account at the output times, which are the rows ``at`` of the exposure."""
    times_us = exposure.times_us[at]
    none = np.zeros(len(times_us))

    def of_pump(name: str) -> Amounts:
        return none if readings is None else np.asarray(getattr(readings, name), dtype=float)

    return DrugAccount(
        injected_mcg=of_pump("injected_mcg"),
        by_other_routes_mcg=entered_mcg(other_routes, times_us),
        withdrawn_mcg=of_pump("withdrawn_mcg"),
        reservoir_mcg=of_pump("reservoir_mcg"),
        dead_volume_mcg=of_pump("dead_volume_mcg"),
        outside_mcg=of_pump("outside_mcg"),
        spinal_fluid_mcg=exposure.spinal_fluid_mcg[at],
        cistern_mcg=exposure.cistern_mcg[at],
        cranial_mcg=exposure.cranial_mcg[at],
        cord_mcg=exposure.cord_mcg[at],
        plasma_mcg=exposure.plasma_mcg[at],
        peripheral_mcg=exposure.peripheral_mcg[at],
        gut_mcg=exposure.gut_mcg[at],
        skin_mcg=exposure.skin_mcg[at],
        eliminated_mcg=exposure.eliminated_mcg[at],
    )
