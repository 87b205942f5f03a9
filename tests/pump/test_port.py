"""The catheter access port: what is drawn, what a flush gives at once, and what the catheter holds then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.known import known

from cisterna.errors import PumpError
from cisterna.instants import instant_us
from cisterna.pump import PumpRun, hidden_bolus_mcg, needed_ml, run_pump
from cisterna.therapy.events import Event, FaultEvent, Fill, Port, PrimingBolus, Program
from cisterna.therapy.therapy import Therapy
from cisterna.units import Concentration, DailyDose, Length, Volume

At = Callable[[float], datetime]
TherapyOf = Callable[..., Therapy]


def port(
    at: datetime, drawn: float | None = None, injected: float | None = None, strength: float | None = None
) -> Port:
    """An access: what was drawn, then what was injected and how strong it was."""
    return Port(
        at=at,
        aspirated=None if drawn is None else Volume(drawn),
        injected=None if injected is None else Volume(injected),
        injected_concentration=None if strength is None else Concentration(strength),
    )


def primed(at: At, concentration: float = 2000.0) -> list[Event]:
    """A primed pump that runs 0.1 mL/day (0.4 mL/day of 500 mcg/mL); tubing and catheter are full of drug."""
    return [
        Fill(at=at(1), injected=Volume(20), concentration=Concentration(concentration), rinsed=True),
        Program(at=at(1), mode="simple-continuous", daily_dose=DailyDose(200)),
        PrimingBolus(at=at(1), parts="pump+catheter"),
    ]


def ran(therapy: Therapy, until: datetime) -> PumpRun:
    """The run of a therapy that has a pump."""
    run = run_pump(therapy, instant_us(until))
    assert run is not None
    return run


@pytest.mark.requirement("E10")
def test_hidden_bolus_of_a_full_port_and_catheter() -> None:
    """WE49: 0.14 mL of port and 0.1518 mL of catheter at 2000 mcg/mL hide 584 mcg."""
    assert needed_ml(0.14, 0.1518) == pytest.approx(0.2918, rel=1e-12)
    assert hidden_bolus_mcg(0.14, 0.1518, 2000.0) == pytest.approx(583.6)


@pytest.mark.requirement("E10")
def test_a_flush_without_aspiration_gives_the_catheter_at_once(therapy_of: TherapyOf, at: At) -> None:
    """All drug of the catheter reaches the spinal fluid in one instant, and the flag names both figures."""
    run = ran(therapy_of(*primed(at), port(at(50), injected=5.0)), at(60))
    (dose,) = run.delivery.doses
    assert (dose.at_us, dose.site.level) == (instant_us(at(50)), "T10")
    assert dose.amount_mcg == pytest.approx(0.2 * 2000)
    (flag,) = (told for told in run.happenings if "hidden bolus" in told.text)
    assert "only 0 mL was drawn before of the 0.34 mL" in flag.text
    assert "400 mcg reached the spinal fluid at once" in flag.text
    assert "680 mcg where both are full" in flag.text
    before, after = known(run.readings([instant_us(at(50)) - 1, instant_us(at(50))]).delivered_mcg)
    assert after - before == pytest.approx(400, abs=1e-4)


@pytest.mark.requirement("E10", "E11")
def test_after_a_full_aspiration_nothing_is_given_and_the_catheter_is_free(
    therapy_of: TherapyOf, at: At
) -> None:
    """Drawn empty, the flush gives nothing, the drug drawn counts as withdrawn, a prime is offered."""
    run = ran(therapy_of(*primed(at), port(at(50), drawn=0.34, injected=3.0)), at(51))
    assert run.delivery.doses == ()
    assert run.last.withdrawn_mcg == pytest.approx(0.2 * 2000)
    texts = [told.text for told in run.happenings]
    assert not any("hidden bolus" in text for text in texts)
    assert any("free of drug now: prime the catheter only, 0.2 mL" in text for text in texts)


@pytest.mark.requirement("E11")
def test_the_tubing_keeps_its_drug_and_a_catheter_prime_brings_it_back(therapy_of: TherapyOf, at: At) -> None:
    """After the aspiration no drug comes until the catheter is filled again; its prime does that at once."""
    empty = (*primed(at), port(at(50), drawn=0.34))
    late = ran(therapy_of(*empty), at(120))
    assert known(late.readings([instant_us(at(97)), instant_us(at(99))]).tip_mcg_per_h) == [
        0.0,
        pytest.approx(200 / 24),
    ]
    again = ran(therapy_of(*empty, PrimingBolus(at=at(50), parts="catheter")), at(52))
    assert known(again.readings([instant_us(at(51))]).tip_mcg_per_h)[0] == pytest.approx(200 / 24)


def test_the_port_is_drawn_before_the_catheter(therapy_of: TherapyOf, at: At) -> None:
    """A draw of less than the port holds takes no drug; what follows into the port comes later."""
    run = ran(therapy_of(*primed(at), port(at(50), drawn=0.1)), at(50))
    assert run.last.withdrawn_mcg == 0.0
    assert sum(plug.volume_ml * plug.concentration_mcg_per_ml for plug in run.last.port) == pytest.approx(200)
    flushed = ran(therapy_of(*primed(at), port(at(50), drawn=0.1), port(at(51), injected=1.0)), at(52))
    in_an_hour = 200 / 24
    assert flushed.delivery.doses[0].amount_mcg == pytest.approx(400 + in_an_hour, rel=1e-9)


def test_a_dye_study_is_an_injection_without_drug(therapy_of: TherapyOf, at: At) -> None:
    """Contrast without a concentration adds no drug to the account; with one it counts as injected."""
    dye = ran(therapy_of(*primed(at), port(at(50), drawn=0.34, injected=3.0)), at(51))
    assert dye.last.injected_mcg == pytest.approx((20 + 1.4) * 2000)
    drug = ran(therapy_of(*primed(at), port(at(50), drawn=0.34, injected=1.0, strength=50.0)), at(51))
    assert drug.last.injected_mcg == pytest.approx((20 + 1.4) * 2000 + 50)
    assert drug.delivery.doses[0].amount_mcg == pytest.approx((1.0 - 0.34) * 50)


def test_a_failed_aspiration_is_told(therapy_of: TherapyOf, at: At) -> None:
    """Where nothing can be drawn, nothing may be injected."""
    run = ran(therapy_of(*primed(at), port(at(50), drawn=0.0)), at(51))
    assert any("then nothing may be injected" in told.text for told in run.happenings)


def test_nothing_passes_an_occluded_catheter(therapy_of: TherapyOf, at: At) -> None:
    """An access through an occluded catheter is refused with what is in the way."""
    occluded = FaultEvent(at=at(40), what="occlusion")
    with pytest.raises(PumpError, match="a catheter that is occluded"):
        ran(therapy_of(*primed(at), occluded, port(at(50), drawn=0.3)), at(51))


def test_a_disconnected_catheter_gives_its_flush_outside(therapy_of: TherapyOf, at: At) -> None:
    """What a flush pushes out of a catheter that came off reaches no spinal fluid."""
    off = FaultEvent(at=at(40), what="disconnection")
    run = ran(therapy_of(*primed(at), off, port(at(50), injected=2.0)), at(50))
    assert run.delivery.doses == ()
    assert run.last.outside.value == pytest.approx(400 + 200 / 24 * 10, rel=1e-6)


def test_a_pump_whose_port_is_not_known_says_so(therapy_of: TherapyOf, at: At) -> None:
    """Without the volume of its port no access can be simulated; the device is named."""
    therapy = therapy_of(*primed(at), port(at(50), drawn=0.3))
    model = therapy.catalogue.pump("synchromed-ii-20")
    without = {name: number for name, number in model.numbers.items() if name != "port_volume"}
    catalogue = replace(
        therapy.catalogue, pumps={**therapy.catalogue.pumps, model.name: replace(model, numbers=without)}
    )
    with pytest.raises(PumpError, match="device synchromed-ii-20: found no port volume"):
        ran(replace(therapy, catalogue=catalogue), at(51))


accesses = st.lists(
    st.tuples(
        st.floats(0.01, 40.0),
        st.floats(0.0, 1.0),
        st.floats(0.0, 1.0),
        st.sampled_from([None, 50.0, 2000.0]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(done=accesses, mixed=st.booleans(), trimmed=st.floats(1, 60))
def test_the_account_closes_through_every_access(
    done: list[tuple[float, float, float, float | None]],
    mixed: bool,  # noqa: FBT001 - Hypothesis names it
    trimmed: float,
    at: At,
    therapy_of: TherapyOf,
) -> None:
    """Drawn, injected, left in the port or given at once: the account closes to 1e-12, volumes stay."""
    hours, events = 20.0, primed(at, 500.0)
    for pause, drawn, injected, strength in done:
        hours += pause
        events.append(port(at(hours), drawn, injected, strength))
    therapy = therapy_of(*events, mixed=mixed)
    implant = replace(therapy.events[0], catheter_implanted=Length(trimmed))  # type: ignore[call-arg]
    run = ran(replace(therapy, events=(implant, *events)), at(hours + 100))
    held = run.readings([instant_us(at(hour / 2)) for hour in range(2, round(2 * hours) + 200)])
    assert max(abs(error) for error in known(held.account_error_mcg())) <= 1e-12 * 10000
    assert run.last.column.volume_ml == pytest.approx(run.last.system.dead_volume_ml, rel=1e-12)
    assert sum(plug.volume_ml for plug in run.last.port) == pytest.approx(0.14, rel=1e-12)
    assert run.delivery.amount_mcg == pytest.approx(run.last.delivered.value, rel=1e-11, abs=1e-9)


def test_nothing_drawn_from_an_occluded_catheter_is_what_is_found(therapy_of: TherapyOf, at: At) -> None:
    """0 mL aspirated is the finding that tells of the occlusion: it is taken, and the drug stays."""
    occluded = FaultEvent(at=at(40), what="occlusion")
    after = ran(therapy_of(*primed(at), occluded, port(at(50), drawn=0)), at(51))
    before = ran(therapy_of(*primed(at), occluded), at(51))
    assert after.last.withdrawn_mcg == before.last.withdrawn_mcg
    assert any("then nothing may be injected" in told.text for told in after.happenings)
