"""Tone after the bolus: the simulated course as lines, what was measured as points, on one axis of hours.

Places across are per cent of the width, places up are pixels of :data:`HEIGHT`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import ceil

from cisterna.care.evaluation.recorded import Recorded, Scored
from cisterna.clinic.visits.screening.proposal import ScreeningProposal
from cisterna.course import simulate
from cisterna.errors import InputError
from cisterna.evidence import number
from cisterna.therapy import LumbarBolus, Therapy

__all__ = ["HEIGHT", "Curve", "curve_of"]

HEIGHT = 220
_TOP, _BOTTOM, _LEFT, _RIGHT = 14.0, 184.0, 8.0, 98.0
_STEP_MIN = 15
_TICK_H = 2
_SITES = ("legs", "arms")


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Hours after the bolus against tone on the Ashworth scale 1 to 5, each site by name.

    ``simulated`` is empty where the record cannot be simulated, and ``refused`` says why; ``of`` says for
    whom it is simulated. ``measured`` has every score from the last before the bolus on, that at hour 0.
    """

    simulated: dict[str, tuple[tuple[float, float], ...]]
    measured: dict[str, tuple[tuple[float, float], ...]]
    end_h: float
    now_h: float
    low: float
    high: float
    threshold: float | None
    of: str
    refused: str = ""

    def across(self, hours: float) -> float:
        """Where an hour stands, in per cent from the left."""
        return round(_LEFT + (_RIGHT - _LEFT) * hours / self.end_h, 2)

    def up(self, tone: float) -> float:
        """Where a score stands, in pixels from the top."""
        return round(_BOTTOM - (_BOTTOM - _TOP) * (tone - self.low) / (self.high - self.low), 1)

    def pieces(self, site: str) -> Iterator[tuple[float, float, float, float]]:
        """The pieces of a simulated line: from across, from up, to across, to up."""
        places = [(self.across(hours), self.up(tone)) for hours, tone in self.simulated.get(site, ())]
        return ((*one, *other) for one, other in pairwise(places))

    @property
    def hours(self) -> range:
        """The hours that are written below."""
        return range(0, int(self.end_h) + 1, _TICK_H)

    @property
    def levels(self) -> range:
        """The scores that are written at the side."""
        return range(int(self.low), int(self.high) + 1)

    def simulated_at(self, site: str, hours: float) -> float | None:
        """The simulated score nearest to an hour."""
        line = self.simulated.get(site)
        return min(line, key=lambda point: abs(point[0] - hours))[1] if line else None


def curve_of(proposal: ScreeningProposal) -> Curve | None:
    """The curve of a trial; ``None`` before there is a bolus."""
    therapy, bolus = proposal.therapy, proposal.bolus
    if therapy is None or bolus is None:
        return None
    measured = _measured(therapy, bolus, proposal)
    last = max((hours for points in measured.values() for hours, _ in points), default=0.0)
    longest = proposal.settings.number("screening_observation").high_in("h")
    end_h = _TICK_H * ceil(max(longest, last) / _TICK_H)
    scale = number("ashworth_trial_range")
    before = measured.get("legs", ())
    threshold = proposal.settings.value("responder_threshold_gilmartin", "score")
    refused, of = "", ""
    simulated: dict[str, tuple[tuple[float, float], ...]] = {}
    try:
        simulated, of = _simulated(therapy, bolus, end_h)
    except InputError as error:
        refused = " ".join(str(fault) for fault in error.faults)
    return Curve(
        simulated=simulated, measured=measured, end_h=float(end_h), now_h=proposal.hours_now,
        low=scale.low_in("score"), high=scale.high_in("score"),
        threshold=before[0][1] - threshold if before and before[0][0] == 0 else None, of=of, refused=refused,
    )  # fmt: skip


def _simulated(
    therapy: Therapy, bolus: LumbarBolus, end_h: float
) -> tuple[dict[str, tuple[tuple[float, float], ...]], str]:
    minutes = range(0, round(end_h * 60) + 1, _STEP_MIN)
    course = simulate(therapy, at=[bolus.at + timedelta(minutes=each) for each in minutes])
    columns = course.columns()
    lines = {
        site: tuple(zip((each / 60 for each in minutes), map(float, columns[f"tone_{site}"]), strict=True))
        for site in _SITES
    }
    return lines, str(course.facts()["simulated"]["for"])


def _measured(
    therapy: Therapy, bolus: LumbarBolus, proposal: ScreeningProposal
) -> dict[str, tuple[tuple[float, float], ...]]:
    """Every score of legs and arms as a whole; the last before the bolus stands at hour 0."""
    day = proposal.case.now.astimezone(therapy.zone).date()
    points: dict[str, list[tuple[float, float]]] = {}
    for scored in Recorded(therapy, max(day, bolus.at.astimezone(therapy.zone).date())).tone_scores():
        if scored.site in _SITES:
            _place(points.setdefault(scored.site, []), scored, proposal.hours(scored.at))
    return {site: tuple(line) for site, line in points.items()}


def _place(line: list[tuple[float, float]], scored: Scored, hours: float) -> None:
    if hours <= 0:
        line[:] = [(0.0, scored.on_1_to_5)]
    else:
        line.append((hours, scored.on_1_to_5))
