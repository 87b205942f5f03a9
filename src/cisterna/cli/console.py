"""The console that commands print tables to."""

from __future__ import annotations

from rich.console import Console as RichConsole

__all__ = ["Console"]


class Console(RichConsole):
    """Rich's console; a closed pipe is told to the command line, which ends quietly."""

    def on_broken_pipe(self) -> None:
        """Pass on what is being handled."""
        raise  # noqa: PLE0704  called by Rich while it handles the error
