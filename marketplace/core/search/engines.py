"""What each database does in its own words: keep the words of a document, find who holds words.

A word is found by its beginning. Titles weigh four times the body, which weighs twice the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from marketplace.core.search.tables import Document

Found = sa.Select[int, float]
Join = Literal["all", "any"]
Texts = Mapping[str, str]
LAST_PLACE = 16383  # PostgreSQL counts no further
_FTS5 = sa.table(
    "search_index",
    *map(sa.column, ("search_index", "rowid", "title", "body", "extra")),
    sa.column("rank", sa.Float),
)
_VECTORS = sa.table("search_index", sa.column("document_id"), sa.column("vector"))


def keep(connection: sa.Connection, document_id: int, *, old: Texts | None, new: Texts) -> None:
    """Enter a document's words into the index, in the place of its old ones."""
    if connection.dialect.name == "postgresql":
        connection.execute(_upsert(document_id, new))
        return
    forget(connection, document_id, old=old)
    connection.execute(sa.insert(_FTS5).values(rowid=document_id, **new))


def forget(connection: sa.Connection, document_id: int, *, old: Texts | None) -> None:
    """Take a document's words out of the index, before its row goes."""
    if old is not None and connection.dialect.name == "sqlite":  # elsewhere its key takes them
        row = {"search_index": "delete", "rowid": document_id, **old}
        connection.execute(sa.insert(_FTS5).values(row))


def tidy(connection: sa.Connection) -> None:
    """Write the index anew without the words of what was taken out of it.

    **Source:** SQLite, "FTS5 Extension", the 'optimize' command: until segments are merged, an
    entry that was removed still stands in an older one.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(_FTS5).values(search_index="optimize"))


def holding(dialect_name: str, kind: str, terms: Sequence[str], join: Join) -> Found:
    """Return a select of ``object_id`` and ``rank``, lower for what fits better."""
    ask = {"sqlite": _ask_sqlite, "postgresql": _ask_postgresql}[dialect_name]
    return ask(kind, terms, join)


def none() -> Found:
    """Return a select of the same columns that finds nothing."""
    rank = sa.literal(0.0).label("rank")
    return sa.select(Document.object_id, rank).where(sa.false())


def _ask_sqlite(kind: str, terms: Sequence[str], join: Join) -> Found:
    question = {"all": " AND ", "any": " OR "}[join].join(f'"{term}"*' for term in terms)
    return (
        sa.select(Document.object_id, _FTS5.c.rank)
        .join_from(_FTS5, Document, Document.id == _FTS5.c.rowid)
        .where(_FTS5.c.search_index.op("MATCH")(question), _last(Document.kind) == kind)
    )


def _last(column: InstrumentedAttribute[str]) -> sa.ColumnElement[str]:
    """Keep SQLite from reading all of a kind and asking its index about each, by a unary plus.

    **Source:** SQLite, "The SQLite Query Optimizer Overview", disqualifying WHERE clause terms.
    """
    return UnaryExpression(column.expression, operator=custom_op("+"), type_=column.type)


def _ask_postgresql(kind: str, terms: Sequence[str], join: Join) -> Found:
    words = {"all": " & ", "any": " | "}[join].join(f"'{term}':*" for term in terms)
    question = sa.cast(words, postgresql.TSQUERY)
    weights = sa.cast([0.1, 0.125, 0.25, 1.0], postgresql.ARRAY(sa.REAL))  # of D, C, B, A
    rank: sa.ColumnElement[float] = -sa.func.ts_rank(weights, _VECTORS.c.vector, question)
    return (
        sa.select(Document.object_id, rank.label("rank"))
        .join_from(_VECTORS, Document, Document.id == _VECTORS.c.document_id)
        .where(_VECTORS.c.vector.op("@@")(question), Document.kind == kind)
    )


def _upsert(document_id: int, texts: Texts) -> sa.Insert:
    vector = sa.cast(" ".join(_placed(texts)), postgresql.TSVECTOR)
    statement = postgresql.insert(_VECTORS).values(document_id=document_id, vector=vector)
    changed: dict[str, Any] = {"vector": statement.excluded.vector}
    return statement.on_conflict_do_update(index_elements=["document_id"], set_=changed)


def _placed(texts: Texts) -> Iterator[str]:
    """Yield words with place and weight, for a cast.

    The server's parser would take 12e5 for a number, and letters for what its locale says.
    """
    weighed = [
        (w, each)
        for w, name in zip("ABC", ("title", "body", "extra"), strict=True)
        for each in texts[name].split()
    ]
    for place, (weight, word) in enumerate(weighed, start=1):
        yield f"'{word}':{min(place, LAST_PLACE)}{weight}"
