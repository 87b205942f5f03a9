"""From the text of a therapy file to the therapy, or to every fault of the file at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeVar

from cisterna.errors import EvidenceError, Fault, InputError, TherapyError
from cisterna.evidence import Catalogue, Settings, builtin_catalogue
from cisterna.evidence.catalogue import read_catalogue
from cisterna.therapy.consistency import Draft, faults_of_draft
from cisterna.therapy.events import Event
from cisterna.therapy.location import with_lines
from cisterna.therapy.patient import History, Patient
from cisterna.therapy.structure import Unread, event_of, structured
from cisterna.therapy.therapy import Therapy
from cisterna.therapy.wording import quoted, unknown
from cisterna.therapy.writing import SCHEMA

__all__ = ["loads", "read_therapy"]

T = TypeVar("T")

_SECTIONS = ("schema", "patient", "parameters", "history", "devices", "event")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_therapy(path: Path) -> Therapy:
    """The therapy that the file at ``path`` holds.

    Raises :class:`~cisterna.errors.TherapyError` that lists every fault of the file with its line
    and key path, or why the file could not be read.
    """
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise TherapyError(
            Fault(
                where=str(path),
                found=getattr(error, "strerror", None) or str(error),
                allowed="a therapy file that can be read",
                remedy="check the name of the file",
            )
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TherapyError(
            Fault(
                where=str(path),
                found=f"bytes that are no UTF-8 ({error.reason})",
                allowed="text in UTF-8",
                remedy="save the file as UTF-8",
                line=content.count(b"\n", 0, error.start) + 1,
            )
        ) from None
    return loads(text, path.parent)


def loads(text: str, folder: Path = Path()) -> Therapy:
    """The therapy that ``text`` holds; a file of own devices is looked for in ``folder``.

    Raises :class:`~cisterna.errors.TherapyError` that lists every fault with its line and key path.

    >>> loads('''
    ... schema = 1
    ... [patient]
    ... label = "girl, 8 years (invented)"
    ... born = 2018-02-11
    ... weight = "21"
    ... ''')
    Traceback (most recent call last):
    ...
    cisterna.errors.TherapyError: line 6, patient.weight: found '21' without a unit; allowed: a body weight \
in kg, g; write for example '21 kg'.
    """
    document = _parsed(text)
    _check_schema(document, text)
    reader = _Reader()
    therapy = reader.therapy(document, folder)
    if reader.faults or therapy is None:
        raise TherapyError(*with_lines(reader.faults, text))
    return therapy


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        found, line = "tables or lists that are nested too deeply", None
    except ValueError as error:  # a syntax error, or a number that is too long to be one
        match = _PLACE.search(str(error))
        found = str(error)[: match.start()] if match else str(error)
        end = text.count("\n") + 1
        line = (int(match[1]) if match[1] else end) if match else None
    raise TherapyError(
        Fault(
            where="file",
            found=found,
            allowed="TOML (toml.io)",
            remedy="mend this line; texts stand in quotes, dates and numbers do not, "
            "and every bracket is closed",
            line=line,
        )
    )


def _check_schema(document: Mapping[str, Any], text: str) -> None:
    """A file of another version is refused before anything else is said about it."""
    schema = document.get("schema")
    if type(schema) is int and schema != SCHEMA:
        fault = Fault(
            where="schema",
            found=quoted(schema),
            allowed=str(SCHEMA),
            remedy="this version of Cisterna reads no other schema; a newer one may",
        )
        raise TherapyError(*with_lines([fault], text))


@dataclass
class _Reader:
    """Reads section by section and gathers the faults."""

    faults: list[Fault] = field(default_factory=list)

    def therapy(self, document: Mapping[str, Any], folder: Path) -> Therapy | None:
        self._sections(document)
        patient = self._value(Patient, document["patient"], "patient") if "patient" in document else None
        history = self._value(History, document.get("history", {}), "history")
        parameters, settings = self._parameters(document.get("parameters", {}))
        devices_file, catalogue = self._devices(document.get("devices", {}), folder)
        entries = self._events(document.get("event", []))
        draft = Draft(patient, entries, catalogue, settings)
        self.faults.extend(faults_of_draft(draft))
        if self.faults or patient is None or history is None or catalogue is None:
            return None
        return Therapy(
            patient=patient,
            events=tuple(entry for entry in entries if isinstance(entry, Event)),
            parameters=parameters,
            history=history,
            devices_file=devices_file,
            catalogue=catalogue,
            settings=settings,
        )

    def _sections(self, document: Mapping[str, Any]) -> None:
        for key in document:
            if key not in _SECTIONS:
                fault = unknown(key, key, _SECTIONS, remedy="remove it")
                self._add(key, f"unknown key {quoted(key)}", fault.allowed, fault.remedy)
        if document.get("schema") != SCHEMA or type(document["schema"]) is not int:
            found = quoted(document["schema"]) if "schema" in document else "nothing"
            self._add("schema", found, str(SCHEMA), f"begin the file with 'schema = {SCHEMA}'")
        if "patient" not in document:
            self._add("patient", "nothing", "a table [patient]", "add it with label and born")

    def _add(self, where: str, found: str, allowed: str, remedy: str) -> None:
        self.faults.append(Fault(where=where, found=found, allowed=allowed, remedy=remedy))

    def _value(self, cls: type[T], table: object, path: str) -> T | None:
        try:
            return structured(cls, table, path)
        except TherapyError as error:
            self.faults.extend(error.faults)
            return None

    def _parameters(self, table: object) -> tuple[dict[str, str], Settings]:
        if not isinstance(table, dict):
            self._add("parameters", quoted(table), "a table [parameters]", "write it as a table")
            return {}, Settings()
        right: dict[str, str] = {}
        for name, text in table.items():
            try:
                Settings.of({name: text})
            except EvidenceError as error:
                self.faults.extend(error.faults)
            else:
                right[name] = text
        return right, Settings.of(right)

    def _devices(self, table: object, folder: Path) -> tuple[str | None, Catalogue | None]:
        if table == {}:
            return None, builtin_catalogue()
        if not isinstance(table, dict) or set(table) != {"file"} or not isinstance(table["file"], str):
            self._add("devices", quoted(table), "file = the name of a file", "write file = 'our-pump.toml'")
            return None, None
        name = table["file"]
        if not _is_below(name):
            self._add("devices.file", quoted(name), "a file in the folder of the therapy", "move it there")
            return name, None
        try:
            own = read_catalogue(tomllib.loads((folder / name).read_text("utf-8-sig")), name)
            return name, builtin_catalogue().with_devices(own)
        except InputError as error:
            for fault in error.faults:
                self._add("devices.file", f"{fault.where}: {fault.found}", fault.allowed, fault.remedy)
        except (OSError, ValueError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._add("devices.file", f"{quoted(name)}: {reason}", "a TOML file of devices", "check the file")
        return name, None

    def _events(self, tables: object) -> tuple[Event | Unread, ...]:
        if not isinstance(tables, list):
            self._add("event", quoted(tables), "tables [[event]]", "write each event as [[event]]")
            return ()
        return tuple(self._event(table, f"event[{place}]") for place, table in enumerate(tables))

    def _event(self, table: object, path: str) -> Event | Unread:
        try:
            return event_of(table, path)
        except TherapyError as error:
            self.faults.extend(error.faults)
            return Unread(table if isinstance(table, dict) else {})


def _is_below(name: str) -> bool:
    """Whether a file name stays in the folder it is relative to, on every operating system."""
    paths = (PurePosixPath(name), PureWindowsPath(name))
    return bool(name) and not any(path.anchor or ".." in path.parts for path in paths)
