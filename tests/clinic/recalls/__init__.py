"""Recalls: from a notice to nobody left."""
