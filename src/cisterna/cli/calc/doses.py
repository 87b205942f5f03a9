"""``cisterna calc`` of doses: screening-step, response, start-dose, titrate and wean."""

from __future__ import annotations

from typing import Annotated

import typer

from cisterna.cli.application import AsJson

__all__ = ["COMMANDS"]


def _screening_step(
    given: Annotated[str, typer.Option(help="The bolus that was given, as '50 mcg'.", metavar="DOSE")],
    at: Annotated[str, typer.Option(help="When, as 2026-02-03T10:00:00+01:00.", metavar="TIME")],
    next_dose: Annotated[
        str | None, typer.Option("--next", help="A bolus that is planned, as '75 mcg'.", metavar="DOSE")
    ] = None,
    next_at: Annotated[str | None, typer.Option(help="When it is planned.", metavar="TIME")] = None,
    responded: Annotated[bool, typer.Option("--responded", help="The patient responded.")] = False,  # noqa: FBT002
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The next dose of a screening trial, and whether a planned one comes in time."""
    from cisterna.care.calculators.screening import screening_step
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if, read_instant, read_quantity
    from cisterna.units import Mass

    answer(
        lambda: screening_step(
            read_quantity(given, Mass, "--given"),
            read_instant(at, "--at"),
            read_if(next_dose, Mass, "--next"),
            None if next_at is None else read_instant(next_at, "--next-at"),
            responded=responded,
        ),
        as_json=as_json,
    )


def _response(
    before: Annotated[str, typer.Option(help="Mean Ashworth score before the bolus.", metavar="SCORE")],
    after: Annotated[str, typer.Option(help="The same after it, in one numbering.", metavar="SCORE")],
    threshold: Annotated[
        str | None, typer.Option(help="Fall that counts as a response; left out: 1.", metavar="SCORE")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Whether tone fell enough for a response to a screening bolus."""
    from cisterna.care.calculators.screening import response
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_decimal

    answer(
        lambda: response(
            read_decimal(before, "--before"),
            read_decimal(after, "--after"),
            None if threshold is None else read_decimal(threshold, "--threshold"),
        ),
        as_json=as_json,
    )


def _start_dose(
    screening_dose: Annotated[str, typer.Option(help="The effective bolus, as '50 mcg'.", metavar="DOSE")],
    effect_duration: Annotated[str, typer.Option(help="How long it lasted, as '6 h'.", metavar="TIME")],
    adverse: Annotated[bool, typer.Option("--adverse", help="It had an adverse reaction.")] = False,  # noqa: FBT002
    long_effect: Annotated[
        str | None, typer.Option(help="Above it the dose is not doubled; left out: 8 h.", metavar="TIME")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The daily dose to start the infusion with, from the screening trial."""
    from cisterna.care.calculators.screening import start_dose
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if, read_quantity
    from cisterna.units import Duration, Mass

    answer(
        lambda: start_dose(
            read_quantity(screening_dose, Mass, "--screening-dose"),
            read_quantity(effect_duration, Duration, "--effect-duration"),
            adverse=adverse,
            long_effect=read_if(long_effect, Duration, "--long-effect"),
        ),
        as_json=as_json,
    )


def _titrate(
    dose: Annotated[str, typer.Option(help="The daily dose now, as '100 mcg/day'.", metavar="DOSE")],
    origin: Annotated[str, typer.Option(help="Of the spasticity.", metavar="cerebral|spinal")],
    phase: Annotated[
        str, typer.Option(help="Finding the dose, or at a refill.", metavar="titration|maintenance")
    ],
    proposed: Annotated[str | None, typer.Option(help="The daily dose to come.", metavar="DOSE")] = None,
    since_change: Annotated[
        str | None, typer.Option(help="Time since the last change, as '24 h'.", metavar="TIME")
    ] = None,
    since_start: Annotated[
        str | None, typer.Option(help="Time since the start of the infusion.", metavar="TIME")
    ] = None,
    age: Annotated[str | None, typer.Option(help="As '8 y'; left out: an adult.", metavar="AGE")] = None,
    side_effects: Annotated[  # noqa: FBT002
        bool, typer.Option("--side-effects", help="There are side effects of the dose.")
    ] = False,
    step: Annotated[
        str | None,
        typer.Option(help="The site's own step, as 5%..15%; left out: as published.", metavar="LOW..HIGH"),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The published steps of a daily dose, and whether a proposed one keeps to them."""
    from cisterna.care.calculators.titration import DoseStep, titration_step
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if, read_quantity, read_range
    from cisterna.units import Age, DailyDose, Duration, Fraction

    answer(
        lambda: titration_step(
            read_quantity(dose, DailyDose, "--dose"),
            DoseStep(
                origin=origin.strip().lower(),
                phase=phase.strip().lower(),
                since_change=read_if(since_change, Duration, "--since-change"),
                since_start=read_if(since_start, Duration, "--since-start"),
                age=read_if(age, Age, "--age"),
                side_effects=side_effects,
            ),
            read_if(proposed, DailyDose, "--proposed"),
            read_range(step, Fraction, "--step"),
        ),
        as_json=as_json,
    )


def _wean(
    drug: Annotated[str, typer.Option(help="A drug by mouth, as baclofen.", metavar="NAME")],
    daily_dose: Annotated[str, typer.Option(help="As '60 mg/day'.", metavar="DOSE")],
    step: Annotated[
        str | None, typer.Option(help="Reduction in a step; left out: 25%..50%.", metavar="LOW..HIGH")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The next lower daily dose of a drug by mouth after the pump has begun."""
    from cisterna.care.calculators.titration import weaning_step
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_quantity, read_range
    from cisterna.units import DailyDose, Fraction

    answer(
        lambda: weaning_step(
            drug.strip().lower(),
            read_quantity(daily_dose, DailyDose, "--daily-dose"),
            read_range(step, Fraction, "--step"),
        ),
        as_json=as_json,
    )


COMMANDS = {
    "screening-step": _screening_step,
    "response": _response,
    "start-dose": _start_dose,
    "titrate": _titrate,
    "wean": _wean,
}
"""The commands by name, in the order of the help."""
