"""Slips of the pen that stand alone are seen, and what is usual is left in peace."""

from __future__ import annotations

import pytest
from tests.care.typed import typed

DOSE = "--daily-dose {} --concentration 500mcg/mL"
BRIDGE = "bridge --dead-volume {} --old-concentration 500mcg/mL --new-concentration 2000mcg/mL --old-dose {}"
TITRATE = "titrate --dose {} --proposed {} --origin cerebral --phase maintenance"
PRIME = "prime --parts pump+catheter --tubing-volume {} --catheter-volume 0.1518mL --concentration 500mcg/mL"
MIX = "mix --reservoir {} --flow {} --daily-dose 100mcg/day --stock 2000mcg/mL"


def told(line: str) -> tuple[str, str]:
    """The verdict of a calculator and its reasons."""
    answer = typed(["calc", *line.split(), "--json"])
    assert answer.status == 0, answer.err
    return answer.told["verdict"], " ".join(answer.told["reasons"])


@pytest.mark.requirement("B4")
@pytest.mark.parametrize(
    ("line", "verdict", "words"),
    [
        ("flow " + DOSE.format("20000mcg/day"), "stop", "10 times the highest published, 2000 mcg/day"),
        ("flow " + DOSE.format("100mg/day"), "stop", "mg and mcg confused"),
        ("refill --fill 20mL " + DOSE.format("90mg/day"), "stop", "mg and mcg confused"),
        ("residual --fill 20mL --days 1d " + DOSE.format("90mg/day"), "stop", "mg and mcg confused"),
        ("refill --fill 200mL " + DOSE.format("300mcg/day"), "caution", "the largest reservoir"),
        ("residual --fill 200mL --expected 3mL --withdrawn 3mL", "caution", "40 mL; check the decimal point"),
        (BRIDGE.format("3.4mL", "200mcg/day"), "caution", "A dead volume of 3.4 mL"),
        (BRIDGE.format("0.34mL", "200mcg/day") + " --new-dose 2000mcg/day", "stop", "changes 10 times"),
        ("reach-tip --dead-volume 2.9mL --flow 0.2mL/day", "caution", "A dead volume of 2.9 mL"),
        (
            "prime --parts catheter --catheter-volume 1.518mL --concentration 500mcg/mL",
            "caution",
            "A catheter volume of 1.518 mL",
        ),
        ("start-dose --screening-dose 500mcg --effect-duration 6h", "stop", "was 50 mcg intended?"),
        ("start-dose --screening-dose 1000mcg --effect-duration 6h", "stop", "was 100 mcg intended?"),
        ("replacement --implanted 2020-06-01 --life 84y", "caution", "is set to 84 y; published is 7 y"),
        (
            "replacement --implanted 2020-06-01 --eri 2030-01-01",
            "caution",
            "lies past the end of life, 2027-06-01",
        ),
        ("wean --drug aspirin --daily-dose 60mg/day", "caution", "aspirin is none of the drugs by mouth"),
        ("delivery-error --programmed 10mL --delivered 0mL", "caution", "possible stall, occlusion"),
        ("interval --every 6h --dose 10mg", "stop", "mg and mcg confused"),
        ("interval --every 6h --dose 500mcg", "caution", "2000 mcg/day is above 1000 mcg/day"),
        (TITRATE.format("1900mcg/day", "2100mcg/day"), "caution", "2100 mcg/day is above 1000 mcg/day"),
        (PRIME.format("1.4mL"), "caution", "A tubing volume of 1.4 mL"),
        (
            "catheter --length 89cm --trimmed 20cm --volume-per-cm 0.022mL/cm",
            "caution",
            "catheter volume of 1.518 mL",
        ),
        ("volume --dose 75mg --concentration 50mcg/mL", "caution", "A volume of 1500 mL is more than"),
        (MIX.format("20mL", "12mL/day"), "caution", "shorter than the longer lead of a refill, 10 days"),
        (MIX.format("20mL", "0.05mL/day"), "caution", "longer than the drug is stable in the pump, 180 days"),
        (MIX.format("200mL", "2mL/day"), "caution", "the largest reservoir"),
    ],
)
def test_a_slip_is_seen(line: str, verdict: str, words: str) -> None:
    """What is tenfold, in the wrong unit or more than a device holds is not answered with ``ok``."""
    found, reasons = told(line)
    assert found == verdict
    assert words in reasons


@pytest.mark.parametrize(
    "line",
    [
        "flow " + DOSE.format("1000mcg/day"),
        "refill --fill 40mL --stability 77d --lead 3d..5d " + DOSE.format("300mcg/day"),
        BRIDGE.format("0.5mL", "200mcg/day") + " --new-dose 220mcg/day",
        "reach-tip --dead-volume 0.34mL --flow 0.2mL/day",
        "start-dose --screening-dose 100mcg --effect-duration 6h",
        "replacement --implanted 2020-06-01 --life 5y",
        "wean --drug Tizanidine --daily-dose 8mg/day",
        "delivery-error --programmed 10mL --delivered 8mL",
        "interval --every 6h --dose 50mcg",
        TITRATE.format("900mcg/day", "950mcg/day"),
        PRIME.format("0.14mL"),
        "catheter --length 89cm --trimmed 20cm --volume-per-cm 0.0022mL/cm",
        "volume --dose 75mcg --concentration 50mcg/mL",
        MIX.format("20mL", "0.5mL/day"),
    ],
)
def test_what_is_usual_is_no_slip(line: str) -> None:
    """Doses, volumes and limits within what is published or built are ``ok``."""
    assert told(line)[0] == "ok"


def test_a_screening_dose_a_little_above_the_highest_is_a_caution() -> None:
    """No slip makes 150 mcg of a published dose: it is above the highest, and needs a reason."""
    assert told("start-dose --screening-dose 150mcg --effect-duration 6h")[0] == "caution"


def test_a_change_before_the_start_is_refused() -> None:
    """The last change cannot lie further back than the start of the infusion."""
    line = "--dose 100mcg/day --origin cerebral --phase titration --since-change 80h --since-start 3d"
    answer = typed(["calc", "titrate", *line.split()])
    assert answer.status == 2
    assert "--since-change: found 80 h; allowed: at most the time since the start, 72 h" in answer.err


def test_a_dose_of_nothing_beside_an_ampoule_is_refused() -> None:
    """A dose of 0 is an option that was typed: beside an ampoule it is not dropped."""
    answer = typed(["calc", "volume", "--dose", "0 mcg", "--mass", "10 mg", "--volume", "5 mL"])
    assert answer.status == 2
    assert "--dose: found options of both questions" in answer.err


@pytest.mark.parametrize(
    ("dose", "cited"),
    [
        ("9000mcg/day", "the highest of the SynchroMed II 8637-20, 24 mL/day. Source: general knowledge"),
        ("9000mcg/day", "the lowest of the SynchroMed II 8637-20, 0.048 mL/day. Source: medtronic.com"),
        ("13000mcg/day", "24 to 12000 mcg/day at this one. Source: general knowledge"),
        ("20mcg/day", "24 to 12000 mcg/day at this one. Source: medtronic.com"),
    ],
)
def test_each_end_of_the_range_of_a_pump_is_cited_by_itself(dose: str, cited: str) -> None:
    """The highest flow, which no source confirms, is not shown under the source of the lowest."""
    assert cited in told(f"flow --pump synchromed-ii-20 {DOSE.format(dose)}")[1]


def test_more_withdrawn_than_filled_is_told_as_such() -> None:
    """No negative share is shown where more came out than went in."""
    verdict, reasons = told("residual --fill 20mL --expected 3mL --withdrawn 25mL")
    assert verdict == "caution"
    assert "25 mL was withdrawn, more than the 20 mL that was filled (check both volumes)" in reasons
    assert "-0.29" not in reasons


def test_more_found_than_injected_is_told_as_such() -> None:
    """A negative shortfall is no missing volume."""
    verdict, reasons = told("pocket-fill --reservoir 20mL --injected 18mL --measured 19mL")
    assert verdict == "ok"
    assert "1 mL more was found than was injected: nothing is missing" in reasons


def test_leads_are_told_in_days() -> None:
    """A wrong lead is shown as days, as it was typed."""
    answer = typed(
        ["calc", "refill", "--fill", "20mL", *DOSE.format("9mcg/day").split(), "--lead", "10d..7d"]
    )
    assert "--lead: found 10 days before 7 days" in answer.err
