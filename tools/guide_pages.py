"""Print the worked examples of the pages on guides, sheets and candidacy anew: `python -m tools.guide_pages`.

Each block of a page that begins with ``$ cisterna ...`` gets what that command prints now. The version of
Cisterna, which a sheet ends with, is written as VERSION.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from cisterna import __version__

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference" / "guides"
EXAMPLE = re.compile(r"```console\n\$ cisterna (.*?)\n(.*?)```", re.DOTALL)
WIDTH = "90"


def without_version(text: str) -> str:
    """What a command printed, with the version of Cisterna left open."""
    return text.replace(f"Cisterna {__version__}", "Cisterna VERSION").strip()


def _printed(command: str) -> str:
    answer = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "cisterna", *shlex.split(command)],
        capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | {"COLUMNS": WIDTH},
    )  # fmt: skip
    return without_version(answer.stdout)


def main() -> None:
    """Write every page that has changed."""
    for page in sorted(FOLDER.glob("*.md")):
        text = page.read_text("utf-8")
        new = EXAMPLE.sub(lambda at: f"```console\n$ cisterna {at[1]}\n{_printed(at[1])}\n```", text)
        if new != text:
            page.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
