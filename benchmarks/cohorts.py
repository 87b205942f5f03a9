"""Whole cohorts: the kernel with one thread and two, beside the tools of the field on patients of the cohort.

Run by ``make bench-cohorts``. W2: 30 days on the full grid, each patient with parameters and a program of
its own, set-up counted. W6: the day of a program that repeats for ever, its mean, trough and peak
(``--repeating`` says of how many patients). W3, only where asked for (``--million``): bands of a million
patients every hour, of four levels and of what they do: tone of legs and arms, H-reflex, sedation, tolerance.
The sides take turns in one run; a peer is given one patient of the cohort in each round, and so is the loop
of matrix exponentials.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cohort_case import DAYS, cohort, followed, one_patient
from benchmarks.kernel import machine
from benchmarks.kernel_peers import peers
from cisterna.body.population import Cohort, bands_of, follow_cohort
from cisterna.kernel import one_thread

_OF_PEERS = "LSODA|libroadrunner|pydiffsol"
_RESPONSES = ("tone_legs", "tone_arms", "h_reflex_ratio", "sedation_index", "tolerance")


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Processor and wall seconds of a run."""
    begin, wall = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - begin, time.perf_counter() - wall


def row(side: str, patients: int, days: int, times: list[tuple[float, float]]) -> dict[str, Any]:
    """A line of the table: seconds of one patient, and patient-days in a second of a core."""
    each = [own / patients for own, _ in times]
    return {
        "side": side,
        "patients": patients,
        "median_s": statistics.median(each),
        "least_s": min(each),
        "most_s": max(each),
        "wall_s": statistics.median(wall for _, wall in times),
        "patient_days_per_core_second": days / statistics.median(each),
    }


def w2(patients: int, rounds: int) -> list[dict[str, Any]]:
    """The cohort with one thread, and the peers on one patient of it in each round."""
    own = cohort(patients)
    times: dict[str, list[tuple[float, float]]] = {}
    errors: dict[str, float] = {}
    for number in range(rounds):
        times.setdefault("kernel, 1 thread", []).append(timed(followed(own, 1)))
        case = one_patient(own, number)
        reference = case.by_reference()
        largest = np.abs(reference).max(axis=0)

        def error(values: Any, of: Any = reference, most: Any = largest) -> float:
            return float((np.abs(values - of).max(axis=0) / most).max())

        by_kernel = next(follow_cohort(cohort(number + 1))).values.grid[number].T
        errors["kernel, 1 thread"] = max(errors.get("kernel, 1 thread", 0.0), error(by_kernel))
        name = "matrix exponentials, each kept (the reference)"
        times.setdefault(name, []).append(timed(case.by_reference))
        for name, run in peers(case):
            if any(own_name in name for own_name in _OF_PEERS.split("|")):
                times.setdefault(name, []).append(timed(run))
                errors[name] = max(errors.get(name, 0.0), error(run()))
    rows = [row(name, patients if "kernel" in name else 1, DAYS, taken) for name, taken in times.items()]
    first = rows[0]["median_s"]
    return [
        {**own_row, "times_the_kernel": own_row["median_s"] / first, "error": errors.get(own_row["side"])}
        for own_row in rows
    ]


def two_threads(patients: int, rounds: int) -> dict[str, Any]:
    """The cohort with one thread and with two by the clock, turn by turn, once both have run."""
    own = cohort(patients)
    sides = {threads: followed(own, threads) for threads in (1, 2)}
    times: dict[int, list[float]] = {1: [], 2: []}
    for number in range(rounds + 1):
        for threads, run in sides.items():
            _, wall = timed(run)
            if number:
                times[threads].append(wall)
    one, two = (statistics.median(own_times) for own_times in times.values())
    ranges = [(min(own_times), max(own_times)) for own_times in times.values()]
    return {"patients": patients, "one_s": one, "two_s": two, "times": one / two, "ranges_s": ranges}


def w6(patients: int, rounds: int) -> dict[str, Any]:
    """Trough, peak and mean of the day that returns, for each patient.

    Nothing is simulated day by day, so patients are what is counted; the patient-days say what a simulation
    would have to do for the same answer: of 30 days like the other workloads, or of no more than it needs.
    """
    own = cohort(patients, days=1, repeats=True)
    times = [timed(followed(own, 1, ("days",))) for _ in range(rounds)]
    told = row("kernel, the day of the plateau", patients, DAYS, times)
    needed = days_to_the_plateau()
    return {
        **told,
        "patients_per_core_second": 1 / told["median_s"],
        "days_to_the_plateau": needed,
        "patient_days_per_core_second_of_those": needed / told["median_s"],
    }


def days_to_the_plateau(patients: int = 256, near: float = 1e-9) -> int:
    """After how many days of simulation mean, peak and trough of every patient are so near the plateau."""

    def days(own: Cohort) -> Any:
        values = next(follow_cohort(own, wanted=("days",))).values
        return np.stack([values.means, values.peaks, values.troughs])

    plateau = days(cohort(patients, days=1, repeats=True))
    off = np.abs(days(cohort(patients)) / plateau - 1).max(axis=(0, 1, 2))
    return int(np.flatnonzero(off <= near)[0])


def w3(patients: int) -> dict[str, Any]:
    """Bands every hour of so many patients and responses with two threads, once, with a bar of progress."""
    from rich.progress import Progress  # noqa: PLC0415  for this alone

    own: Cohort = replace(cohort(patients, minutes=60), responses=_RESPONSES)
    with Progress() as progress:
        task = progress.add_task("patients", total=patients)
        taken = timed(
            lambda: bands_of(own, threads=2, progress=lambda done, _: progress.update(task, completed=done))
        )
    told = row("kernel, bands of levels and responses every hour, 2 threads", patients, DAYS, [taken])
    return {**told, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def peak() -> float:
    """Floating-point operations in a second of one core: products of matrices that stay in the cache."""
    size, most = 256, 0.0
    one = np.random.default_rng(1).random((size, size))
    for _ in range(50):
        taken, _wall = timed(lambda: [one @ one for _ in range(20)])
        most = max(most, 20 * 2.0 * size**3 / taken)
    return most


@one_thread
def main() -> None:
    """Measure, print, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=10_000, help="of W2; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeating", type=int, default=10_000, help="of W6; 0 leaves it out")
    parser.add_argument("--million", type=int, default=0, help="also so many patients for W3")
    parser.add_argument("--json", type=Path, default=Path("out/benchmarks/cohorts.json"))
    chosen = parser.parse_args()
    told: dict[str, Any] = {
        "machine": machine(),
        "rounds": chosen.rounds,
        "peak_gflops": peak() / 1e9,
    }
    if chosen.patients:
        told["W2, two threads"] = two_threads(chosen.patients, chosen.rounds)
        told["W2"] = w2(chosen.patients, chosen.rounds)
    if chosen.repeating:
        told["W6"] = w6(chosen.repeating, chosen.rounds)
    if chosen.million:
        told["W3"] = w3(chosen.million)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
