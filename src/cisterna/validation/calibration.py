"""The fitted numbers of the model found again from the calibration rows, with their standard errors.

Only :class:`~cisterna.validation.target.CalibrationTarget` enters here; there is no code path from
a validation target to a parameter. Parameters are fitted as logarithms to rows weighted by
``1 / ((high - low) / 4)^2``, by least squares (Gauss-Newton steps of SciPy with central
differences). Nothing here changes a stored value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from cisterna.errors import Fault, InputError
from cisterna.evidence import Settings, number
from cisterna.validation.bench import Bench
from cisterna.validation.readings import READINGS
from cisterna.validation.scoring import PATIENTS, SEED
from cisterna.validation.target import CalibrationTarget

__all__ = ["Calibration", "Fit", "Parameter", "calibrate"]

Floats = NDArray[np.float64]

_STEP = 0.05  # of a logarithm: large against rounding, small against the standard errors
_OF_RESPONSE = {"tone_ec50", "h_reflex_ec50"}  # the others move drug: with them levels change
_TOLERATED = 0.5


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One search with one draw of the populations.

    ``found`` are the values in the units of the evidence, ``log_errors`` the standard errors of
    their logarithms, ``condition`` the condition number of the Jacobian with columns of equal
    length, ``cost`` the weighted sum of squares and ``start_cost`` that of the stored values.
    """

    found: Floats
    log_errors: Floats
    condition: float
    cost: float
    start_cost: float


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A fitted number: as stored, as found, and how sure that is.

    ``log_error`` is the standard error of the logarithm, ``moved`` the standard deviation of the
    logarithm between draws, absent where nothing is left to chance.
    """

    name: str
    unit: str
    stored: float
    found: float
    log_error: float
    moved: float | None

    @property
    def away(self) -> float:
        """Distance of the stored value from the found one, in standard errors."""
        return abs(float(np.log(self.stored / self.found))) / self.log_error

    @property
    def holds(self) -> bool:
        """Whether the stored value is within half a standard error of what was found."""
        return self.away <= _TOLERATED


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Parameters that were fitted together, to which rows, and each search."""

    parameters: tuple[Parameter, ...]
    targets: tuple[CalibrationTarget, ...]
    fits: tuple[Fit, ...]

    @property
    def holds(self) -> bool:
        """Whether every stored value is within half a standard error of what was found."""
        return all(parameter.holds for parameter in self.parameters)


def calibrate(
    targets: Sequence[CalibrationTarget],
    *,
    seeds: Sequence[int] = (SEED,),
    patients: int = PATIENTS,
    progress: Callable[[str], None] = lambda _: None,
) -> Calibration:
    """Fit the numbers that ``targets`` name in ``fits``, once with each seed.

    All targets must name the same numbers. Raises :class:`~cisterna.errors.InputError` for
    anything but calibration targets: what was kept as a check may not set a parameter.
    """
    _refuse_others(targets)
    names = targets[0].fits
    fits = []
    for seed in seeds:
        progress(f"fitting {', '.join(names)} with seed {seed}")
        fits.append(_fit(names, targets, seed, patients))
    logs = np.log([fit.found for fit in fits])
    errors = np.mean([fit.log_errors for fit in fits], axis=0)
    moved = logs.std(axis=0, ddof=1) if len(fits) > 1 else None
    parameters = (
        Parameter(
            name=name,
            unit=number(name).unit,
            stored=_stored(name),
            found=float(np.exp(logs[:, place].mean())),
            log_error=float(errors[place]),
            moved=None if moved is None else float(moved[place]),
        )
        for place, name in enumerate(names)
    )
    return Calibration(parameters=tuple(parameters), targets=tuple(targets), fits=tuple(fits))


def _refuse_others(targets: Sequence[CalibrationTarget]) -> None:
    faults = [
        Fault(
            where=f"calibration {getattr(target, 'id', target)}",
            found="a row that fits no parameter",
            allowed="calibration targets that all fit the same parameters",
            remedy="leave it out: what was kept as a check may not set a parameter",
        )
        for target in targets
        if not isinstance(target, CalibrationTarget) or not target.fits or target.fits != targets[0].fits
    ]
    if not targets:
        faults = [Fault(where="calibration", found="no row", allowed="at least one", remedy="name the rows")]
    if faults:
        raise InputError(*faults)


def _fit(names: tuple[str, ...], targets: Sequence[CalibrationTarget], seed: int, patients: int) -> Fit:
    misfit = _Misfit(names, targets, seed, patients)
    start = np.log([_stored(name) for name in names])
    solution = least_squares(misfit, start, jac=misfit.jacobian, xtol=1e-3, ftol=1e-4)
    jacobian: Floats = np.asarray(solution.jac)
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    scaled = jacobian / np.linalg.norm(jacobian, axis=0)
    return Fit(
        found=np.exp(solution.x),
        log_errors=np.sqrt(np.diag(covariance)),
        condition=float(np.linalg.cond(scaled)),
        cost=float(2 * solution.cost),
        start_cost=float((misfit(start) ** 2).sum()),
    )


class _Misfit:
    """Weighted residuals of the rows as a function of the logarithms of the parameters.

    Every evaluation draws the same populations, so that only the parameters differ; levels are
    computed anew only where a number that moves drug differs.
    """

    def __init__(
        self, names: tuple[str, ...], targets: Sequence[CalibrationTarget], seed: int, patients: int
    ) -> None:
        self._names = names
        self._targets = targets
        self._bench = Bench(Settings(), seed, 0, patients)
        self._benches: dict[tuple[float, ...], Bench] = {}

    def __call__(self, logs: Floats) -> Floats:
        bench = self._at(logs)
        residuals = []
        for target in self._targets:
            published, scenario = target.published, target.scenario
            assert scenario is not None and published.value is not None  # noqa: S101, PT018  # fitted rows have both
            outcome = READINGS[scenario.reading](bench, scenario, bench.stream(target.number))
            residuals.append((outcome.value - published.value) / published.standard_deviation)
        return np.array(residuals)

    def jacobian(self, logs: Floats) -> Floats:
        """Derivatives of the residuals (rows, parameters) by central differences."""
        columns = []
        for place in range(len(logs)):
            step = np.zeros_like(logs)
            step[place] = _STEP
            columns.append((self(logs + step) - self(logs - step)) / (2 * _STEP))
        return np.stack(columns, axis=-1)

    def _at(self, logs: Floats) -> Bench:
        values = dict(zip(self._names, np.exp(logs).tolist(), strict=True))
        settings = Settings.of({name: f"{value!r} {number(name).unit}" for name, value in values.items()})
        kinetic = tuple(value for name, value in values.items() if name not in _OF_RESPONSE)
        if kinetic not in self._benches:
            self._benches = dict(
                list(self._benches.items())[-2:]
            )  # a few are used again, all fill the memory
            self._benches[kinetic] = replace(self._bench, settings=settings, _cohorts={})
        return replace(self._benches[kinetic], settings=settings)


def _stored(name: str) -> float:
    entry = number(name)
    return entry.in_unit(entry.unit)
