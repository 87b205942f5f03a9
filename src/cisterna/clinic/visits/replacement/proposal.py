"""What a revision changes, fills, primes and programs, as far as it can be read."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from cisterna.care.standing import Standing, standing_of
from cisterna.clinic.visits.implant.proposal import ImplantProposal
from cisterna.errors import InputError
from cisterna.pump import revised_implant
from cisterna.therapy import Event, Explant, Implant, Program, Revise
from cisterna.units import Length, Volume

__all__ = ["ReplacementProposal"]


class ReplacementProposal(ImplantProposal):
    """The events of a revision visit as they stand in its steps; what is left empty stays as it is."""

    called = "Revision visit"

    @cached_property
    def in_place(self) -> Implant | None:
        """What is in place before the visit, as an implant that had every revision so far."""
        held: Implant | None = None
        for event in self.therapy.valid_events:
            if isinstance(event, Implant):
                held = event
            elif isinstance(event, Explant):
                held = None
            elif isinstance(event, Revise) and held is not None:
                held = revised_implant(held, event)
        return held

    @cached_property
    def stands(self) -> Standing:
        """Where the therapy stands before the visit."""
        return standing_of(self.therapy, self.case.now)

    @property
    def replaces_pump(self) -> bool:
        """Whether another pump is put in."""
        return self.ask("pump", "model") is not None

    @property
    def must_fill(self) -> bool:
        """Whether the pump holds nothing before it is filled here: it is new, or never was filled."""
        return self.replaces_pump or self.stands.reservoir is None

    @property
    def must_program(self) -> bool:
        """Whether the pump runs nothing before it is programmed here."""
        return self.replaces_pump or self.stands.program is None

    def made_revision(self) -> Revise | None:
        """The revision, ``None`` where nothing was changed; raises where the parts make none."""
        texts: dict[str, Any] = {
            "pump": self.ask("pump", "model"), "catheter": self.ask("catheter", "model"),
            "tip": self.ask("catheter", "tip"), "why": self.ask("catheter", "why"),
            "pump_serial": self.ask("pump", "serial"), "catheter_serial": self.ask("catheter", "serial"),
            "pump_lot": self.ask("pump", "lot"), "catheter_lot": self.ask("catheter", "lot"),
            "pump_udi": self.ask("pump", "udi"), "catheter_udi": self.ask("catheter", "udi"),
        }  # fmt: skip
        lengths = [self.ask("catheter", name) for name in ("trimmed", "implanted")]
        alarm, at = self.ask("pump", "alarm_volume"), self.ask("pump", "at")
        if at is None or not any((*texts.values(), *lengths, alarm)):
            return None
        trimmed, implanted = (None if found is None else Length(found) for found in lengths)
        return Revise(
            at=at, catheter_trimmed=trimmed, catheter_implanted=implanted,
            alarm_volume=None if alarm is None else Volume(alarm),
            reason=self.ask("identity", "because"), **texts,
        )  # fmt: skip

    @cached_property
    def revision(self) -> Revise | None:
        """The revision, ``None`` where it cannot be read."""
        try:
            return self.made_revision()
        except InputError:
            return None

    def made_implant(self) -> Implant | None:
        """What is in place after the visit; raises where what was typed makes none."""
        revision = self.made_revision()
        if self.in_place is None or revision is None:
            return self.in_place
        return revised_implant(self.in_place, revision)

    def made_program(self) -> Program | None:
        """The program; ``None`` where the one in force goes on."""
        if self.ask("program", "mode") is None and not self.must_program:
            return None
        return super().made_program()

    def done(self) -> tuple[Event, ...]:
        """Revision, fill, prime and program as far as they can be read, in the order they happened."""
        made = (self.revision, self.fill, self.priming, self.program)
        return tuple(one for one in made if one is not None)
