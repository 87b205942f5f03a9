"""Pumps and catheters by the names of the catalogue."""

from __future__ import annotations

from cisterna.errors import InputError
from cisterna.evidence import CatheterModel, PumpModel, builtin_catalogue

__all__ = ["catheter_called", "pump_called"]


def pump_called(name: str | None) -> PumpModel | None:
    """The pump of ``--pump``; ``None`` where it was left out."""
    return None if name is None else builtin_catalogue().pump(name.strip().lower())


def catheter_called(name: str | None) -> CatheterModel | None:
    """The catheter of ``--model``; ``None`` where it was left out."""
    if name is None:
        return None
    try:
        return builtin_catalogue().catheter(name.strip().lower())
    except InputError as error:
        raise InputError(*(fault.at("--model") for fault in error.faults)) from None
