"""The published rules that clinics compute by hand, where a therapy stands, and what a patient needs by when.

A rule or scale is a function that returns a frozen :class:`~cisterna.care.result.Result`: value, verdict,
reasons with their sources, formula, inputs and sources. A name is looked for, and its module imported, when
it is first asked for, so that a score need not wait for the pump.

>>> from cisterna.care import goal_attainment
>>> goal_attainment([1, 1, 1], [0, 0, 0]).value.t_score
50.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cisterna.care.calculators.boluses import *  # noqa: F403
    from cisterna.care.calculators.bridge import *  # noqa: F403
    from cisterna.care.calculators.catheter import *  # noqa: F403
    from cisterna.care.calculators.fills import *  # noqa: F403
    from cisterna.care.calculators.flow import *  # noqa: F403
    from cisterna.care.calculators.mixing import *  # noqa: F403
    from cisterna.care.calculators.prime import *  # noqa: F403
    from cisterna.care.calculators.refill import *  # noqa: F403
    from cisterna.care.calculators.refill_rules import *  # noqa: F403
    from cisterna.care.calculators.replacement import *  # noqa: F403
    from cisterna.care.calculators.residual import *  # noqa: F403
    from cisterna.care.calculators.screening import *  # noqa: F403
    from cisterna.care.calculators.titration import *  # noqa: F403
    from cisterna.care.devices import *  # noqa: F403
    from cisterna.care.evaluation.candidacy import *  # noqa: F403
    from cisterna.care.evaluation.points import *  # noqa: F403
    from cisterna.care.evaluation.regimens import *  # noqa: F403
    from cisterna.care.guides import *  # noqa: F403
    from cisterna.care.in_force import *  # noqa: F403
    from cisterna.care.need import *  # noqa: F403
    from cisterna.care.needs import *  # noqa: F403
    from cisterna.care.result import *  # noqa: F403  the list of a module is its __all__
    from cisterna.care.scales.ashworth import *  # noqa: F403
    from cisterna.care.scales.classification import *  # noqa: F403
    from cisterna.care.scales.copm import *  # noqa: F403
    from cisterna.care.scales.cpchild import *  # noqa: F403
    from cisterna.care.scales.gas import *  # noqa: F403
    from cisterna.care.scales.gmfm import *  # noqa: F403
    from cisterna.care.scales.hypertonia import *  # noqa: F403
    from cisterna.care.scales.mobility import *  # noqa: F403
    from cisterna.care.scales.pain import *  # noqa: F403
    from cisterna.care.scales.rom import *  # noqa: F403
    from cisterna.care.scales.score import *  # noqa: F403
    from cisterna.care.scales.spasms import *  # noqa: F403
    from cisterna.care.scales.sums import *  # noqa: F403
    from cisterna.care.scales.tardieu import *  # noqa: F403
    from cisterna.care.side_effects import *  # noqa: F403
    from cisterna.care.standing import *  # noqa: F403
    from cisterna.care.statement import *  # noqa: F403
    from cisterna.care.volume_course import *  # noqa: F403

MODULES = (
    "result", "guides", "side_effects", "statement",
    *(f"evaluation.{name}" for name in ("candidacy", "points", "regimens")),
    *(
        f"scales.{name}"
        for name in (
            "ashworth", "classification", "copm", "cpchild", "gas", "gmfm", "hypertonia", "mobility", "pain",
            "rom", "score", "spasms", "sums", "tardieu",
        )
    ),
    "devices", "volume_course", "in_force", "standing", "need", "needs",
    *(
        f"calculators.{name}"
        for name in (
            "boluses", "bridge", "catheter", "fills", "flow", "mixing", "prime", "refill", "refill_rules",
            "replacement", "residual", "screening", "titration",
        )
    ),
)  # fmt: skip
"""The modules whose public names this room hands out."""

if not TYPE_CHECKING:  # a type checker would take any name at all for granted

    def __getattr__(name: str) -> Any:
        for home in MODULES:
            module = import_module(f"{__name__}.{home}")
            if name in module.__all__:
                return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
