"""Which words there are, and which one was meant."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from marketplace.core.search.tables import Term
from marketplace.core.search.words import Word, is_counted
from marketplace.core.transactions import INSERT

ALIKE = 0.7
LETTERS_TO_MEND = 4
LAST = "\U0010ffff"


def count(
    connection: sa.Connection,
    kind: str,
    *,
    old: set[str],
    new: set[str],
    spelled: Mapping[str, str],
) -> None:
    """Count a document's new words in and its old ones out.

    Rows are locked in the order of the words, so that two writers wait and do not deadlock.
    """
    changes = [
        {
            "kind": kind,
            "term": term,
            "spelled": spelled.get(term, ""),
            "documents": 1 if term in new else -1,
        }
        for term in sorted(old ^ new)
    ]
    if changes:
        connection.execute(_counting(connection.dialect.name), changes)
    if gone := old - new:
        here = (Term.kind == kind, Term.documents <= 0, Term.term.in_(sorted(gone)))
        connection.execute(sa.delete(Term).where(*here))


def _counting(dialect_name: str) -> Any:
    statement = INSERT[dialect_name](Term)
    better = statement.excluded.spelled > Term.spelled
    return statement.on_conflict_do_update(
        index_elements=[Term.kind, Term.term],
        set_={
            "documents": Term.documents + statement.excluded.documents,
            "spelled": sa.case((better, statement.excluded.spelled), else_=Term.spelled),
        },
    )


def is_known(kind: str, word: Word) -> sa.ColumnElement[bool]:
    """Return whether some document has a word that begins like this one or its singular."""
    if len(word.term) < LETTERS_TO_MEND or not word.term.isalpha() or not is_counted(word.term):
        return sa.true()  # too short to mend, or a number
    begins = word.singular
    return sa.exists().where(Term.kind == kind, Term.term >= begins, Term.term < begins + LAST)


def mended(
    connection: sa.Connection, kind: str, words: Sequence[Word], unknown: Sequence[Word]
) -> list[Word]:
    """Return the words with each unknown one replaced by the one most like it, if any is.

    Of those equally like it, the one in most documents is taken.
    """
    known = (connection.execute(_near(kind, unknown)).scalar() or "").split()
    return [_best(word, known) if word in unknown else word for word in words]


def spelling(kind: str, term: str) -> sa.ScalarSelect[str]:
    return sa.select(Term.spelled).where(Term.kind == kind, Term.term == term).scalar_subquery()


def _near(kind: str, unknown: Sequence[Word]) -> sa.Select[str]:
    """Return all terms of about these lengths as one text: thousands of rows would take longer."""
    lengths = [len(word.term) for word in unknown]
    near = sa.func.length(Term.term).between(min(lengths) * ALIKE, max(lengths) / ALIKE)
    here = sa.select(Term.term).where(Term.kind == kind, Term.spelled != "", near)
    by_use = here.order_by(Term.documents.desc(), Term.term).subquery()
    return sa.select(sa.func.aggregate_strings(by_use.c.term, " "))


def _best(word: Word, known: Sequence[str]) -> Word:
    best = process.extractOne(
        word.term, known, scorer=OSA.normalized_similarity, score_cutoff=ALIKE
    )
    return Word(best[0], best[0]) if best else word
