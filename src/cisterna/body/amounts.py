"""The amounts in every compartment over time: the delivery taken through the model.

The instants at which anything changes (an infusion, a dose, the parameters) bound steps of constant
input and constant parameters, each of which the kernel solves exactly. Where the parameters change,
the amounts carry over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cisterna.body.covariates import Stretch
from cisterna.body.rates import Model, ReadOuts, model_of
from cisterna.delivery import Delivery, Dose, Route, Site
from cisterna.errors import DefectError
from cisterna.instants import US_PER_HOUR
from cisterna.kernel import NetworkRun, in_order

__all__ = ["Passage", "pass_through"]

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Passage:
    """What was read at the wanted instants ``times_us`` (k): ``values`` (k) or (k, rows) by name.

    ``last`` (n) are the amounts at the last of them.
    """

    times_us: Instants
    values: Mapping[str, Floats]
    last: Floats


def pass_through(
    delivery: Delivery,
    stretches: Sequence[Stretch],
    times_us: Instants,
    cells_per_level: int,
    names: Sequence[str],
    *,
    initial: Floats | None = None,
) -> Passage:
    """Take ``delivery`` through a body, from the first of ``times_us`` to the last, and read ``names``.

    ``times_us`` ascend; ``stretches`` cover them; ``names`` are those of
    :class:`~cisterna.body.rates.ReadOuts`. A value at an instant is the one after the doses given at
    it, read with the parameters that hold there. At first the body holds ``initial`` (n), no drug where
    it is left out. Nothing may enter before the first instant.
    """
    instants = _instants(delivery, stretches, times_us)
    sites = sorted(
        {entry.site for entry in delivery.infusions}, key=lambda site: (site.route, site.level or "")
    )
    inputs = _inputs(delivery, sites, instants)
    wanted = np.searchsorted(instants, times_us)
    doses = _Doses.of(delivery, instants)
    state = initial
    read: list[Floats] = []
    parts: dict[str, slice] = {}
    for stretch, first, last, own_end in _rows(stretches, instants):
        model = model_of(stretch.parameters, cells_per_level)
        rows, parts = _read_rows(model.read_outs, names)
        begin, end = np.searchsorted(wanted, (first, own_end))
        places, added = doses.within(first, own_end, model)
        run = NetworkRun(
            input_matrix=_columns(model, sites),
            initial=np.zeros(model.compartments.count) if state is None else state,
            instants=instants[first : last + 1],
            ticks_per_hour=US_PER_HOUR,
            inputs=inputs[first:last],
            places=places,
            added=added,
        )
        values, state = model.network.follow(run, read=rows, rows=wanted[begin:end] - first)
        read.append(values)
    if not read or state is None:
        raise DefectError("no parameters for the time that is simulated")
    together = np.concatenate(read) if len(read) > 1 else read[0]
    return Passage(times_us, {name: _of_part(together, part) for name, part in parts.items()}, state)


def _read_rows(read_outs: ReadOuts, names: Sequence[str]) -> tuple[Floats, dict[str, slice]]:
    """The rows of all names, one below the other, and where those of each name lie."""
    every = [np.atleast_2d(getattr(read_outs, name)) for name in names]
    ends = np.cumsum([len(rows) for rows in every]).tolist()
    parts = {name: slice(end - len(rows), end) for name, rows, end in zip(names, every, ends, strict=True)}
    return np.concatenate(every), parts


def _of_part(values: Floats, part: slice) -> Floats:
    single = part.stop - part.start == 1
    return np.ascontiguousarray(values[:, part.start] if single else values[:, part])


def _instants(delivery: Delivery, stretches: Iterable[Stretch], times_us: Instants) -> Instants:
    """Every instant at which something is wanted or changes, within the times wanted."""
    changes = [stretch.start_us for stretch in stretches]
    changes += [at_us for entry in delivery.infusions for at_us in (entry.start_us, entry.end_us)]
    changes += [dose.at_us for dose in delivery.doses]
    everything = in_order(times_us, changes)
    inside: Instants = everything[(everything >= times_us[0]) & (everything <= times_us[-1])]
    return inside


def _rows(stretches: Sequence[Stretch], instants: Instants) -> Iterator[tuple[Stretch, int, int, int]]:
    """Each stretch with its first and last instant, and the end of those that are its own.

    The last instant of a stretch is the first of the next one, and belongs to that.
    """
    begins = [int(np.searchsorted(instants, stretch.start_us)) for stretch in stretches]
    ends = [*begins[1:], len(instants)]
    lasts = [*begins[1:], len(instants) - 1]
    return zip(stretches, begins, lasts, ends, strict=True)


def _inputs(delivery: Delivery, sites: Sequence[Site], instants: Instants) -> Floats:
    """Rates in mcg/h of every site (columns) in every step between two instants (rows)."""
    rates = np.zeros((len(instants) - 1, len(sites)))
    column = {site: place for place, site in enumerate(sites)}
    starts = np.searchsorted(instants, [entry.start_us for entry in delivery.infusions])
    ends = np.searchsorted(instants, [entry.end_us for entry in delivery.infusions])
    for entry, start, end in zip(delivery.infusions, starts.tolist(), ends.tolist(), strict=True):
        rates[start:end, column[entry.site]] += entry.rate_mcg_per_h
    return rates


def _columns(model: Model, sites: Sequence[Site]) -> Floats:
    columns = np.zeros((model.compartments.count, len(sites)))
    for place, site in enumerate(sites):
        if site.route is Route.MOUTH:
            raise DefectError("an infusion by mouth does not say which share is absorbed; give doses")
        columns[:, place] = model.entry(site)
    return columns


@dataclass(frozen=True, eq=False)
class _Doses:
    """The doses at the instants: their places, ascending, and what each gives."""

    places: Instants
    doses: tuple[Dose, ...]

    @classmethod
    def of(cls, delivery: Delivery, instants: Instants) -> _Doses:
        inside = [dose for dose in delivery.doses if instants[0] <= dose.at_us <= instants[-1]]
        inside.sort(key=lambda dose: dose.at_us)
        at_us = np.array([dose.at_us for dose in inside], dtype=np.int64)
        return cls(np.searchsorted(instants, at_us), tuple(inside))

    def within(self, first: int, end: int, model: Model) -> tuple[Instants, Floats]:
        """Places from ``first`` on, and the amounts (doses, n) that are added there, up to ``end``."""
        begin, stop = np.searchsorted(self.places, (first, end)).tolist()
        entries: dict[tuple[Site, float], Floats] = {}
        added = np.zeros((stop - begin, model.compartments.count))
        for row, dose in enumerate(self.doses[begin:stop]):
            way = (dose.site, dose.absorbed_fraction)
            if way not in entries:
                entries[way] = model.entry(*way)
            added[row] = dose.amount_mcg * entries[way]
        return self.places[begin:stop] - first, added
