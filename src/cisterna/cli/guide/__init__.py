"""``cisterna guide`` and ``cisterna sheet``: guided lists and reference sheets; their content is in care."""

import typer

from cisterna.cli.guide.commands import GUIDES, SHEETS, group

__all__ = ["application", "sheets"]

application: typer.Typer = group(GUIDES)
sheets: typer.Typer = group(SHEETS)
