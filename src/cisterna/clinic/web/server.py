"""The server: one process that answers on a socket until it is told to stop."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

__all__ = ["answer"]


def answer(app: FastAPI, listening: socket.socket) -> None:
    """Serve ``app`` on a bound socket until Ctrl-C or a signal; requests under way are finished."""
    # Head and body of an answer are two packets: without this the second waits 40 ms for the first to be met.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=10
    )
    uvicorn.Server(config).run(sockets=[listening])
