"""What the kernel and its peers are given to solve: one patient, 30 days, a program and tablets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cisterna.body import CELLS_PER_LEVEL
from cisterna.body.parameters import Covariates, Parameters, parameters_of
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Route, Site
from cisterna.evidence import Settings
from cisterna.kernel import NetworkRun, propagate

__all__ = ["Case", "Stretch", "w1"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
DAYS = 30
_DAY_MIN = 24 * 60
_CHANGES_A_DAY = 24
_DOSES_A_DAY = 3
_OUTPUT_MIN = 15
_TABLET_MCG = 5000.0
_ABSORBED = 0.74


@dataclass(frozen=True)
class Stretch:
    """A time without change: what is added at its begin, its input, and the output times within it."""

    begin_h: float
    end_h: float
    rate_mcg_per_h: float
    added: Floats | None
    times_h: Floats
    rows: Places


@dataclass(frozen=True, eq=False)
class Case:
    """Instants (k + 1) in minutes, rates in the steps (k, 1), tablets at ``places``, outputs at ``rows``."""

    parameters: Parameters
    instants_min: Places
    rates: Floats
    places: Places
    rows: Places

    @property
    def instants_h(self) -> Floats:
        """The instants in hours."""
        return self.instants_min / 60

    @property
    def model(self) -> Model:
        """The model of the patient, as it is kept."""
        return model_of(self.parameters, CELLS_PER_LEVEL)

    def fresh(self) -> Model:
        """The model of the patient, set up anew."""
        return model_of.__wrapped__(self.parameters, CELLS_PER_LEVEL)

    def entry(self, model: Model) -> Floats:
        """Where the pump lets drug in, (n, 1)."""
        return model.entry(Site(Route.CATHETER, "T10"))[:, None]

    def added(self, model: Model) -> Floats:
        """The tablets, (doses, n)."""
        return np.tile(_TABLET_MCG * model.entry(Site(Route.MOUTH), _ABSORBED), (len(self.places), 1))

    def read(self, model: Model) -> Floats:
        """What a preview draws: cord at legs and arms, cistern, plasma; (4, n)."""
        out = model.read_outs
        return np.stack([out.legs, out.arms, out.cistern, out.plasma])

    def by_kernel(self, model: Model) -> Callable[[], Floats]:
        """A run that gives the outputs (rows, 4) by the kernel."""
        given = NetworkRun(
            input_matrix=self.entry(model),
            initial=np.zeros(model.compartments.count),
            instants=self.instants_min,
            ticks_per_hour=60,
            inputs=self.rates,
            places=self.places,
            added=self.added(model),
        )
        read = self.read(model)

        def run() -> Floats:
            values, _ = model.network.follow(given, read=read, rows=self.rows)
            return values

        return run

    def by_reference(self) -> Floats:
        """The outputs (rows, 4) by matrix exponentials, each kept for its duration."""
        model = self.model
        states = propagate(
            model.rate_matrix,
            self.entry(model),
            initial=np.zeros(model.compartments.count),
            durations_h=np.diff(self.instants_min) / 60,
            inputs=self.rates,
            additions=dict(zip(self.places.tolist(), self.added(model), strict=True)),
        )
        return states[self.rows] @ self.read(model).T

    def stretches(self) -> Iterator[Stretch]:
        """The times between two changes, for a solver that starts anew at each."""
        added = dict(zip(self.places.tolist(), self.added(self.model), strict=True))
        changed = np.flatnonzero(np.diff(self.rates[:, 0])) + 1
        cuts = np.union1d(np.union1d(changed, self.places), [0, len(self.rates)]).tolist()
        for first, last in pairwise(cuts):
            low, high = np.searchsorted(self.rows, (first, last + (last == cuts[-1]))).tolist()
            yield Stretch(
                begin_h=float(self.instants_h[first]),
                end_h=float(self.instants_h[last]),
                rate_mcg_per_h=float(self.rates[first, 0]),
                added=added.get(first),
                times_h=self.instants_h[self.rows[low:high]],
                rows=np.arange(low, high),
            )


def w1(seed: int = 20261129) -> Case:
    """An adult for 30 days: 24 changes a day at random minutes, 3 tablets a day, outputs every 15 minutes."""
    stream = np.random.default_rng(seed)
    end = DAYS * _DAY_MIN
    outputs = np.arange(0, end + 1, _OUTPUT_MIN)
    changes = np.sort(stream.choice(np.arange(1, end), _CHANGES_A_DAY * DAYS, replace=False))
    tablets = np.arange(0, end, _DAY_MIN // _DOSES_A_DAY)
    instants = np.unique(np.concatenate([outputs, changes, tablets]))
    levels = stream.uniform(2, 12, len(changes) + 1)
    return Case(
        parameters=parameters_of(Settings(), Covariates(age_y=40)),
        instants_min=instants,
        rates=levels[np.searchsorted(changes, instants[:-1], side="right")][:, None],
        places=np.searchsorted(instants, tablets),
        rows=np.searchsorted(instants, outputs),
    )
