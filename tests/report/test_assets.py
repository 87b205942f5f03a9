"""What comes from others is what its list says, and the tokens meet the contrast that they promise."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

import cisterna.report
from cisterna.report import inlined
from cisterna.report.tokens import concentration_colours, concentration_stops
from cisterna.therapy.events import EVENT_KINDS

ASSETS = Path(cisterna.report.__file__).parent / "assets"
TEST_ASSETS = Path(__file__).parents[1] / "assets"


@pytest.mark.parametrize("folder", [ASSETS, TEST_ASSETS], ids=["package", "tests"])
def test_vendored_files_are_unchanged_and_licensed(folder: Path) -> None:
    """Each file from others has the hash on its list, and its licence text is beside it."""
    listed = tomllib.loads((folder / "VENDORED.toml").read_text("utf-8"))["package"]
    for package in listed:
        assert (folder / package["licence_text"]).read_text("utf-8").strip()
        for file in package["files"]:
            assert sha256((folder / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]


def test_every_file_from_others_is_on_the_list() -> None:
    """No font, icon or vendored script lies in the package without its origin."""
    listed = {
        file["path"]
        for package in tomllib.loads((ASSETS / "VENDORED.toml").read_text("utf-8"))["package"]
        for file in package["files"]
    }
    found = {
        path.relative_to(ASSETS).as_posix()
        for folder in ("fonts", "icons", "vendor")
        for path in (ASSETS / folder).iterdir()
    }
    assert found == listed


def test_every_kind_of_event_has_an_icon() -> None:
    """The timeline can show whatever a therapy can hold."""
    assert set(inlined.EVENT_ICONS) == set(EVENT_KINDS)
    sprite = str(inlined.icon_sprite())
    assert all(f'id="icon-{icon}"' in sprite for icon in inlined.EVENT_ICONS.values())


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme by token."""
    css = (ASSETS / "tokens.css").read_text("utf-8")
    blocks = re.findall(r'\[data-theme="(light|dark)"\]\s*\{([^}]*)\}', css)
    return {name: dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", body)) for name, body in blocks}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The ratio of contrast as WCAG defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = ("ink", "ink2", "ink3", "pri", "now", "soon", "info", "ok", "legs", "arms-text", "dose", "csf-tip",
        "csf-lumbar", "csf-cervical-text", "reservoir", "plasma", "sedation", "withdrawal", "h-reflex",
        "tolerance", "limit")  # fmt: skip
LINES = ("fld", "arms", "csf-cervical", "csf-cistern", "goal", "soon-edge")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_lines_stand_out_from_the_card(theme: str) -> None:
    """Text has at least 4.5 : 1 on a card, lines and edges at least 3 : 1, in light and in dark."""
    tokens = themes()[theme]
    assert {
        name: contrast(tokens[name], tokens["sf"])
        for name in TEXT
        if contrast(tokens[name], tokens["sf"]) < 4.5
    } == {}
    assert {
        name: contrast(tokens[name], tokens["sf"])
        for name in LINES
        if contrast(tokens[name], tokens["sf"]) < 3
    } == {}


def test_both_themes_have_the_same_tokens() -> None:
    """A colour that exists in light exists in dark, but for those that do not change."""
    light, dark = themes()["light"], themes()["dark"]
    assert set(light) == set(dark)


def test_concentration_grows_evenly_darker() -> None:
    """The colours of concentration fall in lightness without a turn, so that the map reads in grey."""
    levels = [luminance(colour) for colour in concentration_colours()]
    assert levels == sorted(levels, reverse=True)
    assert concentration_stops()[0] == 0
    assert concentration_stops()[-1] == 1
