"""Which generation of the public pages this is: a number per kind of thing, in the database.

A model says, where it stands, that pages show it: ``shown("goods", Product)``. Whatever statement
then changes such a row, an operation's or a flush's, raises the number of its kind in the same
transaction, as its last statement, so that no two writers wait for each other longer than a commit
takes. What a process keeps of those rows (`kept`, `core.page_cache`) holds only while the numbers
are those that were read before the rows were: every process sees a change with its next request.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, has_request_context, request
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core.database import Model, connection, db
from marketplace.core.transactions import INSERT

KEY, NOTED = "paneiro.generation", "generations"
MOST_KEPT = 2048  # values of one process
Numbers = Mapping[str, int]
Value = TypeVar("Value")
_READ = "SELECT kind, number FROM cache_generations"


class Generation(Model):
    """How often what pages show of one kind was changed."""

    __tablename__ = "cache_generations"

    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger)


class _Shown(NamedTuple):
    kind: str
    apart: Mapping[str, str]  # columns of another kind; "" for those no page shows


_shown: dict[str, _Shown] = {}


def shown(kind: str, model: type[Model], **apart: Iterable[str]) -> None:
    """Say that public pages show a model's rows.

    ``apart`` names columns that count as another kind, or as none: ``unseen=("changed_at",)``.
    """
    columns = {
        column: "" if other == "unseen" else other
        for other, names in apart.items()
        for column in names
    }
    _shown[model.__tablename__] = _Shown(kind, columns)


def init_app(app: Flask) -> None:
    """Note, in every transaction of the app's engine, of which kinds rows were changed."""
    app.extensions["generations"] = _Kept()
    with app.app_context():
        sa.event.listen(db.engine, "before_execute", _note)
        sa.event.listen(db.engine, "rollback", _forget)


def _note(
    connection: sa.Connection, statement: Any, several: Any, single: Any, _options: Any
) -> None:
    if not getattr(statement, "is_dml", False):
        return
    if (found := _shown.get(getattr(statement.table, "name", ""))) is None:
        return
    kinds = {found.kind}
    if statement.is_update and found.apart:
        changed = _columns_of(statement, several, single)
        kinds = {found.apart.get(column, found.kind) for column in changed}
    connection.info.setdefault(NOTED, set()).update(kinds - {""})


def _columns_of(statement: Any, several: Any, single: Any) -> set[str]:
    """Return the columns that an UPDATE sets, by the names of the table."""
    columns = set(statement.table.c.keys())
    named = {getattr(key, "key", key) for key in (statement._values or {})}
    for row in (*(several or ()), single or {}):
        named.update(row)
    return named & columns


def _forget(connection: sa.Connection) -> None:
    if not connection.invalidated:  # what was lost with its connection is noted no more
        connection.info.pop(NOTED, None)


@sa.event.listens_for(Session, "before_commit")
def _raise(session: Session) -> None:
    """Raise the numbers of what this transaction changed, last of all that it does."""
    if session.in_nested_transaction() or not session.in_transaction():
        return
    session.flush()
    connection = session.connection()
    if not (kinds := connection.info.pop(NOTED, None)):
        return
    rows = [{"kind": kind, "number": 1} for kind in sorted(kinds)]
    fresh = INSERT[connection.dialect.name](Generation)
    one_more = {"number": Generation.number + 1}
    connection.execute(fresh.on_conflict_do_update(index_elements=["kind"], set_=one_more), rows)
    if has_request_context():
        look_again()  # what this request reads from now on is of the new one


def numbers() -> Numbers:
    """Return the numbers as this transaction sees them; within a request they are read once."""
    if not has_request_context():
        return _seen(connection())
    if (known := request.environ.get(KEY)) is None:
        known = request.environ[KEY] = _seen(connection())
    found: Numbers = known
    return found


def look_again() -> None:
    """Have this request read the numbers anew: others changed what it was told."""
    request.environ.pop(KEY, None)


def read(engine: Any) -> Numbers:
    """Read the numbers outside of any transaction, by the driver: what was committed last."""
    if isinstance(engine, sa.Connection):  # a test's own, which it will roll back
        return _seen(engine)
    borrowed = engine.raw_connection()
    try:
        own = borrowed.driver_connection
        if engine.dialect.name != "postgresql":
            return dict(own.execute(_READ).fetchall())
        own.autocommit = True
        found = dict(own.execute(_READ).fetchall())
        own.autocommit = False
    finally:
        borrowed.close()
    return found


def _seen(read_by: sa.Connection) -> Numbers:
    return dict(map(tuple, read_by.exec_driver_sql(_READ)))


class _Kept:
    """Values of one process with the numbers they hold for, the longest unused forgotten first."""

    def __init__(self) -> None:
        self._values: OrderedDict[object, tuple[object, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object, mark: object) -> Any:
        with self._lock:
            found = self._values.get(key)
            if found is None or found[0] != mark:
                return None
            self._values.move_to_end(key)
        return found

    def put(self, key: object, mark: object, value: Any) -> None:
        with self._lock:
            self._values[key] = (mark, value)
            self._values.move_to_end(key)
            if len(self._values) > MOST_KEPT:
                self._values.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


def kept(key: object, kinds: Iterable[str], work_out: Callable[[], Value]) -> Value:
    """Return what ``work_out`` returned when the numbers of these kinds were what they are now.

    ``key`` names the value with all else that it depends on, such as the day. It is shared by
    threads and must not be changed.
    """
    if "operation" in db.session().info:
        return work_out()  # what it changed is nobody else's to see yet
    now = numbers()
    mark = tuple(now.get(kind, 0) for kind in kinds)
    store: _Kept = current_app.extensions["generations"]
    if (found := store.get(key, mark)) is not None:
        value: Value = found[1]
        return value
    value = work_out()
    store.put(key, mark, value)
    return value


def forget_all() -> None:
    """Forget all that this process kept, as when its database is put in another's place."""
    for store in ("generations", "page_cache"):
        if found := current_app.extensions.get(store):
            found.clear()
