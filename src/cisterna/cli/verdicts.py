"""What a verdict asks of the reader, in the words of every command that gives one."""

__all__ = ["CAUTION", "STOP"]

CAUTION = "a reason is needed to go on"
STOP = "refused, without an override"
