"""Asking the course what programs do: what is heavy is prepared once for a record and an instant, and kept.

A page asks many times while somebody drags. It keeps to one instant, ``opened_us``, at which the program
would be set, so that what was prepared serves all its questions; a few of the last pages are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # NumPy only where it is needed
    from cisterna.course.preview import Goal, Prepared

__all__ = ["Asked", "Kept"]

_PAGES_KEPT = 8


@dataclass(frozen=True, eq=False)
class Asked:
    """What was prepared for one page, with what the program that runs now does."""

    prepared: Prepared

    @cached_property
    def current(self) -> dict[str, Any] | None:
        """The facts of the program that runs now, without goals; ``None`` where none runs."""
        return self.current_with(())

    def current_with(self, goals: Sequence[Goal]) -> dict[str, Any] | None:
        """The same with how well it meets goals."""
        shown = self.prepared.current(goals)
        facts = None if shown is None else shown.facts()
        return facts if facts and facts["minutes"] else None


class Kept:
    """What was prepared for the last few pages, by record and instant; threads take turns on each."""

    def __init__(self, most: int = _PAGES_KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._held: OrderedDict[Hashable, tuple[Lock, list[Asked]]] = OrderedDict()

    def of(self, key: Hashable, make: Callable[[], Prepared]) -> Asked:
        """What ``make`` prepares, made once for each ``key``; what it raises is raised and not kept."""
        with self._lock:
            lock, made = self._held.setdefault(key, (Lock(), []))
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        with lock:
            if not made:
                made.append(Asked(make()))
            return made[0]
