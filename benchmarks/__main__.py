"""Measure what a user waits for: whole commands, warm disk, the least and the middle of several runs.

Run by ``make bench``. Prints machine, versions and one line for each command, with the target.
"""

from __future__ import annotations

import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks import preview, pump

ROOT = Path(__file__).resolve().parent.parent
RUNS = 20

COMMANDS = (
    ("help", "--help", 0.2),
    ("evidence csf", "evidence csf", 0.25),
    ("calc flow", "calc flow --daily-dose 100mcg/day --concentration 500mcg/mL", 0.25),
    ("score gas", "score gas --weights 1,1,1 --outcomes=1,0,-1", 0.25),
    ("guide refill", "guide refill", 0.25),
    ("sheet overdose", "sheet overdose", 0.25),
    ("candidacy of a screening trial", "candidacy examples/screening-trial.toml", 0.25),
    ("judge a year of an adult", "judge examples/adult-one-year.toml", 0.25),
    (
        "one year of a child with flex, 15-minute output",
        "simulate '{year}' --every 15min --until 2027-03-02T10:00:00+01:00",
        3.0,
    ),
)


def seconds_of(arguments: list[str]) -> tuple[float, float]:
    """The least and the middle wall time of a command over several runs, after one to warm the disk.

    Other work on the machine makes every run slower and none faster: the least is that of a quiet machine.
    """
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-m", "cisterna", *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT
        )
        times.append(time.perf_counter() - start)
    return min(times[1:]), statistics.median(times[1:])


def main() -> None:
    """Print one line for each command."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("cisterna", "numpy", "scipy"))
    sys.stdout.write(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {packages}; least and median of {RUNS} runs\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        year = Path(folder) / "year.toml"
        year.write_text(one_year_with_flex(), "utf-8")
        for name, line, target in COMMANDS:
            least, middle = seconds_of(shlex.split(line.format(year=year)))
            sys.stdout.write(f"{name}: {least:.2f} s, median {middle:.2f} s (at most {target} s)\n")
    sys.stdout.write(pump.line())
    preview.main()


def one_year_with_flex() -> str:
    """A child's year: four fills, five programs of three steps, two weights."""
    events = [
        (
            'kind = "implant"\npump = "synchromed-ii-20"\ncatheter = "ascenda-8780"\n'
            'catheter_trimmed = "52 cm"\ntip = "T10"'
        ),
        'kind = "fill"\ninjected = "20 mL"\nconcentration = "500 mcg/mL"',
    ]
    dates = ["2026-03-02T10:00:00+01:00", "2026-03-02T10:01:00+01:00"]
    rates = [(3, 6, 4), (3.4, 6.8, 4.5), (3.8, 7.6, 5), (4.2, 8.4, 5.5), (4.6, 9.2, 6)]
    for place, (night, morning, day) in enumerate(rates):
        dates.append(f"2026-{3 + 2 * place:02d}-02T11:30:00+01:00")
        steps = ", ".join(
            f'{{ from = "{start}", rate = "{rate} mcg/h" }}'
            for start, rate in (("00:00", night), ("06:30", morning), ("09:00", day))
        )
        events.append(f'kind = "program"\nmode = "flex"\nsteps = [{steps}]')
    for month in (5, 7, 9, 11):
        dates.append(f"2026-{month:02d}-02T11:00:00+01:00")
        events.append('kind = "fill"\nwithdrawn = "3 mL"\ninjected = "20 mL"\nconcentration = "500 mcg/mL"')
    head = (
        'schema = 1\n[patient]\nlabel = "invented: benchmark"\nborn = 2018-02-11\n'
        'weight = [{ at = 2026-01-10, value = "21 kg" }, { at = 2026-09-10, value = "22.5 kg" }]\n'
        'height = "118 cm"\ntimezone = "Europe/Madrid"\n'
    )
    return head + "".join(
        f"[[event]]\nat = {at}\n{event}\n" for at, event in sorted(zip(dates, events, strict=True))
    )


if __name__ == "__main__":
    main()
