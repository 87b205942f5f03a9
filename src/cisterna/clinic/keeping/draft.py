"""A file that is written beside its place and takes its name when it is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cisterna.errors import OutputError

__all__ = ["draft_of"]


@contextmanager
def draft_of(target: Path) -> Iterator[Path]:
    """A draft in the folder of ``target``, which only its owner reads; it becomes ``target`` at the end.

    Raises :class:`~cisterna.errors.OutputError` where ``target`` is there already or cannot be written. Where
    anything fails, what was begun is taken away.
    """
    if target.exists():
        raise OutputError(f"{target} is there already. Choose another name: no file is replaced.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}. Choose another place.") from None
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}. Choose another place.") from None
    finally:
        for left in (draft, Path(f"{name}-wal"), Path(f"{name}-shm")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
