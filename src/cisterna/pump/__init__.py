"""The virtual pump: what a therapy's pump delivers at the catheter tip, holds, says and needs.

A functional core of frozen values without a clock: :func:`step` takes the pump from one state to the
next, by a command or by elapsed time, and yields what was delivered and what happened on the way.
:func:`run_pump` walks the events of a therapy with it; :func:`refusals` lists what the pump refuses.
"""

from cisterna.pump.alarms import AlarmRecord, Condition, Priority, repeat_h
from cisterna.pump.catheter import bore_volume_ml_per_cm, catheter_volume_ml, implanted_length_cm
from cisterna.pump.column import FluidColumn, Plug
from cisterna.pump.commands import implanted
from cisterna.pump.daily import daily_dose_of
from cisterna.pump.dates import DatedBy, Dates
from cisterna.pump.flow import Demand, FlowRange
from cisterna.pump.lifetime import Lifetime
from cisterna.pump.readings import Readings
from cisterna.pump.refusal import RefusalError
from cisterna.pump.reservoir import Reservoir
from cisterna.pump.run import PumpRun, run_pump
from cisterna.pump.schedule import Schedule, Stage
from cisterna.pump.state import Activity, Happening, PumpState, Segment, Status, Step, Stretch
from cisterna.pump.step import step
from cisterna.pump.system import ImplantedSystem, implanted_system
from cisterna.pump.visits import Visit
from cisterna.pump.walk import refusals

__all__ = [
    "Activity",
    "AlarmRecord",
    "Condition",
    "DatedBy",
    "Dates",
    "Demand",
    "FlowRange",
    "FluidColumn",
    "Happening",
    "ImplantedSystem",
    "Lifetime",
    "Plug",
    "Priority",
    "PumpRun",
    "PumpState",
    "Readings",
    "RefusalError",
    "Reservoir",
    "Schedule",
    "Segment",
    "Stage",
    "Status",
    "Step",
    "Stretch",
    "Visit",
    "bore_volume_ml_per_cm",
    "catheter_volume_ml",
    "daily_dose_of",
    "implanted",
    "implanted_length_cm",
    "implanted_system",
    "refusals",
    "repeat_h",
    "run_pump",
    "step",
]
