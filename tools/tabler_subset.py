"""Cut Tabler's style sheet down to what the clinic uses, and write it into the package's assets.

Run by hand where Tabler or ``KEPT`` changes: ``python -m tools.tabler_subset tabler.css`` with the file of
``@tabler/core``, then put the hash into ``VENDORED.toml``. A rule stays where each class in its selector is
kept or it has none; a variable stays where a rule that stays asks for it. Tabler's dark theme goes: the
tokens of Cisterna give its variables their colours in both themes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/cisterna/report/assets/vendor/tabler.css"
KEPT = frozenset(
    {
        "btn", "form-check", "form-check-input", "form-check-inline", "form-check-label", "form-control",
        "form-label", "form-select", "visually-hidden", "visually-hidden-focusable",
    }
)  # fmt: skip
_CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
_ASKED = re.compile(r"var\(\s*(--[\w-]+)")
_LEFT_OUT = ("data-theme", "data-bs", "data-vc", "dir=", "scrollbar", ":-moz-", "::-moz-")
_BLOCKS_LEFT_OUT = ("@keyframes", "@font-face", "@page", "@media print")


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Each rule at this depth as its head and what stands between its braces."""
    start = place = 0
    while (opened := _next(css, "{", place)) >= 0:
        closed = _closing(css, opened)
        yield css[start:opened].rsplit(";", maxsplit=1)[-1].strip(), css[opened + 1 : closed].strip()
        start = place = closed + 1


def kept(css: str) -> list[tuple[str, str]]:
    """The rules that stay, those inside a condition with it."""
    found: list[tuple[str, str]] = []
    for head, body in rules(css):
        if head.startswith(_BLOCKS_LEFT_OUT):
            continue
        if head.startswith("@"):
            inner = "".join(f"{name}{{{text}}}" for name, text in kept(body))
            found += [(head, inner)] if inner else []
        elif selectors := [each for each in re.split(r",(?![^(]*\))", head) if _stays(each.strip())]:
            found.append((",".join(each.strip() for each in selectors), _tight(body)))
    return found


def subset(css: str) -> str:
    """The style sheet that is left of ``css``, without comments, banners and addresses of a map."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).replace('@charset "UTF-8";', "")
    staying = [(head, body) for head, body in kept(bare) if not head.startswith(":root")]
    text = "\n".join(f"{head}{{{body}}}" for head, body in staying)
    given = dict(_declarations(bare))
    wanted: set[str] = set()
    waiting = set(_ASKED.findall(text))
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting |= set(_ASKED.findall(given.get(name, ""))) - wanted
    variables = ";".join(f"{name}:{given[name]}" for name in sorted(wanted) if name in given)
    return f":root{{{variables}}}\n{text}\n"


def _declarations(css: str) -> Iterator[tuple[str, str]]:
    """The variables of the light theme."""
    for head, body in rules(css):
        if head.startswith(":root") and "dark" not in head:
            yield from re.findall(r"(--[\w-]+):\s*((?:\"[^\"]*\"|[^;])*)", body)


def _stays(selector: str) -> bool:
    classes = _CLASS.findall(re.sub(r"\[[^]]*\]", "", selector))
    return set(classes) <= KEPT and not any(each in selector for each in _LEFT_OUT)


def _tight(body: str) -> str:
    return ";".join(part.strip() for part in _outside_strings(body, ";") if part.strip())


def _outside_strings(text: str, sign: str) -> list[str]:
    parts, start, place = [], 0, 0
    while (place := _next(text, sign, place)) >= 0:
        parts.append(text[start:place])
        start = place = place + 1
    return [*parts, text[start:]]


def _next(text: str, sign: str, place: int) -> int:
    """Where ``sign`` next stands outside a quoted string; -1 where it does not."""
    quote = ""
    for index in range(place, len(text)):
        if quote:
            quote = "" if text[index] == quote else quote
        elif text[index] in "\"'":
            quote = text[index]
        elif text[index] == sign:
            return index
    return -1


def _closing(css: str, opened: int) -> int:
    depth, place = 1, opened
    while depth:
        inner, outer = _next(css, "{", place + 1), _next(css, "}", place + 1)
        depth, place = (depth + 1, inner) if 0 <= inner < outer else (depth - 1, outer)
    return place


if __name__ == "__main__":
    TARGET.write_text(subset(Path(sys.argv[1]).read_text("utf-8")), "utf-8")
