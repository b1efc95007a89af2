"""Files sent to be imported, kept between the preview and the confirmation, a day at most."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model, db, operation
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.core.text import clean

KEPT = timedelta(days=1)
NAME_LENGTH = 120


class ImportDraft(Model):
    """A sheet that somebody looks at before it is taken in; only they may."""

    __tablename__ = "import_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # what it brings: enterprises, products:17
    owner_id: Mapped[int | None]  # none: the house
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    made_at: Mapped[datetime] = mapped_column(index=True)


@operation
def keep(kind: str, file_name: str, content: bytes, *, by: Person, now: datetime) -> str:
    """Keep a file and return the token by which it is found again; drop those too old."""
    db.session.execute(sa.delete(ImportDraft).where(ImportDraft.made_at <= now - KEPT))
    token = secrets.token_urlsafe(16)
    db.session.add(
        ImportDraft(
            token=token,
            kind=kind,
            owner_id=by.id,
            file_name=clean(file_name)[:NAME_LENGTH],
            content=content,
            made_at=now,
        )
    )
    return token


def fetch(kind: str, token: str, *, by: Person, now: datetime) -> ImportDraft:
    """Return a kept file.

    :raises NotFound: if there is none of that kind, it is another's, or a day old.
    """
    return find_one(
        sa.select(ImportDraft).where(
            ImportDraft.token == token,
            ImportDraft.kind == kind,
            ImportDraft.made_at > now - KEPT,
            _own(by),
        )
    )


@operation
def drop(kind: str, token: str, *, by: Person) -> None:
    """Forget a kept file; gone already is as well."""
    kept = sa.delete(ImportDraft).where(ImportDraft.token == token, ImportDraft.kind == kind)
    db.session.execute(kept.where(_own(by)))


def _own(by: Person) -> sa.ColumnElement[bool]:
    return ImportDraft.owner_id == by.id if by.id else ImportDraft.owner_id.is_(None)
