"""``cisterna calc`` of the fluid on its way to the tip: catheter, prime, bridge and access-port."""

from __future__ import annotations

from typing import Annotated

import typer

from cisterna.cli.application import AsJson

__all__ = ["COMMANDS"]

CatheterVolume = Annotated[
    str,
    typer.Option("--catheter-volume", help="Of the implanted catheter, as '0.1518 mL'.", metavar="VOLUME"),
]
Strength = Annotated[str, typer.Option("--concentration", help="As '500 mcg/mL'.", metavar="CONCENTRATION")]


def _catheter(
    trimmed: Annotated[str, typer.Option(help="What was cut off, as '20 cm'.", metavar="LENGTH")],
    model: Annotated[
        str | None, typer.Option(help="A catheter of the catalogue, as medtronic-8709sc.", metavar="NAME")
    ] = None,
    volume_per_cm: Annotated[
        str | None, typer.Option(help="In place of the model, as '0.0022 mL/cm'.", metavar="VOLUME")
    ] = None,
    length: Annotated[
        str | None, typer.Option(help="As supplied; left out: that of the model.", metavar="LENGTH")
    ] = None,
    inner_diameter: Annotated[
        str | None, typer.Option(help="As '0.53 mm'; left out: that of the model.", metavar="LENGTH")
    ] = None,
    stored_volume: Annotated[
        str | None, typer.Option(help="The volume in the record, to be checked.", metavar="VOLUME")
    ] = None,
    tolerance: Annotated[
        str | None, typer.Option(help="Of volume and bore; left out: 5 %.", metavar="PERCENT")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The volume of an implanted catheter, held against its bore."""
    from cisterna.care.calculators.catheter import CatheterRecord, catheter_volume
    from cisterna.cli.answer import answer
    from cisterna.cli.calc.devices import catheter_called
    from cisterna.cli.options import read_if, read_quantity
    from cisterna.units import Fraction, Length, Volume, VolumePerLength

    answer(
        lambda: catheter_volume(
            CatheterRecord(
                trimmed=read_quantity(trimmed, Length, "--trimmed"),
                model=catheter_called(model),
                volume_per_cm=read_if(volume_per_cm, VolumePerLength, "--volume-per-cm"),
                length=read_if(length, Length, "--length"),
                inner_diameter=read_if(inner_diameter, Length, "--inner-diameter"),
                stored_volume=read_if(stored_volume, Volume, "--stored-volume"),
            ),
            read_if(tolerance, Fraction, "--tolerance"),
        ),
        as_json=as_json,
    )


def _prime(
    parts: Annotated[
        str,
        typer.Option(
            help="pump+catheter, or catheter where the pump was primed before.",
            metavar="pump+catheter|catheter",
        ),
    ],
    catheter_volume: CatheterVolume,
    concentration: Strength,
    tubing_volume: Annotated[
        str | None, typer.Option(help="Of the pump's tubing, as '0.140 mL'.", metavar="VOLUME")
    ] = None,
    old_tubing_volume: Annotated[
        str | None, typer.Option(help="An outdated one, to tell its excess.", metavar="VOLUME")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The volume of a prime, the drug in it, and what of that leaves the tip."""
    from cisterna.care.calculators.prime import prime
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if, read_quantity
    from cisterna.units import Concentration, Volume

    answer(
        lambda: prime(
            parts.strip().lower(),
            read_quantity(catheter_volume, Volume, "--catheter-volume"),
            read_quantity(concentration, Concentration, "--concentration"),
            read_if(tubing_volume, Volume, "--tubing-volume"),
            read_if(old_tubing_volume, Volume, "--old-tubing-volume"),
        ),
        as_json=as_json,
    )


def _bridge(
    dead_volume: Annotated[
        str, typer.Option(help="Tubing and catheter together, as '0.340 mL'.", metavar="VOLUME")
    ],
    old_concentration: Annotated[str, typer.Option(help="As '500 mcg/mL'.", metavar="CONCENTRATION")],
    new_concentration: Annotated[str, typer.Option(help="As '2000 mcg/mL'.", metavar="CONCENTRATION")],
    old_dose: Annotated[str, typer.Option(help="As '200 mcg/day'.", metavar="DOSE")],
    new_dose: Annotated[
        str | None, typer.Option(help="After the bridge; left out: the old dose.", metavar="DOSE")
    ] = None,
    over: Annotated[
        str | None, typer.Option(help="A duration that is proposed, to be checked.", metavar="TIME")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """The bridge that keeps the dose at a change of concentration, and what happens without it."""
    from cisterna.care.calculators.bridge import bridge
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_if, read_quantity
    from cisterna.units import Concentration, DailyDose, Duration, Volume

    answer(
        lambda: bridge(
            read_quantity(dead_volume, Volume, "--dead-volume"),
            read_quantity(old_concentration, Concentration, "--old-concentration"),
            read_quantity(new_concentration, Concentration, "--new-concentration"),
            read_quantity(old_dose, DailyDose, "--old-dose"),
            read_if(new_dose, DailyDose, "--new-dose"),
            over=read_if(over, Duration, "--over"),
        ),
        as_json=as_json,
    )


def _access_port(
    port_volume: Annotated[str, typer.Option(help="Of the access port, as '0.14 mL'.", metavar="VOLUME")],
    catheter_volume: CatheterVolume,
    concentration: Strength,
    aspirated: Annotated[str, typer.Option(help="What was drawn, as '0.3 mL'.", metavar="VOLUME")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What must be drawn before an injection through the port, and the bolus hidden in it."""
    from cisterna.care.calculators.prime import access_port
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_quantity
    from cisterna.units import Concentration, Volume

    answer(
        lambda: access_port(
            read_quantity(port_volume, Volume, "--port-volume"),
            read_quantity(catheter_volume, Volume, "--catheter-volume"),
            read_quantity(concentration, Concentration, "--concentration"),
            read_quantity(aspirated, Volume, "--aspirated"),
        ),
        as_json=as_json,
    )


COMMANDS = {
    "catheter": _catheter,
    "prime": _prime,
    "bridge": _bridge,
    "access-port": _access_port,
}
"""The commands by name, in the order of the help."""
