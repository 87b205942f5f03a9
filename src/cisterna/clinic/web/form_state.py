"""A form as it comes back: what was typed, word for word, and what is wrong with it, by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cisterna.errors import Fault

__all__ = ["EMPTY", "FormState"]


@dataclass(frozen=True)
class FormState:
    """The typed text of each field and the faults of the form; ``labels`` names the fields in its list.

    >>> form = FormState({"dose": "5"}, (Fault(where="dose", found="'5'", allowed="a daily dose",
    ...                                        remedy="write the unit"),))
    >>> form.typed("dose"), form.typed("mode", "flex"), len(form.of("dose"))
    ('5', 'flex', 1)
    """

    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    faults: tuple[Fault, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def typed(self, name: str, default: str = "") -> str:
        """What stands in a field: what was typed, else ``default``."""
        return self.values.get(name, default)

    def carried(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Name and text of each of these fields that was filled in: the page of a review sends them on.

        >>> FormState({"dose": "5", "reason": ""}).carried(["dose", "reason"])
        [('dose', '5')]
        """
        return [(name, text) for name in names if (text := self.typed(name))]

    def label(self, name: str) -> str:
        """What a field is called on the page; empty where the form did not say."""
        return self.labels.get(name, "")

    def of(self, name: str) -> tuple[Fault, ...]:
        """The faults of one field; ``Fault.where`` is the field's name."""
        return tuple(fault for fault in self.faults if fault.where == name)


EMPTY = FormState()
"""A form that nobody has typed into."""
