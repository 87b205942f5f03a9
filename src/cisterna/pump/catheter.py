"""The volume of an implanted catheter: implanted length times volume per length, checked by geometry."""

from __future__ import annotations

from cisterna.errors import EvidenceError, Fault
from cisterna.evidence import CatheterModel, Settings
from cisterna.pump.bore import bore_mismatch, bore_volume_ml_per_cm
from cisterna.pump.refusal import RefusalError
from cisterna.therapy.events import Implant
from cisterna.units import decimal_text

__all__ = ["catheter_volume_ml", "check_bore", "implanted_length_cm"]


def implanted_length_cm(implant: Implant, model: CatheterModel) -> float:
    """The length that lies in the patient: as recorded, or the model's length less what was cut off.

    Refuses an unknown length, and one that the model does not leave: no prime or bridge could be
    right on it.
    """
    supplied_cm = model.need("length", "cm") if model.known("length") else None
    if implant.catheter_implanted is not None:
        key, length_cm = "catheter_implanted", float(implant.catheter_implanted)
    elif implant.catheter_trimmed is None:
        raise RefusalError(implant, _unknown_length("nothing"))
    elif supplied_cm is None:
        cut = f"{implant.catheter_trimmed.shown()} of a {model.model}, whose length as supplied is not known"
        raise RefusalError(implant, _unknown_length(cut))
    else:
        key, length_cm = "catheter_trimmed", supplied_cm - implant.catheter_trimmed
    if length_cm <= 0 or (supplied_cm is not None and length_cm > supplied_cm):
        supplied = "" if supplied_cm is None else f" and less than the {decimal_text(supplied_cm)} cm"
        raise RefusalError(
            implant,
            Fault(
                where=key,
                found=f"{getattr(implant, key).shown()}",
                allowed=f"more than 0{supplied} of the {model.model}",
                remedy="check the implant record",
            ),
        )
    return length_cm


def _unknown_length(found: str) -> Fault:
    return Fault(
        where="catheter_trimmed",
        found=found,
        allowed="the length cut off the catheter, or catheter_implanted with why",
        remedy="look it up in the implant record; without it no prime and no bridge can be computed",
    )


def check_bore(model: CatheterModel, settings: Settings) -> None:
    """Refuse a catheter whose volume per length contradicts its bore; nothing where no bore is known."""
    if not model.known("inner_diameter"):
        return
    stated = model.need("volume_per_length", "mL/cm")
    geometric = bore_volume_ml_per_cm(model.need("inner_diameter", "mm"))
    tolerance = settings.value("catheter_bore_tolerance", "1")
    mismatch = bore_mismatch(stated, geometric)
    if mismatch > tolerance:
        raise EvidenceError(
            Fault(
                where=f"device {model.name}",
                found=f"{decimal_text(stated)} mL/cm, {decimal_text(100 * mismatch, 1)} % from the "
                f"{decimal_text(geometric, 5)} mL/cm that its bore gives",
                allowed=f"at most {decimal_text(100 * tolerance)} % difference",
                remedy="correct the volume per length or the bore from the manual",
            )
        )


def catheter_volume_ml(implant: Implant, model: CatheterModel, settings: Settings) -> float:
    """The volume of the implanted catheter."""
    check_bore(model, settings)
    return implanted_length_cm(implant, model) * model.need("volume_per_length", "mL/cm")
