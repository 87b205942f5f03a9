"""Cisterna: intrathecal baclofen therapy, planned, simulated, recorded and followed up."""

__version__ = "0.1.0"
