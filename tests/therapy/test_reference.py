"""The page on the therapy file: its examples read, and it leaves out no kind and no key."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cisterna.therapy import (
    AREA_PRODUCTS,
    EVENT_KINDS,
    MASS_PRODUCTS,
    RESETS,
    SCALES,
    WEEKDAYS,
    FlexStep,
    History,
    Patient,
    PatientBolusAllowance,
    Therapy,
    dumps,
    event_table,
    read_therapy,
)

from .wrong import faults, flex

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "therapy-file.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
OUR_PUMP = """
[our-pump]
kind = "pump"
maker = "Ours"
model = "One"
mechanism = "peristaltic"
modes = ["simple-continuous"]
"""


@pytest.fixture
def therapy(tmp_path: Path) -> Therapy:
    """The therapy of all examples of the page, joined."""
    (tmp_path / "our-pump.toml").write_text(OUR_PUMP, "utf-8")
    (tmp_path / "therapy.toml").write_text("\n".join(EXAMPLES), "utf-8")
    return read_therapy(tmp_path / "therapy.toml")


def test_the_examples_of_the_page_make_one_therapy(therapy: Therapy) -> None:
    """Joined in their order they read, and show every kind of event."""
    assert {event.kind for event in therapy.events} == set(EVENT_KINDS)
    corrected = therapy.valid_events[[event.kind for event in therapy.valid_events].index("lumbar-bolus")]
    assert event_table(corrected)["dose"] == "25 mcg"
    assert 'file = "our-pump.toml"' in dumps(therapy)


def test_the_page_names_every_key() -> None:
    """Each kind of event and each of its keys stands on the page, and the keys of every section."""
    classes = (*EVENT_KINDS.values(), Patient, History, FlexStep, PatientBolusAllowance)
    keys = {field.name.rstrip("_") for cls in classes for field in fields(cls)}
    named = {word for code in re.findall(r"`([^`\n]+)`", PAGE) for word in re.findall(r"[\w-]+", code)}
    assert keys - named == set()
    assert set(EVENT_KINDS) - named == set()


def test_the_page_names_every_choice() -> None:
    """Scales, products and resets are listed; days are shown in an example."""
    for choice in (*SCALES, *AREA_PRODUCTS, *MASS_PRODUCTS, *RESETS):
        assert f"`{choice}`" in PAGE or f'`"{choice}"`' in PAGE
    assert all(f'"{day}"' in PAGE for day in WEEKDAYS)


def test_the_message_on_the_page_is_the_one_that_is_given() -> None:
    """What the page shows of a wrong file is what the program says, but for the line."""
    (shown,) = re.findall(r"```text\n(.*)\n```", PAGE)
    second = '{ from = "06:00", rate = "96 mcg/day" }'
    (fault,) = faults(flex('{ from = "00:00", rate = "4 mcg/h" }', second))
    assert str(fault).split(", ", 1)[1] == shown.split(", ", 1)[1]
