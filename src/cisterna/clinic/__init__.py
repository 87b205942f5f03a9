"""The web application of a team: people, storage and pages around the therapy record.

What was done to a patient is a therapy's events, kept append-only and chained by hash; everything that a page
shows is computed from them by the rooms below. This room adds accounts, roles, an audit, a database and the
pages of ``cisterna serve``; it has no arithmetic of its own.
"""
