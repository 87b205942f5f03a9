"""Each published range that a course leaves is told, with its source; one that is kept is not."""

from pathlib import Path

import pytest

from cisterna.course import simulate
from cisterna.therapy import loads

HEAD = """
schema = 1
[patient]
label = "invented"
born = 2014-05-01
weight = "30 kg"
height = "135 cm"
condition = "cerebral palsy"
timezone = "UTC"
"""

PUMP = """
[[event]]
at = 2026-01-05T09:00:00Z
kind = "implant"
pump = "synchromed-ii-20"
catheter = "ascenda-8780"
catheter_trimmed = "52 cm"
tip = "T10"
[[event]]
at = 2026-01-05T10:00:00Z
kind = "fill"
injected = "20 mL"
concentration = "500 mcg/mL"
rinsed = true
[[event]]
at = 2026-01-05T10:05:00Z
kind = "priming-bolus"
parts = "pump+catheter"
[[event]]
at = 2026-01-05T11:00:00Z
kind = "program"
mode = "simple-continuous"
daily_dose = "100 mcg/day"
"""


def event(at: str, **keys: str) -> str:
    """One event as text of a therapy file."""
    lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
    return f"[[event]]\nat = {at}\n{lines}\n"


def program(at: str, daily: str) -> str:
    """A simple continuous program."""
    return event(at, kind='"program"', mode='"simple-continuous"', daily_dose=f'"{daily}"')


def refill(at: str, withdrawn: str, concentration: str = "500 mcg/mL") -> str:
    """A refill with 20 mL."""
    return event(
        at, kind='"fill"', withdrawn=f'"{withdrawn}"', injected='"20 mL"', concentration=f'"{concentration}"'
    )


def lumbar(at: str, dose: str) -> str:
    """A lumbar bolus."""
    return event(at, kind='"lumbar-bolus"', dose=f'"{dose}"', level='"L3"')


def oral(at: str, dose: str, times: str) -> str:
    """A regimen by mouth."""
    return event(at, kind='"oral"', dose=f'"{dose}"', times=times)


def told(text: str) -> list[str]:
    """The texts of all warnings of a therapy."""
    course = simulate(loads(text, Path()), every_h=6)
    assert all(warning.source for warning in course.warnings)
    return [warning.text for warning in course.warnings]


CASES = {
    "screening dose above 100 mcg": (lumbar("2026-01-02T09:00:00Z", "150 mcg"), "highest published"),
    "screening again within a day": (
        lumbar("2026-01-02T09:00:00Z", "50 mcg") + lumbar("2026-01-02T21:00:00Z", "75 mcg"),
        "after 12 h",
    ),
    "start above twice the screening dose": (lumbar("2026-01-02T09:00:00Z", "25 mcg") + PUMP, "start at 100"),
    "a step above 15 % in a child": (PUMP + program("2026-01-20T09:00:00Z", "120 mcg/day"), "+20 %"),
    "an increase within the first day": (
        PUMP + program("2026-01-05T20:00:00Z", "110 mcg/day"),
        "within the first 24 h",
    ),
    "a second increase within a day": (
        PUMP
        + program("2026-01-10T09:00:00Z", "110 mcg/day")
        + program("2026-01-10T18:00:00Z", "112 mcg/day"),
        "less than 24 h",
    ),
    "a reduction by half": (PUMP + program("2026-01-20T09:00:00Z", "50 mcg/day"), "larger reduction"),
    "above the maintenance range": (PUMP + program("2026-01-20T09:00:00Z", "1300 mcg/day"), "1199"),
    "little experience": (PUMP + program("2026-01-20T09:00:00Z", "1100 mcg/day"), "little experience"),
    "refill finds less than expected": (PUMP + refill("2026-03-05T09:00:00Z", "4 mL"), "over-infusion"),
    "refill finds more than expected": (PUMP + refill("2026-03-05T09:00:00Z", "12 mL"), "stall"),
    "no bridge": (PUMP + refill("2026-03-05T09:00:00Z", "8.2 mL", "2000 mcg/mL"), "(25 %;"),
    "a fill kept too long": (PUMP + refill("2026-07-25T09:00:00Z", "0 mL"), "stable"),
    "the reservoir runs dry": (PUMP + refill("2026-04-25T09:00:00Z", "0 mL"), "the reservoir is empty"),
    "too much by mouth for the weight": (
        oral("2026-01-02T09:00:00Z", "20 mg", '["07:00", "12:00", "17:00", "22:00"]'),
        "mg/kg/day",
    ),
    "through the skin": (
        event(
            "2026-01-02T09:00:00Z",
            kind='"topical"',
            product='"cream"',
            mass='"2 g"',
            strength='"2 %"',
            times='["08:00"]',
        ),
        "no benefit",
    ),
    "drowsy": (PUMP + program("2026-01-20T09:00:00Z", "900 mcg/day"), "drowsy"),
    "breathing": (lumbar("2026-01-02T09:00:00Z", "10000 mcg"), "breathing may fail"),
    "too much for the legs": (PUMP + program("2026-01-20T09:00:00Z", "900 mcg/day"), "for the legs"),
    "withdrawal after a stop": (PUMP + event("2026-09-05T09:00:00Z", kind='"explant"'), "withdrawal is"),
}


@pytest.mark.parametrize(("body", "words"), CASES.values(), ids=CASES)
def test_a_range_that_is_left_is_told(body: str, words: str) -> None:
    """A therapy that leaves a published range warns of it in words that name it."""
    assert any(words in text for text in told(HEAD + body)), told(HEAD + body)


def test_a_therapy_within_all_ranges_warns_of_nothing() -> None:
    """Twice the screening dose, a step of 10 %, a refill as expected: nothing to say."""
    body = (
        lumbar("2026-01-02T09:00:00Z", "50 mcg")
        + PUMP
        + program("2026-01-20T09:00:00Z", "110 mcg/day")
        + refill("2026-03-05T09:00:00Z", "7.1 mL")
    )
    assert told(HEAD + body) == []


def test_a_step_of_exactly_15_percent_is_within_the_rule() -> None:
    """The bound belongs to the range, whatever floats make of it."""
    assert not any(
        "larger step" in text for text in told(HEAD + PUMP + program("2026-01-20T09:00:00Z", "115 mcg/day"))
    )
