"""A therapy that goes on from an instant on: what has to be known before anything is supposed about it."""

from __future__ import annotations

from cisterna.errors import Fault, TherapyError
from cisterna.instants import instant_us, utc
from cisterna.pump import PumpRun, daily_doses, run_pump
from cisterna.therapy import Therapy

__all__ = ["running_pump"]


def running_pump(therapy: Therapy, at_us: int) -> PumpRun:
    """The pump of ``therapy`` up to ``at_us``.

    Raises :class:`~cisterna.errors.TherapyError` where something was recorded later, where nobody knows what
    the pump delivers, and where no pump gives drug at ``at_us``.
    """
    events = therapy.valid_events
    if not events or at_us < instant_us(events[-1].at):
        raise TherapyError(
            Fault(
                where="at", found=utc(at_us).isoformat(), allowed="an instant after the last event",
                remedy="ask from now on",
            )
        )  # fmt: skip
    run = run_pump(therapy, at_us)
    if run is not None and run.last.uncertain is not None:
        raise TherapyError(
            Fault(where="pump", found=f"nobody knows what it delivers, {run.last.uncertain.why}",
                  allowed="a pump that was read since", remedy="read the pump and record what was found")
        )  # fmt: skip
    if run is None or not daily_doses(run, [at_us])[0]:
        raise TherapyError(
            Fault(where="pump", found="no pump that runs", allowed="a pump that gives drug",
                  remedy="ask again when one was implanted and programmed")
        )  # fmt: skip
    return run
