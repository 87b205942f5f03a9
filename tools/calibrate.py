"""Fit the fitted numbers of the model again; fail where the stored values are not what the rows give.

``python tools/calibrate.py [--seeds N] [--patients N]`` prints each number as stored and as found, its
standard error, how much chance moves it, and the condition number of the search.
"""

from __future__ import annotations

import argparse
import sys
from itertools import groupby

from cisterna.validation import CalibrationTarget, targets
from cisterna.validation.calibration import Calibration, calibrate
from cisterna.validation.scoring import PATIENTS, SEED

__all__ = ["SEEDS", "calibrations", "main"]

SEEDS = 4
"""Draws of the virtual populations; what is found is the mean over them."""


def calibrations(seeds: int, patients: int) -> tuple[Calibration, ...]:
    """Each group of numbers that is fitted together; a typical patient needs one seed only."""
    rows = [row for row in targets() if isinstance(row, CalibrationTarget) and row.fits]
    found = []
    for _, group in groupby(sorted(rows, key=lambda row: row.fits), key=lambda row: row.fits):
        together = tuple(group)
        chance = any(row.scenario is not None and row.scenario.people.is_group for row in together)
        own = [SEED + place for place in range(seeds if chance else 1)]
        found.append(calibrate(together, seeds=own, patients=patients, progress=_say))
    return tuple(found)


def main() -> int:
    """Print what was found; 1 where a stored value is more than half a standard error away."""
    parser = argparse.ArgumentParser(description="fit the fitted numbers of the model again")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="draws of the virtual populations")
    parser.add_argument("--patients", type=int, default=PATIENTS, help="patients to a study")
    options = parser.parse_args()
    found = calibrations(options.seeds, options.patients)
    for calibration in found:
        _show(calibration)
    return 0 if all(calibration.holds for calibration in found) else 1


def _show(calibration: Calibration) -> None:
    rows = ", ".join(target.id for target in calibration.targets)
    _write(f"\nfitted to {rows}")
    _write(f"{'number':20} {'stored':>9} {'found':>9} {'se of ln':>9} {'by chance':>9} {'away, se':>9}")
    for entry in calibration.parameters:
        moved = "none" if entry.moved is None else f"{entry.moved:.3f}"
        verdict = "" if entry.holds else "   DIFFERS by more than half a standard error"
        _write(
            f"{entry.name:20} {entry.stored:9.4g} {entry.found:9.4g} {entry.log_error:9.3f} {moved:>9} "
            f"{entry.away:9.2f}{verdict}   {entry.unit}"
        )
    for place, fit in enumerate(calibration.fits):
        values = ", ".join(f"{value:.4g}" for value in fit.found)
        _write(
            f"draw {place + 1}: {values}; condition number {fit.condition:.2f}; weighted sum of squares "
            f"{fit.cost:.2f} (stored values {fit.start_cost:.2f}, {len(calibration.targets)} rows)"
        )


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


def _say(what: str) -> None:
    sys.stderr.write(what + " ...\n")


if __name__ == "__main__":
    sys.exit(main())
