"""Styles, scripts, fonts and icons of ``assets`` inside one page, and the policy that holds them there.

The page may run nothing but what is written in it: each script and style is named in the policy by
its hash, the font is a data address, and every other address is forbidden.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from cisterna.errors import DefectError

__all__ = [
    "EVENT_ICONS",
    "SCRIPTS",
    "dark_by_system",
    "icon_sprite",
    "licences",
    "policy",
    "script",
    "style",
    "symbols",
]

SCRIPTS: tuple[str, ...] = (
    "vendor/uPlot.iife.min.js",
    "js/clock.js",
    "js/numbers.js",
    "js/theme.js",
    "js/samples.js",
    "js/view.js",
    "js/marks.js",
    "js/panel.js",
    "js/levels.js",
    "js/map.js",
    "js/timeline.js",
    "js/values.js",
    "js/keys.js",
    "js/course.js",
    "js/report.js",
)
"""The modules of the page in the order in which they need each other."""

EVENT_ICONS: dict[str, str] = {
    "implant": "cpu", "fill": "droplet", "program": "trending-up", "single-bolus": "vaccine",
    "patient-bolus": "hand-click", "priming-bolus": "droplet-plus", "bridge-bolus": "arrows-exchange",
    "stop": "player-stop", "resume": "player-play", "lumbar-bolus": "test-pipe", "oral": "pill",
    "topical": "bandage", "weigh": "scale", "assess": "clipboard-text", "port": "plug",
    "interrogate": "broadcast", "session": "adjustments", "clock": "clock", "fault": "alert-hexagon",
    "revise": "replace", "explant": "circle-x", "alarm": "bell-ringing", "adverse-event": "first-aid-kit",
    "decision": "checklist",
    "mri": "magnet", "note": "note", "correct": "pencil",
}  # fmt: skip
"""One icon for each kind of event, the same in list and timeline."""

_PAGE_ICONS = (
    "moon", "sun", "printer", "table", "zoom-reset", "alert-triangle", "alert-octagon", "info-circle",
    "check", "chevron-down", "calendar-event", "stack-2", "battery",
)  # fmt: skip

_LICENCES = (
    ("uPlot, MIT licence", "uplot-MIT.txt"),
    ("Tabler icons, MIT licence", "tabler-icons-MIT.txt"),
    ("Inter, SIL Open Font License 1.1", "inter-OFL-1.1.txt"),
)

_INNER = re.compile(r"<svg[^>]*>(?P<inner>.*)</svg>", re.DOTALL)


@cache
def _text(path: str) -> str:
    return files("cisterna.report").joinpath("assets", *path.split("/")).read_text("utf-8")


@cache
def style() -> Markup:
    """The one style sheet of the page, with its font inside."""
    font = files("cisterna.report").joinpath("assets", "fonts", "inter-latin-wght-normal.woff2").read_bytes()
    face = (
        '@font-face{font-family:"Inter Variable";font-style:normal;font-display:block;font-weight:100 900;'
        f"src:url(data:font/woff2;base64,{b64encode(font).decode('ascii')}) format('woff2')}}\n"
    )
    sheets = ("tokens.css", "vendor/uPlot.min.css", "page.css", "charts.css", "validation.css", "print.css")
    return Markup(face + "\n".join(_text(sheet) for sheet in sheets) + "\n" + dark_by_system())  # noqa: S704 (own files)


@cache
def dark_by_system() -> str:
    """Dark colours before a script has run, and where none may run: the reader's system decides."""
    dark = re.search(r'\[data-theme="dark"\]\s*(\{[^}]*\})', _text("tokens.css"))
    if dark is None:
        raise DefectError("tokens.css has no dark theme")
    return f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme]){dark[1]}}}\n"


@cache
def script() -> Markup:
    """The one script of the page."""
    # The banner of uPlot is an address; its licence stands in the page with the others.
    texts = (re.sub(r"^/\*!.*?\*/", "", _text(path), flags=re.DOTALL) for path in SCRIPTS)
    return Markup("\n".join(text.replace("</script", "<\\/script") for text in texts))  # noqa: S704 (own files)


@cache
def icon_sprite() -> Markup:
    """Every icon that the page uses as a symbol, to be drawn with ``<use href="#icon-NAME">``."""
    return symbols(sorted({*EVENT_ICONS.values(), *_PAGE_ICONS}))


def symbols(names: Iterable[str]) -> Markup:
    """Icons as symbols for a sprite inside a page."""
    made = []
    for name in names:
        found = _INNER.search(_text(f"icons/{name}.svg"))
        inner = "" if found is None else re.sub(r"\s+", " ", found["inner"]).strip()
        made.append(f'<symbol id="icon-{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return Markup("".join(made))  # noqa: S704 (own files)


@cache
def licences(*, scripted: bool = True) -> tuple[tuple[str, str], ...]:
    """Name and licence text of everything from others inside the page; addresses without their scheme.

    A page without script holds no icons.
    """
    return tuple(
        (name, _text(f"licences/{file}").replace("https://", "").replace("http://", ""))
        for name, file in _LICENCES
        if scripted or not name.startswith("Tabler")
    )


@cache
def policy(*, scripted: bool = True) -> str:
    """The content security policy: nothing is loaded, nothing runs but the hashed elements."""
    scripts = f"'{_hash(script())}'" if scripted else "'none'"
    return (
        "default-src 'none'; "
        f"script-src {scripts}; style-src '{_hash(style())}'; "
        "font-src data:; img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
