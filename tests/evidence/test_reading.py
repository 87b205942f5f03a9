"""The loader of evidence files: it refuses every number that does not say what it is and where from."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from cisterna.errors import EvidenceError
from cisterna.evidence import Status
from cisterna.evidence.numbers import sections_of
from cisterna.evidence.reading import read_numbers

RIGHT: dict[str, Any] = {
    "text": "a dose",
    "value": 274,
    "low": 24,
    "high": 1199,
    "unit": "mcg/day",
    "spread": {"kind": "cv", "size": 0.6},
    "population": "children",
    "source": "a label",
    "status": "confirmed",
    "note": "a remark",
    "used_by": ["course"],
    "settable": True,
}


def messages(**changes: object) -> str:
    """The text of the error on the right table with ``changes``; ``None`` leaves a key out."""
    table = {key: value for key, value in {**RIGHT, **changes}.items() if value is not None}
    with pytest.raises(EvidenceError) as caught:
        read_numbers({"a_dose": table}, "mine.toml")
    assert all(fault.where.startswith("mine.toml: a_dose") for fault in caught.value.faults)
    return str(caught.value)


def test_a_right_number_is_read_whole() -> None:
    """Every key of a right table is found in the number, amounts as floats."""
    entry = read_numbers({"a_dose": RIGHT}, "mine.toml")["a_dose"]
    assert (entry.name, entry.text, entry.unit) == ("a_dose", "a dose", "mcg/day")
    assert (entry.value, entry.low, entry.high) == (274.0, 24.0, 1199.0)
    assert isinstance(entry.value, float)
    assert entry.spread is not None
    assert (entry.spread.kind, entry.spread.size) == ("cv", 0.6)
    assert (entry.population, entry.source, entry.note) == ("children", "a label", "a remark")
    assert (entry.status, entry.used_by, entry.settable) == (Status.CONFIRMED, ("course",), True)


@pytest.mark.parametrize("key", ["text", "unit", "source", "status"])
@pytest.mark.parametrize("stands", [None, "", "  "])
@pytest.mark.requirement("A12", "E1")
def test_a_number_without_what_it_must_state_is_refused(key: str, stands: str | None) -> None:
    """Text, unit, source and status are due; a blank one is none."""
    message = messages(**{key: stands})
    assert f"every number of the evidence states its {key}" in message
    assert f"add {key}" in message


@pytest.mark.parametrize("key", ["text", "unit", "source", "status", "population", "note"])
def test_what_is_no_text_is_refused(key: str) -> None:
    """A number where words are due is named as what it is."""
    assert f"{key} 7" in messages(**{key: 7})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sorce": "typo"}, "unknown key sorce"),
        ({"unit": "mcg/furlong"}, "unit 'mcg/furlong'; allowed: units made of"),
        ({"value": None, "low": None, "high": None}, "neither value nor range"),
        ({"value": "274"}, "value '274'; allowed: a number"),
        ({"value": True}, "value True; allowed: a number"),
        ({"low": float("nan")}, "low nan; allowed: a number"),
        ({"high": float("inf")}, "high inf; allowed: a number"),
        ({"value": 1200}, "value 1200 above high 1199"),
        ({"value": 23}, "low 24 above value 23"),
        ({"value": None, "low": 5, "high": 4}, "low 5 above high 4"),
        ({"status": "sure"}, "status 'sure'; allowed: confirmed, recalled, derived, assumed"),
        ({"spread": 0.6}, "spread 0.6; allowed: a table"),
        ({"spread": {"kind": "wide", "size": 1}}, "spread {'kind': 'wide', 'size': 1}"),
        ({"spread": {"kind": "cv"}}, "spread {'kind': 'cv'}"),
        ({"spread": {"kind": "cv", "size": -0.1}}, "spread {'kind': 'cv', 'size': -0.1}"),
        ({"spread": {"kind": "cv", "size": 1, "n": 3}}, "allowed: kind (sd, cv, sigma-ln, se, range)"),
        ({"spread": {"kind": "sd", "size": 1, "of": 3}}, "spread {'kind': 'sd'"),
        ({"used_by": "course"}, "used_by 'course'; allowed: a list of rooms"),
        ({"used_by": [1]}, "used_by [1]"),
        ({"settable": "yes"}, "settable 'yes'; allowed: true, false"),
        ({"status": "recalled", "settable": False}, "what is recalled or assumed can always be set"),
        ({"status": "assumed", "settable": False}, "what is recalled or assumed can always be set"),
    ],
)
def test_a_faulty_number_is_refused_with_its_fault(changes: dict[str, object], message: str) -> None:
    """Each kind of slip is told in words that name it."""
    assert message in messages(**changes)


@pytest.mark.parametrize("name", ["ADose", "a-dose", "a dose", "_dose", "dose_", "2_doses", "a__dose"])
def test_names_are_lower_case_words_joined_by_underscores(name: str) -> None:
    """A name can be typed in a therapy file without quotes or doubt."""
    with pytest.raises(EvidenceError, match="lower-case words joined by underscores"):
        read_numbers({name: RIGHT}, "mine.toml")


def test_what_is_no_table_is_refused() -> None:
    """A value at the top of a file is not a number of the evidence."""
    with pytest.raises(EvidenceError, match=r"mine.toml: a_dose: found 50; allowed: a table"):
        read_numbers({"a_dose": 50}, "mine.toml")


def test_all_faults_of_a_file_are_told_at_once() -> None:
    """One error lists every faulty number of the file, and no number is read from it."""
    without = {key: value for key, value in RIGHT.items() if key not in {"unit", "source"}}
    with pytest.raises(EvidenceError) as caught:
        read_numbers({"first": without, "right": RIGHT, "second": {**RIGHT, "status": "sure"}}, "mine.toml")
    assert [fault.where for fault in caught.value.faults] == ["mine.toml: first"] * 2 + ["mine.toml: second"]


@pytest.mark.parametrize("status", ["recalled", "assumed"])
def test_what_is_not_checked_is_a_setting_and_marked(status: str) -> None:
    """Recalled and assumed numbers are settable without saying so, and wear their mark."""
    table = {key: value for key, value in RIGHT.items() if key != "settable"}
    entry = read_numbers({"a_dose": {**table, "status": status}}, "mine.toml")["a_dose"]
    assert entry.settable
    assert entry.status.must_be_marked


@pytest.mark.parametrize("status", ["confirmed", "derived"])
def test_what_is_checked_is_a_setting_only_where_it_says_so(status: str) -> None:
    """Confirmed and derived numbers are fixed unless the file makes them settable."""
    table = {key: value for key, value in RIGHT.items() if key != "settable"}
    entry = read_numbers({"a_dose": {**table, "status": status}}, "mine.toml")["a_dose"]
    assert not entry.settable
    assert not entry.status.must_be_marked


def test_a_name_in_two_files_is_refused() -> None:
    """The second file that uses a name is told where the first one is."""
    first = "[a_dose]  # the first\n[another]\n"
    with pytest.raises(EvidenceError) as caught:
        sections_of({"first.toml": first, "second.toml": "[other]\n[a_dose]\n"})
    assert "second.toml: a_dose: found a name that already stands in first.toml" in str(caught.value)


def test_a_name_twice_in_one_file_is_refused() -> None:
    """The same heading twice in one file is refused by name too."""
    with pytest.raises(EvidenceError, match=r"already stands in a\.toml"):
        sections_of({"a.toml": "[x]\n[x]\n"})


def test_headings_are_found_as_toml_finds_them() -> None:
    """Comments, values in brackets and indented words are not taken for headings."""
    text = '# [not_this]\n[a]\nused_by = [\n  "b",\n]\n[c] # yes\ntext = "[d]"\n'
    assert list(sections_of({"a.toml": text})) == list(tomllib.loads(text)) == ["a", "c"]
