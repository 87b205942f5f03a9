"""Triggers that refuse every change and deletion in the append-only tables, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["removal", "statements"]

_REFUSAL = "this table is append-only"


def statements(dialect: str, table: str) -> Iterator[str]:
    """The statements that guard ``table`` on ``dialect`` (``sqlite`` or ``postgresql``)."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: {_REFUSAL}'); END"
            )
        return
    yield (
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table}: {_REFUSAL}'; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
    yield (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def removal(dialect: str, table: str) -> Iterator[str]:
    """The statements that take the guards of ``table`` away: a restore replaces everything at once."""
    if dialect == "sqlite":
        yield from (f"DROP TRIGGER {table}_no_{verb}" for verb in ("update", "delete"))
        return
    yield from (f"DROP TRIGGER {table}_{name} ON {table}" for name in ("append_only", "no_truncate"))
    yield f"DROP FUNCTION {table}_append_only()"
