"""The implant visit: pump, catheter, first fill, prime and first program, recorded as one whole."""

from cisterna.clinic.visits.implant.visit import IMPLANT, ImplantVisit

__all__ = ["IMPLANT", "ImplantVisit"]
