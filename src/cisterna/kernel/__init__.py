"""Floats only: exact propagation of linear kinetics, and the laws of response and tolerance.

This room knows nothing of patients, drugs or evidence; it takes numbers and arrays and gives them
back. :func:`propagate` is the reference for every faster kernel: it has no time step, so its only
error is that of rounding. :class:`Network` uses the compiled kernel in ``cpp`` where it is there, and
the reference else; :func:`follow_ladders` follows very many of one kind, :func:`respond_to_levels` says what
their levels do. :func:`uniforms` are random numbers
by place, :class:`Counts` tells quantiles without keeping values. :func:`in_order` merges instants.
"""

from cisterna.kernel.bands import RELATIVE_ERROR, Counts
from cisterna.kernel.in_order import in_order
from cisterna.kernel.ladders import (
    EvenGrid,
    Happenings,
    LadderRuns,
    Ladders,
    LadderValues,
    Reading,
    follow_ladders,
)
from cisterna.kernel.laws import (
    h_reflex_ratio,
    hill,
    tolerance_step,
    tone_score,
    withdrawal_index,
)
from cisterna.kernel.network import Network, NetworkRun, compiled_width
from cisterna.kernel.one_thread import one_thread
from cisterna.kernel.propagation import propagate, transition
from cisterna.kernel.responses import (
    RESPONSES,
    HourlyLevels,
    Levels,
    ResponseLaws,
    Sensitivities,
    respond_to_levels,
)
from cisterna.kernel.sampling import normals, truncated_normals, uniforms
from cisterna.kernel.windows import largest_of_last, mean_of_last

__all__ = [
    "RELATIVE_ERROR",
    "RESPONSES",
    "Counts",
    "EvenGrid",
    "Happenings",
    "HourlyLevels",
    "LadderRuns",
    "LadderValues",
    "Ladders",
    "Levels",
    "Network",
    "NetworkRun",
    "Reading",
    "ResponseLaws",
    "Sensitivities",
    "compiled_width",
    "follow_ladders",
    "h_reflex_ratio",
    "hill",
    "in_order",
    "largest_of_last",
    "mean_of_last",
    "normals",
    "one_thread",
    "propagate",
    "respond_to_levels",
    "tolerance_step",
    "tone_score",
    "transition",
    "truncated_normals",
    "uniforms",
    "withdrawal_index",
]
