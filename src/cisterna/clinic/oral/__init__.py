"""Baclofen by mouth: start, change and end, each held against published rules; its weaning."""
