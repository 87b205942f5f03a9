"""``cisterna draw``: the figures of the clinic's pages as pictures and data."""

import typer

from cisterna.cli.draw.commands import group

__all__ = ["application"]

application: typer.Typer = group()
