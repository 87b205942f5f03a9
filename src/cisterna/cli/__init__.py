"""The command line: parse, call, print.

Each command's work stands in a module of its own that is imported when the command runs, so that
``cisterna --help`` answers at once. :func:`main` is the one place where an error becomes words and
an exit status: 0 done, 2 the input is wrong, 1 a fault of the program.
"""

from cisterna.cli.application import application, main

__all__ = ["application", "main"]
