"""Commands whose options stay the text that was typed, or are paths; :mod:`cisterna.cli.options` reads them.

For each option, ``--help`` included, Typer would build a validator, and load pydantic for it: a third of the
time of a short command. These commands do without, so that they answer at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["PlainCommand", "PlainGroup"]


class _AsTyped:
    """What an option of text, a list of texts or a flag becomes: what was typed."""

    @staticmethod
    def coerce(value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG004  the names that Typer calls it by
        return () if value is None and param.multiple else value


class _AsPath:
    """What an argument or option for a file or folder becomes."""

    @staticmethod
    def coerce(value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG004  the names that Typer calls it by
        return None if value is None else Path(value)


def _as_typed(parameters: Iterable[Any]) -> None:
    """Mark options; where a later Typer has no such place, they are slower and not different."""
    for parameter in parameters:
        annotation = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
        if hasattr(parameter, "_runtime_param") and annotation in {str, list[str], bool, Path}:
            kind = _AsPath() if annotation is Path else _AsTyped()
            parameter._runtime_param = kind  # noqa: SLF001  no public place to say so


class PlainCommand(TyperCommand):
    """A command whose options are texts, lists of texts, paths and flags."""

    def get_params(self, ctx: Any) -> Any:
        """The options, each to be left as typed."""
        parameters = super().get_params(ctx)
        _as_typed(parameters)
        return parameters


class PlainGroup(TyperGroup):
    """A group whose own options are flags."""

    def get_params(self, ctx: Any) -> Any:
        """The options, each to be left as typed."""
        parameters = super().get_params(ctx)
        _as_typed(parameters)
        return parameters
