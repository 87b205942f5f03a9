"""Recalls: from a maker's notice to the patients touched, each with what was done, until nobody is left."""
