"""Ten years of one pump with a flex day, read hourly: run and readings, without the start of Python.

The pump is a SynchroMed II 20 in all its numbers but its life, which would end before ten years. Run
alone by ``python -m benchmarks.pump``, with the others by ``make bench``.
"""

from __future__ import annotations

import statistics
import sys
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from cisterna.evidence import Catalogue, builtin_catalogue
from cisterna.instants import US_PER_HOUR, instant_us
from cisterna.pump import run_pump
from cisterna.therapy.events import Event, Fill, FlexStep, Implant, Program
from cisterna.therapy.patient import Patient
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, HourlyRate, Length, Volume

NAME = "ten years of one pump with a flex day, hourly output"
TARGET_S = 1.0
RUNS = 7

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
YEARS = 10
_END = START.replace(year=START.year + YEARS)
_LASTING = "synchromed-ii-20-lasting"
_DAYS_BETWEEN_FILLS = 60
_RATES = ((time(0), 4.5), (time(6, 30), 8.0), (time(9), 5.0), (time(21), 4.0))


def lasting_catalogue() -> Catalogue:
    """The catalogue with a pump that lives longer than ten years."""
    known = builtin_catalogue()
    model = known.pump("synchromed-ii-20")
    life = replace(model.numbers["life"], value=YEARS + 1.0, low=None, high=None)
    lasting = replace(model, name=_LASTING, numbers={**model.numbers, "life": life})
    return known.with_devices(Catalogue(pumps={_LASTING: lasting}, catheters={}))


def events() -> Iterator[Event]:
    """An implant, a flex day of four steps, and a refill every 60 days."""
    yield Implant(at=START, pump=_LASTING, catheter="ascenda-8780", catheter_trimmed=Length(52), tip="T10")
    concentration = Concentration(500)
    yield Fill(at=START, injected=Volume(20), concentration=concentration)
    steps = tuple(FlexStep(from_=start, rate=HourlyRate(rate)) for start, rate in _RATES)
    yield Program(at=START, mode="flex", steps=steps)
    at = START + timedelta(days=_DAYS_BETWEEN_FILLS)
    while at < _END:
        yield Fill(at=at, injected=Volume(20), concentration=concentration, withdrawn=Volume(4))
        at += timedelta(days=_DAYS_BETWEEN_FILLS)


def therapy() -> Therapy:
    """The therapy that is measured."""
    patient = Patient(label="adult (invented)", born=date(1980, 1, 1), timezone="Europe/Madrid")
    return Therapy(patient=patient, events=tuple(events()), catalogue=lasting_catalogue())


def run_seconds(measured: Therapy) -> float:
    """Wall time of one run with its readings; the drug account is checked, so that speed is not error."""
    start_us, end_us = instant_us(START), instant_us(_END)
    before = clock.perf_counter()
    run = run_pump(measured, end_us)
    held = run.readings(range(start_us, end_us + 1, US_PER_HOUR)) if run else None
    seconds = clock.perf_counter() - before
    if held is None or run is None or run.last.mode != "running":
        raise SystemExit("the pump of the benchmark does not run to the end of its ten years")
    worst = max(abs(error) for error in held.account_error_mcg()) / held.injected_mcg[-1]
    if worst > 1e-9:
        raise SystemExit(f"the drug account is off by {worst:.1e}")
    return seconds


def line() -> str:
    """The middle of several runs, beside the target."""
    measured = therapy()
    seconds = statistics.median(run_seconds(measured) for _ in range(RUNS))
    return f"{NAME}: {seconds:.2f} s (at most {TARGET_S} s)\n"


if __name__ == "__main__":
    sys.stdout.write(line())
