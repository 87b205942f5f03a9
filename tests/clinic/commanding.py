"""A command as its user meets it: exit status, words on both streams."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from cisterna.cli.application import main

__all__ = ["Answer", "Command", "commanding"]


class Answer(NamedTuple):
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Answer]


def commanding(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *before: str) -> Command:
    """``cisterna`` with arguments after those of ``before``, and what its user types."""

    def run(*arguments: object, typed: str = "") -> Answer:
        monkeypatch.setattr(sys, "argv", ["cisterna", *before, *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Answer(int(ended.value.code or 0), told.out, told.err)

    return run
