"""Calibration takes calibration targets only, and finds again what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args, get_type_hints

import pytest
from tools import calibrate as tool

from cisterna.errors import InputError
from cisterna.validation import CalibrationTarget, Target, ValidationTarget, targets
from cisterna.validation import calibration as module
from cisterna.validation.calibration import Parameter, calibrate


def fitted(name: str) -> tuple[CalibrationTarget, ...]:
    """The rows to which a number is fitted."""
    return tuple(row for row in targets() if isinstance(row, CalibrationTarget) and name in row.fits)


def test_spread_and_absorption_are_found_again() -> None:
    """Dispersion and absorption, fitted to half-life, clearances and gradient, are what is stored."""
    found = calibrate(fitted("csf_dispersion"))
    assert found.holds
    assert [parameter.name for parameter in found.parameters] == ["csf_dispersion", "spinal_absorption"]
    dispersion, absorption = found.parameters
    assert dispersion.log_error == pytest.approx(0.44, abs=0.08)
    assert absorption.log_error == pytest.approx(0.22, abs=0.03)
    assert found.fits[0].cost <= found.fits[0].start_cost


def test_the_response_is_found_again_by_a_small_population() -> None:
    """ke0 and both half-effect levels, fitted together to 14 rows, come out near what is stored.

    Standard errors are about those that were stated with the model, 0.16, 0.15 and 0.08.
    """
    rows = fitted("ke0")
    assert len(rows) == 14
    found = calibrate(rows, patients=60)
    for parameter, stated in zip(found.parameters, (0.16, 0.15, 0.08), strict=True):
        assert parameter.away < 3
        assert parameter.log_error == pytest.approx(stated, abs=0.06)
    assert found.fits[0].condition < 3


def test_what_was_kept_as_a_check_cannot_set_a_parameter() -> None:
    """A validation target is refused, alone or among others, and its type has no parameters to fit."""
    check = next(row for row in targets() if isinstance(row, ValidationTarget) and row.scenario)
    for rows in ([check], [*fitted("ke0"), check]):
        with pytest.raises(InputError, match="may not set a parameter"):
            calibrate(rows)  # type: ignore[arg-type]  # the type checker refuses it too
    assert not hasattr(check, "fits")
    hints = get_type_hints(calibrate)["targets"]
    assert hints == Sequence[CalibrationTarget]
    assert set(get_args(Target)) == {CalibrationTarget, ValidationTarget}
    assert "ValidationTarget" not in vars(module)


def test_rows_of_different_numbers_are_not_mixed() -> None:
    """Two groups of numbers are fitted apart, and no row at all is refused."""
    with pytest.raises(InputError, match="fit the same parameters"):
        calibrate([*fitted("ke0"), *fitted("csf_dispersion")])
    with pytest.raises(InputError, match="no row"):
        calibrate([])


def test_a_stored_value_that_is_not_found_fails() -> None:
    """More than half a standard error between stored and found does not hold."""
    near = Parameter(name="x", unit="1", stored=1.04, found=1.0, log_error=0.1, moved=None)
    far = Parameter(name="x", unit="1", stored=1.06, found=1.0, log_error=0.1, moved=None)
    assert near.holds
    assert not far.holds


@pytest.mark.parametrize(("factor", "status"), [(1.0, 0), (1.4, 1)])
def test_make_calibrate_fails_where_a_stored_value_is_off(
    factor: float,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With one stored number raised by two fifths the command says which one differs, and fails."""
    stored = module._stored
    monkeypatch.setattr(
        module, "_stored", lambda name: stored(name) * (factor if name == "spinal_absorption" else 1.0)
    )
    kinetic = fitted("spinal_absorption")
    monkeypatch.setattr(tool, "targets", lambda: kinetic)
    monkeypatch.setattr("sys.argv", ["calibrate"])
    assert tool.main() == status
    printed = capsys.readouterr().out
    (line,) = (line for line in printed.splitlines() if line.startswith("spinal_absorption"))
    assert ("DIFFERS by more than half a standard error" in line) == bool(status)
    assert "condition number" in printed
    assert "se of ln" in printed
