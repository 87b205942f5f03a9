"""One implanted system, pump and catheter, as the numbers that the model computes with."""

from __future__ import annotations

from dataclasses import dataclass

from cisterna.delivery import Route, Site
from cisterna.evidence import Catalogue, PumpModel, Settings
from cisterna.instants import US_PER_HOUR, instant_us, us_of_hours
from cisterna.pump.alarms import Condition
from cisterna.pump.catheter import catheter_volume_ml
from cisterna.pump.flow import FlowRange
from cisterna.pump.lifetime import Lifetime
from cisterna.therapy.events import Implant

__all__ = ["ImplantedSystem", "implanted_system"]

_RATE = "mL/h"


@dataclass(frozen=True, kw_only=True)
class ImplantedSystem:
    """What pump and catheter of one implant hold and can do.

    Numbers come from the catalogue and the settings by name; ``model`` is kept for what is asked for
    only sometimes and for what is cited. ``clock_offset_us`` is what the pump's clock shows less UTC.
    """

    model: PumpModel
    settings: Settings
    site: Site
    implanted_us: int
    capacity_ml: float
    residual_ml: float
    tubing_ml: float
    catheter_ml: float
    alarm_ml: float
    flows: FlowRange
    lifetime: Lifetime
    stop_limit_us: int
    clock_offset_us: int

    @property
    def dead_volume_ml(self) -> float:
        """The volume from the reservoir to the tip: tubing and catheter."""
        return self.tubing_ml + self.catheter_ml

    @property
    def minimum_rate_ml_per_h(self) -> float:
        """The flow of the minimum-rate mode; :class:`EvidenceError` where the model's is not known."""
        return self.model.need("minimum_rate_flow", _RATE)

    def source_of(self, condition: Condition) -> str:
        """The number that decides about an alarm, with its source."""
        if condition is Condition.STOPPED:
            return self.settings.number("stop_limit").cited()
        quantity = {
            Condition.LOW_RESERVOIR: "alarm_volume",
            Condition.EMPTY_RESERVOIR: "reservoir_volume",
            Condition.ELECTIVE_REPLACEMENT_INDICATOR: "eri_to_stop",
            Condition.END_OF_SERVICE: "life",
        }[condition]
        return self.model.numbers[quantity].cited()


def implanted_system(implant: Implant, catalogue: Catalogue, settings: Settings) -> ImplantedSystem:
    """The system of an implant event.

    Raises :class:`EvidenceError` for a device that is unknown or of which a needed number is, and
    :class:`PumpError` for a length of the catheter that cannot be.
    """
    pump, catheter = catalogue.pump(implant.pump), catalogue.catheter(implant.catheter)
    offset = implant.at.utcoffset()
    if offset is None:
        raise ValueError("an instant needs a zone")
    implanted_us = instant_us(implant.at)
    return ImplantedSystem(
        model=pump,
        settings=settings,
        site=Site(Route.CATHETER, implant.tip),
        implanted_us=implanted_us,
        capacity_ml=pump.need("reservoir_volume", "mL"),
        residual_ml=pump.need("residual_volume", "mL"),
        tubing_ml=pump.need("tubing_volume", "mL"),
        catheter_ml=catheter_volume_ml(implant, catheter, settings),
        alarm_ml=float(implant.alarm_volume or pump.need("alarm_volume", "mL")),
        flows=FlowRange(
            minimum_ml_per_h=pump.need("minimum_flow", _RATE),
            maximum_ml_per_h=pump.need("maximum_flow", _RATE),
        ),
        lifetime=Lifetime.of(
            implanted_us=implanted_us,
            life_y=pump.need("life", "y"),
            eri_to_stop_days=pump.need("eri_to_stop", "days"),
        ),
        stop_limit_us=us_of_hours(settings.value("stop_limit", "h")),
        clock_offset_us=round(offset.total_seconds() / 3600 * US_PER_HOUR),
    )
