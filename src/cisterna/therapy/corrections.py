"""Which events hold once the corrections among them are applied.

A correction names what was wrong by its id and puts ``new`` in its place, or nothing. Nothing is
forgotten: the corrected and the correcting event stay in the therapy. The id of a correction also
stands for what it put in place, so that a correction is corrected by naming it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cisterna.errors import Fault, TherapyError
from cisterna.therapy.events import Correct, Event
from cisterna.therapy.structure import Unread, event_of
from cisterna.therapy.wording import near, quoted

__all__ = ["Placed", "Resolution", "resolve"]


@dataclass(frozen=True)
class Placed:
    """An event that holds, or the table of one that could not be read, with its key path.

    ``rank`` is its place in the written order: what a correction puts in place takes the place of
    what it corrects.
    """

    path: str
    event: Event | Unread
    rank: int

    @property
    def kind(self) -> str | None:
        """The kind of event, ``None`` where even that could not be read."""
        return self.event.kind

    @property
    def at(self) -> datetime | None:
        """The instant, ``None`` where it could not be read."""
        return self.event.at

    @property
    def id(self) -> str | None:
        """The id that corrections may name."""
        return self.event.id


@dataclass(frozen=True)
class Resolution:
    """The events that hold, in written order, and what is wrong with the corrections.

    Where a correction is wrong, the others are applied all the same.
    """

    holding: tuple[Placed, ...]
    faults: list[Fault]


def resolve(entries: Sequence[Event | Unread]) -> Resolution:
    """Apply the corrections among ``entries``, which are in written order."""
    written = tuple(Placed(f"event[{place}]", entry, place) for place, entry in enumerate(entries))
    corrections = tuple(entry for entry in written if entry.kind == Correct.kind)
    placed_by, faults = _replacements(corrections)
    faults.extend(_double_ids((*written, *(new for new in placed_by.values() if new is not None))))
    named = _names(written, corrections, placed_by)
    target_of: dict[str, str] = {}
    for correction in corrections:
        fault = _target_fault(correction, named, target_of)
        if fault is None:
            target_of[correction.path] = named[_target(correction)]
        elif fault.found:
            faults.append(fault)
    faults.extend(_circles(corrections, target_of))
    return Resolution(tuple(_holding(written, placed_by, target_of)), faults)


def _target(correction: Placed) -> str:
    event = correction.event
    name = event.event if isinstance(event, Correct) else event.table.get("event")  # type: ignore[union-attr]
    return name if isinstance(name, str) else ""


def _new(correction: Placed) -> Mapping[str, Any] | None:
    event = correction.event
    return event.new if isinstance(event, Correct) else event.table.get("new")  # type: ignore[union-attr]


def _replacements(corrections: Sequence[Placed]) -> tuple[dict[str, Placed | None], list[Fault]]:
    """What each correction puts in place, by the path of the correction."""
    placed_by: dict[str, Placed | None] = {}
    faults: list[Fault] = []
    for correction in corrections:
        table = _new(correction)
        if table is None:
            placed_by[correction.path] = None
            continue
        path = f"{correction.path}.new"
        try:
            event: Event | Unread = event_of(table, path)
        except TherapyError as error:
            faults.extend(error.faults)
            event = Unread(table if isinstance(table, Mapping) else {})
        placed_by[correction.path] = Placed(path, event, correction.rank)
    return placed_by, faults


def _double_ids(entries: Sequence[Placed]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for entry in entries:
        if entry.id is None:
            continue
        if entry.id in first:
            yield Fault(
                where=f"{entry.path}.id",
                found=f"{quoted(entry.id)}, already the id of {first[entry.id]}",
                allowed="an id that no other event has",
                remedy="give it an id of its own",
            )
        first.setdefault(entry.id, entry.path)


def _names(
    written: Sequence[Placed], corrections: Sequence[Placed], placed_by: Mapping[str, Placed | None]
) -> dict[str, str]:
    """By each id the path of what it stands for: an event, or the correction that put one in place."""
    named = {entry.id: entry.path for entry in written if entry.id is not None}
    for correction in corrections:
        new = placed_by[correction.path]
        if new is not None and new.id is not None:
            named.setdefault(new.id, correction.path)
    return named


def _target_fault(correction: Placed, named: Mapping[str, str], target_of: Mapping[str, str]) -> Fault | None:
    name = _target(correction)
    where = f"{correction.path}.event"
    if not name:  # told when the correction itself was read
        return Fault(where=where, found="", allowed="", remedy="")
    if name not in named:
        meant = near(name, named)
        return Fault(
            where=where,
            found=f"{quoted(name)}, the id of no event",
            allowed=", ".join(sorted(named)) or "the id of an event; no event here has one",
            remedy=f"did you mean '{meant}'?" if meant else "give the event that was wrong this id",
        )
    earlier = next((path for path, target in target_of.items() if target == named[name]), None)
    if earlier is not None:
        return Fault(
            where=where,
            found=f"{quoted(name)}, which {earlier} corrects already",
            allowed="one correction of each event",
            remedy=f"to correct it again, give {earlier} an id and name that one",
        )
    return None


def _circles(corrections: Sequence[Placed], target_of: Mapping[str, str]) -> Iterator[Fault]:
    for correction in corrections:
        path, steps = correction.path, 0
        while path in target_of and steps <= len(corrections):
            path, steps = target_of[path], steps + 1
        if steps > len(corrections):
            yield Fault(
                where=f"{correction.path}.event",
                found=f"{quoted(_target(correction))}, which leads back to corrections only",
                allowed="corrections that lead to an event",
                remedy="name the event that was wrong",
            )


def _holding(
    written: Sequence[Placed], placed_by: Mapping[str, Placed | None], target_of: Mapping[str, str]
) -> Iterator[Placed]:
    # A circle of corrections is never reached from here: each entry is corrected once at most.
    corrected_by = {target: path for path, target in target_of.items()}
    for entry in written:
        if entry.kind == Correct.kind:
            continue
        path = entry.path
        holding: Placed | None = entry
        while path in corrected_by:
            path = corrected_by[path]
            holding = placed_by[path]
        if holding is not None:
            yield Placed(holding.path, holding.event, entry.rank)
