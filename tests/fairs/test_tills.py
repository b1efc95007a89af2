"""Binding a device, taking it out of use, and settling what its sales left open."""

import re

import pytest
import sqlalchemy as sa

from marketplace.accounts.queries import person_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.fairs.errors import FairIsCancelled, NotThisDay, ReasonNeeded
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import calendar, matters
from marketplace.fairs.operations.tills import bind_till, revoke_till
from marketplace.fairs.queries import till_accounts, tills
from marketplace.orders.errors import MoveNotLawful
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Way
from marketplace.orders.operations import returns
from marketplace.payments.models.ledger import EntryKind, LedgerEntry
from marketplace.payments.models.payments import Payment, PaymentState
from tests.factories.accounts import make_division, make_staff, make_user
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member, make_producer
from tests.factories.fairs import make_announced, make_fair
from tests.factories.tills import (
    line,
    make_bound,
    make_matters,
    make_till,
    send,
    told_sale,
    told_void,
)

BY = {"by": HOUSE, "now": NOW}


@pytest.fixture
def seller():
    return make_enterprise()


class TestBindTill:
    def test_keeps_the_token_as_a_hash_alone(self, seller):
        bound = make_bound(seller)

        till = db.session.get(Till, bound.till_id)

        assert len(bound.token) >= 43  # 256 bits
        assert bound.token not in (till.token_hash, "")
        assert db.session.scalar(tills.by_token(bound.token)) is till

    def test_is_of_a_stall_or_of_the_common_desk(self, seller):
        fair = make_announced(seller)

        assert make_till(seller, fair=fair).way is Way.STALL
        assert make_till(seller, fair=fair, desk=True).way is Way.DESK

    def test_is_for_somebody_who_sells_there(self, seller):
        fair = make_announced(seller)
        stranger, other = make_user(), make_producer()[0]
        left = make_user()
        make_member(seller, user=left, left_on=NOW.date())

        for user in (stranger, other, left):
            with pytest.raises(NotFound):
                bind_till(fair.id, fair.days[0].id, seller.id, user.id, **BY)

    def test_is_done_by_staff_of_that_division(self, seller):
        fair, user = make_announced(seller), make_producer(enterprise=seller)[0]
        elsewhere = person_of(make_staff("articulation", make_division()).id)

        with pytest.raises(NotFound):
            bind_till(fair.id, fair.days[0].id, seller.id, user.id, by=elsewhere, now=NOW)

    def test_waits_for_the_fair_to_be_announced(self, seller):
        user, fair = (
            make_producer(enterprise=seller)[0],
            make_fair(seller.division, exhibitors=[seller]),
        )

        with pytest.raises(NotThisDay):
            bind_till(fair.id, fair.days[0].id, seller.id, user.id, **BY)

    def test_is_not_to_another_fairs_day(self, seller):
        one, two = (make_announced(seller) for _ in range(2))
        user = make_producer(enterprise=seller)[0]

        with pytest.raises(NotThisDay):
            bind_till(one.id, two.days[0].id, seller.id, user.id, **BY)

    def test_is_not_to_a_fair_that_was_cancelled(self, seller):
        fair, user = make_announced(seller), make_producer(enterprise=seller)[0]
        calendar.cancel_fair(fair.id, "Chuva", **BY)

        with pytest.raises(FairIsCancelled):
            bind_till(fair.id, fair.days[0].id, seller.id, user.id, **BY)


class TestRevokeTill:
    def test_happens_once(self, seller):
        till = make_till(seller)
        first = revoke_till(till.id, **BY).revoked_at

        assert revoke_till(till.id, by=HOUSE, now=NOW.replace(hour=20)).revoked_at == first

    def test_is_done_by_staff_of_that_division(self, seller):
        elsewhere = person_of(make_staff("head", make_division()).id)

        with pytest.raises(NotFound):
            revoke_till(make_till(seller).id, by=elsewhere, now=NOW)


class TestAccounts:
    def test_count_what_did_not_arrive(self, seller):
        goods, till = make_published(enterprise=seller, left=9), make_till(seller)
        sale = told_sale(line(goods), sequence=1)
        late = told_sale(line(goods), sequence=5)
        send(till, sale, late, voids=[told_void(sale, sequence=2)])

        told = till_accounts.accounts([till.id])[till.id]

        assert (told.sales, told.voided, told.total_cents) == (2, 1, 2500)
        assert (told.sequence, told.missing) == (5, 2)

    def test_are_there_before_anything_was_sold(self, seller):
        till = make_till(seller)

        assert till_accounts.accounts([till.id])[till.id].missing == 0


class TestSettleDifference:
    def test_keeps_what_was_found_out(self, seller):
        beyond, _pix = make_matters(make_till(seller))

        matters.settle_difference(beyond.id, "Contado de novo: eram 3", **BY)

        assert (beyond.outcome, beyond.note) == (Outcome.LOOKED_AT, "Contado de novo: eram 3")

    def test_needs_a_note(self, seller):
        beyond, _pix = make_matters(make_till(seller))

        with pytest.raises(ReasonNeeded):
            matters.settle_difference(beyond.id, " ", **BY)

    def test_is_not_for_who_belongs_to_the_seller(self, seller):
        beyond, _pix = make_matters(make_till(seller))
        staff = make_staff("head", seller.division)
        make_member(seller, user=staff)

        with pytest.raises(OwnEnterprise):
            matters.settle_difference(beyond.id, "Está certo", by=person_of(staff.id), now=NOW)

    def test_leaves_the_pix_to_the_group(self, seller):
        _beyond, pix = make_matters(make_till(seller))

        with pytest.raises(NotFound):
            matters.settle_difference(pix.id, "Chegou", **BY)


class TestConfirmPix:
    def test_enters_it_in_the_books(self, seller):
        _beyond, pix = make_matters(make_till(seller))
        ana = person_of(make_producer("member", enterprise=seller)[0].id)
        sales = sa.select(sa.func.count(LedgerEntry.id))
        sales = sales.where(LedgerEntry.kind == EntryKind.DIRECT_SALE)
        assert db.session.scalar(sales) == 0

        for _press in range(2):
            matters.confirm_pix(pix.id, arrived=True, by=ana, now=NOW)

        assert db.session.scalar(sales) == 1
        assert pix.outcome is Outcome.ARRIVED

    def test_or_does_not_expect_it_any_longer(self, seller):
        _beyond, pix = make_matters(make_till(seller))

        matters.confirm_pix(pix.id, arrived=False, **BY)

        assert db.session.scalars(sa.select(Payment.state)).one() is PaymentState.CANCELLED
        assert pix.outcome is Outcome.NOT_ARRIVED

    def test_is_for_those_who_act_for_the_group(self, seller):
        _beyond, pix = make_matters(make_till(seller))
        for user in (make_producer()[0], make_producer("stall_till", enterprise=seller)[0]):
            with pytest.raises(NotFound):
                matters.confirm_pix(pix.id, arrived=True, by=person_of(user.id), now=NOW)


class TestPages:
    def staff(self, seller, role="articulation"):
        return make_staff(role, seller.division)

    def test_show_the_link_once(self, client, log_in, seller):
        fair, user = make_announced(seller), make_producer("stall_till", enterprise=seller)[0]
        log_in(self.staff(seller))
        who = {"day_id": fair.days[0].id, "who": f"{seller.id}-{user.id}"}

        page = client.post(f"/gestao/feiras/{fair.id}/caixas", data=who)

        token = page.text.split("/caixa#")[1][:43]
        assert db.session.scalar(tills.by_token(token)).user_id == user.id
        assert page.headers["Cache-Control"] == "no-store"
        assert token not in client.get(f"/gestao/feiras/{fair.id}/caixas").text

    def test_offer_no_one_who_does_not_sell_there(self, client, log_in, seller):
        fair, stranger = make_announced(seller), make_producer()[0]
        log_in(self.staff(seller))
        who = {"day_id": fair.days[0].id, "who": f"{seller.id}-{stranger.id}"}

        assert client.post(f"/gestao/feiras/{fair.id}/caixas", data=who).status_code == 422

    def test_list_what_is_to_be_settled(self, client, log_in, seller):
        till = make_till(seller)
        beyond, _pix = make_matters(till)
        log_in(self.staff(seller))
        address = f"/gestao/feiras/{till.fair_id}"

        page = client.get(f"{address}/caixas").text
        assert "2 more sold than was counted as left." in page
        client.post(f"{address}/pendencias/{beyond.id}", data={"note": "Contado de novo"})

        assert "Nothing is open." in client.get(f"{address}/caixas").text

    def test_keep_what_was_typed_of_a_difference_and_say_what_is_wrong_with_it(
        self, client, log_in, seller
    ):
        till = make_till(seller)
        beyond, _pix = make_matters(till)
        log_in(self.staff(seller))

        answer = client.post(
            f"/gestao/feiras/{till.fair_id}/pendencias/{beyond.id}", data={"note": "1" * 201}
        )

        assert answer.status_code == 422
        box = re.search(r'<input[^>]*id="note"[^>]*>', answer.text)[0]
        assert f'value="{"1" * 201}"' in box
        assert 'aria-invalid="true"' in box

    def test_let_staff_take_a_device_out_of_use(self, client, log_in, seller):
        till = make_till(seller)
        log_in(self.staff(seller, "head"))

        client.post(f"/gestao/feiras/{till.fair_id}/caixas/{till.id}/revogacao")

        assert db.session.get(Till, till.id).revoked_at
        assert "Out of use" in client.get(f"/gestao/feiras/{till.fair_id}/caixas").text

    def test_show_an_order_that_a_till_sold(self, client, log_in, seller):
        """It is found by its number, stands in no list, and a till alone undoes it."""
        goods = make_published(enterprise=seller)
        send(make_till(seller), told_sale(line(goods)), now=NOW)
        order = db.session.scalars(sa.select(Order)).one()
        code, order_id = order.code, order.id
        log_in(self.staff(seller))
        assert client.get(f"/gestao/pedidos/{order_id}").status_code == 200
        assert code not in client.get("/gestao/pedidos").text
        log_in(make_producer("member", enterprise=seller)[0])

        page = client.get(f"/painel/pedidos/{order_id}")

        assert page.status_code == 200
        assert "The buyer brought it back" not in page.text
        assert code not in client.get("/painel/pedidos?aba=encerrados").text
        assert code in client.get("/painel/dinheiro?mes=2026-11").text
        with pytest.raises(MoveNotLawful):
            returns.accept_return(order_id, reason="x", **BY)

    def test_ask_the_group_of_its_pix(self, client, log_in, seller):
        make_matters(make_till(seller))
        log_in(make_producer("member", enterprise=seller)[0])
        pix = db.session.scalar(sa.select(Matter.id).where(Matter.kind == MatterKind.PIX))

        assert "75.00" in client.get("/painel/feiras/pix").text
        client.post(f"/painel/feiras/pix/{pix}/chegada")

        assert "No Pix to look at" in client.get("/painel/feiras/pix").text
