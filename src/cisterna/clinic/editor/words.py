"""The words that the script of the editor prints, in the language of the page."""

from __future__ import annotations

from cisterna.clinic.web.messages import marked
from cisterna.clinic.web.tongue import Tongue

__all__ = ["script_words"]

_WORDS = {
    "legs": marked("legs"),
    "arms": marked("arms"),
    "least": marked("pump minimum"),
    "current": marked("current"),
    "tip": marked("tip"),
    "lumbar": marked("lumbar"),
    "cervical": marked("cervical"),
    "cistern": marked("cistern"),
    "band": marked("80 % of simulated patients"),
    "goal": marked("goal"),
    "atMost": marked("at most"),
    "atLeast": marked("at least"),
    "step": marked("step"),
    "stepRate": marked("Step {place}, rate"),
    "stepStart": marked("Step {place}, begins"),
    "rateText": marked("{rate} mcg/h from {from} to {to}"),
    "to": marked("to"),
    "unsaved": marked("edited, not saved"),
    "asSaved": marked("as it runs now"),
    "restored": marked("Restored: what you typed in this window until {when} and did not save."),
    "movedOn": marked("The record has new entries since then; compare again."),
    "failed": marked("The server did not answer. What you typed is still here; try again."),
    "draw": marked("Drag over the tone curve: across for the time, up to the tone that it shall reach."),
    "newGoal": marked("goal"),
    "time": marked("Time of day, pump clock"),
    "hours": marked("Hours after the change"),
}


def script_words(say: Tongue) -> dict[str, str]:
    """Every word by its name in the script."""
    return {name: say(text) for name, text in _WORDS.items()}
