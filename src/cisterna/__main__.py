"""Run Cisterna as `python -m cisterna`."""

from cisterna.cli import main

main()
