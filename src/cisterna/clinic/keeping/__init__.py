"""Care of the database: a backup while it runs, a restore, and whether everything is whole."""

from cisterna.clinic.keeping.backup import back_up, restore
from cisterna.clinic.keeping.draft import draft_of
from cisterna.clinic.keeping.replacing import replacing
from cisterna.clinic.keeping.whole import Report, check_whole

__all__ = ["Report", "back_up", "check_whole", "draft_of", "replacing", "restore"]
