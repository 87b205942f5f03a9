"""``cisterna serve``: open the database, make the application, answer on one address."""

from __future__ import annotations

import logging
import secrets
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from cisterna.errors import Fault, InputError, OutputError

__all__ = ["check_extra", "data_folder", "database_url", "run"]

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def run(*, host: str, port: int, db: str | None, demo: bool) -> None:
    """Serve the clinic until it is stopped."""
    check_extra()
    with ExitStack() as stack:
        _serve(host, port, db, demo, stack)


def check_extra() -> None:
    """The clinic is an extra: say so before anything is imported that is not there."""
    from importlib.util import find_spec

    missing = [
        name for name in ("fastapi", "sqlalchemy", "uvicorn", "jinja2", "argon2") if find_spec(name) is None
    ]
    if missing:
        raise OutputError(
            f"The clinic needs packages that are not installed ({', '.join(missing)}). "
            "Install them with: pip install 'cisterna[clinic,report]'"
        )


def _serve(host: str, port: int, db: str | None, demo: bool, stack: ExitStack) -> None:  # noqa: FBT001
    from cisterna.clinic.accounts.accounts import no_account_yet
    from cisterna.clinic.database import open_database
    from cisterna.clinic.demo.loading import is_demonstration, load_demonstration
    from cisterna.clinic.web.app import create_app
    from cisterna.clinic.web.server import answer

    listening = stack.enter_context(_bound(host, port))
    database = open_database(database_url(db, demo=demo, stack=stack))
    stack.callback(database.close)
    if demo:
        _say("Inventing the patients of the demonstration ...")
        load_demonstration(database, at_home=True)
    code = None
    with database.reading() as connection:
        is_first, is_invented = no_account_yet(connection), is_demonstration(connection)
    if is_first:
        code = "-".join(secrets.token_hex(2) for _ in range(3))
    app = create_app(database, demonstration=is_invented, setup_code=code)
    if is_invented:
        _tell_accounts()
    listening.listen()  # whoever reads the next line can connect
    _say(f"Cisterna listens on http://{host}:{listening.getsockname()[1]}/  (stop with Ctrl-C)")
    if code is not None:
        _say(f"Nobody can log in yet. Open the page and make the first administrator with this code: {code}")
    _write_logs()
    answer(app, listening)


def _tell_accounts() -> None:
    """Who can log in to a demonstration; the log-in page shows the same."""
    from cisterna.clinic.demo.demonstration_accounts import shown_accounts

    _say("A demonstration: every patient is invented. Log in as one of these:")
    for login, role, password in shown_accounts():
        _say(f"  {login:<8} {password}   {role}")


def _bound(host: str, port: int) -> socket.socket:
    """The socket to listen on, taken before the database is touched."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InputError(
            Fault(
                where="--host, --port",
                found=f"{host} {port}: {error.strerror or error}",
                allowed="an address of this machine",
                remedy="choose another --port",
            )
        ) from None
    return listening


def data_folder() -> Path:
    """The folder in which this user's clinic lies."""
    from platformdirs import user_data_path

    return user_data_path("cisterna", appauthor=False)


def database_url(db: str | None, *, demo: bool, stack: ExitStack) -> str:
    """The address of the database: the named one, a new one for a demonstration, or the user's own."""
    if db is not None:
        return db if "://" in db else f"sqlite:///{db}"
    if demo:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cisterna-demonstration-"))
        return f"sqlite:///{Path(folder) / 'demonstration.db'}"
    return f"sqlite:///{data_folder() / 'clinic.db'}"


def _write_logs() -> None:
    """One JSON line for each request on standard error; they hold no data of patients."""
    logger = logging.getLogger("cisterna.clinic")
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.StreamHandler(sys.stderr))
    logger.propagate = False


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
