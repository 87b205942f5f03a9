"""Rooms hand out their names one by one: none is lost by it, and none is loaded before its time."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest

ROOMS = ("cisterna.care", "cisterna.limits", "cisterna.pump", "cisterna.therapy")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_hands_out_exactly_its_public_names(room: str) -> None:
    """Each name of `__all__` is there and listed, and no other."""
    package = import_module(room)
    assert sorted(package.__all__) == dir(package)
    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = package.no_such_name


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_is_called_like_a_public_name(room: str) -> None:
    """A module that is imported stands in its package by its name, so that none may hide a public one."""
    package = import_module(room)
    modules = {module.name for module in iter_modules(package.__path__)}
    assert modules & set(package.__all__) == set()


def test_one_name_loads_one_module() -> None:
    """Asking the pump for its range of flow does not load the pump."""
    answer = subprocess.run(
        [sys.executable, "-c", "import sys; from cisterna.pump import FlowRange; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(answer.stdout.split())
    assert "cisterna.pump.flow" in loaded
    assert not loaded & {"cisterna.pump.state", "cisterna.therapy", "cisterna.pump.stepping", "cattrs"}
