"""Readings that must be known."""

from collections.abc import Iterable


def known(column: Iterable[float | None]) -> list[float]:
    """Every value of a column of readings, none of which may be unknown."""
    values = list(column)
    assert None not in values
    return [value for value in values if value is not None]
