"""The diary: visits that are booked, moved, called off or kept; a refill never on or after the alarm."""

from cisterna.clinic.appointments.service import Booking, book, call_off, judged, keep, move

__all__ = ["Booking", "book", "call_off", "judged", "keep", "move"]
