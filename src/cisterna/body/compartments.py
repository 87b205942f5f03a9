"""Which state of the model is what: the order of the amounts in the state vector."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.body.anatomy import Cells

__all__ = ["Compartments"]


@dataclass(frozen=True)
class Compartments:
    """Places of the compartments in the state vector.

    The first ``held`` states are amounts in mcg, and drug only moves between them: the spinal fluid
    from caudal to cranial, cistern, cranial fluid, cord, plasma, peripheral volume, the steps of the
    gut (first for the share that is absorbed, then for the rest), skin, and what was eliminated.
    Two observers follow that hold no drug: the concentration in the deep brain (mcg/mL) and the
    time integral of the cord level of the legs (ng h/mL).
    """

    cells: Cells
    transit_steps: int

    @property
    def spinal_fluid(self) -> slice:
        """Amounts in the cells of the spinal fluid."""
        return slice(0, self.cells.count)

    @property
    def cistern(self) -> int:
        """Amount in the basal cistern."""
        return self.cells.count

    @property
    def cranial(self) -> int:
        """Amount in the cranial fluid."""
        return self.cistern + 1

    @property
    def cord(self) -> slice:
        """Amounts in the cells of the cord."""
        first = self.cranial + 1
        return slice(first, first + self.cells.cord_count)

    @property
    def plasma(self) -> int:
        """Amount in the central volume."""
        return self.cranial + 1 + self.cells.cord_count

    @property
    def peripheral(self) -> int:
        """Amount in the peripheral volume."""
        return self.plasma + 1

    @property
    def absorbed_transit(self) -> slice:
        """Steps of the gut on the way to plasma."""
        return slice(self.peripheral + 1, self.peripheral + 1 + self.transit_steps)

    @property
    def unabsorbed_transit(self) -> slice:
        """Steps of the gut for what does not reach plasma."""
        first = self.peripheral + 1 + self.transit_steps
        return slice(first, first + self.transit_steps)

    @property
    def gut(self) -> slice:
        """All that is in the gut."""
        return slice(self.peripheral + 1, self.skin)

    @property
    def skin(self) -> int:
        """Amount in the depot of the skin."""
        return self.peripheral + 1 + 2 * self.transit_steps

    @property
    def eliminated(self) -> int:
        """Amount that left the body."""
        return self.skin + 1

    @property
    def held(self) -> int:
        """Number of states that are amounts of drug."""
        return self.eliminated + 1

    @property
    def deep_brain(self) -> int:
        """Observer: concentration in the deep brain, mcg/mL."""
        return self.held

    @property
    def legs_integral(self) -> int:
        """Observer: time integral of the cord level of the legs, ng h/mL."""
        return self.deep_brain + 1

    @property
    def count(self) -> int:
        """Number of all states."""
        return self.legs_integral + 1
