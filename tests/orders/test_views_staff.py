"""The Division's pages: orders of its groups, and where and when they wait."""

import csv
import io
from datetime import timedelta

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import State
from marketplace.orders.models.places import ClosingDay, DeliveryPrice, ServicePoint
from marketplace.orders.operations import moves
from tests.factories.accounts import make_division, make_staff, make_zone
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.orders import (
    choose_collection,
    make_collection,
    make_order,
    make_point,
    reread,
    soon,
)

WEEK = {f"opens_{day}": "08:00" for day in range(1, 6)} | {
    f"closes_{day}": "14h" for day in range(1, 6)
}


@pytest.fixture
def order():
    product = make_published(name="Cesto", price_cents=8600)
    fair = make_collection(product.enterprise, **soon())
    return make_order(products=[product], choice=choose_collection(fair), now=clock.now())


@pytest.fixture
def division(order):
    return order.division


@pytest.fixture(autouse=True)
def staff(client, log_in, division):
    person = make_staff(Role.ARTICULATION, division)
    log_in(person)
    return person


def path_of(order, rest=""):
    return f"/gestao/pedidos/{order.id}{rest}"


class TestIndex:
    def test_shows_the_divisions_orders(self, client, order):
        abroad = make_enterprise(division=make_division(municipality_code=1100106))
        other = make_order(products=[make_published(enterprise=abroad)])
        page = client.get("/gestao/pedidos").text
        assert f">{order.code}<" in page
        assert f">{other.code}<" not in page

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("q=lúcia", 1),
            ("q=999999", 0),
            ("estado=placed", 1),
            ("estado=ready", 0),
            ("estado=nonsense", 1),
            ("feira={fair}", 1),
            ("feira=99999", 0),
            ("empreendimento={enterprise}", 1),
            ("empreendimento=99999&feira=a", 0),
        ],
    )
    def test_filters(self, client, order, asked, found):
        ids = {"fair": order.collection_id, "enterprise": order.enterprise_id}
        page = client.get("/gestao/pedidos?" + asked.format(**ids)).text
        assert (f">{order.code}<" in page) is bool(found)

    def test_sends_what_is_on_screen_as_a_sheet_without_personal_data(self, client, order):
        answer = client.get("/gestao/pedidos/pedidos.csv?estado=placed")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
        assert rows[1][0] == order.code
        assert rows[1][7] == "172,00"
        assert "Lúcia" not in answer.text
        empty = client.get("/gestao/pedidos/pedidos.csv?estado=ready")
        assert len(empty.text.splitlines()) == 1


class TestShow:
    def test_tells_what_happened(self, client, order):
        moves.accept_order(order.id, by=HOUSE, now=clock.now())
        page = client.get(path_of(order)).text
        assert "Accepted" in page
        assert "the buyer" in page
        assert "Cancel the order" in page
        assert order.handover_code not in page

    def test_offers_nothing_to_do_in_a_case_of_ones_own(self, client, order, staff):
        make_producer("member", enterprise=order.enterprise, user=staff)
        assert "Cancel the order" not in client.get(path_of(order)).text
        assert client.get(path_of(order, "/cancelamento")).status_code == 404

    def test_finance_only_looks(self, client, log_in, order, division):
        log_in(make_staff(Role.FINANCE, division))
        assert "Cancel the order" not in client.get(path_of(order)).text
        assert client.get(path_of(order, "/cancelamento")).status_code == 403


class TestCancellation:
    def test_needs_a_reason(self, client, order):
        assert "Cancel order" in client.get(path_of(order, "/cancelamento")).text
        assert client.post(path_of(order, "/cancelamento")).status_code == 422
        client.post(path_of(order, "/cancelamento"), data={"reason": "Chuva"})
        assert reread(order).state is State.CANCELLED

    def test_says_that_it_ended_already(self, client, order):
        moves.refuse_order(order.id, reason="Acabou", by=HOUSE, now=clock.now())
        client.post(path_of(order, "/cancelamento"), data={"reason": "Chuva"})
        assert "moved on in the meantime" in client.get(path_of(order)).text


class TestHandover:
    def test_is_with_a_reason(self, client, order):
        page = client.get(path_of(order, "/entrega")).text
        assert "Why without the code?" in page
        sent = {"paid_with": "cash"}
        assert client.post(path_of(order, "/entrega"), data=sent).status_code == 422
        sent["reason"] = "Documento visto na mesa"
        client.post(path_of(order, "/entrega"), data=sent)
        assert reread(order).state is State.HANDED_OVER

    def test_says_what_is_wrong_with_the_pieces(self, client, order):
        sent = {"paid_with": "cash", "reason": "a", f"quantity-{order.lines[0].id}": 9}
        answer = client.post(path_of(order, "/entrega"), data=sent)
        assert "A quantity cannot be more than what was ordered." in answer.text

    def test_says_that_it_ended_already(self, client, order):
        moves.refuse_order(order.id, reason="Acabou", by=HOUSE, now=clock.now())
        sent = {"paid_with": "cash", "reason": "a"}
        assert client.post(path_of(order, "/entrega"), data=sent).location == path_of(order)


def test_staff_read_a_code_out(client, order):
    assert "works once" in client.post(path_of(order, "/codigo")).text


class TestPoints:
    def typed(self, division, **given):
        facts = {"division_id": division.id, "name": "Galpão", "address": "Rua Um, 10"}
        return facts | WEEK | given

    def test_opens_one_with_its_week(self, client, division):
        assert "No service point yet" in client.get("/gestao/pontos").text
        assert "When it opens" in client.get("/gestao/pontos/novo").text
        assert client.post("/gestao/pontos", data=self.typed(division)).status_code == 303
        point = db.session.query(ServicePoint).one()
        assert point.hours["5"] == ["08:00", "14:00"]
        assert "6" not in point.hours
        assert "Friday, 08:00 to 14:00" in client.get("/gestao/pontos").text

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"name": ""}, "Fill in this field."),
            ({"closes_1": ""}, "Write both hours, or leave both empty."),
            ({"closes_1": "07:00"}, "each day closes after it opens"),
            (dict.fromkeys(WEEK, ""), "Say at least on one day when it opens."),
        ],
    )
    def test_says_what_is_wrong(self, client, division, given, said):
        answer = client.post("/gestao/pontos", data=self.typed(division, **given))
        assert answer.status_code == 422
        assert said in answer.text

    def test_corrects_one(self, client, order, division):
        point = make_point(order.enterprise)
        assert 'value="08:00"' in client.get(f"/gestao/pontos/{point.id}").text
        sent = self.typed(division, name="Outro nome")
        client.post(f"/gestao/pontos/{point.id}", data=sent)
        assert db.session.get_one(ServicePoint, point.id).name == "Outro nome"
        wrong = self.typed(division, closes_1="07:00")
        assert client.post(f"/gestao/pontos/{point.id}", data=wrong).status_code == 422

    def test_closes_one(self, client, order):
        point = make_point(order.enterprise)
        client.post(f"/gestao/pontos/{point.id}/encerramento")
        assert db.session.get_one(ServicePoint, point.id).closed_at
        assert client.get(f"/gestao/pontos/{point.id}").status_code == 404


class TestDeliveries:
    def test_keeps_the_price_of_a_zone(self, client, division):
        zone = make_zone(municipality_code=division.municipality_code)
        assert zone.name in client.get("/gestao/entregas").text
        sent = {"price": "14,50", "days": "4", "offered": "y"}
        typed = {f"z{zone.id}-{name}": value for name, value in sent.items()}
        answer = client.post(f"/gestao/entregas/{zone.id}", data=typed)
        price = db.session.get_one(DeliveryPrice, zone.id)
        assert answer.location == f"/gestao/entregas#zone-{zone.id}"
        assert (price.price_cents, price.days, price.offered) == (1450, 4, True)
        assert 'value="14,50"' in client.get("/gestao/entregas").text

    def test_says_what_is_wrong_beside_that_zone(self, client, division):
        zone = make_zone(municipality_code=division.municipality_code)
        typed = {f"z{zone.id}-price": "1001,00", f"z{zone.id}-days": "61"}
        answer = client.post(f"/gestao/entregas/{zone.id}", data=typed)
        assert answer.status_code == 422
        assert "Use 1000,00 or less." in answer.text
        assert "Use 60 or less." in answer.text


class TestClosingDays:
    def close(self, client, division, day, reason="Natal"):
        sent = {"division_id": division.id, "day": day.isoformat(), "reason": reason}
        return client.post("/gestao/dias-fechados", data=sent)

    def test_closes_and_opens_a_day(self, client, division):
        day = clock.today(division.time_zone) + timedelta(days=3)
        assert "No day is closed." in client.get("/gestao/dias-fechados").text
        assert self.close(client, division, day).status_code == 303
        assert "Natal" in client.get("/gestao/dias-fechados").text
        client.post(f"/gestao/dias-fechados/{division.id}/{day.isoformat()}/reabertura")
        assert db.session.query(ClosingDay).count() == 0

    def test_asks_for_a_day_to_come_and_a_reason(self, client, division):
        past = clock.today(division.time_zone) - timedelta(days=1)
        answer = self.close(client, division, past, reason="")
        assert answer.status_code == 422
        assert "Choose a day that is still to come." in answer.text
        assert "Fill in this field." in answer.text

    def test_knows_no_day_that_is_none(self, client, division):
        path = f"/gestao/dias-fechados/{division.id}/amanha/reabertura"
        assert client.post(path).status_code == 404
