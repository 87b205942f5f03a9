"""The choices of the site: each with its published default, its source, and how sure that is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from fastapi.responses import Response

from cisterna.clinic.permissions import Action
from cisterna.clinic.projection.renewal import begin_renewal, is_renewing, renew
from cisterna.clinic.settings.groups import GROUPS
from cisterna.clinic.settings.site import WORDS, change_setting, site_choices, zone_names
from cisterna.clinic.web.desk import Desk, desk_for
from cisterna.clinic.web.form_state import EMPTY, FormState
from cisterna.errors import InputError
from cisterna.evidence import number

__all__ = ["router"]

router = APIRouter(prefix="/administration/settings")
Administrator = Annotated[Desk, desk_for(Action.ADMINISTER_SETTINGS)]
_WIDEST = 10_000


@router.get("")
def settings(desk: Administrator) -> Response:
    """Every choice, by group."""
    return _page(desk, EMPTY)


@router.post("")
def choose(
    desk: Administrator,
    later: BackgroundTasks,
    name: Annotated[str, Form(max_length=200)] = "",
    value: Annotated[str, Form(max_length=_WIDEST)] = "",
    back: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Choose a value, or go back to the published default; then everything is computed again."""
    try:
        with desk.unit() as unit:
            change_setting(unit, name, None if back == "yes" else value.strip())
            begin_renewal(unit)
    except InputError as error:
        return _page(desk, FormState({name: value}, tuple(fault.at(name) for fault in error.faults)), 422)
    later.add_task(renew, desk.database)
    answer = desk.go(f"/administration/settings#setting-{name}", "saved")
    answer.background = later
    return answer


def _page(desk: Desk, form: FormState, status: int = 200) -> Response:
    with desk.unit() as unit:
        choices = site_choices(unit.connection)
        renewing = is_renewing(unit)
        unit.audit("read", {"page": "settings"})
    return desk.page(
        "administration/settings.html",
        title="Settings of the site",
        place="/administration",
        groups={title: tuple(number(name) for name in group) for title, group in GROUPS.items()},
        chosen=choices.parameters,
        words=WORDS,
        said=choices.words,
        renewing=renewing,
        zones=zone_names(),
        form=form,
        status=status,
    )
