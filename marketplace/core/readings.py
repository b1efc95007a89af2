"""Who read whose data: one row for each page on which somebody's data were shown to another.

A feature says in its room `reads.py` which of its pages show personal records, and which record an
address names: ``shows("order", {"staff_orders.show": "order_id", "staff_orders.index": ""})``. When
one who works for others (`NOTED`) gets such a page, a row is written before it is sent: this is the
one write of a GET beside the note of who was seen, in an operation of its own. What cannot be noted
is not shown. Only the numbers of people and records are kept.

**Source:** LGPD (Lei 13.709/2018), art. 6, VI and X, art. 37 and art. 46; ADR 13.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, make_response, request
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import clock, guards, logs
from marketplace.core.database import Model, db, operation
from marketplace.core.rights import Person, current_person

HELPING = ("facilitator", "desk_till", "council")
STAFF = ("articulation", "qualification", "finance", "head", "administrator")
NOTED = frozenset({*HELPING, *STAFF})
"""Roles in which one reads of others; a group reads of its own buyers by contract."""


class Reading(Model):
    """One page shown: to whom, in which role, of which record; none: a list, a search, a sheet."""

    __tablename__ = "readings"
    __table_args__ = (sa.Index("ix_readings_kind_record_id", "kind", "record_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    role: Mapped[str]
    kind: Mapped[str]  # person, order, enterprise, payout, payout_batch
    record_id: Mapped[int | None]
    page: Mapped[str]  # the endpoint
    request_id: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(index=True)


guards.append_only("readings")


class Shown(NamedTuple):
    kind: str
    argument: str  # of the address, that names the record


pages: dict[str, Shown] = {}
owned: dict[str, Callable[[int], sa.Select[int]]] = {}
"""By kind, the records that are about a person, given by id."""


def shows(kind: str, endpoints: Mapping[str, str]) -> None:
    """Say which pages show records of a kind, and by which argument of their address."""
    pages.update({endpoint: Shown(kind, name) for endpoint, name in endpoints.items()})


def init_app(app: Flask) -> None:
    """Note each reading of the pages that features named; call it when all are registered."""
    for endpoint, shown in pages.items():
        app.view_functions[endpoint] = _noting(app.view_functions[endpoint], shown)


@operation
def note(kind: str, record_id: int | None, page: str, *, by: Person, now: datetime) -> None:
    who = {"person_id": by.id, "role": by.acting, "request_id": logs.request_id()}
    db.session.add(Reading(kind=kind, record_id=record_id, page=page, read_at=now, **who))


def about(user_id: int) -> sa.Select[Reading]:
    """Select the readings of a person's records by others, the last first."""
    theirs = [
        sa.and_(Reading.kind == kind, Reading.record_id.in_(records(user_id)))
        for kind, records in owned.items()
    ]
    found = sa.select(Reading).where(sa.or_(*theirs), Reading.person_id != user_id)
    return found.order_by(Reading.id.desc())


def _noting(view: Callable[..., Any], shown: Shown) -> Callable[..., Any]:
    @wraps(view)
    def seen(**arguments: Any) -> Any:
        answer = make_response(view(**arguments))
        person = current_person()
        if answer.status_code == HTTPStatus.OK and request.method != "HEAD" and _is_noted(person):
            page, record = request.endpoint or "", arguments.get(shown.argument)
            note(shown.kind, record, page, by=person, now=clock.now())
        return answer

    return seen


def _is_noted(person: Person) -> bool:
    return person.acting in NOTED
