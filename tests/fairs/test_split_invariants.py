"""Each invariant of common desks is broken on purpose, and found."""

import pytest
import sqlalchemy as sa

from marketplace.core import guards, invariants
from marketplace.core.database import db, operation
from marketplace.fairs import split_invariants
from marketplace.fairs.models.splits import DeskBanking, DeskShare, DeskSplit
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.tills import make_banking, make_split


@pytest.fixture
def the_books_are_right():
    """Instead of the one that asks every invariant afterwards."""


@operation
def change(model, *where, **values):
    with guards.lifted(*({model.__tablename__} & guards.guarded)):
        db.session.execute(sa.update(model).where(*where).values(**values))


def split(**given):
    return make_split(make_enterprise(), **given)


BROKEN = {
    "fairs.a_split_is_what_its_sales_were": lambda: (split(), change(DeskShare, pix_cents=1)),
    "fairs.a_split_is_in_the_books_once_approved": lambda: (
        split(approved=True),
        change(LedgerEntry, LedgerEntry.kind == EntryKind.CASH_TAKEN, source_id=0),
    ),
    "fairs.each_share_is_in_the_books_as_paid": lambda: (
        split(approved=True),
        change(DeskShare, in_cash=True),
    ),
    "fairs.what_is_at_the_bank_is_in_the_books": lambda: (
        make_banking(make_enterprise()),
        change(DeskBanking, confirmed_at=NOW),
    ),
}


def test_there_is_a_break_for_every_invariant():
    assert BROKEN.keys() == split_invariants.named.keys()


@pytest.mark.parametrize("rule", BROKEN)
def test_is_found_when_it_is_broken(rule):
    BROKEN[rule]()

    assert rule in invariants.broken()


def test_hold_while_nobody_breaks_them():
    split()
    make_banking(make_enterprise())

    assert db.session.scalar(sa.select(sa.func.count(DeskSplit.id))) == 2
    assert {rule: ids for rule, ids in invariants.broken().items() if rule in BROKEN} == {}
