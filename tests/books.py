"""Every rule of the books in one question, asked after a test, and ten thousand times."""

from functools import cache

import sqlalchemy as sa

from marketplace.core import invariants
from marketplace.core.database import db


def broken(connection: sa.Connection) -> set[str]:
    """Return the names of the rules that rows break, as `core.invariants` would."""
    found = connection.exec_driver_sql(_question(connection.dialect))
    return {name for (name,) in found}


def faults(*features: str) -> dict[str, list[int]]:
    """Return the rules of these features that are broken, with the ids of the rows that do it."""
    ours = {rule for rule in broken(db.session.connection()) if rule.startswith(features)}
    return {rule: list(db.session.scalars(invariants.registry[rule])) for rule in sorted(ours)}


@cache
def _question(dialect: sa.Dialect) -> str:
    """Compile all rules together: it is compiling them that takes the time."""
    told = {"dialect": dialect, "compile_kwargs": {"literal_binds": True}}
    asked = [
        f"SELECT '{name}' WHERE EXISTS ({query.compile(**told)})"
        for name, query in invariants.registry.items()
    ]
    return " UNION ALL ".join(asked)
