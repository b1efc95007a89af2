"""From a basket in the community to a sale the Division can see, told once through pages."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Division, Role, User
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.prices import LineKind
from marketplace.core import clock, invariants, reference
from marketplace.core.database import db
from marketplace.enterprises.models import DecisionKind, Enterprise, Segment, Standing
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order
from marketplace.payments.models.payments import Payment, PaymentState
from tests.browser import DESK, PHONE
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import soon
from tests.journeys import registering, selling
from tests.journeys.buying import Bought, amount, buy, cents
from tests.journeys.conftest import Served

BASKETS, FLOUR, HONEY = "Mulheres do Arumã", "Roça da Dona Ivete", "Meliponário do Lago"
WANTED = {"Cesto de arumã": 2, "Farinha d'água": 3, "Mel de jandaíra": 1}
SUMS = {BASKETS: 2 * 86_35, FLOUR: 3 * 12_90, HONEY: 27_49}
FAIR = "Feira do Largo"
MOST_INTERACTIONS = 12
FLOUR_PARTS = [
    LineInput(LineKind.MATERIAL, 3_10),
    LineInput(LineKind.PACKING, 95),
    LineInput(LineKind.LABOUR, 8_85),
]


@pytest.fixture
def head(house: Served) -> str:
    """Have the lists that come with the house, and a head of Manaus' Division; their mobile."""
    with house.app.app_context():
        reference.load_all(clock.now())
        return str(make_staff(Role.HEAD, manaus(), name="Tereza Lima").mobile)


@pytest.fixture
def neighbours(house: Served, head: str) -> dict[str, str]:
    """Two more enterprises that sell already; their producers' mobiles by name."""
    with house.app.app_context():
        flour, honey = settle(FLOUR, Segment.CASSAVA), settle(HONEY, Segment.FOREST)
        goods = {"name": "Farinha d'água", "price_cents": 12_90, "lines": FLOUR_PARTS, "left": 40}
        make_published(enterprise=flour[1], now=clock.now(), **goods)
        make_published(
            enterprise=honey[1], name="Mel de jandaíra", price_cents=27_49, now=clock.now()
        )
        return {FLOUR: str(flour[0].mobile), HONEY: str(honey[0].mobile)}


def manaus() -> Division:
    return db.session.scalars(accounts.division_called("manaus")).one()


def settle(name: str, segment: Segment) -> tuple[User, Enterprise]:
    there = {"division": manaus(), "registered_at": clock.now(), "standing_since": clock.now()}
    return make_producer(enterprise=make_enterprise(name=name, segment=segment, **there))


def test_from_a_basket_in_the_community_to_a_sale_the_division_sees(
    house: Served,
    head: str,
    neighbours: dict[str, str],
    open_browser: Callable[..., Page],
    tmp_path: Path,
) -> None:
    staff = registering.log_in(open_browser(DESK), head)
    raimunda = open_browser(PHONE, has_touch=True)
    joins(staff, raimunda, registering.photo_of(tmp_path, "grupo.jpg"))
    was_vetted(house)
    photo = registering.photo_of(tmp_path, "cesto.jpg")
    goods = {"name": "Cesto de arumã", "price": "86,35", "left": "5", "photo": photo}
    assert selling.publish(raimunda, **goods) <= MOST_INTERACTIONS
    selling.hold_fair(staff, name=FAIR, enterprises=list(SUMS))

    buyer = open_browser(PHONE, has_touch=True)
    bought = buy(buyer, FAIR, WANTED)
    agrees(bought)
    assert shown_to_division(staff) == [0, 0]

    others = {name: open_browser(PHONE, has_touch=True) for name in neighbours}
    producers = {BASKETS: raimunda} | {
        name: registering.log_in(page, neighbours[name]) for name, page in others.items()
    }
    are_given(producers, bought)
    house.do_the_queue()

    buyer.reload()
    assert buyer.locator(".card--sun").count() == 0
    assert shown_to_division(staff) == [sum(SUMS.values())] * 2
    assert downloaded(staff) == SUMS
    assert in_the_books(house) == SUMS


def joins(staff: Page, group: Page, photo: Path) -> None:
    """Register, be sent back once, mend it, be approved."""
    enterprise_id = registering.register(group, name=BASKETS, photo=photo)
    registering.return_once(staff, enterprise_id)
    registering.mend(group, enterprise_id)
    registering.approve(staff, enterprise_id)


def was_vetted(house: Served) -> None:
    with house.app.app_context():
        group = db.session.scalars(sa.select(Enterprise).where(Enterprise.name == BASKETS)).one()
        assert (group.standing, group.cnpj, len(group.live_members)) == (Standing.APPROVED, None, 3)
        assert (group.founded_year, group.story) == (2016, registering.STORY)
        assert group.photo
        returned = [d for d in group.decisions if d.kind is DecisionKind.RETURNED]
        assert [set(decision.fields) for decision in returned] == [{"founded", "story"}]


def are_given(producers: dict[str, Page], bought: Bought) -> None:
    """Let each producer see only their own part, prepare it and hand it over."""
    ids = {name: selling.order_id_of(page, bought.parts[name]) for name, page in producers.items()}
    goods = dict(zip(SUMS, WANTED, strict=True))
    for name, page in producers.items():
        elses = [word for other in SUMS if other != name for word in (goods[other], other)]
        elses += [bought.parts[other].code for other in SUMS if other != name]
        told = selling.sees_only_its_own(page, ids[name], own=goods[name], others=elses)
        assert told == SUMS[name]
        for other in SUMS:
            if other != name:
                selling.is_kept_from(page, ids[other])
        selling.answer_and_prepare(page, ids[name])
        selling.hand_over(page, ids[name], bought.parts[name])


def agrees(bought: Bought) -> None:
    assert {name: part.total_cents for name, part in bought.parts.items()} == SUMS
    whole = (bought.basket_cents, bought.checkout_cents, bought.to_pay_cents)
    assert set(whole) == {sum(SUMS.values())}


def shown_to_division(staff: Page) -> list[int]:
    """Return volume and sales in centavos, as the Division's page shows them."""
    staff.goto("/gestao/relatorios?por=empreendimento")
    return [amount(staff, f"main .kpi:nth-child({place}) b") for place in (1, 2)]


def downloaded(staff: Page) -> dict[str, int]:
    """Return the sales by enterprise in the CSV of what is on screen, whose last line adds up."""
    with staff.expect_download() as download:
        staff.click('main a[href*="vendas.csv"]')
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    _headers, *rows, total = csv.reader(io.StringIO(text), delimiter=";")
    sales = {row[0]: cents(f"R$ {row[1]}") for row in rows}
    assert cents(f"R$ {total[1]}") == cents(f"R$ {total[3]}") == sum(sales.values())
    return sales


def in_the_books(house: Served) -> dict[str, int]:
    """Return the sales by enterprise as the facts hold them; orders and payments say the same."""
    with house.app.app_context():
        assert invariants.broken() == {}
        gross, name = sa.func.sum(SaleFact.gross_cents), SaleFact.enterprise_name
        orders = sa.select(sa.func.sum(Order.total_cents), sa.func.count())
        paid = sa.select(sa.func.sum(Payment.amount_cents))
        settled = paid.where(Payment.state == PaymentState.SETTLED)
        assert db.session.execute(orders).one() == (sum(SUMS.values()), 3)
        assert db.session.scalar(settled) == sum(SUMS.values())
        sums = db.session.execute(sa.select(name, gross).group_by(name))
        return {row[0]: int(row[1]) for row in sums}


def test_a_buyer_needs_no_script(
    house: Served, neighbours: dict[str, str], plain_phone: Page
) -> None:
    with house.app.app_context():
        mine = settle(BASKETS, Segment.CRAFTS)[1]
        make_published(enterprise=mine, name="Cesto de arumã", price_cents=86_35, now=clock.now())
        named = {e.name: e for e in db.session.scalars(sa.select(Enterprise))}
        day = soon(2)["day"]
        there = [named[name] for name in SUMS]
        make_announced(*there, days=(day,), name=FAIR, now=clock.now())

    bought = buy(plain_phone, FAIR, WANTED)

    agrees(bought)
    with house.app.app_context():
        assert invariants.broken() == {}
