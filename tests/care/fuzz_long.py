"""Random text after every short command for a time: ``python -m tests.care.fuzz_long``, or ``make fuzz``.

Each round asks every fuzz test for other inputs than the round before, by its seed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

PLACES = ("tests/care", "tests/limits")
EXAMPLES = "50"


def main() -> None:
    """Rounds until the time is up; the first fault ends with status 1 and its input."""
    parser = argparse.ArgumentParser(prog="python -m tests.care.fuzz_long", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long to type; 10 where it is left out")
    parser.add_argument("--seed", type=int, default=0, help="of the first round")
    asked = parser.parse_args()
    until, seed = time.monotonic() + 60 * asked.minutes, asked.seed
    while time.monotonic() < until:
        _say(f"seed {seed}")
        if _round(seed):
            _say(f"a fault: run it again with --seed {seed}")
            sys.exit(1)
        seed += 1
    _say(f"no fault in {seed - asked.seed} rounds")


def _round(seed: int) -> int:
    options = ["-q", "-n", "2", "-k", "random", f"--hypothesis-seed={seed}", *PLACES]
    environment = os.environ | {"CISTERNA_FUZZ_EXAMPLES": os.environ.get("CISTERNA_FUZZ_EXAMPLES", EXAMPLES)}
    return subprocess.run(  # noqa: S603  our own tests
        [sys.executable, "-m", "pytest", *options], env=environment, check=False
    ).returncode


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
