"""A program tried on a patient who is prepared: what the program editor waits for at the server.

Run alone by ``python -m benchmarks.preview``, with the others by ``make bench``. Processor time of one
thread, which other work on the machine lengthens least.
"""

from __future__ import annotations

import json
import statistics
import sys
import time as clock
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

from cisterna.course.preview import Goal, Prepared, prepare
from cisterna.therapy import WEEKDAYS, FlexStep, Program, read_therapy
from cisterna.units import HourlyRate

THERAPY = Path(__file__).resolve().parent.parent / "examples" / "child-flex-day.toml"
TARGET_MS = 15.0
RUNS = 50
GOALS = (
    Goal(name="dressing", from_minute=420, to_minute=510, where="legs", at="most", tone=1.7),
    Goal(name="standing", from_minute=600, to_minute=720, where="legs", at="least", tone=1.8),
)


def a_day(at: datetime, shift: int = 0) -> Program:
    """Twelve steps of two hours; ``shift`` moves their rates, as dragging does."""
    steps = (
        FlexStep(from_=time(hour), rate=HourlyRate(6 + (hour + shift) % 24 / 4)) for hour in range(0, 24, 2)
    )
    return Program(at=at, mode="flex", steps=tuple(steps))


def a_week(at: datetime, shift: int = 0) -> Program:
    """The same, an hour later at the weekend."""
    day = a_day(at, shift).steps
    working, weekend = WEEKDAYS[:5], WEEKDAYS[5:]
    later = (
        FlexStep(from_=time(step.from_.hour + 1 if step.from_.hour else 0), rate=step.rate, days=weekend)
        for step in day
    )
    own = (FlexStep(from_=step.from_, rate=step.rate, days=working) for step in day)
    return Program(at=at, mode="flex", steps=(*own, *later))


def milliseconds(run: Callable[[int], object], runs: int = RUNS) -> tuple[float, float]:
    """The least and the middle processor time of several runs, each with another program."""
    times = []
    for place in range(runs + 1):
        start = clock.process_time()
        run(place)
        times.append(1000 * (clock.process_time() - start))
    return min(times[1:]), statistics.median(times[1:])


def measured() -> Iterator[str]:
    """One line for each thing that is waited for."""
    therapy = read_therapy(THERAPY)
    at = therapy.valid_events[-1].at + timedelta(days=1)

    def ready(_: int = 0) -> Prepared:
        return prepare(therapy, at)

    prepared = ready()
    cases: tuple[tuple[str, Callable[[int], object], int], ...] = (
        ("a child's record of a year prepared", ready, 10),
        ("a day of 12 steps", lambda place: prepared.of(a_day(at, place), GOALS), RUNS),
        (
            "the same with its facts as JSON",
            lambda place: json.dumps(prepared.of(a_day(at, place), GOALS).facts()),
            RUNS,
        ),
        ("a week of two kinds of day", lambda place: prepared.of(a_week(at, place), GOALS), RUNS),
        ("the band of 40 patients, once they are drawn", lambda place: prepared.band(a_day(at, place)), 5),
    )
    for name, run, runs in cases:
        least, median = milliseconds(run, runs)
        yield f"{name}: least {least:.1f} ms, median {median:.1f} ms\n"


def main() -> None:
    """Print what was measured."""
    sys.stdout.write(f"preview of a program (aim for a day: {TARGET_MS:g} ms)\n")
    for line in measured():
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
