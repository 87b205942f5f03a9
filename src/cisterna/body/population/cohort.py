"""A cohort taken through the kernel, a batch of patients after the other, so that memory stays small."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cisterna.body.exposure import CELLS_PER_LEVEL
from cisterna.body.parameters import share_of
from cisterna.body.population.programs import Programs
from cisterna.body.population.rates import entries_of, ladders_of, reading_of
from cisterna.body.population.responding import (
    ReadLevels,
    ResponseValues,
    check_responses,
    levels_read,
    responses_of,
)
from cisterna.body.population.spreads import Patients, Population
from cisterna.errors import BodyError, Fault
from cisterna.kernel import EvenGrid, Happenings, LadderRuns, LadderValues, follow_ladders

__all__ = ["Cohort", "Followed", "follow_cohort"]

Ticks = NDArray[np.int64]
Progress = Callable[[int, int], None]
_BATCH = 256  # patients at once; their full grid of 30 days takes 24 MB


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """Patients 0 to ``count`` of a population, by ``seed``, and what each of them is given.

    ``dosing`` gives the programs of some patients; what it gives one of them must not depend on which others
    it is asked for, so that the result depends neither on threads nor on batches: what is random in it is
    drawn by :func:`~cisterna.kernel.uniforms` with the places of the patients. ``outputs``, levels, are names
    of ``OUTPUTS``; ``responses``, what the levels do, are names of ``RESPONSES``. At the first tick the
    bodies hold no drug; where ``repeats``, the grid is one day that has come again and again. Responses need
    a step of an hour or a whole part of it, and days that do not repeat.
    """

    population: Population
    seed: int
    count: int
    dosing: Callable[[Patients], Programs] = field(repr=False)
    grid: EvenGrid
    outputs: tuple[str, ...] = ("legs", "arms", "cistern", "plasma")
    repeats: bool = False
    responses: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Followed:
    """A batch: the patients, the values (patients, outputs, ...) that were read of them, and their responses.

    Responses are on the grid and at the given ticks. They are what :func:`~cisterna.body.respond` makes of
    each patient, tone to 1e-4 on the Ashworth scale; where nothing was given into the spinal fluid, the
    sedation index is 0.
    """

    patients: Patients
    values: LadderValues
    responses: ResponseValues


def follow_cohort(
    cohort: Cohort, *, wanted: tuple[str, ...] = ("grid",), at_ticks: Ticks | None = None, threads: int = 1,
    progress: Progress | None = None, cells_per_level: int = CELLS_PER_LEVEL,
) -> Iterator[Followed]:  # fmt: skip
    """Follow a cohort, batch by batch in order; ``wanted`` and ``at_ticks`` are those of the kernel.

    ``threads`` batches are computed at once, and no more are kept than that. ``progress`` is told how many
    patients are done, of how many. A patient's values are the same whatever ``threads`` is. An interruption
    ends after the batches that are being computed.

    Raises :class:`~cisterna.errors.BodyError` for a patient, an output or a program that the model has not.
    """
    _check(cohort, threads)

    def one(first: int, count: int) -> Followed:
        patients = cohort.population.draw(cohort.seed, first, count)
        return _followed(cohort, patients, wanted, at_ticks, cells_per_level)

    done = 0
    for followed in _in_order(one, _batches(cohort.count, threads), threads):
        yield followed
        done += len(followed.patients)
        if progress is not None:
            progress(done, cohort.count)


def _batches(count: int, threads: int) -> list[tuple[int, int]]:
    """First patient and number of each batch: of nearly one size, and as many for each thread."""
    number = -(-count // _BATCH)
    number = min(count, number + -number % threads)
    bounds = [count * place // number for place in range(number + 1)]
    return [(first, end - first) for first, end in pairwise(bounds)]


def _in_order(
    one: Callable[[int, int], Followed], batches: list[tuple[int, int]], threads: int
) -> Iterator[Followed]:
    """Every batch in order, ``threads`` of them at work at a time."""
    if threads == 1:
        yield from (one(*batch) for batch in batches)
        return
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[Followed]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(one, *batch))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _followed(
    cohort: Cohort, patients: Patients, wanted: tuple[str, ...], at_ticks: Ticks | None, cells_per_level: int
) -> Followed:
    programs = cohort.dosing(patients)
    population = cohort.population
    read = levels_read(cohort.outputs, cohort.responses)
    runs = LadderRuns(
        ladders_of(population, patients, cells_per_level),
        entries_of(population, patients, programs.ways, cells_per_level),
        reading_of(population, patients, read, cells_per_level),
        programs.changes,
        _absorbed(population, patients, programs),
        cohort.grid,
        np.zeros(0, dtype=np.int64) if at_ticks is None else np.asarray(at_ticks, dtype=np.int64),
        cohort.repeats,
        integrated=(read.index("legs"),) if cohort.responses else (),
    )
    if not cohort.responses:
        return Followed(patients, follow_ladders(runs, wanted), ResponseValues.none())
    values = follow_ladders(runs, (*wanted, "grid"))
    given = _into_the_fluid(runs, len(programs.ways))
    if given is runs or "sedation_index" not in cohort.responses:
        cistern = _rows(values, slice(read.index("cistern"), None))
    else:
        reading = reading_of(population, patients, ("cistern",), cells_per_level)
        cistern = follow_ladders(replace(given, reading=reading, integrated=()), ("grid",))
    responses = responses_of(
        population, patients, cohort.responses, ReadLevels(read, values, cistern),
        grid=cohort.grid, at_ticks=runs.at_ticks,
    )  # fmt: skip
    shown = _rows(values, slice(0, len(cohort.outputs)))
    return Followed(patients, shown if "grid" in wanted else replace(shown, grid=shown.grid[:0]), responses)


def _rows(values: LadderValues, outputs: slice) -> LadderValues:
    """Some of the outputs."""
    arrays = {name: getattr(values, name) for name in ("grid", "means", "peaks", "troughs", "at")}
    return replace(values, **{name: array[:, outputs] for name, array in arrays.items()})


def _into_the_fluid(runs: LadderRuns, ways: int) -> LadderRuns:
    """The same with what was given into the spinal fluid alone; ``runs`` itself where that is all."""
    if max(runs.changes.kinds.max(initial=0), runs.doses.kinds.max(initial=0)) < ways:
        return runs

    def only(all_of: Happenings) -> Happenings:
        kept = all_of.kinds < ways
        offsets = np.concatenate([[0], np.cumsum(kept)])[all_of.offsets]
        return Happenings(offsets, all_of.ticks[kept], all_of.kinds[kept], all_of.sizes[kept])

    return replace(runs, changes=only(runs.changes), doses=only(runs.doses))


def _absorbed(population: Population, patients: Patients, programs: Programs) -> Happenings:
    """The doses, of what was swallowed the share that each patient absorbs."""
    doses = programs.doses
    share = share_of(population.settings, "oral_bioavailability") * patients.factor("oral_bioavailability")
    of_each = np.repeat(share, np.diff(doses.offsets))
    sizes = np.where(doses.kinds == programs.mouth, doses.sizes * of_each, doses.sizes)
    return Happenings(doses.offsets, doses.ticks, doses.kinds, sizes)


def _check(cohort: Cohort, threads: int) -> None:
    for where, found, least in (("cohort.count", cohort.count, 1), ("threads", threads, 1)):
        if found < least:
            raise BodyError(
                Fault(where=where, found=str(found), allowed=f"at least {least}", remedy="name how many")
            )
    check_responses(cohort.responses, cohort.grid, repeats=cohort.repeats)
