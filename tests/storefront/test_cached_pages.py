"""What changes is seen by the next request of every process, and nobody sees another's page."""

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.accounts.operations import places as zones
from marketplace.catalogue.operations import lists, photos, prices, products, stock
from marketplace.core import clock, generations
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment, Sex
from marketplace.enterprises.operations import members, profile, vetting
from marketplace.enterprises.particulars import Newcomer
from marketplace.fairs.operations import calendar as fairs
from marketplace.fairs.operations import exhibitors
from marketplace.orders.operations import places
from tests.conftest import make_house
from tests.factories.accounts import make_user, make_zone
from tests.factories.catalogue import make_product, make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member
from tests.factories.fairs import make_announced, make_fair, make_plan

BY = {"by": HOUSE, "now": NOW}
HOURS = {"1": ["08:00", "14:00"]}
NEWCOMER = Newcomer("Rosa", Sex.FEMALE)
TODAY = NOW.date()
CONTACT = {"name": "Divisão Nova", "phone": "", "email": "", "address": ""}
ENGLISH = {"name": "Cestas novas", "name_es": "Cestas nuevas", "name_en": "New baskets"}


class Town:
    """An enterprise with a product at a fair, and all else that pages tell of."""

    def __init__(self):
        self.maker = make_enterprise()
        names = {"name": f"Cestas {self.maker.id}", "name_es": "", "name_en": ""}
        self.category = lists.add_category(Segment.CRAFTS, **names, **BY)
        ways = {"category_id": self.category.id, "by_delivery": True}
        self.product = make_published(enterprise=self.maker, **ways)
        self.gone = make_published(enterprise=self.maker, left=0)
        self.draft = make_product(enterprise=self.maker, price_cents=1000)
        self.planned = make_fair(self.maker.division, exhibitors=[self.maker])
        self.fair = make_announced(self.maker)
        self.zone = make_zone()
        self.member = make_member(self.maker)
        first = f"Casa {9999 - self.maker.id}"  # two are shown, by name
        place = {"name": first, "address": "Rua 1", "hours": HOURS}
        self.point = places.open_point(self.maker.division_id, **place, **BY)
        self.ids = {name: kept.id for name, kept in vars(self).items()}
        self.division_id = self.maker.division_id
        self.pages = {
            "product": f"/produtos/{self.product.slug}",
            "gone": f"/produtos/{self.gone.slug}",
            "maker": f"/quem-faz/{self.maker.slug}",
            "fair": f"/feiras/{self.fair.slug}",
        } | {path: path for path in ("/", "/produtos", "/quem-faz", "/feiras")}

    def __getattr__(self, name):
        return self.ids[name.removesuffix("_id")]


def other_plan(town):
    return make_plan(db.session.get(Division, town.division_id), place="Ponta Negra")


CHANGES = {
    "price": ("/produtos", lambda t: prices.set_price(t.product_id, 9900, **BY)),
    "story": ("product", lambda t: products.save_product(t.product_id, {"story": "Rio."}, **BY)),
    "name": ("/produtos", lambda t: products.save_product(t.product_id, {"name": "Cuia"}, **BY)),
    "material": (
        "/produtos",
        lambda t: products.save_product(t.product_id, {"materials": ["Arumã"]}, **BY),
    ),
    "published": ("maker", lambda t: products.publish_product(t.draft_id, **BY)),
    "withdrawn": ("/", lambda t: products.withdraw_product(t.product_id, **BY)),
    "photo": ("/produtos", lambda t: photos.add_photo(t.product_id, "a" * 32, **BY)),
    "last pieces": ("/produtos", lambda t: stock.sell(t.product_id, 2, subject="a:1", **BY)),
    "sold out": ("product", lambda t: stock.sell(t.product_id, 5, subject="a:1", **BY)),
    "back again": ("gone", lambda t: stock.receive(t.gone_id, 9, **BY)),
    "absence": ("/produtos", lambda t: profile.pause(t.maker_id, TODAY, last_day=None, **BY)),
    "picture": ("maker", lambda t: profile.set_photo(t.maker_id, "b" * 32, **BY)),
    "profile": (
        "maker",
        lambda t: profile.change_profile(t.maker_id, mobile="", email="", story="1998", **BY),
    ),
    "record": ("/produtos", lambda t: profile.correct_record(t.maker_id, {"name": "Rio"}, **BY)),
    "suspension": ("/quem-faz", lambda t: vetting.suspend(t.maker_id, reason="papéis", **BY)),
    "newcomer": ("maker", lambda t: members.add_member(t.maker_id, NEWCOMER, **BY)),
    "leaver": ("maker", lambda t: members.member_leaves(t.member_id, left_on=TODAY, **BY)),
    "category": ("product", lambda t: lists.rename_category(t.category_id, **ENGLISH, **BY)),
    "fair": ("/feiras", lambda t: fairs.announce_fair(t.planned_id, **BY)),
    "cancelled": ("fair", lambda t: fairs.cancel_fair(t.fair_id, "chuva", **BY)),
    "changed": ("product", lambda t: fairs.change_fair(t.fair_id, other_plan(t), **BY)),
    "stall": ("product", lambda t: exhibitors.place_exhibitor(t.fair_id, t.maker_id, "77", **BY)),
    "no stall": ("fair", lambda t: exhibitors.remove_exhibitor(t.fair_id, t.maker_id, **BY)),
    "no point": ("product", lambda t: places.close_point(t.point_id, **BY)),
    "delivery": (
        "product",
        lambda t: places.set_delivery_price(t.zone_id, price_cents=900, days=2, **BY),
    ),
    "division": ("fair", lambda t: zones.change_division(t.division_id, CONTACT, **BY)),
}


@pytest.fixture
def other_process(open_house, tmp_path, monkeypatch):
    """A second house over the same database: what it keeps is its own."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with open_house.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    house = make_house(url, tmp_path)
    yield house
    with house.app_context():
        db.engine.dispose()


def test_the_next_request_of_another_process_sees_every_change(open_house, other_process):
    def shown(path):
        with other_process.app_context():
            return other_process.test_client().get(path).text

    unseen = []
    for name, (page, change) in CHANGES.items():
        town = Town()
        path = town.pages[page]
        db.session.rollback()
        before = shown(path)
        assert shown(path) == before
        change(town)
        if (after := shown(path)) == before:
            unseen.append(name)
        other_process.extensions["page_cache"].clear()
        other_process.extensions["generations"].clear()
        assert shown(path) == after, f"{name}: shows what is kept no more"

    assert unseen == []


@pytest.mark.parametrize("pieces", [1, 8])
def test_a_piece_sold_of_many_is_nobody_s_news(open_house, pieces):
    product = make_published(left=20)
    before = generations.numbers()

    stock.sell(product.id, pieces, subject="till:1", **BY)

    assert generations.numbers() == before


class TestWhoIsKnown:
    @pytest.fixture
    def product(self, app):
        return make_published(name="Cesto de arumã")

    def test_leaves_no_name_behind(self, app, client, product):
        user = make_user(name="Iracema Tupinambá")
        client.log_in(user)
        mine = client.get(f"/produtos/{product.slug}")
        theirs = app.test_client().get(f"/produtos/{product.slug}")
        again = client.get(f"/produtos/{product.slug}")

        assert "Iracema" in mine.text
        assert "Iracema" not in theirs.text
        assert "Iracema" in again.text
        assert mine.headers["Cache-Control"] == "no-store"

    def test_leaves_no_basket_behind(self, app, client, product):
        visitor = app.test_client()
        empty = visitor.get("/produtos").text
        sent = {"product_id": product.id, "quantity": 3}
        client.post("/cesta/itens", data=sent)

        assert '<span class="count">3</span>' in client.get("/produtos").text
        assert visitor.get("/produtos").text == empty
        assert client.get("/produtos").status_code == 200

    def test_is_told_once_what_just_happened(self, app, client, product):
        client.post("/cesta/itens", data={"product_id": product.id, "quantity": 300_000})

        assert 'class="flash flash--err"' in client.get("/produtos").text
        assert 'class="flash flash--err"' not in app.test_client().get("/produtos").text


def test_a_visitor_gets_no_cookie_and_a_tag(client):
    for path in ("/", "/produtos", "/quem-faz", "/feiras", "/ajuda", "/es/privacidade"):
        for _ in range(2):
            answer = client.get(path)
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["ETag"].startswith('W/"')


def test_languages_do_not_mix(client):
    paths = ("/produtos", "/es/produtos", "/en/produtos")
    first = [client.get(path).text for path in paths]
    second = [client.get(path).text for path in paths]

    assert first == second
    for text, tag in zip(second, ("en", "es", "en"), strict=True):  # tests read English by default
        assert f'<html lang="{tag}"' in text


def test_a_search_is_counted_only_when_it_costs_something(client):
    def status(query):
        sender = {"REMOTE_ADDR": "192.0.2.7"}
        return client.get(f"/produtos?q={query}", environ_overrides=sender).status_code

    assert {status("cesto") for _ in range(60)} == {200}
    assert {status(f"cesto{number}") for number in range(60)} == {200, 429}


@pytest.mark.parametrize("page", ["/", "/produtos", "/produtos?q=cesto", "/quem-faz", "product"])
def test_asks_the_database_the_same_however_much_there_is(app, client, page):
    asked = []

    def statements(path):
        generations.forget_all()
        asked.clear()
        assert client.get(path).status_code == 200
        return sum(statement.startswith(("SELECT", "WITH")) for statement in asked)

    maker = make_enterprise()
    product = make_published(enterprise=maker)
    make_published()
    make_announced(maker)
    path = f"/produtos/{product.slug}" if page == "product" else page
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    few = statements(path)
    for number in range(11):
        make_published(enterprise=maker if number % 2 else make_enterprise())
    make_announced(maker)
    make_announced(maker)

    assert statements(path) == few
