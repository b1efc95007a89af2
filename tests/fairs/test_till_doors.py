"""What a till's token opens, and what it does not."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs import pins
from marketplace.fairs.models.tills import HEARD, Till, TillSale
from marketplace.fairs.operations.tills import revoke_till
from marketplace.fairs.schemas import MOST_ROWS
from marketplace.orders.operations.shortages import share_short
from tests.factories.accounts import make_division, saved_change
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_order
from tests.factories.tills import (
    body,
    line,
    make_bound,
    make_code,
    make_reserved,
    told_return,
    told_sale,
    told_void,
)

NOON = NOW + timedelta(days=12)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def seller():
    return make_enterprise()


@pytest.fixture
def bound(seller):
    return make_bound(seller)


def bearer(bound):
    return {"Authorization": f"Bearer {bound.token}"}


def send(client, bound, told):
    sent = {"content_type": "application/json", "headers": bearer(bound)}
    return client.post("/caixa/envio", data=told, **sent)


class TestLoad:
    def test_tells_what_the_stall_sells_and_nothing_else(self, client, bound, seller):
        goods = make_published(enterprise=seller, name="Cesto de arumã", price_cents=8600)
        make_published(enterprise=seller, at_fair=False)
        make_published(enterprise=make_enterprise(division=seller.division))

        told = client.get("/caixa/carga", headers=bearer(bound)).json

        assert [good["name"] for good in told["goods"]] == ["Cesto de arumã"]
        (good,) = told["goods"]
        assert (good["id"], good["code"], good["price_cents"]) == (goods.id, goods.code, 8600)
        assert told["sellers"] == [{"id": seller.id, "name": seller.name, "stall": "1"}]
        assert (told["day"], told["desk"]) == ("2026-12-05", False)

    def test_names_no_one_but_who_sells_by_the_first_name(self, client, seller):
        make_published(enterprise=seller)
        told = client.get("/caixa/carga", headers=bearer(make_bound(seller))).text

        assert json.loads(told)["cashier"] == "Ana"
        assert seller.mobile not in told

    def test_tells_the_common_desk_of_every_exhibitor(self, client, seller):
        another = make_enterprise(division=seller.division)
        for each in (seller, another):
            make_published(enterprise=each)
        fair = make_announced(seller, another)

        told = client.get("/caixa/carga", headers=bearer(make_bound(seller, desk=True, fair=fair)))

        assert {good["enterprise_id"] for good in told.json["goods"]} == {seller.id, another.id}

    def test_of_what_a_shortage_left_less_tells_only_what_is_to_be_given(self, client, seller):
        till = db.session.get(Till, (bound := make_bound(seller)).till_id)
        goods, more = (make_published(enterprise=seller, left=9) for _each in range(2))
        choice = choose_collection(till.collection)
        order = make_order(products=[goods, more], choice=choice)
        share_short(till.fair_id, goods.id, 0, reason="Choveu", by=HOUSE, now=NOW)

        (told,) = client.get("/caixa/carga", headers=bearer(bound)).json["reserved"]

        assert [one["line"] for one in told["lines"]] == [order.lines[1].id]

    def test_tells_what_is_reserved_and_of_its_buyer_the_first_name_alone(self, client, seller):
        bound = make_bound(seller)
        order = make_reserved(db.session.get(Till, bound.till_id))

        told = client.get("/caixa/carga", headers=bearer(bound))

        (it,) = told.json["reserved"]
        line = order.lines[0]
        assert (it["id"], it["code"], it["name"]) == (order.id, order.code, "Lúcia")
        assert it["due_cents"] == 5000
        assert it["lines"] == [{"line": line.id, "quantity": 2, "name": line.name}]
        assert it["hash"] == pins.hashed(order.handover_code, it["salt"])
        secret = (order.handover_code, "Andrade", order.purchase.buyer_mobile)
        assert not [one for one in secret if f'"{one}' in told.text or f'{one}"' in told.text]

    def test_stops_with_the_device(self, client, bound):
        revoke_till(bound.till_id, by=HOUSE, now=NOW)

        answer = client.get("/caixa/carga", headers=bearer(bound))

        assert (answer.status_code, answer.json["code"]) == (403, "till_revoked")

    @pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer x", "Basic eDp5"])
    def test_is_for_a_till_alone(self, client, bound, sent):
        answer = client.get("/caixa/carga", headers={"Authorization": sent})

        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")

    def test_is_not_opened_by_the_bare_token(self, client, bound):
        answer = client.get("/caixa/carga", headers={"Authorization": bound.token})

        assert answer.status_code == 401


class TestBatch:
    def test_answers_for_each_sale(self, client, bound, seller):
        goods = make_published(enterprise=seller)
        good, bad = told_sale(line(goods)), told_sale(line(goods), total_cents=1)

        told = send(client, bound, body([good, bad])).json["results"]

        assert [(one["id"], one["result"]) for one in told] == [
            (good["id"], "new"),
            (bad["id"], "refused"),
        ]
        assert told[1]["reason"] == "Items, total and what was paid do not add up."

    def test_needs_no_form_of_ours(self, client, bound, seller):
        """It is told by its token: no page of another site can send that."""
        goods = make_published(enterprise=seller)
        headers = bearer(bound) | {"Origin": "https://example.org", "X-CSRF-Token": ""}

        answer = client.post("/caixa/envio", data=body([told_sale(line(goods))]), headers=headers)

        assert answer.json["results"][0]["result"] == "new"

    def test_is_refused_without_a_token(self, client):
        assert client.post("/caixa/envio", data=body()).status_code == 401

    def test_is_taken_from_a_revoked_device(self, client, bound, seller):
        goods = make_published(enterprise=seller)
        revoke_till(bound.till_id, by=HOUSE, now=NOW)

        answer = send(client, bound, body([told_sale(line(goods))]))

        assert answer.json["results"][0]["result"] == "new"

    def test_is_taken_for_a_month(self, client, bound, monkeypatch):
        ends_at = NOON.replace(hour=21)
        monkeypatch.setattr(clock, "now", lambda: ends_at + HEARD - timedelta(seconds=1))
        assert send(client, bound, body()).status_code == 200

        monkeypatch.setattr(clock, "now", lambda: ends_at + HEARD)
        assert send(client, bound, body()).status_code == 401

    @pytest.mark.parametrize(
        "told",
        [
            b"",
            b"[]",
            b"\xff",
            b'{"sales": [], "voids": []}',
            b'{"sales": [], "voids": [], "sent_at": null, "more": 1}',
            b'{"sales": [], "sales": [], "voids": [], "sent_at": null}',
            b'{"sales": {}, "voids": [], "sent_at": null}',
            b'{"sales": [NaN], "voids": [], "sent_at": null}',
            b'{"sales": [1.5], "voids": [], "sent_at": null}',
            b'{"sales": [' + b"1" * 21 + b'], "voids": [], "sent_at": null}',
            b'{"sales": [' + b"[" * 20 + b"]" * 20 + b'], "voids": [], "sent_at": null}',
            b'{"sales": ' + b"[" * 100_000,
        ],
    )
    def test_is_refused_whole_when_it_is_none(self, client, bound, told):
        answer = send(client, bound, told)

        assert (answer.status_code, answer.json["code"]) == (422, "batch_unreadable")

    def test_holds_two_hundred_rows(self, client, bound):
        rows = [{"id": make_code()}] * MOST_ROWS

        assert len(send(client, bound, body(rows)).json["results"]) == MOST_ROWS
        assert send(client, bound, body([*rows, {}])).status_code == 422

    def test_has_a_size(self, client, bound):
        assert send(client, bound, b" " * (1024 * 1024 + 1)).status_code == 413

    @pytest.mark.parametrize(
        "wrong",
        [
            {"id": "0193a0b2-0000-4000-8000-000000000001"},  # not of version 7
            {"id": None},
            {"sequence": 0},
            {"sequence": True},
            {"lines": []},
            {"lines": "two"},
            {"tenders": {}},
            {"tenders": {"cash": -1}},
            {"tenders": {"boleto": 2500}},
            {"total_cents": "2500"},
            {"total_cents": 10**12},
            {"surprise": 1},
        ],
    )
    def test_refuses_a_row_that_is_no_sale(self, client, bound, seller, wrong):
        sale = told_sale(line(make_published(enterprise=seller))) | wrong

        (told,) = send(client, bound, body([sale])).json["results"]

        assert (told["result"], bool(told["reason"])) == ("refused", True)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"quantity": 0},
            {"quantity": 1000},
            {"price_cents": 0},
            {"product": "1"},
            {"product": None, "name": " "},
            {"name": "x" * 61},
            {"enterprise": None},
            {"surprise": 1},
        ],
    )
    def test_refuses_an_item_that_is_none(self, client, bound, seller, wrong):
        item = line(make_published(enterprise=seller)) | wrong
        sale = told_sale(line(make_published(enterprise=seller))) | {"lines": [item]}

        (told,) = send(client, bound, body([sale])).json["results"]

        assert told["result"] == "refused"

    def test_speaks_the_language_of_its_address(self, client, bound):
        answer = client.post("/es/caixa/envio", data=b"?", headers=bearer(bound))

        assert answer.json["detail"] == "No se pudo leer lo que envió la caja."

    def test_opens_nothing_else(self, client, bound):
        for page in ("/painel/pedidos", "/gestao/feiras", "/conta"):
            assert client.get(page, headers=bearer(bound)).status_code == 401

    def test_of_who_was_closed_out_loads_nothing(self, client, bound):
        from marketplace.accounts.models import User

        user = db.session.get(User, db.session.get(Till, bound.till_id).user_id)
        saved_change(user, deactivated_at=NOW)

        assert client.get("/caixa/carga", headers=bearer(bound)).status_code == 403
        assert db.session.scalar(sa.select(sa.func.count(TillSale.id))) == 0


class TestSaleOfAnotherTill:
    @pytest.fixture
    def sold(self, client, bound, seller):
        """Sell three of something and one of another at a stall; return its receipt and pieces."""
        goods = [make_published(enterprise=seller, left=9) for _each in range(2)]
        sale = told_sale(line(goods[0], 3), line(goods[1]))
        assert send(client, bound, body([sale])).json["results"][0]["result"] == "new"
        return f"{bound.till_id}-{sale['sequence']}", sale, goods

    def look(self, client, bound, receipt):
        return client.get("/caixa/venda", query_string={"recibo": receipt}, headers=bearer(bound))

    def test_is_told_to_a_till_of_the_stall_with_what_is_still_out(self, client, seller, sold):
        receipt, sale, goods = sold
        other = make_bound(seller)
        back = told_return(line(goods[0]), sale=sale)
        send(client, other, body(returns=[back]))

        told = self.look(client, other, receipt).json

        assert told["sale"] == sale["id"]
        pieces = [(one["product"], one["quantity"]) for one in told["lines"]]
        assert pieces == [(goods[0].id, 2), (goods[1].id, 1)]
        assert {one["price_cents"] for one in told["lines"]} == {goods[0].price_cents}

    def test_is_told_to_a_common_desk_of_the_division(self, client, seller, sold):
        desk = make_bound(seller, desk=True)

        assert self.look(client, desk, sold[0]).status_code == 200

    def test_is_not_told_to_others_nor_once_undone(self, client, bound, seller, sold):
        receipt, sale, _goods = sold
        stranger = make_bound(make_enterprise(division=seller.division))
        abroad = make_bound(make_enterprise(division=make_division()), desk=True)

        for other in (stranger, abroad):
            assert self.look(client, other, receipt).status_code == 404
        send(client, bound, body(voids=[told_void(sale)]))
        assert self.look(client, bound, receipt).status_code == 404

    @pytest.mark.parametrize("asked", ["", "1", "0-1", "a-b", "9" * 30 + "-1", "1-1\0", "\uff11-1"])
    def test_is_not_there_by_what_is_no_receipt(self, client, bound, asked):
        assert self.look(client, bound, asked).status_code == 404

    def test_is_not_told_to_a_till_out_of_use(self, client, bound, sold):
        revoke_till(bound.till_id, by=HOUSE, now=NOON)

        assert self.look(client, bound, sold[0]).status_code == 403
        assert client.get("/caixa/venda?recibo=1-1").status_code == 401
