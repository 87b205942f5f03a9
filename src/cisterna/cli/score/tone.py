"""``cisterna score`` of tone and joints: mas, ashworth, tardieu, hat, bads, selective-control, penn, rom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from cisterna.cli.application import AsJson

__all__ = ["COMMANDS"]

_JOINTS_ALSO = {"stj": "subtalar"}


def _mas(
    value: Annotated[
        list[str],
        typer.Option(help="0, 1, 1+, 2, 3, 4 or not-assessed; once for each muscle.", metavar="GRADE"),
    ],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Modified Ashworth Scale: mean over muscles, 1+ as 1.5, what was not assessed left out."""
    from cisterna.care.scales.ashworth import modified_ashworth
    from cisterna.cli.answer import answer

    grades = [grade.strip() for text in value for grade in text.split(",")]
    answer(lambda: modified_ashworth(grades), as_json=as_json)


def _ashworth(
    value: Annotated[str, typer.Option(help="A grade, or a mean of grades.", metavar="GRADE")],
    from_scale: Annotated[
        str, typer.Option("--from", help="Its numbering: 0-4 or 1-5.", metavar="NUMBERING")
    ],
    to_scale: Annotated[str, typer.Option("--to", help="The one to change to.", metavar="NUMBERING")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Ashworth scale: from the numbering 1-5 of the trials to the 0-4 of the clinic, or back."""
    from cisterna.care.scales.ashworth import ashworth
    from cisterna.cli.answer import answer

    answer(lambda: ashworth(_ashworth_grade(value), from_scale, to_scale), as_json=as_json)


def _ashworth_grade(text: str) -> float:
    from cisterna.cli.options import read_decimal
    from cisterna.errors import Fault, InputError

    if text.strip() != "1+":
        return read_decimal(text, "--value")
    raise InputError(
        Fault(
            where="--value",
            found="'1+', a grade of the Modified Ashworth Scale",
            allowed="a number on the numbering that --from names",
            remedy="1+ has no counterpart on the Ashworth scale: use 'cisterna score mas'",
        )
    )


def _tardieu(
    r1: Annotated[str, typer.Option(help="Angle of the catch at fast speed, as '15 deg'.", metavar="ANGLE")],
    r2: Annotated[str, typer.Option(help="Full passive range at slow speed.", metavar="ANGLE")],
    quality: Annotated[
        str | None, typer.Option(help="Quality of the reaction, 0 to 4.", metavar="GRADE")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Modified Tardieu scale: the dynamic component of a muscle, R2 - R1."""
    from cisterna.care.scales.tardieu import dynamic_angle
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_quantity, read_whole
    from cisterna.units import Angle

    answer(
        lambda: dynamic_angle(
            read_quantity(r1, Angle, "--r1"),
            read_quantity(r2, Angle, "--r2"),
            None if quality is None else read_whole(quality, "--quality"),
        ),
        as_json=as_json,
    )


def _hat(
    item: Annotated[
        list[str],
        typer.Option(help="Item 1 to 7, as 3=1 (yes), 4=0 (no) or not-assessed.", metavar="N=0/1"),
    ],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Hypertonia assessment tool: spasticity, rigidity, dystonia or mixed, of one limb."""
    from cisterna.care.scales.hypertonia import hypertonia
    from cisterna.cli.answer import answer

    answer(lambda: hypertonia(_parts(item, "--item")), as_json=as_json)


def _bads(
    region: Annotated[
        list[str],
        typer.Option(
            help="eyes, mouth, neck, trunk, right-arm, left-arm, right-leg, left-leg: 0 to 4 each.",
            metavar="NAME=0..4",
        ),
    ],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Barry-Albright dystonia scale: total of eight regions, 0 to 32."""
    from cisterna.care.scales.sums import dystonia
    from cisterna.cli.answer import answer

    answer(lambda: dystonia(_parts(region, "--region")), as_json=as_json)


def _selective_control(
    joint: Annotated[
        list[str],
        typer.Option(help="hip, knee, ankle, subtalar (or STJ), toes: 0 to 2 each.", metavar="NAME=0..2"),
    ],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Selective control of one leg (SCALE): total of five joints, 0 to 10."""
    from cisterna.care.scales.sums import selective_control
    from cisterna.cli.answer import answer

    answer(lambda: selective_control(_parts(joint, "--joint", _JOINTS_ALSO)), as_json=as_json)


def _penn(
    frequency: Annotated[str, typer.Option(help="How often spasms come, 0 to 4.", metavar="GRADE")],
    severity: Annotated[
        str | None,
        typer.Option(
            help="How severe they are, 1 to 3; only where the frequency is above 0.", metavar="GRADE"
        ),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Penn spasm scale: frequency and severity of spasms as reported."""
    from cisterna.care.scales.spasms import spasms
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_whole

    answer(
        lambda: spasms(
            read_whole(frequency, "--frequency"),
            None if severity is None else read_whole(severity, "--severity"),
        ),
        as_json=as_json,
    )


def _rom(
    joint: Annotated[
        str,
        typer.Option(
            help="neck, shoulder, elbow, forearm, wrist, fingers, thumb, trunk, hip, knee, ankle, subtalar "
            "or toes.",
            metavar="JOINT",
        ),
    ],
    side: Annotated[str, typer.Option(help="left or right.", metavar="SIDE")],
    position: Annotated[
        str, typer.Option(help="Position, as 'popliteal angle, hips at 90 deg'.", metavar="WORDS")
    ],
    angle: Annotated[str, typer.Option(help="The angle, as '55 deg'.", metavar="ANGLE")],
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Range of motion: one angle with its joint, side and position."""
    from cisterna.care.scales.rom import joint_range
    from cisterna.cli.answer import answer
    from cisterna.cli.options import read_quantity
    from cisterna.units import Angle

    answer(
        lambda: joint_range(
            joint.strip().lower(),
            side.strip().lower(),
            position.strip(),
            read_quantity(angle, Angle, "--angle"),
        ),
        as_json=as_json,
    )


def _parts(texts: Iterable[str], option: str, also: Mapping[str, str] | None = None) -> dict[str, int | None]:
    """Named parts as whole numbers; what was not assessed is ``None``."""
    from cisterna.care.scales.ranges import NOT_ASSESSED
    from cisterna.cli.options import read_parts, read_whole

    return {
        name: None if value == NOT_ASSESSED else read_whole(value, option)
        for name, value in read_parts(texts, option, also).items()
    }


COMMANDS = {
    "mas": _mas,
    "ashworth": _ashworth,
    "tardieu": _tardieu,
    "hat": _hat,
    "bads": _bads,
    "selective-control": _selective_control,
    "penn": _penn,
    "rom": _rom,
}
"""The commands by name, in the order of the help."""
