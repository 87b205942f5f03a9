"""A published range that the course leaves, or something the reader must know, with its source."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.evidence import Number
from cisterna.instants import utc

__all__ = ["Warning"]


@dataclass(frozen=True, order=True)
class Warning:  # noqa: A001  the field's word
    """What happened at an instant, in a whole sentence, and the source of the limit it names.

    ``status`` is how sure the limit is (``confirmed``, ``recalled``, ``derived``, ``assumed``).
    """

    at_us: int
    text: str
    source: str
    status: str

    @classmethod
    def by(cls, at_us: int, text: str, limit: Number) -> Warning:
        """A warning whose limit is a number of the evidence."""
        return cls(at_us, text, limit.source, limit.status.value)

    @property
    def at(self) -> str:
        """The instant in UTC, for messages."""
        return utc(self.at_us).isoformat()
