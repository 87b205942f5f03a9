"""What the frame of a page shows: navigation, who is logged in, which patient, which tab.

Values only; the templates print them. A page without a patient has no banner, a page without an account
no navigation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Banner", "Message", "NavItem", "Shell", "Tab", "TherapyLine", "Urgency"]

Urgency = str
"""``now``, ``soon``, ``later`` or ``none``; a word, a shape and a colour stand for each everywhere."""


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One place of the main navigation; ``count`` is how many wait there, ``None`` where nobody counts."""

    words: str
    href: str
    count: int | None = None
    here: bool = False


@dataclass(frozen=True, kw_only=True)
class Message:
    """One sentence that a page says once, after something was done.

    ``kind`` is ``done``, ``info``, ``soon`` or ``now``.
    """

    words: str
    kind: str = "done"


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The frame around every page.

    ``user`` and ``role`` are ``None`` where nobody is logged in. ``search`` is the address to which the
    words of a search are posted, so that no name ever stands in an address; empty where this account may
    not search. ``account`` lists the entries of the user's menu.
    """

    title: str
    user: str | None = None
    role: str | None = None
    navigation: tuple[NavItem, ...] = ()
    account: tuple[NavItem, ...] = ()
    search: str = ""
    log_out: str = "/log-out"
    demonstration: bool = False
    messages: tuple[Message, ...] = ()

    @property
    def waiting(self) -> int:
        """How many wait at all counted places together."""
        return sum(item.count or 0 for item in self.navigation)


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One page about a patient."""

    words: str
    href: str
    here: bool = False


@dataclass(frozen=True, kw_only=True)
class TherapyLine:
    """The current therapy as the banner states it; ``None`` is not known, which is not zero.

    ``full_ml`` is the volume of the full reservoir; the drug in it when full is told beside the
    concentration. ``refill_urgency`` colours the refill date.
    """

    drug: str
    concentration_mcg_per_ml: float | None
    full_ml: float | None
    daily_dose_mcg: float | None
    mode: str
    tip: str
    refill_by: date | None = None
    refill_urgency: Urgency = "none"
    low_reservoir_alarm: date | None = None
    alarm_volume_ml: float | None = None

    @property
    def full_mcg(self) -> float | None:
        """The drug in the full reservoir in mcg."""
        if self.concentration_mcg_per_ml is None or self.full_ml is None:
            return None
        return self.concentration_mcg_per_ml * self.full_ml


@dataclass(frozen=True, kw_only=True)
class Banner:
    """Who this page is about, and on which therapy; stays in view.

    ``therapy`` is ``None`` before an implant and after its end, and ``no_therapy`` then says why.
    """

    family: str
    given: str
    born: date
    today: date
    sex: str
    identifier: str
    href: str
    condition: str = ""
    gmfcs: str = ""
    allergies: tuple[str, ...] = ()
    allergies_known: bool = True
    alerts: tuple[str, ...] = ()
    therapy: TherapyLine | None = None
    no_therapy: str = ""
