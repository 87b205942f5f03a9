"""What a second person compares: every setting of a program beside the old one, and the mark that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cisterna.errors import Fault, InputError
from cisterna.therapy import Program, event_table

__all__ = ["check_mark", "settings_beside", "settings_of"]

_NOT_COMPARED = {"at", "kind", "id", "by", "reason", "note"}


def check_mark(compared: str, *, allowed: str, remedy: str) -> None:
    """Refuse a check whose box ``compared`` was not marked, with what is allowed and the remedy.

    >>> check_mark("yes", allowed="a compared program", remedy="compare every number")
    >>> check_mark("", allowed="a compared program", remedy="compare every number")
    Traceback (most recent call last):
    ...
    cisterna.errors.InputError: compared: found no mark; allowed: a compared program; compare every number.
    """
    if compared != "yes":
        raise InputError(Fault(where="compared", found="no mark", allowed=allowed, remedy=remedy))


def settings_beside(new: Mapping[str, str], old: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Name, old and new of each setting that either holds."""
    for name in dict.fromkeys((*new, *old)):
        yield name.replace("_", " ").capitalize(), old.get(name, "not set"), new.get(name, "not set")


def settings_of(program: Program) -> dict[str, str]:
    """The settings of a program as its file writes them, each with its unit, steps one by one."""
    return dict(_settings(event_table(program)))


def _settings(table: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if name in _NOT_COMPARED:
            continue
        if isinstance(value, list):
            for place, each in enumerate(value, start=1):
                yield f"step_{place}", _joined(each)
        else:
            text = _joined(value)
            yield name, text.replace("-", " ") if name == "mode" else text


def _joined(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_joined(each)}" for key, each in value.items())
    if isinstance(value, list):
        return " ".join(_joined(each) for each in value)
    return str(value)
