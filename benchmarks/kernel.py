"""The kernel beside the tools of the field: one patient, 30 days, the sides taking turns.

Run by ``make bench-kernel``. Each round runs every side once; the table tells the middle and the range of
the rounds, how many times slower a side is than the kernel with a new program, and the largest error of
any output as a share of that output's largest value, against the reference.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kernel_case import Case, Floats, w1
from benchmarks.kernel_peers import peers
from cisterna.kernel import compiled_width, one_thread

PACKAGES = ("cisterna", "numpy", "scipy", "libroadrunner", "pydiffsol")
_USUAL = "LSODA|libroadrunner|pydiffsol|matrix"  # scipy's Radau takes minutes for one run: --only Radau
_FAST_S = 0.05
_REPEATS = 20  # of a side that is so fast: its best of one turn, for one run is lost in the clock


def sides(case: Case) -> dict[str, Callable[[], Floats]]:
    """Every side by its name."""
    own: dict[str, Callable[[], Floats]] = {
        "kernel, new program": case.by_kernel(case.model),
        "kernel, patient set up too": lambda: case.by_kernel(case.fresh())(),  # noqa: PLW0108  set up each time
        "matrix exponentials (the reference)": case.by_reference,
    }
    return own | dict(peers(case))


def turn(run: Callable[[], Floats]) -> float:
    """Processor seconds of one turn of a side: other work on the machine counts little."""
    begin = time.process_time()
    run()
    took = time.process_time() - begin
    for _ in range(_REPEATS if took < _FAST_S else 0):
        begin = time.process_time()
        run()
        took = min(took, time.process_time() - begin)
    return took


@one_thread
def measured(case: Case, rounds: int, only: str) -> list[dict[str, Any]]:
    """One row for each side: median and range in seconds, and its error."""
    running = {
        name: run for name, run in sides(case).items() if re.search(only, name) or name.startswith("kernel")
    }
    reference = case.by_reference()
    largest = np.abs(reference).max(axis=0)
    errors = {
        name: float((np.abs(run() - reference).max(axis=0) / largest).max()) for name, run in running.items()
    }
    times: dict[str, list[float]] = {name: [] for name in running}
    for _ in range(rounds):
        for name, run in running.items():
            times[name].append(turn(run))
    first = statistics.median(times["kernel, new program"])
    return [
        {
            "side": name,
            "median_s": statistics.median(took),
            "least_s": min(took),
            "most_s": max(took),
            "times_the_kernel": statistics.median(took) / first,
            "error": errors[name],
        }
        for name, took in times.items()
    ]


def machine() -> dict[str, Any]:
    """What was measured on."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "threads": 1,
        "vectors": compiled_width(),
        "python": platform.python_version(),
        "versions": versions,
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only", default=_USUAL, help="only the sides whose name has this pattern, and the kernel"
    )
    parser.add_argument("--json", type=Path, default=Path("out/benchmarks/kernel.json"))
    chosen = parser.parse_args()
    on = machine()
    rows = measured(w1(), chosen.rounds, chosen.only)
    sys.stdout.write(f"{on}\n| side | median | range | times the kernel | error |\n|---|---|---|---|---|\n")
    for row in rows:
        span = f"{_shown(row['least_s'])} to {_shown(row['most_s'])}"
        sys.stdout.write(
            f"| {row['side']} | {_shown(row['median_s'])} | {span} "
            f"| {row['times_the_kernel']:,.0f} | {row['error']:.1e} |\n"
        )
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    told = {"case": "W1", "rounds": chosen.rounds, "machine": on, "rows": rows}
    chosen.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _shown(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


if __name__ == "__main__":
    main()
