"""The engine's index beside `search_documents`, in each database's words.

`search_index` is no table of ours: metadata does not know it, so a migration that creates or drops
`search_documents` runs these statements. No triggers feed it: SQLite takes none that write to its
full-text tables while it does not trust the schema.

**Source:** SQLite, "FTS5 Extension", external content tables, and `PRAGMA trusted_schema`;
PostgreSQL documentation, chapter 12, "Full Text Search".
"""

from typing import Literal

_STATEMENTS = {
    ("sqlite", "create"): (
        """CREATE VIRTUAL TABLE search_index USING fts5(
            title, body, extra, content='search_documents', content_rowid='id',
            tokenize='unicode61 remove_diacritics 2')""",
        "INSERT INTO search_index(search_index, rank) VALUES ('rank', 'bm25(4.0, 1.0, 0.5)')",
    ),
    ("sqlite", "drop"): ("DROP TABLE IF EXISTS search_index",),
    ("postgresql", "create"): (
        """CREATE TABLE search_index (
            document_id integer PRIMARY KEY REFERENCES search_documents (id) ON DELETE CASCADE,
            vector tsvector NOT NULL)""",
        "CREATE INDEX search_index_vector ON search_index USING gin (vector)",
    ),
    ("postgresql", "drop"): ("DROP TABLE IF EXISTS search_index",),
}


def statements(dialect_name: str, act: Literal["create", "drop"]) -> tuple[str, ...]:
    """Return the statements to run after creating, or before dropping, `search_documents`."""
    return _STATEMENTS[dialect_name, act]
