"""The volume of an implanted catheter, held against its bore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cisterna.care.calculators.calculation import (
    above_zero,
    calculated,
    checked_all,
    chosen,
    contradiction,
    given,
    missing,
    not_known,
    says,
)
from cisterna.care.calculators.slips import dead_volume_slips
from cisterna.care.exact import difference
from cisterna.care.result import Reason, Result, told
from cisterna.evidence import CatheterModel, Number
from cisterna.pump.bore import bore_mismatch, bore_volume_ml_per_cm
from cisterna.units import Fraction, Length, Volume, VolumePerLength, decimal_text
from cisterna.verdict import Verdict

__all__ = ["CatheterRecord", "CatheterVolume", "catheter_volume"]

_SLACK = 1e-9  # of the tolerance
_MM_PER_CM = 10


@dataclass(frozen=True, kw_only=True)
class CatheterVolume:
    """The implanted length and its volume, and how that agrees with the bore."""

    implanted_cm: float = field(metadata=told("implanted length", "cm", 1))
    volume_ml: float = field(metadata=told("volume of the catheter", "mL", 4))
    geometric_volume_ml: float | None = field(metadata=told("volume by its bore", "mL", 5))
    mismatch_ratio: float | None = field(metadata=told("difference over the volume by its bore", "", 3))


@dataclass(frozen=True, kw_only=True)
class CatheterRecord:
    """What is recorded of a catheter; of a ``model`` of the catalogue what is left out is its own."""

    trimmed: Length
    model: CatheterModel | None = None
    volume_per_cm: VolumePerLength | None = None
    length: Length | None = None
    inner_diameter: Length | None = None
    stored_volume: Volume | None = None

    def supplied_cm(self) -> Length:
        """The length before it was cut."""
        if self.length is not None:
            self._check_length()
            return self.length
        if self.model is None or not self.model.known("length"):
            raise missing(
                "length", "the length as supplied", "look it up; without it no prime and no bridge is right"
            )
        return Length(self.model.need("length", "cm"))

    def _check_length(self) -> None:
        if self.model is None or self.length is None or not self.model.known("length"):
            return
        most = self.model.need("length", "cm")
        if self.length > most:
            raise contradiction(
                "length",
                str(self.length),
                f"at most the {decimal_text(most)} cm of a {self.model.model}",
                "check the model and the length",
            )

    def per_cm_ml(self) -> float | None:
        """Volume per length; ``None`` where neither it nor a model is given."""
        if self.volume_per_cm is not None:
            return float(self.volume_per_cm)
        return None if self.model is None else self.model.need("volume_per_length", "mL/cm")

    def bore_mm(self) -> float | None:
        """The inner diameter in millimetres, where it is known."""
        if self.inner_diameter is not None:
            return self.inner_diameter * _MM_PER_CM
        if self.model is None or not self.model.known("inner_diameter"):
            return None
        return self.model.need("inner_diameter", "mm")


def catheter_volume(record: CatheterRecord, tolerance: Fraction | None = None) -> Result[CatheterVolume]:
    """Volume = (length - trimmed) x volume per length, held against the volume that the bore gives.

    A stored volume, where one is given, is what is held against the bore. Raises
    :class:`~cisterna.errors.InputError` where lengths leave nothing implanted.

    >>> record = CatheterRecord(trimmed=Length(20), volume_per_cm=VolumePerLength(0.0022), length=Length(89))
    >>> round(catheter_volume(record).value.volume_ml, 9)
    0.1518
    """
    supplied, limit = record.supplied_cm(), chosen("catheter_bore_tolerance", tolerance, "%", "--tolerance")
    _check_record(record, supplied)
    implanted = difference(float(supplied), float(record.trimmed))
    per_cm, bore = record.per_cm_ml(), record.bore_mm()
    stored = None if record.stored_volume is None else float(record.stored_volume)
    computed = None if per_cm is None else implanted * per_cm
    volume = computed if computed is not None else stored
    if volume is None:
        raise missing("volume_per_cm", "a model, a volume per length or a stored volume", "give one of them")
    geometric = None if bore is None else implanted * bore_volume_ml_per_cm(bore)
    held = volume if stored is None else stored
    return calculated(
        "catheter",
        "Volume of an implanted catheter",
        CatheterVolume(
            implanted_cm=implanted,
            volume_ml=volume,
            geometric_volume_ml=geometric,
            mismatch_ratio=None if geometric is None else bore_mismatch(held, geometric),
        ),
        formula="volume = (length - trimmed) x volume per length; by its bore = (length - trimmed) x pi/4 x "
        "inner diameter^2; mismatch = |volume - by its bore| / by its bore, of the stored volume where given",
        inputs=given(
            model=None if record.model is None else record.model.name,
            volume_per_cm=None if per_cm is None else f"{decimal_text(per_cm)} mL/cm",
            length=supplied,
            trimmed=record.trimmed,
            inner_diameter=None if bore is None else f"{decimal_text(bore)} mm",
            stored_volume=record.stored_volume,
            tolerance=limit.shown(),
        ),
        source="geometry; Flowonix Prometra II manual p33",
        reasons=(
            *dead_volume_slips(Volume(volume), tubing=False),
            *_catheter_reasons(record, limit, (held, geometric), (stored, computed)),
        ),
        numbers=(*_catheter_numbers(record), limit),
    )


def _check_record(record: CatheterRecord, supplied: Length) -> None:
    checked_all(
        above_zero(
            length=supplied,
            volume_per_cm=record.volume_per_cm,
            inner_diameter=record.inner_diameter,
            stored_volume=record.stored_volume,
        )
    )
    if record.model is not None and record.volume_per_cm is not None:
        raise contradiction(
            "volume_per_cm", "a model and a volume per length", "one of the two", "leave one out"
        )
    if record.trimmed >= supplied:
        raise contradiction(
            "trimmed", str(record.trimmed), f"less than the length, {supplied}", "check the implant record"
        )


def _catheter_numbers(record: CatheterRecord) -> tuple[Number, ...]:
    if record.model is None:
        return ()
    names = ("length", "volume_per_length", "inner_diameter")
    return tuple(record.model.number(name) for name in names if record.model.known(name))


def _catheter_reasons(
    record: CatheterRecord,
    limit: Number,
    against_bore: tuple[float, float | None],
    against_record: tuple[float | None, float | None],
) -> Iterator[Reason]:
    if record.model is not None and record.volume_per_cm is None:
        per_cm = record.model.number("volume_per_length")
        unsure = "; no source confirms it, check the manual" if per_cm.status.must_be_marked else ""
        yield says(per_cm, f"The {record.model.model} holds {per_cm.shown()}{unsure}.")
    held, geometric = against_bore
    if geometric is None:
        why = "No inner diameter was given, so that the volume cannot be held against the bore."
        yield not_known("geometric_volume_ml", why, "geometry")
        yield not_known("mismatch_ratio", why, "geometry")
    else:
        yield _agreement(held, geometric, "its bore", limit)
    stored, computed = against_record
    if stored is not None and computed is not None:
        yield _agreement(stored, computed, "length and volume per length", limit)


def _agreement(held_ml: float, by_ml: float, by: str, limit: Number) -> Reason:
    """Whether a volume agrees with another one, within the tolerance."""
    mismatch = bore_mismatch(held_ml, by_ml)
    percent = f"{decimal_text(100 * mismatch, 1)} %"
    found = f"{decimal_text(held_ml, 4)} mL is {percent} from the {decimal_text(by_ml, 4)} mL by {by}"
    if mismatch <= limit.in_unit("1") * (1 + _SLACK):
        return says(limit, f"{found}, within {limit.shown()}.")
    return says(
        limit,
        f"{found}, more than {limit.shown()}: the record is refused, because every prime and bridge hangs on "
        "it; correct length, volume per length or bore from the manual.",
        Verdict.STOP,
    )
