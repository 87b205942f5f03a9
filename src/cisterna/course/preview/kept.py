"""How far a program is from what the pump can deliver and from drowsiness: said where it is kept, too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cisterna.body import Response
from cisterna.course.preview.limits import Level, Said
from cisterna.delivery import Delivery
from cisterna.evidence import Number, Settings
from cisterna.instants import utc
from cisterna.limits.guardrail import SLACK
from cisterna.pump import DeliverableRange
from cisterna.therapy import WEEKDAYS, Program
from cisterna.units import HourlyRate, decimal_text

__all__ = ["kept_of", "unknown_told"]

_WITH_RATES = {"simple-continuous", "flex", "periodic-bolus"}


def kept_of(
    program: Program, rates_mcg_per_h: list[float], reach: DeliverableRange, response: Response | None,
    settings: Settings,
) -> Iterator[Said]:  # fmt: skip
    """The lowest and the highest rate, the steps of a day and the cistern, each against its limit.

    ``response`` is ``None`` where nobody knows what was delivered before: of the cistern nothing is said.
    """
    if program.mode in _WITH_RATES:
        yield from _rates(min(rates_mcg_per_h), max(rates_mcg_per_h), reach)
    if program.mode == "flex" and reach.most_steps is not None:
        most = max(len(program.steps_on(day)) for day in WEEKDAYS)
        yield _said(
            "at" if most == reach.most_steps else "kept", "flex-steps",
            f"Steps in a day: {most}; the pump takes {reach.most_steps}.", reach.sources["most_steps"],
        )  # fmt: skip
    if response is not None:
        yield from _cistern(response, settings)


def _rates(lowest: float, highest: float, reach: DeliverableRange) -> Iterator[Said]:
    """The lowest and the highest rate; below the least of the range runs only the pump's own minimum."""
    least, greatest = reach.least_mcg_per_h, reach.greatest_mcg_per_h
    if lowest >= least * (1 - SLACK):
        yield _said(
            "at" if lowest <= least * (1 + SLACK) else "kept", "lowest-rate",
            f"The lowest rate is {_rate(lowest)}; the pump gives {_rate(least)} at least.",
            reach.sources["least"],
        )  # fmt: skip
    yield _said(
        "at" if highest >= greatest * (1 - SLACK) else "kept", "highest-rate",
        f"The highest rate is {_rate(highest)}; the pump gives {_rate(greatest)} at most.",
        reach.sources["greatest"],
    )  # fmt: skip


def unknown_told(delivery: Delivery) -> Iterator[Said]:
    """Since when nobody knows what was delivered, and why; the course is not computed from there on."""
    for one in delivery.unknown[:1]:
        yield Said(
            level="information", name="unknown", kind=None, source="pump model", status="",
            text=f"Nobody knows what was delivered from {utc(one.start_us):%d %b %Y, %H:%M} UTC on: "
                 f"{one.why}; tone and spinal fluid are not computed from there on.",
        )  # fmt: skip


def _cistern(response: Response, settings: Settings) -> Iterator[Said]:
    """The peak of the cistern where it stays below the level of drowsiness; above it the course warns."""
    index = response.sedation_index
    if index is None or not len(index) or np.max(index) > 1:
        return
    share = decimal_text(100 * float(np.max(index)), 0)
    yield _said(
        "kept", "drowsiness",
        f"The cistern peaks at {share} % of the level at which half of patients are drowsy.",
        settings.number("sedation_threshold"),
    )  # fmt: skip


def _said(level: Level, name: str, text: str, number: Number) -> Said:
    return Said(
        level=level, name=name, kind=None, text=text, source=number.source, status=number.status.value
    )


def _rate(mcg_per_h: float) -> str:
    return HourlyRate(mcg_per_h).shown()
