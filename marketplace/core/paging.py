"""Lists in pages: no page of the house shows a list without an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from marketplace.core.database import db

Row = TypeVar("Row")
MOST = 100


@dataclass(frozen=True)
class Page(Generic[Row]):
    items: list[Row]
    number: int  # from 1
    pages: int  # at least 1
    total: int
    per_page: int

    @property
    def first(self) -> int:
        """Return the place in the whole list, from 1, of the first item shown."""
        return (self.number - 1) * self.per_page + 1

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1


def paginate(query: sa.Select[Any], page: int | str | None, per_page: int = 24) -> Page[Any]:
    """Return one page of a query; a number that is none, or beyond the end, is brought inside.

    A query for one thing gives things, one for several columns gives rows.
    """
    per_page = min(per_page, MOST)
    counted = query.order_by(None).with_only_columns(sa.literal(1), maintain_column_froms=True)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(counted.subquery())) or 0
    pages = max(1, -(-total // per_page))
    number = min(max(1, _whole(page)), pages)
    found = db.session.execute(query.limit(per_page).offset((number - 1) * per_page))
    single = len(query.column_descriptions) == 1
    items = list(found.scalars().unique() if single else found)
    return Page(items, number, pages, total, per_page)


def page_of(rows: Sequence[Row], page: int | str | None, per_page: int = 24) -> Page[Row]:
    """Return one page of what is known whole; a number beyond the end is brought inside."""
    pages = max(1, -(-len(rows) // per_page))
    number = min(max(1, _whole(page)), pages)
    items = list(rows[(number - 1) * per_page : number * per_page])
    return Page(items, number, pages, len(rows), per_page)


def _whole(page: int | str | None) -> int:
    text = str(page or 1)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
