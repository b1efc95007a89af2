"""What was in the drawer of a till: floats, withdrawals, counts, and what should be there."""

import pytest

from marketplace.core import clock
from marketplace.fairs.queries.till_accounts import accounts, drawers
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.tills import (
    line,
    make_reserved,
    make_till,
    results,
    send,
    told_count,
    told_handover,
    told_sale,
    told_void,
)


@pytest.fixture
def till():
    return make_till()


def drawer(till):
    return drawers([till.id])[till.id]


def test_a_day_of_a_drawer_is_added_up_and_its_difference_told(till, client, monkeypatch):
    goods = make_published(enterprise=till.enterprise, left=50)
    undone, by_card = told_sale(line(goods)), told_sale(line(goods), tenders={"machine": 2500})
    mixed = told_sale(line(goods, 2), tenders={"cash": 2000, "own_pix": 3000})
    opening = told_count("opening", 5000)
    sold = [undone, by_card, mixed]
    given = told_handover(make_reserved(till))  # 50,00 in cash

    answers = send(
        till,
        *sold,
        voids=[told_void(undone)],
        handovers=[given],
        counts=[opening, told_count("withdrawal", 4000, reason="Levado à caixa-forte")],
    )

    assert set(results(answers)) == {"new"}
    assert results(send(till, counts=[opening])) == ["known"]
    assert (drawer(till).due_cents, drawer(till).difference_cents) == (8000, None)
    closing = {"expected_cents": 8000, "reason": "Troco errado"}
    send(till, counts=[told_count("closing", 7000), told_count("closing", 7900, **closing)])
    assert drawer(till)[:6] == (5000, 4000, 7000, 7900, "Troco errado", 4)
    assert drawer(till).difference_cents == -100
    told = accounts([till.id])[till.id]
    assert told.told == 9  # 3 sales, a void, a hand-over, 4 counts
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client.log_in(make_staff("articulation", till.fair.division))
    page = client.get(f"/gestao/feiras/{till.fair_id}/caixas").text
    assert "Troco errado" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gift"},
        {"kind": []},
        {"amount_cents": -1},
        {"expected_cents": "1"},
        {"reason": None},
        {"x": 1},
    ],
)
def test_what_is_no_count_is_refused(till, wrong):
    told = told_count("closing", 100) | wrong

    assert results(send(till, counts=[told])) == ["refused"]
    assert drawer(till).notes == 0
