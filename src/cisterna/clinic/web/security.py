"""What every answer and every request must hold to: headers, the origin of a change, its size."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable
from urllib.parse import unquote_plus, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cisterna.clinic.plain_text import unseen_fault

__all__ = ["POLICY", "Guard"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing runs and nothing is loaded but what this server hands out."""

_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-frame-options": "DENY",
}
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LARGEST = 64 * 1024 * 1024
_LOG = logging.getLogger("cisterna.clinic")


class Guard:
    """The outermost layer: one log line for each request, without data of a patient, and the headers.

    A fault of the program ends here in the page of ``failed``: further out the server would write it to its
    log with everything that it says, and names of patients may be in that.
    """

    def __init__(self, app: ASGIApp, failed: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, incident = time.perf_counter(), secrets.token_hex(4)
        scope.setdefault("state", {})["incident"] = incident
        status, begun = 500, False

        async def told(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                _add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            refusal = _refusal(scope)
            if refusal is not None:
                await PlainTextResponse(refusal[1], refusal[0])(scope, receive, told)
            else:
                await self.app(scope, receive, told)
        except Exception as error:  # noqa: BLE001  no fault of the program goes further
            page = await run_in_threadpool(self.failed, Request(scope, receive), error)
            if not begun:
                await page(scope, receive, told)
        finally:
            _write_line(scope, status, (time.perf_counter() - started) * 1000, incident)


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if not path.startswith("/assets/"):
        headers.setdefault("cache-control", "no-store")


def _refusal(scope: Scope) -> tuple[int, str] | None:
    """Why a request is refused before any route sees it."""
    headers = Headers(scope=scope)
    return _unreadable(scope, headers) or (None if scope["method"] in _SAFE else _foreign(headers))


def _unreadable(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    """A request of unknown length or too large, or for an address with hidden characters."""
    if "transfer-encoding" in headers:
        return 411, "The request does not say how long it is. Send it with its length."
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _LARGEST:
        return 413, "The request is larger than 64 MiB. Send a smaller file."
    address = scope["path"] + unquote_plus(scope["query_string"].decode("latin-1"))
    if unseen_fault(address, "address") is not None:
        return 400, "The address holds hidden characters. Open the page from the start."
    return None


def _foreign(headers: Headers) -> tuple[int, str] | None:
    """A change that another site asks for."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site in {"same-origin", "none"}:
        return None
    if site is None and origin is not None and urlsplit(origin).netloc == headers.get("host"):
        return None
    return (
        403,
        "The change was asked for by another site, or by a program that does not say where it comes from.",
    )


def _write_line(scope: Scope, status: int, duration_ms: float, incident: str) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    line = {
        "method": scope["method"],
        "route": route,
        "status": status,
        "ms": round(duration_ms, 1),
        "incident": incident,
    }
    _LOG.info(json.dumps(line))
