"""Axial mixing: the front between two fluids as a row of well-stirred plugs.

Fluid that moves along a narrow tube mixes lengthwise, so that drug arrives at the tip before a prime
ends and its concentration is low afterwards (TGA RC-2013-RN-00677-1). How much, no source that was
read says: number and volume of the plugs are assumed settings, and at zero a front is a wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

from cisterna.evidence import Settings

__all__ = ["NO_MIXING", "Mixing", "Plug"]

_ALIKE = 1e-3  # of the stronger; a smaller step of concentration is nothing that anybody would see
_LEAST = 1e-6  # of half a row; less fluid than this on one side makes no row


class Plug(NamedTuple):
    """A piece of the column with one concentration; ``stirred`` if it is part of a mixed front."""

    volume_ml: float
    concentration_mcg_per_ml: float
    stirred: bool = False


@dataclass(frozen=True)
class Mixing:
    """A front becomes ``plugs`` well-stirred plugs of ``plug_ml`` each, half of them from either side.

    Concentrations rise evenly along the row, so its drug is exactly that of the fluid it was made of.

    >>> row = Mixing(plugs=2, plug_ml=0.01).stirred(Plug(0.1, 0.0), Plug(0.01, 500.0))
    >>> [plug.concentration_mcg_per_ml for plug in row]
    [0.0, 125.0, 375.0]
    """

    plugs: int
    plug_ml: float

    def __post_init__(self) -> None:
        if self.plugs < 0 or self.plug_ml < 0:
            raise ValueError(f"not a mixing of fluids: {self}")

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The mixing that the settings say; a part of a plug is no plug."""
        plugs = int(settings.value("front_mixing_plugs", "count"))
        return cls(plugs, settings.value("front_mixing_plug_volume", "mL"))

    @property
    def row_ml(self) -> float:
        """The volume of a whole mixed front; 0 where nothing mixes."""
        return self.plugs * self.plug_ml

    @property
    def half_ml(self) -> float:
        """What a mixed front takes from the fluid on either side."""
        return self.row_ml / 2

    def is_sharp(self, first: Plug, second: Plug) -> bool:
        """Whether two neighbours meet at a front that was not stirred yet and that is worth it."""
        if first.stirred or second.stirred or self.row_ml == 0:
            return False
        one, other = first.concentration_mcg_per_ml, second.concentration_mcg_per_ml
        return abs(one - other) > _ALIKE * max(one, other)

    def stirred(self, first: Plug, second: Plug) -> list[Plug] | None:
        """Both plugs with the front between them stirred; ``None`` where there is none to stir.

        Where one side holds less than half a row, the row is as much shorter on both sides.
        """
        side_ml = min(first.volume_ml, second.volume_ml, self.half_ml)
        if not self.is_sharp(first, second) or side_ml <= _LEAST * self.half_ml:
            return None
        rise = second.concentration_mcg_per_ml - first.concentration_mcg_per_ml
        row = [
            Plug(
                2 * side_ml / self.plugs,
                first.concentration_mcg_per_ml + rise * (place + 0.5) / self.plugs,
                stirred=True,
            )
            for place in range(self.plugs)
        ]
        before, after = first.volume_ml - side_ml, second.volume_ml - side_ml
        ends = (first._replace(volume_ml=before),), (second._replace(volume_ml=after),)
        return [*(ends[0] if before > 0 else ()), *row, *(ends[1] if after > 0 else ())]


NO_MIXING = Mixing(plugs=0, plug_ml=0.0)
"""Exact plug flow."""
