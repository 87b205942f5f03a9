"""The tree of errors.

::

    CisternaError                  anything Cisterna raises on purpose
    ├── InputError                 the input is wrong: exit status 2, lists every fault found
    │   ├── UnitError              text that is not the quantity it should be
    │   ├── EvidenceError          an unknown name, or a number without unit or source
    │   ├── TherapyError           events that cannot be one therapy
    │   ├── PumpError              a command that the pump refuses
    │   └── BodyError              a patient for whom the model is not defined
    ├── OutputError                results cannot be written where they were asked for: exit status 2
    ├── ClinicError                what the clinic cannot do, told so that a person can go on
    │   ├── ForbiddenError         the role does not allow the action
    │   ├── NotFoundError          there is no such thing
    │   ├── StaleRecordError       somebody else changed the record meanwhile
    │   └── StorageError           a database missing, full, damaged or of another version: exit status 2
    └── DefectError                a broken promise of the program itself: exit status 1
        └── DrugAccountError       drug appeared or vanished

Class names are facts; the message says where, what was found, what is allowed, and the remedy.
Nobody outside this module formats a fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = [
    "BodyError",
    "CisternaError",
    "ClinicError",
    "DefectError",
    "DrugAccountError",
    "EvidenceError",
    "Fault",
    "ForbiddenError",
    "InputError",
    "NotFoundError",
    "OutputError",
    "PumpError",
    "StaleRecordError",
    "StorageError",
    "TherapyError",
    "UnitError",
]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with an input, told so that it can be mended.

    ``where`` names the place (a key path, an option, an event), ``found`` what stands there,
    ``allowed`` what may stand there, ``remedy`` what to do. ``line`` counts from one and is
    absent where the input has no lines.

    >>> print(Fault(where="event[2].rate", found="'5'", allowed="a drug rate per hour",
    ...             remedy="write the unit, for example '5 mcg/h'", line=14))
    line 14, event[2].rate: found '5'; allowed: a drug rate per hour; write the unit, for example '5 mcg/h'.
    """

    where: str
    found: str
    allowed: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}, {self.where}" if self.line is not None else self.where
        end = "" if self.remedy.endswith(("?", ".")) else "."
        return f"{place}: found {self.found}; allowed: {self.allowed}; {self.remedy}{end}"

    def at(self, where: str, line: int | None = None) -> Fault:
        """The same fault seen from a place that knows better where it stands."""
        return replace(self, where=where, line=self.line if line is None else line)


class CisternaError(Exception):
    """Anything that Cisterna raises on purpose."""


class InputError(CisternaError):
    """The input is wrong; ``faults`` lists everything that was found, in order of place.

    >>> raise InputError(Fault(where="--fill", found="'20'", allowed="a volume",
    ...                        remedy="write '20 mL'"))
    Traceback (most recent call last):
    ...
    cisterna.errors.InputError: --fill: found '20'; allowed: a volume; write '20 mL'.
    """

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise ValueError("an InputError needs at least one fault")
        self.faults: tuple[Fault, ...] = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> InputError:
        """One error that carries all of ``faults``."""
        return cls(*faults)


class UnitError(InputError):
    """Text that is not the quantity it should be."""


class EvidenceError(InputError):
    """An unknown name, or a number without unit, source or status."""


class TherapyError(InputError):
    """Events, or a file of them, that cannot be one therapy."""


class PumpError(InputError):
    """A command that the pump refuses; it is never clamped."""


class BodyError(InputError):
    """A patient for whom the model is not defined."""


class OutputError(CisternaError):
    """Results cannot be written where they were asked for."""


class ClinicError(CisternaError):
    """What the clinic cannot do, told so that a person can go on."""


class StorageError(ClinicError):
    """The database is missing, full, damaged, or of another version."""


class ForbiddenError(ClinicError):
    """The role does not allow the action."""


class NotFoundError(ClinicError):
    """There is no such thing in the clinic."""


class StaleRecordError(ClinicError):
    """Somebody else changed the record after it was read; ``seen`` and ``now`` are its lengths."""

    def __init__(self, seen: int, now: int) -> None:
        self.seen, self.now = seen, now
        super().__init__(
            f"The record had {seen} entries when you opened this page and has {now} now: "
            "somebody else changed it. Look at what is new, then decide again."
        )


class DefectError(CisternaError):
    """A broken promise of the program itself; it is never the user's fault."""


class DrugAccountError(DefectError):
    """Drug appeared or vanished."""
