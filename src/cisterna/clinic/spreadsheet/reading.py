"""A spreadsheet as text: heads and rows, from CSV or from the first sheet of an XLSX."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from cisterna.errors import Fault, InputError
from cisterna.units import decimal_text

__all__ = ["LARGEST", "MOST_COLUMNS", "MOST_ROWS", "Sheet", "packed", "read_sheet", "unpacked"]

LARGEST = 10 * 1024 * 1024
"""The largest file in bytes."""
MOST_ROWS = 5_000
MOST_COLUMNS = 100
_WIDEST = 2_000
_UNFOLDED = 64 * 1024 * 1024
_PACKAGE = b"PK\x03\x04"


@dataclass(frozen=True)
class Sheet:
    """``heads`` name the columns; each of ``rows`` is (its number in the spreadsheet, its cells as text)."""

    heads: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(content: bytes) -> Sheet:
    r"""The spreadsheet of a file; what it is is read from its content, not from its name.

    CSV is UTF-8, or Windows-1252 where it is no UTF-8; its cells are parted by comma, semicolon or tab,
    whichever the first line has most of. Days of XLSX become ``2026-03-02``; of a formula the value counts
    that was stored. Raises :class:`~cisterna.errors.InputError` for another kind, without rows, or too large.

    >>> sheet = read_sheet(b"number;name\n7;Vidal\n")
    >>> sheet.heads, sheet.rows
    (('number', 'name'), ((2, ('7', 'Vidal')),))
    """
    if not content or len(content) > LARGEST:
        size = "nothing" if not content else f"{len(content) / 1024 / 1024:.1f} MiB"
        raise _fault(size, f"a file of at most {LARGEST // 1024 // 1024} MiB", "choose the file once more")
    lines = tuple(_of_package(content) if content.startswith(_PACKAGE) else _of_text(content))
    if len(lines) > MOST_ROWS + 1:
        raise _fault(f"more than {MOST_ROWS:,} rows", f"at most {MOST_ROWS:,}", "split it into several files")
    _check_widths(lines)
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if len(filled) < 2:
        raise _fault(
            "no row below the heads", "heads in the first row, a patient in each other", "look into it"
        )
    return _sheet(filled)


def _check_widths(lines: Iterable[tuple[int, tuple[str, ...]]]) -> None:
    for number, cells in lines:
        longest = max(map(len, cells), default=0)
        if longest > _WIDEST:
            found = f"a cell of {longest:,} characters in row {number}"
            raise _fault(found, f"at most {_WIDEST:,}", "shorten it, and add the rest as a document")


def _sheet(filled: list[tuple[int, tuple[str, ...]]]) -> Sheet:
    heads = filled[0][1]
    while heads and not heads[-1]:
        heads = heads[:-1]
    if len(heads) > MOST_COLUMNS:
        raise _fault(f"{len(heads)} columns", f"at most {MOST_COLUMNS}", "leave out what is not imported")
    doubled = sorted({head for head in heads if head and heads.count(head) > 1})
    if doubled:
        raise _fault(f"two columns '{doubled[0]}'", "a name of its own for each column", "rename one")
    width = len(heads)
    return Sheet(heads, tuple((number, (*cells, *("",) * width)[:width]) for number, cells in filled[1:]))


def _of_text(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    if b"\x00" in content:
        raise _fault("a file of another kind", "CSV or XLSX", "save it as one of these")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise _fault("letters in another encoding", "UTF-8", "save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    parted = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted)
    try:
        for cells in reader:
            yield reader.line_num, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        raise _fault(f"line {reader.line_num}: {error}", "CSV", "save it once more as CSV") from None


def _of_package(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 (only who imports a spreadsheet waits for it)
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            size = sum(each.file_size for each in package.infolist())
        if size > _UNFOLDED:
            raise _fault("a file that unfolds to too much", "an ordinary spreadsheet", "save it as CSV")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        rows: Iterable[tuple[Any, ...]] = book.worksheets[0].iter_rows(
            max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True
        )
        for number, cells in enumerate(rows, start=1):
            yield number, tuple(_text(cell) for cell in cells)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise _fault("a file that is no XLSX", "CSV or XLSX", "save it once more") from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return decimal_text(float(cell))
    return str(cell).strip()


def packed(sheet: Sheet) -> str:
    """A spreadsheet as one line of text, which a page carries from step to step: no copy stays on the server.

    >>> sheet = Sheet(("number",), ((2, ("7",)),))
    >>> unpacked(packed(sheet)) == sheet
    True
    """
    told = json.dumps([sheet.heads, sheet.rows], ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(told.encode())).decode()


def unpacked(text: str) -> Sheet:
    """The spreadsheet of :func:`packed`; :class:`~cisterna.errors.InputError` where the text is another."""
    try:
        unfolding = zlib.decompressobj()
        told = unfolding.decompress(base64.b64decode(text, validate=True), _UNFOLDED)
        heads, rows = json.loads(told)
        return Sheet(
            tuple(map(str, heads)), tuple((int(number), tuple(map(str, cells))) for number, cells in rows)
        )
    except (ValueError, TypeError, zlib.error):
        raise _fault("no spreadsheet", "the spreadsheet that was read", "choose the file once more") from None


def _fault(found: str, allowed: str, remedy: str) -> InputError:
    return InputError(Fault(where="file", found=found, allowed=allowed, remedy=remedy))
