"""Whatever is typed after `judge`, a judgement or a message comes back."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from tests.care.fuzz import EXAMPLES, arguments
from tests.care.typed import typed

EXAMPLE = Path(__file__).parents[2] / "examples" / "child-start-and-titration.toml"
RIGHT = f"{os.path.relpath(EXAMPLE)} --at 2026-12-01T09:00+01:00 --phase titration --json"


@given(words=arguments(RIGHT))
@settings(max_examples=max(EXAMPLES // 4, 25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_arguments_are_judged_or_refused(words: list[str]) -> None:
    """No argument text of the judge ends in a traceback or in a fault of the program."""
    answer = typed(["judge", *words])
    assert answer.status in {0, 2}, answer.err
    assert "Traceback" not in answer.err
    assert (answer.status == 2) == (answer.out == "")
