"""What the fields of a page are called, so that a list of faults names them as the page does.

Labels are read where they are written: in the templates of the page, and in the descriptions of fields that a
page was given. No form has to say them twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

from cisterna.clinic.web.form_state import FormState

__all__ = ["labelled", "labels_in", "only_label"]

_MACROS = frozenset({"area", "check", "choice", "date", "field", "instant", "select"})


def labelled(environment: Environment, template: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` of a page, each form with faults told what its fields are called in ``template``."""
    faulty = {name: form for name, form in values.items() if isinstance(form, FormState) and form.faults}
    if not faulty:
        return dict(values)
    known = {**labels_in(environment, template), **dict(_described(values.values()))}
    forms = {name: replace(form, labels={**known, **form.labels}) for name, form in faulty.items()}
    return {**values, **forms}


def _described(values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """The labels of fields that come as descriptions: whatever has a name and a label."""
    for several in values:
        for each in several if isinstance(several, list | tuple) else ():
            name, label = getattr(each, "name", None), getattr(each, "label", None)
            if isinstance(name, str) and isinstance(label, str):
                yield name, label


@cache
def labels_in(environment: Environment, template: str) -> Mapping[str, str]:
    """The label of each field that a template names, or one of the slice that it takes pieces from.

    >>> from cisterna.clinic.web.templates import environment
    >>> labels_in(environment(), "login.html")["account"]
    'Account'
    """
    if environment.loader is None:
        return {}
    tree = environment.parse(environment.loader.get_source(environment, template)[0])
    found: dict[str, str] = {}
    for name in find_referenced_templates(tree):
        found |= labels_in(environment, name) if name else {}
    return found | dict(_written(tree))


def _written(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _MACROS and len(call.args) > 2:
            name, label = call.args[1], call.args[2]
            if isinstance(name, nodes.Const) and (words := _words(label)):
                yield str(name.value), words


def _words(label: nodes.Expr) -> str:
    """The English of ``_("...")``."""
    if isinstance(label, nodes.Call) and label.args and isinstance(label.args[0], nodes.Const):
        return str(label.args[0].value)
    return ""


@cache
def only_label(environment: Environment, name: str) -> str:
    """What a field is called where every page calls it the same; empty otherwise.

    >>> from cisterna.clinic.web.templates import environment
    >>> only_label(environment(), "family_name"), only_label(environment(), "no_such_field")
    ('Family name', '')
    """
    called = {labels[name] for labels in _every(environment) if name in labels}
    return called.pop() if len(called) == 1 else ""


@cache
def _every(environment: Environment) -> tuple[Mapping[str, str], ...]:
    listed = environment.loader.list_templates() if environment.loader is not None else []
    return tuple(labels_in(environment, template) for template in listed)
