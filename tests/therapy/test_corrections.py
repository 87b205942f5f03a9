"""Corrections: what was wrong is replaced or removed, and stays in the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisterna.errors import TherapyError
from cisterna.therapy import Correct, Event, Note, Patient, Therapy, dumps, event_table, loads

from .strategies import therapies_of_every_kind
from .wrong import changed, only_fault, with_events

GIRL = Patient(label="girl, 8 years (invented)", born=date(2018, 2, 11))
T0 = datetime.fromisoformat("2026-03-02T09:00:00+01:00")


def note(text: str, hours: float = 0, name: str | None = None) -> Note:
    """A remark, ``hours`` after the first instant."""
    return Note(at=T0 + timedelta(hours=hours), note=text, id=name)


def correction(target: str, new: Event | None, name: str | None = None, hours: float = 9) -> Correct:
    """A correction of ``target``."""
    table = None if new is None else event_table(new)
    return Correct(at=T0 + timedelta(hours=hours), event=target, why="slip", new=table, id=name)


def therapy(*events: Event) -> Therapy:
    """A therapy of these events."""
    return Therapy(patient=GIRL, events=events)


def notes(of: Therapy) -> list[str | None]:
    """The remarks that hold, in the order of time."""
    return [event.note for event in of.valid_events]


@pytest.mark.requirement("H4")
def test_a_correction_replaces_what_it_names_and_keeps_it() -> None:
    """The new event holds, at its own time; the wrong and the correcting one stay in ``events``."""
    wrong = note("a", 1, "first")
    made = therapy(wrong, note("b", 2), correction("first", note("c", 3)))
    assert notes(made) == ["b", "c"]
    assert len(made.events) == 3
    assert wrong in made.events


def test_a_correction_without_new_removes() -> None:
    """Where nothing should have been written at all, nothing holds."""
    assert notes(therapy(note("a", 1, "first"), note("b", 2), correction("first", None))) == ["b"]


def test_a_correction_may_be_written_before_what_it_corrects() -> None:
    """The order of the file does not matter to what a correction names."""
    assert notes(therapy(correction("first", note("c", 3)), note("a", 1, "first"))) == ["c"]


@pytest.mark.parametrize("name", ["c1", "second"])
def test_what_a_correction_put_in_place_is_corrected_by_its_id(name: str) -> None:
    """The id of the correction, or the one that ``new`` carries, names what was put in place."""
    first, second = note("a", 1, "first"), note("b", 1, "second")
    made = therapy(first, correction("first", second, "c1"), correction(name, note("c", 1)))
    assert notes(made) == ["c"]
    removed = therapy(first, correction("first", second, "c1"), correction(name, None))
    assert notes(removed) == []


def test_what_was_removed_can_be_put_back() -> None:
    """A correction that removed something is corrected like any other."""
    first = note("a", 1, "first")
    assert notes(
        therapy(first, correction("first", None, "c1"), correction("c1", replace(first, id=None)))
    ) == ["a"]


def test_the_new_event_takes_the_place_of_the_corrected_one_at_its_instant() -> None:
    """At one instant the written order decides, and a correction does not change it."""
    made = therapy(note("a", 1, "first"), note("b", 1), correction("first", note("c", 1)))
    assert notes(made) == ["c", "b"]


def test_events_come_in_the_order_of_time_and_at_one_instant_in_the_order_written() -> None:
    """Offsets do not disturb the order: instants are compared, not clocks."""
    late = Note(at=datetime.fromisoformat("2026-03-02T08:30:00Z"), note="late")
    early = Note(at=datetime.fromisoformat("2026-03-02T09:00:00+01:00"), note="early")
    same = Note(at=datetime.fromisoformat("2026-03-02T08:00:00Z"), note="same")
    assert notes(therapy(late, early, same)) == ["early", "same", "late"]


def test_a_path_leads_to_the_event_in_the_file() -> None:
    """Faults that later rooms find can be placed: also in what a correction put in place."""
    first, second = note("a", 1, "first"), note("b", 0)
    made = therapy(first, second, correction("first", note("c", 3)))
    assert [made.path_of(event) for event in made.events] == ["event[0]", "event[1]", "event[2]"]
    assert [made.path_of(event) for event in made.valid_events] == ["event[1]", "event[2].new"]
    with pytest.raises(ValueError, match="no event of this therapy"):
        made.path_of(note("z"))


def test_equal_events_keep_their_own_paths() -> None:
    """Two events that say the same are two events."""
    made = therapy(note("a"), note("a"))
    assert [made.path_of(event) for event in made.valid_events] == ["event[0]", "event[1]"]


NOTE = 'kind = "note"\nnote = "a"\nid = "a"'


def correct(
    target: str, name: str = "c", new: str = '{ at = 2026-03-02T09:00:00+01:00, kind = "note", note = "b" }'
) -> str:
    """A correction as a file writes it."""
    return f'kind = "correct"\nevent = "{target}"\nwhy = "slip"\nid = "{name}"\nnew = {new}'


WRONG = {
    "unknown id": (
        with_events(NOTE, correct("b")),
        "event[4].event: found 'b', the id of no event; allowed: a",
    ),
    "near id": (
        with_events('kind = "note"\nnote = "a"\nid = "screening"', correct("screning")),
        "did you mean 'screening'?",
    ),
    "itself": (with_events(correct("c")), "event[3].event: found 'c', the id of this correction itself"),
    "a circle": (with_events(correct("d", "c"), correct("c", "d")), "leads back to corrections only"),
    "twice": (
        with_events(NOTE, correct("a", "c"), correct("a", "d")),
        "event[5].event: found 'a', which event[4] corrects already",
    ),
    "a correction in new": (
        with_events(
            NOTE,
            correct("a", new='{ at = 2026-03-02T09:00:00+01:00, kind = "correct", event = "x", why = "y" }'),
        ),
        "event[4].new.kind: found 'correct'",
    ),
    "a wrong event in new": (
        with_events(
            NOTE, correct("a", new='{ at = 2026-03-02T09:00:00+01:00, kind = "weigh", weight = "21" }')
        ),
        "event[4].new.weight: found '21' without a unit",
    ),
    "no table in new": (with_events(NOTE, correct("a", new='"b"')), "event[4].new: found 'b'"),
    "an id that is taken": (
        with_events(
            NOTE, correct("a", new='{ at = 2026-03-02T09:00:00+01:00, kind = "note", note = "b", id = "a" }')
        ),
        "event[4].new.id: found 'a', already the id of event[3]",
    ),
    "no reason": (with_events(NOTE, correct("a").replace('"slip"', '" "')), "event[4].why: found ' '"),
    "no target": (
        with_events(NOTE, correct("a").replace('event = "a"\n', "")),
        "event[4].event: found nothing",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_correction_is_told(name: str) -> None:
    """Unknown ids, circles, double corrections and wrong new events are faults of the file."""
    text, found = WRONG[name]
    with pytest.raises(TherapyError) as caught:
        loads(text)
    assert found in str(caught.value)


def test_what_holds_after_correction_is_what_is_checked() -> None:
    """A fault that a correction mends is no fault, and one that it makes is told at ``new``."""
    late = 'kind = "fill"\ninjected = "20 mL"\nconcentration = "500 mcg/mL"\nid = "refill"'
    new = (
        '{ at = 2026-03-03T09:00:00+01:00, kind = "fill", injected = "20 mL", '
        'concentration = "500 mcg/mL", withdrawn = "9 mL" }'
    )
    assert loads(with_events(late, correct("refill", new=new))).valid_events
    assert "event[4].new.injected: found '22 mL'" in only_fault(
        with_events(late, correct("refill", new=new.replace("20 mL", "22 mL")))
    )


def test_a_wrong_correction_does_not_make_other_faults() -> None:
    """What the wrong correction names is neither lost nor doubled for the other rules."""
    same = (
        '{ at = 2026-03-02T10:00:00+01:00, kind = "fill", injected = "19 mL", concentration = "500 mcg/mL" }'
    )
    named = with_events(text=changed('kind = "fill"', 'kind = "fill"\nid = "first"'))
    text = with_events(correct("first", "c", same), correct("first", "d", same), text=named)
    assert "event[4].event: found 'first', which event[3] corrects already" in only_fault(text)


@given(therapies_of_every_kind(), st.data())
@settings(deadline=None, max_examples=50)
def test_correcting_an_event_by_itself_changes_nothing_that_holds(made: Therapy, data: st.DataObject) -> None:
    """Replacing any event that holds by its own copy leaves the valid events as they are."""
    named = [event for event in made.valid_events if event.id is not None]
    event = data.draw(st.sampled_from(named))
    again = Correct(at=event.at, event=str(event.id), why="check", new=event_table(replace(event, id=None)))
    corrected = replace(made, events=(*made.events, again))
    assert [replace(held, id=None) for held in corrected.valid_events] == [
        replace(held, id=None) for held in made.valid_events
    ]
    assert loads(dumps(corrected)) == corrected
