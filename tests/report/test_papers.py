"""A paper as it is set: what is signed stands on the page of what was signed."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pytest

from cisterna.report.papers import Field, Fields, Lines, Made, Paper, Section, Signatures, paper_pdf

WORDS = {
    "made": "made", "page": "Page", "draft": "Draft", "draft_lacks": "", "lacks_here": "lacks",
    "telephone": "Telephone", "cut": "Cut", "name_date": "name, date, time",
}  # fmt: skip
TO_CALL = Section(title="Whom to call", blocks=(Fields((Field(label="Nurse", value="R. Heron"),)),))


def letter(lines: int, *before: Section) -> Paper:
    """A letter of so many lines with a greeting and a place to sign at its end."""
    told = Section(title="", blocks=(Lines(tuple((f"Line {place}.", "") for place in range(lines))),))
    signed = Section(title="", blocks=(Lines((("Yours sincerely", ""),)), Signatures(("for the service",))))
    return Paper(
        kind="doctor", layout="letter", language="en", title="Letter", subtitle="", site="Invented",
        telephone="", about=(), to="", sections=(told, *before, signed), closing="",
        made=Made(by="R. Heron", at="today", at_us=0, version="0"), words=WORDS,
    )  # fmt: skip


def pages_of_leaves(pdf: pikepdf.Pdf) -> list[int]:
    """The page of each piece of text that a screen reader reads, in the order of reading."""
    numbers = {page.obj.objgen: place for place, page in enumerate(pdf.pages)}

    def walk(element: pikepdf.Object, page: int | None) -> Iterator[int]:
        if isinstance(element, pikepdf.Array):
            for one in element:
                yield from walk(one, page)
        elif isinstance(element, pikepdf.Dictionary):
            page = numbers[element.Pg.objgen] if "/Pg" in element else page
            if element.get("/Type") == "/MCR" and page is not None:
                yield page
            elif "/K" in element:
                yield from walk(element.K, page)
        elif page is not None:
            yield page

    return list(walk(pdf.Root.StructTreeRoot.K, None))


@pytest.mark.parametrize("before", [(), (TO_CALL,)])
def test_a_signature_never_stands_alone_on_a_page(before: tuple[Section, ...]) -> None:
    """However long a letter is, the words before the signature stand on its page, and none is lost."""
    many = {}
    for lines in range(26, 46):
        pdf = pikepdf.open(io.BytesIO(paper_pdf(letter(lines, *before))))
        pages = pages_of_leaves(pdf)
        greeting, meaning, name = pages[-3:]
        assert greeting == meaning == name, lines
        if before:
            assert pages[-5] == pages[-4] == greeting, lines
        many[lines] = (len(pdf.pages), len(pages))
    assert {pages for pages, _ in many.values()} == {1, 2}
    assert len({pieces - lines for lines, (_, pieces) in many.items()}) == 1
