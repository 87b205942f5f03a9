"""The spinal canal as a drawing: its shape and its colours, the same on a page of the clinic and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cisterna.handing_out import handing_out

if TYPE_CHECKING:
    from cisterna.report.spine.outlines import HEIGHT, WIDTH, Shape, level_edges, level_middle, shape
    from cisterna.report.spine.scale import STEPS, Scale, scale_of, step_style

__all__ = [
    "HEIGHT",
    "STEPS",
    "WIDTH",
    "Scale",
    "Shape",
    "level_edges",
    "level_middle",
    "scale_of",
    "shape",
    "step_style",
]

if not TYPE_CHECKING:  # a type checker would take any name at all for granted
    __getattr__, __dir__ = handing_out(
        __name__,
        {
            "scale": ("STEPS", "Scale", "scale_of", "step_style"),
            "outlines": ("HEIGHT", "WIDTH", "Shape", "level_edges", "level_middle", "shape"),
        },
    )
