"""The virtual pump: what a therapy's pump delivers at the catheter tip, holds, says and needs.

A functional core of frozen values without a clock: :func:`step` takes the pump from one state to the
next, by a command or by elapsed time, and yields what was delivered and what happened on the way.
:func:`run_pump` walks the events of a therapy with it; :func:`refusals` lists what the pump refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cisterna.handing_out import handing_out

if TYPE_CHECKING:
    from cisterna.pump.alarms import AlarmRecord, Condition, Priority, repeat_h, sounding_at
    from cisterna.pump.bolus_rules import BolusVerdict, WindowVerdict, bolus_verdict, window_verdict
    from cisterna.pump.bore import bore_volume_ml_per_cm
    from cisterna.pump.catheter import catheter_volume_ml, implanted_length_cm
    from cisterna.pump.clock import PumpClock
    from cisterna.pump.column import FluidColumn, Plug
    from cisterna.pump.commands import implanted
    from cisterna.pump.constant_mix import ConstantFlowMix, constant_flow_mix
    from cisterna.pump.daily import daily_dose_of, daily_doses
    from cisterna.pump.dates import DatedBy, Dates
    from cisterna.pump.flow import Demand, FlowRange
    from cisterna.pump.impairment import Impairment, Passage
    from cisterna.pump.legs import BridgeLeg, Fluid, bridge_legs, fluids, unbridged_legs
    from cisterna.pump.lifetime import Lifetime
    from cisterna.pump.mixing import NO_MIXING, Mixing
    from cisterna.pump.outlook import Leg, coming_legs
    from cisterna.pump.port_volumes import hidden_bolus_mcg, needed_ml
    from cisterna.pump.priming import early_drug_mcg
    from cisterna.pump.readings import Readings
    from cisterna.pump.refill_plan import (
        Limit,
        PlanVerdict,
        alarm_moved_days,
        appointment,
        limiting,
        limiting_day,
        plan_verdict,
    )
    from cisterna.pump.refusal import RefusalError
    from cisterna.pump.reservoir import Reservoir
    from cisterna.pump.resolution import DeliverableRange, Moved, Snapped, deliverable_range, range_of
    from cisterna.pump.revise import revised_implant
    from cisterna.pump.routes import compare_routes
    from cisterna.pump.run import PumpRun, run_pump
    from cisterna.pump.schedule import Schedule, Stage
    from cisterna.pump.session import OpensSession
    from cisterna.pump.state import Activity, Happening, PumpState, Segment, Status, Step, Stretch
    from cisterna.pump.stepping import step
    from cisterna.pump.strokes import Deliverable, deliverable_dose
    from cisterna.pump.system import ImplantedSystem, implanted_system
    from cisterna.pump.trial import StandingPump, Trial, standing_pump
    from cisterna.pump.visit_volumes import Visit
    from cisterna.pump.visits import limit_left
    from cisterna.pump.walk import refusals

__all__ = [
    "NO_MIXING",
    "Activity",
    "AlarmRecord",
    "BolusVerdict",
    "BridgeLeg",
    "Condition",
    "ConstantFlowMix",
    "DatedBy",
    "Dates",
    "Deliverable",
    "DeliverableRange",
    "Demand",
    "FlowRange",
    "Fluid",
    "FluidColumn",
    "Happening",
    "Impairment",
    "ImplantedSystem",
    "Leg",
    "Lifetime",
    "Limit",
    "Mixing",
    "Moved",
    "OpensSession",
    "Passage",
    "PlanVerdict",
    "Plug",
    "Priority",
    "PumpClock",
    "PumpRun",
    "PumpState",
    "Readings",
    "RefusalError",
    "Reservoir",
    "Schedule",
    "Segment",
    "Snapped",
    "Stage",
    "StandingPump",
    "Status",
    "Step",
    "Stretch",
    "Trial",
    "Visit",
    "WindowVerdict",
    "alarm_moved_days",
    "appointment",
    "bolus_verdict",
    "bore_volume_ml_per_cm",
    "bridge_legs",
    "catheter_volume_ml",
    "coming_legs",
    "compare_routes",
    "constant_flow_mix",
    "daily_dose_of",
    "daily_doses",
    "deliverable_dose",
    "deliverable_range",
    "early_drug_mcg",
    "fluids",
    "hidden_bolus_mcg",
    "implanted",
    "implanted_length_cm",
    "implanted_system",
    "limit_left",
    "limiting",
    "limiting_day",
    "needed_ml",
    "plan_verdict",
    "range_of",
    "refusals",
    "repeat_h",
    "revised_implant",
    "run_pump",
    "sounding_at",
    "standing_pump",
    "step",
    "unbridged_legs",
    "window_verdict",
]

if not TYPE_CHECKING:  # a type checker would take any name at all for granted
    __getattr__, __dir__ = handing_out(
        __name__,
        {
            "alarms": (
                "AlarmRecord",
                "Condition",
                "Priority",
                "repeat_h",
                "sounding_at",
            ),
            "priming": ("early_drug_mcg",),
            "legs": (
                "BridgeLeg",
                "Fluid",
                "bridge_legs",
                "fluids",
                "unbridged_legs",
            ),
            "bore": ("bore_volume_ml_per_cm",),
            "catheter": (
                "catheter_volume_ml",
                "implanted_length_cm",
            ),
            "clock": ("PumpClock",),
            "column": (
                "FluidColumn",
                "Plug",
            ),
            "commands": ("implanted",),
            "constant_mix": (
                "ConstantFlowMix",
                "constant_flow_mix",
            ),
            "daily": (
                "daily_dose_of",
                "daily_doses",
            ),
            "dates": (
                "DatedBy",
                "Dates",
            ),
            "flow": (
                "Demand",
                "FlowRange",
            ),
            "impairment": (
                "Impairment",
                "Passage",
            ),
            "outlook": ("Leg", "coming_legs"),
            "resolution": ("DeliverableRange", "Moved", "Snapped", "deliverable_range", "range_of"),
            "revise": ("revised_implant",),
            "visits": ("limit_left",),
            "lifetime": ("Lifetime",),
            "mixing": (
                "NO_MIXING",
                "Mixing",
            ),
            "bolus_rules": (
                "BolusVerdict",
                "WindowVerdict",
                "bolus_verdict",
                "window_verdict",
            ),
            "port_volumes": (
                "hidden_bolus_mcg",
                "needed_ml",
            ),
            "readings": ("Readings",),
            "refill_plan": (
                "Limit",
                "PlanVerdict",
                "alarm_moved_days",
                "appointment",
                "limiting",
                "limiting_day",
                "plan_verdict",
            ),
            "refusal": ("RefusalError",),
            "reservoir": ("Reservoir",),
            "routes": ("compare_routes",),
            "run": (
                "PumpRun",
                "run_pump",
            ),
            "schedule": (
                "Schedule",
                "Stage",
            ),
            "session": ("OpensSession",),
            "state": (
                "Activity",
                "Happening",
                "PumpState",
                "Segment",
                "Status",
                "Step",
                "Stretch",
            ),
            "stepping": ("step",),
            "strokes": (
                "Deliverable",
                "deliverable_dose",
            ),
            "system": (
                "ImplantedSystem",
                "implanted_system",
            ),
            "trial": ("StandingPump", "Trial", "standing_pump"),
            "visit_volumes": ("Visit",),
            "walk": ("refusals",),
        },
    )
