"""The model as matrices: how drug moves, where it enters, what is read.

All kinetics are linear, so that ``dx/dt = M x + B u`` on amounts is the whole model. Drug moves by
:class:`_Flows` alone, which takes from one compartment what it gives to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from cisterna.body.anatomy import ARMS, CORD_LEVELS, LEGS, Cells
from cisterna.body.compartments import Compartments
from cisterna.body.parameters import Parameters
from cisterna.delivery import Route, Site
from cisterna.errors import DefectError
from cisterna.kernel import Network
from cisterna.therapy.levels import LEVELS
from cisterna.units import NG_PER_MCG

__all__ = ["Model", "ReadOuts", "model_of"]

Floats = NDArray[np.float64]
Places = int | NDArray[np.intp]
Rates = float | Floats
_KEPT_MODELS = 32  # a child's ten years with two weights a year; each takes a third of a megabyte


@dataclass(frozen=True, eq=False)
class ReadOuts:
    """Rows that turn a state into what is read of it.

    ``csf`` (26, n) in the order of ``LEVELS``, ``cistern`` and ``cranial`` (n) are in mcg/mL;
    ``cord`` (20, n) in the order of ``CORD_LEVELS``, ``legs``, ``arms``, ``plasma`` and ``deep_brain``
    (n) in ng/mL, ``legs_integral`` (n) in ng h/mL; each of the others (n) is the amount in mcg that
    it names. The amounts are everything that is held or was eliminated.
    """

    csf: Floats
    cistern: Floats
    cranial: Floats
    cord: Floats
    legs: Floats
    arms: Floats
    plasma: Floats
    deep_brain: Floats
    legs_integral: Floats
    spinal_fluid_mcg: Floats
    cistern_mcg: Floats
    cranial_mcg: Floats
    cord_mcg: Floats
    plasma_mcg: Floats
    peripheral_mcg: Floats
    gut_mcg: Floats
    skin_mcg: Floats
    eliminated_mcg: Floats


@dataclass(frozen=True, eq=False)
class Model:
    """The model of one patient while the parameters are constant."""

    compartments: Compartments
    rate_matrix: Floats
    read_outs: ReadOuts
    fluid_volume_ml: Floats

    @cached_property
    def network(self) -> Network:
        """The rate matrix with what the kernel asks of it: plasma is the hub, gut and skin feed it."""
        at = self.compartments
        return Network(
            self.rate_matrix,
            core=at.peripheral + 1,
            hub=at.plasma,
            chains=(_states(at.absorbed_transit), _states(at.unabsorbed_transit), (at.skin,)),
            observers=(at.eliminated, at.deep_brain, at.legs_integral),
        )

    def entry(self, site: Site, absorbed_fraction: float = 1.0) -> Floats:
        """Share of each state in what enters at ``site``; they add up to 1."""
        at, cells = self.compartments, self.compartments.cells
        shares = np.zeros(at.count)
        if site.route is Route.CATHETER and site.level is not None:
            shares[at.spinal_fluid] = cells.entry_at(site.level)
        elif site.route is Route.PUNCTURE and site.level is not None:
            shares[at.spinal_fluid] = cells.entry_around(site.level, self.fluid_volume_ml)
        elif site.route is Route.MOUTH:
            shares[at.absorbed_transit.start] = absorbed_fraction
            shares[at.unabsorbed_transit.start] = 1 - absorbed_fraction
        elif site.route is Route.SKIN:
            shares[at.skin] = 1.0
        else:
            raise DefectError(f"the body has no way in by {site}")
        return shares


def _states(part: slice) -> tuple[int, ...]:
    return tuple(range(part.start, part.stop))


@lru_cache(maxsize=_KEPT_MODELS)
def model_of(parameters: Parameters, cells_per_level: int) -> Model:
    """Matrices of one patient, with ``cells_per_level`` cells to a vertebral level.

    The last few are kept, with their modes: a patient who is looked at again is not set up again.
    """
    cells = Cells(cells_per_level)
    at = Compartments(cells, parameters.transit_steps)
    fluid_ml = cells.of(parameters.spine.level_volume_ml)
    cord_ml = cells.of(parameters.spine.cord_volume_ml)
    read_outs = _read_outs(parameters, at, fluid_ml, cord_ml)
    flows = _Flows(at.count)
    _along_the_fluid(flows, parameters, at, fluid_ml)
    _into_the_cord(flows, parameters, at, fluid_ml, cord_ml)
    _plasma_and_fluid(flows, parameters, at, fluid_ml)
    _plasma_and_outside(flows, parameters, at)
    _observers(flows.matrix, parameters, at, read_outs)
    flows.matrix.setflags(write=False)
    return Model(at, flows.matrix, read_outs, fluid_ml)


class _Flows:
    """A rate matrix made of flows: what leaves one state arrives in another."""

    def __init__(self, states: int) -> None:
        self.matrix: Floats = np.zeros((states, states))

    def add(self, source: Places, target: Places, rate_per_h: Rates) -> None:
        """One flow, or several at once from several sources, or from one to several targets."""
        self.matrix[source, source] -= rate_per_h if isinstance(source, np.ndarray) else np.sum(rate_per_h)
        self.matrix[target, source] += rate_per_h

    def exchange(
        self, one: Places, other: Places, conductance_ml_per_h: Rates, one_ml: Rates, other_ml: Rates
    ) -> None:
        self.add(one, other, conductance_ml_per_h / one_ml)
        self.add(other, one, conductance_ml_per_h / other_ml)


def _along_the_fluid(flows: _Flows, parameters: Parameters, at: Compartments, fluid_ml: Floats) -> None:
    """Dispersion from cell to cell to the cistern, mixing and bulk flow into the cranial fluid.

    Between two cell centres lie two half cells in series; to the cistern the half cell of C1 only.
    """
    length_cm = at.cells.of(parameters.spine.level_length_cm)
    section_cm2 = fluid_ml / length_cm
    resistance = length_cm / (2 * parameters.dispersion_cm2_per_h * section_cm2)
    last = at.cells.count - 1
    cell = np.arange(last)
    flows.exchange(cell, cell + 1, 1 / (resistance[:-1] + resistance[1:]), fluid_ml[:-1], fluid_ml[1:])
    cistern_ml, cranial_ml = parameters.cistern_volume_ml, parameters.cranial_volume_ml
    flows.exchange(last, at.cistern, 1 / resistance[last], fluid_ml[last], cistern_ml)
    flows.exchange(at.cistern, at.cranial, parameters.mixing_ml_per_h, cistern_ml, cranial_ml)
    flows.add(at.cistern, at.cranial, parameters.cranial_absorption_ml_per_h / cistern_ml)
    flows.add(at.cranial, at.plasma, parameters.cranial_absorption_ml_per_h / cranial_ml)


def _into_the_cord(
    flows: _Flows, parameters: Parameters, at: Compartments, fluid_ml: Floats, cord_ml: Floats
) -> None:
    """Exchange of every cord cell with the fluid cell beside it, back with rate ``ke0``."""
    place = np.arange(at.cells.cord_count)
    cell = at.cells.cord_first + place
    room_ml = cord_ml * parameters.cord_partition
    conductance = parameters.cord_exchange_per_h * room_ml
    flows.exchange(cell, at.cord.start + place, conductance, fluid_ml[cell], room_ml)


def _plasma_and_fluid(flows: _Flows, parameters: Parameters, at: Compartments, fluid_ml: Floats) -> None:
    """Absorption from every spinal cell, and entry from plasma into spinal and cranial fluid."""
    entry = parameters.csf_plasma_partition / parameters.central_volume_ml
    cell = np.arange(len(fluid_ml))
    flows.add(cell, at.plasma, parameters.absorption_per_h)
    flows.add(at.plasma, cell, parameters.absorption_per_h * entry * fluid_ml)
    flows.add(at.plasma, at.cranial, parameters.cranial_absorption_ml_per_h * entry)


def _plasma_and_outside(flows: _Flows, parameters: Parameters, at: Compartments) -> None:
    """Distribution and elimination, transit through the gut, absorption from the skin."""
    central_ml = parameters.central_volume_ml
    flows.exchange(
        at.plasma,
        at.peripheral,
        parameters.intercompartmental_ml_per_h,
        central_ml,
        parameters.peripheral_volume_ml,
    )
    flows.add(at.plasma, at.eliminated, parameters.clearance_ml_per_h / central_ml)
    for steps, end in ((at.absorbed_transit, at.plasma), (at.unabsorbed_transit, at.eliminated)):
        for step in range(steps.start, steps.stop):
            target = step + 1 if step + 1 < steps.stop else end
            flows.add(step, target, parameters.transit_rate_per_h)
    flows.add(at.skin, at.plasma, parameters.skin_absorption_per_h)


def _observers(matrix: Floats, parameters: Parameters, at: Compartments, read_outs: ReadOuts) -> None:
    """States that follow others and hold no drug: they add rows, nothing leaves for them."""
    matrix[at.deep_brain] += parameters.deep_brain_rate_per_h * read_outs.cistern
    matrix[at.deep_brain, at.deep_brain] -= parameters.deep_brain_rate_per_h
    matrix[at.legs_integral] += read_outs.legs


def _read_outs(parameters: Parameters, at: Compartments, fluid_ml: Floats, cord_ml: Floats) -> ReadOuts:
    def of(places: int | slice, weight: float = 1.0) -> Floats:
        row = np.zeros(at.count)
        row[places] = weight
        return row

    csf = np.zeros((len(LEVELS), at.count))
    csf[:, at.spinal_fluid] = at.cells.level_means(len(LEVELS)) / fluid_ml
    cord = np.zeros((len(CORD_LEVELS), at.count))
    room_ml = cord_ml * parameters.cord_partition
    cord[:, at.cord] = at.cells.level_means(len(CORD_LEVELS)) / room_ml * NG_PER_MCG
    return ReadOuts(
        csf=csf,
        cistern=of(at.cistern, 1 / parameters.cistern_volume_ml),
        cranial=of(at.cranial, 1 / parameters.cranial_volume_ml),
        cord=cord,
        legs=cord[[CORD_LEVELS.index(level) for level in LEGS]].mean(axis=0),
        arms=cord[[CORD_LEVELS.index(level) for level in ARMS]].mean(axis=0),
        plasma=of(at.plasma, NG_PER_MCG / parameters.central_volume_ml),
        deep_brain=of(at.deep_brain, NG_PER_MCG),
        legs_integral=of(at.legs_integral),
        spinal_fluid_mcg=of(at.spinal_fluid),
        cistern_mcg=of(at.cistern),
        cranial_mcg=of(at.cranial),
        cord_mcg=of(at.cord),
        plasma_mcg=of(at.plasma),
        peripheral_mcg=of(at.peripheral),
        gut_mcg=of(at.gut),
        skin_mcg=of(at.skin),
        eliminated_mcg=of(at.eliminated),
    )
