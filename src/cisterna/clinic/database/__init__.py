"""Where the clinic keeps its rows: SQLite in one file, or PostgreSQL; both hold the same tables.

:class:`Database` opens one and hands out units of work: one transaction, who acts in it, and when.
"""

from cisterna.clinic.database.engine import Database, open_database
from cisterna.clinic.database.unit import Actor, Unit

__all__ = ["Actor", "Database", "Unit", "open_database"]
