"""The screening bolus judged."""

from collections.abc import Callable
from datetime import datetime

import pytest

from cisterna.errors import TherapyError
from cisterna.limits import Judgement, Verdict, judge_screening
from cisterna.therapy import LumbarBolus, Program, Therapy
from cisterna.units import Mass

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


@pytest.fixture
def boluses(at: At) -> Callable[..., tuple[LumbarBolus, ...]]:
    """Lumbar boluses of (hours from the implant, mcg)."""
    return lambda *given: tuple(
        LumbarBolus(at=at(hours), dose=Mass(dose), level="L3") for hours, dose in given
    )


def names(judgement: Judgement) -> set[str]:
    """What is touched."""
    return {entry.name for entry in judgement.guardrails}


@pytest.mark.parametrize(
    ("given", "touched"),
    [
        (((-500, 50),), set()),
        (((-500, 25),), set()),
        (((-500, 75),), {"screening-step"}),
        (((-500, 50), (-476, 75)), set()),
        (((-500, 50), (-476, 100)), {"screening-step"}),
        (((-500, 50), (-476, 75), (-452, 100)), set()),
        (((-500, 50), (-477, 75)), {"screening-interval"}),
        (((-500, 100), (-400, 125)), {"screening-dose", "screening-step"}),
    ],
)
def test_c13_the_ladder_of_screening(
    therapy_of: TherapyOf, boluses: Callable[..., tuple[LumbarBolus, ...]],
    given: tuple[tuple[float, float], ...], touched: set[str],
) -> None:  # fmt: skip
    """C13: 50, then 75, then 100 mcg, 24 h apart; a rung that is left out, too early or too high is told."""
    judgement = judge_screening(therapy_of(*boluses(*given)))
    assert names(judgement) == touched
    assert judgement.verdict is (Verdict.CAUTION if touched else Verdict.OK)


@pytest.mark.requirement("B4")
def test_a_tenfold_screening_dose_is_refused(
    therapy_of: TherapyOf, boluses: Callable[..., tuple[LumbarBolus, ...]]
) -> None:
    """500 mcg for a first bolus is stopped, and 50 mcg is named as what may have been meant."""
    judgement = judge_screening(therapy_of(*boluses((-500, 500))))
    assert judgement.verdict is Verdict.STOP
    assert any("was 50 mcg intended?" in reason for reason in judgement.reasons)


def test_a_bolus_on_a_running_pump_is_no_step_of_the_ladder(
    therapy_of: TherapyOf, boluses: Callable[..., tuple[LumbarBolus, ...]], continuous: Callable[..., Program]
) -> None:
    """A bolus given to look for a fault keeps to the highest dose and the interval, not to the ladder."""
    therapy = therapy_of(continuous(2, 100), *boluses((500, 100)))
    assert names(judge_screening(therapy)) == set()


def test_without_a_bolus_there_is_nothing_to_judge(
    therapy_of: TherapyOf, boluses: Callable[..., tuple[LumbarBolus, ...]]
) -> None:
    """A therapy without a lumbar bolus is refused; a given one is judged in it."""
    with pytest.raises(TherapyError, match="no lumbar bolus"):
        judge_screening(therapy_of())
    assert names(judge_screening(therapy_of(), boluses((-500, 150))[0])) == {
        "screening-dose",
        "screening-step",
    }
