"""The assessment scales: each a function from what was observed to a :class:`~.score.Score`.

A score keeps which scale and version it was; ranges and cut-offs are numbers of the evidence. Where a
licence does not allow the items of a scale, only its total is recorded, and no descriptor is reproduced.
Each module is imported when it is needed; :mod:`cisterna.care` hands out their public names.
"""
