"""The links of a chain: each entry's hash covers its content and the hash of the entry before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

__all__ = ["FIRST", "canonical", "linked"]

FIRST = "0" * 64
"""What the first entry of a chain stands on."""

Plain = str | int | float | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]


def canonical(value: object) -> str:
    """``value`` as JSON in the one form that is hashed: keys in order, no spaces.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def linked(previous_hash: str, *content: object) -> str:
    """The hash of an entry that follows the entry with ``previous_hash``.

    >>> linked(FIRST, 1, "log-in") == linked(FIRST, 1, "log-in"), len(linked(FIRST, 1))
    (True, 64)
    """
    text = canonical([previous_hash, *content])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
