"""``cisterna clinic``: care of the clinic's database, while it runs or not."""

from inspect import getdoc

import typer

from cisterna.cli.clinic.commands import COMMANDS
from cisterna.cli.plain import PlainCommand, PlainGroup

__all__ = ["application"]

application = typer.Typer(cls=PlainGroup, no_args_is_help=True, rich_markup_mode=None)
for name, command in COMMANDS.items():
    application.command(name, cls=PlainCommand, short_help=getdoc(command))(command)
