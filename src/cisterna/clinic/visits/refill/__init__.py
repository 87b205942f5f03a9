"""The refill visit: fifteen steps from the door to the letter."""

from cisterna.clinic.visits.refill.visit import REFILL

__all__ = ["REFILL"]
