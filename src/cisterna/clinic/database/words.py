"""Searching text by words, on both databases alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, or_

__all__ = ["each_word"]


def each_word(words: str, *columns: Column[Any]) -> Iterator[ColumnElement[bool]]:
    """One condition for each word: it stands in one of ``columns``; capitals do not matter."""
    for word in words.split():
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        yield or_(*(column.ilike(f"%{escaped}%", escape="\\") for column in columns))
