"""The checks of the implant visit, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cisterna.care.check import Check, CheckVerdict, judgement_checks
from cisterna.care.refill_visit import concentration_check
from cisterna.care.result import Reason
from cisterna.clinic.visits.implant.proposal import ImplantProposal
from cisterna.pump import implanted_length_cm
from cisterna.report.wording import significant
from cisterna.units import DailyDose, Mass, Volume
from cisterna.verdict import Verdict

__all__ = ["checks_of"]

_VERDICTS = {Verdict.OK: CheckVerdict.WITHIN, Verdict.CAUTION: CheckVerdict.CAUTION,
             Verdict.STOP: CheckVerdict.OVER}  # fmt: skip


def checks_of(step: str, proposal: ImplantProposal) -> tuple[Check, ...]:
    """The checks of a step; a step without any has none."""
    made = {
        "identity": _identity,
        "pump": _pump,
        "catheter": _catheter,
        "fill": _fill,
        "prime": _prime,
        "program": _program,
        "summary": _summary,
    }
    return made[step](proposal) if step in made else ()


def _identity(proposal: ImplantProposal) -> tuple[Check, ...]:
    found = proposal.ask("identity", "infection")
    verdict = {"yes": CheckVerdict.CAUTION, "no": CheckVerdict.WITHIN}.get(found, CheckVerdict.WAITING)
    return (
        Check(
            name="infection", title="Infection", verdict=verdict, result=found or "", accepted="none",
            source="NICE CG145", status="confirmed",
            text="Local or systemic infection is a contraindication." if found == "yes" else "",
        ),
    )  # fmt: skip


def _pump(proposal: ImplantProposal) -> tuple[Check, ...]:
    """What is not known of the chosen pump is said at once, so that nobody implants on a gap."""
    name = proposal.ask("pump", "model")
    if name is None or proposal.ask("pump", "at") is None:
        return ()
    model, missing = proposal.therapy.catalogue.pump(name), proposal.pump_alone
    if missing is not None:
        return (
            Check(
                name="pump-known", title=f"{model.maker} {model.model} in this catalogue",
                verdict=CheckVerdict.OVER, result="cannot be run", accepted="every needed number known",
                text=f"{missing} It can only be recorded with a description of your own.",
            ),
        )  # fmt: skip
    reservoir = model.number("reservoir_volume")
    return (
        Check(
            name="pump-known", title="Reservoir of the pump", verdict=CheckVerdict.WITHIN,
            result=reservoir.shown(), accepted="known", source=reservoir.source,
            status=reservoir.status.value, formula=model.text,
        ),
    )  # fmt: skip


def _catheter(proposal: ImplantProposal) -> tuple[Check, ...]:
    missing = proposal.missing
    if missing is not None:
        return (
            Check(
                name="system", title="Pump and catheter together", verdict=CheckVerdict.OVER,
                result="cannot be run", accepted="a length and volumes that can be", text=missing,
            ),
            *_reasons(proposal.catheter_reasons),
        )  # fmt: skip
    system = proposal.system
    if system is None or proposal.implant is None:
        return _reasons(proposal.catheter_reasons)
    model = proposal.therapy.catalogue.catheter(proposal.implant.catheter)
    per_cm, tubing = model.number("volume_per_length"), system.model.number("tubing_volume")
    length = significant(implanted_length_cm(proposal.implant, model), 3)
    return (
        Check(
            name="dead-volume", title="Tubing and catheter to the tip", verdict=CheckVerdict.WITHIN,
            formula=f"tubing {tubing.shown()} + {length} cm x {per_cm.shown()}",
            result=f"{significant(system.dead_volume_ml, 3)} mL", accepted="by the length",
            source=f"{tubing.source}; {per_cm.source}",
            status=_least_sure(tubing.status.value, per_cm.status.value),
        ),
        *_reasons(proposal.catheter_reasons),
    )  # fmt: skip


def _least_sure(*words: str) -> str:
    return next((word for word in words if word != "confirmed"), "confirmed")


def _reasons(reasons: Iterable[Reason], *, only_passed: bool = True) -> tuple[Check, ...]:
    """Sentences of a calculation as rows; those that say that all is well are left out."""
    return tuple(
        Check(
            name=f"reason-{place}", title="What the calculation says", verdict=_VERDICTS[reason.verdict],
            result="see the sentence", source=reason.source, status=reason.status.value, text=reason.text,
        )
        for place, reason in enumerate(reasons)
        if not only_passed or reason.verdict is not Verdict.OK
    )  # fmt: skip


def _fill(proposal: ImplantProposal) -> tuple[Check, ...]:
    concentration: float | None = proposal.ask("fill", "concentration")
    return (
        concentration_check(concentration, proposal.therapy.settings),
        _expiry(proposal.ask("fill", "expiry"), proposal.case.now.date()),
        *_capacity(proposal),
    )


def _expiry(expiry: date | None, today: date) -> Check:
    is_past = expiry is not None and expiry < today
    verdict = CheckVerdict.WAITING if expiry is None else CheckVerdict.WITHIN
    return Check(
        name="expiry", title="Expiry of the vial", verdict=CheckVerdict.OVER if is_past else verdict,
        result="" if expiry is None else f"{expiry:%d %b %Y}".lstrip("0"), accepted="not before today",
        source="label of the vial", status="confirmed",
        text="The drug is past its expiry." if is_past else "",
    )  # fmt: skip


def _capacity(proposal: ImplantProposal) -> tuple[Check, ...]:
    if proposal.system is None:
        return ()
    number = proposal.system.model.number("reservoir_volume")
    injected: Volume | None = proposal.ask("fill", "injected")
    over = injected is not None and injected > proposal.system.capacity_ml
    verdict = CheckVerdict.WAITING if injected is None else CheckVerdict.WITHIN
    return (
        Check(
            name="capacity", title="Injected against the capacity",
            verdict=CheckVerdict.OVER if over else verdict,
            result="" if injected is None else Volume(injected).shown(), accepted=f"at most {number.shown()}",
            source=number.source, status=number.status.value,
            text="An overfilled pump can over-deliver; it is refused." if over else "",
        ),
    )  # fmt: skip


def _prime(proposal: ImplantProposal) -> tuple[Check, ...]:
    found = proposal.primed
    if found is None:
        return ()
    value, source = found.value, "; ".join(found.sources)
    return (
        Check(
            name="prime-volume", title="Volume of the prime", verdict=CheckVerdict.WITHIN,
            formula=found.formula, result=Volume(value.volume_ml).shown(), accepted="tubing and catheter",
            source=source, status="derived",
        ),
        Check(
            name="early-drug", title="Drug that leaves the tip before the prime ends",
            verdict=CheckVerdict.WITHIN, formula="the front mixes on its way",
            result="not known" if value.early_drug_mcg is None else Mass(value.early_drug_mcg).shown(),
            accepted="told, not limited", source=source, status="derived",
        ),
        *_reasons(found.reasons),
    )  # fmt: skip


def _program(proposal: ImplantProposal) -> tuple[Check, ...]:
    judged = () if proposal.judgement is None else judgement_checks(proposal.judgement)
    return (*_start(proposal), *judged)


def _start(proposal: ImplantProposal) -> tuple[Check, ...]:
    """The start dose that the screening trial gives, beside the one that was typed."""
    found, bolus = proposal.published_start, proposal.screening
    if found is None or bolus is None:
        return ()
    published = DailyDose(found.value.start_dose_mcg_per_day)
    typed = proposal.judgement.inputs.get("daily_dose_mcg_per_day") if proposal.judgement else None
    return (
        Check(
            name="start-dose", title="Start dose from the screening trial", verdict=CheckVerdict.WITHIN,
            formula=f"screening bolus {bolus.dose.shown()}; {found.formula}",
            result="" if typed is None else DailyDose(float(typed)).shown(),
            accepted=f"published: {published.shown()}", source="; ".join(found.sources), status="confirmed",
        ),
        *_reasons(found.reasons),
    )  # fmt: skip


def _summary(proposal: ImplantProposal) -> tuple[Check, ...]:
    dose: float | None = proposal.ask("summary", "daily_dose")
    stands = proposal.outcome.after if proposal.outcome else None
    if stands is None or stands.program is None:
        return ()
    meant = DailyDose(stands.program.daily_dose_mcg)
    number = proposal.therapy.settings.number("reading_tolerance_dose")
    right = dose is not None and abs(dose - meant) <= meant * number.in_unit("%") / 100
    verdict = CheckVerdict.WITHIN if right else CheckVerdict.CAUTION
    return (
        Check(
            name="read-dose", title="Daily dose that the pump runs",
            verdict=CheckVerdict.WAITING if dose is None else verdict,
            formula="read from the pump against what was programmed",
            result="" if dose is None else DailyDose(dose).shown(),
            accepted=f"{meant.shown()} within {number.shown()}",
            source=number.source, status=number.status.value,
            text="" if dose is None or right else "The pump runs something else than was programmed.",
        ),
    )  # fmt: skip
