"""Write docs/reference/requirements.md: each safety requirement, what holds it, what is open and why.

Run by ``make requirements``. The requirements are those of tests/requirements.toml; which test holds
which is asked of the tests themselves, by their ``requirement`` markers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "tests" / "requirements.toml"
PAGE = ROOT / "docs" / "reference" / "requirements.md"

HEAD = """\
# Safety requirements

Written by `make requirements` from `tests/requirements.toml` and from the tests, each of which names the
requirements that it holds; not typed by hand. **Held** is a requirement with at least one test that fails
when it is broken, **in part** one of which a part is held and the rest open with its reason, **open** one
that no test here holds. [Broken on purpose](broken-on-purpose.md) shows such tests fail. Nothing here claims
conformity with a standard.
"""
ORIGINS = """
## Origins

Where the idea of a requirement comes from, not that the source contains the sentence.

| code | source |
|---|---|"""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One requirement, the tests that carry it, and why it is open, where it is."""

    ident: str
    text: str
    origin: str
    status: str
    open: str
    tests: tuple[str, ...]

    @property
    def group(self) -> str:
        """The letter of its group."""
        return self.ident[0]

    @property
    def state(self) -> str:
        """``held``, ``in part``, ``open``, or ``neither`` where a test or a reason is missing."""
        if self.tests:
            return "in part" if self.open else "held"
        return "open" if self.open else "neither"


def document() -> dict[str, Any]:
    """The table of requirements as it stands in the repository."""
    return tomllib.loads(REQUIREMENTS.read_text("utf-8"))


def carried() -> dict[str, dict[str, list[str]]]:
    """Which tests carry which requirement and name which worked example, asked of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "carried.json"
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
        options = ["-p", "no:xdist", f"--write-requirements={target}", "tests"]
        done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise SystemExit(f"the tests cannot be collected:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
        found: dict[str, dict[str, list[str]]] = json.loads(target.read_text("utf-8"))
        return found


def requirements(tests: Mapping[str, Sequence[str]]) -> list[Requirement]:
    """All requirements in the order of their ids; ``tests`` are the tests that carry each."""
    return [
        Requirement(
            ident=ident,
            text=entry["text"],
            origin=entry["origin"],
            status=entry.get("status", ""),
            open=entry.get("open", ""),
            tests=tuple(tests.get(ident, ())),
        )
        for ident, entry in document()["requirement"].items()
    ]


def page(tests: Mapping[str, Sequence[str]]) -> str:
    """The whole page."""
    table, every = document(), requirements(tests)
    parts = [HEAD, *_counts(every, table["groups"])]
    for letter, name in table["groups"].items():
        parts.append(f"\n## {letter}. {name}\n")
        parts.extend(_group(requirement for requirement in every if requirement.group == letter))
    parts.extend(_hazards(table["hazard"], {requirement.ident: requirement for requirement in every}))
    parts.append("\n## Conflicts\n\n| conflict | here |\n|---|---|")
    parts.extend(f"| {entry['text']} | {entry['settled']} |" for entry in table["conflict"])
    parts.append(ORIGINS)
    parts.extend(f"| {code} | {text} |" for code, text in table["origins"].items())
    return "\n".join(parts) + "\n"


def _counts(every: Sequence[Requirement], groups: Mapping[str, str]) -> Iterator[str]:
    yield "| group | requirements | held | in part | open |\n|---|---|---|---|---|"
    for letter, name in [*groups.items(), ("", "all")]:
        states = [requirement.state for requirement in every if requirement.ident.startswith(letter)]
        counts = " | ".join(str(states.count(state)) for state in ("held", "in part", "open"))
        yield f"| {letter} {name} | {len(states)} | {counts} |".replace("|  all", "| all")


def _group(every: Iterator[Requirement]) -> Iterator[str]:
    yield "| id | requirement | state | held by | open, and why |\n|---|---|---|---|---|"
    for entry in every:
        status = f"; {entry.status}" if entry.status else ""
        text = f"{entry.text}<br>*{entry.origin}{status}*"
        tests = "<br>".join(f"`{name}`" for name in map(_shown, entry.tests))
        yield f"| {entry.ident} | {text} | {entry.state} | {tests} | {entry.open} |"


def _shown(test: str) -> str:
    """A test as people find it: its file below tests, and its name."""
    return test.removeprefix("tests/")


def _hazards(hazards: Sequence[Mapping[str, Any]], every: Mapping[str, Requirement]) -> Iterator[str]:
    yield "\n## Hazards\n\n| hazard | held | in part | open | tests |\n|---|---|---|---|---|"
    for hazard in hazards:
        named = [every[ident] for ident in hazard["requirements"]]
        columns = (
            ", ".join(entry.ident for entry in named if entry.state == state)
            for state in ("held", "in part", "open")
        )
        count = len({test for entry in named for test in entry.tests})
        yield f"| {hazard['text']} | {' | '.join(columns)} | {count} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(carried()["requirements"]), "utf-8")


if __name__ == "__main__":
    main()
