"""The gallery on a port of this machine, and one browser for all tests of the look."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from tests.clinic.look.gallery import application
from tests.report.test_browser import ARGUMENTS

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the gallery."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; where tests must run, as in CI, its absence is a failure."""
    if CHROMIUM is None:
        if os.environ.get("CI") != "true":
            pytest.skip("chromium is not installed here")
        pytest.fail("chromium is not installed, and in CI the pages must be tried in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
