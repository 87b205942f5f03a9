"""Text that shows what it is: without hidden characters, which disguise it and not every database keeps."""

from __future__ import annotations

from cisterna.errors import Fault
from cisterna.therapy.accepted import is_hidden_sign

__all__ = ["unseen_fault", "without_unseen"]

_CONTEXT = 20


def _is_unseen(sign: str) -> bool:
    """What the file of a therapy refuses, but for the return that a browser puts before the end of a line."""
    return is_hidden_sign(sign) and sign != "\r"


def unseen_fault(text: str, where: str) -> Fault | None:
    r"""What is wrong with a text that holds a control or direction sign; ``None`` where nothing is.

    >>> print(unseen_fault("Ann\x00a", "given_name").found)
    the hidden character U+0000 after 'Ann'
    >>> unseen_fault("Anežka\n", "given_name") is None
    True
    """
    for place, character in enumerate(text):
        if _is_unseen(character):
            after = without_unseen(text[max(0, place - _CONTEXT) : place])
            return Fault(
                where=where,
                found=f"the hidden character U+{ord(character):04X} "
                + (f"after '{after}'" if after else "at the beginning"),
                allowed="text that shows what it is; control and direction signs can disguise it",
                remedy="type it again without",
            )
    return None


def without_unseen(text: str) -> str:
    r"""The text as a screen can show it.

    >>> without_unseen("Ann\x00a")
    'Anna'
    """
    return "".join(character for character in text if not _is_unseen(character))
