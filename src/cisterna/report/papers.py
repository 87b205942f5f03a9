"""A paper that leaves the room, as a value, and its PDF.

A paper is made once, as sections of fields, sentences, tables and signatures, and printed twice: as a page
and as a PDF. Typst sets the PDF with the fonts of the package alone and refuses to write one that breaks
PDF/A-2a (for keeping) or PDF/UA-1 (for screen readers).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Literal

from cisterna.errors import Fault, InputError, OutputError

__all__ = [
    "Field",
    "Fields",
    "Grid",
    "Lines",
    "Made",
    "Paper",
    "Section",
    "Signatures",
    "paper_pdf",
]

Layout = Literal["letter", "card", "list", "sheet"]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value with its name; ``note`` says how it is known, ``lacks`` that it is missing and must not."""

    label: str
    value: str
    note: str = ""
    lacks: bool = False


@dataclass(frozen=True)
class Fields:
    """Names and values, one below the other."""

    rows: tuple[Field, ...]
    kind: Literal["fields"] = "fields"


@dataclass(frozen=True)
class Lines:
    """Sentences, each with its source where it has one; ``marked`` ones begin with a mark."""

    lines: tuple[tuple[str, str], ...]
    marked: bool = False
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table; ``numbers`` are the places of the columns that hold numbers, ``widths`` parts of the width."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numbers: tuple[int, ...] = ()
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True)
class Signatures:
    """Lines on which people sign; each is what the signature means."""

    meanings: tuple[str, ...]
    kind: Literal["signatures"] = "signatures"


Block = Fields | Lines | Grid | Signatures


@dataclass(frozen=True, kw_only=True)
class Section:
    """What belongs together under one title; a letter may have sections without one.

    ``level`` is that of the title: 2 below the title of the paper, 3 below another section.
    """

    title: str
    blocks: tuple[Block, ...]
    level: Literal[2, 3] = 2


@dataclass(frozen=True, kw_only=True)
class Made:
    """Who made a paper, when and by what, in words; ``at_us`` is the same instant for the file."""

    by: str
    at: str
    at_us: int
    version: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Everything that stands on a paper.

    ``about`` tells whose it is, ``to`` for whom. ``words`` are the few that the layout itself prints, in the
    language of the paper. A paper that ``lacks`` something is a draft.
    """

    kind: str
    layout: Layout
    language: str
    title: str
    subtitle: str
    site: str
    telephone: str
    about: tuple[Field, ...]
    to: str
    sections: tuple[Section, ...]
    closing: str
    made: Made
    words: dict[str, str]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field of the paper."""
        blocks = (block for section in self.sections for block in section.blocks)
        inside = (row for block in blocks if isinstance(block, Fields) for row in block.rows)
        return (*self.about, *inside)

    @property
    def lacks(self) -> tuple[str, ...]:
        """The names of what is not known and should be, each once."""
        return tuple(dict.fromkeys(row.label for row in self.fields if row.lacks))

    @property
    def draft_words(self) -> str:
        """What the paper says of itself where it lacks something; empty where it is final."""
        if not self.lacks:
            return ""
        return self.words["draft_lacks"].replace("{names}", ", ".join(self.lacks))


def paper_pdf(paper: Paper) -> bytes:
    """The paper as PDF/A-2a and PDF/UA-1; the same paper gives the same bytes.

    Raises :class:`~cisterna.errors.InputError` where a sign of the text is in none of the fonts, and
    :class:`~cisterna.errors.OutputError` where the package for setting is missing.
    """
    try:
        import typst  # noqa: PLC0415 (keeps the room cheap)
    except ImportError:
        raise OutputError(
            Fault(
                where="PDF",
                found="no package 'typst'",
                allowed="the packages of the clinic",
                remedy="install 'cisterna[clinic]'",
            )
        ) from None
    told = {**asdict(paper), "draft_words": paper.draft_words}
    try:
        with as_file(files("cisterna.report").joinpath("assets")) as folder:
            return typst.compile(
                _template(),
                font_paths=_fonts(str(folder / "fonts")),
                format="pdf",
                sys_inputs={"paper": json.dumps(told, ensure_ascii=False)},
                pdf_standards=["a-2a", "ua-1"],
                timestamp=paper.made.at_us // 1_000_000,
            )
    except typst.TypstError as error:
        raise InputError(
            Fault(
                where=paper.title,
                found=str(error.message),
                allowed="signs that the fonts of Cisterna have: Latin, Greek and Cyrillic letters",
                remedy="write the name or the word in such letters, or print the page by the browser",
            )
        ) from None


@cache
def _template() -> bytes:
    return files("cisterna.report").joinpath("assets", "papers", "paper.typ").read_bytes()


@cache
def _fonts(folder: str) -> Any:
    """The fonts of the package and those inside Typst; never those of the machine."""
    import typst  # noqa: PLC0415 (keeps the room cheap)

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
