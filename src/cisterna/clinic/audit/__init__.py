"""What was read, changed, exported and refused: by whom, when, old and new; chained by hash."""

from cisterna.clinic.audit.search import Entry, Query, head, search
from cisterna.clinic.audit.verify import Finding, verify_audit

__all__ = ["Entry", "Finding", "Query", "head", "search", "verify_audit"]
