"""Questions about notes of a social currency; nothing here writes."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Role
from marketplace.core.database import db, rows
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.fairs.models.fairs import PUBLIC, Fair, FairDay
from marketplace.fairs.models.notes import NoteKind, NoteMove
from marketplace.payments.chart import AccountName
from marketplace.payments.queries.ledger import balance

SEES = {Role.ARTICULATION, Role.HEAD, Role.FINANCE}
LATEST_FAIRS = 24


class Notes(NamedTuple):
    """Notes issued and redeemed, in centavos; what was undone is in neither."""

    issued_cents: int
    redeemed_cents: int

    @property
    def circulating_cents(self) -> int:
        """Return what is in people's hands: as much in reais is kept for it."""
        return self.issued_cents - self.redeemed_cents


class OfFair(NamedTuple):
    """Notes of one fair beside all of its Division, in centavos."""

    here: Notes
    all: Notes


def kept_of(division_id: int) -> int:
    """Return what the books have in reais for a Division's notes, in centavos."""
    return balance(AccountName("note_backing", division_id))


def seen_by(person: Person) -> sa.Select[NoteMove]:
    """Select the moves of notes of the Divisions whose money a person sees."""
    if "house" in person.roles:
        return sa.select(NoteMove)
    ids = frozenset() if person.roles.isdisjoint(SEES) else person.divisions
    return sa.select(NoteMove).where(NoteMove.division_id.in_(ids))


def listed(person: Person) -> sa.Select[NoteMove]:
    """Select them with what a list shows, the latest first."""
    shown = (joinedload(NoteMove.fair), joinedload(NoteMove.enterprise))
    return seen_by(person).options(*shown).order_by(NoteMove.id.desc())


def by_key(key: str) -> NoteMove | None:
    return db.session.scalar(sa.select(NoteMove).where(NoteMove.key == key))


def of_division(division_id: int) -> Notes:
    """Return what a Division issued and redeemed since ever."""
    return of_fair(None, division_id).all


def of_fair(fair_id: int | None, division_id: int) -> OfFair:
    """Return what was issued and redeemed at a fair, and by its Division since ever."""
    (sums,) = rows(_SUMS, {"fair_id": fair_id, "division_id": division_id})
    here_in, here_back, all_in, all_back = map(int, sums)
    return OfFair(Notes(here_in, here_back), Notes(all_in, all_back))


def fairs_of(division_ids: Iterable[int]) -> list[Fair]:
    """Return the last fairs of these Divisions that were announced, the latest first."""
    last = sa.select(sa.func.max(FairDay.day)).where(FairDay.fair_id == Fair.id).scalar_subquery()
    query = sa.select(Fair).where(Fair.division_id.in_(list(division_ids)))
    query = query.where(Fair.state.in_(PUBLIC)).order_by(last.desc(), Fair.id.desc())
    return list(db.session.scalars(query.limit(LATEST_FAIRS)))


def groups_of(division_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Return the approved enterprises of these Divisions by name: id and name."""
    query = sa.select(Enterprise.id, Enterprise.name).where(
        Enterprise.division_id.in_(list(division_ids)), Enterprise.standing == Standing.APPROVED
    )
    found = db.session.execute(query.order_by(Enterprise.folded, Enterprise.id))
    return [(row[0], row[1]) for row in found]


def _sum(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    chosen = sa.case((sa.and_(*which), NoteMove.amount_cents), else_=0)
    return sa.cast(sa.func.coalesce(sa.func.sum(chosen), 0), sa.BigInteger)


_here = NoteMove.fair_id == sa.bindparam("fair_id", type_=sa.Integer)
_SUMS = sa.select(
    *(_sum(NoteMove.kind == kind, _here) for kind in (NoteKind.ISSUED, NoteKind.REDEEMED)),
    *(_sum(NoteMove.kind == kind) for kind in (NoteKind.ISSUED, NoteKind.REDEEMED)),
).where(
    NoteMove.division_id == sa.bindparam("division_id", type_=sa.Integer),
    NoteMove.undone_at.is_(None),
)
