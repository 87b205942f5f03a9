"""The command ``cisterna validate``: re-run published studies, print row by row, write the report."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cisterna.cli.console import Console
from cisterna.errors import Fault, InputError
from cisterna.validation import Verdicts, select, validate
from cisterna.validation.facts import facts

__all__ = ["run"]


def run(only: tuple[str, ...], *, out: Path | None, as_json: bool) -> None:
    """Re-run the studies behind the targets called ``only`` (all where empty) and print them."""
    ids = [name for texts in only for name in texts.split(",") if name.strip()]
    if only and not ids:
        raise InputError(
            Fault(where="--only", found="no id", allowed="ids of targets", remedy="write as T79")
        )
    chosen = select(ids)
    with _progress() as progress:
        verdicts = validate(chosen, progress=progress)
        written = () if out is None else _write(verdicts, out, progress)
    if as_json:
        sys.stdout.write(json.dumps(facts(verdicts), ensure_ascii=False, allow_nan=False) + "\n")
        return
    from cisterna.cli.validate_table import show

    show(verdicts, Console(highlight=False), written)


def _write(verdicts: Verdicts, out: Path, progress: Callable[[str], None]) -> tuple[Path, ...]:
    from cisterna.report import write_validation_report

    progress("writing the report")
    return write_validation_report(verdicts, out)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """What is being done, on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("Validating ...") as status:
        yield lambda what: status.update(f"Validating: {what} ...")
