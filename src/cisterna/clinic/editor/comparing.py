"""Current and new side by side, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cisterna.clinic.web.tongue import Tongue
from cisterna.clinic.web.wording import signed
from cisterna.instants import utc
from cisterna.report.wording import UNKNOWN, significant

__all__ = ["Compared", "compared_groups", "day_of_us"]

Facts = Mapping[str, Any]
_DIGITS = 4


class Compared(NamedTuple):
    """One row: the name, what is now, what is new, the change."""

    name: str
    current: str
    new: str
    change: str


def compared_groups(
    say: Tongue, current: Facts | None, new: Facts, zone: ZoneInfo
) -> tuple[tuple[str, tuple[Compared, ...]], ...]:
    """The rows by group: a daily amount and an hourly one never stand in the same group."""
    _, current = say, current or dict.fromkeys(new)
    return (
        (
            _("Per day"),
            (
                _amount(_("Daily dose"), (current, new), "total_mcg_per_day", "mcg/day", both=True),
                _amount(_("Volume"), (current, new), "volume_ml_per_day", "mL/day"),
            ),
        ),
        (
            _("Rate"),
            (
                _amount(_("Highest"), (current, new), "highest_mcg_per_h", "mcg/h"),
                _amount(_("Lowest"), (current, new), "lowest_mcg_per_h", "mcg/h"),
            ),
        ),
        (_("Dates"), tuple(_dates(say, current, new, zone))),
    )


def _amount(name: str, facts: tuple[Facts, Facts], key: str, unit: str, *, both: bool = False) -> Compared:
    """An amount of both programs; ``both`` tells the change in the unit too."""
    old, now = (each[key] for each in facts)
    told = [UNKNOWN if value is None else f"{significant(value, _DIGITS)} {unit}" for value in (old, now)]
    return Compared(name, told[0], told[1], _change(old, now, unit if both else ""))


def _change(old: float | None, new: float | None, unit: str) -> str:
    if old is None or new is None or not old > 0:
        return UNKNOWN
    part = f"{signed(100 * (new - old) / old, 1)} %"
    return f"{part}, {signed(new - old, 1)} {unit}" if unit else part


def _dates(say: Tongue, current: Facts, new: Facts, zone: ZoneInfo) -> Iterator[Compared]:
    _ = say
    for name, key in ((_("Refill by"), "refill_by_us"), (_("Low-reservoir alarm"), "low_reservoir_us")):
        old, now = (day_of_us(say, facts[key], zone) for facts in (current, new))
        yield Compared(name, old, now, _("same") if old == now else _("moves"))


def day_of_us(say: Tongue, at_us: int | None, zone: ZoneInfo) -> str:
    """The day of an instant, in the language of the page."""
    return UNKNOWN if at_us is None else say.day(utc(at_us).astimezone(zone).date(), weekday=False)
