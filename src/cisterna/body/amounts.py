"""The amounts in every compartment over time: the delivery taken through the model.

The instants at which anything changes (an infusion, a dose, the parameters) bound steps of constant
input and constant parameters, each of which the kernel solves exactly. Where the parameters change,
the amounts carry over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cisterna.body.covariates import Stretch
from cisterna.body.rates import Model, model_of
from cisterna.delivery import Delivery, Route, Site
from cisterna.errors import DefectError
from cisterna.instants import US_PER_HOUR

__all__ = ["Passage", "pass_through"]

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Passage:
    """States at the wanted instants, and the model that held at each of them.

    ``states`` (k, n) belong to ``times_us`` (k); ``models`` are pairs of a slice of rows and the
    model whose parameters hold there.
    """

    times_us: Instants
    states: Floats
    models: tuple[tuple[slice, Model], ...]


def pass_through(
    deliveries: Sequence[Delivery],
    stretches: Sequence[Stretch],
    times_us: Instants,
    cells_per_level: int,
) -> tuple[Passage, ...]:
    """Take each of ``deliveries`` by itself through one body, from the first of ``times_us`` to the last.

    ``times_us`` ascend; ``stretches`` cover them. A state at an instant is the one after the doses
    given at it. At first the body holds no drug. Nothing may enter before the first instant.
    """
    instants = _instants(deliveries, stretches, times_us)
    sites = sorted(
        {entry.site for delivery in deliveries for entry in delivery.infusions},
        key=lambda site: (site.route, site.level or ""),
    )
    inputs = np.stack([_inputs(delivery, sites, instants) for delivery in deliveries], axis=-1)
    durations_h = np.diff(instants) / US_PER_HOUR
    states: Floats | None = None
    models: list[tuple[slice, Model]] = []
    for stretch, first, last in _rows(stretches, instants):
        model = model_of(stretch.parameters, cells_per_level)
        if states is None:
            states = np.zeros((len(instants), model.compartments.count, len(deliveries)))
        states[first : last + 1] = model.network.follow(
            _columns(model, sites),
            initial=states[first],
            durations_h=durations_h[first:last],
            inputs=inputs[first:last],
            additions=_additions(deliveries, model, instants[first : _own_end(last, instants)]),
        )
        begin, end = np.searchsorted(times_us, (instants[first], instants[last]))
        final = last == len(instants) - 1
        models.append((slice(int(begin), int(end) + 1 if final else int(end)), model))
    if states is None:
        raise DefectError("no parameters for the time that is simulated")
    wanted = states[np.searchsorted(instants, times_us)]
    return tuple(Passage(times_us, wanted[:, :, run], tuple(models)) for run in range(len(deliveries)))


def _instants(deliveries: Iterable[Delivery], stretches: Iterable[Stretch], times_us: Instants) -> Instants:
    """Every instant at which something is wanted or changes, within the times wanted."""
    changes = [stretch.start_us for stretch in stretches]
    for delivery in deliveries:
        changes += [at_us for entry in delivery.infusions for at_us in (entry.start_us, entry.end_us)]
        changes += [dose.at_us for dose in delivery.doses]
    everything = np.union1d(times_us, np.array(changes, dtype=np.int64))
    inside: Instants = everything[(everything >= times_us[0]) & (everything <= times_us[-1])]
    return inside


def _own_end(last: int, instants: Instants) -> int:
    """End of the instants whose doses belong to a stretch: its last one belongs to the next stretch."""
    return last + 1 if last == len(instants) - 1 else last


def _rows(stretches: Sequence[Stretch], instants: Instants) -> Iterator[tuple[Stretch, int, int]]:
    """Each stretch with the places of its first and last instant."""
    begins = [int(np.searchsorted(instants, stretch.start_us)) for stretch in stretches]
    return zip(stretches, begins, [*begins[1:], len(instants) - 1], strict=True)


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


def _additions(deliveries: Sequence[Delivery], model: Model, instants: Instants) -> dict[int, Floats]:
    """Amounts that the doses at these instants add to the states, by the instant's place."""
    additions: dict[int, Floats] = {}
    for run, delivery in enumerate(deliveries):
        for dose in delivery.doses:
            place = int(np.searchsorted(instants, dose.at_us))
            if place < len(instants) and instants[place] == dose.at_us:
                added = additions.setdefault(place, np.zeros((model.compartments.count, len(deliveries))))
                added[:, run] += dose.amount_mcg * model.entry(dose.site, dose.absorbed_fraction)
    return additions
