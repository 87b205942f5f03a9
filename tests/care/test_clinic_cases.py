"""Decisions of the clinic and worked examples, each by its id through the command that answers it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .typed import typed

HERE = Path(__file__).parent
CLINIC: Mapping[str, Mapping[str, Any]] = tomllib.loads((HERE / "clinic_cases.toml").read_text("utf-8"))
EXAMPLES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    (HERE / "calculator_examples.toml").read_text("utf-8")
)
THERAPIES = HERE / "therapies"
CASES = {**CLINIC, **EXAMPLES}
SCORES = {
    "C01", "C02", "C04", "C05", "C08", "C09", "C11", "C12", "C53", "C55", "C57", "C58", "C60", "C61", "C63",
    "C64", "C66",
}  # fmt: skip
CALCULATIONS = {
    "C13", "C15", "C17", "C19", "C20", "C22", "C23", "C24", "C26", "C27", "C30", "C31", "C33", "C34", "C35",
    "C37", "C38", "C42",
}  # fmt: skip

GUIDES = {
    "C16", "C28", "C40", "C41", "C44", "C45", "C46", "C47", "C48", "C50", "C51", "C52", "C67", "C68",
}  # fmt: skip


def words_of(case: Mapping[str, Any]) -> list[str]:
    """What is typed: a word that begins with "@" is a therapy file of this folder."""
    return [str(THERAPIES / word[1:]) if word.startswith("@") else word for word in case["run"]]


def meets(found: object, expected: object, within: float) -> bool:
    """Whether an answer is what was expected; TOML has no null, so that the word stands for it."""
    if expected == "null":
        return found is None
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            meets(found[key], of, within) for key, of in expected.items()
        )
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        return isinstance(found, (int, float)) and abs(found - expected) <= within
    return found == expected


def test_no_case_of_the_scores_is_left_out() -> None:
    """Every case whose home is a score is carried, and run by a command of `score`."""
    assert _carried(CLINIC, "score") == SCORES


def test_no_case_of_the_calculators_is_left_out() -> None:
    """Every case whose home is a calculation is carried, and run by a command of `calc`."""
    assert _carried(CLINIC, "calc") == CALCULATIONS


def test_no_worked_example_of_the_calculators_is_left_out() -> None:
    """Every worked example whose home is a calculator is run by a command of `calc`."""
    listed = tomllib.loads((HERE.parent / "worked_examples.toml").read_text("utf-8"))["example"]
    wanted = {ident for ident, entry in listed.items() if entry["home"] == "calculator"}
    assert len(wanted) == 46
    assert _carried(EXAMPLES, "calc") == wanted


def _carried(cases: Mapping[str, Mapping[str, Any]], command: str) -> set[str]:
    return {ident.partition("-")[0] for ident, case in cases.items() if case["run"][0] == command}


def test_no_case_of_guides_sheets_candidacy_and_judge_is_left_out() -> None:
    """Every case whose home is one of these is carried, and run by it."""
    homes = {"guide", "sheet", "candidacy", "judge"}
    assert {ident.partition("-")[0] for ident, case in CASES.items() if case["run"][0] in homes} == GUIDES


@pytest.mark.parametrize("ident", [ident for ident, case in CASES.items() if "says" in case])
def test_a_case_says_what_is_expected(ident: str) -> None:
    """Under the keys of the answer stand the words that the case expects, and not those that it excludes."""
    case = CASES[ident]
    answer = typed([*words_of(case), "--json"])
    assert answer.status == 0, answer.err
    for key, due in case["says"].items():
        for words in due:
            assert words in json.dumps(answer.told[key], ensure_ascii=False), f"{ident} {key}: {words}"
    for key, out in case.get("silent", {}).items():
        for words in out:
            assert words not in json.dumps(answer.told[key], ensure_ascii=False), f"{ident} {key}: {words}"


@pytest.mark.parametrize("ident", [ident for ident, case in CASES.items() if "answer" in case])
def test_a_case_is_answered_as_expected(ident: str) -> None:
    """The command of a case gives its answer, and says why where that is part of it."""
    case = CASES[ident]
    answer = typed([*words_of(case), "--json"])
    assert answer.status == 0, answer.err
    for key, expected in case["answer"].items():
        assert meets(answer.told[key], expected, case.get("within", 0.0)), f"{ident} {key}"
    for words in case.get("reasons", ()):
        assert any(words in reason for reason in answer.told["reasons"]), f"{ident}: {words}"


@pytest.mark.parametrize("ident", [ident for ident, case in CASES.items() if "refused" in case])
def test_a_case_is_refused_with_what_mends_it(ident: str) -> None:
    """An input that is to be rejected ends with status 2 and a message that names option and limit."""
    case = CASES[ident]
    answer = typed([*words_of(case), "--json"])
    assert (answer.status, answer.out) == (2, "")
    for words in case["refused"]:
        assert words in answer.err, ident
