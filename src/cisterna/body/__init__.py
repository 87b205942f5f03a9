"""The body: where the drug goes, and what it does.

:func:`expose` takes a :class:`~cisterna.delivery.Delivery` through spinal fluid, cord, plasma, gut
and skin of one patient; :func:`respond` says what the exposure does to tone, reflex, alertness and
tolerance; :func:`oral_and_skin_delivery` turns what was given beside the pump into a delivery. The
parameters come by name from the evidence and the therapy's settings. The equations are explained
in ``docs/concepts/model.md``.
"""

from cisterna.body.anatomy import CORD_LEVELS
from cisterna.body.entered import entered_mcg
from cisterna.body.exposure import CELLS_PER_LEVEL, Exposure, expose, expose_on
from cisterna.body.other_routes import oral_and_skin_delivery
from cisterna.body.response import Response, WithdrawalGrade, respond

__all__ = [
    "CELLS_PER_LEVEL",
    "CORD_LEVELS",
    "Exposure",
    "Response",
    "WithdrawalGrade",
    "entered_mcg",
    "expose",
    "expose_on",
    "oral_and_skin_delivery",
    "respond",
]
