"""``cisterna calc`` of doses as fluid: flow, volume, mix and reach-tip."""

from __future__ import annotations

from typing import Annotated

import typer

from cisterna.cli.application import AsJson

__all__ = ["COMMANDS"]


def _flow(
    daily_dose: Annotated[str, typer.Option(help="As '200 mcg/day'.", metavar="DOSE")],
    concentration: Annotated[str, typer.Option(help="As '500 mcg/mL'.", metavar="CONCENTRATION")],
    pump: Annotated[
        str | None, typer.Option(help="A pump of the catalogue, as synchromed-ii-20.", metavar="NAME")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The flow that gives a daily dose, and the lowest and highest dose of a pump."""
    from cisterna.care.calculators.flow import flow_of_dose
    from cisterna.cli.answer import answer
    from cisterna.cli.calc.devices import pump_called
    from cisterna.cli.options import read_quantity
    from cisterna.units import Concentration, DailyDose

    answer(
        lambda: flow_of_dose(
            read_quantity(daily_dose, DailyDose, "--daily-dose"),
            read_quantity(concentration, Concentration, "--concentration"),
            pump_called(pump),
        ),
        as_json=as_json,
    )


def _volume(
    dose: Annotated[str | None, typer.Option(help="As '75 mcg'.", metavar="DOSE")] = None,
    concentration: Annotated[
        str | None, typer.Option(help="As '50 mcg/mL'; with --dose.", metavar="CONCENTRATION")
    ] = None,
    mass: Annotated[
        str | None, typer.Option(help="The drug in an ampoule, as '10 mg'.", metavar="MASS")
    ] = None,
    volume: Annotated[str | None, typer.Option(help="As '5 mL'; with --mass.", metavar="VOLUME")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The volume that holds a dose, or the concentration of an ampoule."""
    from cisterna.care.calculators.flow import volume_or_concentration
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if
    from cisterna.units import Concentration, Mass, Volume

    answer(
        lambda: volume_or_concentration(
            read_if(dose, Mass, "--dose"),
            read_if(concentration, Concentration, "--concentration"),
            read_if(mass, Mass, "--mass"),
            read_if(volume, Volume, "--volume"),
        ),
        as_json=as_json,
    )


def _mix(
    reservoir: Annotated[str, typer.Option(help="What the reservoir holds, as '20 mL'.", metavar="VOLUME")],
    flow: Annotated[str, typer.Option(help="The flow of the pump, as '0.5 mL/day'.", metavar="FLOW")],
    daily_dose: Annotated[str, typer.Option(help="As '100 mcg/day'.", metavar="DOSE")],
    stock: Annotated[
        str, typer.Option(help="The solution to dilute, as '2000 mcg/mL'.", metavar="CONCENTRATION")
    ],
    priming_volume: Annotated[
        str | None,
        typer.Option(help="More, to prime the refill set; left out: 3 mL.", metavar="VOLUME"),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What to fill a constant-flow pump with: running time, drug, stock and saline."""
    from cisterna.care.calculators.mixing import constant_flow_fill
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if, read_quantity
    from cisterna.units import Concentration, DailyDose, Flow, Volume

    answer(
        lambda: constant_flow_fill(
            read_quantity(reservoir, Volume, "--reservoir"),
            read_quantity(flow, Flow, "--flow"),
            read_quantity(daily_dose, DailyDose, "--daily-dose"),
            read_quantity(stock, Concentration, "--stock"),
            read_if(priming_volume, Volume, "--priming-volume"),
        ),
        as_json=as_json,
    )


def _reach_tip(
    dead_volume: Annotated[
        str, typer.Option(help="Tubing and catheter together, as '0.2918 mL'.", metavar="VOLUME")
    ],
    flow: Annotated[str, typer.Option(help="As '0.2 mL/day'.", metavar="FLOW")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """How long new drug takes to the tip without a prime."""
    from cisterna.care.calculators.flow import time_to_tip
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_quantity
    from cisterna.units import Flow, Volume

    answer(
        lambda: time_to_tip(
            read_quantity(dead_volume, Volume, "--dead-volume"), read_quantity(flow, Flow, "--flow")
        ),
        as_json=as_json,
    )


COMMANDS = {
    "flow": _flow,
    "volume": _volume,
    "mix": _mix,
    "reach-tip": _reach_tip,
}
"""The commands by name, in the order of the help."""
