"""What every page of the clinic shares: shell, templates, static files, words.

Templates and values that they show are here; which page stands at which address is told by the slices.
Every page works under a content security policy that forbids inline script and style.
"""
