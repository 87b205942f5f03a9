"""Whatever is typed after a calculator, an answer or a message comes back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.care.fuzz import EXAMPLES, arguments, holds
from tests.care.typed import typed

from .right import RIGHT


@pytest.mark.parametrize("name", RIGHT)
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_arguments_are_answered_or_refused(name: str, data: st.DataObject) -> None:
    """No argument text of a calculator ends in a traceback or in a fault of the program."""
    words = data.draw(arguments(RIGHT[name]))
    holds(typed(["calc", name, *words]), as_json=words[-1:] == ["--json"] and "--" not in words)
