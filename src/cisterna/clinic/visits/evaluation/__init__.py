"""The evaluation: what is known, points for and against, regimens, goals, and what team and family decide."""

from cisterna.clinic.visits.evaluation.visit import EVALUATION, EvaluationVisit

__all__ = ["EVALUATION", "EvaluationVisit"]
