"""The command ``cisterna simulate``: read, unfold, print, write."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cisterna.cli.console import Console
from cisterna.cli.options import read_instant, read_quantity
from cisterna.course import Course, simulate
from cisterna.errors import BodyError, Fault, InputError, PumpError
from cisterna.kernel import compiled_width
from cisterna.therapy import read_therapy, with_lines
from cisterna.units import Duration

__all__ = ["run"]

_WITHOUT_KERNEL = (
    "The compiled kernel is not built here: NumPy computes the same results, more slowly. "
    "To have it, install Cisterna again where there is a compiler for C++20."
)


def run(
    file: Path,
    *,
    until: str | None,
    every: str | None,
    at: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Simulate the therapy in ``file`` and print its summary, or its facts and samples as JSON."""
    _check_options(every, at, out)
    end = read_instant(until, "--until") if until is not None else None
    step_h = read_quantity(every, Duration, "--every") if every is not None else Duration(1)
    instants = [read_instant(text.strip(), "--at") for texts in at for text in texts.split(",")]
    if compiled_width() is None:
        Console(stderr=True).print(_WITHOUT_KERNEL, soft_wrap=True)
    with _waiting("Reading and simulating"):
        course = _course(file, until=end, every_h=step_h, at=instants)
    written: tuple[Path, ...] = ()
    if out is not None:
        from cisterna.report import write_report

        with _waiting("Writing the report"):
            written = write_report(course, out)
    if as_json:
        _print_json(course)
        return
    from cisterna.cli.summary import print_summary

    print_summary(course, Console(highlight=False, emoji=False), written)


def _check_options(every: str | None, at: tuple[str, ...], out: Path | None) -> None:
    if every is not None and at:
        raise InputError(
            Fault(
                where="--at, --every",
                found="both",
                allowed="one of them: outputs at chosen instants, or at even steps",
                remedy="leave one out",
            )
        )
    if out is not None and not out.name:
        raise InputError(
            Fault(where="--out", found=f"'{out}'", allowed="a folder with a name", remedy="name the folder")
        )


def _course(file: Path, **choices: object) -> Course:
    therapy = read_therapy(file)
    try:
        return simulate(therapy, **choices)  # type: ignore[arg-type]  # the keywords of simulate
    except (PumpError, BodyError) as error:
        kind = PumpError if isinstance(error, PumpError) else BodyError
        raise kind(*with_lines(error.faults, file.read_text("utf-8-sig"))) from None


def _print_json(course: Course) -> None:
    """One JSON object; samples are written one by one, since a year of them fills many megabytes."""
    head = json.dumps(course.facts(), allow_nan=False)
    sys.stdout.write(head[:-1] + ', "samples": [')
    for place, sample in enumerate(course.samples()):
        sys.stdout.write(("" if place == 0 else ",\n") + json.dumps(sample, allow_nan=False))
    sys.stdout.write("]}\n")


@contextmanager
def _waiting(what: str) -> Iterator[None]:
    """A spinner with words on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"{what} ..."):
        yield
