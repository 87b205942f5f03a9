"""Write THIRD_PARTY_NOTICES.md: what Cisterna needs or brings along, and under which licence.

Run by ``make notices``. Packages are those that the core and its extras need, with all that these
need in turn, as installed here; vendored files are those listed in the VENDORED.toml of the package.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def closure(package: str) -> set[str]:
    """Names of all packages that ``package`` and its extras need here, itself left out."""
    seen: set[str] = set()
    waiting = [package]
    while waiting:
        for requirement in needed_by(waiting.pop(), extras=not seen):
            name = re.split(r"[\s\[<>=!~;(]", requirement, maxsplit=1)[0].lower().replace("_", "-")
            if name not in seen and name != package:
                seen.add(name)
                waiting.append(name)
    return seen


def needed_by(package: str, *, extras: bool) -> list[str]:
    """Requirement texts of an installed package; those of its extras only where asked for."""
    try:
        wanted = requires(package) or []
    except PackageNotFoundError:
        return []
    return [text for text in wanted if extras or "extra ==" not in text]


def package_rows(names: set[str]) -> list[str]:
    """One table row for each installed package."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json", "--with-urls"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  own arguments
    rows = []
    for entry in json.loads(answer.stdout):
        if entry["Name"].lower().replace("_", "-") in names:
            licence = " ".join(entry["License"].split())
            licence = licence if len(licence) <= 80 else f"{licence[:77]}..."
            rows.append(f"| {entry['Name']} | {licence} | {entry['URL']} |")
    return sorted(rows, key=str.lower)


def vendored_rows() -> list[str]:
    """One table row for each file that is part of the package."""
    rows: list[str] = []
    for listing in sorted(ROOT.glob("*/**/VENDORED.toml")):
        folder = listing.parent.relative_to(ROOT)
        rows.extend(
            f"| {folder / file['path']} | {entry['name']} {entry['version']} | {entry['licence']} |"
            for entry in tomllib.loads(listing.read_text("utf-8")).get("package", [])
            for file in entry["files"]
        )
    return rows


def main() -> None:
    """Write the file."""
    lines = [
        "# Third-party notices",
        "",
        "Written by `make notices`. Cisterna itself is under the Apache License 2.0.",
        "",
        "## Packages that Cisterna needs (installed beside it, not part of it)",
        "",
        "| package | licence | home |",
        "|---|---|---|",
        *package_rows(closure("cisterna")),
        "",
        "## Libraries that are compiled into the package",
        "",
        "| library | licence | home |",
        "|---|---|---|",
        *package_rows({"nanobind"}),
        "| robin-map (comes with nanobind) | MIT | https://github.com/Tessil/robin-map |",
        "",
        "## Files of others that are part of the package",
        "",
        "| file | from | licence |",
        "|---|---|---|",
        *vendored_rows(),
        "",
        "The licence texts of these files lie beside them in the package.",
        "",
    ]
    (ROOT / "THIRD_PARTY_NOTICES.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
