"""``python -m tests.clinic.crash --kills 200``: half of the kills on SQLite, half on PostgreSQL."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.clinic.crash.killing import Found, Writers, crash
from tests.clinic.postgres import fresh_database, own_server


def main() -> int:
    """Print one line for each database; the exit status is 1 where anything was lost or is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261129)
    chosen = parser.parse_args()
    found = {
        "SQLite": on_sqlite(chosen.kills // 2, chosen.seed),
        "PostgreSQL": on_postgresql(chosen.kills - chosen.kills // 2, chosen.seed),
    }
    for name, each in found.items():
        sys.stdout.write(
            f"{name}: killed {each.kills} times; {each.acknowledged} visits acknowledged, {each.recorded} "
            f"recorded; {len(each.missing)} events missing; {len(each.findings)} findings; "
            f"{len(each.projections_that_differ)} projections differ from their rebuild\n"
        )
    return 0 if all(each.is_whole for each in found.values()) else 1


def on_sqlite(kills: int, seed: int) -> Found:
    """Kill writers of one file."""
    with tempfile.TemporaryDirectory(prefix="cisterna-crash-") as folder:
        writers = Writers(f"sqlite:///{Path(folder) / 'clinic.db'}", Path(folder))
        return crash(writers, kills, Random(seed), None)  # noqa: S311  to be repeated, not for secrets


def on_postgresql(kills: int, seed: int) -> Found:
    """Kill writers and the server by turns."""
    with tempfile.TemporaryDirectory(prefix="cisterna-crash-") as folder, own_server() as server:

        def again() -> None:
            server.kill()
            server.start()

        with fresh_database(server.address) as address:
            return crash(Writers(address, Path(folder)), kills, Random(seed), again)  # noqa: S311  the same


if __name__ == "__main__":
    sys.exit(main())
