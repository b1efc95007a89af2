"""What is searched, as rows: texts by kind and id, and the words that are in them.

Beside them is the engine's own index, `search_index` (`ddl`), which `engines` keeps.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.search.ddl import statements

Plain = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""Text in byte order on both databases, so that words with one beginning are one range."""


class Document(Model):
    """A thing's text, as the plain words under which it is found."""

    __tablename__ = "search_documents"
    __table_args__ = (
        sa.UniqueConstraint("kind", "object_id"),
        {"sqlite_autoincrement": True},  # an id used twice would find another's words
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    object_id: Mapped[int] = mapped_column(sa.BigInteger)
    title: Mapped[str]
    body: Mapped[str]
    extra: Mapped[str]


class Term(Model):
    """A word of a kind's documents: in how many, and spelled how (empty: nowhere as it is)."""

    __tablename__ = "search_terms"

    kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    term: Mapped[str] = mapped_column(Plain, primary_key=True)
    spelled: Mapped[str] = mapped_column(Plain)
    documents: Mapped[int]


@sa.event.listens_for(Document.__table__, "after_create")
def _create(_table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    for statement in statements(connection.dialect.name, "create"):
        connection.exec_driver_sql(statement)


@sa.event.listens_for(Document.__table__, "before_drop")
def _drop(_table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    for statement in statements(connection.dialect.name, "drop"):
        connection.exec_driver_sql(statement)
