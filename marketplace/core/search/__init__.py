"""The search engine: texts by kind and id, found without accents and with typos mended.

It knows no feature: each indexes its own things in the operation that changes them, and joins what
`matching` selects with its own tables. Both databases find the same things; their ranks differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.search import engines, vocabulary
from marketplace.core.search.tables import Document
from marketplace.core.search.words import Word, asked, counted, indexed, spelled_in, typed


@dataclass(frozen=True)
class Match:
    """What a question finds, and how it was understood."""

    select: engines.Found
    """Of ``object_id`` and ``rank``; a lower rank fits better."""
    corrected: str | None = None
    """The question with its typos mended, to be shown; none where nothing was mended."""
    terms: tuple[str, ...] = ()
    loosened: bool = False
    """Whether nothing held all the words, so that these hold some."""


@operation
def index(kind: str, object_id: int, *, title: str, body: str, extra: str = "") -> None:
    """Make a thing findable by its texts, or by its new texts."""
    new = {"title": indexed(title), "body": indexed(body), "extra": indexed(extra)}
    document_id, old = _indexed(kind, object_id)
    if new == old:
        return
    connection = db.session.connection()
    if document_id is None:
        fresh = sa.insert(Document).values(kind=kind, object_id=object_id, **new)
        document_id = connection.execute(fresh.returning(Document.id)).scalar_one()
    else:
        connection.execute(sa.update(Document).where(Document.id == document_id).values(new))
    engines.keep(connection, document_id, old=old, new=new)
    spelled = spelled_in(f"{title}\n{body}\n{extra}")
    vocabulary.count(connection, kind, old=counted(old or {}), new=counted(new), spelled=spelled)


@operation
def remove(kind: str, object_id: int) -> None:
    """Make a thing unfindable; one that is not indexed stays so."""
    document_id, old = _indexed(kind, object_id)
    if document_id is None or old is None:
        return
    connection = db.session.connection()
    engines.forget(connection, document_id, old=old)
    connection.execute(sa.delete(Document).where(Document.id == document_id))
    vocabulary.count(connection, kind, old=counted(old), new=set(), spelled={})


@operation
def tidy() -> None:
    """Leave no word of what was removed in the index itself; it is written anew as a whole."""
    engines.tidy(db.session.connection())


def matching(kind: str, text: str) -> Match:
    """Return what holds all the words asked for, typos mended; else what holds any of them."""
    if not (words := asked(text)):
        return Match(engines.none())
    known = [vocabulary.is_known(kind, word) for word in words]
    found, *answers = db.session.execute(sa.select(_some(kind, words), *known)).one()
    unknown = [word for word, is_known in zip(words, answers, strict=True) if not is_known]
    meant = vocabulary.mended(db.session.connection(), kind, words, unknown) if unknown else words
    if meant == words:
        return _match(kind, words, found=found)
    spellings = [vocabulary.spelling(kind, word.term) for word in meant]
    found, *spelled = db.session.execute(sa.select(_some(kind, meant), *spellings)).one()
    shown = {word: known or word.spelled for word, known in zip(words, spelled, strict=True)}
    corrected = " ".join(shown.get(word, word.spelled) for word in typed(text))
    return replace(_match(kind, meant, found=found), corrected=corrected)


def _match(kind: str, words: Sequence[Word], *, found: bool) -> Match:
    return Match(
        select=_holding(kind, words, "all" if found else "any"),
        terms=tuple(word.term for word in words),
        loosened=not found and len(words) > 1,
    )


def _some(kind: str, words: Sequence[Word]) -> sa.Exists:
    return _holding(kind, words, "all").with_only_columns(sa.literal(1)).exists()


def _holding(kind: str, words: Sequence[Word], join: engines.Join) -> engines.Found:
    terms = [word.singular for word in words]
    return engines.holding(db.session.get_bind().dialect.name, kind, terms, join)


def _indexed(kind: str, object_id: int) -> tuple[int | None, dict[str, str] | None]:
    columns = sa.select(Document.id, Document.title, Document.body, Document.extra)
    here = columns.where(Document.kind == kind, Document.object_id == object_id)
    row = db.session.execute(here.with_for_update()).one_or_none()
    if row is None:
        return None, None
    return row.id, {"title": row.title, "body": row.body, "extra": row.extra}
