"""What happens in a what-if, and whether anybody would notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Noticed"]


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """What happens at ``at_us``.

    ``kind`` is an ``alarm`` that sounds, a ``response`` that the patient may show, what ``befell`` the pump,
    a ``warning`` that is computed and that nobody sees or hears, or what ``helps``.
    """

    at_us: int
    kind: Literal["alarm", "response", "befell", "warning", "helps"]
    text: str
    source: str
    status: str

    @property
    def is_seen_or_heard(self) -> bool:
        """Whether somebody without a simulation notices it."""
        return self.kind in {"alarm", "response"}
