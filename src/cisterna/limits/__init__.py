"""Guardrails as values, and the one judge of a proposed program.

An absolute guardrail is refused, a recommended one needs a reason; both name their limit and its source.
The smallest of all that apply wins. What nobody has published is a setting of the site without default:
until it is set the verdict is ``caution`` and says so. The formulas of a pump stay in
:mod:`cisterna.pump`; here stands what is held against them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cisterna.handing_out import handing_out

if TYPE_CHECKING:
    from cisterna.limits.boluses import boluses_per_day, in_words, square_bolus_rate_ml_per_h
    from cisterna.limits.caps import smallest_cap, triple_cap
    from cisterna.limits.changes import DoseChange, judge_change
    from cisterna.limits.guardrail import Guardrail, Kind, Measure, Scope, Subject, Touched, verdict_of
    from cisterna.limits.judgement import Cap, Judgement
    from cisterna.limits.judging import judge, judge_dosing
    from cisterna.limits.library import Bound, Declared, Entry, Library, builtin_library, read_library
    from cisterna.limits.screening import judge_screening
    from cisterna.limits.site import NO_SITE_SETTINGS, SiteLimits, SiteSettings, read_site_settings
    from cisterna.limits.situation import Met, met_at, origin_of
    from cisterna.limits.slips import Slip, slip_between
    from cisterna.limits.visits import (
        AlarmVolumeChange,
        judge_alarm_volume,
        judge_delivered,
        judge_pocket_fill,
        judge_refill_plan,
        judge_refill_visit,
        judge_replace_by,
    )
    from cisterna.limits.window import GivenBolus, WindowCheck, given_in_window_ml, window_limit
    from cisterna.verdict import Verdict

__all__ = [
    "NO_SITE_SETTINGS",
    "AlarmVolumeChange",
    "Bound",
    "Cap",
    "Declared",
    "DoseChange",
    "Entry",
    "GivenBolus",
    "Guardrail",
    "Judgement",
    "Kind",
    "Library",
    "Measure",
    "Met",
    "Scope",
    "SiteLimits",
    "SiteSettings",
    "Slip",
    "Subject",
    "Touched",
    "Verdict",
    "WindowCheck",
    "boluses_per_day",
    "builtin_library",
    "given_in_window_ml",
    "in_words",
    "judge",
    "judge_alarm_volume",
    "judge_change",
    "judge_delivered",
    "judge_dosing",
    "judge_pocket_fill",
    "judge_refill_plan",
    "judge_refill_visit",
    "judge_replace_by",
    "judge_screening",
    "met_at",
    "origin_of",
    "read_library",
    "read_site_settings",
    "slip_between",
    "smallest_cap",
    "square_bolus_rate_ml_per_h",
    "triple_cap",
    "verdict_of",
    "window_limit",
]

if not TYPE_CHECKING:  # a type checker would take any name at all for granted
    __getattr__, __dir__ = handing_out(
        __name__,
        {
            "boluses": (
                "boluses_per_day",
                "in_words",
                "square_bolus_rate_ml_per_h",
            ),
            "caps": (
                "smallest_cap",
                "triple_cap",
            ),
            "changes": (
                "DoseChange",
                "judge_change",
            ),
            "guardrail": (
                "Guardrail",
                "Kind",
                "Measure",
                "Scope",
                "Subject",
                "Touched",
                "verdict_of",
            ),
            "judging": (
                "judge",
                "judge_dosing",
            ),
            "judgement": (
                "Cap",
                "Judgement",
            ),
            "library": (
                "Bound",
                "Declared",
                "Entry",
                "Library",
                "builtin_library",
                "read_library",
            ),
            "screening": ("judge_screening",),
            "site": (
                "NO_SITE_SETTINGS",
                "SiteLimits",
                "SiteSettings",
                "read_site_settings",
            ),
            "situation": ("Met", "met_at", "origin_of"),
            "slips": (
                "Slip",
                "slip_between",
            ),
            "visits": (
                "AlarmVolumeChange",
                "judge_alarm_volume",
                "judge_delivered",
                "judge_pocket_fill",
                "judge_refill_plan",
                "judge_refill_visit",
                "judge_replace_by",
            ),
            "window": (
                "GivenBolus",
                "WindowCheck",
                "given_in_window_ml",
                "window_limit",
            ),
            "cisterna.verdict": ("Verdict",),
        },
    )
