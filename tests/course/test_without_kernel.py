"""The same course whether or not the compiled kernel was built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cisterna.course import Course, simulate
from cisterna.kernel import network
from cisterna.therapy import read_therapy

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("child-start-and-titration", "cream", "oral-only", "screening-trial")


def course_of(example: str) -> Course:
    """The course of an example, read every six hours."""
    return simulate(read_therapy(ROOT / "examples" / f"{example}.toml"), every_h=6)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_course_is_the_same_without_the_compiled_kernel(
    example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No output of a course differs by 1e-9 of its largest value, and no warning by a word."""
    compiled = course_of(example)
    monkeypatch.setattr(network, "compiled_module", lambda: None)
    computed = course_of(example)
    expected, found = computed.columns(), compiled.columns()
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        largest = np.nanmax(np.abs(values), initial=0.0)
        np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-9 * largest, err_msg=name)
    assert compiled.warnings == computed.warnings


WITHOUT = """
import sys
sys.modules["cisterna.kernel._compiled"] = None
from cisterna.cli.application import main
sys.argv = ["cisterna", "simulate", "examples/cream.toml", "--every", "1 d"]
main()
"""


def test_simulate_says_in_one_line_that_the_kernel_is_not_there() -> None:
    """Without the compiled kernel the summary is printed and one line, beside it, says what is missing."""
    answer = subprocess.run(  # noqa: S603  the script is the one above
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert answer.returncode == 0
    assert "Drug account" in answer.stdout
    (line,) = answer.stderr.splitlines()
    assert "compiled kernel is not built" in line
    assert "compiler for C++20" in line
