"""Static files: each under an address that holds its hash, so that a browser may keep it for ever.

Style sheets and scripts are joined from the files of ``report/assets`` when first asked for. Nothing is
read from outside the package, and no address in them leads outside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from markupsafe import Markup

from cisterna.errors import DefectError
from cisterna.report import inlined
from cisterna.report.spine import step_style

__all__ = ["FOREVER", "PREFIX", "Asset", "address", "asset_at", "assets", "sprite"]

PREFIX = "/assets/"
FOREVER = "public, max-age=31536000, immutable"
"""The ``Cache-Control`` of a static file; a changed file has another address."""

_FONT = "fonts/inter-latin-wght-normal.woff2"
_SHEETS = (
    "tokens.css", "vendor/uPlot.min.css", "page.css", "charts.css", "print.css", "clinic/shell.css",
    "clinic/patient.css", "clinic/forms.css", "clinic/parts.css", "clinic/due.css",
    "clinic/assessments.css", "clinic/pages.css", "clinic/visits.css", "clinic/administration.css",
    "clinic/papers.css", "clinic/compare.css", "clinic/spine.css", "clinic/editor.css",
    "clinic/print.css",
)  # fmt: skip
_CLINIC = (
    "js/clock.js", "js/clinic/shell.js", "js/clinic/forms.js", "js/clinic/keyboard.js",
    "js/clinic/printing.js", "js/clinic/kept.js",
)  # fmt: skip
_EDITOR = tuple(
    f"js/clinic/editor/{name}.js"
    for name in ("day", "frame", "asking", "goals", "bars", "curves", "candidates", "editor")
)
_CHARTS = tuple(
    path for path in inlined.SCRIPTS if path not in {"js/theme.js", "js/report.js", "js/clock.js"}
)


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file that a page loads."""

    name: str
    body: bytes
    media_type: str

    @property
    def address(self) -> str:
        """Where it stands: the name with the first digits of its hash before the ending."""
        stem, _, ending = self.name.rpartition(".")
        return f"{PREFIX}{stem}-{sha256(self.body).hexdigest()[:16]}.{ending}"


@cache
def assets() -> dict[str, Asset]:
    """Every static file by its name."""
    font = Asset(name="inter.woff2", body=_bytes(_FONT), media_type="font/woff2")
    made = (
        font,
        Asset(name="clinic.css", body=_style(font).encode(), media_type="text/css; charset=utf-8"),
        _script("theme.js", "js/theme.js", "js/clinic/theme-choice.js"),
        _script("htmx.js", "vendor/htmx.min.js"),
        _script("clinic.js", *_CLINIC),
        _script("charts.js", *_CHARTS, "js/clinic/course.js"),
        _script("spine.js", "js/clinic/spine.js"),
        _script("editor.js", *_EDITOR),
        Asset(name="icon.svg", body=_bytes("clinic/cisterna.svg"), media_type="image/svg+xml"),
        Asset(name="licences.txt", body=_licences().encode(), media_type="text/plain; charset=utf-8"),
    )
    return {each.name: each for each in made}


def address(name: str) -> str:
    """The address of a static file; an unknown name is a defect of the template that asks for it."""
    found = assets().get(name)
    if found is None:
        raise DefectError(f"no static file is named {name!r}")
    return found.address


def asset_at(path: str) -> Asset | None:
    """The static file at an address, ``None`` where there is none."""
    return _by_address().get(path)


@cache
def _by_address() -> dict[str, Asset]:
    return {each.address: each for each in assets().values()}


@cache
def sprite() -> Markup:
    """Every icon as a symbol, to be drawn with ``<use href="#icon-NAME">``."""
    names = sorted(
        path.name.removesuffix(".svg") for path in _folder("icons").iterdir() if path.name.endswith(".svg")
    )
    return inlined.symbols(names)


def _style(font: Asset) -> str:
    face = (
        '@font-face{font-family:"Inter Variable";font-style:normal;font-display:swap;font-weight:100 900;'
        f"src:url({font.address}) format('woff2')}}"
    )
    # Tabler lies in a layer: whatever Cisterna says of an element comes after it, however it is selected.
    tabler = f"@layer tabler{{\n{_text('vendor/tabler.css')}}}"
    return "\n".join(
        [face, tabler, *(_text(path) for path in _SHEETS), step_style(), inlined.dark_by_system()]
    )


def _script(name: str, *paths: str) -> Asset:
    # The banner of uPlot is an address; its licence stands in licences.txt with the others.
    texts = (re.sub(r"^/\*!.*?\*/", "", _text(path), flags=re.DOTALL) for path in paths)
    return Asset(name=name, body="\n;\n".join(texts).encode(), media_type="text/javascript; charset=utf-8")


def _licences() -> str:
    return "\n\n".join(
        f"{path.name}\n\n{path.read_text('utf-8').strip()}"
        for path in sorted(_folder("licences").iterdir(), key=lambda path: path.name)
    )


def _folder(name: str) -> Traversable:
    return files("cisterna.report").joinpath("assets", name)


def _bytes(path: str) -> bytes:
    return files("cisterna.report").joinpath("assets", *path.split("/")).read_bytes()


def _text(path: str) -> str:
    return _bytes(path).decode("utf-8")
