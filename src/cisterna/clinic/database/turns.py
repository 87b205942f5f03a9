"""Taking turns: the writers of one process come one after another, in the order in which they asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from cisterna.errors import StorageError

__all__ = ["Turns"]


class Turns:
    """A lock that is fair.

    SQLite lets one writer in at a time and the others try again after a pause, each time with the same luck:
    where many write, one of them may wait until its patience ends. Here nobody is overtaken.

    >>> turns = Turns(patience_s=1)
    >>> with turns.turn():
    ...     pass
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._mutex = Lock()
        self._waiting: deque[Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn and hold it; :class:`~cisterna.errors.StorageError` after too long a wait."""
        mine = self._asked()
        if not mine.wait(self._patience_s) and self._gave_up(mine):
            raise StorageError("The database was busy for too long, so nothing was saved. Save again.")
        try:
            yield
        finally:
            self._pass_on()

    def _asked(self) -> Event:
        mine = Event()
        with self._mutex:
            if self._taken:
                self._waiting.append(mine)
            else:
                self._taken = True
                mine.set()
        return mine

    def _gave_up(self, mine: Event) -> bool:
        """Leave the queue; false where the turn came at the last moment."""
        with self._mutex:
            if mine.is_set():
                return False
            self._waiting.remove(mine)
            return True

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
