"""One implanted system, pump and catheter, as the numbers that the model computes with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timezone

from cisterna.delivery import Route, Site
from cisterna.errors import EvidenceError, Fault
from cisterna.evidence import Catalogue, PumpModel, Settings
from cisterna.instants import US_PER_HOUR, instant_us, us_of_hours
from cisterna.pump.alarms import Condition
from cisterna.pump.catheter import catheter_volume_ml
from cisterna.pump.clock import PumpClock
from cisterna.pump.flow import CONSTANT_FLOW, FlowRange, flow_range
from cisterna.pump.lifetime import Lifetime
from cisterna.pump.mixing import Mixing
from cisterna.therapy.events import Implant

__all__ = ["ImplantedSystem", "implanted_system"]

_RATE = "mL/h"
_NEEDED = ("reservoir_volume", "residual_volume", "tubing_volume")


@dataclass(frozen=True, kw_only=True)
class ImplantedSystem:
    """What pump and catheter of one implant hold and can do.

    ``implant`` says how it was put in, or left by the last revision; ``catalogue`` is where its devices
    were looked up.

    Numbers come from the catalogue and the settings by name; ``model`` is kept for what is asked for
    only sometimes and for what is cited. ``alarm_ml`` is ``None`` for a pump without a low-reservoir
    alarm, ``port_ml`` and ``stroke_ml`` where the model's are not known. ``clock_offset_us`` is what the
    pump's clock shows at the implant less UTC.
    """

    implant: Implant
    catalogue: Catalogue = field(repr=False)
    model: PumpModel
    settings: Settings
    site: Site
    implanted_us: int
    capacity_ml: float
    residual_ml: float
    tubing_ml: float
    catheter_ml: float
    alarm_ml: float | None
    port_ml: float | None
    stroke_ml: float | None
    mixing: Mixing
    flows: FlowRange
    lifetime: Lifetime
    stop_limit_us: int
    clock_offset_us: int

    @property
    def dead_volume_ml(self) -> float:
        """The volume from the reservoir to the tip: tubing and catheter."""
        return self.tubing_ml + self.catheter_ml

    @property
    def clock(self) -> PumpClock:
        """The pump's clock as it was set at the implant."""
        return PumpClock(set_us=self.implanted_us, offset_us=self.clock_offset_us)

    @property
    def is_constant_flow(self) -> bool:
        """Whether the pump runs one flow from its fill on and takes no command."""
        return self.model.mechanism == CONSTANT_FLOW

    @property
    def minimum_rate_ml_per_h(self) -> float:
        """The flow of the minimum-rate mode; :class:`EvidenceError` where the model's is not known."""
        return self.model.need("minimum_rate_flow", _RATE)

    def source_of(self, condition: Condition) -> str:
        """The number that decides about an alarm, with its source."""
        quantity = {
            Condition.LOW_RESERVOIR: "alarm_volume",
            Condition.EMPTY_RESERVOIR: "reservoir_volume",
            Condition.ELECTIVE_REPLACEMENT_INDICATOR: "eri_to_stop",
            Condition.END_OF_SERVICE: "life",
        }.get(condition)
        if quantity is None:  # the sheet that lists the causes of alarms gives the limit of a stop too
            return self.settings.number("stop_limit").cited()
        number = self.model.numbers.get(quantity)
        return number.cited() if number else "implant record"


def implanted_system(implant: Implant, catalogue: Catalogue, settings: Settings) -> ImplantedSystem:
    """The system of an implant event.

    Raises :class:`EvidenceError` for a device that is unknown or of which a needed number is, and
    :class:`PumpError` for a length of the catheter that cannot be.
    """
    pump, catheter = catalogue.pump(implant.pump), catalogue.catheter(implant.catheter)
    _check_known(pump)
    offset = implant.at.utcoffset()
    if offset is None:
        raise ValueError("an instant needs a zone")
    implanted_us = instant_us(implant.at)
    return ImplantedSystem(
        implant=implant,
        catalogue=catalogue,
        model=pump,
        settings=settings,
        site=Site(Route.CATHETER, implant.tip),
        implanted_us=implanted_us,
        capacity_ml=pump.need("reservoir_volume", "mL"),
        residual_ml=pump.need("residual_volume", "mL"),
        tubing_ml=pump.need("tubing_volume", "mL"),
        catheter_ml=catheter_volume_ml(implant, catheter, settings),
        alarm_ml=float(implant.alarm_volume) if implant.alarm_volume else _known(pump, "alarm_volume", "mL"),
        port_ml=_known(pump, "port_volume", "mL"),
        stroke_ml=_known(pump, "stroke_volume", "mL"),
        mixing=Mixing.of(settings),
        flows=flow_range(pump),
        lifetime=Lifetime.of(
            implanted_us=implanted_us,
            life_y=_known(pump, "life", "y"),
            eri_to_stop_days=_known(pump, "eri_to_stop", "days"),
            zone=timezone(offset),
        ),
        stop_limit_us=us_of_hours(settings.value("stop_limit", "h")),
        clock_offset_us=round(offset.total_seconds() / 3600 * US_PER_HOUR),
    )


def _check_known(pump: PumpModel) -> None:
    """Everything without which a model cannot be simulated, told at once where it is not known."""
    flows = ("constant_flow",) if pump.mechanism == CONSTANT_FLOW else ("minimum_flow", "maximum_flow")
    missing: list[Fault] = []
    for quantity in (*_NEEDED, *flows):
        try:
            pump.need(quantity, pump.number(quantity).unit)
        except EvidenceError as error:
            missing.extend(error.faults)
    if missing:
        raise EvidenceError(*missing)


def _known(pump: PumpModel, quantity: str, unit: str) -> float | None:
    return pump.need(quantity, unit) if pump.known(quantity) else None
