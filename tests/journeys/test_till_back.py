"""Pieces brought back to a till: money given, or other pieces taken, without a network."""

import re

import sqlalchemy as sa
from playwright.sync_api import Browser, Route, expect

from marketplace.catalogue.models.products import Product
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import Till
from marketplace.fairs.queries.till_accounts import drawers
from marketplace.orders.models.facts import SaleFact
from tests import browser
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import soon
from tests.factories.tills import line, make_bound, results, send, told_sale
from tests.journeys import fairing
from tests.journeys.conftest import Served

GOODS = {"Castanha": 39_90, "Colar de açaí": 72_00}


def test_takes_back_and_exchanges_without_a_network(house: Served, chromium: Browser) -> None:
    now = clock.now()
    with house.app.app_context():
        _user, seller = make_producer()
        for name, cents in GOODS.items():
            make_published(enterprise=seller, name=name, price_cents=cents, left=50)
        bound = make_bound(seller, fair=make_announced(seller, days=(soon(0)["day"],), now=now))
    faults: list[str] = []
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        fairing.load(page, f"/caixa#{bound.token}", "Castanha")
        page.evaluate(browser.UNSTUCK)
        page.context.set_offline(True)
        for name in ("Castanha", "Castanha"):
            fairing.tile(page, name).tap()
        page.locator("#paybar a").tap()
        page.locator("#charge button.btn--ok").tap()
        page.locator("[data-tab=vendas]").tap()
        page.locator("#sales button", has_text="Devolução ou troca").tap()
        expect(page.locator("#back-total")).to_have_text(re.compile("39,90"))
        page.locator("#back-form button[value=money]").tap()
        expect(page.locator("#back-wrong")).to_be_visible()  # it has a reason
        faults += [*browser.axe(page), *["sideways"] * bool(browser.sideways(page))]
        page.fill("#back-why", "Quebrada")
        page.locator("#back-lines input[type=checkbox]").check()
        page.locator("#back-form button[value=money]").tap()
        expect(page.locator("#back-done")).to_have_text(re.compile("39,90"))

        page.locator("[data-tab=vendas]").tap()
        expect(page.locator("#sold")).to_have_text(re.compile("39,90"))
        expect(page.locator("#sales button", has_text="Desfazer")).to_have_count(0)
        page.locator("#sales button", has_text="Devolução ou troca").tap()
        page.locator("#back-lines button").last.tap()  # no more than is left of it
        expect(page.locator("#back-total")).to_have_text(re.compile("39,90"))
        page.fill("#back-why", "Quer o colar")
        page.locator("#back-form button[value=swap]").tap()
        expect(page.locator("#bringing-text")).to_have_text(re.compile("39,90"))
        faults += browser.axe(page)
        fairing.tile(page, "Colar").tap()
        page.locator("#paybar a").tap()
        expect(page.locator("#credit")).to_have_text(re.compile("32,10"))
        faults += browser.axe(page)
        page.locator("#charge input[name=way][value=machine]").check()
        page.locator("#charge button.btn--ok").tap()
        expect(page.locator("#done")).to_be_visible()
        expect(page.locator("#done-text")).to_have_text("Guardada: R$\u00a072,00")
        expect(page.locator("#bringing")).to_be_hidden()
        page.locator("[data-tab=vendas]").tap()
        page.locator("#back-open").tap()
        page.fill("#back-receipt", "1234")
        page.locator("#back-add").tap()
        page.fill("#back-why", "Sem a venda")
        page.locator("#back-form button[value=money]").tap()
        expect(page.locator("#back-wrong")).to_have_text(re.compile("12-34"))
        page.fill("#back-receipt", "9999-3")
        page.locator("#back-form button[value=money]").tap()
        expect(page.locator("#back-done")).to_be_visible()
        faults += browser.axe(page)
        expect(page.locator("#unsent")).to_have_text("5")
        page.context.set_offline(False)
        expect(page.locator("#unsent")).to_have_text("0")
    assert faults == []
    with house.app.app_context():
        assert db.session.scalar(sa.select(sa.func.sum(SaleFact.gross_cents))) == 72_00
        drawer = drawers([bound.till_id])[bound.till_id]
        assert drawer.cash_cents == 79_80 - 39_90 - 39_90 + 39_90 - 39_90
        told = db.session.scalars(sa.select(TillReturn).order_by(TillReturn.id)).all()
        assert [(one.sale_id is not None, bool(one.exchange_code)) for one in told] == [
            (True, False),
            (True, True),
            (False, False),
        ]
        assert invariants.broken() == {}


def test_finds_a_sale_of_another_till_while_there_is_a_line(
    house: Served, chromium: Browser
) -> None:
    now = clock.now()
    with house.app.app_context():
        _user, seller = make_producer()
        for name, cents in GOODS.items():
            make_published(enterprise=seller, name=name, price_cents=cents, left=50)
        fair = make_announced(seller, days=(soon(0)["day"],), now=now)
        goods = db.session.scalars(sa.select(Product).order_by(Product.id)).all()
        first, second = (make_bound(seller, fair=fair) for _till in range(2))
        sale = told_sale(line(goods[0], 2), line(goods[1]))
        assert results(send(db.session.get_one(Till, first.till_id), sale, now=now)) == ["new"]
        receipt = f"{first.till_id}-{sale['sequence']}"
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        fairing.load(page, f"/caixa#{second.token}", "Castanha")
        page.evaluate(browser.UNSTUCK)
        page.locator("[data-tab=vendas]").tap()
        page.locator("#back-open").tap()
        page.context.set_offline(True)
        page.fill("#back-receipt", receipt)
        page.locator("#back-look").tap()
        expect(page.locator("#back-told")).to_have_text(re.compile("Sem internet"))
        page.context.set_offline(False)
        page.fill("#back-receipt", f"{first.till_id}-999")
        page.locator("#back-look").tap()
        expect(page.locator("#back-told")).to_have_text(re.compile("Nenhuma venda"))
        page.fill("#back-receipt", receipt)
        page.locator("#back-look").tap()
        expect(page.locator("#back-told")).to_have_text(re.compile(receipt))
        faults = [*browser.axe(page), *["sideways"] * bool(browser.sideways(page))]
        page.locator("#back-lines li", has_text="Castanha").locator("button").last.tap()
        page.fill("#back-why", "Murcha")
        page.locator("#back-form button[value=money]").tap()
        expect(page.locator("#back-done")).to_have_text(re.compile("39,90"))
        expect(page.locator("#unsent")).to_have_text("0")
    assert faults == []
    with house.app.app_context():
        kept = db.session.scalars(sa.select(TillReturn)).one()
        assert kept.sale.code == sale["id"]
        assert db.session.scalar(sa.select(sa.func.count(Matter.id))) == 0
        assert invariants.broken() == {}


def test_a_receipt_that_is_looked_up_minds_what_waits_on_the_device(
    house: Served, chromium: Browser
) -> None:
    now = clock.now()
    with house.app.app_context():
        _user, seller = make_producer()
        make_published(enterprise=seller, name="Castanha", price_cents=39_90, left=50)
        fair = make_announced(seller, days=(soon(0)["day"],), now=now)
        goods = db.session.scalars(sa.select(Product)).one()
        first, second = (make_bound(seller, fair=fair) for _till in range(2))
        sale = told_sale(line(goods, 2))
        assert results(send(db.session.get_one(Till, first.till_id), sale, now=now)) == ["new"]
        receipt = f"{first.till_id}-{sale['sequence']}"
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        fairing.load(page, f"/caixa#{second.token}", "Castanha")
        page.evaluate(browser.UNSTUCK)
        fairing.tile(page, "Castanha").tap()
        page.locator("#paybar a").tap()
        with page.expect_response("**/caixa/envio"):
            page.locator("#charge button.btn--ok").tap()
        expect(page.locator("#unsent")).to_have_text("0")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/caixa/envio", hold)  # from here on nothing arrives
        page.locator("#done-undo").tap()
        page.locator("#undo-form button.btn--x").tap()
        page.locator("[data-tab=vendas]").tap()
        page.locator("#back-open").tap()
        page.fill("#back-receipt", f"{second.till_id}-1")
        page.locator("#back-look").tap()
        expect(page.locator("#back-told")).to_have_text(re.compile("Nenhuma venda"))
        expect(page.locator("#back-lines")).to_be_hidden()

        page.route("**/caixa/venda*", hold)
        page.fill("#back-receipt", receipt)
        with page.expect_request("**/caixa/venda*"):
            page.locator("#back-look").tap()
        page.locator("#back-add").tap()
        with page.expect_response("**/caixa/venda*") as answer:
            next(one for one in held if "/venda" in one.request.url).continue_()
        answer.value.finished()
        page.unroute("**/caixa/venda*")
        page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => seen()))")
        expect(page.locator("#back-find")).to_be_visible()  # what was added by hand is left
        page.fill("#back-why", "Murcha")
        page.locator("#back-form button[value=money]").tap()
        expect(page.locator("#back-done")).to_have_text(re.compile("39,90"))

        page.fill("#back-receipt", receipt)
        page.locator("#back-look").tap()
        expect(page.locator("#back-told")).to_have_text(re.compile(receipt))
        for _piece in range(2):  # one of the two came back, and waits here
            page.locator("#back-lines button").last.tap()
        expect(page.locator("#back-total")).to_have_text(re.compile("39,90"))
