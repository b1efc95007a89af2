from datetime import timedelta

import sqlalchemy as sa

from marketplace.core import mail, queue
from marketplace.core.database import db
from marketplace.core.money import format_cents
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.notifications import messages
from marketplace.notifications.models import Notice
from marketplace.orders import news, reminding, telling
from marketplace.orders.models.orders import State
from marketplace.orders.operations import buyers, closing, collections, moves
from marketplace.orders.operations.checkout import Buyer
from tests.factories.accounts import make_user
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import (
    at,
    choose_collection,
    make_basket,
    make_collection,
    make_delivered,
    make_order,
    make_plan,
    place,
    seller_of,
    work,
)
from tests.orders.test_collections import windows_of

LUCIA = Buyer("Lúcia Andrade", "92 99999 0000", "lucia@example.org", "en")


def told(person_id):
    work()
    query = sa.select(Notice).where(Notice.user_id == person_id).order_by(Notice.id)
    return [(notice.kind, notice.path) for notice in db.session.scalars(query)]


class TestSellers:
    def test_are_told_of_a_new_order_with_what_it_needs(self):
        order = make_order()
        seller = seller_of(order)

        assert told(seller.id) == [("sale_placed", f"/painel/pedidos/{order.id}")]
        notice = db.session.scalars(sa.select(Notice)).one()
        text = messages.written(notice.kind, notice.facts)
        assert f"New order {order.code}" in text.title
        assert text.body.startswith("Lúcia ordered 2 × ")  # noqa: RUF001
        assert text.whatsapp.endswith(f"/painel/pedidos/{order.id}")

    def test_are_told_of_how_it_ended_unless_they_did_it(self):
        order = make_order()
        seller = seller_of(order)
        moves.refuse_order(order.id, reason="x", by=seller, now=NOW)

        assert "sale_refused" not in [kind for kind, _path in told(seller.id)]

    def test_are_told_that_the_buyer_cancelled_or_comes_at_another_time(self):
        order = make_order()
        seller, key = seller_of(order), order.purchase.link_key
        window = order.collection.windows[1].id
        buyers.change_window(key, order.collection_id, window, by=VISITOR, now=NOW)
        buyers.cancel_order(key, "A", by=VISITOR, now=NOW)

        assert [kind for kind, _path in told(seller.id)] == [
            *("sale_placed", "sale_changed", "sale_cancelled"),
        ]


class TestBuyers:
    def test_without_account_get_letters_of_each_step(self, letters):
        order = make_order(buyer=LUCIA)
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        moves.mark_ready(order.id, by=HOUSE, now=NOW)
        work()

        subjects = {letter.subject for letter in mail.kept()}
        assert subjects == {
            f"Order {order.purchase.number}: keep this letter",
            f"{order.enterprise.name} accepted order {order.code}",
            f"Order {order.code} is ready",
        }

    def test_get_a_contract_that_can_be_kept(self, letters):
        order = make_delivered(buyer=LUCIA)
        order.enterprise.responsible_name = "Maria do Rosário"
        order.enterprise.responsible_cpf = "52998224725"
        db.session.commit()
        work()

        (letter,) = mail.kept()
        for text in (
            *(order.code, order.handover_code, format_cents(6400), "Rua das Flores, 10"),
            *("Maria do Rosário", "52998224725", "within 7 days", "within 5 days"),
            f"/pedidos/{order.purchase.link_key}",
        ):
            assert text in letter.text

    def test_with_an_account_are_told_there_but_not_what_they_did(self):
        user = make_user()
        order = make_order(by=Person(user.id))
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        buyers.cancel_order(order.purchase.link_key, "A", by=Person(user.id), now=NOW)

        assert told(user.id) == [("order_accepted", f"/pedidos/{order.purchase.link_key}")]

    def test_are_told_when_the_fair_has_other_hours(self):
        user = make_user()
        order = make_order(by=Person(user.id))
        plan = make_plan(order.enterprise, ends_at=at(18), windows=windows_of(order.collection))
        collections.change_collection(order.collection_id, plan, by=HOUSE, now=NOW)

        assert [kind for kind, _path in told(user.id)] == ["order_changed"]

    def test_read_why(self):
        user = make_user()
        order = make_order(by=Person(user.id))
        closing.cancel_by_staff(order.id, reason="heavy rain", by=HOUSE, now=NOW)
        told(user.id)

        notice = db.session.scalars(sa.select(Notice)).one()
        assert messages.written(notice.kind, notice.facts).body.endswith("heavy rain")

    def test_are_told_once_when_a_job_runs_twice(self):
        user = make_user()
        order = make_order(by=Person(user.id))
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        move = NOW.isoformat()

        for _run in range(2):
            telling.tell_moved([order.id], State.ACCEPTED, move, by_id=None, now=NOW)

        assert len(told(user.id)) == 1


class TestTheDayBefore:
    EVE = at(8) - timedelta(hours=20)

    def remind(self, now):
        for purchase_id, collection_id in reminding.coming(now):
            for _run in range(2):
                reminding.remind_of_fair(purchase_id, collection_id, now=now)

    def test_buyers_are_reminded_once_with_hour_and_place(self, letters):
        user = make_user()
        with_account, order = make_order(by=Person(user.id)), make_order(buyer=LUCIA)
        for one in (with_account, order):
            moves.accept_order(one.id, by=HOUSE, now=NOW)
        work()
        before = {letter.subject for letter in mail.kept()}

        self.remind(self.EVE)
        queue.work_all(now=self.EVE + timedelta(minutes=1))

        assert told(user.id)[-1] == ("order_eve", f"/pedidos/{with_account.purchase.link_key}")
        notice = db.session.scalars(sa.select(Notice).where(Notice.kind == "order_eve")).one()
        assert order.collection.place in messages.written(notice.kind, notice.facts).body
        fresh = [letter for letter in mail.kept() if letter.subject not in before]
        assert [letter.subject for letter in fresh if "Do not forget" in letter.subject] == [
            f"Do not forget order {order.purchase.number}"
        ]

    def test_they_are_once_though_one_of_their_orders_ends_in_between(self):
        user, (one, two) = make_user(), (make_published() for _each in range(2))
        day = make_collection(one.enterprise, two.enterprise)
        choices = {goods.enterprise_id: choose_collection(day) for goods in (one, two)}
        purchase = place(make_basket(one, two), choices, by=Person(user.id))
        for order in purchase.orders:
            moves.accept_order(order.id, by=HOUSE, now=NOW)
        self.remind(self.EVE)

        closing.cancel_by_staff(purchase.orders[0].id, reason="A", by=HOUSE, now=NOW)
        self.remind(self.EVE + timedelta(hours=1))

        assert [kind for kind, _path in told(user.id)].count("order_eve") == 1

    def test_nobody_is_of_what_was_cancelled_or_is_further_off(self):
        user = make_user()
        order = make_order(by=Person(user.id))
        assert reminding.coming(self.EVE) == []  # nobody said that it will be there
        moves.accept_order(order.id, by=HOUSE, now=NOW)

        assert reminding.coming(at(8) - timedelta(hours=25)) == []
        assert reminding.coming(at(8)) == []
        assert reminding.coming(self.EVE) == [(order.purchase_id, order.collection_id)]
        closing.cancel_by_staff(order.id, reason="A", by=HOUSE, now=NOW)
        assert reminding.coming(self.EVE) == []


def test_every_state_that_a_buyer_hears_of_has_words():
    told = {kind.removesuffix("_prepaid") for kind in news.TO_BUYERS}
    others = {"changed", "less", "revived", *telling.TOLD}
    assert {state.value for state in State} - {"awaiting", "voided"} == told - others
