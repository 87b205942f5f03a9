"""How differently patients would answer to one program: simulated patients from the published spreads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cisterna.body.population import drawn_settings
from cisterna.course.preview.shown import STEP_MINUTES, fault_facts
from cisterna.errors import PumpError
from cisterna.therapy import Program

if TYPE_CHECKING:
    from cisterna.course.preview.prepared import Prepared

__all__ = ["FROM", "PATIENTS", "TO", "Population"]

Floats = NDArray[np.float64]

PATIENTS = 40
"""How many patients are simulated."""

FROM, TO = 0.1, 0.9
"""The shares of the patients between whom the band lies: eight of ten are within it."""

_SEED = (9,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """Patients like one who is prepared, in all that is recorded, and each with numbers of their own.

    What varies is drawn by :func:`~cisterna.body.population.drawn_settings` from the published spreads of
    kinetics, sensitivity and tolerance; size, untreated tone, pump and history are those of the patient, and
    so are the numbers that the therapy sets. Each patient has a random stream of the ``seed`` and the
    patient's place, so that a band is the same whenever it is asked for.
    """

    of: Prepared = field(repr=False)
    patients: tuple[Prepared, ...] = field(repr=False)
    seed: tuple[int, ...]

    @classmethod
    def around(cls, of: Prepared, count: int = PATIENTS, seed: Sequence[int] = _SEED) -> Population:
        """Draw ``count`` patients and take each to the instant of ``of``."""
        patients = tuple(
            of.as_drawn(drawn_settings(of.therapy.settings, np.random.default_rng([*seed, place])))
            for place in range(count)
        )
        return cls(of=of, patients=patients, seed=tuple(seed))

    def tone(self, program: Program) -> dict[str, Floats]:
        """Tone (patients, k) of legs and arms over the steady day or week with ``program``.

        Raises :class:`~cisterna.errors.PumpError` where the pump refuses it.
        """
        trial, window = self.of.tried(program)
        found: dict[str, list[Floats]] = {"legs": [], "arms": []}
        for one in self.patients:
            exposure, response = one.followed(trial, window)
            rows = np.searchsorted(exposure.times_us, window.steady_us)
            found["legs"].append(response.tone_legs[rows])
            found["arms"].append(response.tone_arms[rows])
        return {limb: np.stack(tones) for limb, tones in found.items()}

    def band(self, program: Program) -> dict[str, Any]:
        """The band as plain values for JSON; where the pump refuses the program, its faults and no band.

        There is no band either where nobody knows what was delivered before.
        """
        facts: dict[str, Any] = {
            "minutes": None, "legs": None, "arms": None, "from": FROM, "to": TO,
            "patients": len(self.patients), "seed": list(self.seed), "faults": [],
        }  # fmt: skip
        try:
            tones = self.tone(program)
        except PumpError as error:
            return facts | {"faults": [fault_facts(one) for one in error.faults]}
        if not self.of.of(program).is_known:
            return facts
        minutes = [place * STEP_MINUTES for place in range(tones["legs"].shape[1])]
        return facts | {"minutes": minutes} | {limb: _between(tone) for limb, tone in tones.items()}


def _between(tone: Floats) -> dict[str, list[float]]:
    low, high = np.quantile(tone, [FROM, TO], axis=0)
    return {"low": low.tolist(), "high": high.tolist()}
