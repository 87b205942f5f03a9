"""The published rules that clinics compute by hand, where a therapy stands, and what a patient needs by when.

A rule or scale is a function that returns a frozen :class:`~cisterna.care.result.Result`: value, verdict,
reasons with their sources, formula, inputs and sources. A name is looked for, and its module imported, when
it is first asked for, so that a score need not wait for the pump.

>>> from cisterna.care import goal_attainment
>>> goal_attainment([1, 1, 1], [0, 0, 0]).value.t_score
50.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cisterna.handing_out import handing_out

if TYPE_CHECKING:
    from cisterna.care.calculators.boluses import *  # noqa: F403
    from cisterna.care.calculators.bridge import *  # noqa: F403
    from cisterna.care.calculators.catheter import *  # noqa: F403
    from cisterna.care.calculators.fills import *  # noqa: F403
    from cisterna.care.calculators.flow import *  # noqa: F403
    from cisterna.care.calculators.mixing import *  # noqa: F403
    from cisterna.care.calculators.prime import *  # noqa: F403
    from cisterna.care.calculators.refill import *  # noqa: F403
    from cisterna.care.calculators.refill_rules import *  # noqa: F403
    from cisterna.care.calculators.replacement import *  # noqa: F403
    from cisterna.care.calculators.residual import *  # noqa: F403
    from cisterna.care.calculators.screening import *  # noqa: F403
    from cisterna.care.calculators.titration import *  # noqa: F403
    from cisterna.care.check import *  # noqa: F403
    from cisterna.care.devices import *  # noqa: F403
    from cisterna.care.dose_steps import *  # noqa: F403
    from cisterna.care.evaluation.candidacy import *  # noqa: F403
    from cisterna.care.evaluation.points import *  # noqa: F403
    from cisterna.care.evaluation.regimens import *  # noqa: F403
    from cisterna.care.guides import *  # noqa: F403
    from cisterna.care.in_force import *  # noqa: F403
    from cisterna.care.need import *  # noqa: F403
    from cisterna.care.needs import *  # noqa: F403
    from cisterna.care.refill_history import *  # noqa: F403
    from cisterna.care.refill_visit import *  # noqa: F403
    from cisterna.care.result import *  # noqa: F403  the list of a module is its __all__
    from cisterna.care.scales.ashworth import *  # noqa: F403
    from cisterna.care.scales.classification import *  # noqa: F403
    from cisterna.care.scales.copm import *  # noqa: F403
    from cisterna.care.scales.cpchild import *  # noqa: F403
    from cisterna.care.scales.gas import *  # noqa: F403
    from cisterna.care.scales.gmfm import *  # noqa: F403
    from cisterna.care.scales.hypertonia import *  # noqa: F403
    from cisterna.care.scales.mobility import *  # noqa: F403
    from cisterna.care.scales.pain import *  # noqa: F403
    from cisterna.care.scales.rom import *  # noqa: F403
    from cisterna.care.scales.score import *  # noqa: F403
    from cisterna.care.scales.spasms import *  # noqa: F403
    from cisterna.care.scales.sums import *  # noqa: F403
    from cisterna.care.scales.tardieu import *  # noqa: F403
    from cisterna.care.side_effects import *  # noqa: F403
    from cisterna.care.standing import *  # noqa: F403
    from cisterna.care.statement import *  # noqa: F403
    from cisterna.care.visit_outcome import *  # noqa: F403
    from cisterna.care.volume_course import *  # noqa: F403

NAMES = {
    "result": ("Reason", "Result", "Stated", "Told", "told"),
    "guides": (
        "GUIDES",
        "SHEETS",
        "THRESHOLD",
        "Guide",
        "Record",
        "Section",
        "Step",
        "guide",
        "read_guide",
        "sheet",
    ),
    "side_effects": (
        "ROUTES",
        "SideEffect",
        "SideEffects",
        "SideEffectsOnRoute",
        "published_side_effects",
        "read_side_effects",
    ),
    "statement": ("Statement", "filled"),
    "evaluation.candidacy": ("Candidacy", "candidacy"),
    "evaluation.points": ("SIDES", "Point", "Sentence", "point", "read_sentences"),
    "evaluation.regimens": ("Regimen", "compared_regimens", "read_regimens"),
    "scales.ashworth": (
        "MAS_GRADES",
        "NUMBERINGS",
        "Ashworth",
        "ModifiedAshworth",
        "ashworth",
        "modified_ashworth",
    ),
    "scales.classification": (
        "LEVELS",
        "Classification",
        "communication",
        "eating_and_drinking",
        "gross_motor",
        "manual_ability",
    ),
    "scales.copm": ("OccupationalChange", "occupational_change"),
    "scales.cpchild": ("CaregiverTotal", "caregiver_priorities"),
    "scales.gas": ("GoalAttainment", "goal_attainment"),
    "scales.gmfm": (
        "GMFM_DIMENSIONS",
        "Dimension",
        "Gmfm66",
        "Gmfm88",
        "gmfm_66",
        "gmfm_88",
        "gmfm_88_of_percents",
    ),
    "scales.hypertonia": ("HAT_ITEMS", "Hypertonia", "hypertonia"),
    "scales.mobility": ("Mobility", "fms_ratings", "mobility"),
    "scales.pain": ("Pain", "Rating", "faces_pain", "nccpc_pv", "nccpc_r", "numeric_rating", "r_flacc"),
    "scales.rom": ("ROM_JOINTS", "ROM_SIDES", "JointRange", "joint_range"),
    "scales.score": ("ScaleVersion", "Score", "scored"),
    "scales.spasms": ("Spasms", "spasms"),
    "scales.sums": ("BADS_REGIONS", "SELECTIVE_JOINTS", "Total", "dystonia", "selective_control"),
    "scales.tardieu": ("DynamicAngle", "dynamic_angle"),
    "check": ("Check", "CheckVerdict", "check_on", "gravest_check", "judgement_checks"),
    "refill_visit": (
        "PumpAtVisit",
        "blind_rise_at",
        "concentration_check",
        "drug_in_syringe_mcg",
        "fill_checks",
        "pump_at_visit",
        "reading_checks",
        "withdrawn_checks",
    ),
    "refill_history": ("PastRefill", "past_refills"),
    "visit_outcome": (
        "BridgeChoice",
        "NextRefill",
        "Outcome",
        "WrongDose",
        "bridge_choice",
        "next_refill",
        "outcome_of",
    ),
    "devices": ("Device", "DeviceChange", "DeviceRole", "devices_of"),
    "volume_course": ("MOST_POINTS_OF_A_LEG", "ReservoirCourse", "reservoir_course", "worst_case_course"),
    "in_force": (
        "AllowedBolus",
        "DayStep",
        "LastAssessment",
        "LastVisit",
        "OralInForce",
        "ProgramInForce",
        "ReservoirInForce",
        "Scored",
        "last_assessment",
        "last_visit",
        "oral_in_force",
        "program_in_force",
        "reservoir_in_force",
    ),
    "weaning": ("MOST_STEPS", "WeaningPlan", "WeaningStepPlanned", "weaning_plan", "weaning_reason"),
    "scans": ("MriEpisode", "mri_episodes"),
    "adverse": ("CodedAdverseEvent", "coded_adverse_events", "infection_timing"),
    "standing": ("Standing", "StandingStatus", "settled_at", "standing_of"),
    "need": ("UNDATED", "Need", "NeedKind", "Urgency", "escalated", "urgency"),
    "needs": ("needs_of",),
    "dose_steps": ("DoseHistory", "DoseSet", "dose_history"),
    "calculators.boluses": (
        "BolusInterval",
        "PatientBolusCheck",
        "WindowRoom",
        "bolus_interval",
        "patient_bolus",
        "rolling_window",
    ),
    "calculators.bridge": ("Bridge", "bridge"),
    "calculators.catheter": ("CatheterRecord", "CatheterVolume", "catheter_volume"),
    "calculators.fills": ("DeliveryError", "PocketFill", "delivery_error", "pocket_fill"),
    "calculators.flow": (
        "DrugVolume",
        "FlowOfDose",
        "TimeToTip",
        "concentration_of",
        "flow_of_dose",
        "time_to_tip",
        "volume_of",
    ),
    "calculators.mixing": ("FillMix", "constant_flow_fill"),
    "calculators.prime": ("PRIME_PARTS", "AccessPort", "Prime", "access_port", "prime"),
    "calculators.refill": ("RefillInterval", "refill_interval"),
    "calculators.refill_rules": ("RefillRules",),
    "calculators.replacement": ("Replacement", "replacement"),
    "calculators.residual": ("Residual", "ResidualLimits", "residual", "residual_expected", "residual_found"),
    "calculators.screening": (
        "Response",
        "ScreeningStep",
        "StartDose",
        "response",
        "screening_step",
        "start_dose",
    ),
    "calculators.titration": ("DoseStep", "TitrationStep", "WeaningStep", "titration_step", "weaning_step"),
}
"""The public names of this room by the module that gives each."""

if not TYPE_CHECKING:  # a type checker would take any name at all for granted
    __all__ = [name for names in NAMES.values() for name in names]
    __getattr__, __dir__ = handing_out(__name__, NAMES)
