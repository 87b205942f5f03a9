"""Values of the care room as JSON text and back, without loss."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar

from cattrs.preconf.json import JsonConverter, make_converter

from cisterna.clinic.database.hashing import canonical

__all__ = ["from_text", "to_text"]

T = TypeVar("T")


@cache
def _converter() -> JsonConverter:
    return make_converter()


def to_text(value: Any) -> str:
    """A frozen value as canonical JSON: equal values give equal texts."""
    return canonical(_converter().unstructure(value))


def from_text(text: str, of: type[T]) -> T:
    """The value that :func:`to_text` wrote."""
    return _converter().structure(json.loads(text), of)
