"""From drawn patients to the rates of their models, an array for each kind of flow.

A patient's rates are those of a typical one of the same age, times powers of what differs: the drawn
factors, and for a child weight and height, for lengths follow height, and all volumes weight. So the
model of the body stays in one place (:mod:`cisterna.body.rates`), and is built once for each year of age.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cisterna.body.parameters import Covariates, parameters_of
from cisterna.body.population.spreads import Patients, Population
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Site
from cisterna.errors import BodyError, Fault
from cisterna.kernel import Ladders, Reading

__all__ = ["OUTPUTS", "entries_of", "ladders_of", "reading_of"]

Floats = NDArray[np.float64]

OUTPUTS: dict[str, str] = {"legs": "ng/mL", "arms": "ng/mL", "cistern": "mcg/mL", "plasma": "ng/mL"}
"""What can be read of a cohort, with units; the names are those of :class:`~cisterna.body.rates.ReadOuts`."""

_KEPT = 256  # what was read of the model of a typical patient, which every batch reads again

_CHILD = Covariates(age_y=0, weight_kg=20.0, height_cm=115.0)  # any size: rates are taken in proportion to it


@dataclass(frozen=True, eq=False)
class _Typical:
    """The models of the typical patients of each age, and which of them is each patient's."""

    models: tuple[Model, ...]
    own: NDArray[np.intp]

    @classmethod
    def of(cls, population: Population, patients: Patients, cells_per_level: int) -> _Typical:
        ages, own = np.unique(patients.age_y, return_inverse=True)
        models = (_typical(population, age_y, cells_per_level) for age_y in ages.tolist())
        return cls(tuple(models), own)

    @property
    def nodes(self) -> int:
        """Fluid cells, cistern and cranial fluid."""
        return self.models[0].compartments.cranial + 1

    def each(self, read: Callable[[Model], Floats]) -> Floats:
        """What ``read`` takes from each patient's model: a row for each patient."""
        return np.stack([read(model) for model in self.models])[self.own]

    def places(self) -> NDArray[np.intp]:
        """Where each state of the model lies on the ladder, -1 for one that is not on it."""
        at, nodes = self.models[0].compartments, self.nodes
        places = np.full(at.count, -1, dtype=np.intp)
        places[:nodes] = np.arange(nodes)
        places[at.cord] = nodes + at.cells.cord_first + np.arange(at.cells.cord_count)
        places[at.plasma], places[at.peripheral] = 2 * nodes, 2 * nodes + 1
        return places


@dataclass(frozen=True, eq=False)
class _Sizes:
    """What each patient's rates are taken times, (patients, 1)."""

    weight: Floats
    height: Floats
    dispersion: Floats
    absorption: Floats
    exchange: Floats
    clearance: Floats
    central: Floats
    peripheral: Floats
    transit: Floats

    @classmethod
    def of(cls, patients: Patients) -> _Sizes:
        def column(values: Floats) -> Floats:
            return values[:, np.newaxis]

        weight, height = _CHILD.weight_kg or 1.0, _CHILD.height_cm or 1.0
        return cls(
            weight=column(np.where(patients.adult, 1.0, patients.weight_kg / weight)),
            height=column(np.where(patients.adult, 1.0, patients.height_cm / height)),
            dispersion=column(patients.factor("csf_dispersion")),
            absorption=column(patients.factor("spinal_absorption")),
            exchange=column(patients.factor("ke0")),
            clearance=column(patients.factor("clearance")),
            central=column(patients.factor("central_volume")),
            peripheral=column(patients.factor("peripheral_volume")),
            transit=column(patients.factor("transit_time")),
        )


def ladders_of(population: Population, patients: Patients, cells_per_level: int) -> Ladders:
    """The rates of all ``patients``; the nodes are the fluid from caudal on, the cistern, the cranial fluid.

    Raises :class:`~cisterna.errors.BodyError` where the gut has not two steps, as the kernel takes it, or a
    patient is younger than the model.
    """
    typical, sizes = _Typical.of(population, patients, cells_per_level), _Sizes.of(patients)
    cells = typical.nodes - 2
    along = sizes.dispersion / sizes.height**2
    up, down = typical.each(_up), typical.each(_down)
    up[:, :cells] *= along
    down[:, : cells - 1] *= along
    down[:, cells - 1 : cells] *= along * sizes.weight
    to_hub, from_hub = typical.each(_to_plasma), typical.each(_from_plasma)
    to_hub[:, :cells] *= sizes.absorption / sizes.weight
    from_hub /= sizes.central * sizes.weight
    from_hub[:, :cells] *= sizes.absorption
    single = typical.each(_single)
    return Ladders(
        up=up,
        down=down,
        to_leaf=typical.each(_to_cord) * sizes.exchange,
        to_hub=to_hub,
        from_hub=from_hub,
        leaf_back=single[:, 0] * sizes.exchange[:, 0],
        hub_out=single[:, 1] * (sizes.clearance / sizes.central)[:, 0],
        hub_to_side=single[:, 2] / sizes.central[:, 0],
        side_to_hub=single[:, 3] / sizes.peripheral[:, 0],
        gut=single[:, 4] / sizes.transit[:, 0],
        skin=single[:, 5],
    )


def reading_of(
    population: Population, patients: Patients, outputs: Sequence[str], cells_per_level: int
) -> Reading:
    """What is read of the states of all ``patients``: the names are those of ``OUTPUTS``."""
    typical, sizes = _Typical.of(population, patients, cells_per_level), _Sizes.of(patients)
    _check_outputs(outputs)
    rows = [np.stack([getattr(model.read_outs, name) for name in outputs]) for model in typical.models]
    used = np.argwhere(rows[0] != 0)
    weights = np.stack([own[used[:, 0], used[:, 1]] for own in rows])[typical.own]
    states, nodes = typical.places()[used[:, 1]], typical.nodes
    weights[:, (states >= nodes) & (states < 2 * nodes)] /= sizes.weight
    weights[:, states == 2 * nodes] /= sizes.central * sizes.weight
    return Reading(len(outputs), used[:, 0].astype(np.intc), states.astype(np.intc), weights)


def entries_of(
    population: Population, patients: Patients, ways: Sequence[Site | Sequence[Site]], cells_per_level: int
) -> Floats:
    """Shares of the nodes in what enters by each of the spinal ``ways``: (patients, ways, nodes).

    A way is one site for everybody, or a site for each patient.
    """
    typical = _Typical.of(population, patients, cells_per_level)
    entries = np.empty((len(patients), len(ways), typical.nodes))
    for place, way in enumerate(ways):
        sites = (way,) if isinstance(way, Site) else tuple(dict.fromkeys(way))
        number = {site: index for index, site in enumerate(sites)}
        shares = np.stack(
            [[_entry(model, site, typical.nodes) for site in sites] for model in typical.models]
        )
        own = 0 if isinstance(way, Site) else np.array([number[site] for site in way])
        entries[:, place] = shares[typical.own, own]
    return entries


@lru_cache(maxsize=_KEPT)
def _entry(model: Model, site: Site, nodes: int) -> Floats:
    if site.is_intrathecal:
        return model.entry(site)[:nodes]
    raise BodyError(
        Fault(
            where="cohort.ways",
            found=f"entry by {site.route.value}",
            allowed="a catheter or a puncture; mouth and skin are ways of every cohort",
            remedy="leave it out",
        )
    )


def _check_outputs(outputs: Sequence[str]) -> None:
    unknown = [name for name in outputs if name not in OUTPUTS]
    if outputs and not unknown:
        return
    raise BodyError(
        Fault(
            where="cohort.outputs",
            found=", ".join(unknown) or "none",
            allowed=", ".join(OUTPUTS),
            remedy="name what is to be read",
        )
    )


@lru_cache(maxsize=_KEPT)
def _typical(population: Population, age_y: int, cells_per_level: int) -> Model:
    settings = population.settings
    adult = age_y >= settings.value("adult_age", "y")
    parameters = parameters_of(settings, Covariates(age_y=age_y) if adult else replace(_CHILD, age_y=age_y))
    if parameters.transit_steps == 2:
        return model_of(parameters, cells_per_level)
    raise BodyError(
        Fault(
            where="parameters.transit_steps",
            found=f"{parameters.transit_steps} steps",
            allowed="two steps of the gut, for a cohort",
            remedy="leave it out, or simulate the patients one by one",
        )
    )


@lru_cache(maxsize=_KEPT)
def _up(model: Model) -> Floats:
    node = np.arange(model.compartments.cranial)
    flows: Floats = model.rate_matrix[node + 1, node]
    return flows


@lru_cache(maxsize=_KEPT)
def _down(model: Model) -> Floats:
    node = np.arange(model.compartments.cranial)
    flows: Floats = model.rate_matrix[node, node + 1]
    return flows


@lru_cache(maxsize=_KEPT)
def _to_cord(model: Model) -> Floats:
    at = model.compartments
    to_cord = np.zeros(at.cranial + 1)
    cell = at.cells.cord_first + np.arange(at.cells.cord_count)
    to_cord[cell] = model.rate_matrix[at.cord.start + np.arange(at.cells.cord_count), cell]
    return to_cord


@lru_cache(maxsize=_KEPT)
def _to_plasma(model: Model) -> Floats:
    at = model.compartments
    flows: Floats = model.rate_matrix[at.plasma, : at.cranial + 1]
    return flows


@lru_cache(maxsize=_KEPT)
def _from_plasma(model: Model) -> Floats:
    at = model.compartments
    flows: Floats = model.rate_matrix[: at.cranial + 1, at.plasma]
    return flows


@lru_cache(maxsize=_KEPT)
def _single(model: Model) -> Floats:
    """Back from the cord, out of plasma for good, to and from the periphery, a step of the gut, the skin."""
    at, rate = model.compartments, model.rate_matrix
    gut = at.absorbed_transit.start
    return np.array(
        [
            rate[at.cells.cord_first, at.cord.start],
            rate[at.eliminated, at.plasma],
            rate[at.peripheral, at.plasma],
            rate[at.plasma, at.peripheral],
            rate[gut + 1, gut],
            rate[at.plasma, at.skin],
        ]
    )
