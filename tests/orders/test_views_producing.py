"""The panel's orders: each group sees and moves its own, and hands over by the code."""

import pytest

from marketplace.core import clock
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import State
from marketplace.orders.operations import handovers, moves
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.queries import payments
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.orders import (
    choose_collection,
    make_basket,
    make_collection,
    make_delivered,
    make_order,
    place,
    reread,
    soon,
)
from tests.factories.paying import make_paid


@pytest.fixture
def seller():
    return make_enterprise(name="Mãos do Cuieiras", pix_key="+5592988887777")


@pytest.fixture
def fair(seller):
    return make_collection(seller, **soon())


@pytest.fixture
def order(seller, fair):
    product = make_published(enterprise=seller, name="Cesto de arumã", price_cents=8600)
    choice = choose_collection(fair)
    return make_order(products=[product], choice=choice, now=clock.now())


@pytest.fixture(autouse=True)
def _inside(client, log_in, seller):
    log_in(make_producer("member", enterprise=seller)[0])


def path_of(order, rest=""):
    return f"/painel/pedidos/{order.id}{rest}"


def move(order, *moved):
    for each in moved:
        each(order.id, by=HOUSE, now=clock.now())


class TestIndex:
    def test_shows_each_tab_with_its_number(self, client, order):
        page = client.get("/painel/pedidos").text
        assert "To answer (1)" in page
        assert "Cesto de arumã" in page
        assert "Lúcia Andrade" in page
        assert "R$172.00" in page

    @pytest.mark.parametrize(
        ("moved", "tab", "button"),
        [
            ([], "responder", "Accept"),
            ([moves.accept_order], "preparar", "It is ready"),
            ([moves.accept_order, moves.mark_ready], "prontos", "Hand over"),
        ],
    )
    def test_offers_the_next_step(self, client, order, moved, tab, button):
        move(order, *moved)
        page = client.get(f"/painel/pedidos?aba={tab}").text
        assert f"{button}<span" in page
        assert client.get("/painel/pedidos").text.count("Cesto de arumã") >= 1

    def test_keeps_what_ended(self, client, order):
        moves.refuse_order(order.id, reason="Acabou", by=HOUSE, now=clock.now())
        assert "Refused" in client.get("/painel/pedidos?aba=encerrados").text

    @pytest.mark.parametrize("text", ["lúcia", "ANDRADE", "{number}", "{number}-A", "{number}-a"])
    def test_finds_by_number_and_name(self, client, order, text):
        asked = text.format(number=order.purchase.number)
        assert "1 order found" in client.get("/painel/pedidos", query_string={"q": asked}).text

    @pytest.mark.parametrize("text", ["Marcos", "999999", "%"])
    def test_finds_nothing_else(self, client, order, text):
        assert "0 orders found" in client.get("/painel/pedidos", query_string={"q": text}).text

    def test_shows_no_other_groups_part(self, client, order):
        make_order(products=[make_published(name="Castanha")])
        page = client.get("/painel/pedidos").text
        assert "Castanha" not in page


class TestShow:
    def test_shows_only_its_own_lines_of_a_shared_purchase(self, client, seller):
        goods = [make_published(enterprise=seller, name="Cesto"), make_published(name="Castanha")]
        fair = make_collection(*(p.enterprise for p in goods), **soon())
        token = make_basket(*goods, now=clock.now())
        choices = {p.enterprise_id: choose_collection(fair) for p in goods}
        purchase = place(token, choices, now=clock.now())
        mine, others = purchase.orders
        page = client.get(path_of(mine)).text
        assert "Cesto" in page
        assert "Castanha" not in page
        assert client.get(path_of(others)).status_code == 404

    def test_tells_who_buys_and_where_it_goes(self, client, order):
        page = client.get(path_of(order)).text
        assert "(92) 99999-0000" in page.replace("\xa0", " ")
        assert "stall 1" in page

    def test_keeps_the_buyers_code_to_the_buyer(self, client, order):
        assert order.handover_code not in client.get(path_of(order)).text

    def test_offers_a_ready_text_in_the_buyers_language(self, client, order):
        move(order, moves.accept_order)
        page = client.get(path_of(order)).text
        assert "https://wa.me/5592999990000?text=" in page


class TestAcceptance:
    def test_accepts(self, client, order):
        assert client.post(path_of(order, "/aceite")).location == path_of(order)
        assert reread(order).state is State.ACCEPTED

    def test_says_that_somebody_was_faster(self, client, order):
        move(order, moves.accept_order)
        client.post(path_of(order, "/aceite"))
        assert "This order has moved on in the meantime." in client.get(path_of(order)).text


class TestRefusal:
    def test_needs_a_reason(self, client, order):
        assert "Refuse order" in client.get(path_of(order, "/recusa")).text
        assert client.post(path_of(order, "/recusa")).status_code == 422
        assert reread(order).state is State.PLACED

    def test_refuses(self, client, order):
        client.post(path_of(order, "/recusa"), data={"reason": "Acabou a fibra"})
        assert reread(order).state is State.REFUSED


class TestReady:
    def test_takes_all_from_the_list(self, client, order):
        client.post(path_of(order, "/pronto"))
        assert reread(order).state is State.READY
        assert reread(order).lines[0].separated == 2

    def test_takes_less_with_a_reason(self, client, order):
        line = order.lines[0]
        sent = {f"quantity-{line.id}": 1, "reason": "Um quebrou"}
        client.post(path_of(order, "/pronto"), data=sent)
        assert reread(order).total_cents == 8600

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            (1, "Say why, in a few words: the buyer will read it."),
            (3, "A quantity cannot be more than what was ordered."),
            ("a", "A quantity cannot be more than what was ordered."),
            (0, "Nothing would be left of this order."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, client, order, typed, said):
        answer = client.post(
            path_of(order, "/pronto"), data={f"quantity-{order.lines[0].id}": typed}
        )
        assert answer.status_code in (409, 422)
        assert said in answer.text
        assert f'value="{typed}"' in answer.text
        assert reread(order).state is State.PLACED

    def test_leaves_what_has_ended(self, client, order):
        moves.refuse_order(order.id, reason="Acabou", by=HOUSE, now=clock.now())
        client.post(path_of(order, "/pronto"))
        assert reread(order).state is State.REFUSED


class TestDispatch:
    def test_sends_out_what_is_delivered(self, client, seller):
        order = make_delivered(product={"enterprise": seller}, now=clock.now())
        move(order, moves.mark_ready)
        assert "It left for delivery" in client.get(path_of(order)).text
        client.post(path_of(order, "/envio"))
        assert reread(order).state is State.DISPATCHED

    def test_refuses_what_is_collected(self, client, order):
        move(order, moves.mark_ready)
        client.post(path_of(order, "/envio"))
        assert reread(order).state is State.READY


class TestCode:
    def test_is_shown_once_to_be_read_out(self, client, order):
        page = client.post(path_of(order, "/codigo")).text
        assert "It is good for 30 minutes and works once." in page
        assert order.handover_code not in page


class TestReturn:
    @pytest.fixture
    def given(self, order):
        code = order.handover_code
        return handovers.hand_over(order.id, code, paid_with=Method.CASH, by=HOUSE, now=clock.now())

    def test_is_the_groups_choice_and_says_why(self, client, given):
        assert client.post(path_of(given, "/devolucao")).status_code == 422
        client.post(path_of(given, "/devolucao"), data={"reason": "Defeito"})
        assert reread(given).state is State.WITHDRAWN

    def test_ends_when_the_money_is_back(self, client, given):
        client.post(path_of(given, "/devolucao"), data={"reason": "Defeito"})
        assert "Give back R$172.00" in client.get(path_of(given)).text
        sent = {f"quantity-{given.lines[0].id}": 1}
        client.post(path_of(given, "/reembolso"), data=sent)
        payment = payments.live_of("order", given.id)
        assert payment.state is PaymentState.REFUNDED

    def test_of_what_was_not_received_is_refused(self, client, order):
        client.post(path_of(order, "/devolucao"), data={"reason": "Defeito"})
        client.post(path_of(order, "/reembolso"))
        assert reread(order).state is State.PLACED


class TestPreparation:
    def test_adds_up_what_to_bring(self, client, order, fair):
        page = client.get(f"/painel/pedidos/preparo/{fair.id}").text
        assert page.count("Cesto de arumã") == 2
        assert order.code in page
        assert "Largo de São Sebastião" in page

    def test_is_not_there_without_orders(self, client, fair):
        assert client.get(f"/painel/pedidos/preparo/{fair.id}").status_code == 404


class TestHandover:
    def give(self, client, order, code, **given):
        typed = {"code": code, "paid_with": "cash"}
        return client.post(path_of(order, "/entrega"), data=typed | given)

    def test_is_by_the_buyers_code(self, client, order):
        move(order, moves.mark_ready)
        assert "Hand over order" in client.get(path_of(order, "/entrega")).text
        answer = self.give(client, order, order.handover_code)
        assert answer.location == path_of(order)
        assert reread(order).state is State.HANDED_OVER
        assert "R$172.00 received" in client.get(path_of(order)).text

    def test_takes_no_money_for_what_was_paid_online(self, client, seller, bank, pix_here):
        (order,) = make_paid(bank, make_published(enterprise=seller))
        move(order, moves.mark_ready)
        client.post(path_of(order, "/entrega"), data={"code": order.handover_code})
        assert reread(order).state is State.HANDED_OVER
        page = client.get(path_of(order)).text
        assert "it was paid online." in page
        assert "received." not in page

    def test_takes_the_code_as_people_say_it(self, client, order):
        code = order.handover_code
        self.give(client, order, f"{code[:3]} {code[3:]}", paid_with="own_pix")
        payment = payments.live_of("order", order.id)
        assert payment.method is Method.OWN_PIX

    def test_counts_a_wrong_code(self, client, order):
        wrong = "000000" if order.handover_code != "000000" else "111111"
        answer = self.give(client, order, wrong)
        assert answer.status_code == 422
        assert "Tries left: 4." in answer.text

    def test_locks_and_then_only_a_reason_helps(self, client, order):
        wrong = "000000" if order.handover_code != "000000" else "111111"
        for _try in range(5):
            self.give(client, order, wrong)
        page = client.get(path_of(order, "/entrega")).text
        assert "Too many wrong codes." in page
        assert 'name="code"' not in page
        self.give(client, order, order.handover_code)
        assert reread(order).state is State.PLACED
        self.give(client, order, "", without_code=1, reason="Vizinha, conheço")
        assert reread(order).state is State.HANDED_OVER

    def test_without_the_code_needs_a_reason(self, client, order):
        answer = self.give(client, order, "", without_code=1)
        assert answer.status_code == 422
        assert "Say why, in a few words" in answer.text

    def test_of_less_needs_a_reason(self, client, order):
        line = order.lines[0]
        sent = {f"quantity-{line.id}": 1}
        assert self.give(client, order, order.handover_code, **sent).status_code == 422
        self.give(client, order, order.handover_code, reason="Só queria um", **sent)
        assert reread(order).lines[0].handed_over == 1

    def test_asks_for_code_and_payment(self, client, order):
        answer = client.post(path_of(order, "/entrega"), data={"code": "12"})
        assert answer.status_code == 422
        assert "The code has 6 digits." in answer.text

    def test_says_that_it_was_handed_over_already(self, client, order):
        self.give(client, order, order.handover_code)
        answer = self.give(client, order, order.handover_code)
        assert answer.status_code == 409
        assert "This order can no longer be handed over." in answer.text

    def test_may_use_the_camera(self, client, order):
        allowed = client.get(path_of(order, "/entrega")).headers["Permissions-Policy"]
        assert "camera=(self)" in allowed
        assert "camera=()" in client.get(path_of(order)).headers["Permissions-Policy"]


class TestQuick:
    def open(self, client, number, code="123456"):
        return client.post("/painel/entregas", data={"number": number, "code": code})

    def test_opens_the_order_with_its_code_typed(self, client, order):
        answer = self.open(client, order.purchase.number, order.handover_code)
        assert f"Hand over order {order.code}" in answer.text
        assert f'value="{order.handover_code}"' in answer.text
        assert reread(order).state is State.PLACED

    def test_takes_number_and_letter(self, client, order):
        assert "Hand over order" in self.open(client, order.code.lower()).text

    @pytest.mark.parametrize("number", ["999999", "abc", "1001-Z"])
    def test_knows_no_other(self, client, order, number):
        answer = self.open(client, number)
        assert answer.status_code == 422
        assert "No order of yours has this number." in answer.text

    def test_knows_no_other_groups(self, client):
        assert self.open(client, make_order().purchase.number).status_code == 422

    def test_asks_which_where_a_facilitator_has_several(self, client, seller):
        goods = [make_published(enterprise=seller), make_published()]
        fair = make_collection(*(p.enterprise for p in goods), **soon())
        token = make_basket(*goods, now=clock.now())
        choices = {p.enterprise_id: choose_collection(fair) for p in goods}
        number = place(token, choices, now=clock.now()).number
        both = make_producer("member", enterprise=seller)[0]
        make_producer("member", enterprise=goods[1].enterprise, user=both)
        client.log_in(both)
        assert "Write its letter too" in self.open(client, number).text


class TestStallTill:
    """Who only minds the stall hands over by the code, and sees nothing else."""

    @pytest.fixture(autouse=True)
    def _till(self, client, log_in, seller, _inside):
        log_in(make_producer("stall_till", enterprise=seller)[0])

    def test_hands_over_by_the_code(self, client, order):
        typed = {"code": order.handover_code, "paid_with": "cash"}
        answer = client.post(path_of(order, "/entrega"), data=typed)
        assert answer.location == "/painel/entregas"
        assert reread(order).state is State.HANDED_OVER

    def test_does_not_hand_over_without_it(self, client, order):
        typed = {"without_code": 1, "reason": "Conheço", "paid_with": "cash"}
        assert client.post(path_of(order, "/entrega"), data=typed).status_code == 422
        assert reread(order).state is State.PLACED

    def test_is_kept_out_of_the_orders(self, client, order):
        assert client.get(path_of(order)).status_code == 403
        assert client.get("/painel/pedidos").status_code == 403

    def test_does_not_see_other_stalls(self, client):
        assert client.get(path_of(make_order(), "/entrega")).status_code == 404


class TestDeskTill:
    """At the common desk of a fair every exhibitor's orders are handed over by the code."""

    @pytest.fixture(autouse=True)
    def _till(self, client, log_in, order):
        log_in(make_staff("desk_till", order.division))

    def test_finds_an_order_by_number_and_hands_it_over(self, client, order):
        found = client.post("/painel/entregas", data={"number": order.code, "code": "123456"})
        assert (found.status_code, order.purchase.buyer_name in found.text) == (200, True)
        typed = {"code": order.handover_code, "paid_with": "cash"}
        answer = client.post(path_of(order, "/entrega"), data=typed)
        assert answer.location == "/painel/entregas"
        assert reread(order).state is State.HANDED_OVER

    def test_does_not_hand_over_what_is_delivered(self, client, seller):
        order = make_delivered(product={"enterprise": seller})
        assert client.get(path_of(order, "/entrega")).status_code == 404

    def test_does_not_see_other_divisions(self, client):
        away = make_enterprise(division=make_division())
        order = make_order(products=[make_published(enterprise=away)])
        assert client.get(path_of(order, "/entrega")).status_code == 404
