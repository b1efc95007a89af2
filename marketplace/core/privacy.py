"""What the house keeps about people: each column is harmless, or somebody's.

A feature says so in its room `privacy.py`, beside its models: which columns are harmless, which
hold somebody's data, whose, and what stands there once that person is erased. From this come the
export of one's data, the erasure, and the record of processing in `docs/privacy.md`.

Numbers, booleans, enums, instants and references are harmless by their type (an id is a pseudonym:
the row it leads to is emptied); all other columns must be named.

**Source:** LGPD (Lei 13.709/2018), art. 18 (rights), art. 16 (end of processing), art. 37 (record).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from marketplace.core import guards
from marketplace.core.database import Model, db

ERASED = "—"
"""What stands in the place of a name."""
CONTRACT = _("it is needed for what you asked for (LGPD art. 7, V)")
SAFE = _("it protects you (LGPD art. 7, IX, and art. 46)")
DUTY = _("a public body must be able to tell it (LGPD art. 7, II and III)")
HARMLESS_TYPES = (sa.Enum, sa.Boolean, sa.Integer, sa.Numeric, sa.DateTime)

SHORT = 8  # letters: such a word may be part of another

Ids = dict[str, set[int]]


@dataclass
class Subject:
    """Whose data: ids by kind, ``{"person": {17}, "purchase": {3, 9}}``, and what names them."""

    ids: Ids
    words: set[str] = field(default_factory=set)
    proven: bool = False
    """Only what is surely theirs, as to show it: not what others gave with the same number."""

    def of(self, kind: str) -> set[int]:
        return self.ids.setdefault(kind, set())


@dataclass(frozen=True)
class Holding:
    """Columns of a table that hold somebody's data."""

    table: sa.Table
    whose: Mapping[str, str]
    """The column that leads to each kind of owner: ``{"person": "user_id"}``."""
    erased: Mapping[str, Any]
    """What stands in each column afterwards: a value, or an expression over the row."""
    why: str
    ground: str
    title: str = ""
    """How a reader calls such a row; without one it is only in the copy for machines."""
    shows: tuple[str, ...] = ()
    """What is readable of a row, in this order."""
    goes: bool = False
    """Whether the whole row goes."""
    hidden: frozenset[str] = frozenset()
    """Columns that are not shown in an export, as hashes of passwords."""

    def of(self, ids: Ids) -> sa.ColumnElement[bool]:
        """Return which of the rows are theirs."""
        theirs = [
            self.table.c[column].in_(sorted(ids[kind]))
            for kind, column in self.whose.items()
            if ids.get(kind)
        ]
        return sa.or_(sa.false(), *theirs)


@dataclass
class Register:
    harmless: dict[str, set[str]] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    reaches: list[Callable[[Subject], None]] = field(default_factory=list)
    waits: list[Callable[[Subject, datetime], Iterator[str]]] = field(default_factory=list)
    goes_too: list[Callable[[Subject], Iterator[str]]] = field(default_factory=list)
    before: list[Callable[[Subject, datetime], None]] = field(default_factory=list)
    pictures: list[tuple[sa.Table, str]] = field(default_factory=list)


register = Register()


def harmless(model: type[Model], columns: str) -> None:
    """Say which columns of a table tell nothing about a person: ``harmless(Zone, "slug name")``."""
    _columns(model, names := set(columns.split()))
    register.harmless.setdefault(_table(model).name, set()).update(names)


def personal(
    model: type[Model],
    *,
    whose: Mapping[str, str],
    why: str,
    ground: str,
    erased: Mapping[str, Any] | None = None,
    goes: str = "",
    **told: str,
) -> None:
    """Say which columns hold data of whom, and what becomes of them at an erasure.

    Either ``erased`` tells what stands in each afterwards, or ``goes`` names them, and the whole
    row goes; neither, where a row only belongs to what somebody sees of theirs. ``ground`` is what
    allows to keep them until then. ``title`` and ``shows`` say what the page of one's own data
    makes of it, ``hidden`` which columns nobody is shown.
    """
    columns = dict(erased or dict.fromkeys(goes.split()))
    hidden, shows = told.get("hidden", "").split(), told.get("shows", "").split()
    _columns(model, {*columns, *whose.values(), *hidden, *shows})
    kept = {"title": told.get("title", ""), "shows": tuple(shows), "hidden": frozenset(hidden)}
    register.holdings.append(
        Holding(_table(model), whose, columns, why, ground, goes=bool(goes), **kept)  # type: ignore[arg-type]
    )


def picture(model: type[Model], column: str) -> None:
    """Say which column names a picture that goes with the row's data."""
    register.pictures.append((_table(model), column))


def untagged() -> list[str]:
    """Return the columns that nobody said anything about."""
    told = {name: set(columns) for name, columns in register.harmless.items()}
    for holding in register.holdings:
        told.setdefault(holding.table.name, set()).update(holding.erased)
    return sorted(
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if not _is_plain(column) and column.name not in told.get(table.name, ())
    )


def subject(kind: str, row_id: int, *, proven: bool = False) -> Subject:
    """Return all that belongs to a ``person`` or a ``purchase``, floor by floor."""
    theirs = Subject({kind: {row_id}}, proven=proven)
    for reach in register.reaches:
        reach(theirs)
    return theirs


def waiting(theirs: Subject, now: datetime) -> list[str]:
    """Return why their data cannot go yet, in the reader's language; nothing if they can."""
    return [reason for find in register.waits for reason in find(theirs, now)]


def going_too(theirs: Subject) -> list[str]:
    """Return what goes with them that they may not think of, in the reader's language."""
    return [what for find in register.goes_too for what in find(theirs)]


def rows(holding: Holding, theirs: Subject) -> list[dict[str, Any]]:
    """Return what a holding keeps about somebody, the newest first, without what is hidden."""
    columns = [column for column in holding.table.c if column.name not in holding.hidden]
    query = sa.select(*columns).where(holding.of(theirs.ids))
    newest = query.order_by(*(column.desc() for column in holding.table.primary_key))
    return [dict(row._mapping) for row in db.session.execute(newest)]


def pictures_of(theirs: Subject) -> set[str]:
    """Return the pictures that go with somebody's rows."""
    found: set[str] = set()
    for table, column in register.pictures:
        for holding in (each for each in register.holdings if each.table is table):
            found |= set(
                db.session.scalars(sa.select(table.c[column]).where(holding.of(theirs.ids)))
            )
    return found - {None, ""}


def telling(column: Any, word: str) -> sa.ColumnElement[bool]:
    """Select rows whose JSON has a word in it; a short one only where it stands alone."""
    written = json.dumps(word)
    looked_for = written if len(word) < SHORT else written[1:-1]
    return sa.cast(column, sa.String).contains(looked_for, autoescape=True)


def is_shown(picture: str) -> bool:
    """Whether any row still names a picture."""
    uses = [
        sa.select(table.c[column]).where(table.c[column] == picture).exists()
        for table, column in register.pictures
    ]
    return bool(db.session.scalar(sa.select(sa.or_(sa.false(), *uses))))


def clear(theirs: Subject, *, now: datetime) -> None:
    """Empty their columns and remove their rows, within the running operation."""
    for prepare in register.before:
        prepare(theirs, now)
    db.session.flush()
    touched = [each for each in register.holdings if any(map(theirs.ids.get, each.whose))]
    with guards.lifted(*sorted({each.table.name for each in touched} & guards.guarded)):
        for holding in (each for each in reversed(touched) if each.erased):
            db.session.execute(_statement(holding, theirs.ids))
    db.session.expire_all()


def _statement(holding: Holding, ids: Ids) -> sa.Delete | sa.Update:
    if holding.goes:
        return sa.delete(holding.table).where(holding.of(ids))
    return sa.update(holding.table).where(holding.of(ids)).values(dict(holding.erased))


def _is_plain(column: sa.Column[Any]) -> bool:
    kind = getattr(column.type, "impl", column.type)
    return bool(column.foreign_keys) or isinstance(kind, HARMLESS_TYPES)


def _table(model: type[Model]) -> sa.Table:
    table: Any = model.__table__
    return table  # type: ignore[no-any-return]


def _columns(model: type[Model], names: set[str]) -> None:
    """Refuse names that are none of the table's.

    :raises LookupError: with those names.
    """
    if unknown := names - set(_table(model).columns.keys()):
        raise LookupError(f"{_table(model).name} has no {', '.join(sorted(unknown))}")
