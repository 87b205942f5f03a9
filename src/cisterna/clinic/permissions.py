"""Who may do what: the one table of roles and actions that every page and every button asks.

>>> may(Role.NURSE, Action.RECORD_REFILL), may(Role.EMERGENCY_READER, Action.RECORD_REFILL)
(True, False)
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Action", "Role", "may", "roles_of"]


class Role(StrEnum):
    """What an account is in the team."""

    ADMINISTRATOR = "administrator"
    PHYSICIAN = "physician"
    NURSE = "nurse"
    THERAPIST = "therapist"
    SCHEDULER = "scheduler"
    EMERGENCY_READER = "emergency-reader"


class Action(StrEnum):
    """What somebody may do; each route of the application names one."""

    OWN_ACCOUNT = "own-account"
    SEE_SHEETS = "see-sheets"
    SEE_DUE = "see-due"
    FIND_PATIENT = "find-patient"
    SEE_PATIENT = "see-patient"
    SEE_THERAPY = "see-therapy"
    BREAK_GLASS = "break-glass"
    SEE_EMERGENCY_VIEW = "see-emergency-view"
    BOOK = "book"
    SUBSCRIBE_CALENDAR = "subscribe-calendar"
    ADD_PATIENT = "add-patient"
    CHANGE_PATIENT = "change-patient"
    ADD_DOCUMENT = "add-document"
    MAKE_PAPER = "make-paper"
    RECORD_ASSESSMENT = "record-assessment"
    RECORD_EVENT = "record-event"
    RECORD_REFILL = "record-refill"
    RECORD_IMPLANT = "record-implant"
    CHANGE_DOSE = "change-dose"
    CONFIRM_PROGRAM = "confirm-program"
    END_THERAPY = "end-therapy"
    CORRECT = "correct"
    SEE_LEDGER = "see-ledger"
    OPEN_RECALL = "open-recall"
    ANSWER_RECALL = "answer-recall"
    EXPORT_PATIENT = "export-patient"
    EXPORT_EVERYTHING = "export-everything"
    IMPORT = "import"
    ADMINISTER_ACCOUNTS = "administer-accounts"
    ADMINISTER_SETTINGS = "administer-settings"
    SEE_AUDIT = "see-audit"
    BACK_UP = "back-up"


_EVERYBODY = frozenset(Role)
_TEAM = frozenset({Role.ADMINISTRATOR, Role.PHYSICIAN, Role.NURSE, Role.THERAPIST, Role.SCHEDULER})
_CLINICAL = frozenset({Role.PHYSICIAN, Role.NURSE, Role.THERAPIST})
_PUMP = frozenset({Role.PHYSICIAN, Role.NURSE})
_PHYSICIAN = frozenset({Role.PHYSICIAN})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

_ALLOWED: dict[Action, frozenset[Role]] = {
    Action.OWN_ACCOUNT: _EVERYBODY,
    Action.SEE_SHEETS: _EVERYBODY,
    Action.SEE_DUE: _TEAM,
    Action.FIND_PATIENT: _EVERYBODY,
    Action.SEE_PATIENT: _TEAM,
    Action.SEE_THERAPY: _CLINICAL,
    Action.BREAK_GLASS: _EVERYBODY - _CLINICAL,
    Action.SEE_EMERGENCY_VIEW: _EVERYBODY,
    Action.BOOK: _CLINICAL | {Role.SCHEDULER},
    Action.SUBSCRIBE_CALENDAR: _CLINICAL | {Role.SCHEDULER},
    Action.ADD_PATIENT: _CLINICAL | {Role.SCHEDULER},
    Action.CHANGE_PATIENT: _CLINICAL | {Role.SCHEDULER},
    Action.ADD_DOCUMENT: _CLINICAL,
    Action.MAKE_PAPER: _CLINICAL,
    Action.RECORD_ASSESSMENT: _CLINICAL,
    Action.RECORD_EVENT: _PUMP,
    Action.RECORD_REFILL: _PUMP,
    Action.RECORD_IMPLANT: _PHYSICIAN,
    Action.CHANGE_DOSE: _PUMP,
    Action.CONFIRM_PROGRAM: _PUMP,
    Action.END_THERAPY: _PHYSICIAN,
    Action.CORRECT: _PUMP,
    Action.SEE_LEDGER: _CLINICAL | _ADMINISTRATOR,
    Action.OPEN_RECALL: _PHYSICIAN | _ADMINISTRATOR,
    Action.ANSWER_RECALL: _PUMP,
    Action.EXPORT_PATIENT: _PUMP,
    Action.EXPORT_EVERYTHING: _ADMINISTRATOR,
    Action.IMPORT: _ADMINISTRATOR,
    Action.ADMINISTER_ACCOUNTS: _ADMINISTRATOR,
    Action.ADMINISTER_SETTINGS: _ADMINISTRATOR,
    Action.SEE_AUDIT: _ADMINISTRATOR,
    Action.BACK_UP: _ADMINISTRATOR,
}


def may(role: Role, action: Action) -> bool:
    """Whether ``role`` allows ``action``."""
    return role in _ALLOWED[action]


def roles_of(action: Action) -> tuple[Role, ...]:
    """The roles that allow ``action``, in the order of the roles."""
    return tuple(role for role in Role if may(role, action))
