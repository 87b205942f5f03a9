"""The revision visit: what is replaced in theatre, with the fill, the prime and the program after it."""

from __future__ import annotations

from cisterna.clinic.visits.replacement.visit import REPLACEMENT, ReplacementVisit

__all__ = ["REPLACEMENT", "ReplacementVisit"]
