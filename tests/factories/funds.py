"""What solidarity funds get of what is paid here."""

import io
from datetime import timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.core import clock, papers
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments import postings
from marketplace.payments.models.debts import Debt
from marketplace.payments.models.funds import Fund
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import dues, funds, ledger, payments
from marketplace.payments.operations.debts import Vote, ask_waiver
from marketplace.payments.operations.spendings import Wanted, ask_spending, confirm_spending
from tests.factories.accounts import make_user

YESTERDAY = timedelta(days=1)
_serial = count(1)
MINUTE = b"%PDF-1.4 ata %%EOF"


def finance(division_id: int) -> Person:
    """Return a person of a Division's finance, each time another."""
    there = frozenset({division_id})
    return Person(make_user().id, roles=frozenset({"finance"}), divisions=there)


def make_fund(enterprise: Enterprise, cents: int = 5_000) -> int:
    """Let the fund of an enterprise's Division have so much, of what it sold; return its id."""
    make_rate(enterprise)
    mine = sa.select(Fund.id).where(Fund.division_id == enterprise.division_id)
    fund_id = db.session.scalars(mine).one()
    by: Any = {"by": HOUSE, "now": clock.now()}
    source = ("test_fund", next(_serial))
    ledger.post(postings.payment_succeeded({enterprise.id: cents}), source, **by)
    ledger.post(_into(fund_id, enterprise.id, cents), source, **by)
    return fund_id


def _into(fund_id: int, enterprise_id: int, cents: int) -> postings.Posting:
    """Return what fills a fund though no attempt to pay did: of another kind than that writes."""
    pending, fund = ("pending", enterprise_id), ("fund", fund_id)
    return postings.pair_of(EntryKind.CORRECTION, pending, fund, cents)


def make_spending(enterprise: Enterprise, cents: int = 3_000) -> int:
    """Have somebody ask for so much of a fund that has 50,00; return the id of that."""
    make_fund(enterprise)
    wanted = Wanted(cents, "Conserto da barraca", "Ata 7", papers.take_in(io.BytesIO(MINUTE)))
    by = finance(enterprise.division_id)
    return ask_spending(enterprise.division_id, wanted, by=by, now=clock.now())


def make_paid_spending(enterprise: Enterprise, cents: int = 3_000) -> int:
    """Have so much paid out of a fund that has 50,00; return the id of that."""
    spending_id = make_spending(enterprise, cents)
    by = finance(enterprise.division_id)
    confirm_spending(spending_id, proof="E1", by=by, now=clock.now())
    return spending_id


def make_voted_waiver(division: Division) -> int:
    """Have somebody ask that the fund bear the debt that was opened last; return the id of that."""
    debt_id = db.session.scalars(sa.select(sa.func.max(Debt.id))).one()
    vote = Vote("Ata 12", papers.take_in(io.BytesIO(MINUTE)))
    by, now = finance(division.id), clock.now()
    return ask_waiver(debt_id, reason="A assembleia decidiu", vote=vote, by=by, now=now)


def make_due(enterprise: Enterprise, cents: int = 20_000, rate: int = 150) -> int:
    """Have sold so much straight three days ago, of which a part is due; return the fund's id."""
    zone, now = enterprise.division.time_zone, clock.now()
    begins, by = now - 4 * YESTERDAY, head(enterprise.division_id)
    told: Any = {"first_day": clock.today(zone, now - 3 * YESTERDAY), "reason": "Ata 3"}
    funds.set_rate(enterprise.division_id, rate, direct=True, by=by, now=begins, **told)
    then: Any = {"by": HOUSE, "now": now - 3 * YESTERDAY}
    facts: Any = {"enterprise_id": enterprise.id, "amount_cents": cents, "method": Method.CASH}
    payment = payments.request_payment("test_due", next(_serial), **facts, **then)
    payments.settle_payment(payment.id, **then)
    mine = sa.select(Fund.id).where(Fund.division_id == enterprise.division_id)
    fund_id = db.session.scalars(mine).one()
    dues.enter_days(fund_id, by=HOUSE, now=now)
    return fund_id


def head(division_id: int) -> Person:
    """Return a head of a Division, each time another."""
    return Person(make_user().id, roles=frozenset({"head"}), divisions=frozenset({division_id}))


def make_rate(enterprise: Enterprise, rate: int = 100, *, direct: bool = False) -> int:
    """Let the fund of an enterprise's Division get 1 %, or so much, since today; return its id."""
    then, zone = clock.now() - YESTERDAY, enterprise.division.time_zone
    told: Any = {"first_day": clock.today(zone), "reason": "Ata 3", "now": then, "direct": direct}
    return funds.set_rate(enterprise.division_id, rate, by=head(enterprise.division_id), **told)
