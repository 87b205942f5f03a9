"""The pumps that are driven: two of the catalogue, and two with what is not published of their kind.

Of valve and gas-driven pumps neither residual nor tubing is published, so that the catalogue's own
cannot run. The driven ones borrow these numbers from another pump; nothing is said about the real ones.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from cisterna.evidence import Catalogue, PumpModel, builtin_catalogue

__all__ = ["SYSTEMS", "driven_catalogue"]

SYSTEMS = (
    ("synchromed-ii-20", "ascenda-8780"),
    ("synchromed-ii-40", "ascenda-8780"),
    ("own-valve", "flowonix-110"),
    ("own-gas", "ascenda-8780"),
)
"""Pumps and their catheters: peristaltic, valves in strokes, driven by gas."""

_BORROWED = ("residual_volume", "tubing_volume", "port_volume")


@cache
def driven_catalogue() -> Catalogue:
    """The catalogue with the two pumps of the driver's own."""
    known = builtin_catalogue()
    lender = known.pump("synchromed-ii-20")
    own = {
        "own-valve": _completed(known.pump("prometra-ii-20"), lender, "own-valve", while_programming="runs"),
        "own-gas": _completed(known.pump("isomed-8472-20-03"), lender, "own-gas"),
    }
    return known.with_devices(Catalogue(pumps=own, catheters={}))


def _completed(model: PumpModel, lender: PumpModel, name: str, **properties: str) -> PumpModel:
    """A model under another name, with what it lacks borrowed from ``lender``."""
    borrowed = {quantity: lender.numbers[quantity] for quantity in _BORROWED}
    return replace(
        model,
        name=name,
        numbers={**borrowed, **model.numbers},
        properties={**model.properties, **properties},
    )
