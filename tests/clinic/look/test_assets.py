"""Static files stand under the hash of what they hold, and lead nowhere outside."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from tests.report.test_assets import ASSETS

from cisterna.clinic.web import assets, templates
from cisterna.errors import DefectError


@pytest.mark.parametrize("name", sorted(assets.assets()))
def test_an_address_holds_the_hash_of_its_file(name: str) -> None:
    """The digits in the address are those of the content, so what changes has another address."""
    found = assets.asset_at(assets.address(name))
    assert found is not None
    assert sha256(found.body).hexdigest()[:16] in found.address
    assert found.media_type.partition(";")[0].startswith(("text/", "font/", "image/"))


def test_an_unknown_static_file_is_a_defect() -> None:
    """A template that names a file that does not exist does not render."""
    with pytest.raises(DefectError, match=r"no-such\.css"):
        assets.address("no-such.css")
    assert assets.asset_at("/assets/clinic-0000000000000000.css") is None


@pytest.mark.parametrize("name", ["clinic.css", "theme.js", "htmx.js", "clinic.js", "charts.js"])
def test_no_style_sheet_or_script_names_another_host(name: str) -> None:
    """The only addresses inside are names of XML vocabularies; there is no map and no import."""
    text = assets.assets()[name].body.decode()
    text = text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", "")
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\s\"')]*", text) == []
    assert "sourceMappingURL" not in text
    assert "@import" not in text


def test_every_icon_that_a_template_names_exists() -> None:
    """Each ``icon("name")`` of the shared templates is a symbol of the sprite."""
    folder = ASSETS.parents[1] / "clinic"
    texts = [path.read_text("utf-8") for path in folder.rglob("*.html")]
    named = {name for text in texts for name in re.findall(r'icon\("([a-z0-9-]+)"', text)}
    assert named
    assert {name for name in named if f'id="icon-{name}"' not in assets.sprite()} == set()


def test_every_class_of_the_clinic_is_its_own_or_a_kept_one_of_tabler() -> None:
    """A class in a shared template begins with ``c-``, but for the few of Tabler that the subset keeps."""
    tabler = set(re.findall(r"\.([a-z][\w-]*)", (ASSETS / "vendor" / "tabler.css").read_text("utf-8")))
    folder = ASSETS.parents[1] / "clinic"
    texts = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.html"))
    used = {name for value in re.findall(r'class="([^"{%]*)"', texts) for name in value.split()}
    assert {name for name in used if not name.startswith("c-")} <= tabler


def test_a_template_cannot_run_or_style_inline() -> None:
    """No template holds a script without address, a style or an attribute that the policy would refuse."""
    folder = ASSETS.parents[1] / "clinic"
    for path in folder.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|hx-on|javascript:", text), path.name
        scripts = re.findall(r"<script[^>]*>", text)
        assert all("src=" in script or 'type="application/json"' in script for script in scripts), path.name


def test_a_value_that_a_page_forgot_is_an_error() -> None:
    """A page without its shell does not render with a hole in it."""
    with pytest.raises(UndefinedError):
        templates.render("login.html")
    with pytest.raises(TemplateNotFound):
        templates.render("../secrets.html")
