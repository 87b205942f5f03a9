"""Commands that are imported, and made, when they are asked for, so that every command answers at once."""

from __future__ import annotations

from copy import copy
from functools import cache
from importlib import import_module
from typing import Any

import typer

from cisterna.cli.plain import PlainGroup

__all__ = ["later", "narrowed"]


def later(module: str, help_text: str, name: str = "application") -> typer.Typer:
    """A group whose commands stand in ``module`` under ``name``."""

    def application() -> typer.Typer:
        found: typer.Typer = getattr(import_module(module), name)
        return found

    @cache
    def loaded() -> Any:
        return typer.main.get_command(application())

    class Later(PlainGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return list(loaded().list_commands(ctx))

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            alone = narrowed(application(), cmd_name)
            if len(alone.registered_commands) == 1:
                return typer.main.get_command(alone)
            return loaded().get_command(ctx, cmd_name)

    return typer.Typer(cls=Later, help=help_text, no_args_is_help=True, rich_markup_mode=None)


def narrowed(application: typer.Typer, name: str = "") -> typer.Typer:
    """The application with the command or group called ``name`` alone; the whole where there is none.

    Typer reads the options of every command that it is given, at every call: a tenth of the time of a short
    one.
    """
    alone = copy(application)
    alone._add_completion = False  # noqa: SLF001  a command alone would be given an option for it
    alone.registered_commands = [info for info in application.registered_commands if _name(info) == name]
    alone.registered_groups = [info for info in application.registered_groups if info.name == name]
    return alone if alone.registered_commands or alone.registered_groups else application


def _name(info: Any) -> str:
    return str(info.name or typer.main.get_command_name(info.callback.__name__))
