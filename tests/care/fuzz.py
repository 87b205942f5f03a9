"""Random argument texts for a command, and what must hold of every answer."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from .typed import Typed

EXAMPLES = int(os.environ.get("CISTERNA_FUZZ_EXAMPLES", "200"))
"""Inputs for each command; a longer search sets more."""

_LIKELY = (
    "0", "1", "2", "3", "4", "5", "7", "-1", "-2", "+2", "1+", "0.5", "-0", ".5", "1e9", "1e-9", "nan",
    "inf", "0,5", "9" * 320, "0." + "0" * 320 + "1", "1,1", "0,0", "1,1,1", "-2,0,2", "1,,1", ",",
    "not-assessed", "I", "iii", "V", "VI", "0-4", "1-5", "4 y", "3 y 11 mo", "20 mo", "3 y 12 mo", "-1 y",
    "1000 y", "30 deg", "-10 deg", "400 deg", "30 rad", "30\N{DEGREE SIGN}", "C", "N", "left", "knee",
    "3.2,5.4", "A=80", "20 mL", "0.2mL", "-1 mL", "1e3 mL", "500 mcg/mL", "0.5 mg/mL", "500 mg/mL",
    "200 mcg/day", "8 mcg/h", "60 mg/day", "50 mcg", "50mg", "14.5 %", "8 h", "90", "6 min", "10 d",
    "6 mo", "7 y", "0 h", "9999999999 d", "0.0022 mL/cm", "0.5 mL/day", "89 cm", "0 cm", "0.53 mm",
    "7d..10d", "10d..7d", "5%..15%", "..", "7d..", "2026-02-30", "2026-03-31", "9999-12-31", "0001-01-01",
    "2026-03-02T12:00Z", "2026-03-02T12:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+12:00",
    "2026-03-02T12:00", "synchromed-ii-20", "medstream", "isomed-8472-20-03", "flowonix-110",
    "pump+catheter", "catheter", "cerebral", "spinal", "titration", "maintenance", "baclofen",
    "0.1 mL,0.2 mL", "0 mL", "A=40,16,1", "eyes=1", "hip=2,knee=1", "1=1,2=0", "=", "a=", "=1", "A==1",
    "--json", "--", "", " ", "\n", "\x00", "\udcff", "\N{ARABIC-INDIC DIGIT THREE}",
    "\N{VULGAR FRACTION ONE HALF}",
)  # fmt: skip

_UNITS = ("mL", "mcg", "mcg/day", "mcg/mL", "mL/day", "mL/cm", "cm", "h", "d", "y", "%")
_EXTREMES = ("9" * 300, "1" + "0" * 9, "0." + "0" * 8 + "1", "0." + "0" * 300 + "1", "0")

_TEXTS = st.one_of(
    st.tuples(st.sampled_from(_EXTREMES), st.sampled_from(_UNITS)).map(" ".join),
    st.sampled_from(_LIKELY),
    st.text(max_size=12),
    st.text(st.characters(exclude_categories=()), max_size=4),  # with halves of characters
    st.text("0123456789.,-+= abcABCIVdegymohL/%T:Z", max_size=16),
    st.lists(st.sampled_from(_LIKELY), min_size=1, max_size=5).map(",".join),
    st.integers().map(str),
    st.floats().map(repr),
)
_LETTERS = "0123456789.,-+= ymodhgcL/%T:Z"


@st.composite
def arguments(draw: st.DrawFn, right: str) -> list[str]:
    """The words of a right line, at most three of which are dropped, doubled, replaced or misspelled."""
    words = right.split()
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words)))
        changed = words[place : place + 1] or [""]
        words[place : place + 1] = draw(_changes(changed[0]))
    return [*words, "--json"] if draw(st.booleans()) else words


def _changes(word: str) -> st.SearchStrategy[list[str]]:
    if word.startswith("--"):  # mostly its value is what goes wrong
        return st.one_of(
            st.just([word]), st.just([]), st.tuples(st.just(word), _TEXTS, st.just(word)).map(list)
        )
    return st.one_of(
        _TEXTS.map(lambda text: [text]),
        _TEXTS.map(lambda text: [text]),
        st.just([word, word]),
        st.just([]),
        st.tuples(st.integers(0, len(word)), st.integers(0, 1), st.sampled_from(_LETTERS)).map(
            lambda slip: [word[: slip[0]] + slip[2] + word[slip[0] + slip[1] :]]
        ),
    )


def holds(answer: Typed, *, as_json: bool) -> None:
    """No traceback and no fault of the program; an answer, or a message that says what to mend."""
    assert answer.status in {0, 2}, answer.err
    assert "Traceback" not in answer.err
    assert "at fault" not in answer.err
    if answer.status == 2:
        assert answer.err.strip()
        assert answer.out == ""
    elif as_json and "Usage:" not in answer.out:
        _is_whole(answer.out)


def _is_whole(text: str) -> None:
    """One JSON object with every key of an answer and no number in scientific notation."""

    def plain(number: str) -> float:
        assert "e" not in number.lower()
        return float(number)

    told: Mapping[str, Any] = json.loads(text, parse_float=plain)
    assert {"verdict", "reasons", "formula", "inputs", "sources"} <= set(told)
    assert told["verdict"] in {"ok", "caution", "stop"}
    assert all(reason.endswith("].") and " Source: " in reason for reason in told["reasons"])
