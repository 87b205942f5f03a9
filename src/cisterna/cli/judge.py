"""``cisterna judge``: every guardrail that the last, or a given, program of a therapy touches."""

from __future__ import annotations

import shutil
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from cisterna.cli.answer import json_text
from cisterna.cli.options import read_instant
from cisterna.cli.verdicts import CAUTION, STOP
from cisterna.errors import Fault, InputError, TherapyError
from cisterna.limits import (
    NO_SITE_SETTINGS,
    Judgement,
    Touched,
    Verdict,
    judge,
    judge_screening,
    read_site_settings,
)
from cisterna.limits.guardrail import Phase, shown
from cisterna.therapy import LumbarBolus, Program, Therapy, read_therapy, with_lines
from cisterna.therapy.structure import event_of

__all__ = ["read_program", "run"]

_WIDEST = 110
_PHASES = ("titration", "maintenance")
_SAYS = {
    Verdict.OK: "ok: no guardrail is touched",
    Verdict.CAUTION: f"caution: {CAUTION}",
    Verdict.STOP: f"stop: {STOP}",
}


def run(
    file: Path, *, program: Path | None, at: str | None, site: Path | None, phase: str | None, as_json: bool
) -> None:
    """Judge the program of ``program``, or the last of the therapy in ``file``, and print the judgement.

    A therapy without a program is judged by its last screening bolus.
    """
    therapy = read_therapy(file)
    instant = read_instant(at, "--at") if at is not None else None
    chosen = _phase(phase)
    proposed = None if program is None else read_program(program, instant)
    limits = NO_SITE_SETTINGS if site is None else read_site_settings(site)
    if proposed is None and _screens_only(therapy):
        judgement = judge_screening(therapy)
    else:
        judgement = judge(therapy, proposed, at=instant, site=limits, phase=chosen)
    if as_json:
        sys.stdout.write(json_text(judgement.facts()) + "\n")
        return
    sys.stdout.write("\n".join(_page(therapy, judgement)) + "\n")


def _screens_only(therapy: Therapy) -> bool:
    kinds = {type(event) for event in therapy.valid_events}
    return Program not in kinds and LumbarBolus in kinds


def _phase(text: str | None) -> Phase | None:
    if text is None or text in _PHASES:
        return cast("Phase | None", text)
    raise InputError(
        Fault(where="--phase", found=f"'{text}'", allowed=" or ".join(_PHASES), remedy="choose one of them")
    )


def read_program(path: Path, at: datetime | None = None) -> Program:
    """The program that a TOML file proposes: the keys of one ``program`` event, with or without a heading.

    They may stand at the top, under ``[program]`` or under one ``[[event]]``; ``kind`` may be left out,
    and ``at`` where it is given here. Raises :class:`~cisterna.errors.TherapyError` that lists every fault
    with its line.
    """
    try:
        text = path.read_text("utf-8-sig")
        document = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TherapyError(
            _fault(f"--program {path}", reason, "a TOML file with one program", "check the file")
        ) from None
    table, heading = _program_table(document)
    table = {"kind": "program", **table}
    if at is not None:
        table["at"] = at
    if "at" not in table:
        raise TherapyError(
            _fault("--program: at", "nothing", "the instant of the program", "add at = ..., or give --at")
        )
    try:
        event = event_of(table, heading)
    except TherapyError as error:
        faults = with_lines(error.faults, text)
        raise TherapyError(*(fault.at(f"--program: {fault.where}") for fault in faults)) from None
    if not isinstance(event, Program):
        raise TherapyError(
            _fault("--program: kind", f"'{event.kind}'", "'program'", "give a file with one program")
        )
    return event


def _program_table(document: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The table of the program and its key path in the file."""
    listed = document.get("event")
    if isinstance(listed, list) and set(document) <= {"event", "schema"}:
        if len(listed) == 1 and isinstance(listed[0], dict):
            return listed[0], "event[0]"
        raise TherapyError(
            _fault("--program: event", f"{len(listed)} events", "one program", "leave one [[event]] in it")
        )
    headed = document.get("program")
    if isinstance(headed, dict) and set(document) <= {"program", "schema"}:
        return headed, "program"
    return document, ""


def _fault(where: str, found: str, allowed: str, remedy: str) -> Fault:
    return Fault(where=where, found=found, allowed=allowed, remedy=remedy)


# ------------------------------------------------------------------------------------- for reading


def _page(therapy: Therapy, judgement: Judgement) -> Iterator[str]:
    width = min(_WIDEST, shutil.get_terminal_size().columns)
    inputs = judgement.inputs
    yield therapy.patient.label
    yield from _wrapped(_judged(inputs), width)
    yield ""
    yield f"Verdict  {_SAYS[judgement.verdict]}"
    passed = [
        touched for touched in judgement.guardrails if touched.limit is not None or touched.unit is None
    ]
    unset = [touched for touched in judgement.guardrails if touched not in passed]
    for title, group in (("Guardrails touched", passed), ("Not set, so held against nothing", unset)):
        if group:
            yield from ("", f"{title} ({len(group)})")
            for touched in group:
                yield from _lines(touched, width)
    if judgement.caps:
        yield from ("", "Smallest limits that apply")
        for cap in judgement.caps:
            told = (
                f"{cap.measure}, {cap.kind}: {shown(cap.limit, cap.measure.unit)} ({cap.name}; "
                f"{cap.source} [{cap.status}])"
            )
            yield from _wrapped(told, width, "  ")
    yield ""
    yield from _wrapped(
        "Arithmetic and published limits, for trained clinicians. Check every result against the pump's own "
        "programmer and the label.", width,
    )  # fmt: skip


def _judged(inputs: Any) -> str:
    if "screening_dose_mcg" in inputs:
        return f"Screening bolus of {shown(inputs['screening_dose_mcg'], 'mcg')}, {inputs['at']}"
    daily, before = inputs["daily_dose_mcg_per_day"], inputs["previous_daily_dose_mcg_per_day"]
    told = [f"Program of {inputs['at']}: {inputs['mode']}"]
    if daily is not None:
        told.append(shown(daily, "mcg/day"))
    if inputs["concentration_mcg_per_ml"] is not None:
        told.append(f"{shown(inputs['concentration_mcg_per_ml'], 'mcg/mL')} of {inputs['drug']}")
    if inputs["pump"]:
        told.append(inputs["pump"])
    told.append(f"before: {shown(before, 'mcg/day')}" if before else "no dose before")
    told.append(f"{inputs['phase']}, {inputs['origin']} origin, {shown(int(inputs['age_y']), 'y')}")
    return ", ".join(told)


def _lines(touched: Touched, width: int) -> Iterator[str]:
    unit = touched.unit or ""
    limit = "limit not set" if touched.limit is None else f"limit {shown(touched.limit, unit)}"
    value = "" if touched.value is None else f", value {shown(touched.value, unit)}"
    told = f"{limit}{value}" if unit else "not a matter of numbers"
    yield f"  {touched.verdict.upper():<8} {touched.name}  ({touched.kind}; {told})"
    yield from _wrapped(touched.text, width, " " * 11)
    yield from _wrapped(f"{touched.source} [{touched.status}]", width, " " * 11)


def _wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(
        text, max(width, 40), initial_indent=indent, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
