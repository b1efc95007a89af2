"""A group's month as the Division counts it: a price, a badge, sales, a sheet, and another."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Role
from marketplace.assessments.models.assessments import Assessment
from marketplace.catalogue.models.products import Product
from marketplace.core import clock, invariants, reference
from marketplace.core.clock import month_after
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order
from serving import bank
from tests.browser import DESK, PHONE
from tests.factories.accounts import make_staff
from tests.factories.enterprises import make_enterprise, make_member, make_producer
from tests.journeys import assessing, fairing, issuing, registering, selling
from tests.journeys.buying import Part, cents
from tests.journeys.conftest import Served
from tests.journeys.days import Days
from tests.journeys.issuing import Line
from tests.journeys.registering import fill, press
from tests.journeys.test_paying import Shop, pay_at_the_bank

BASKETS, PEERS, RENAMED = "Mulheres do Arumã", "Redes do Tarumã", "Arumã das Mulheres"
COMMISSION = ("Berenice Alves", "Caetano Dias", "Dalva Reis")
FAIR, PIECE, PRICE = "Feira do Largo", "Cesto de arumã", 40_00
FUND_RATE = 2  # percent
KEPT, RETURNED = 1, 2  # pieces of the order that stays sold, and of the one that is given back
TOLD, LATE, BACK = 2, 3, 1  # sold at the stall and told, sold and told later, brought back
SOLD = (KEPT + RETURNED + TOLD) * PRICE  # in the month, by its end
PRINCIPLES = 17
Open = Callable[..., Page]


class Cast(NamedTuple):
    """Who plays, by the login of each; where."""

    head: str
    staff: str
    group: str
    group_id: int
    zone: str


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch)


@pytest.fixture
def cast(house: Served, days: Days) -> Cast:
    """Two approved groups, one with a manager who logs in; the Division's people."""
    with house.app.app_context():
        reference.load_all(days.now())
        manaus = db.session.scalars(accounts.division_called("manaus")).one()
        there = {"division": manaus, "registered_at": days.now(), "standing_since": days.now()}
        there["neighbourhood"] = accounts.neighbourhoods_of(manaus.municipality_code)[0]
        user, group = make_producer(enterprise=make_enterprise(name=BASKETS, **there))
        make_member(group)
        make_producer(enterprise=make_enterprise(name=PEERS, **there))
        head = make_staff(Role.HEAD, manaus, name="Tereza Lima")
        staff = make_staff(Role.ARTICULATION, manaus, name="Célia Souza")
        for name in COMMISSION:
            make_staff(Role.COUNCIL, manaus, name=name)
        logins = (str(one.mobile) for one in (head, staff, user))
        return Cast(*logins, group.id, manaus.time_zone)


@pytest.fixture
def shop(house: Served, days: Days, cast: Cast, tmp_path: Path) -> Iterator[Shop]:
    """A sandbox through which the house is paid by Pix, and whose clock goes with the house's."""
    house.app.config["STRIPE_METHODS"] = {"pix": (119, 0)}
    with bank.beside(tmp_path) as wait, house.app.app_context():
        bank.pay_through(there := wait(), house.app, house.url, tmp_path)
        days.told.append(lambda step: move_on(there, step))
        db.session.remove()
        yield Shop(there, [], [])


def move_on(address: str, step: timedelta) -> None:
    body = json.dumps({"seconds": round(step.total_seconds())}).encode()
    urllib.request.urlopen(f"{address}/_sandbox/clock", body).close()  # noqa: S310 - this machine


@dataclass
class Month:
    """A month that is told day by day, and the screens before those who act in it."""

    house: Served
    days: Days
    cast: Cast
    open_browser: Open
    first: date
    photo: Path
    group: Page
    staff: Page
    head: Page

    def on(self, day: int, hour: int = 9) -> date:
        """Go to a day of the month; those over 31 are of the next one."""
        then = self.first if day < 32 else month_after(self.first, 1)
        then += timedelta(days=(day - 1) % 31)
        self.days.go_to(then, hour, self.cast.zone)
        return then

    def log_in(self, *who: str) -> None:
        for name in who:
            registering.log_in(getattr(self, name), getattr(self.cast, name))


@pytest.fixture
def month(
    house: Served, days: Days, cast: Cast, shop: Shop, open_browser: Open, tmp_path: Path
) -> Month:
    first = month_after(clock.today(cast.zone, days.now()), 1)
    group, staff, head = open_browser(PHONE, has_touch=True), open_browser(DESK), open_browser(DESK)
    photo = registering.photo_of(tmp_path, "cesto.jpg")
    return Month(house, days, cast, open_browser, first, photo, group, staff, head)


def test_from_a_price_to_the_sheet_and_to_another_that_explains_itself(
    month: Month, shop: Shop, chromium: Browser
) -> None:
    describes_its_price(month)
    is_assessed(month)
    address = is_paid_in_advance(month, shop, chromium)
    orders = list(parts_of(month.house))
    till = sells_at_the_fair(month, address)
    issued, kept = the_month_is_closed(month)
    returned = orders[1]
    things_change(month, till, returned)
    month.on(35)
    month.log_in("head")
    assert issuing.files(month.head, issued) == kept
    another_explains_itself(month, issued, kept)
    with month.house.app.app_context():
        assert invariants.broken() == {}
        names = set(db.session.scalars(sa.select(SaleFact.enterprise_name)))
        assert names == {BASKETS, RENAMED}


def describes_its_price(month: Month) -> None:
    today = month.on(2)
    month.log_in("head", "group")
    decide_rate(month.head, FUND_RATE, today + timedelta(days=1), "Assembleia do fundo, ata 7")
    assessing.name_commission(month.head, COMMISSION, since=today)
    goods = {"name": PIECE, "price": "40,00", "left": "30", "photo": month.photo}
    selling.publish(month.group, **goods)
    product_id = int(month.group.url.rpartition("/")[2])
    told = assessing.reckon_price(month.group, product_id, price="40,00")
    assert hour_left() in told, told


def is_assessed(month: Month) -> None:
    """Be looked at by oneself, by peers and by staff, and have a dated decision."""
    month.on(4)
    month.log_in("group")
    assert assessing.assess_oneself(month.group, paper=month.photo) == PRINCIPLES
    visitor = month.open_browser(PHONE)
    assert badge(visitor, month) == "Comércio justo: o grupo diz"
    today, staff = month.on(10), month.staff
    with month.house.app.app_context():
        case = db.session.scalars(sa.select(Assessment.id)).one()
    month.log_in("staff")
    assessing.check_paper(staff, case)
    assessing.note_visit(staff, case, day=today - timedelta(days=2), who="Cida", peers=PEERS)
    assessing.note_visit(staff, case, day=today, who="Célia Souza", photo=month.photo)
    met = month.on(12, 17)
    month.log_in("staff")
    assessing.decide(staff, case, day=met, members=COMMISSION, reasons="Vimos a oficina e as atas.")
    assert badge(visitor, month) == "Comércio justo: conferido"
    shown_to_all = visitor.locator('section[aria-labelledby="justo"]')
    for said in (PEERS, f"{met.day} de", str(met.year + 2)):
        expect(shown_to_all).to_contain_text(said)


def is_paid_in_advance(month: Month, shop: Shop, chromium: Browser) -> str:
    """Have two orders paid by Pix, of which the fund gets its part; return a till's address."""
    month.on(22)
    month.log_in("head", "staff", "group")
    selling.hold_fair(month.staff, name=FAIR, enterprises=[BASKETS])
    (fair_id,) = re.findall(r"/gestao/feiras/(\d+)", month.staff.url)
    address = fairing.bind_till(month.staff, int(fair_id), BASKETS)
    for pieces in (KEPT, RETURNED):
        buyer = month.open_browser(PHONE)
        code = buys(buyer, path_of(month.house), pieces)
        pay_at_the_bank(chromium, shop, code)
        month.house.do_the_queue()
        buyer.get_by_role("button", name="Já paguei, atualizar").click()
        buyer.get_by_role("heading", name="Seu pagamento chegou").wait_for()
    assert in_the_fund(month) == (KEPT + RETURNED) * PRICE * FUND_RATE // 100
    for order_id in parts_of(month.house):
        selling.answer_and_prepare(month.group, order_id)
    return address


def sells_at_the_fair(month: Month, address: str) -> Page:
    """Hand over what was paid, sell more; a part of that is told to nobody yet."""
    month.on(24)
    month.log_in("group")
    for order_id, part in parts_of(month.house).items():
        selling.hand_over(month.group, order_id, part)
    till = month.open_browser(PHONE, has_touch=True)
    fairing.load(till, address, PIECE)
    fairing.sell(till, PIECE, TOLD)
    expect(till.locator("#unsent")).to_have_text("0")
    till.context.set_offline(True)
    fairing.sell(till, PIECE, LATE)
    brings_back(till, "Veio com uma alça solta")
    expect(till.locator("#unsent")).to_have_text(str(LATE + BACK))
    return till


def the_month_is_closed(month: Month) -> tuple[int, dict[str, bytes]]:
    """Issue the secretary's sheet; return the report's id, and its files."""
    month.on(32, 8)
    month.log_in("head")
    issued = issuing.issue(month.head, day=month.first)
    kept = issuing.files(month.head, issued)
    expect(month.head.locator("main")).to_contain_text(shown(SOLD))
    return issued, kept


def things_change(month: Month, till: Page, order_id: int) -> None:
    """Give an order back, decide another rate, rename the group; the till tells what it kept."""
    today = month.on(34)
    month.log_in("head", "staff", "group")
    gives_back(month.group, order_id)
    month.house.do_the_queue()
    assert in_the_fund(month) == KEPT * PRICE * FUND_RATE // 100
    decide_rate(month.head, FUND_RATE + 1, today + timedelta(days=1), "Assembleia do fundo, ata 9")
    rename(month.staff, month.cast.group_id, RENAMED)
    fairing.send(till)


def another_explains_itself(month: Month, issued: int, kept: dict[str, bytes]) -> None:
    """Compare the report with today, issue another; the first stays as it is."""
    head = month.head
    head.click('main a[href$="/comparacao"]')
    still = head.locator('section[aria-labelledby="still"]')
    for said in ("tem outro nome hoje", "A parte do fundo mudou", shown(RETURNED * PRICE)):
        expect(still).to_contain_text(said)
    compared = issuing.differences(head)
    another = issuing.issue(head, day=month.first, reason="Um caixa avisou depois")
    explained = issuing.differences(head)
    assert explained == compared
    all_is_explained(explained)
    others = issuing.files(head, another)
    assert [kind for kind in issuing.KINDS if others[kind] == kept[kind]] == []
    assert issuing.files(head, issued) == kept


def hour_left() -> str:
    """Return what an hour of the batch is left with: the surplus is of those who work, too."""
    others = 6 * 25_00 // 30 + 60_00 // 30 + PRICE * 20 // 1000 + PRICE * 12 // 1000
    return shown(30 * (PRICE - others) // 84)


def shown(cents_: int) -> str:
    return f"R$\u00a0{cents_ // 100},{cents_ % 100:02d}"


def decide_rate(head: Page, percent: int, first_day: date, vote: str) -> None:
    head.goto("/gestao/fundo")
    fill(head, rate=str(percent), first_day=first_day.isoformat(), reason=vote)
    head.click('main form[action$="/fundo"] button')
    expect(head.locator("main tbody tr", has_text=vote)).to_have_count(1)


def badge(visitor: Page, month: Month) -> str:
    """Return which badge anybody sees on the group's page."""
    with month.house.app.app_context():
        slug = db.session.get_one(Enterprise, month.cast.group_id).slug
    visitor.goto(f"/quem-faz/{slug}")
    return str(visitor.locator('section[aria-labelledby="justo"] .badge').inner_text())


def path_of(house: Served) -> str:
    with house.app.app_context():
        return f"/produtos/{db.session.scalars(sa.select(Product.slug)).one()}"


def buys(buyer: Page, path: str, pieces: int) -> str:
    """Reserve so many pieces for the fair, to be paid by Pix; return the code for the bank."""
    buyer.goto(path)
    fill(buyer, quantity=str(pieces))
    buyer.get_by_role("button", name="Pôr na cesta").click()
    buyer.wait_for_url("**/cesta?posto=*")
    buyer.get_by_role("button", name="Continuar").click()
    buyer.get_by_label("Nome").fill("Lúcia Andrade")
    buyer.get_by_label("Celular com DDD").fill("(92) 99999-0000")
    buyer.locator("select[name^=window_]").select_option(index=1)
    buyer.locator("input[name=method][value=pix]").check()
    buyer.get_by_role("button", name="Confirmar o pedido").click()
    buyer.wait_for_url(re.compile("/pagamento$"))
    return str(buyer.get_by_label("Código Pix").inner_text())


def parts_of(house: Served) -> dict[int, Part]:
    """Return what the buyers tell at the stall, by order; the one that stays sold comes first."""
    with house.app.app_context():
        orders = db.session.scalars(sa.select(Order).order_by(Order.id))
        return {one.id: Part(one.code, one.handover_code, one.total_cents) for one in orders}


def in_the_fund(month: Month) -> int:
    """Return what is in the fund, as the head sees it; centavos."""
    month.head.goto("/gestao/fundo")
    return cents(month.head.locator("main .kpi", has_text="No fundo").inner_text())


def brings_back(till: Page, why: str) -> None:
    """Take one piece of the first sale of the day back, and give the money."""
    till.locator("[data-tab=vendas]").tap()
    till.locator("#sales button", has_text="Devolução ou troca").last.tap()
    till.fill("#back-why", why)
    till.locator("#back-form button[value=money]").tap()
    expect(till.locator("#back-done")).to_be_visible()


def gives_back(group: Page, order_id: int) -> None:
    """Take an order back that was paid on the site; its goods are sold again."""
    own = f"/painel/pedidos/{order_id}"
    group.goto(f"{own}/devolucao")
    fill(group, reason="Veio menor do que na foto")
    press(group, "main form.card button.btn--x", own)
    group.click(f'main form[action="{own}/reembolso"] button.btn--ok')
    expect(group.locator('main form[action$="/reembolso"]')).to_have_count(0)


def rename(staff: Page, enterprise_id: int, name: str) -> None:
    case = f"/gestao/empreendimentos/{enterprise_id}"
    staff.goto(f"{case}/dados")
    fill(staff, name=name)
    press(staff, "main form[data-draft] button.btn--lg", case)


def all_is_explained(lines: list[Line]) -> None:
    """Hold every line against its causes, and the volume against what the till told later."""
    assert all(line.now - line.then == line.change == sum(line.why.values()) for line in lines)
    (whole,) = (line for line in lines if line.name == "Vendas")
    assert (whole.then, whole.change) == (SOLD, (LATE - BACK) * PRICE)
    assert whole.why == {
        "vendido em caixas que avisaram depois": LATE * PRICE,
        "devolvido ou cancelado depois": -BACK * PRICE,
    }
