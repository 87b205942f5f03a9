"""Measure the body alone: a year of a child with a flex day at 15-minute outputs.

Run by hand with ``python -m benchmarks.body``. It prints the middle of several runs for the pump
alone and for the pump with tablets, which takes a second run for the intrathecal level.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import UTC, date, datetime

from cisterna.body import expose, respond
from cisterna.delivery import Delivery, Dose, Infusion, Route, Site
from cisterna.instants import US_PER_DAY, US_PER_HOUR, instant_us, us_of_hours
from cisterna.therapy import Dated, Patient, Therapy
from cisterna.units import BodyWeight, Length

RUNS = 5
DAYS = 365
TARGET_S = 1.2
START_US = instant_us(datetime(2026, 3, 2, 9, tzinfo=UTC))
CHILD = Therapy(
    patient=Patient(
        label="invented: benchmark",
        born=date(2018, 9, 11),
        weight=(
            Dated(at=date(2026, 1, 1), value=BodyWeight(21)),
            Dated(at=date(2026, 7, 1), value=BodyWeight(22.5)),
            Dated(at=date(2027, 1, 3), value=BodyWeight(24)),
        ),
        height=Length(118),
    )
)


def flex_year() -> Delivery:
    """Three steps a day at T10, and a dozen boluses at odd times."""
    tip = Site(Route.CATHETER, "T10")
    steps = ((0.0, 6.5, 4.5), (6.5, 9.0, 8.0), (9.0, 24.0, 5.0))
    infusions = tuple(
        Infusion(
            tip,
            START_US + day * US_PER_DAY + us_of_hours(begin_h),
            START_US + day * US_PER_DAY + us_of_hours(end_h),
            rate_mcg_per_h,
        )
        for day in range(DAYS)
        for begin_h, end_h, rate_mcg_per_h in steps
    )
    doses = tuple(Dose(tip, START_US + us_of_hours(123.4567 * turn), 20.0) for turn in range(12))
    return Delivery(infusions=infusions, doses=doses)


def tablets() -> Delivery:
    """5 mg by mouth three times a day for the first month."""
    mouth = Site(Route.MOUTH)
    return Delivery(
        doses=tuple(Dose(mouth, START_US + 8 * turn * US_PER_HOUR, 5000.0, 0.74) for turn in range(90))
    )


def middle_seconds(delivery: Delivery) -> float:
    """The median time of exposure and response, after one run to warm up."""
    outputs = range(START_US, START_US + DAYS * US_PER_DAY + 1, US_PER_HOUR // 4)
    times = []
    for _ in range(RUNS + 1):
        begin = time.perf_counter()
        respond(expose(delivery, CHILD, START_US, outputs), CHILD)
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def main() -> None:
    """Print one line for each delivery."""
    for name, delivery in (
        ("pump alone", flex_year()),
        ("pump and tablets", Delivery.joined((flex_year(), tablets()))),
    ):
        sys.stdout.write(f"body, one year, {name}: {middle_seconds(delivery):.2f} s (at most {TARGET_S} s)\n")


if __name__ == "__main__":
    main()
