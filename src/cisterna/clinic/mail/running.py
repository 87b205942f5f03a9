"""The loop of a server that looks every minute whether a mail is to be made or sent."""

from __future__ import annotations

import logging
from threading import Event

from cisterna.clinic.database import Database
from cisterna.clinic.mail.service import deliver
from cisterna.errors import CisternaError
from cisterna.evidence import number

__all__ = ["keep_delivering"]

_LOG = logging.getLogger("cisterna.clinic")


def keep_delivering(database: Database, stopped: Event) -> None:
    """Deliver until ``stopped``; a fault of the database is logged and tried again at the next look."""
    pause_s = number("mail_look").in_unit("s")
    while not stopped.wait(pause_s):
        try:
            deliver(database)
        except CisternaError as error:
            _LOG.warning('{"mail": "not delivered", "fault": "%s"}', type(error).__name__)
        except Exception as error:  # noqa: BLE001  the loop must outlive any one fault
            _LOG.error('{"mail": "not delivered", "fault": "%s"}', type(error).__name__)
