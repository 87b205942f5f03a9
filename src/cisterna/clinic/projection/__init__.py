"""What is computed from the record in the transaction that changes it, so that lists need not run pumps.

Nothing here is the truth: :func:`rebuild` makes all of it again from the record, with the same result.
"""

from cisterna.clinic.projection.service import needs_row, project, rebuild, standing_row

__all__ = ["needs_row", "project", "rebuild", "standing_row"]
