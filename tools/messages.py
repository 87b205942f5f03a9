"""Gather the messages of the clinic, bring the catalogue of each language up to date, and compile it.

What is new in the sources stands in the ``.po`` with an empty translation; the command ends with status 1
until somebody has filled it in. What the sources no longer say is taken out.
"""

from __future__ import annotations

import ast
import io
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from tools.computed_messages import computed_messages
from tools.field_messages import field_messages
from tools.word_lists import listed_words

ROOT = Path(__file__).resolve().parents[1] / "src" / "cisterna"
LOCALE = ROOT / "clinic" / "web" / "locale"
LANGUAGES = ("de",)
_JINJA = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true",
    "newstyle_gettext": "true", "silent": "false",
}  # fmt: skip
_CONTENT = ROOT / "care" / "content"
"""The guides, the points of an evaluation and the regimens."""
_SAID = {"title", "purpose", "text", "do", "check", "know", "known", "benefits", "risks"}
"""The keys of their files that hold sentences."""
_CLAIMS = ROOT / "course" / "three_ways" / "claims.toml"
"""What families are told beside the curves."""

Message = str | tuple[str, ...]


@cache
def messages() -> tuple[Message, ...]:
    """Every message of the sources, each once."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}
    found = extract_from_dir(
        str(ROOT / "clinic"), methods, {"**/templates/**.html": _JINJA}, keywords=keywords
    )
    every: list[Message] = [message for _, _, message, _, _ in found if message]
    every += [text for file in sorted((ROOT / "clinic").rglob("*.py")) for text in _titles(file)]
    for file in sorted(_CONTENT.glob("*.toml")):
        every += _sentences(tomllib.loads(file.read_text("utf-8")))
    told = tomllib.loads(_CLAIMS.read_text("utf-8"))["claim"]
    every += [claim[part] for claim in told for part in ("curve", "text") if part in claim]
    every += list(computed_messages(ROOT))
    every += list(field_messages(ROOT / "clinic"))
    every += list(listed_words())
    return tuple(sorted({each for each in every if isinstance(each, tuple) or each.strip()}, key=str))


def _titles(file: Path) -> Iterator[str]:
    """The titles of pages, which a route gives as ``title="..."``."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "page":
            for keyword in node.keywords:
                if keyword.arg == "title" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


def _sentences(told: object, key: str = "") -> Iterator[str]:
    """Titles and sentences of a file of content, numbers still in braces."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield from _sentences(value, name)
    elif isinstance(told, list):
        for value in told:
            yield from _sentences(value, key)
    elif key in _SAID:
        yield str(told)


def updated(language: str) -> Catalog:
    """The catalogue of a language with the messages of now and the translations that it has."""
    file = po_of(language)
    known: dict[Message, Message] = {}
    if file.exists():
        with file.open("rb") as stream:
            known = {_key(each.id): _key(each.string) for each in read_po(stream, locale=language)}
    catalogue = Catalog(
        locale=language, project="Cisterna", fuzzy=False, copyright_holder="", msgid_bugs_address="",
        header_comment="# The messages of Cisterna; `make messages` brings them up to date.",
    )  # fmt: skip
    for each in messages():
        blank = ("",) * catalogue.num_plurals if isinstance(each, tuple) else ""
        catalogue.add(each, known.get(each) or blank)
    return catalogue


def _key(text: object) -> Message:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else str(text)


def po_of(language: str) -> Path:
    """Where the translations of a language are written."""
    return LOCALE / language / "LC_MESSAGES" / "cisterna.po"


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as text; the same messages give the same bytes."""
    text = io.BytesIO()
    write_po(text, catalogue, no_location=True, sort_output=True, width=110, omit_header=False)
    lines = text.getvalue().decode().splitlines()
    undated = (b"POT-Creation-Date", b"PO-Revision-Date", b"Generated-By")
    kept = [line for line in lines if not line.encode().lstrip(b'"').startswith(undated)]
    return ("\n".join(kept).rstrip() + "\n").encode()


def as_mo(language: str) -> bytes:
    """The compiled catalogue of the translations as they are written."""
    compiled = io.BytesIO()
    with po_of(language).open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    catalogue.creation_date = catalogue.revision_date = datetime(
        2026, 1, 1, tzinfo=UTC
    )  # same bytes every day
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def missing(catalogue: Catalog) -> list[Message]:
    """The messages without a translation."""
    return [_key(each.id) for each in catalogue if each.id and not all(_parts(each.string))]


def _parts(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


def main() -> int:
    """Write the catalogues; 1 where something waits for its translation."""
    waiting = 0
    for language in LANGUAGES:
        catalogue = updated(language)
        po_of(language).parent.mkdir(parents=True, exist_ok=True)
        po_of(language).write_bytes(as_po(catalogue))
        po_of(language).with_suffix(".mo").write_bytes(as_mo(language))
        for each in missing(catalogue):
            waiting += 1
            sys.stdout.write(f"{language}: not translated: {each}\n")
    return 1 if waiting else 0


if __name__ == "__main__":
    raise SystemExit(main())
