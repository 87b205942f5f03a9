"""No path leads from a validation target to a parameter: what checks the model cannot set it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import cisterna
from cisterna.evidence import numbers
from cisterna.validation import CalibrationTarget, ValidationTarget, targets

SOURCE = Path(cisterna.__file__).parent
ROOT = SOURCE.parent.parent
VALIDATION = SOURCE / "validation"
CALIBRATION = VALIDATION / "calibration.py"
SEARCHES = {"least_squares", "minimize", "minimize_scalar", "curve_fit", "differential_evolution", "leastsq"}


def modules(*folders: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module below the folders, parsed."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def names(tree: ast.AST) -> set[str]:
    """Every name that a module imports, reads or reaches for."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.name for alias in node.names}
    return found


def changes_settings(tree: ast.AST) -> bool:
    """Whether a module makes settings of its own values: ``Settings.of(...)`` or ``Settings(something)``."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "Settings.of" or (called == "Settings" and (node.args or node.keywords)):
            return True
    return False


def test_only_calibration_searches_for_a_parameter() -> None:
    """No module of the package or its tools but one names a search or makes settings from what it found."""
    searching = {path for path, tree in modules(SOURCE, ROOT / "tools") if names(tree) & SEARCHES}
    assert searching == {CALIBRATION}
    changing = {path for path, tree in modules(VALIDATION, ROOT / "tools") if changes_settings(tree)}
    assert changing == {CALIBRATION}


def test_calibration_cannot_reach_a_validation_target() -> None:
    """It names neither their type, nor the union of both, nor the table that holds them, nor a verdict."""
    tree = ast.parse(CALIBRATION.read_text("utf-8"))
    forbidden = {"ValidationTarget", "Target", "read_targets", "select", "validate", "Verdicts", "Row"}
    assert not names(tree) & forbidden
    assert "CalibrationTarget" in names(tree)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert "targets" not in called


def test_who_calls_calibration_hands_it_calibration_targets_alone() -> None:
    """One tool calls it, and filters by the type; nothing in the package does."""
    callers = {
        path.name
        for path, tree in modules(SOURCE, ROOT / "tools")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "calibrate"
    }
    assert callers == {"calibrate.py"}
    tool = (ROOT / "tools" / "calibrate.py").read_text("utf-8")
    assert "if isinstance(row, CalibrationTarget) and row.fits" in tool


def test_rooms_that_hold_or_use_parameters_do_not_know_validation() -> None:
    """Neither evidence nor body, kernel, pump or course imports the room of the targets."""
    for room in ("evidence", "body", "kernel", "pump", "course", "limits", "care", "therapy"):
        for path, tree in modules(SOURCE / room):
            imported = {
                node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
            } | names(tree)
            assert not any(name.startswith("cisterna.validation") for name in imported), path


def test_only_calibration_targets_name_parameters() -> None:
    """What a row fits is a number of the evidence, and a validation target has no place to name one."""
    fitted = {name for row in targets() if isinstance(row, CalibrationTarget) for name in row.fits}
    assert fitted == {"csf_dispersion", "spinal_absorption", "ke0", "tone_ec50", "h_reflex_ec50"}
    assert fitted <= numbers().keys()
    assert "fits" not in {
        name for row in targets() if isinstance(row, ValidationTarget) for name in vars(row)
    }
