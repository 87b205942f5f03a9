"""Break requirements on purpose, one at a time, and see the tests that carry them fail.

Run by ``make break``, or for some requirements alone, without writing the page, by
``python -m tools.break_requirements A1 C9``. Each break of tests/broken_on_purpose.toml changes one line
in a copy of the source tree, never here; the tests that carry its requirement run there, and at least one
must fail. What failed is written to docs/reference/broken-on-purpose.md.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.requirements_table import carried

ROOT = Path(__file__).resolve().parent.parent
BREAKS = ROOT / "tests" / "broken_on_purpose.toml"
PAGE = ROOT / "docs" / "reference" / "broken-on-purpose.md"
COPIED = ("src", "tests", "tools", "docs", "examples", "pyproject.toml", "README.md")
SEARCH = "tests/pump/test_state_machine.py"  # long, so asked only where no other test fails
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)
_SOME_FAILED = 1  # exit status of pytest
_LONGEST_S = 900  # a break may make the pump go round for ever; then it has to be another one

HEAD = """\
# Broken on purpose

Written by `make break`: each line below was changed in a copy of the source, alone, and the tests that carry
the [requirement](requirements.md) were run there. Every one was noticed by one of these tests.

| requirement | what was broken | where | noticed by |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Break:
    """One line of one file, and what it is changed to."""

    requirement: str
    what: str
    file: str
    line: str
    broken: str

    def applied(self, source: str) -> str:
        """The source with the line broken; refused where it does not stand there exactly once."""
        if source.count(self.line) != 1:
            found = source.count(self.line)
            raise SystemExit(f"{self.requirement}: {found} times in {self.file}, not once: {self.line}")
        return source.replace(self.line, self.broken)


def breaks() -> list[Break]:
    """All breaks, in the order of the file."""
    return [Break(**entry) for entry in tomllib.loads(BREAKS.read_text("utf-8"))["break"]]


def copy_to(folder: Path) -> None:
    """The tree that is broken: source, tests and what they need, without what is made from them."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_build")
            )
        else:
            shutil.copy(ROOT / name, folder / name)


def failed(folder: Path, tests: Sequence[str]) -> list[str]:
    """Those of the tests that fail in the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",  # two breaks within a second must not share compiled files
    }
    done = subprocess.run(  # noqa: S603  our own command
        [*command, *tests],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
    )
    if done.returncode not in {0, _SOME_FAILED}:
        raise SystemExit(f"the tests cannot run:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return sorted(set(_FAILED.findall(done.stdout)))


def noticed_by(folder: Path, broken: Break, tests: Sequence[str]) -> list[str]:
    """Those of the tests that fail while the line is broken; the line is mended again."""
    file = folder / broken.file
    source = file.read_text("utf-8")
    file.write_text(broken.applied(source), "utf-8")
    quick = [test for test in tests if not test.startswith(SEARCH)]
    long = [test for test in tests if test.startswith(SEARCH)]
    try:
        noticed = failed(folder, quick) if quick else []
        return noticed or (failed(folder, long) if long else [])
    finally:
        file.write_text(source, "utf-8")


def row(broken: Break, tests: Sequence[str]) -> str:
    """One line of the page."""
    where = broken.file.removeprefix("src/cisterna/")
    names = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests)
    return f"| {broken.requirement} | {broken.what} | `{where}` | {names} |\n"


def main(chosen: Sequence[str]) -> int:
    """Break, run, tell; 1 where a break was not noticed. The page is written where none is chosen."""
    every = [entry for entry in breaks() if not chosen or entry.requirement in chosen]
    tests = carried()["requirements"]
    named = sorted({test for entry in every for test in tests[entry.requirement] if SEARCH not in test})
    unnoticed, page = 0, HEAD
    for entry in every:
        entry.applied((ROOT / entry.file).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_to(folder)
        wrong = failed(folder, named)
        if wrong:
            raise SystemExit(f"fails without a break: {', '.join(wrong)}")
        for entry in every:
            noticed = noticed_by(folder, entry, tests[entry.requirement])
            unnoticed += not noticed
            page += row(entry, noticed)
            sys.stdout.write(f"{entry.requirement}: {entry.what}: {', '.join(noticed) or 'NOT NOTICED'}\n")
            sys.stdout.flush()
    if not chosen and not unnoticed:
        PAGE.write_text(page, "utf-8")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
