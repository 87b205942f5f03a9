"""The table of targets: what it holds, and what its loader refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cisterna.errors import EvidenceError, InputError
from cisterna.validation import (
    CalibrationTarget,
    People,
    Use,
    ValidationTarget,
    read_targets,
    select,
    targets,
)
from cisterna.validation.readings import READINGS

GOOD: Mapping[str, Any] = {
    "quantity": "tone",
    "setting": "bolus",
    "low": 1.0,
    "value": 1.5,
    "high": 2.0,
    "unit": "score",
    "population": "n = 3",
    "source": "somebody 2001",
    "status": "confirmed",
    "children": True,
    "scenario": {
        "reading": "tone after bolus",
        "people": "children",
        "given": "50 mcg",
        "read": "score at 4 h",
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    """The good row with some keys set otherwise, or left out where ``None``."""
    row = {**GOOD, **changes}
    return {"T1": {key: value for key, value in row.items() if value is not None}}


def scenario(**changes: Any) -> dict[str, Any]:
    """The scenario of the good row with some keys set otherwise."""
    return {**GOOD["scenario"], **changes}


def test_every_target_is_there() -> None:
    """There are 54 calibration and 54 independent rows; 26 were fitted to, 28 entered."""
    rows = targets()
    calibration = [row for row in rows if isinstance(row, CalibrationTarget)]
    assert len(calibration) == 54
    assert sum(row.use is Use.FITTED for row in calibration) == 26
    assert sum(isinstance(row, ValidationTarget) for row in rows) == 54


def test_all_calibration_and_enough_independent_rows_are_simulated() -> None:
    """All calibration rows and 40 independent ones or more have a scenario; the rest say what is missing."""
    rows = targets()
    assert all(row.scenario for row in rows if isinstance(row, CalibrationTarget))
    assert sum(row.scenario is not None for row in rows if isinstance(row, ValidationTarget)) >= 40
    assert all(bool(row.missing) == (row.scenario is None) for row in rows)


def test_readings_are_used() -> None:
    """Every reading is asked for by a scenario."""
    assert {row.scenario.reading for row in targets() if row.scenario} == set(READINGS)


def test_a_good_row_is_read() -> None:
    """A row becomes an independent target, with ``use`` a calibration target."""
    (target,) = read_targets(changed(), "mine.toml")
    assert isinstance(target, ValidationTarget)
    assert target.published.holds(2.0)
    assert not target.published.holds(2.01)
    assert target.scenario is not None
    assert target.scenario.people is People.CHILDREN
    (target,) = read_targets(changed(use="fitted"), "mine.toml")
    assert isinstance(target, CalibrationTarget)


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (changed(source=None), "no source"),
        (changed(source="  "), "no source"),
        (changed(unit=None), "no unit"),
        (changed(status="sure"), "status 'sure'"),
        (changed(use="tuned"), "use 'tuned'"),
        (changed(children=None), "no children"),
        (changed(low=3.0), "low, value, high"),
        (changed(high=None), "no range"),
        (changed(value="1.5"), "no range"),
        (changed(colour="red"), "unknown key colour"),
        (changed(scenario=None), "neither scenario nor missing"),
        (changed(missing="no law"), "neither scenario nor missing, or both"),
        (changed(fits=["ke0"]), "fits"),
        (changed(scenario=scenario(reading="tone after lunch")), "reading 'tone after lunch'"),
        (changed(scenario=scenario(people="martians")), "people 'martians'"),
        (changed(scenario=scenario(condition="rain")), "condition 'rain'"),
        (changed(scenario=scenario(patients=0)), "a population of 0"),
        (changed(scenario=scenario(dose=50)), "unknown key dose"),
        (changed(scenario=scenario(given="")), "no given"),
        ({"79": dict(GOOD)}, "'79'"),
    ],
)
def test_a_wrong_row_is_refused(document: dict[str, Any], named: str) -> None:
    """The loader names the file, the row and what is wrong with it."""
    with pytest.raises(EvidenceError) as refused:
        read_targets(document, "mine.toml")
    assert named in str(refused.value)
    assert "mine.toml: " in str(refused.value)


def test_every_fault_is_listed() -> None:
    """Two rows with one fault each give two faults."""
    document = {"T1": changed(unit=None)["T1"], "T2": changed(source=None)["T1"]}
    with pytest.raises(EvidenceError) as refused:
        read_targets(document, "mine.toml")
    assert len(refused.value.faults) == 2


def test_an_unknown_id_is_refused_with_near_ones() -> None:
    """Asking for T780 names T78 and T80, and says how to list all."""
    with pytest.raises(InputError) as refused:
        select(["T780", "T79"])
    assert "T78" in str(refused.value)
    assert len(refused.value.faults) == 1
