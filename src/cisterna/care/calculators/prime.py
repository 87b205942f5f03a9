"""Fluid pushed through tubing and catheter on purpose, or by an injection through the access port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.calculators.calculation import (
    BY_DEFINITION,
    above_zero,
    calculated,
    checked_all,
    concentration_faults,
    concentration_reasons,
    contradiction,
    given,
    missing,
    not_known,
    says,
)
from cisterna.care.calculators.slips import dead_volume_slips, tubing_slips
from cisterna.care.exact import difference
from cisterna.care.result import Reason, Result, told
from cisterna.care.scales.ranges import one_of
from cisterna.evidence import Settings, Status, number
from cisterna.pump.mixing import Mixing
from cisterna.pump.port_volumes import hidden_bolus_mcg, needed_ml
from cisterna.pump.priming import early_drug_mcg
from cisterna.units import Concentration, Volume, decimal_text
from cisterna.verdict import Verdict

__all__ = ["PRIME_PARTS", "AccessPort", "Prime", "access_port", "prime"]

PRIME_PARTS = ("pump+catheter", "catheter")
"""What is primed: tubing and catheter, or the catheter alone where the pump was primed before."""

_SLACK = 1e-9  # of what must be drawn


@dataclass(frozen=True, kw_only=True)
class Prime:
    """The volume of a prime, the drug in it, and what of that leaves the tip."""

    volume_ml: float = field(metadata=told("volume of the prime", "mL", 4))
    nominal_drug_mcg: float = field(metadata=told("drug in that volume", "mcg", 1))
    early_drug_mcg: float = field(metadata=told("drug that leaves the tip early by mixing", "mcg", 2))
    excess_mcg: float | None = field(metadata=told("excess from an outdated tubing volume", "mcg", 1))


def prime(
    parts: str,
    catheter_volume: Volume,
    concentration: Concentration,
    tubing_volume: Volume | None = None,
    old_tubing_volume: Volume | None = None,
) -> Result[Prime]:
    """Volume = tubing + catheter, or the catheter alone where the pump was primed before.

    No drug should leave the tip; some does, because the front mixes. A prime by an outdated tubing volume
    pushes excess = (old - new) x concentration beyond the tip.

    >>> round(prime("catheter", Volume(0.1518), Concentration(500)).value.nominal_drug_mcg, 9)
    75.9
    """
    checked_all(
        one_of("parts", parts, PRIME_PARTS),
        above_zero(
            catheter_volume=catheter_volume, tubing_volume=tubing_volume, old_tubing_volume=old_tubing_volume
        ),
        concentration_faults(concentration=concentration),
    )
    _check_prime(parts, tubing_volume, old_tubing_volume)
    tubing = float(tubing_volume or 0.0)
    volume = float(catheter_volume) + (tubing if parts == "pump+catheter" else 0.0)
    mixing = Mixing.of(Settings())
    early = early_drug_mcg(tubing, catheter_volume, concentration, parts, mixing)
    excess_ml = None if old_tubing_volume is None else difference(float(old_tubing_volume), tubing)
    return calculated(
        "prime",
        "Prime of pump and catheter" if parts == "pump+catheter" else "Prime of the catheter",
        Prime(
            volume_ml=volume,
            nominal_drug_mcg=volume * concentration,
            early_drug_mcg=early,
            excess_mcg=None if excess_ml is None else excess_ml * concentration,
        ),
        formula="volume = tubing + catheter, or the catheter alone; drug = volume x concentration; excess = "
        "(old tubing - tubing) x concentration; early drug: the front as a row of stirred plugs",
        inputs=given(
            parts=parts,
            tubing_volume=tubing_volume,
            catheter_volume=catheter_volume,
            concentration=concentration,
            old_tubing_volume=old_tubing_volume,
        ),
        source=f"{BY_DEFINITION}; TGA RC-2013-RN-00677-1: drug arrives before a prime ends",
        reasons=(
            *dead_volume_slips(catheter_volume, tubing=False),
            *tubing_slips(tubing_volume),
            *_prime_reasons(early, excess_ml, concentration),
            *concentration_reasons(concentration),
        ),
        numbers=(number("front_mixing_plugs"), number("front_mixing_plug_volume")),
    )


def _check_prime(parts: str, tubing: Volume | None, old: Volume | None) -> None:
    if parts == "pump+catheter" and tubing is None:
        raise missing("tubing_volume", "the volume of the pump's tubing", "look it up in the pump's manual")
    if old is not None and (parts == "catheter" or tubing is None):
        raise contradiction(
            "old_tubing_volume",
            f"{old} for a prime of the catheter alone",
            "an outdated tubing volume with --parts pump+catheter",
            "leave it out, or prime pump and catheter",
        )


def _prime_reasons(early: float, excess_ml: float | None, concentration: Concentration) -> Iterator[Reason]:
    observed = number("screening_observation")
    yield says(
        number("front_mixing_plug_volume"),
        f"By mixing about {decimal_text(early, 1)} mcg leave the tip before the prime ends, and the "
        "concentration is low for a while after it; how much mixes is assumed.",
    )
    yield says(
        observed,
        f"No time of observation is published for a prime; a screening bolus is observed for "
        f"{observed.shown()}.",
    )
    if excess_ml is None:
        why = "No outdated tubing volume was given, so that there is no excess to tell."
        yield not_known("excess_mcg", why)
    elif excess_ml:
        beyond = "beyond the tip" if excess_ml > 0 else "too little, so that the tip is not reached"
        drug = decimal_text(abs(excess_ml * concentration), 1)
        yield Reason(
            text=f"A prime by the outdated tubing volume pushes {decimal_text(abs(excess_ml), 4)} mL, "
            f"{drug} mcg, {beyond}: use the corrected volume.",
            source="TGA RC-2017-RN-00065-1 via ICIJ, medicaldevices.icij.org",
            status=Status.CONFIRMED,
            verdict=Verdict.CAUTION,
        )


@dataclass(frozen=True, kw_only=True)
class AccessPort:
    """What must be drawn before an injection, and the drug that an injection would push with it."""

    needed_ml: float = field(metadata=told("to be drawn first", "mL", 4))
    hidden_bolus_mcg: float = field(metadata=told("hidden bolus of an injection now", "mcg", 1))


def access_port(
    port_volume: Volume, catheter_volume: Volume, concentration: Concentration, aspirated: Volume
) -> Result[AccessPort]:
    """Needed = port + catheter; what of it was not drawn is a bolus at the next injection.

    Less than needed is a ``stop``: nothing may be injected.

    >>> port = access_port(Volume(0.14), Volume(0.1518), Concentration(2000), Volume(0))
    >>> round(port.value.hidden_bolus_mcg, 1), port.verdict.value
    (583.6, 'stop')
    """
    checked_all(
        above_zero(port_volume=port_volume, catheter_volume=catheter_volume),
        concentration_faults(concentration=concentration),
    )
    needed = needed_ml(port_volume, catheter_volume)
    share_left = max(0.0, difference(needed, float(aspirated)) / needed)
    hidden = share_left * hidden_bolus_mcg(port_volume, catheter_volume, concentration)
    is_short = aspirated < needed * (1 - _SLACK)
    drawn = f"{aspirated.shown()} was" if aspirated else "Nothing was"
    text = (
        f"{drawn} drawn, less than the {decimal_text(needed, 4)} mL that port and catheter "
        f"hold: an injection is refused, it would give a hidden bolus of {decimal_text(hidden, 1)} mcg."
        if is_short
        else f"{aspirated.shown()} was drawn, all that port and catheter hold: no drug is pushed in. The "
        "catheter is now free of drug and needs a prime."
    )
    return calculated(
        "access-port",
        "Aspiration before an injection through the access port",
        AccessPort(needed_ml=needed, hidden_bolus_mcg=hidden),
        formula="needed = port + catheter; hidden bolus = (needed - aspirated) x concentration, at least 0",
        inputs=given(
            port_volume=port_volume,
            catheter_volume=catheter_volume,
            concentration=concentration,
            aspirated=aspirated,
        ),
        source="78stepshealth.us, Flowonix Prometra II manual: aspirate port and catheter first",
        status=Status.CONFIRMED,
        reasons=(
            Reason(
                text=text,
                source="78stepshealth.us; Flowonix Prometra II manual",
                verdict=Verdict.STOP if is_short else Verdict.OK,
            ),
            *dead_volume_slips(catheter_volume, tubing=False),
            *concentration_reasons(concentration),
        ),
    )
