"""The files of the application, from the package alone, and its health."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text

from cisterna import __version__
from cisterna.clinic.web import assets
from cisterna.errors import NotFoundError, StorageError

__all__ = ["router"]

router = APIRouter()


@router.get("/health")
def health(request: Request) -> JSONResponse:
    """Whether the server and its database answer: 200, or 503 where the database does not."""
    try:
        with request.app.state.database.reading() as connection:
            connection.execute(text("SELECT 1"))
    except StorageError as error:
        return JSONResponse({"status": str(error), "version": __version__}, status_code=503)
    return JSONResponse({"status": "ok", "version": __version__})


@router.get("/assets/{name:path}")
def asset(request: Request) -> Response:
    """One static file; its address holds its hash, so that a browser may keep it."""
    found = assets.asset_at(request.url.path)
    if found is None:
        raise NotFoundError(
            "There is no file at this address; the page is older than the server. Load it again."
        )
    return Response(found.body, media_type=found.media_type, headers={"cache-control": assets.FOREVER})
