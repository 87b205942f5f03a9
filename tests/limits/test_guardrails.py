"""A guardrail is a bound with a name, a kind, a scope and a source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisterna.evidence import Settings, number
from cisterna.limits import Guardrail, Kind, Measure, Scope, Subject, Verdict, verdict_of
from cisterna.limits.published import change_guardrails, daily_dose_guardrails


def rail(kind: Kind, *, low: float | None = 10, high: float | None = 20) -> Guardrail:
    """A guardrail of a daily dose."""
    return Guardrail(
        name="a",
        kind=kind,
        measure=Measure.DAILY_DOSE,
        source="a page",
        status="confirmed",
        low=low,
        high=high,
    )


@pytest.mark.requirement("A5", "A6")
@pytest.mark.parametrize(
    ("kind", "verdict"), [(Kind.ABSOLUTE, Verdict.STOP), (Kind.RECOMMENDED, Verdict.CAUTION)]
)
@pytest.mark.parametrize(("value", "side"), [(9, "below"), (21, "above")])
def test_one_unit_outside_is_refused_or_needs_a_reason(
    kind: Kind, verdict: Verdict, value: float, side: str
) -> None:
    """An absolute limit refuses, a recommended one asks for a reason; each says which limit, and whence."""
    touched = rail(kind).touched(value)
    assert touched is not None
    assert (touched.verdict, touched.side) == (verdict, side)
    assert touched.limit == (10 if side == "below" else 20)
    assert f"{touched.limit:.0f} mcg/day" in touched.text
    assert touched.sentence.endswith("Source: a page [confirmed].")


@pytest.mark.requirement("A5", "A6")
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("value", [10, 11, 19, 20, 20 * (1 + 1e-12)])
def test_the_edge_belongs_to_the_bound(kind: Kind, value: float) -> None:
    """At the limit, and where rounding alone passes it, nothing is touched."""
    assert rail(kind).touched(value) is None


def test_the_gravest_verdict_counts() -> None:
    """One stop among cautions is a stop; nothing touched is ok."""
    stop, caution = rail(Kind.ABSOLUTE).touched(30), rail(Kind.RECOMMENDED).touched(30)
    assert stop is not None
    assert caution is not None
    assert verdict_of([caution, stop, caution]) is Verdict.STOP
    assert verdict_of([caution]) is Verdict.CAUTION
    assert verdict_of([]) is Verdict.OK


def test_bounds_out_of_order_are_no_guardrail() -> None:
    """A lower bound above the upper one cannot be made."""
    with pytest.raises(ValueError, match="low 30 above high 20"):
        rail(Kind.ABSOLUTE, low=30)


ORIGINS = st.sampled_from(["cerebral", "spinal"])
SCOPES = st.builds(
    Scope,
    origin=st.none() | ORIGINS,
    from_age_y=st.none() | st.floats(0, 90),
    below_age_y=st.none() | st.floats(0, 90),
)


@given(scope=SCOPES, origin=ORIGINS, age=st.floats(0, 100))
def test_a_scope_holds_where_each_of_its_parts_does(scope: Scope, origin: str, age: float) -> None:
    """Origin and age narrow a guardrail each by itself."""
    subject = Subject(origin=origin, age_y=age)  # type: ignore[arg-type]
    right_origin = scope.origin in {None, origin}
    right_age = (scope.from_age_y or 0) <= age < (scope.below_age_y if scope.below_age_y is not None else 1e9)
    assert scope.holds_for(subject) == (right_origin and right_age)
    assert not scope.holds_for(Subject(drug="morphine", origin=origin, age_y=age))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "ranges"),
    [
        (Subject(origin="cerebral", age_y=8), {"under_12_maintenance_dose", "cheo_under_12_highest_dose"}),
        (Subject(origin="cerebral", age_y=12), {"cerebral_maintenance_dose", "cheo_from_12_highest_dose",
                                                "cerebral_maintenance_dose_full_range"}),
        (Subject(origin="spinal", age_y=40), {"spinal_maintenance_dose", "cheo_from_12_highest_dose",
                                              "spinal_maintenance_dose_full_range"}),
    ],
)  # fmt: skip
def test_published_dose_ranges_by_origin_and_age(subject: Subject, ranges: set[str]) -> None:
    """Each patient meets the ranges published for origin and age, and the dose of little experience."""
    held = [rule for rule in daily_dose_guardrails(Settings()) if rule.scope.holds_for(subject)]
    highs = sorted(rule.high for rule in held if rule.high is not None)
    expected = [number(name) for name in (*ranges, "little_experience_dose")]
    assert highs == sorted(entry.high if entry.high is not None else entry.value or 0 for entry in expected)
    assert all(rule.kind is Kind.RECOMMENDED and rule.source for rule in held)


def test_a_therapy_may_set_a_published_limit() -> None:
    """A settable number of the evidence that a therapy overrides is the limit that holds."""
    settings = Settings.of({"large_titration_step": "10 %"})
    soft = next(rule for rule in change_guardrails(settings, rising=True) if rule.name == "large-change")
    assert soft.high == 10
