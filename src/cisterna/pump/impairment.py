"""What keeps a pump from doing what it was asked to, as values: faults in force, and what becomes of flow.

The programmer counts what was asked for. What truly flows is another quantity; an
:class:`Impairment` is why they differ, and :func:`passage_of` is what all of them together do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["CLOSED_VALVE", "MAGNETIC_FIELD", "SEIZED", "Impairment", "Passage", "passage_of"]

MAGNETIC_FIELD = "magnetic-field"  # the rotor stands still, in the field or after it
CLOSED_VALVE = "closed-valve"  # a flow-activated valve that stays closed until it is reset
SEIZED = ("motor-stall", MAGNETIC_FIELD, CLOSED_VALVE)
"""What lets nothing leave the reservoir."""


@dataclass(frozen=True, kw_only=True)
class Impairment:
    """One thing that is wrong from ``since_us`` on, until ``until_us`` where its end is known.

    ``what`` is a kind of fault or one of the two of the magnetic field. ``share`` is how much of the
    flow is meant (0.15 for 15 %): more or less than asked for, or lost. ``asked_mcg`` and
    ``delivered_mcg`` are the sums of programmed and delivered drug at its beginning.
    """

    what: str
    since_us: int
    until_us: int | None = None
    share: float = 0.0
    asked_mcg: float = 0.0
    delivered_mcg: float = 0.0


class Passage(NamedTuple):
    """What becomes of the flow that is asked for.

    ``drive`` times the flow asked for leaves the reservoir; of what leaves the catheter ``lost_share``
    goes outside. ``is_blocked`` tells that nothing can leave the tip. ``by`` names what stops drug from
    reaching the patient, empty where some does.
    """

    drive: float = 1.0
    lost_share: float = 0.0
    is_blocked: bool = False
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether just what is asked for flows and arrives."""
        return self.drive == 1 and self.lost_share == 0 and not self.is_blocked


_OPEN = Passage()


def passage_of(impairments: Iterable[Impairment]) -> Passage:
    """All impairments together: drives multiply, and so do the shares that are kept.

    >>> passage_of([Impairment(what="over-delivery", since_us=0, share=0.25),
    ...             Impairment(what="catheter-leak", since_us=0, share=0.5)])
    Passage(drive=1.25, lost_share=0.5, is_blocked=False, by='')
    """
    passage = _OPEN
    for one in impairments:
        passage = _with(passage, one)
    return passage


def _with(passage: Passage, one: Impairment) -> Passage:
    drive, lost, is_blocked, by = passage
    if one.what == "over-delivery":
        return Passage(drive * (1 + one.share), lost, is_blocked, by)
    if one.what == "under-delivery":
        less = drive * (1 - one.share)
        return Passage(less, lost, is_blocked, by if less > 0 else by or one.what)
    if one.what == "catheter-leak":
        more = 1 - (1 - lost) * (1 - one.share)
        return Passage(drive, more, is_blocked, by if more < 1 else by or one.what)
    if one.what == "disconnection":
        return Passage(drive, 1.0, is_blocked, by or one.what)
    if one.what == "occlusion":
        return Passage(drive, lost, is_blocked=True, by=one.what)
    if one.what in SEIZED:
        return Passage(0.0, lost, is_blocked, by or one.what)
    raise ValueError(f"'{one.what}' is no impairment of flow")
