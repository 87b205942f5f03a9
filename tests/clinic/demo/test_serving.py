"""``cisterna serve --demo`` shows the accounts; a clinic that is none shows nothing of the kind."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from cisterna.clinic.database import open_database
from cisterna.clinic.demo.demonstration_accounts import PASS_PHRASE, demonstration_accounts
from cisterna.clinic.demo.loading import load_demonstration

_STRIP = "Every patient on this page is invented"


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, str]]:
    """A server of its own: what it printed, and its log-in or first page."""
    command = [sys.executable, "-m", "cisterna", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:  # noqa: S603
        try:
            assert server.stdout is not None
            told = ""
            while "listens on" not in told:
                line = server.stdout.readline()
                assert line, told
                told += line
            address = told.split("listens on ")[1].split()[0]
            browser = Request(f"{address}log-in", headers={"Accept": "text/html"})  # noqa: S310
            with urlopen(browser) as answer:  # noqa: S310
                yield told, answer.read().decode()
        finally:
            server.terminate()


def test_a_demonstration_is_printed_and_shown(tmp_path: Path) -> None:
    """Terminal and log-in page name each account with its pass phrase, and say that it is invented."""
    address = f"sqlite:///{tmp_path / 'demonstration.db'}"
    database = open_database(address)
    load_demonstration(database, count=2)
    database.close()
    with serving("--demo", "--db", address) as (told, page):
        for one in demonstration_accounts():
            assert f"{one.login} " in told
            assert f"<code>{one.login}</code>" in page
        assert PASS_PHRASE in told
        assert PASS_PHRASE in page
        assert _STRIP in page


def test_a_demonstration_stays_one(tmp_path: Path) -> None:
    """The file of a demonstration is one also where it is opened without --demo."""
    address = f"sqlite:///{tmp_path / 'demonstration.db'}"
    database = open_database(address)
    load_demonstration(database, count=1)
    database.close()
    with serving("--db", address) as (told, page):
        assert "every patient is invented" in told
        assert _STRIP in page


def test_a_clinic_shows_no_pass_phrase(tmp_path: Path) -> None:
    """A new clinic has no demonstration accounts and no strip."""
    with serving("--db", str(tmp_path / "clinic.db")) as (told, page):
        assert PASS_PHRASE not in told
        assert PASS_PHRASE not in page
        assert _STRIP not in page
