"""What must be drawn through the access port, and what a flush without that would give."""

from __future__ import annotations

__all__ = ["hidden_bolus_mcg", "needed_ml"]


def needed_ml(port_ml: float, catheter_ml: float) -> float:
    """What must be drawn before anything may be injected: all that port and catheter hold.

    >>> needed_ml(0.14, 0.1518)
    0.2918
    """
    return port_ml + catheter_ml


def hidden_bolus_mcg(port_ml: float, catheter_ml: float, concentration_mcg_per_ml: float) -> float:
    """Drug that a flush without aspiration gives at once: (port + catheter) times concentration.

    >>> round(hidden_bolus_mcg(0.14, 0.1518, 2000.0), 1)
    583.6
    """
    return needed_ml(port_ml, catheter_ml) * concentration_mcg_per_ml
