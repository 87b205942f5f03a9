"""Whatever a file holds, reading it gives a therapy or a TherapyError that says why."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path

import tomli_w
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cisterna.errors import TherapyError
from cisterna.therapy import EVENT_KINDS, Therapy, dumps, read_therapy

from .strategies import therapies_of_every_kind
from .wrong import RIGHT, faults, with_events


@given(st.text())
@example("\ud800")
@example("x = 1e999")
def test_random_text_is_a_therapy_or_a_therapy_error(text: str) -> None:
    """Nothing but a TherapyError is raised, and each fault has something to say."""
    for fault in faults(text):
        assert fault.where
        assert fault.found
        assert fault.allowed
        assert fault.remedy


@given(st.binary())
@settings(deadline=None)
def test_random_bytes_are_a_therapy_or_a_therapy_error(tmp_path_factory: object, content: bytes) -> None:
    """The same for files of any bytes."""
    path = Path(str(tmp_path_factory.getbasetemp())) / "random.toml"  # type: ignore[attr-defined]
    path.write_bytes(content)
    with suppress(TherapyError):
        read_therapy(path)


values = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(("50 mcg", "T10", "20 mL", "flex", "pump+catheter", "500 mcg/mL", "none")),
        st.dates(date(1000, 1, 1)),
        st.datetimes(datetime(1000, 1, 1)),  # noqa: DTZ001  # one without a zone is among what a file may hold
        st.datetimes(datetime(1000, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
        st.times().map(lambda clock: time(clock.hour, clock.minute)),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=4,
)
KEYS = [
    "at",
    "id",
    "dose",
    "level",
    "steps",
    "mode",
    "daily_dose",
    "patient_bolus",
    "injected",
    "withdrawn",
    "tip",
    "pump",
    "catheter",
    "catheter_trimmed",
    "times",
    "until",
    "what",
    "amount",
    "value",
    "scale",
    "event",
    "new",
    "why",
    "weight",
    "height",
    "opened",
    "offset",
    "days",
    "from",
    "rate",
    "bolus",
    "over",
    "every",
    "background",
]


@given(st.sampled_from(sorted(EVENT_KINDS)), st.dictionaries(st.sampled_from(KEYS), values, max_size=6))
@settings(deadline=None, max_examples=300)
def test_random_values_under_known_keys_are_told(kind: str, table: dict[str, object]) -> None:
    """Any value under any key of any kind of event is read or refused, beside right events."""
    text = RIGHT + "\n" + _written({"event": [{"kind": kind, **table}]})
    for fault in faults(text):
        assert fault.line is not None


@given(
    st.dictionaries(
        st.sampled_from(("label", "born", "weight", "height", "tone", "timezone", "egfr", "x")), values
    )
)
@settings(deadline=None, max_examples=200)
def test_random_patients_are_told(table: dict[str, object]) -> None:
    """Any value under any key of the patient is read or refused."""
    faults("schema = 1\n" + _written({"patient": table}))


def _written(document: dict[str, object]) -> str:
    try:
        return tomli_w.dumps(document)
    except ValueError:  # an offset that TOML cannot write
        return ""


@given(therapies_of_every_kind(), st.data())
@settings(deadline=None, max_examples=100)
def test_a_right_file_with_a_slip_is_a_therapy_or_a_therapy_error(
    therapy: Therapy, data: st.DataObject
) -> None:
    """One character changed or left out at random never breaks the reader."""
    text = dumps(therapy)
    place = data.draw(st.integers(0, len(text) - 1))
    slip = data.draw(st.sampled_from(("", "0", '"', "]", "=", "\n", "x", "-")))
    assert all(fault.remedy for fault in faults(text[:place] + slip + text[place + 1 :]))


def test_numbers_that_are_none_are_refused() -> None:
    """TOML knows nan and inf; no number of a therapy may be one."""
    for value in ("nan", "inf", "-inf"):
        assert "found" in str(faults(with_events(f'kind = "assess"\nscale = "rom"\nvalue = {value}'))[0])
