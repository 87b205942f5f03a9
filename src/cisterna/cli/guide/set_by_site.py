"""Numbers that a site sets on the command line, laid over the published ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cisterna.cli.options import read_decimal
from cisterna.errors import EvidenceError, Fault, InputError
from cisterna.evidence import Settings
from cisterna.evidence.numbers import number
from cisterna.units import decimal_text

__all__ = ["settings_of"]

_EXAMPLE = "write for example '--set \"screening_interval=48 h\"'"


def settings_of(typed: Iterable[str], own: Mapping[str, str]) -> Settings:
    """The settings of ``--set NAME=VALUE`` and of options that set one number, here the threshold.

    >>> settings_of(["screening_interval=48 h"], {}).value("screening_interval", "h")
    48.0
    >>> settings_of([], {"responder_threshold_gilmartin": "2"}).value(
    ...     "responder_threshold_gilmartin", "score")
    2.0
    """
    texts = _read(typed)
    for name, text in own.items():
        if name in texts:
            raise _fault("--threshold", f"also '--set {name}=...'", "one of the two", "leave one out")
        value = read_decimal(text, "--threshold")
        scale = number("ashworth_trial_range")
        widest = scale.high_in("score") - scale.low_in("score")
        if not 0 < value <= widest:
            allowed = f"a fall above 0 and at most {decimal_text(widest)}, what the scale has"
            raise _fault("--threshold", f"'{text}'", allowed, "write for example '--threshold 1.5'")
        texts[name] = f"{decimal_text(value, 9)} {number(name).unit}"
    option = "--threshold" if own else "--set"
    try:
        return Settings.of(texts)
    except EvidenceError as error:
        faults = (fault.at(_where(fault.where, own, option)) for fault in error.faults)
        raise InputError(*faults) from None


def _where(place: str, own: Mapping[str, str], option: str) -> str:
    name = place.removeprefix("parameters.")
    return option if name in own else f"--set {name}"


def _read(typed: Iterable[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for part in typed:
        name, equals, value = part.partition("=")
        name = name.strip()
        if not (equals and name and value.strip()) or name in texts:
            found = f"'{part}'" + (f", a second value for {name}" if name in texts else "")
            raise _fault("--set", found, "NAME=VALUE, each name once", _EXAMPLE)
        texts[name] = value.strip()
    return texts


def _fault(where: str, found: str, allowed: str, remedy: str) -> InputError:
    return InputError(Fault(where=where, found=found, allowed=allowed, remedy=remedy))
