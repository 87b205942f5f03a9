"""A PostgreSQL server of the tests' own, on loopback, with a new database for each test that asks."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

__all__ = ["Server", "binaries", "fresh_database", "own_server", "server"]


def binaries() -> Path | None:
    """Where the programs of PostgreSQL lie: Debian puts them outside of the path."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if homes and (homes[-1] / "initdb").is_file():
        return homes[-1]
    found = shutil.which("initdb")
    return Path(found).parent if found else None


class Server:
    """A server of one's own, to be killed and started again; ``address`` is its database ``postgres``."""

    def __init__(self, folder: Path) -> None:
        home = binaries()
        assert home is not None, "PostgreSQL is not installed"
        self._program, self._data = str(home / "postgres"), str(folder / "data")
        self._folder, self._user, self._port = folder, _owner(folder), _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"postgresql://cisterna@127.0.0.1:{self._port}/postgres"
        _run(
            [
                str(home / "initdb"),
                "-D",
                self._data,
                "-U",
                "cisterna",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            self._user,
        )

    def start(self) -> None:
        """Start, and wait until it answers; after a kill it recovers what was committed."""
        command = [self._program, "-D", self._data, "-p", str(self._port), "-c", "listen_addresses=127.0.0.1",
                   "-c", f"unix_socket_directories={self._folder}", "-c", "max_connections=200"]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
                command, stdout=log, stderr=log, start_new_session=True, **_as(self._user)
            )
        assert self._process is not None
        _wait(self.address, self._process)

    def kill(self) -> None:
        """End it at once with all its processes, as a power cut does."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)
        self._process = None

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)


@contextmanager
def own_server() -> Iterator[Server]:
    """A running server that the caller may kill."""
    folder = Path(tempfile.mkdtemp(prefix="cisterna-pg-"))
    try:
        held = Server(folder)
        held.start()
        try:
            yield held
        finally:
            held.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """A running server; the address of its database ``postgres``."""
    with own_server() as held:
        yield held.address


@contextmanager
def fresh_database(server_address: str) -> Iterator[str]:
    """A new, empty database of a running server; its address."""
    name = f"c{secrets.token_hex(6)}"
    with psycopg.connect(server_address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield server_address.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(server_address, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _owner(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: the folder then belongs to its own user."""
    if os.getuid() != 0:
        return None
    entry = pwd.getpwnam("postgres")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return "postgres"


def _as(user: str | None) -> dict[str, object]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _run(command: list[str], user: str | None) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/", **_as(user))  # type: ignore[call-overload]  # noqa: S603


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "PostgreSQL did not start"
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PostgreSQL did not answer")
