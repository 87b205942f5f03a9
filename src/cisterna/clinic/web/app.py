"""The application: every slice's routes, behind one guard; what goes wrong becomes a page in plain words."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from cisterna.clinic.accounts import own_pages
from cisterna.clinic.accounts import pages as account_pages
from cisterna.clinic.administration import account_pages as admin_account_pages
from cisterna.clinic.administration import audit_pages, setting_pages
from cisterna.clinic.administration import pages as administration_pages
from cisterna.clinic.adverse import pages as adverse_pages
from cisterna.clinic.alarms import pages as alarm_pages
from cisterna.clinic.appointments import pages as appointment_pages
from cisterna.clinic.assessments import pages as assessment_pages
from cisterna.clinic.calendar import pages as calendar_pages
from cisterna.clinic.compare import pages as compare_pages
from cisterna.clinic.confirming import pages as confirming_pages
from cisterna.clinic.database import Database
from cisterna.clinic.demo.demonstration_accounts import shown_accounts
from cisterna.clinic.documents import pages as document_pages
from cisterna.clinic.dose import pages as dose_pages
from cisterna.clinic.due import pages as due_pages
from cisterna.clinic.editor import draft_pages, order_pages, script_pages
from cisterna.clinic.editor import pages as editor_pages
from cisterna.clinic.ending import pages as ending_pages
from cisterna.clinic.events import pages as event_pages
from cisterna.clinic.events import record_pages
from cisterna.clinic.exchange import pages as exchange_pages
from cisterna.clinic.implants import pages as implant_pages
from cisterna.clinic.loss_of_effect import pages as loss_of_effect_pages
from cisterna.clinic.mail import pages as mail_pages
from cisterna.clinic.mail.running import keep_delivering
from cisterna.clinic.mri import pages as mri_pages
from cisterna.clinic.oral import pages as oral_pages
from cisterna.clinic.papers import pages as paper_pages
from cisterna.clinic.patients import emergency, overview
from cisterna.clinic.patients import pages as patient_pages
from cisterna.clinic.projection.renewal import renew
from cisterna.clinic.recalls import pages as recall_pages
from cisterna.clinic.revisions import pages as revision_pages
from cisterna.clinic.sheets import pages as sheet_pages
from cisterna.clinic.spine import pages as spine_pages
from cisterna.clinic.spreadsheet import pages as spreadsheet_pages
from cisterna.clinic.trials import pages as trial_pages
from cisterna.clinic.trials import patient_pages as trial_patient_pages
from cisterna.clinic.visits import implant_pages as begin_implant_pages
from cisterna.clinic.visits import pages as visit_pages
from cisterna.clinic.visits import refill_pages
from cisterna.clinic.web import static
from cisterna.clinic.web.desk import Elsewhere, open_desk
from cisterna.clinic.web.form_text import FormTextError, refilled, refused_fields
from cisterna.clinic.web.languages import chosen as chosen_language
from cisterna.clinic.web.messages import catalogue, marked
from cisterna.clinic.web.security import Guard
from cisterna.clinic.web.shell import Shell
from cisterna.clinic.web.templates import render
from cisterna.clinic.what_if import pages as what_if_pages
from cisterna.errors import (
    CisternaError,
    ForbiddenError,
    InputError,
    NotFoundError,
    StaleRecordError,
    StorageError,
)

__all__ = ["PUBLIC", "create_app"]

PUBLIC = frozenset({"/assets/{name:path}", "/health", "/log-in", "/first-start", "/calendar/{secret}.ics"})
"""The routes that answer without a log-in; every other one names an action. In a demonstration the page that
compares routes answers everybody too."""

_LOG = logging.getLogger("cisterna.clinic")
_STATUS = {ForbiddenError: 403, NotFoundError: 404, StaleRecordError: 409, StorageError: 503, InputError: 400}


def create_app(database: Database, *, demonstration: bool = False, setup_code: str | None = None) -> FastAPI:
    """The application on an open database.

    A ``demonstration`` says so on every page, and its log-in page shows who can log in.
    ``setup_code`` must be typed to make the first administrator; it is printed where the server was started.
    """
    app = FastAPI(title="Cisterna", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.database = database
    app.state.demonstration = demonstration
    app.state.demonstration_accounts = shown_accounts() if demonstration else ()
    app.state.setup_code = setup_code
    for router in (*_routers(), compare_pages.open_router if demonstration else compare_pages.router):
        app.include_router(router)
    app.add_exception_handler(Elsewhere, _elsewhere)  # type: ignore[arg-type]
    app.add_exception_handler(FormTextError, _put_right)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _not_taken)  # type: ignore[arg-type]
    app.add_exception_handler(CisternaError, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_middleware(Guard, failed=_failed)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Go on with what a server left unfinished that was stopped; send the daily mail while this one runs."""
    stopped = Event()
    Thread(target=renew, args=(app.state.database,), daemon=True).start()
    Thread(target=keep_delivering, args=(app.state.database, stopped), daemon=True).start()
    yield
    stopped.set()


def _routers() -> tuple[APIRouter, ...]:
    return (
        static.router,
        account_pages.router,
        own_pages.router,
        administration_pages.router,
        admin_account_pages.router,
        setting_pages.router,
        mail_pages.router,
        audit_pages.router,
        exchange_pages.router,
        spreadsheet_pages.router,
        implant_pages.router,
        recall_pages.router,
        trial_pages.router,
        trial_patient_pages.router,
        paper_pages.router,
        what_if_pages.router,
        spine_pages.router,
        sheet_pages.router,
        due_pages.router,
        assessment_pages.router,
        appointment_pages.router,
        calendar_pages.router,
        confirming_pages.router,
        patient_pages.router,
        emergency.router,
        overview.router,
        event_pages.router,
        record_pages.router,
        oral_pages.router,
        mri_pages.router,
        alarm_pages.router,
        adverse_pages.router,
        loss_of_effect_pages.router,
        document_pages.router,
        dose_pages.router,
        editor_pages.router,
        script_pages.router,
        draft_pages.router,
        order_pages.router,
        ending_pages.router,
        revision_pages.router,
        refill_pages.router,
        visit_pages.router,
        begin_implant_pages.router,
    )


def _elsewhere(request: Request, sent: Elsewhere) -> Response:
    """A browser is sent on; a program is told that it must log in."""
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": sent.address})
    if request.method == "GET" and "text/html" in request.headers.get("accept", "*/*"):
        return RedirectResponse(sent.address, 303)
    if request.method == "GET":
        return JSONResponse({"error": "log in first", "at": sent.address}, 401)
    return RedirectResponse(sent.address, 303)


def _refused(request: Request, error: CisternaError) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        return _failed(request, error)
    return error_page(request, status, str(error))


def _put_right(request: Request, error: FormTextError) -> Response:
    """The faulty fields of a form, to be typed again; everything else of it is kept."""
    return open_desk(request).page(
        "put_right.html",
        title="Put this right",
        refilled=refilled(error),
        action=request.url.path,
        status=422,
    )


def _not_taken(request: Request, error: RequestValidationError) -> Response:
    """What a route does not take: the form once more, or a page that says so."""
    fields = refused_fields(error)
    return error_page(request, 422) if fields is None else _put_right(request, fields)


def _http(request: Request, error: HTTPException) -> Response:
    return error_page(request, error.status_code)


def _failed(request: Request, error: Exception) -> Response:
    """A fault of the program: a number to report, and nothing of the data."""
    incident = request.scope.get("state", {}).get("incident", "")
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else "unknown"
    _LOG.error('{"incident": "%s", "fault": "%s", "where": "%s"}', incident, type(error).__name__, where)
    return error_page(request, 500, reference=incident)


def error_page(request: Request, status: int, details: str = "", reference: str = "") -> HTMLResponse:
    """The page that says what went wrong, in the frame of who is logged in where that can be read."""
    try:
        desk = open_desk(request)
        shell, language = desk.shell(marked("Not done")), desk.language
    except Exception:  # noqa: BLE001  the page must come up even where the database does not
        language = chosen_language("browser", request.headers.get("accept-language", ""))
        shell = Shell(
            title=catalogue(language).gettext("Not done"), demonstration=bool(request.app.state.demonstration)
        )
    text = render(
        "error.html", language=language, shell=shell, status=status, home="/", details=details,
        reference=reference,
    )  # fmt: skip
    return HTMLResponse(text, status)
