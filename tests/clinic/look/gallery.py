"""Every template and part with invented values, served as the clinic serves its pages, without a database."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from tests.clinic.look import invented
from tests.report.conftest import double

from cisterna.clinic.web import assets, templates
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.clinic.web.shell import Message, Shell
from cisterna.errors import Fault
from cisterna.report.embedding import chart_data, script_json
from cisterna.report.panels import panels_of
from cisterna.report.source import read

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGES: dict[str, str] = {
    "/due": "due.html",
    "/patient": "overview.html",
    "/before": "before.html",
    "/visit": "visit.html",
    "/columns": "two_columns.html",
    "/parts": "all_parts.html",
    "/forms": "fields.html",
    "/faults": "fields.html",
    "/empty": "nothing.html",
    "/log-in": "login.html",
    "/first-start": "first_start.html",
    "/second-factor": "second_factor.html",
}
ERRORS = (400, 401, 403, 404, 409, 429, 500, 503)
EVERY = (*PAGES, *(f"/error/{status}" for status in ERRORS))


@cache
def environment() -> Any:
    """The clinic's templates and those of the gallery."""
    own = templates.environment()
    extra = FileSystemLoader(Path(__file__).parent / "templates")
    return own.overlay(loader=ChoiceLoader([extra, own.loader]))  # type: ignore[list-item]


@cache
def course() -> dict[str, Any]:
    """Panels and data of an invented course, as a patient's page has them."""
    reading = read(double())
    chosen = tuple(panel for panel in panels_of(reading) if panel.id in {"tone", "dose", "reservoir"})
    return {
        "panels": chosen,
        "data": script_json(chart_data(reading, chosen) | {"now": "2026-05-20T09:00:00+02:00"}),
        "zone": reading.zone,
    }


def values(path: str) -> dict[str, Any]:
    """What the page at a path is given."""
    alone = path in {"/log-in", "/first-start", "/second-factor"}
    place = {"/due": "Due", "/patient": "Patients"}.get(path, "Sheets")
    given: dict[str, Any] = {
        "shell": invented.ALONE if alone else invented.shell(path.strip("/").title(), place),
        "given": invented,
        "banner": invented.BANNER,
        "tabs": invented.TABS,
        "form": invented.WRONG if path == "/faults" else EMPTY,
        "step": EMPTY,
        "saved_at": None,
        "action": path,
        "next": "/due",
        "site": "Invented Hospital",
        "demo": (("nurse", "nurse", "invented-password"), ("doctor", "physician", "invented-password")),
        "least": 12,
        "needs_code": True,
        "zones": [("UTC", "UTC"), ("Europe/Madrid", "Europe/Madrid")],
        "log_in": "/log-in",
    }  # fmt: skip
    if path == "/patient":
        given |= course()
    if path == "/before":
        given["banner"] = invented.BEFORE_IMPLANT
    if path == "/visit":
        given["shell"] = invented.shell("Refill", "Patients", messages=(Message(words="Saved step 6."),))
    return given


async def page(request: Request) -> Response:
    """A page of the gallery."""
    path = request.url.path
    text = environment().get_template(PAGES[path]).render(**values(path))
    return HTMLResponse(text, headers={"Content-Security-Policy": POLICY})


async def error(request: Request) -> Response:
    """An error as the clinic shows it."""
    status = int(request.path_params["status"])
    shell = invented.shell("Error") if status != 401 else Shell(title="Error")
    text = environment().get_template("error.html").render(
        shell=shell, status=status, home="/due", details="", reference="3f9c"
    )  # fmt: skip
    return HTMLResponse(text, headers={"Content-Security-Policy": POLICY})


async def asset(request: Request) -> Response:
    """A static file."""
    found = assets.asset_at(request.url.path)
    if found is None:
        return Response(status_code=404)
    return Response(found.body, media_type=found.media_type, headers={"Cache-Control": assets.FOREVER})


async def saved(request: Request) -> Response:
    """A step saved by htmx; one that holds "wrong" comes back with its fault and what was typed."""
    form = await request.form()
    await asyncio.sleep(0)
    if form.get("step_volume") == "wrong":
        fault = Fault(where="step_volume", found="'wrong'", allowed="a volume", remedy="write 3.9")
        state = FormState({"step_volume": "wrong"}, (fault,))
        text = environment().get_template("step.html").render(step=state, saved_at=None)
        return HTMLResponse(text, status_code=422)
    state = FormState({"step_volume": str(form.get("step_volume"))})
    return HTMLResponse(environment().get_template("step.html").render(step=state, saved_at="09:31:12"))


async def searched(request: Request) -> Response:
    """A search: a whole page is the answer, or the browser would ask for the icon that it does not name."""
    await request.form()
    return RedirectResponse("/due", status_code=303)


def application() -> Starlette:
    """The gallery."""
    return Starlette(
        routes=[
            *(Route(path, page) for path in PAGES),
            Route("/error/{status:int}", error),
            Route("/assets/{name}", asset),
            Route("/step", saved, methods=["POST"]),
            Route("/search", searched, methods=["POST"]),
        ]
    )
