"""Groups of commands that are imported when one is asked for, so that every command answers at once."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import typer

from cisterna.cli.plain import PlainGroup

__all__ = ["later"]


def later(module: str, help_text: str, name: str = "application") -> typer.Typer:
    """A group whose commands stand in ``module`` under ``name``."""

    @cache
    def loaded() -> Any:
        return typer.main.get_command(getattr(import_module(module), name))

    class Later(PlainGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return list(loaded().list_commands(ctx))

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return loaded().get_command(ctx, cmd_name)

    return typer.Typer(cls=Later, help=help_text, no_args_is_help=True, rich_markup_mode=None)
