"""``cisterna calc`` of refills: refill, residual, pocket-fill, delivery-error and replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cisterna.cli.application import AsJson

if TYPE_CHECKING:
    from cisterna.care.calculators.refill import RefillInterval
    from cisterna.care.result import Result
    from cisterna.units import Concentration, Volume

__all__ = ["COMMANDS"]


def _refill(
    fill: Annotated[str, typer.Option(help="What is in the reservoir, as '20 mL'.", metavar="VOLUME")],
    daily_dose: Annotated[str, typer.Option(help="As '100 mcg/day'.", metavar="DOSE")],
    concentration: Annotated[str, typer.Option(help="As '500 mcg/mL'.", metavar="CONCENTRATION")],
    alarm_volume: Annotated[
        str | None, typer.Option(help="Low-reservoir alarm; left out: 2 mL.", metavar="VOLUME")
    ] = None,
    signs_at: Annotated[
        str | None,
        typer.Option(help="What was left when signs of withdrawal came, as '3.1 mL'.", metavar="VOLUME"),
    ] = None,
    patient_bolus: Annotated[
        str | None, typer.Option(help="A bolus of the patient, as '0.02 mL' or '10 mcg'.", metavar="VOLUME")
    ] = None,
    patient_boluses_per_day: Annotated[
        str | None, typer.Option(help="How many of them are allotted.", metavar="N")
    ] = None,
    accuracy: Annotated[
        str | None, typer.Option(help="Labelled over-delivery; left out: 14.5 %.", metavar="PERCENT")
    ] = None,
    worst_case_drives: Annotated[  # noqa: FBT002
        bool, typer.Option("--worst-case-drives", help="Let the worst case within the accuracy limit.")
    ] = False,
    stability: Annotated[
        str | None, typer.Option(help="Of the drug in the pump; left out: 180 d.", metavar="TIME")
    ] = None,
    cap: Annotated[
        str | None, typer.Option(help="The longest interval of the clinic, as '90 d'.", metavar="TIME")
    ] = None,
    filled_on: Annotated[
        str | None, typer.Option(help="Day of the fill, as 2026-03-31; left out: no dates.", metavar="DATE")
    ] = None,
    lead: Annotated[
        str | None,
        typer.Option(help="Before the limiting day; left out: 7d..10d.", metavar="SHORTER..LONGER"),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """When to refill: interval, what limits it, alarm and appointment days."""
    from cisterna.care.calculators.refill import refill_interval
    from cisterna.care.calculators.refill_rules import RefillRules
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_date, read_if, read_quantity, read_range, read_whole
    from cisterna.units import Concentration, DailyDose, Duration, Fraction, Volume

    def work() -> Result[RefillInterval]:
        strength = read_quantity(concentration, Concentration, "--concentration")
        count = patient_boluses_per_day
        rules = RefillRules(
            alarm_volume=read_if(alarm_volume, Volume, "--alarm-volume"),
            signs_at=read_if(signs_at, Volume, "--signs-at"),
            patient_bolus=_bolus_volume(patient_bolus, strength),
            patient_boluses_per_day=None if count is None else read_whole(count, "--patient-boluses-per-day"),
            accuracy=read_if(accuracy, Fraction, "--accuracy"),
            worst_case_drives=worst_case_drives,
            stability=read_if(stability, Duration, "--stability"),
            cap=read_if(cap, Duration, "--cap"),
            lead=read_range(lead, Duration, "--lead"),
        )
        return refill_interval(
            read_quantity(fill, Volume, "--fill"),
            read_quantity(daily_dose, DailyDose, "--daily-dose"),
            strength,
            rules,
            None if filled_on is None else read_date(filled_on, "--filled-on"),
        )

    answer(work, as_json=as_json)


def _bolus_volume(text: str | None, concentration: Concentration) -> Volume | None:
    """A patient bolus as the volume that leaves the reservoir, from a volume or a dose."""
    from cisterna.cli.options import read_quantity
    from cisterna.units import Mass, Volume

    if text is None:
        return None
    if text.strip().endswith("g"):
        dose = read_quantity(text, Mass, "--patient-bolus")
        return Volume(dose / concentration) if concentration else None
    return read_quantity(text, Volume, "--patient-bolus")


def _residual(
    fill: Annotated[str, typer.Option(help="What was filled, as '20 mL'.", metavar="VOLUME")],
    daily_dose: Annotated[str | None, typer.Option(help="As '100 mcg/day'.", metavar="DOSE")] = None,
    concentration: Annotated[
        str | None, typer.Option(help="As '500 mcg/mL'.", metavar="CONCENTRATION")
    ] = None,
    days: Annotated[str | None, typer.Option(help="Time since the fill, as '85 d'.", metavar="TIME")] = None,
    expected: Annotated[
        str | None,
        typer.Option(help="In place of dose, concentration and days: what is expected.", metavar="VOLUME"),
    ] = None,
    withdrawn: Annotated[
        str | None, typer.Option(help="What was withdrawn, as '3.4 mL'.", metavar="VOLUME")
    ] = None,
    lowest_ratio: Annotated[
        str | None, typer.Option(help="Of delivered over expected; left out: 0.8.", metavar="RATIO")
    ] = None,
    highest_ratio: Annotated[
        str | None, typer.Option(help="Of delivered over expected; left out: 1.145.", metavar="RATIO")
    ] = None,
    highest_difference: Annotated[
        str | None, typer.Option(help="Of withdrawn and expected; left out: 2 mL.", metavar="VOLUME")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What should be left at a refill, and whether what was withdrawn agrees."""
    from cisterna.care.calculators.residual import ResidualLimits, residual
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_decimal, read_if, read_quantity
    from cisterna.units import Concentration, DailyDose, Duration, Volume

    def ratio(text: str | None, option: str) -> float | None:
        return None if text is None else read_decimal(text, option)

    answer(
        lambda: residual(
            read_quantity(fill, Volume, "--fill"),
            daily_dose=read_if(daily_dose, DailyDose, "--daily-dose"),
            concentration=read_if(concentration, Concentration, "--concentration"),
            days=read_if(days, Duration, "--days"),
            expected=read_if(expected, Volume, "--expected"),
            withdrawn=read_if(withdrawn, Volume, "--withdrawn"),
            limits=ResidualLimits(
                lowest_ratio=ratio(lowest_ratio, "--lowest-ratio"),
                highest_ratio=ratio(highest_ratio, "--highest-ratio"),
                highest_difference=read_if(highest_difference, Volume, "--highest-difference"),
            ),
        ),
        as_json=as_json,
    )


def _pocket_fill(
    injected: Annotated[str, typer.Option(help="As '18 mL'.", metavar="VOLUME")],
    measured: Annotated[
        str, typer.Option(help="What is found in the pump after the fill, as '16.7 mL'.", metavar="VOLUME")
    ],
    pump: Annotated[
        str | None, typer.Option(help="A pump of the catalogue, as synchromed-ii-20.", metavar="NAME")
    ] = None,
    reservoir: Annotated[
        str | None, typer.Option(help="In place of the pump: its reservoir, as '20 mL'.", metavar="VOLUME")
    ] = None,
    threshold: Annotated[
        str | None,
        typer.Option(help="Left out: 1 mL for a reservoir of 20 mL, 2 mL for 40 mL.", metavar="VOLUME"),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Whether so much of a fill is missing that drug may lie in the pocket."""
    from cisterna.care.calculators.fills import pocket_fill
    from cisterna.cli.answer import answer
    from cisterna.cli.calc.devices import pump_called
    from cisterna.cli.options import read_if, read_quantity
    from cisterna.units import Volume

    answer(
        lambda: pocket_fill(
            read_quantity(injected, Volume, "--injected"),
            read_quantity(measured, Volume, "--measured"),
            pump=pump_called(pump),
            reservoir=read_if(reservoir, Volume, "--reservoir"),
            threshold=read_if(threshold, Volume, "--threshold"),
        ),
        as_json=as_json,
    )


def _delivery_error(
    programmed: Annotated[str, typer.Option(help="As '10 mL'.", metavar="VOLUME")],
    delivered: Annotated[str, typer.Option(help="As '11.46 mL', or weighed as '11.46 g'.", metavar="VOLUME")],
    accuracy: Annotated[
        str | None, typer.Option(help="Above it is over-infusion; left out: 14.5 %.", metavar="PERCENT")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """How far a delivered volume is from the programmed one."""
    from cisterna.care.calculators.fills import delivery_error
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if, read_quantity
    from cisterna.units import Fraction, ProductMass, Volume

    weighed = delivered.strip().endswith("g")
    answer(
        lambda: delivery_error(
            read_quantity(programmed, Volume, "--programmed"),
            read_quantity(delivered, ProductMass, "--delivered")
            if weighed
            else read_quantity(delivered, Volume, "--delivered"),
            read_if(accuracy, Fraction, "--accuracy"),
        ),
        as_json=as_json,
    )


def _replacement(
    implanted: Annotated[str, typer.Option(help="Day of the implant, as 2020-06-01.", metavar="DATE")],
    eri: Annotated[
        str | None, typer.Option(help="Day of the elective replacement indicator.", metavar="DATE")
    ] = None,
    life: Annotated[str | None, typer.Option(help="Of the pump; left out: 7 y.", metavar="TIME")] = None,
    lead: Annotated[
        str | None, typer.Option(help="Before the end of life; left out: 6 mo.", metavar="TIME")
    ] = None,
    eri_interval: Annotated[
        str | None, typer.Option(help="From the indicator to the stop; left out: 90 d.", metavar="TIME")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """When a pump must have been replaced, and by when that is planned."""
    from cisterna.care.calculators.replacement import replacement
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_date, read_if
    from cisterna.units import Duration, Span

    answer(
        lambda: replacement(
            read_date(implanted, "--implanted"),
            None if eri is None else read_date(eri, "--eri"),
            life=read_if(life, Span, "--life"),
            lead=read_if(lead, Span, "--lead"),
            eri_interval=read_if(eri_interval, Duration, "--eri-interval"),
        ),
        as_json=as_json,
    )


COMMANDS = {
    "refill": _refill,
    "residual": _residual,
    "pocket-fill": _pocket_fill,
    "delivery-error": _delivery_error,
    "replacement": _replacement,
}
"""The commands by name, in the order of the help."""
