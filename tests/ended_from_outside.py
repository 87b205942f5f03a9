"""A worker of the test run that was ended from outside: what it was running is run once more.

On a machine where the numbers of processes come round every few minutes, a signal that another program
meant for a process of its own can end a worker. That says nothing about the test. A worker that ended by
itself (a crash of native code, an exit) stays a failure, as does a second end.
"""

from __future__ import annotations

import signal
from typing import Any

import pytest

__all__ = ["EndedFromOutside"]

_FROM_OUTSIDE = {-signal.SIGTERM: "SIGTERM", -signal.SIGKILL: "SIGKILL", -signal.SIGHUP: "SIGHUP"}


class EndedFromOutside:
    """Asks for one more run of what a worker was running when a signal from outside ended it."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: Any, sched: Any) -> None:
        """Look how the worker ended; let the item run again where that was no doing of its own."""
        status = report.node.gateway._io.popen.wait(20)  # execnet tells it nowhere else
        self._told.setdefault(crashitem, f"its worker ended with status {status}")
        if status in _FROM_OUTSIDE and "again" not in self._told[crashitem]:
            self._told[crashitem] = f"its worker was ended by {_FROM_OUTSIDE[status]}; it was run again"
            report.outcome = "passed"
            sched.mark_test_pending(crashitem)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was run again, and how other workers ended."""
        for item, words in self._told.items():
            terminalreporter.write_line(f"{item}: {words}")
