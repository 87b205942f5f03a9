"""Sphinx builds the documentation; every warning is an error."""

from cisterna import __version__

project = "Cisterna"
author = "The Cisterna authors"
copyright = "2026, the Cisterna authors"  # noqa: A001  Sphinx's name
release = version = __version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = False
html_theme = "furo"
html_title = f"Cisterna {version}"
html_static_path = ["_static"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
# The examples in docstrings are run by pytest, each in its own module.
doctest_test_doctest_blocks = ""
doctest_global_setup = "from pathlib import Path"
# No address of another host: fonts come with the pages.
