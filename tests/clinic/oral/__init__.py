"""Baclofen by mouth in the clinic."""
