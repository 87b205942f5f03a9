"""The end of a pump's life: elective replacement indicator (ERI), end of service, when to replace it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo

from cisterna.instants import US_PER_DAY, instant_us, utc

__all__ = ["Lifetime", "months_after"]

_DAYS_PER_MONTH = 365.25 / 12


def months_after(at_us: int, months: float, zone: tzinfo = UTC) -> int:
    """The instant a number of calendar months later, or earlier where negative, on the calendar of ``zone``.

    Whole months keep the day of the month where the month has it, and fall on its last day where
    not; a fraction of a month counts 30.4375 days a month.

    >>> from datetime import datetime
    >>> leap = instant_us(datetime.fromisoformat("2024-02-29T10:00:00+00:00"))
    >>> utc(months_after(leap, 84)).isoformat()
    '2031-02-28T10:00:00+00:00'
    """
    start, whole = utc(at_us).astimezone(zone), int(months)
    year, month = divmod(start.year * 12 + start.month - 1 + whole, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    shifted = start.replace(year=year, month=month + 1, day=day)
    return instant_us(shifted + timedelta(days=(months - whole) * _DAYS_PER_MONTH))


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """When a pump ends.

    ``end_of_service_us`` is implant plus the longest life of the model, ``eri_us`` when the elective
    replacement indicator came or, where it was not recorded, is computed to come. The pump stops by
    itself at the earlier of the end of service and ``eri_to_stop_us`` after the indicator. What is not
    known of a model is ``None``; a pump without a battery has no end that can be computed.

    >>> life = Lifetime.of(implanted_us=0, life_y=7, eri_to_stop_days=90)
    >>> utc(life.stop_us).date().isoformat(), utc(life.eri_us).date().isoformat()
    ('1977-01-01', '1976-10-03')
    """

    end_of_service_us: int | None
    eri_us: int | None
    eri_to_stop_us: int | None
    eri_is_recorded: bool = False

    @classmethod
    def of(
        cls, *, implanted_us: int, life_y: float | None, eri_to_stop_days: float | None, zone: tzinfo = UTC
    ) -> Lifetime:
        """The lifetime as far as it can be computed at implant, in calendar months of ``zone``."""
        end_us = None if life_y is None else months_after(implanted_us, 12 * life_y, zone)
        to_stop_us = None if eri_to_stop_days is None else round(eri_to_stop_days * US_PER_DAY)
        eri_us = None if end_us is None or to_stop_us is None else end_us - to_stop_us
        return cls(end_of_service_us=end_us, eri_us=eri_us, eri_to_stop_us=to_stop_us)

    def with_indicator(self, at_us: int) -> Lifetime:
        """After the indicator was seen at ``at_us``; the earliest sighting holds."""
        return Lifetime(
            end_of_service_us=self.end_of_service_us,
            eri_us=at_us if self.eri_us is None else min(at_us, self.eri_us),
            eri_to_stop_us=self.eri_to_stop_us,
            eri_is_recorded=self.eri_is_recorded or self.eri_us is None or at_us <= self.eri_us,
        )

    @property
    def stop_us(self) -> int | None:
        """When the pump stops by itself, and by when it must have been replaced; ``None`` if never."""
        ends = [self.end_of_service_us] if self.end_of_service_us is not None else []
        if self.eri_us is not None and self.eri_to_stop_us is not None:
            ends.append(self.eri_us + self.eri_to_stop_us)
        return min(ends, default=None)
