"""Published numbers on a terminal: a table where it is wide, a block of lines for each where not."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console as RichConsole
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cisterna.cli.console import Console
from cisterna.evidence import Number

__all__ = ["show"]

_WIDE = 130
_MARK = "(!) "


def show(found: tuple[Number, ...], console: RichConsole | None = None) -> None:
    """Print ``found`` as it fits the terminal, and the meaning of its mark."""
    console = console or Console()
    console.print(_wide(found) if console.width >= _WIDE else _blocks(found))
    count = "1 number." if len(found) == 1 else f"{len(found)} numbers."
    console.print(Text(count, style="bold"), soft_wrap=True)
    if any(entry.status.must_be_marked for entry in found):
        console.print(
            Text(
                f"{_MARK}recalled: general knowledge, not checked in a source; assumed: chosen by the "
                "project. Both can be set in a therapy file under [parameters]."
            )
        )


def _wide(found: tuple[Number, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), expand=True, pad_edge=False, leading=1)
    table.add_column("name and meaning", ratio=32, overflow="fold")
    table.add_column("value", ratio=15, overflow="fold")
    table.add_column("range, spread", ratio=18, overflow="fold")
    table.add_column("population", ratio=20, overflow="fold")
    table.add_column("status", ratio=12, overflow="fold")
    table.add_column("source", ratio=32, overflow="fold")
    table.add_column("used by", ratio=8, overflow="fold")
    for entry in found:
        table.add_row(
            _meaning(entry),
            _value(entry),
            _variability(entry),
            entry.population,
            _status(entry),
            _source(entry),
            ", ".join(entry.used_by),
        )
    return table


def _blocks(found: tuple[Number, ...]) -> Group:
    """One block of lines for each number, its name unbroken so that it can be copied."""
    return Group(*(part for entry in found for part in (*_block(entry), Text())))


def _block(entry: Number) -> Iterator[Text | Padding]:
    yield Text(entry.name, style="bold")
    amount = [_value(entry), Text(_variability(entry)), _status(entry)]
    lines = [
        Text("; ").join(part for part in amount if part),
        Text(entry.text),
        _labelled("population", entry.population),
        _labelled("source", entry.source),
        _labelled("note", entry.note),
        _labelled("used by", ", ".join(entry.used_by)),
    ]
    for line in lines:
        if line:
            yield Padding(line, (0, 0, 0, 4), expand=False)


def _labelled(label: str, words: str) -> Text:
    return Text(f"{label}: {words}") if words else Text()


def _meaning(entry: Number) -> Text:
    return Text.assemble((entry.name, "bold"), "\n", entry.text)


def _value(entry: Number) -> Text:
    return Text(entry.shown(), style="bold")


def _variability(entry: Number) -> str:
    spread = entry.spread.shown(entry.unit) if entry.spread else ""
    bounds = entry.shown_range() if entry.value is not None else ""
    return "; ".join(part for part in (bounds, spread) if part)


def _status(entry: Number) -> Text:
    if entry.status.must_be_marked:
        return Text(f"{_MARK}{entry.status.value}", style="bold yellow")
    settable = " (settable)" if entry.settable else ""
    return Text(f"{entry.status.value}{settable}")


def _source(entry: Number) -> Text:
    return Text(f"{entry.source}\nnote: {entry.note}" if entry.note else entry.source)
