"""Current and new side by side, as names and texts."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from cisterna.care.standing import Standing
from cisterna.clinic.visits.refill.proposal import Proposal
from cisterna.clinic.web.wording import day_of, signed
from cisterna.pump import DatedBy
from cisterna.report.wording import UNKNOWN, significant

__all__ = ["Setting", "changed_settings", "settings_of"]


class Setting(NamedTuple):
    """One row: ``key`` for forms, ``words`` for people; ``is_set`` where it is programmed, not computed."""

    key: str
    words: str
    current: str
    new: str
    is_set: bool


def settings_of(proposal: Proposal) -> tuple[Setting, ...]:
    """Everything that the programmer shows before the update, what is and what will be."""
    outcome = proposal.outcome
    before = outcome.before if outcome else proposal.stands
    after = outcome.after if outcome else None
    change, percent = (outcome.change_mcg_per_day, outcome.change_percent) if outcome else (None, None)
    changed = UNKNOWN if change is None else f"{signed(percent, 1)} %, {signed(change, 1)} mcg/day"
    return (
        Setting("concentration", "Concentration", _concentration(before), _concentration(after), is_set=True),
        Setting("dose", "Daily dose", _dose(before), _dose(after), is_set=True),
        Setting("mode", "Mode", _mode(before), _mode(after), is_set=True),
        Setting("change", "Change", "", changed, is_set=False),
        Setting("reservoir", "Reservoir", _volume(before), _volume(after), is_set=True),
        Setting("bridge", "Bridge bolus", "", _bridge(after), is_set=True),
        Setting("alarm", "Low-reservoir alarm", _on(before, "low_reservoir_alarm_date"),
                _on(after, "low_reservoir_alarm_date"), is_set=False),
        Setting("refill_by", "Refill by", _on(before, "refill_by_date"), _on(after, "refill_by_date"),
                is_set=False),
    )  # fmt: skip


def changed_settings(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """The settings that differ: each is read aloud and ticked by itself."""
    if proposal.outcome is None:
        return ()
    return tuple(
        (row.key, row.words)
        for row in settings_of(proposal)
        if row.is_set and row.current != row.new and (row.key != "bridge" or row.new != "none")
    )


def _concentration(stands: Standing | None) -> str:
    if stands is None or stands.reservoir is None:
        return UNKNOWN
    return f"{significant(stands.reservoir.concentration_mcg_per_ml)} mcg/mL"


def _dose(stands: Standing | None) -> str:
    if stands is None or stands.program is None:
        return UNKNOWN
    return f"{significant(stands.program.daily_dose_mcg)} mcg/day"


def _mode(stands: Standing | None) -> str:
    if stands is None or stands.program is None:
        return UNKNOWN
    mode = stands.program.mode.replace("-", " ")
    return mode if stands.status.value == "running" else f"{stands.status.value.replace('-', ' ')} ({mode})"


def _volume(stands: Standing | None) -> str:
    if stands is None or stands.reservoir is None:
        return UNKNOWN
    return f"{significant(stands.reservoir.now_ml, 3)} mL"


def _bridge(stands: Standing | None) -> str:
    if stands is None:
        return UNKNOWN
    return "runs first" if stands.bolus == "bridge-bolus" else "none"


def _on(stands: Standing | None, name: str) -> str:
    if stands is None or stands.dates is None:
        return UNKNOWN
    dated: DatedBy = getattr(stands.dates, name)
    day: date | None = dated.date
    return day_of(day)
