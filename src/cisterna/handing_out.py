"""How a room hands out its public names: each module is imported when one of its names is first asked for.

A calculator that needs one formula of the pump then waits for that formula and not for the whole pump.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["handing_out"]


def handing_out(
    room: str, names_of: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of the package ``room``, by the names that each of its modules gives.

    A module outside the room is named in full. No module of a room may be called like a name that the room
    hands out: once it is imported, it would stand in its place.

    >>> get, list_names = handing_out("cisterna", {"units": ("Volume",)})
    >>> get("Volume").__name__, list_names()
    ('Volume', ['Volume'])
    """
    homes = {
        name: module if module.startswith("cisterna.") else f"{room}.{module}"
        for module, names in names_of.items()
        for name in names
    }

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return get, lambda: sorted(homes)
