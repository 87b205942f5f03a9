"""The published numbers that Cisterna brings along: complete, sourced, found, and true to the code."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

import cisterna
from cisterna.errors import EvidenceError
from cisterna.evidence import Number, Status, builtin_catalogue, find, number, numbers
from cisterna.evidence.numbers import names
from cisterna.units import convert

EVERYTHING = (*numbers().values(), *builtin_catalogue().numbers())
FILES = sorted(
    (file for file in (files("cisterna.evidence") / "data").iterdir() if file.name.endswith(".toml")),
    key=lambda file: file.name,
)
SOURCE = Path(cisterna.__file__).parent


def test_every_number_of_every_file_is_loaded() -> None:
    """What stands in the files is what is handed out, in the order of the files, none twice."""
    written = [name for file in FILES for name in tomllib.loads(file.read_text("utf-8"))]
    assert list(numbers()) == list(names()) == written
    assert len(set(written)) == len(written)


def test_a_number_read_alone_is_the_one_of_its_file() -> None:
    """Reading one number from its place gives what reading every file whole gives."""
    assert {name: number(name) for name in names()} == numbers()


def test_every_number_says_where_it_is_from() -> None:
    """No text, unit or source is blank, and the unit is one that can be calculated with."""
    for entry in EVERYTHING:
        assert entry.text.strip(), entry.name
        assert entry.source.strip(), entry.name
        assert convert(1, entry.unit, entry.unit) == 1, entry.name


def test_no_source_points_into_a_folder() -> None:
    """A source is a publication that a reader can look up, never a path or a file of a working folder."""
    for entry in EVERYTHING:
        assert not re.search(r"shared/|\.md\b|\.csv\b|section [0-9.]+ of the", entry.source + entry.note), (
            entry.name
        )


def test_what_is_recalled_names_no_source_that_was_read() -> None:
    """Recalled and assumed numbers can be set everywhere; the confirmed ones among them cannot."""
    for entry in EVERYTHING:
        if entry.status.must_be_marked:
            assert entry.settable, entry.name


def test_a_conflict_names_numbers_that_exist() -> None:
    """Where a note names another number of the evidence, that number is there."""
    for entry in EVERYTHING:
        for other in re.findall(r"conflicts with ([a-z0-9]+(?:_[a-z0-9]+)+)", entry.note):
            assert other in numbers(), f"{entry.name} names {other}"


def test_settable_conflicts_are_left_to_the_site() -> None:
    """Lead times, responder thresholds and stability differ between sources: each can be set."""
    for name in (
        "refill_lead_short",
        "refill_lead_long",
        "refill_lead_other_page_short",
        "refill_lead_other_page_long",
        "responder_threshold_gilmartin",
        "responder_threshold_meythaler",
        "stability_in_pump",
        "stability_in_pump_cheo",
        "replacement_lead",
    ):
        assert number(name).settable, name


CARRIED = [
    ("cerebral_maintenance_dose", None, 90, 703, "mcg/day", "confirmed"),
    ("under_12_maintenance_dose", 274, 24, 1199, "mcg/day", "recalled"),
    ("cheo_under_12_usual_dose", None, 100, 300, "mcg/day", "confirmed"),
    ("cheo_from_12_usual_dose", None, 300, 800, "mcg/day", "confirmed"),
    ("little_experience_dose", 1000, None, None, "mcg/day", "confirmed"),
    ("spinal_maintenance_dose", None, 300, 800, "mcg/day", "recalled"),
    ("titration_step_cerebral", None, 5, 15, "%", "confirmed"),
    ("titration_step_spinal", None, 10, 30, "%", "confirmed"),
    ("large_titration_step", 20, None, None, "%", "confirmed"),
    ("screening_dose_highest", 100, None, None, "mcg", "confirmed"),
    ("screening_dose_first", 50, None, None, "mcg", "confirmed"),
    ("oral_child_dose_per_kg", 2, None, None, "mg/kg/day", "confirmed"),
    ("oral_maximum_under_8", 40, None, None, "mg/day", "confirmed"),
    ("oral_maximum_from_8", 60, None, None, "mg/day", "confirmed"),
    ("oral_maximum_adult", 80, None, None, "mg/day", "confirmed"),
    ("minimum_age", 4, None, None, "y", "confirmed"),
    ("highest_concentration", 2000, None, None, "mcg/mL", "confirmed"),
    ("stability_in_pump", 180, None, None, "days", "recalled"),
    ("stability_in_pump_cheo", 11, None, None, "weeks", "confirmed"),
    ("refill_lead_short", 7, None, None, "days", "confirmed"),
    ("refill_lead_long", 10, None, None, "days", "confirmed"),
    ("refill_lead_other_page_short", 3, None, None, "days", "confirmed"),
    ("refill_lead_other_page_long", 5, None, None, "days", "confirmed"),
    ("delivered_ratio_low", 0.80, None, None, "ratio", "derived"),
    ("delivered_ratio_high", 1.145, None, None, "ratio", "confirmed"),
    ("refill_difference_limit", 2, None, None, "mL", "recalled"),
    ("pocket_fill_threshold_20", 1, None, None, "mL", "confirmed"),
    ("pocket_fill_threshold_40", 2, None, None, "mL", "confirmed"),
    ("stop_limit", 48, None, None, "h", "confirmed"),
    ("replacement_lead", 6, None, None, "months", "confirmed"),
    ("first_fill_concentration", 500, None, None, "mcg/mL", "confirmed"),
    ("csf_half_life_bolus", 1.51, None, None, "h", "recalled"),
    ("csf_clearance_bolus_range", None, 0.013, 0.08, "L/h", "confirmed"),
    ("aspirate_csf_level", 4.64, 0.2, 20, "mcg/mL", "confirmed"),
    ("oral_clearance_child", 0.273, None, None, "L/h/kg", "confirmed"),
    ("skin_permeation_nanosuspension", 1951.95, None, None, "mcg/cm2", "confirmed"),
    ("dose_3_months_albright", 157, None, None, "mcg/day", "confirmed"),
    ("cerebral_hypotonia_maintenance", 34.7, None, None, "%", "recalled"),
    ("oral_drowsiness_rate", None, 10, 63, "%", "confirmed"),
    ("age_at_implant", 12.667, 3, 40, "y", "confirmed"),
    ("overdose_physostigmine_child", 0.02, None, None, "mg/kg", "confirmed"),
    ("withdrawal_onset", None, 12, 72, "h", "recalled"),
]


@pytest.mark.parametrize("row", CARRIED, ids=[row[0] for row in CARRIED])
def test_published_numbers_that_rules_rest_on(
    row: tuple[str, float | None, float | None, float | None, str, str],
) -> None:
    """Value, range, unit and status are those of the publication, typed here a second time by hand."""
    name, value, low, high, unit, status = row
    entry = number(name)
    assert (entry.value, entry.low, entry.high) == (value, low, high)
    assert (entry.unit, entry.status) == (unit, Status(status))


def test_volumes_that_must_agree_do() -> None:
    """Screening volumes are dose over concentration, and 20 mL of 500 mcg/mL hold 10 mg."""
    for which in ("first", "second", "highest"):
        dose = number(f"screening_dose_{which}").in_unit("mcg")
        volume = number(f"screening_volume_{which}").in_unit("mL")
        assert dose / number("screening_concentration").in_unit("mcg/mL") == volume
    strength = number("lioresal_low_strength").in_unit("mg/mL")
    assert strength * number("lioresal_low_strength_volume").in_unit("mL") == 10


def test_derived_rates_follow_from_the_counts_that_they_name() -> None:
    """Hazards and shares marked as derived are those of their counts, to the places given."""
    percent = {
        name: number(name).in_unit("1") for name in ("stall_free_6_y_on_label", "stall_free_6_y_off_label")
    }
    for label in ("on", "off"):
        hazard = number(f"stall_hazard_{label}_label").in_unit("1/y")
        assert (1 - hazard) ** 6 == pytest.approx(percent[f"stall_free_6_y_{label}_label"], abs=2e-3)
    assert number("infection_rate_imerci").value == pytest.approx(0.146 / 6.3, abs=5e-4)
    assert number("catheter_event_rate_feller").value == pytest.approx(9 / (126 * 43 / 12), abs=5e-4)
    assert number("aspirate_well_mixed_level").value == pytest.approx(607 / 24 / 30, abs=5e-3)
    assert number("micromolar_in_mass").value == pytest.approx(213.66, abs=0.5)


def test_a_number_in_another_unit() -> None:
    """A value is handed out in the unit that is asked for."""
    assert number("replacement_lead").in_unit("y") == 0.5
    assert number("delivered_ratio_high").in_unit("%") == 114.5
    assert number("titration_step_child").high_in("1") == 0.15


def test_what_is_not_published_is_not_made_up() -> None:
    """A range has no value in its middle, and an open range no second end."""
    for part in ("in_unit", "high_in"):
        with pytest.raises(EvidenceError, match=r"found no .*, but at least 3 months"):
            getattr(number("replacement_lead_expert_panel"), part)("months")
    with pytest.raises(EvidenceError, match="found no value, but 5 to 15 %"):
        number("titration_step_cerebral").in_unit("%")


def test_a_number_reads_as_people_write_it() -> None:
    """Value, range, and open ends are shown with their unit."""
    assert number("stop_limit").shown() == "48 h"
    assert number("stop_limit").shown_range() == ""
    assert number("under_12_maintenance_dose").shown() == "274 mcg/day"
    assert number("under_12_maintenance_dose").shown_range() == "24 to 1199 mcg/day"
    assert number("replacement_lead_expert_panel").shown() == "at least 3 months"
    assert number("coma_longest").shown() == "at most 72 h"
    assert number("stability_in_pump").cited().endswith("[recalled]")


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    """A slip in a name is an error that proposes what was meant."""
    with pytest.raises(EvidenceError, match="such as stop_limit"):
        number("stop_limitt")


def test_every_word_must_be_found() -> None:
    """More words find fewer numbers; case does not matter; each word may stand anywhere in the entry."""
    both = set(find("CSF clearance"))
    assert both == set(find("csf")) & set(find("clearance"))
    assert {number("csf_clearance_bolus"), number("csf_clearance_infusion")} <= both
    assert number("stability_in_pump_cheo") in find("monograph")


def test_the_number_of_that_name_comes_first() -> None:
    """Searching for a full name shows that number before those that mention it."""
    assert find("under_12_maintenance_dose")[0] == number("under_12_maintenance_dose")
    assert find("no such thing at all") == ()
    assert find("") == tuple(numbers().values())


def asked_for(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every text of a module as (kind, pattern); what a format string fills in matches anything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield "text", re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            if len(parts) > 1:
                yield "format", "".join(".+" if part is None else re.escape(str(part)) for part in parts)


@cache
def patterns(room: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The texts and the format strings that occur in the code of a room."""
    place = SOURCE / room
    modules = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    found = [entry for module in modules for entry in asked_for(ast.parse(module.read_text("utf-8")))]
    texts = frozenset(pattern for kind, pattern in found if kind == "text")
    formats = {pattern for kind, pattern in found if kind == "format" and re.search(r"[a-z]{3}", pattern)}
    content = "".join(file.read_text("utf-8") for file in sorted(place.glob("content/*.toml")))
    texts |= {re.escape(name) for name in re.findall(r"[{\"]([a-z0-9_]+)[}\":]", content)}
    return texts, tuple(re.compile(pattern) for pattern in sorted(formats))


def is_asked_for(entry: Number, room: str) -> bool:
    """Whether the code of ``room`` holds the name, or a format string that can make it."""
    texts, formats = patterns(room)
    return re.escape(entry.name) in texts or any(pattern.fullmatch(entry.name) for pattern in formats)


def names_asked_for() -> Iterator[tuple[str, str]]:
    """Every (module, name) that the code asks the evidence for in so many words."""
    for module in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="number" | "value", value=asked),
                    args=[ast.Constant(value=str(name)), *_],
                ) if ast.unparse(asked).endswith(("settings", "Settings()", "bench")):
                    yield str(module.relative_to(SOURCE)), name
                case ast.Call(
                    func=ast.Name(id="chosen" | "chosen_range"), args=[ast.Constant(value=str(name)), *_]
                ):
                    yield str(module.relative_to(SOURCE)), name
                case ast.Call(func=ast.Name(id="number"), args=[ast.Constant(value=str(name))]):
                    yield str(module.relative_to(SOURCE)), name
                case ast.Call(func=ast.Name(id="share_of"), args=[_, ast.Constant(value=str(name))]):
                    yield str(module.relative_to(SOURCE)), name


def test_every_name_that_the_code_asks_for_is_published() -> None:
    """No code asks for a number that is not there: it would fail only when a patient reaches it."""
    asked = set(names_asked_for())
    assert len(asked) > 20
    assert {(module, name) for module, name in asked if name not in numbers()} == set()


@pytest.mark.parametrize("room", sorted({room for entry in numbers().values() for room in entry.used_by}))
def test_used_by_is_true_to_the_code(room: str) -> None:
    """Every room that a number claims to be used by asks for it by its name."""
    claimed = [entry for entry in numbers().values() if room in entry.used_by]
    assert [entry.name for entry in claimed if not is_asked_for(entry, room)] == []


def test_every_room_that_asks_is_named() -> None:
    """A number names each room that asks for it by its name; report, clinic and commands only show it."""
    asked = {(name, Path(module).parts[0].removesuffix(".py")) for module, name in names_asked_for()}
    silent = sorted(
        (name, room)
        for name, room in asked
        if room not in {"cli", "clinic", "evidence", "report"} and room not in numbers()[name].used_by
    )
    assert silent == []
