"""Money that may be paid out, and batches of it."""

from itertools import count
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import Division, Role, User
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments import postings
from marketplace.payments.models.payouts import Payout, PayoutBatch
from marketplace.payments.operations import ledger, payouts
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise, person_of

PIX = {"pix_key": "+5592988887777", "pix_key_kind": "mobile", "pix_holder": "Maria das Dores"}
NO_PIX = dict.fromkeys(PIX, "")

_serial = count(1)


def finance(division: Division) -> Person:
    """Return somebody else of finance each time."""
    user: User = make_staff(Role.FINANCE, division)
    return person_of(user)


def make_payable(cents: int = 5_000, *, debt: int = 0, **columns: Any) -> Enterprise:
    """Return an enterprise with a Pix key that has so much to receive, and owes so much."""
    enterprise = columns.pop("enterprise", None) or make_enterprise(**PIX | columns)
    owed: Any = {"by": HOUSE, "now": clock.now()}
    source = ("test", next(_serial))
    ledger.post(postings.cash_taken(1, {enterprise.id: cents}), source, **owed)
    if debt:
        ledger.post(postings.transferred(enterprise.id, debt, 0), source, **owed)
    return enterprise


def make_batch(*cents: int, division: Division | None = None) -> PayoutBatch:
    """Return a prepared batch of a Division: a payout of so much each, to an enterprise of its own.

    Whatever else is payable there is in it too.
    """
    division = division or make_division()
    for each in cents:
        make_payable(each, division=division)
    now = clock.now()
    return batch_of(payouts.prepare_batch(division.id, by=finance(division), now=now))


def make_approved(*cents: int, division: Division | None = None) -> PayoutBatch:
    batch = make_batch(*cents, division=division)
    payouts.approve_batch(batch.id, by=finance(batch.division), now=clock.now())
    return batch_of(batch.id)


def batch_of(batch_id: int) -> PayoutBatch:
    """Return a batch as it is in the database now."""
    db.session.expire_all()
    return db.session.scalars(sa.select(PayoutBatch).where(PayoutBatch.id == batch_id)).one()


def payout_of(payout_id: int) -> Payout:
    db.session.expire_all()
    return db.session.get_one(Payout, payout_id)
