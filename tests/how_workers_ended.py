"""A worker of the test run that ended in the middle of a test: how it ended is told beside the failure."""

from __future__ import annotations

import signal
from typing import Any

import pytest

__all__ = ["HowWorkersEnded"]


class HowWorkersEnded:
    """Tells the exit status, or the signal, of each worker that ended while it ran a test.

    A worker that a signal ends leaves no traceback: its status is all there is to look for the cause by.
    """

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: Any) -> None:
        """Look how the worker ended that was running ``crashitem``."""
        status = report.node.gateway._io.popen.wait(20)  # execnet tells it nowhere else
        self._told[crashitem] = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """A line for each such worker."""
        for item, how in self._told.items():
            terminalreporter.write_line(f"{item}: its worker ended with {how}")
