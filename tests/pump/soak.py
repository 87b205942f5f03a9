"""A million random steps of the pump, each held against the invariants of the state machine.

Run by ``make soak``, or ``python -m tests.pump.soak --steps 100000 --seed 7 --workers 2``. A life is one
patient's pumps over 200 steps, seeded by its own number, so that the result does not depend on how many
workers computed it, and a life that fails can be lived again: ``--life 1234``.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import time
from collections import Counter, deque
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.pump.machine import DrivenPump
from tests.pump.machine_choosing import Seeded

from cisterna.pump import Status

STEPS_OF_A_LIFE = 200
_LIVES_OF_A_TASK = 25
_DRIFT = 0.01  # how often a clock begins to gain or to lose


@dataclass
class Soaked:
    """What was done in some lives: actions by name, and the worst error of the drug account."""

    lives: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    worst_error: float = 0.0

    def add(self, other: Soaked) -> None:
        """Count the lives of ``other`` too."""
        self.lives += other.lives
        self.taken.update(other.taken)
        self.refused.update(other.refused)
        self.worst_error = max(self.worst_error, other.worst_error)


def live(seed: int, life: int) -> Soaked:
    """One life; a broken invariant is raised with the command that repeats it."""
    choose = Seeded(random.Random(f"{seed}:{life}"))  # noqa: S311  a test, not a secret
    pump = DrivenPump.new(choose)
    try:
        for _ in range(STEPS_OF_A_LIFE):
            if pump.state.status is Status.EXPLANTED:
                pump.replace_pump(choose)
            elif choose.source.random() < _DRIFT:
                pump.drift(choose)
            else:
                pump.take(choose.among(pump.fitting), choose)
    except Exception as error:
        error.add_note(f"again: python -m tests.pump.soak --seed {seed} --life {life}")
        raise
    return Soaked(1, pump.taken, pump.refused, pump.worst_error)


def live_all(seed: int, first: int, count: int) -> Soaked:
    """Some lives, one after the other."""
    total = Soaked()
    for life in range(first, first + count):
        total.add(live(seed, life))
    return total


def soak(seed: int, steps: int, workers: int, until_s: float) -> Soaked:
    """Lives in the order of their numbers until so many steps were taken or the time is over."""
    total, first = Soaked(), 0
    pending: deque[Future[Soaked]] = deque()
    with ProcessPoolExecutor(workers) as pool:
        while total.taken.total() < steps:
            while len(pending) < 2 * workers and time.perf_counter() < until_s:
                pending.append(pool.submit(live_all, seed, first, _LIVES_OF_A_TASK))
                first += _LIVES_OF_A_TASK
            if not pending:
                break
            total.add(pending.popleft().result())
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{total.taken.total():,} steps ")
        pool.shutdown(cancel_futures=True)
    return total


def report(total: Soaked, seed: int, workers: int, seconds: float) -> str:
    """What was done, in words that can be copied into the documentation."""
    actions = ", ".join(f"{name} {count}" for name, count in total.taken.most_common())
    return (
        f"{total.taken.total()} steps taken and {total.refused.total()} commands refused "
        f"in {total.lives} lives, seed {seed}\n"
        f"{seconds:.0f} s with {workers} worker(s), {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}\n"
        f"worst error of the drug account: {total.worst_error:.1e} of what was injected\n"
        f"no invariant broken\n{actions}\n"
    )


def main() -> None:
    """Parse, soak, report; a broken invariant ends with its traceback."""
    parser = argparse.ArgumentParser(prog="python -m tests.pump.soak", description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000, help="steps to take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no further life after this time")
    parser.add_argument("--life", type=int, help="live this one life and no other")
    asked = parser.parse_args()
    start = time.perf_counter()
    if asked.life is not None:
        total = live(asked.seed, asked.life)
    else:
        total = soak(asked.seed, asked.steps, asked.workers, start + 60 * asked.minutes)
    sys.stdout.write(report(total, asked.seed, asked.workers, time.perf_counter() - start))


if __name__ == "__main__":
    main()
