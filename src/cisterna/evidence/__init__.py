"""What Cisterna is allowed to know: every published number, with its source and how sure it is.

The numbers stand in ``data/*.toml``, each with value, unit, spread, population, source and status;
loading refuses one without unit, source or status. The model, the pump and the rules ask for a
number by its name (:func:`number`, or :class:`Settings` where a therapy overrides some), never by
typing it again. Devices and catheters are data too: :func:`pump_model`, :func:`catheter_model`.
"""

from cisterna.evidence.catalogue import (
    Catalogue,
    CatheterModel,
    PumpModel,
    builtin_catalogue,
)
from cisterna.evidence.numbers import find, number, numbers
from cisterna.evidence.settings import Settings
from cisterna.evidence.values import Number, Spread, Status, told_source

__all__ = [
    "Catalogue",
    "CatheterModel",
    "Number",
    "PumpModel",
    "Settings",
    "Spread",
    "Status",
    "builtin_catalogue",
    "find",
    "number",
    "numbers",
    "told_source",
]
