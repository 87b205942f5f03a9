"""What the report needs beyond the library, and what to do where it is missing."""

from __future__ import annotations

from importlib import import_module

from cisterna.errors import OutputError

__all__ = ["require_extras"]

_NEEDED = ("jinja2", "matplotlib", "pyarrow")


def require_extras() -> None:
    """Raise :class:`~cisterna.errors.OutputError` with the remedy where a package is missing."""
    missing = []
    for name in _NEEDED:
        try:
            import_module(name)
        except ImportError:
            missing.append(name)
    if missing:
        raise OutputError(
            f"The report cannot be written: {', '.join(missing)} not installed. "
            'Install what it needs with: pip install "cisterna[report]"'
        )
