"""The options of each figure; what is drawn is computed in the course and written by the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cisterna.cli.plain import PlainCommand, PlainGroup

__all__ = ["group"]

File = Annotated[Path, typer.Argument(help="A therapy file (TOML).", metavar="FILE")]
Out = Annotated[Path, typer.Option(help="Folder for the pictures and the data.", metavar="DIR")]
At = Annotated[
    str | None,
    typer.Option(help="From when on, as 2026-12-01T09:00:00+01:00; left out: a day after the last event."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def group() -> typer.Typer:
    """The group with a command for each figure."""
    made = typer.Typer(cls=PlainGroup, no_args_is_help=True, rich_markup_mode=None)
    for name, command in (
        ("spine", _spine), ("compare", _compare), ("what-if", _what_if), ("program", _program)
    ):  # fmt: skip
        made.command(name, cls=PlainCommand)(command)
    return made


def _spine(
    file: File,
    out: Out,
    at: At = None,
    tip: Annotated[
        str | None, typer.Option(help="The level to compare with, as C5; none for one day.", metavar="LEVEL")
    ] = None,
    program: Annotated[str, typer.Option(help="current, constant or bolus.")] = "current",
    beside: Annotated[
        str | None, typer.Option(help="The program of the second day; left out: the same.")
    ] = None,
    time: Annotated[
        str | None, typer.Option(help="Time of the pump's clock, as 05:30; left out: the highest level.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Where the drug is at every level through a settled day, one tip or program beside another."""
    from cisterna.cli.draw.run import draw_spine

    draw_spine(file, out, at=at, tip=tip, programs=(program, beside), time=time, as_json=as_json)


def _compare(out: Out, as_json: AsJson = False) -> None:  # noqa: FBT002
    """The same invented child with tablets, pump and cream over three days."""
    from cisterna.cli.draw.run import draw_compare

    draw_compare(out, as_json=as_json)


def _what_if(
    file: File,
    out: Out,
    scenario: Annotated[str, typer.Option(help="What goes wrong, as motor-stall or flight.")],
    at: At = None,
    leak: Annotated[
        str | None, typer.Option(help="The part of the flow that a leak loses, as '40 %'.")
    ] = None,
    concentration: Annotated[
        str | None, typer.Option(help="What the wrong syringe holds, as '2000 mcg/mL'.")
    ] = None,
    step: Annotated[str | None, typer.Option(help="The part of the dose of each step, as '25 %'.")] = None,
    every: Annotated[str | None, typer.Option(help="From one step to the next, as '7 d'.")] = None,
    east: Annotated[
        str | None, typer.Option(help="How far the place is ahead of home, as '8 h'; west: --east=-8h.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """A therapy goes on with something gone wrong, beside the same without it."""
    from cisterna.cli.draw.run import HowMuch, draw_what_if

    much = HowMuch(leak=leak, concentration=concentration, step=step, every=every, east=east)
    draw_what_if(file, out, scenario=scenario, at=at, much=much, as_json=as_json)


def _program(
    file: File,
    out: Out,
    program: Annotated[
        Path | None,
        typer.Option(help="A proposed program; left out: the last of the file.", metavar="PROGRAM.toml"),
    ] = None,
    at: At = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """What a program does once it has settled: spinal fluid and tone over its day or week."""
    from cisterna.cli.draw.run import draw_program

    draw_program(file, out, program=program, at=at, as_json=as_json)
