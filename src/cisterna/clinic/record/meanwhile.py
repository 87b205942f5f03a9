"""What was added to a record since somebody looked at it, for the page that lets that person decide."""

from __future__ import annotations

from cisterna.clinic.record.entries import Entry, Record

__all__ = ["added_since"]


def added_since(record: Record, seen_entries: int) -> tuple[Entry, ...]:
    """The entries after the first ``seen_entries``, in order; all of them where that number fits nothing."""
    return record.entries[seen_entries:] if seen_entries > 0 else record.entries
