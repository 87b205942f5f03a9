"""What the report asks of a course, and a course read once for all the files that are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Facts", "Reading", "Reportable", "read"]

Column = npt.NDArray[np.float64]
"""One quantity at every output time."""

Facts = dict[str, Any]
"""Plain JSON values about a course, with units in the keys."""


class Reportable(Protocol):
    """A course as the report sees it: facts, one time axis, columns on it and the patient's zone."""

    @property
    def times_us(self) -> npt.NDArray[np.int64]:
        """Output times, whole microseconds of UTC since 1970, shape ``(k,)``."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people read the times."""
        ...

    def facts(self) -> Facts:
        """Everything that is not a curve."""
        ...

    def columns(self) -> Mapping[str, Column]:
        """Each quantity at the output times, shape ``(k,)``; the name ends with the unit."""
        ...


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A course read once; ``columns`` all have the length of ``times_us``."""

    facts: Facts
    times_us: npt.NDArray[np.int64]
    columns: Mapping[str, Column]
    zone: ZoneInfo

    def has(self, column: str) -> bool:
        """Whether the course has that quantity; without a pump, for one, it has no reservoir."""
        return column in self.columns

    @property
    def tip_level(self) -> str | None:
        """The vertebral level of the catheter tip at the end, ``None`` without a catheter."""
        devices = self.facts.get("devices")
        return devices.get("tip") if devices else None


def read(course: Reportable) -> Reading:
    """The course as values; it is asked for each of them once."""
    columns = {name: np.asarray(values, dtype=np.float64) for name, values in course.columns().items()}
    return Reading(
        facts=course.facts(),
        times_us=np.asarray(course.times_us, dtype=np.int64),
        columns=columns,
        zone=course.zone,
    )
