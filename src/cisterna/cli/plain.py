"""Commands whose options stay the text that was typed, or are paths; :mod:`cisterna.cli.options` reads them.

For each option, ``--help`` included, Typer would build a validator, and load pydantic for it: a third of the
time of a short command. These commands do without, so that they answer at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from cisterna.errors import Fault, InputError

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


class _ToldWhole:
    """What lists of commands say of this one: its whole purpose, not the first words of it."""

    help: str | None

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002  how much there would be room for
        """The first paragraph of the help."""
        return " ".join((self.help or "").partition("\n\n")[0].split())


class PlainCommand(_ToldWhole, TyperCommand):
    """A command whose options are texts, lists of texts, paths and flags."""

    def get_params(self, ctx: Any) -> Any:
        """The options, each to be left as typed."""
        parameters = super().get_params(ctx)
        _as_typed(parameters)
        return parameters

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The options as typed; one that is missing, or typed twice, is told with what it takes."""
        typed = list(args)
        try:
            rest = super().parse_args(ctx, args)
        except typer.BadParameter as error:
            if error.param is None or not hasattr(error, "param_type"):
                raise
            raise InputError(_missing(error.param)) from None
        self._check_once(ctx, typed)
        return rest

    def _check_once(self, ctx: Any, typed: list[str]) -> None:
        """Refuse an option of one value that was typed twice: the last would win unseen."""
        _, _, order = self.make_parser(ctx).parse_args(typed)
        for place, parameter in enumerate(order):
            may_come_again = parameter.multiple or getattr(parameter, "is_flag", False)
            if parameter in order[:place] and not may_come_again:
                raise InputError(_twice(parameter))


def _twice(parameter: Any) -> Fault:
    return Fault(
        where=parameter.opts[0], found="it more than once", allowed="one value", remedy="leave the others out"
    )


def _missing(parameter: Any) -> Fault:
    """The fault of an option or argument that is needed and was not typed."""
    takes = str(getattr(parameter, "help", None) or "a value").rstrip(".")
    return Fault(
        where=parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.metavar,
        found="nothing",
        allowed=takes[0].lower() + takes[1:],
        remedy="add it; --help lists all options",
    )


class PlainGroup(_ToldWhole, TyperGroup):
    """A group whose own options are flags."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was typed; one that there is not is told with those that there are."""
        typed = args[0]
        if not typed.startswith("-") and self.get_command(ctx, typed) is None:
            known = self.list_commands(ctx)
            near = get_close_matches(typed.lower(), known, n=1)
            remedy = f"did you mean '{near[0]}'?" if near else "choose one; --help says what each is for"
            allowed = ", ".join(known)
            raise InputError(
                Fault(where=ctx.command_path, found=f"'{typed}'", allowed=allowed, remedy=remedy)
            )
        return super().resolve_command(ctx, args)

    def get_params(self, ctx: Any) -> Any:
        """The options, each to be left as typed."""
        parameters = super().get_params(ctx)
        _as_typed(parameters)
        return parameters
