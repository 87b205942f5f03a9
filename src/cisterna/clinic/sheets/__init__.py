"""The reference sheets and guided lists of :mod:`cisterna.care`, as pages that print."""
