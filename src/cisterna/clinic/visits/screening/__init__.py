"""One bolus of the screening trial, filled in while it runs: scores, vital signs, response, what is next."""

from cisterna.clinic.visits.screening.visit import SCREENING, ScreeningVisit

__all__ = ["SCREENING", "ScreeningVisit"]
