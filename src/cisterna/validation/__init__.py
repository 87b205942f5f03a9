"""Is it true? Published studies re-run as they were, each held against what was published.

:func:`targets` are the published values in two types that never mix: what parameters were set by,
and what was kept as a check. :func:`validate` re-runs their studies and gives one :class:`Row` for each.
"""

from cisterna.validation.loading import read_targets, select, targets
from cisterna.validation.scenario import People, Scenario
from cisterna.validation.scoring import Row, Totals, Verdicts, validate
from cisterna.validation.target import CalibrationTarget, Published, Target, Use, ValidationTarget

__all__ = [
    "CalibrationTarget",
    "People",
    "Published",
    "Row",
    "Scenario",
    "Target",
    "Totals",
    "Use",
    "ValidationTarget",
    "Verdicts",
    "read_targets",
    "select",
    "targets",
    "validate",
]
