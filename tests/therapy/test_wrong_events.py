"""Events that cannot be, alone, together or with their devices, are told with their key path."""

from __future__ import annotations

import pytest

from .wrong import RIGHT, S0, S6, changed, faults, flex, only_fault, with_events

STOP, RESUME = 'kind = "stop"', 'kind = "resume"'
REFILL = 'kind = "fill"\ninjected = "20 mL"\nconcentration = "500 mcg/mL"\nwithdrawn = "3 mL"'
AT = "at = 2026-03-05T09:00:00+01:00\n"
IMPLANT = RIGHT[RIGHT.index('kind = "implant"') : RIGHT.index('alarm_volume = "2 mL"')]
EXPLANT = 'kind = "explant"'
ORAL = 'kind = "oral"\ndose = "10 mg"\ntimes = ["08:00"]'
GEL = 'kind = "topical"\nproduct = "gel"\nmass = "1 g"\nstrength = "2 %"'

WRONG_EVENTS = {
    "implant without a length": (
        changed('catheter_trimmed = "52 cm"\n', ""),
        "event[0].catheter_trimmed: found no length",
    ),
    "both lengths": (
        changed('"52 cm"', '"52 cm"\ncatheter_implanted = "62 cm"\nwhy = "X-ray"'),
        "event[0].catheter_implanted: found catheter_trimmed and catheter_implanted together",
    ),
    "implanted length without why": (
        changed('catheter_trimmed = "52 cm"', 'catheter_implanted = "62 cm"'),
        "event[0].why: found catheter_implanted without a reason",
    ),
    "trimmed away": (
        changed('"52 cm"', '"114 cm"'),
        "event[0].catheter_trimmed: found '114 cm'; allowed: less than 114 cm",
    ),
    "implanted beyond the model": (
        changed('catheter_trimmed = "52 cm"', 'catheter_implanted = "1.2 m"\nwhy = "X-ray"'),
        "event[0].catheter_implanted: found '120 cm'; allowed: at most 114 cm",
    ),
    "alarm below 2 mL": (
        changed('"2 mL"', '"1.9 mL"'),
        "event[0].alarm_volume: found '1.9 mL'; allowed: at least 2 mL",
    ),
    "alarm above the reservoir": (
        changed('"2 mL"', '"20 mL"'),
        "event[0].alarm_volume: found '20 mL'; allowed: less than 20 mL",
    ),
    "fill above the reservoir": (
        changed('"20 mL"', '"20.1 mL"'),
        "event[1].injected: found '20.1 mL'; allowed: at most 20 mL",
    ),
    "refill above the reservoir": (
        with_events(REFILL.replace("20 mL", "21 mL")),
        "event[3].injected: found '21 mL'; allowed: at most 20 mL, the reservoir of synchromed-ii-20",
    ),
    "withdrawn above the reservoir": (
        with_events(REFILL.replace("3 mL", "30 mL")),
        "event[3].withdrawn: found '30 mL'",
    ),
    "refill without withdrawn": (
        with_events(REFILL.replace('\nwithdrawn = "3 mL"', "")),
        "event[3].withdrawn: found a refill without withdrawn",
    ),
    "interrogated above the reservoir": (
        with_events('kind = "interrogate"\nreservoir = "21 mL"'),
        "event[3].reservoir",
    ),
    "mode without its dose": (
        changed('daily_dose = "100 mcg/day"\n', ""),
        "event[2].daily_dose: found nothing; allowed: mode simple-continuous with daily_dose",
    ),
    "key of another mode": (
        changed('"100 mcg/day"', '"100 mcg/day"\nevery = "6 h"'),
        "event[2].every: found every in mode simple-continuous",
    ),
    "no dose at all": (changed('"100 mcg/day"', '"0 mcg/day"'), "event[2].daily_dose: found '0 mcg/day'"),
    "mode that the pump lacks": (
        changed('"simple-continuous"\ndaily_dose = "100 mcg/day"', '"constant-flow"'),
        "event[2].mode: found 'constant-flow' on synchromed-ii-20",
    ),
    "periodic bolus without background": (
        with_events(
            'kind = "program"\nmode = "periodic-bolus"\nbolus = "20 mcg"\nover = "10 min"\nevery = "6 h"'
        ),
        "event[3].background: found nothing",
    ),
    "bolus longer than its interval": (
        with_events(
            'kind = "program"\nmode = "periodic-bolus"\n'
            'bolus = "20 mcg"\nover = "7 h"\nevery = "6 h"\nbackground = "2 mcg/h"'
        ),
        "event[3].over: found '7 h'; allowed: less than",
    ),
    "flex without 00:00": (flex(S6), "event[3].steps[0].from: found 06:00 as the first step of the day"),
    "flex with a gap on Sunday": (
        flex(S0.replace(" }", ', days = ["mon", "tue", "wed", "thu", "fri", "sat"] }')),
        "event[3].steps: found no step as the first step of sun",
    ),
    "flex out of order": (
        flex(S0, S6, S6.replace("06", "05")),
        "event[3].steps[2].from: found 05:00 after 06:00",
    ),
    "flex step twice": (flex(S0, S6, S6), "event[3].steps[2].from: found 06:00 after 06:00"),
    "flex day named twice": (
        flex(S0, S6.replace(" }", ', days = ["mon", "mon"] }')),
        "event[3].steps[1].days",
    ),
    "flex dose that is no sum": (
        flex(S0, S6, more='\ndaily_dose = "120 mcg/day"'),
        "event[3].daily_dose: found '120 mcg/day'; allowed: what the steps of the day add up to, 132 mcg/day",
    ),
    "flex with too many steps": (
        flex(*(f'{{ from = "{hour:02d}:00", rate = "{4 + hour} mcg/h" }}' for hour in range(14))),
        "event[3].steps: found 14 steps on a day; allowed: at most 13 a day",
    ),
    "bolus without what follows": (
        with_events('kind = "single-bolus"\ndose = "20 mcg"\nover = "10 min"'),
        "event[3].then",
    ),
    "patient bolus without allowance": (
        with_events('kind = "patient-bolus"'),
        "event[3]: found a patient bolus",
    ),
    "two programs": (
        with_events(
            AT + 'kind = "program"\nmode = "minimum-rate"', AT + 'kind = "program"\nmode = "minimum-rate"'
        ),
        "event[4]: found program at the same instant as event[3], program",
    ),
    "stop and resume": (
        with_events(AT + STOP, AT + RESUME),
        "event[4]: found resume at the same instant as event[3], stop",
    ),
    "the same instant with another offset": (
        with_events(AT + STOP, "at = 2026-03-05T08:00:00Z\n" + RESUME),
        "event[4]: found resume at the same instant",
    ),
    "two fills": (with_events(AT + REFILL, AT + REFILL), "event[4]: found fill at the same instant"),
    "two weights": (
        with_events(AT + 'kind = "weigh"\nweight = "21 kg"', AT + 'kind = "weigh"\nweight = "22 kg"'),
        "event[4]: found weigh at the same instant",
    ),
    "two scores": (
        with_events(
            AT + 'kind = "assess"\nscale = "nrs"\nvalue = 1', AT + 'kind = "assess"\nscale = "nrs"\nvalue = 2'
        ),
        "event[4]: found assess at the same instant",
    ),
    "second implant": (with_events(IMPLANT), "event[3]: found an implant while a pump is in place"),
    "after the explant": (with_events(EXPLANT, STOP), "event[4]: found stop while no pump is in place"),
    "fill before the implant": (
        changed("2026-03-02T09:00:00+01:00", "2026-03-02T10:01:00+01:00"),
        "event[1]: found fill while no pump is in place; allowed: fill after an implant",
    ),
    "program before the first fill": (
        changed("2026-03-02T10:05:00+01:00", "2026-03-02T09:05:00+01:00"),
        "event[2]: found program before the first fill of the pump",
    ),
    "new pump, old program": (
        with_events(
            'kind = "revise"\npump = "synchromed-ii-40"',
            'kind = "single-bolus"\ndose = "20 mcg"\nover = "10 min"\nthen = "resume"',
        ),
        "event[4]: found single-bolus before the first fill",
    ),
    "revision of nothing": (
        with_events('kind = "revise"\nwhy = "look"'),
        "event[3].kind: found a revision that changes nothing",
    ),
    "new catheter without a length": (
        with_events('kind = "revise"\ncatheter = "ascenda-8781"'),
        "event[3].catheter_trimmed",
    ),
    "until before at": (
        with_events(ORAL + "\nuntil = 2026-03-01T09:00:00+01:00"),
        "event[3].until: found 2026-03-01T09:00:00+01:00; allowed: an instant after 2026-03-03",
    ),
    "until of one dose": (
        with_events('kind = "oral"\ndose = "10 mg"\nuntil = 2026-04-01T09:00:00+02:00'),
        "event[3].until: found an end of what is given once",
    ),
    "time of day twice": (
        with_events(ORAL.replace('"08:00"', '"08:00", "08:00"')),
        "event[3].times[1]: found 08:00 a second time",
    ),
    "session opened after its end": (
        with_events('kind = "session"\nopened = 2026-03-04T09:00:00+01:00\nended = "running"'),
        "event[3].opened: found 2026-03-04T09:00:00+01:00",
    ),
    "gel without its strength": (
        with_events(GEL.replace('\nstrength = "2 %"', "")),
        "event[3].strength: found nothing",
    ),
    "gel by area": (with_events(GEL + '\narea = "10 cm2"'), "event[3].area: found area of a gel"),
    "unknown product": (with_events(GEL.replace('"gel"', '"gell"')), "event[3].product: found 'gell'"),
    "too strong a gel": (with_events(GEL.replace("2 %", "200 %")), "event[3].strength: found '200 %'"),
    "concentration of nothing": (
        with_events('kind = "port"\naspirated = "0.3 mL"\ninjected_concentration = "500 mcg/mL"'),
        "event[3].injected_concentration",
    ),
    "port without volumes": (with_events('kind = "port"'), "event[3].aspirated: found neither"),
    "nothing weighed": (with_events('kind = "weigh"'), "event[3].weight: found neither weight nor height"),
    "empty note": (with_events('kind = "note"'), "event[3].note"),
    "no field": (with_events('kind = "mri"\nfield = "1.5"'), "event[3].field: found '1.5'"),
    "no offset": (with_events('kind = "clock"\noffset = "2 h"'), "event[3].offset: found '2 h'"),
    "onset after the event": (
        with_events('kind = "adverse-event"\nwhat = "itch"\nonset = 2026-03-04'),
        "event[3].onset: found 2026-03-04",
    ),
    "unknown type of adverse event": (
        with_events('kind = "adverse-event"\nwhat = "itch"\ncategory = "catheters"'),
        "event[3].category: found 'catheters'",
    ),
    "unknown grade": (
        with_events('kind = "adverse-event"\nwhat = "itch"\ngrade = "ctcae-6"'),
        "event[3].grade: found 'ctcae-6'",
    ),
    "double id": (
        with_events(STOP + '\nid = "a"', RESUME + '\nid = "a"'),
        "event[4].id: found 'a', already the id of event[3]",
    ),
    "born later": (changed("2018-02-11", "2028-02-11"), "before the patient was born"),
    "weights out of order": (
        changed('"21 kg"', '[{ at = 2026-02-01, value = "21 kg" }, { at = 2026-01-01, value = "20 kg" }]'),
        "patient.weight[1].at: found 2026-01-01 after 2026-02-01",
    ),
    "no weight in the list": (changed('"21 kg"', "[]"), "patient.weight: found an empty list"),
}


@pytest.mark.parametrize("name", WRONG_EVENTS)
@pytest.mark.requirement("A12", "C8", "C11", "D5", "D6", "D9", "E2")
def test_events_that_cannot_be_are_told_with_their_key_path(name: str) -> None:
    """Modes, lengths, volumes, order and instants: what contradicts itself or the devices is refused."""
    text, found = WRONG_EVENTS[name]
    message = "\n".join(str(fault) for fault in faults(text))
    assert found in message


ABSURD = {
    "weight in grams as kilograms": (changed('"21 kg"', '"2100 kg"'), "plausible_weight"),
    "weight of nothing": (changed('"21 kg"', '"0.5 kg"'), "plausible_weight"),
    "height in metres as centimetres": (changed('"118 cm"', '"1.18 cm"'), "plausible_height"),
    "filtration": (changed('"21 kg"', '"21 kg"\negfr = "950 mL/min/1.73m2"'), "plausible_egfr"),
    "milligrams for micrograms": (changed('"500 mcg/mL"', '"500 mg/mL"'), "plausible_concentration"),
    "lumbar bolus in milligrams": (
        with_events('kind = "lumbar-bolus"\ndose = "50 mg"\nlevel = "L3"'),
        "plausible_lumbar_bolus",
    ),
    "tablet in micrograms": (with_events('kind = "oral"\ndose = "10 mcg"'), "plausible_oral_dose"),
    "age": (changed("2018-02-11", "1818-02-11"), "plausible_age"),
    "year": (with_events("at = 2926-03-05T09:00:00+01:00\n" + STOP), "plausible_year"),
    "offset of a clock": (with_events('kind = "clock"\noffset = "+23:00"'), "plausible_clock_offset"),
}


@pytest.mark.parametrize("name", ABSURD)
def test_an_absurd_number_is_refused_by_a_bound_that_can_be_set(name: str) -> None:
    """The message names the bound of the evidence, says that it is assumed and how to widen it."""
    text, bound = ABSURD[name]
    message = "\n".join(str(fault) for fault in faults(text))
    assert f"({bound}, assumed)" in message


def test_a_bound_of_plausibility_can_be_widened_in_the_file() -> None:
    """Where the truth lies outside the assumed bound, the therapy sets another."""
    heavy = changed('"21 kg"', '"310 kg"')
    assert "plausible_weight" in only_fault(heavy)
    parameters = '[parameters]\nplausible_weight = "1 to 400 kg"\n\n[[event]]\nat = 2026-03-02T09'
    assert faults(changed("[[event]]\nat = 2026-03-02T09", parameters, heavy)) == ()


FAULT_AMOUNTS = {
    ("over-delivery", '"30 %"'): "",
    ("over-delivery", '"0.5 mL"'): "allowed: for over-delivery a share in %",
    ("over-delivery", "30"): "event[3].amount: found 30",
    ("under-delivery", '"130 %"'): "at most 100 %",
    ("catheter-leak", '"0 %"'): "above 0 %",
    ("catheter-leak", None): "found nothing; allowed: for catheter-leak a share in %",
    ("motor-stall", None): "",
    ("motor-stall", '"30 %"'): "motor-stall without an amount",
    ("occlusion", '"all"'): "occlusion without an amount",
    ("disconnection", None): "",
    ("tip-migration", '"T12"'): "",
    ("tip-migration", '"T13"'): "found 'T13'",
    ("tip-migration", '"3 mL"'): "for tip-migration a vertebral level",
    ("wrong-concentration", '"2000 mcg/mL"'): "",
    ("wrong-concentration", '"0 mcg/mL"'): "",
    ("wrong-concentration", '"20 mL"'): "for wrong-concentration a concentration",
    ("pocket-fill", '"5 mL"'): "",
    ("pocket-fill", '"5"'): "for pocket-fill a volume",
    ("port-injection", '"1 mL"'): "",
    ("reset", '"safe-state"'): "",
    ("reset", '"none"'): "",
    ("reset", '"some"'): "'safe-state' or 'none'",
    ("leaking", None): "event[3].what: found 'leaking'",
}


@pytest.mark.parametrize(("what", "amount"), FAULT_AMOUNTS)
def test_the_amount_of_a_fault_goes_with_what_it_is(what: str, amount: str | None) -> None:
    """Per cent, a volume, a concentration, a level, a word or nothing: each kind of fault takes its own."""
    stated = "" if amount is None else f"\namount = {amount}"
    message = "\n".join(
        str(fault) for fault in faults(with_events(f'kind = "fault"\nwhat = "{what}"{stated}'))
    )
    expected = FAULT_AMOUNTS[what, amount]
    assert (expected in message) if expected else (message == "")
