"""The demonstration goes in by the operations, and comes out without a trace."""

from datetime import UTC, datetime

import sqlalchemy as sa

from demo import loading, removal
from marketplace.core import invariants, reference
from marketplace.core.database import db
from marketplace.core.types import Base
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Purchase
from tests.factories.enterprises import make_producer
from tests.factories.orders import make_order

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)


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


def test_goes_in_by_the_operations_with_a_login_for_each_role():
    lines = load()

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
    assert invariants.broken() == {}


def test_comes_out_without_a_trace_and_leaves_what_others_entered():
    load()
    ours = make_order()
    make_producer(enterprise=ours.enterprise)
    kept = {ours.purchase_id}, {ours.enterprise_id}

    removal.remove(now=NOW)

    purchases = set(db.session.scalars(sa.select(Purchase.id)))
    enterprises = set(db.session.scalars(sa.select(Enterprise.id)))
    assert (purchases, enterprises) == kept
    assert marked() == {}
    assert invariants.broken() == {}
