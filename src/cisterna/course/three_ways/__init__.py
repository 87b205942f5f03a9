"""The same patient by mouth, through the skin and by pump, over the same three days.

:func:`three_ways` simulates an invented girl three times; :func:`claims` are the sentences that families are
told, each with the curve that shows it and the numbers and facts that it rests on.
"""

from cisterna.course.three_ways.telling import Claim, Fact, claims
from cisterna.course.three_ways.ways import PANELS, WAYS, Panel, ThreeWays, three_ways

__all__ = ["PANELS", "WAYS", "Claim", "Fact", "Panel", "ThreeWays", "claims", "three_ways"]
