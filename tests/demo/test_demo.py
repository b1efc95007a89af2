"""The demonstration goes in by the operations, and comes out without a trace."""

from datetime import UTC, datetime
from itertools import product

import sqlalchemy as sa

from demo import commands, loading, removal
from marketplace.accounts.models import Division
from marketplace.core import clock, invariants, reference
from marketplace.core.database import db
from marketplace.core.types import Base
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, OrderLine, Purchase, State
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.orders.queries import statements
from marketplace.payments.models.bank_returns import BankReturn, BankReturnRow, Outcome
from marketplace.payments.models.ledger import LedgerAccount
from marketplace.payments.models.payments import DIRECT, Payment, PaymentState
from marketplace.payments.queries.statements import THROUGH_US
from marketplace.reports.indicators import counting, periods
from marketplace.reports.indicators.asked import Asked
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.orders import make_order
from tests.reports.recount import recount

ZONE, SEEN = "America/Manaus", set()
NOW = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)  # in the municipality still November


def load():
    reference.load_all(NOW)
    return loading.load(NOW, say=lambda _line: None, purchases=1)


def facts():
    kinds = sa.select(SaleFact.kind, SaleFact.confidence).distinct()
    return {(str(kind), str(surely)) for kind, surely in db.session.execute(kinds)}


def marked():
    """Return how many rows of each table are still marked as the demonstration's."""
    return {
        table.name: number
        for table in Base.metadata.sorted_tables
        if "is_demo" in table.c
        and (number := db.session.scalar(sa.select(sa.func.count()).where(table.c.is_demo)))
    }


def test_goes_in_by_the_operations_and_comes_out_without_a_trace(app, tmp_path):
    see_that_all_is_there(load())
    see_that_indicators_agree(app, tmp_path)
    ours = make_order()
    make_producer(enterprise=ours.enterprise)
    kept = {ours.purchase_id}, {ours.enterprise_id}

    removal.remove(now=NOW)

    purchases = set(db.session.scalars(sa.select(Purchase.id)))
    enterprises = set(db.session.scalars(sa.select(Enterprise.id)))
    assert (purchases, enterprises) == kept
    assert marked() == {}
    assert db.session.scalars(sa.select(BankReturn)).all() == []
    assert invariants.broken() == {}


def test_is_put_in_anew_after_a_try_that_was_broken_off(app, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "LOGINS", tmp_path / "logins.txt")
    halves = []

    def half(_now, *, say):
        halves.append(marked())
        make_producer(enterprise=make_enterprise(is_demo=True))
        if len(halves) == 1:
            raise KeyboardInterrupt
        return ["head  92991234567"]

    monkeypatch.setattr(loading, "load", half)
    tries = [app.test_cli_runner().invoke(commands.load) for _ in range(3)]

    assert halves == [{}, {}]
    assert [one.exit_code for one in tries] == [1, 0, 0]
    assert "broken off" in tries[1].output
    assert commands.LOGINS.read_text().strip() == "head  92991234567"
    assert marked()["enterprises"] == 1


def see_that_all_is_there(lines):
    """Look for a login of each role, for sales of each kind, and for statements that agree."""
    told = "\n".join(lines)
    for role in ("producer", "second member", "stall till", "desk till", "head", "council"):
        assert role in told
    assert "Sample order" in told
    assert facts() >= {
        ("sale", "declared"),
        ("order_taken", "declared"),
        ("sale", "order"),
        ("order_taken", "order"),
        ("handed_over", "order"),
    }
    answered = db.session.scalars(sa.select(BankReturnRow.outcome).order_by(BankReturnRow.number))
    assert answered.all() == [Outcome.SEEN, Outcome.OPEN]
    assert invariants.broken() == {}
    see_that_statements_agree()


def see_that_indicators_agree(app, folder):
    """Hold every indicator against plain SQL over the exported facts, for each Division and all."""
    told = app.test_cli_runner().invoke(args=["export-facts", str(folder)])
    assert told.exit_code == 0, told.output
    today, ids = clock.today(ZONE), list(db.session.scalars(sa.select(Division.id)))
    last = periods.last_whole("B", clock.today(ZONE, NOW))
    for key, chosen in product(("2025", "2026", last), ([], *([each] for each in ids))):
        period = periods.of_key(key)
        asked = Asked(period, frozenset(chosen), ZONE)
        ours = {name: tuple(counting.compute(name, asked)) for name in counting.COUNTS}
        days = period.first.isoformat(), period.last.isoformat()
        assert ours == recount(folder, *days, chosen, today.isoformat()), (key, chosen)
        if not chosen and key == "2026":
            SEEN.update(name for name, value in ours.items() if value[1] > 0)
    assert len(SEEN) >= 14, SEEN


def see_that_statements_agree():
    """Hold each month of each enterprise against the next, the accounts and the orders."""
    told_of = 0
    for enterprise in db.session.scalars(sa.select(Enterprise)).all():
        zone = enterprise.division.time_zone
        months = statements.months_of(enterprise.id, zone, NOW)[::-1]
        told = [statements.statement(enterprise.id, each, zone) for each in months]
        assert [t.opening_cents for t in told] == [0, *(t.closing_cents for t in told[:-1])]
        assert told[-1].closing_cents == held_for(enterprise)
        assert sum(each.direct_cents for each in told) == paid_at_the_stall(enterprise)
        told_of += sum(each.direct_cents for each in told)
    assert told_of > 0


def held_for(enterprise):
    """Return what the house holds for an enterprise, less what that owes, by the accounts."""
    ours = [f"{base}:{enterprise.id}" for base in THROUGH_US]
    total = sa.select(sa.func.coalesce(sa.func.sum(LedgerAccount.balance_cents), 0))
    return -int(db.session.scalar(total.where(LedgerAccount.code.in_(ours))))


def paid_at_the_stall(enterprise):
    """Return what buyers paid straight to an enterprise, and kept, as the orders say.

    A Pix at a till counts once the group has seen it; what a common desk took, not at all. What was
    given back for pieces that came back to a till is taken off.
    """
    total = sa.select(sa.func.coalesce(sa.func.sum(Order.total_cents), 0))
    mine = (Order.enterprise_id == enterprise.id, Order.state == State.HANDED_OVER)
    paid = int(db.session.scalar(total.where(*mine, Order.method.in_(DIRECT))))
    unseen = sa.select(sa.func.coalesce(sa.func.sum(Tender.amount_cents), 0)).join(
        Payment, sa.and_(Payment.payable_type == TENDER, Payment.payable_id == Tender.id)
    )
    unseen = unseen.join(Order, Order.id == Tender.order_id).where(*mine)
    apart = sa.or_(Payment.state == PaymentState.DUE, Payment.at_desk)
    back = sa.select(sa.func.coalesce(sa.func.sum(ReturnedPieces.direct_cents), 0))
    back = back.join(ReturnedPieces.line).join(Order, Order.id == OrderLine.order_id).where(*mine)
    return paid - int(db.session.scalar(unseen.where(apart))) - int(db.session.scalar(back))
