"""What the demonstration tells of the bank: an answer with payments that are none of ours.

They move nothing, so that no invented money stays in the books: the account pays other bills too,
and each such row waits for a person. One was looked at.
"""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.accounts.queries import division
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.payments.bank_return import Line
from marketplace.payments.models.bank_returns import BankReturnRow
from marketplace.payments.operations import bank_returns
from marketplace.payments.operations.bank_returns import Told

DAY = timedelta(days=1)
FILE = "PAGAMENTOS.RET"
NOTE = "É a conta de luz do galpão, paga pelo programa do banco."


def tell(division_id: int, finance: Person, *, now: datetime) -> None:
    """Take in a file that pays a bill and refuses another payment; note what the first one is."""
    zone, then = find_one(division(division_id)).time_zone, now - 2 * DAY
    paid_on = clock.today(zone, then - DAY)
    lines = [
        Line(3, "LUZ GALPAO", 184_30, ("00",), bank_number="E00038166", paid_on=paid_on),
        Line(5, "FRETE BARRACAS", 96_00, ("AG",)),
    ]
    told = Told(FILE, hashlib.sha256(FILE.encode()).hexdigest(), lines)
    made = bank_returns.take_in(division_id, told, by=finance, now=then)
    rows = sa.select(BankReturnRow.id).where(BankReturnRow.return_id == made)
    first = db.session.scalars(rows.order_by(BankReturnRow.number)).first()
    bank_returns.note_seen(first or 0, note=NOTE, by=finance, now=now - DAY)
