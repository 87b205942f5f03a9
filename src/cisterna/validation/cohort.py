"""A virtual population taken through the model at once: levels in cord, fluid and plasma of each patient.

Each patient's matrix is built once. Kinetics are linear, so that a bolus of 1 mcg and a rate of
1 mcg/h say everything; doses, sensitivity and tone are laid over them as arrays. A typical patient
is a population of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cisterna.body import CELLS_PER_LEVEL
from cisterna.body.plateau import plateau
from cisterna.body.population import VirtualPatient
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Route, Site
from cisterna.evidence import Settings
from cisterna.kernel import NetworkRun, one_thread, tolerance_step
from cisterna.therapy import LEVELS
from cisterna.units import NG_PER_MCG

__all__ = ["MOUTH", "PUNCTURE", "Cohort", "Grid", "Levels", "catheter"]

Floats = NDArray[np.float64]

PUNCTURE = Site(Route.PUNCTURE, "L3")
"""Where a lumbar puncture gives a bolus: within L2 to L4."""

MOUTH = Site(Route.MOUTH)


def catheter(level: str) -> Site:
    """A catheter with its tip at ``level``."""
    return Site(Route.CATHETER, level)


_BOLUS_SITES: tuple[Site, ...] = (PUNCTURE, catheter("T10"), MOUTH)
_INFUSION_SITES: tuple[Site, ...] = (*(catheter(tip) for tip in ("L1", "T10", "T11", "T6")), PUNCTURE, MOUTH)


@dataclass(frozen=True)
class Grid:
    """Instants after a bolus: ``steps`` steps of ``step_h`` hours from 0."""

    step_h: float
    steps: int

    @cached_property
    def hours(self) -> Floats:
        """The instants in hours (k)."""
        return self.step_h * np.arange(self.steps + 1, dtype=np.float64)

    def at(self, hour: float) -> int:
        """Place of an hour that is on the grid; :class:`ValueError` where it is not.

        >>> Grid(0.5, 48).at(1.5)
        3
        """
        place = round(hour / self.step_h)
        if abs(place * self.step_h - hour) > 1e-9 or not 0 <= place <= self.steps:
            raise ValueError(f"{hour} h is not an instant of {self}")
        return place


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels of n patients, by instant (n, k) after a bolus of 1 mcg, or (n) at the plateau of 1 mcg/h.

    ``legs`` and ``arms`` are cord levels, ``cistern`` that of the basal cistern and ``plasma`` that
    of plasma, all in ng/mL; ``lumbar`` (at L4) and ``tip`` (at T11) are fluid levels in mcg/mL.
    """

    legs: Floats
    arms: Floats
    cistern: Floats
    plasma: Floats
    lumbar: Floats
    tip: Floats

    def limb(self, limb: str) -> Floats:
        """Cord level of the ``legs`` or the ``arms``."""
        return {"legs": self.legs, "arms": self.arms}[limb]


_FIELDS = 6


class Cohort:
    """A virtual population and its levels, which are computed when they are first asked for."""

    def __init__(self, patients: Sequence[VirtualPatient], settings: Settings, grid: Grid) -> None:
        self.patients = tuple(patients)
        self.settings = settings
        self.grid = grid

    @property
    def size(self) -> int:
        """Number of patients, n."""
        return len(self.patients)

    @cached_property
    def sensitivity(self) -> Floats:
        """Factor on the half-effect concentrations (n)."""
        return np.array([patient.sensitivity for patient in self.patients])

    @cached_property
    def sedation_sensitivity(self) -> Floats:
        """Factor on the threshold of somnolence (n)."""
        return np.array([patient.sedation_sensitivity for patient in self.patients])

    def tolerance(self, months: float) -> Floats:
        """Tolerance after so many months of treatment (n): the law of the body, treated throughout."""
        gain = np.array([patient.tolerance_gain for patient in self.patients])
        constant = np.full(self.size, self.settings.value("tolerance_time", "months"))
        return tolerance_step(np.ones(self.size), 1.0 + gain, np.full(self.size, months), constant)

    def after_bolus(self, site: Site) -> Levels:
        """Levels (n, k) after 1 mcg by puncture, by mouth, or through a catheter at T10."""
        bolus, _ = self._levels
        return Levels(*np.moveaxis(bolus[..., _BOLUS_SITES.index(site)], -1, 0))

    def under_infusion(self, site: Site) -> Levels:
        """Plateau (n) under 1 mcg/h at L1, T10, T11 or T6, at the site of a puncture, or by mouth."""
        _, infused = self._levels
        return Levels(*np.moveaxis(infused[..., _INFUSION_SITES.index(site)], -1, 0))

    @cached_property
    def _levels(self) -> tuple[Floats, Floats]:
        return _levels_of(self.patients, self.grid)


@one_thread
def _levels_of(patients: Sequence[VirtualPatient], grid: Grid) -> tuple[Floats, Floats]:
    """Levels after boluses (n, k, fields, sites) and at plateaus (n, fields, sites)."""
    bolus = np.empty((len(patients), grid.steps + 1, _FIELDS, len(_BOLUS_SITES)))
    infused = np.empty((len(patients), _FIELDS, len(_INFUSION_SITES)))
    for place, patient in enumerate(patients):
        model = model_of(patient.parameters, CELLS_PER_LEVEL)
        rows = _read_outs(model)
        bolus[place] = _after_boluses(model, rows, _entries(model, patient, _BOLUS_SITES), grid)
        settled = plateau(model, _entries(model, patient, _INFUSION_SITES))
        infused[place] = rows @ np.nan_to_num(settled)  # no read-out sees a state without a plateau
    return bolus, infused


def _read_outs(model: Model) -> Floats:
    """Rows (fields, n) in the order of the fields of :class:`Levels`."""
    out = model.read_outs
    lumbar, tip = (out.csf[LEVELS.index(level)] for level in ("L4", "T11"))
    return np.stack([out.legs, out.arms, out.cistern * NG_PER_MCG, out.plasma, lumbar, tip])


def _entries(model: Model, patient: VirtualPatient, sites: Sequence[Site]) -> Floats:
    return np.stack([model.entry(site, patient.oral_bioavailability) for site in sites], axis=-1)


def _after_boluses(model: Model, rows: Floats, entries: Floats, grid: Grid) -> Floats:
    """Values (k, fields, sites) of the ``rows`` after 1 mcg at each site."""
    count, steps = model.compartments.count, grid.steps
    after = [
        model.network.follow(
            NetworkRun(
                input_matrix=np.zeros((count, 1)),
                initial=entry,
                instants=np.arange(steps + 1),
                ticks_per_hour=1 / grid.step_h,
                inputs=np.zeros((steps, 1)),
                places=np.array([], dtype=np.int64),
                added=np.zeros((0, count)),
            ),
            read=rows,
            rows=np.arange(steps + 1),
        )[0]
        for entry in entries.T
    ]
    return np.stack(after, axis=-1)
