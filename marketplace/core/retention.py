"""How long what is kept: each rule says what, for how long, why, and on which law.

A feature enters its rules in its room `retention.py`; a daily job applies them all, some rows at a
time, and doing it again changes nothing. ``flask retention`` prints them with how much is due.

**Source:** LGPD (Lei 13.709/2018), art. 15 and 16: data end with their purpose, but for a duty.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from marketplace.core import clock, guards
from marketplace.core.database import Model, db, operation

BATCH = 200


@dataclass(frozen=True)
class Rule:
    """Rows whose ``since`` is longer ago than ``kept`` go, or become what ``end`` makes of them."""

    name: str
    table: sa.Table
    since: sa.ColumnElement[datetime]
    kept: timedelta
    why: str
    source: str
    where: sa.ColumnElement[bool]
    end: Callable[[list[int], datetime], None] | None

    def due(self, now: datetime) -> sa.Select[int]:
        return sa.select(self.table.c.id).where(self.since < now - self.kept, self.where)


rules: dict[str, Rule] = {}


def keep(
    model: type[Model],
    since: Any,
    days: int,
    *,
    why: str,
    source: str,
    where: Any = None,
    end: Callable[[list[int], datetime], None] | None = None,
) -> None:
    """Enter a rule: rows go so many days after ``since``, or ``end`` is called with their ids."""
    table: Any = model.__table__
    only = sa.true() if where is None else where
    rules[table.name] = Rule(table.name, table, since, timedelta(days=days), why, source, only, end)


def apply(now: datetime) -> Iterator[int]:
    """End what is due, by each rule; yield after each batch how many rows it was."""
    for name in rules:
        while ended := end_some(name, now=now):
            yield ended


@operation
def end_some(name: str, *, now: datetime) -> int:
    """End up to 200 rows of a rule, the oldest first; return how many."""
    rule = rules[name]
    found = rule.due(now).order_by(rule.table.c.id).limit(BATCH)
    if not (ids := list(db.session.scalars(found))):
        return 0
    if rule.end:
        rule.end(ids, now)
        return len(ids)
    with guards.lifted(*({name} & guards.guarded)):
        db.session.execute(sa.delete(rule.table).where(rule.table.c.id.in_(ids)))
    return len(ids)


def counted(rule: Rule, now: datetime) -> int:
    due = rule.due(now).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(due)) or 0


@click.command("retention")
@with_appcontext
def command() -> None:
    """Print how long what is kept, and how many rows are due to end; ends none."""
    now = clock.now()
    for rule in rules.values():
        days, due = rule.kept.days, counted(rule, now)
        click.echo(f"{rule.name:16} {days:5} days  {due:6} due  {rule.why} ({rule.source})")
