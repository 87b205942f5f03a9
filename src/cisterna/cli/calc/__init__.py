"""``cisterna calc``: one published calculation each; the work is that of :mod:`cisterna.care`.

The commands stand by what they are for: flow and fill, refill visits, the fluid on the way to the tip, doses,
boluses. Each reads its options, calls one function and prints its answer.
"""

from inspect import getdoc

import typer

from cisterna.cli.calc import boluses, doses, fluid, refills, way
from cisterna.cli.plain import PlainCommand, PlainGroup

__all__ = ["application"]

application = typer.Typer(cls=PlainGroup, no_args_is_help=True, rich_markup_mode=None)
for part in (fluid, refills, way, doses, boluses):
    for name, command in part.COMMANDS.items():
        application.command(name, cls=PlainCommand, short_help=getdoc(command))(command)
