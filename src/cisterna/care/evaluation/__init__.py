"""Is intrathecal baclofen worth a talk? Points for, against and missing, and the regimens side by side.

Never a yes or no: a point says what the therapy file states, which text it is held against, and how sure that
text is. The words stand in ``content/candidacy.toml`` and ``content/regimens.toml``.
"""
