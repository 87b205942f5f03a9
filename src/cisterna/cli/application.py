"""The commands and their options; what they do is imported when they run."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cisterna import __version__
from cisterna.cli.later import later, narrowed
from cisterna.cli.plain import PlainCommand, PlainGroup
from cisterna.errors import CisternaError, DefectError, InputError

__all__ = ["application", "main"]

application = typer.Typer(
    name="cisterna",
    cls=PlainGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Plan, simulate, record and follow up intrathecal baclofen therapy. Cisterna never connects to "
        "a pump; every result must be checked against the pump's own programmer and label."
    ),
)

_PIPE_CLOSED = 128 + 13
"""The exit status that a shell gives to a program which the signal of a closed pipe ended."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

application.add_typer(
    later("cisterna.cli.score", "One assessment scale, with its valid values, formula and source."),
    name="score",
)
application.add_typer(
    later("cisterna.cli.clinic", "Care of the clinic's database: verify, rebuild, backup, restore."),
    name="clinic",
)
application.add_typer(
    later(
        "cisterna.cli.guide",
        "A guided list: screening, refill, loss of effect, MRI, alarms, travel, side effects.",
    ),
    name="guide",
)
application.add_typer(
    later(
        "cisterna.cli.guide",
        "A cited reference sheet to print: withdrawal, overdose. It computes no dose.",
        "sheets",
    ),
    name="sheet",
)
application.add_typer(
    later("cisterna.cli.calc", "One published calculation, with its formula, inputs, limits and sources."),
    name="calc",
)
application.add_typer(
    later(
        "cisterna.cli.draw",
        "A figure of the clinic's pages as pictures and data: the spine, three ways, what if, a program.",
    ),
    name="draw",
)


@application.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,  # noqa: FBT002
) -> None:
    if version:
        typer.echo(f"cisterna {__version__}")
        raise typer.Exit


@application.command(cls=PlainCommand)
def simulate(
    file: Annotated[Path, typer.Argument(help="A therapy file (TOML).", metavar="FILE")],
    until: Annotated[
        str | None,
        typer.Option(help="End, as 2026-12-01T00:00:00+01:00; left out: 30 days after the last event."),
    ] = None,
    every: Annotated[
        str | None, typer.Option(help="Time between outputs, as '15 min'; left out: 1 h.")
    ] = None,
    at: Annotated[
        list[str] | None, typer.Option(help="An output instant with its zone; may be given again.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report, the figures and the data.", metavar="DIR")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """From a therapy file to its course: pump, spinal fluid, cord, plasma, tone, dates, drug account."""
    from cisterna.cli.simulate import run

    run(file, until=until, every=every, at=tuple(at or ()), out=out, as_json=as_json)


@application.command(cls=PlainCommand)
def evidence(
    text: Annotated[
        list[str] | None, typer.Argument(help="Words to find; left out: everything.", metavar="TEXT")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show the published numbers with their sources and how sure each is."""
    from cisterna.cli.evidence import run

    run(" ".join(text or ()), as_json=as_json)


@application.command(cls=PlainCommand)
def judge(
    file: Annotated[Path, typer.Argument(help="A therapy file (TOML).", metavar="FILE")],
    program: Annotated[
        Path | None,
        typer.Option(help="A proposed program; left out: the last of the file.", metavar="PROGRAM.toml"),
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="When the program is set, as 2026-12-01T09:00:00+01:00.")
    ] = None,
    site: Annotated[
        Path | None, typer.Option(help="Limits that your site has set (TOML).", metavar="SITE.toml")
    ] = None,
    phase: Annotated[
        str | None,
        typer.Option(help="titration or maintenance; left out: maintenance from the first refill on."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Every guardrail that the last, or a given, program touches, each with its source."""
    from cisterna.cli.judge import run

    run(file, program=program, at=at, site=site, phase=phase, as_json=as_json)


@application.command(cls=PlainCommand)
def candidacy(
    file: Annotated[Path, typer.Argument(help="A therapy file (TOML).", metavar="FILE")],
    on: Annotated[
        str | None,
        typer.Option(help="The day of the evaluation, as 2026-12-01; left out: that of the last event."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Points for, against and missing, and the regimens side by side; never a yes or no."""
    from cisterna.cli.candidacy import run

    run(file, on=on, as_json=as_json)


@application.command(cls=PlainCommand)
def validate(
    only: Annotated[
        list[str] | None,
        typer.Option(help="A target, as T79; again or with commas for more; left out: all.", metavar="ID"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report.", metavar="DIR")] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Re-run published studies: simulated against published, one row for each."""
    from cisterna.cli.validate import run

    run(tuple(only or ()), out=out, as_json=as_json)


@application.command(
    short_help="The clinic: worklist, patients, visits and record for a team, in the browser."
)
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8421,
    db: Annotated[
        str | None,
        typer.Option(
            help="A file (SQLite), or postgresql://USER@HOST/NAME; left out: a file in your data folder.",
            metavar="DATABASE",
        ),
    ] = None,
    demo: Annotated[  # noqa: FBT002
        bool, typer.Option("--demo", help="Invented patients in a database of their own, gone when it stops.")
    ] = False,
) -> None:
    """The clinic: worklist, patients, visits and record for a team, in the browser."""
    from cisterna.cli.serve import run

    run(host=host, port=port, db=db, demo=demo)


@application.command("export", cls=PlainCommand)
def export(
    out: Annotated[Path, typer.Option(help="The file to write; no file is replaced.", metavar="FILE")],
    patient: Annotated[
        str | None, typer.Argument(help="The patient's number or id.", metavar="PATIENT")
    ] = None,
    everything: Annotated[  # noqa: FBT002
        bool, typer.Option("--everything", help="The whole clinic as one archive.")
    ] = False,
    db: Annotated[
        str | None,
        typer.Option(
            help="A file (SQLite) or postgresql://USER@HOST/NAME; left out: yours.", metavar="DATABASE"
        ),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """One therapy of the clinic as a therapy file, or everything as one archive."""
    from cisterna.cli.exchange import run_export

    run_export(patient, everything=everything, out=out, db=db, as_json=as_json)


@application.command("import", cls=PlainCommand)
def import_(
    file: Annotated[Path, typer.Argument(help="A therapy file (TOML), or an archive.", metavar="FILE")],
    number: Annotated[str | None, typer.Option(help="The patient's number; for a therapy file.")] = None,
    family: Annotated[str | None, typer.Option(help="The family name; for a therapy file.")] = None,
    given: Annotated[str | None, typer.Option(help="The given name; for a therapy file.")] = None,
    db: Annotated[
        str | None,
        typer.Option(
            help="A file (SQLite) or postgresql://USER@HOST/NAME; left out: yours.", metavar="DATABASE"
        ),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """A therapy file as a new patient of the clinic, or an archive into a clinic without patients."""
    from cisterna.cli.exchange import run_import

    run_import(file, names=(number, family, given), db=db, as_json=as_json)


def main() -> None:
    """Run the command line; the entry point ``cisterna``.

    Whoever closes the pipe that is written to has seen enough: the command ends without a word. The signal of
    a closed pipe stays ignored, since it would end a server too when somebody who asked went away.
    """
    _show_as_escapes()
    out = sys.stdout
    try:
        try:
            _run()
        finally:
            out.flush()
            if sys.stdout is not out:  # Typer met the closed pipe, and put something silent in its place
                raise BrokenPipeError
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        sys.exit(_PIPE_CLOSED)


def _run() -> None:
    """Run one command; what it refuses is told on standard error."""
    try:
        narrowed(application, *sys.argv[1:2])()
    except InputError as error:
        _say(f"The input is wrong ({_count(len(error.faults))}):", *(f"  {fault}" for fault in error.faults))
        sys.exit(2)
    except DefectError as error:
        _say(f"Cisterna is at fault: {error}", "Please report it with the therapy file, without names.")
        sys.exit(1)
    except CisternaError as error:
        _say(str(error))
        sys.exit(2)
    except BrokenPipeError:
        raise
    except OSError as error:
        _say(f"The output cannot be written: {error.strerror or error}. Check the device and its free space.")
        sys.exit(2)
    except Exception as error:  # noqa: BLE001  no traceback ever reaches a user
        _say(
            f"Cisterna is at fault: {type(error).__name__}: {error}",
            "Please report it with the therapy file, without names.",
        )
        sys.exit(1)


def _show_as_escapes() -> None:
    """Show as escapes what a terminal cannot print."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _count(faults: int) -> str:
    return "1 fault" if faults == 1 else f"{faults} faults"


def _say(*lines: str) -> None:
    sys.stderr.write("\n".join(lines) + "\n")
