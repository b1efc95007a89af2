"""The session, the base model and the one way to write."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar, overload

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from marketplace.core import failpoints
from marketplace.core.errors import Busy, Unsure
from marketplace.core.transactions import (
    Isolation,
    begin_for_a_cursor,
    is_contention,
    is_outage,
    joined,
    savepoint,
    writing,
)
from marketplace.core.types import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Verb = TypeVar("Verb", bound=Callable[..., Any])
RERUNS, PAUSE_SECONDS = 3, (0.02, 0.2)
CONNECTION = "connection"
log = logging.getLogger(__name__)
operations: dict[str, Callable[..., Any]] = {}
"""Every operation by its name, which is also the point that it passes before it does anything."""


@overload
def operation(function: Verb, /) -> Verb: ...
@overload
def operation(
    *, isolation: Isolation = None, keyed: bool = False, synced: bool = True, joins: bool = False
) -> Callable[[Verb], Verb]: ...
def operation(
    function: Any = None,
    /,
    *,
    isolation: Isolation = None,
    keyed: bool = False,
    synced: bool = True,
    joins: bool = False,
) -> Any:
    """Make a function one write transaction, run again when others were in the way.

    Its arguments are ids and plain values, so a second run reads all it decides on afresh. Called
    inside another operation it is a savepoint: a refusal undoes only itself and nothing reruns.
    ``keyed`` says that it looks its key up first and returns what was done under it: such a one is
    also run again when the connection was lost in COMMIT. ``synced=False`` says that a power cut
    soon after it may undo it, and nobody waits for the disk (ADR 60). ``joins`` says that inside
    another it is a part of that one, with no savepoint of its own: it refuses for both (ADR 64).

    :raises Busy: if the first run and three more met contention.
    :raises Unsure: if the connection was lost in COMMIT.
    """
    if function is None:
        return partial(operation, isolation=isolation, keyed=keyed, synced=synced, joins=joins)

    inside = joined if joins else savepoint

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(value, Model) for value in (*args, *kwargs.values())):
            raise TypeError(f"{function.__name__} takes ids, not rows read before it began")
        if "operation" not in db.session().info:
            call = partial(function, *args, **kwargs)
            return _run_outermost(call, isolation, keyed=keyed, synced=synced)
        with inside(db.session(), isolation, synced=synced):
            failpoints.point(name_of(function))
            return function(*args, **kwargs)

    operations[name_of(function)] = run
    return run


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _run_outermost(call: partial[Any], isolation: Isolation, *, keyed: bool, synced: bool) -> Any:
    unsure: Unsure | None = None
    for rerun in range(RERUNS + 1):
        if rerun:
            time.sleep(random.uniform(*PAUSE_SECONDS))  # noqa: S311 - jitter, not a secret
        try:
            with writing(db.session(), call.func.__name__, isolation, synced=synced):
                failpoints.point(name_of(call.func))
                return call()
        except Unsure as lost:
            if not keyed:
                raise
            unsure = lost
        except DBAPIError as error:  # once unsure, that it fails now does not say that it failed
            if not (unsure or is_contention(error)):
                raise
    raise unsure or Busy


def rows(statement: sa.Executable, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """Return what a statement of columns finds, past the session's care for entities."""
    return connection().execute(statement, values).all()


def streamed(statement: sa.Select[Any], *, batch: int) -> sa.Result[Any]:
    """Return what a statement finds, so many rows at a time in memory."""
    begin_for_a_cursor(db.session())
    return db.session.execute(statement.execution_options(yield_per=batch))


def connection() -> sa.Connection:
    """Return the connection of the session's transaction; the session is asked once in each.

    In each savepoint too: it begins with the first that asks, and what went past it would stay
    when a nested operation is undone.
    """
    session = db.session()
    within = session.get_nested_transaction()
    known, asked_in = session.info.get(CONNECTION, (None, None))
    if known is None or asked_in is not within or known.closed or not session.in_transaction():
        known = session.connection()
        session.info[CONNECTION] = (known, within)
    found: sa.Connection = known
    return found


def note_on(model: type[Base], key: int, values: Mapping[str, Any]) -> None:
    """Let the session's own row, if it holds it, have what was just written past the session."""
    held = db.session().identity_map.get(identity_key(model, key))
    for name, value in values.items() if held is not None else ():
        set_committed_value(held, name, value)


def wait_for(name: str) -> None:
    """Wait for other operations that name the same, until they end; there need be no row of it.

    SQLite lets one write at a time anyway.
    """
    if db.engine.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))
        db.session.execute(sa.select(lock))


@contextmanager
def if_possible() -> Iterator[None]:
    """Do without a write that the database cannot take now, such as a note of who was seen."""
    try:
        yield
    except Busy:
        return
    except DBAPIError as error:
        if not is_outage(error):
            raise


def let_go(_error: BaseException | None = None) -> None:
    """Give the session's connection back at the end of a request, also one that is cut by then."""
    try:
        db.session.remove()
    except DBAPIError:
        log.warning("a connection ended before it was given back", exc_info=True)
        db.session().invalidate()
        db.session.registry.clear()
