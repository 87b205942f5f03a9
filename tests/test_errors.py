"""Errors: the tree, and that their messages say where, what, what else and what to do."""

from __future__ import annotations

import pytest

from cisterna import errors
from cisterna.errors import CisternaError, DefectError, DrugAccountError, Fault, InputError, OutputError

CLINIC = ["ForbiddenError", "NotFoundError", "StaleRecordError", "StorageError"]
INPUT = ["UnitError", "EvidenceError", "TherapyError", "PumpError", "BodyError"]
FAULT = Fault(where="a", found="b", allowed="c", remedy="d")


def test_the_tree_is_the_one_drawn_in_the_docstring() -> None:
    """Wrong input, failing output, the clinic and defects are four branches; nothing is on two of them."""
    assert set(errors.__all__) == {
        *INPUT,
        *CLINIC,
        "ClinicError",
        *(
            "BodyError",
            "CisternaError",
            "DefectError",
            "DrugAccountError",
            "Fault",
            "InputError",
            "OutputError",
        ),
    }
    assert all(issubclass(getattr(errors, name), InputError) for name in INPUT)
    assert InputError.__bases__ == OutputError.__bases__ == DefectError.__bases__ == (CisternaError,)
    assert all(getattr(errors, name).__bases__ == (errors.ClinicError,) for name in CLINIC)
    assert errors.ClinicError.__bases__ == (CisternaError,)
    assert DrugAccountError.__bases__ == (DefectError,)
    assert all(name in (errors.__doc__ or "") for name in errors.__all__ if name != "Fault")


def test_a_fault_says_place_finding_choice_and_remedy() -> None:
    """The text of a fault holds each of its four parts in this order."""
    assert str(FAULT) == "a: found b; allowed: c; d."


def test_a_fault_with_a_line_leads_with_it() -> None:
    """Where the input has lines, the line comes first."""
    assert str(FAULT.at("event[2].rate", 14)).startswith("line 14, event[2].rate: ")


def test_a_fault_keeps_its_line_when_only_its_place_is_known_better() -> None:
    """Renaming the place does not lose the line, and the fault itself stays as it was."""
    seen = FAULT.at("x", 3).at("y")
    assert (seen.where, seen.line, seen.found, FAULT.where) == ("y", 3, "b", "a")


def test_an_input_error_lists_all_faults_in_order() -> None:
    """One error carries every fault, a line of text for each."""
    error = InputError.of(FAULT.at(place) for place in "xyz")
    assert [fault.where for fault in error.faults] == ["x", "y", "z"]
    assert str(error).splitlines() == [str(FAULT.at(place)) for place in "xyz"]


@pytest.mark.parametrize("name", INPUT)
def test_the_named_constructor_keeps_the_kind(name: str) -> None:
    """``of`` of a branch makes an error of that branch."""
    kind = getattr(errors, name)
    assert type(kind.of([FAULT])) is kind


def test_an_input_error_without_fault_is_a_mistake_of_the_program() -> None:
    """An error that cannot say what is wrong is not raised."""
    with pytest.raises(ValueError, match="at least one fault"):
        InputError()
