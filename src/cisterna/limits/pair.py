"""What is bounded for one drug at one concentration: by the library, filled in by the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cisterna.limits.guardrail import Guardrail, Kind, Measure, Touched, shown
from cisterna.limits.library import Bound, Declared, Entry
from cisterna.limits.site import SiteLimits
from cisterna.verdict import Verdict

__all__ = ["Pair"]

_NOT_PUBLISHED = "no published value; the site must set it"
_STATUS = "not published"
_SITE_STATUS = "set by the site"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An entry of the library with what the site has set for it."""

    entry: Entry
    site: SiteLimits | None
    source: str

    @property
    def window_h(self) -> float | None:
        """The length of the rolling window that the site has set, in hours."""
        return self.site.window_h if self.site else None

    def guardrails(self, measure: Measure) -> Iterator[Guardrail]:
        """The bounds that the site has set; they hold beside what is published, never in its place."""
        for bound in Bound:
            value = self.site.bounds.get((measure, bound)) if self.site else None
            if value is not None:
                yield self._guardrail(measure, bound, value)

    def _guardrail(self, measure: Measure, bound: Bound, value: float) -> Guardrail:
        kind = Kind.ABSOLUTE if bound.is_absolute else Kind.RECOMMENDED
        said = f"the {kind} limit of the site for the {measure}, {{limit}}"
        return Guardrail(
            name=f"site-{measure.replace(' ', '-')}", kind=kind, measure=measure,
            low=value if bound.is_low else None, high=None if bound.is_low else value,
            source=self.source, status=_SITE_STATUS, above=f"is above {said}", below=f"is below {said}",
        )  # fmt: skip

    def touched(self, measure: Measure, *, least: float, most: float, said: str = "") -> Iterator[Touched]:
        """What ``least`` and ``most`` of a program touch; lower bounds ask for the one, upper for the other.

        A bound that nobody has published and the site has not set is a caution that says so; one that
        the entry declares and lacks is refused.
        """
        for rule in self.guardrails(measure):
            entry = rule.touched(most if rule.high is not None else least, said)
            if entry is not None:
                yield entry
        lacking = self._unset(measure, Declared.LACKING)
        if lacking:
            text = (
                f"{self._limit_of(measure, lacking)} is declared in the library and has no value: "
                "the program is refused."
            )
            yield self._without(measure, lacking, most, Verdict.STOP, text)
        unset = self._unset(measure, Declared.SITE)
        if unset:
            text = (
                f"{self._limit_of(measure, unset)} is not published and not set by the site: "
                f"{shown(most, measure.unit)} was held against none."
            )
            yield self._without(measure, unset, most, Verdict.CAUTION, text)

    def _unset(self, measure: Measure, kind: Declared) -> list[Bound]:
        """The bounds of a kind without a value; only what is the site's may be decided to be none."""
        bounds = self.entry.bounds.get(measure, {})
        given = self.site.bounds if self.site else {}
        if kind is Declared.LACKING:
            given = {key: value for key, value in given.items() if value is not None}
        return [bound for bound in Bound if bounds.get(bound) is kind and (measure, bound) not in given]

    def _limit_of(self, measure: Measure, bounds: list[Bound]) -> str:
        which = ", ".join(bound.replace("_", " ") for bound in bounds)
        pair = f"{self.entry.drug} at {shown(self.entry.concentration_mcg_per_ml, 'mcg/mL')}"
        return f"The limit of the {measure} for {pair} ({which})"

    def _without(
        self, measure: Measure, bounds: list[Bound], value: float, verdict: Verdict, text: str
    ) -> Touched:
        absolute = any(bound.is_absolute for bound in bounds)
        return Touched(
            name=f"site-{measure.replace(' ', '-')}", kind=Kind.ABSOLUTE if absolute else Kind.RECOMMENDED,
            measure=measure, limit=None, value=value, unit=measure.unit, source=_NOT_PUBLISHED,
            status=_STATUS, text=text, verdict=verdict,
        )  # fmt: skip
