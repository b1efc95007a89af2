"""Published minutes and what a solidarity fund paid by them lead to each other."""

from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.oversight.errors import SpendingNamed
from marketplace.oversight.models.minutes import MinutesSpending
from marketplace.oversight.operations.spent import link, unlink
from marketplace.oversight.queries import spent
from marketplace.payments.operations.spendings import drop_spending
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import finance, head, make_paid_spending, make_spending
from tests.factories.minutes import articulation_of, make_minutes

FUNDS, DESK, USES = "/transparencia/fundos", "/gestao/atas", "/gestao/fundo/usos"


@pytest.fixture
def weavers():
    return make_enterprise(division=make_division())


def linked(minutes, spending_id, by=None):
    by = by or articulation_of(minutes.division)
    link(minutes.id, spending_id, by=by, now=clock.now())


def links():
    found = sa.select(MinutesSpending.minutes_id, MinutesSpending.spending_id)
    return [tuple(row) for row in db.session.execute(found)]


class TestLink:
    def test_is_said_once_of_one_vote_and_can_be_taken_back(self, weavers):
        minutes, other = (make_minutes(weavers.division) for _ in range(2))
        paid = make_paid_spending(weavers)
        for _twice in "ab":
            linked(minutes, paid)
        with pytest.raises(SpendingNamed):
            linked(other, paid)
        assert links() == [(minutes.id, paid)]

        told = {"by": articulation_of(weavers.division), "now": clock.now()}
        unlink(other.id, paid, **told)
        assert links() == [(minutes.id, paid)]
        for _twice in "ab":
            unlink(minutes.id, paid, **told)
        linked(other, paid)
        assert links() == [(other.id, paid)]
        notes = [note["kind"] for row in db.session.scalars(sa.select(Entry.notes)) for note in row]
        assert notes.count("minutes_linked_to_spending") == 2
        assert notes.count("minutes_unlinked_from_spending") == 1

    def test_is_for_who_publishes_and_the_fund_of_that_division(self, weavers):
        minutes, abroad = make_minutes(weavers.division), make_enterprise(division=make_division())
        paid, theirs = make_paid_spending(weavers), make_paid_spending(abroad)
        for spending_id, by in (
            (theirs, articulation_of(weavers.division)),
            (paid, articulation_of(abroad.division)),
            (paid, finance(weavers.division_id)),
            (10**9, articulation_of(weavers.division)),
        ):
            with pytest.raises(NotFound):
                linked(minutes, spending_id, by)
        with pytest.raises(NotFound):
            unlink(minutes.id, paid, by=articulation_of(abroad.division), now=clock.now())

        assert links() == []

    def test_of_what_waits_is_for_who_sees_the_fund_and_not_of_what_was_let_go(self, weavers):
        minutes = make_minutes(weavers.division)
        waits, dropped = make_spending(weavers), make_spending(weavers, 1_00)
        by = {"by": finance(weavers.division_id), "now": clock.now()}
        drop_spending(dropped, **by)
        reads, sees = articulation_of(weavers.division), head(weavers.division_id)
        assert list(spent.open_to(reads, minutes)) == []
        assert [one.id for one in spent.open_to(sees, minutes)] == [waits]
        with pytest.raises(NotFound):
            linked(minutes, waits, reads)
        with pytest.raises(NotFound):
            linked(minutes, dropped, sees)
        linked(minutes, waits, sees)

        assert spent.paid_by(minutes.id) == []


class TestPages:
    def test_lead_to_each_other_for_anybody(self, client, weavers):
        minutes, bare = (make_minutes(weavers.division, number=n) for n in ("7/2026", "8/2026"))
        paid = make_paid_spending(weavers)
        for address in (FUNDS, "/transparencia", f"/atas/{minutes.id}"):
            page = client.get(address).text
            assert "Minutes 7/2026" not in page.partition("<main")[2].partition("crumbs")[0]
        linked(minutes, paid)

        for address in (FUNDS, "/transparencia"):
            page = client.get(address).text
            assert f'href="/en/atas/{minutes.id}"' in page or f'href="/atas/{minutes.id}"' in page
            assert "Minutes 7/2026" in page
        page = client.get(f"/atas/{minutes.id}").text
        assert "What the fund paid by this vote" in page
        assert "Conserto da barraca" in page
        assert FUNDS in page
        assert "What the fund paid" not in client.get(f"/atas/{bare.id}").text

    def test_what_waits_is_on_no_public_page(self, client, weavers):
        minutes = make_minutes(weavers.division)
        linked(minutes, make_spending(weavers), head(weavers.division_id))

        assert "Conserto da barraca" not in client.get(f"/atas/{minutes.id}").text

    def test_staff_name_it_and_take_it_back(self, client, log_in, weavers):
        minutes, paid = make_minutes(weavers.division, number="7/2026"), make_paid_spending(weavers)
        address = f"{DESK}/{minutes.id}"
        log_in(make_staff(Role.HEAD, weavers.division))
        assert "None are named yet." in client.get(f"{USES}/{paid}").text
        assert DESK in client.get(f"{USES}/{paid}").text
        for wrong in ("", "x", str(10**30), str(paid + 1)):
            answer = client.post(f"{address}/pagamentos", data={"spending_id": wrong})
            assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        done = client.post(f"{address}/pagamentos", data={"spending_id": str(paid)})
        assert done.location == address

        for page in (f"{USES}/{paid}", USES):
            assert "Minutes 7/2026" in client.get(page).text
        shown = client.get(address).text
        assert f"{USES}/{paid}" in shown
        assert "Name this payment" not in shown
        client.post(f"{address}/pagamentos/{paid}/retirada")
        assert links() == []
        assert "Name this payment" in client.get(address).text
