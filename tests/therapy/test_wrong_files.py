"""Each kind of wrong file gets a message with its place, what was found, what is allowed and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from cisterna.errors import TherapyError
from cisterna.therapy import loads, locate, read_therapy

from .wrong import RIGHT, S0, S6, changed, faults, flex, only_fault, with_events


def test_the_file_that_is_made_wrong_is_right() -> None:
    """What the other tests change reads without a fault, so that each finds its own change only."""
    assert faults(RIGHT) == ()


STOP = 'kind = "stop"'

WRONG_KEYS_AND_VALUES = {
    "unknown key": (
        changed('weight = "21 kg"', 'wieght = "21 kg"'),
        "line 6, patient.wieght: found unknown key 'wieght'",
        "did you mean 'weight'?",
    ),
    "unknown key of an event": (
        changed("catheter_trimmed", "catheter_trimed"),
        "event[0].catheter_trimed: found unknown key",
        "did you mean 'catheter_trimmed'?",
    ),
    "unknown section": (
        changed("[patient]", "[patients]"),
        "unknown key 'patients'",
        "did you mean 'patient'?",
    ),
    "missing key": (
        changed('concentration = "500 mcg/mL"\n', ""),
        "line 19, event[1].concentration: found nothing",
        "a concentration, for example '500 mcg/mL'",
    ),
    "missing unit": (
        changed('"20 mL"', '"20"'),
        "line 22, event[1].injected: found '20' without a unit",
        "'20 mL'",
    ),
    "bare number": (changed('"20 mL"', "20"), "event[1].injected: found 20 without a unit", "'20 mL'"),
    "decimal comma": (changed('"20 mL"', '"19,5 mL"'), "found '19,5 mL'", "decimal point"),
    "wrong unit": (changed('"20 mL"', '"20 mg"'), "found '20 mg'", "a volume in mL, uL"),
    "negative": (changed('"20 mL"', '"-20 mL"'), "found -20 mL", "a volume of at least 0 mL"),
    "nothing injected": (
        changed('"20 mL"', '"0 mL"'),
        "event[1].injected: found '0 mL'",
        "a volume above 0 mL",
    ),
    "daily dose by the hour": (
        changed('"100 mcg/day"', '"5 mcg/h"'),
        "event[2].daily_dose: found '5 mcg/h'",
        "that would be '120 mcg/day'",
    ),
    "rate by the day": (
        flex(S0.replace("4 mcg/h", "96 mcg/day")),
        "event[3].steps[0].rate: found '96 mcg/day'",
        "that would be '4 mcg/h'",
    ),
    "unknown kind": (changed('"fill"', '"refill"'), "event[1].kind: found 'refill'", "did you mean 'fill'?"),
    "missing kind": (changed('kind = "fill"\n', ""), "event[1].kind: found nothing", "lumbar-bolus"),
    "unknown mode": (
        changed('"simple-continuous"', '"simple"'),
        "event[2].mode: found 'simple'",
        "simple-continuous, flex, periodic-bolus, minimum-rate, constant-flow",
    ),
    "unknown pump": (
        changed("synchromed-ii-20", "synchromed-2-20"),
        "line 13, event[0].pump: found 'synchromed-2-20'",
        "did you mean 'synchromed-ii-20'?",
    ),
    "unknown catheter": (
        changed("ascenda-8780", "ascenda-8870"),
        "event[0].catheter: found 'ascenda-8870'",
        "did you mean 'ascenda-8780'?",
    ),
    "unknown level": (changed('"T10"', '"T13"'), "event[0].tip: found 'T13'", "T12, L1"),
    "unknown time zone": (
        changed("Madrid", "Madrit"),
        "patient.timezone: found 'Europe/Madrit'",
        "Europe/Madrid'?",
    ),
    "unknown scale": (
        with_events('kind = "assess"\nscale = "ashworth"\nvalue = 3'),
        "event[3].scale: found 'ashworth'",
        "ashworth-1-5, ashworth-0-4",
    ),
    "value off its scale": (
        with_events('kind = "assess"\nscale = "ashworth-1-5"\nvalue = 0.5'),
        "event[3].value: found 0.5",
        "1 to 5 on ashworth-1-5",
    ),
    "grade off its scale": (
        with_events('kind = "assess"\nscale = "mas"\nvalue = "5"'),
        "found '5'",
        "1, 1+, 2",
    ),
    "text for a score": (
        with_events('kind = "assess"\nscale = "nrs"\nvalue = "high"'),
        "found 'high'",
        "a number",
    ),
    "other drug": (
        changed('injected = "20 mL"', 'injected = "20 mL"\ndrug = "morphine"'),
        "event[1].drug: found 'morphine'",
        "allowed: 'baclofen'",
    ),
    "time without a zone": (
        changed("2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00"),
        "line 20, event[1].at: found 2026-03-02T10:00:00, a time without a zone",
        "add the offset",
    ),
    "day without a time": (
        changed("2026-03-02T10:00:00+01:00", "2026-03-02"),
        "event[1].at: found 2026-03-02",
        "a date and time with its offset",
    ),
    "time in quotes": (
        changed("2026-03-02T10:00:00+01:00", '"2026-03-02T10:00:00+01:00"'),
        "event[1].at: found '2026-03-02T10:00:00+01:00'",
        "without quotes",
    ),
    "no such time of day": (
        flex(S0, S6.replace("06:00", "24:00")),
        "event[3].steps[1].from: found '24:00'",
        "23:59",
    ),
    "blank label": (
        changed('"girl, 8 years (invented)"', '" ? "'),
        "patient.label: found ' ? '",
        "without a name",
    ),
    "text for a number": (
        changed("born", 'tone = { legs = "high", arms = 3, scale = "ashworth-1-5" }\nborn'),
        "patient.tone.legs: found 'high'",
        "a number",
    ),
    "number for a text": (
        changed('"girl, 8 years (invented)"', "8"),
        "patient.label: found 8",
        "put it in quotes",
    ),
    "true for a number": (
        with_events(
            'kind = "program"\nmode = "minimum-rate"\n'
            'patient_bolus = { dose = "5 mcg", lockout = "4 h", per_day = true }'
        ),
        "event[3].patient_bolus.per_day: found true",
        "a whole number",
    ),
    "number for yes or no": (
        changed("[[event]]\nat = 2026-03-02T09", "[history]\nshunt = 1\n\n[[event]]\nat = 2026-03-02T09"),
        "line 11, history.shunt: found 1",
        "true or false",
    ),
    "text for a list": (
        flex().replace("steps = []", 'steps = "4 mcg/h"'),
        "event[3].steps: found '4 mcg/h'",
        "a list",
    ),
    "text for a table": (
        with_events('kind = "program"\nmode = "minimum-rate"\npatient_bolus = "5 mcg"'),
        "event[3].patient_bolus: found '5 mcg'",
        "a table",
    ),
    "unknown day": (
        flex(S0, S6.replace(" }", ', days = ["mon", "tues"] }')),
        "steps[1].days[1]: found 'tues'",
        "'tue'?",
    ),
    "unknown parameter": (
        changed(
            "[[event]]\nat = 2026-03-02T09", '[parameters]\nke_0 = "0.1 1/h"\n\n[[event]]\nat = 2026-03-02T09'
        ),
        "line 11, parameters.ke_0: found 'ke_0'",
        "ke0",
    ),
    "parameter without a unit": (
        changed(
            "[[event]]\nat = 2026-03-02T09", '[parameters]\nke0 = "0.1"\n\n[[event]]\nat = 2026-03-02T09'
        ),
        "line 11, parameters.ke0: found",
        "a unit like 1/h",
    ),
}


@pytest.mark.parametrize("name", WRONG_KEYS_AND_VALUES)
@pytest.mark.requirement("A7", "A12", "B1")
def test_a_wrong_key_or_value_is_told_with_its_place_and_remedy(name: str) -> None:
    """Keys, types, units, names and times: the message says what is there and what may be."""
    text, found, told = WRONG_KEYS_AND_VALUES[name]
    message = "\n".join(str(fault) for fault in faults(text))
    assert found in message
    assert told in message


def test_a_file_gets_all_its_faults_at_once_in_the_order_of_its_lines() -> None:
    """One error lists faults of the patient, of single events and between events.

    So it does where events that the others lean on could not be read themselves.
    """
    text = RIGHT
    for old, new in (
        ('"21 kg"', '"21"'),
        ("ascenda-8780", "ascenda-8870"),
        ('"T10"', '"t10"'),
        ('"20 mL"', '"25 mL"'),
        ('"500 mcg/mL"', '"500 mcg/ml"'),
        ("2026-03-02T10:05:00+01:00", "2026-03-02T10:05:00"),
        ('"100 mcg/day"', '"4 mcg/h"'),
    ):
        text = changed(old, new, text)
    found = faults(with_events(STOP + "\nx = 1", "at = 2026-03-02T08:00:00+01:00\n" + STOP, text=text))
    assert [fault.where for fault in found] == [
        "patient.weight",
        "event[0].catheter",
        "event[0].tip",
        "event[1].concentration",
        "event[2].at",
        "event[2].daily_dose",
        "event[3].x",
        "event[4]",
    ]
    assert [fault.line for fault in found] == [6, 14, 16, 23, 26, 29, 34, 36]


def test_an_event_with_an_unreadable_key_is_told_its_other_faults_too() -> None:
    """A time without a zone or a missing unit hides neither a wrong drug nor a missing implant."""
    head = 'schema = 1\n[patient]\nlabel = "x (invented)"\nborn = 2018-02-11\n[[event]]\n'
    fill = (
        'at = 2026-03-02T10:00:00\nkind = "fill"\ninjected = "20"\n'
        'concentration = "0 mcg/mL"\ndrug = "morphine"\n'
    )
    assert [fault.where for fault in faults(head + fill)] == [
        "event[0]",
        "event[0].at",
        "event[0].injected",
        "event[0].concentration",
        "event[0].drug",
    ]
    once = (
        'at = 2026-03-02T10:00:00\nkind = "oral"\ndose = "5 mg"\n'
        'times = ["08:00"]\nuntil = 2026-03-02T11:00:00+05:00\n'
    )
    assert [fault.where for fault in faults(head + once)] == ["event[0].at"]


def test_a_fault_is_told_once_and_not_followed_by_faults_that_it_causes() -> None:
    """Where the implant cannot be read, the fills and programs after it are not called too early."""
    broken = changed('"52 cm"', '"52"')
    assert "event[0].catheter_trimmed" in only_fault(broken)
    assert "event[0].at" in only_fault(changed("2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00"))
    assert "event[1].kind" in only_fault(changed('"fill"', '"refil"'))
    assert "event[1].injected" in only_fault(changed('"20 mL"', '"20"'))
    allowance = 'patient_bolus = { dose = "5 mcg", lockout = "4 h", per_day = 4 }'
    program = f'daily_dose = "100"\n{allowance}'
    asked = with_events('kind = "patient-bolus"', text=changed('daily_dose = "100 mcg/day"', program))
    assert "event[2].daily_dose" in only_fault(asked)


SYNTAX = {
    "unclosed text": ('schema = 1\nlabel = "x\n', 2),
    "no value": ("schema = 1\n\nborn =\n", 3),
    "key twice": ("schema = 1\nschema = 1\n", 2),
    "number with a leading zero": ("schema = 01", 1),
    "no such day": ("schema = 1\nborn = 2018-02-31\n", 2),
    "end too early": ("schema = [", 1),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_a_file_that_is_no_toml_gets_one_fault_with_its_line(name: str) -> None:
    """A slip in the notation is told with the line where the reader stumbled."""
    text, line = SYNTAX[name]
    (fault,) = faults(text)
    assert (fault.where, fault.line) == ("file", line)
    assert "mend this line" in fault.remedy


def test_deep_nesting_and_endless_numbers_are_refused() -> None:
    """What would exhaust the reader is a fault of the file like any other."""
    assert "nested too deeply" in only_fault("x = " + "[" * 100_000)
    assert only_fault("x = " + "9" * 5000)


def test_the_schema_is_required_and_known() -> None:
    """A file says its version; one of another version is refused before anything else is said."""
    assert "schema: found nothing" in only_fault(changed("schema = 1\n", ""))
    assert "reads no other schema" in only_fault(
        changed("schema = 1", "schema = 2").replace('"21 kg"', '"21"')
    )
    assert "schema: found 1" in only_fault(changed("schema = 1", "schema = 1.0"))
    assert "schema: found true" in only_fault(changed("schema = 1", "schema = true"))


def test_a_therapy_has_a_patient_and_its_events_are_tables() -> None:
    """Without a patient there is no therapy; a wrong shape of the sections is told, not stumbled over."""
    assert "patient: found nothing" in only_fault("schema = 1")
    assert "event: found 3" in only_fault('schema = 1\nevent = 3\n[patient]\nlabel = "x"\nborn = 2018-02-11')
    assert "event[0]: found 3" in only_fault(
        'schema = 1\nevent = [3]\n[patient]\nlabel = "x"\nborn = 2018-02-11'
    )
    assert "parameters" in only_fault('schema = 1\nparameters = 3\n[patient]\nlabel = "x"\nborn = 2018-02-11')
    assert "history" in only_fault('schema = 1\nhistory = 3\n[patient]\nlabel = "x"\nborn = 2018-02-11')
    assert "patient: found 3" in only_fault("schema = 1\npatient = 3")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no text are told by name; a byte order mark is fine."""
    with pytest.raises(TherapyError, match=r"missing\.toml: found No such file"):
        read_therapy(tmp_path / "missing.toml")
    with pytest.raises(TherapyError, match="allowed: a therapy file that can be read"):
        read_therapy(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"schema = 1\nlabel = '\xe9'")
    with pytest.raises(TherapyError, match=r"line 2, .*latin\.toml: found bytes that are no UTF-8"):
        read_therapy(tmp_path / "latin.toml")
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode())
    assert read_therapy(tmp_path / "marked.toml") == loads(RIGHT)


@pytest.mark.parametrize(
    ("key_path", "line"),
    [
        ("schema", 1),
        ("patient.tone.arms", 4),
        ("patient.weight[1].value", 7),
        ("patient.weight[1].missing", 7),
        ("event[0]", 9),
        ("event[0].steps[1].rate", 14),
        ('event[0]."odd key"', 16),
        ("event[1].new.at", 20),
        ("event[1].missing", 17),
        ("event[7]", 9),
        ("nothing", None),
    ],
)
def test_a_key_path_leads_to_its_line(key_path: str, line: int | None) -> None:
    """Tables, inline tables, lists over several lines and quoted keys are all found.

    What is missing leads to the table that should hold it.
    """
    text = """schema = 1

[patient]
tone = { legs = 3.6, arms = 3.0 }
weight = [
  { at = 2026-01-01, value = "21 kg" },
  { at = 2026-02-01, value = "22 kg" }, # a comment
]
[[event]]
kind = "program"
# a comment
steps = [
  { from = "00:00", rate = "4 mcg/h" },
  { from = "06:30", rate = "8 mcg/h" },
]
"odd key" = 3
[[event]]
kind = "correct"
[event.new]
at = 2026-03-02T10:00:00+01:00
"""
    assert locate(text, key_path) == line
