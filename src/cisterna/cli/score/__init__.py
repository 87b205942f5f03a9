"""``cisterna score``: one assessment scale each; the work is that of :mod:`cisterna.care`.

The commands stand by what they observe: goals, tone, function and pain. Each reads its options, calls one
function and prints its answer.
"""

from inspect import getdoc

import typer

from cisterna.cli.plain import PlainCommand, PlainGroup
from cisterna.cli.score import function, goals, pain, tone

__all__ = ["application"]

application = typer.Typer(cls=PlainGroup, no_args_is_help=True, rich_markup_mode=None)
for part in (goals, tone, function, pain):
    for name, command in part.COMMANDS.items():
        application.command(name, cls=PlainCommand, short_help=getdoc(command))(command)
