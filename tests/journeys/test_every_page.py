"""Every page there is, before a browser: nothing breaks, nothing is refused, all can use it.

Each address is opened once, on a phone. Then the window is made narrower and wider, the letters
twice as large, the zoom 400 %, and each thing that keys can reach is given the focus; axe-core
looks at it in light and dark at 360 and 1280 px. How a page looks is the same on both databases,
so all but opening it and its widths is done on SQLite.

**Source:** WCAG 2.2: 1.4.4, 1.4.10, 2.4.7, 2.4.11, 2.5.8 (axe's `target-size`); axe-core's rules.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace.accounts.models import LoginSession
from marketplace.core import clock
from marketplace.core.database import db
from tests import browser
from tests.browser import DESK, PHONE, axe, opened_page, sideways
from tests.conftest import opened
from tests.databases import Databases
from tests.factories.accounts import PASSWORD
from tests.house.access_table import DOORS
from tests.journeys import scenery
from tests.journeys.registering import log_in, take_second_step
from tests.journeys.scenery import Scenery

BUYERS, PRODUCERS = ["visitor", "bia"], ["mara", "dina", "faci", "till", "ana"]
STAFF = ["arti", "head", "dora", "desk", "fin", "coun"]
WALKERS = [*BUYERS, *PRODUCERS, *STAFF]
WHO = {  # where not the first of them who may
    "registration.show": "dina",
    "steps.edit": "dina",
    "steps.edit_person": "dina",
    "enterprise_imports.show": "arti",
    "declared_sheets.show": "head",
    "desks.letter": "head",
    "sales_exports.show": "head",
}
NO_PAGES = {
    "audit_chain.export",  # a file to keep
    "complaint.show_file",  # a file to keep
    "complaints.show_file",
    "core.show_readiness",  # for a watchman
    "declared_totals.document",  # a file to keep
    "enterprise_reports.export",  # a file to keep
    "enterprise_reports.export_ours",
    "fair_trade_appeals.show_paper",  # a file to keep
    "fair_trade_papers.show",  # a file to keep: nothing in it may run, so nothing can look at it
    "fair_trade_visits.show_photo",  # as above
    "hours.show_minute",  # a file to keep
    "issued_reports.export",  # a file to keep
    "minutes.export",  # a file to keep
    "paying.show_back",  # leads to the page of the payment
    "price_tags.show_product",  # leads to the product
    "product_prices.show",  # a part of a page
    "receiving.show_again",  # leads to the page of payouts
    "receiving.show_back",
    "till_api.show",  # for the till's app
    "till_api.show_sale",
    "till_app.manifest",
    "till_app.worker",
    "sales_exports.export",  # a file to keep
    "spendings.minute",  # a file to keep
    "spendings.waiver_minute",
    "second_step.new",  # between password and panel: see its own test
}
FILES = (
    ".csv",
    ".xlsx",
    ".txt",
    ".xml",
    ".json",
    ".jsonld",
    ".css",
    ".webp",
    ".pdf",
    ".rem",
    "/healthz",
    "/metrics",
)
MORE = [
    ("visitor", "/produtos?q=cesto+aruma&segmento=artesanato&retirada=feira&preco_max=900"),
    ("visitor", "/produtos?q=zzzzzz"),
    ("visitor", "/quem-faz?q=zzzzzz"),
    ("visitor", "/feiras?quando=passadas"),
    ("visitor", "/en/produtos?ordem=menor_preco"),
    ("visitor", "/es"),
    *[("visitor", f"/ajuda/{topic}") for topic in ("vender", "facilitar", "equipe", "conselho")],
    *[("mara", f"/painel/pedidos?aba={tab}") for tab in ("preparar", "prontos", "encerrados")],
    ("mara", "/painel/produtos?estado=esgotado"),
    ("mara", "/painel/produtos?q=zzzzzz"),
    ("arti", "/gestao/empreendimentos?situacao=todos"),
    ("arti", "/gestao/relatorios?por=empreendimento&canal=online_fair"),
    ("head", "/gestao"),
    ("dora", "/gestao"),
    ("desk", "/gestao"),
    ("till", "/painel/entregas"),
    ("coun", "/gestao/relatorios"),
]
WIDTHS, SMALL = (320, 360, 1280), {"width": 320, "height": 640}
ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
WIDE = {"part": "wide"}
EASE = Path(__file__).with_name("ease.js").read_text(encoding="utf-8")


class Shown(NamedTuple):
    app: Flask
    url: str
    scenery: Scenery
    addresses: dict[str, list[str]]  # by who opens them


@pytest.fixture(scope="module")
def shown(
    databases: Databases, blank: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("every_page")
    with opened(databases, blank, folder, BABEL_DEFAULT_LOCALE="pt_BR") as app:
        built = scenery.build()
        addresses = addresses_by_walker(app, built)
        db.session.remove()
        with browser.served(app) as url:
            yield Shown(app, url, built, addresses)


def addresses_by_walker(app: Flask, built: Scenery) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in WALKERS}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES:
            taken = built.of(rule.endpoint, rule.arguments)
            address = app.url_map.bind("localhost").build(rule.endpoint, taken)
            found[walker_for(rule.endpoint)].append(address)
    for name, address in (*MORE, *built.more):
        found[name].append(address)
    return found


def walker_for(endpoint: str) -> str:
    may = (name for name in WALKERS if name != "dina" and DOORS[endpoint].sees(name, "own"))
    return WHO.get(endpoint) or next(may)


@pytest.mark.parametrize("name", WALKERS)
def test_every_page_can_be_used(shown: Shown, chromium: Browser, name: str) -> None:
    with opened_page(chromium, shown.url, PHONE, has_touch=True) as page:
        enter(page, shown, name)
        looked_at = is_looked_at(shown)
        faults = [
            fault
            for path in shown.addresses[name]
            for fault in faults_of(page, path, looked_at=looked_at)
        ]
    assert not faults, "\n".join(faults)


def is_looked_at(shown: Shown) -> bool:
    return str(shown.app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")


def test_both_faces_of_the_second_step_can_be_used(shown: Shown, chromium: Browser) -> None:
    """Set the app up, then be asked for its code: pages that only a login leads to."""
    login, path = login_of(shown, "quali"), "/entrar/segundo-passo"
    for face in ("sealed", "code"):
        with opened_page(chromium, shown.url, PHONE, has_touch=True) as page:
            page.goto("/entrar")
            page.fill("#identifier", login)
            page.fill("#password", PASSWORD)
            page.click('main form[action="/entrar"] button')
            page.wait_for_url(f"**{path}*")
            assert page.locator(f"[name={face}]").count() == 1
            assert not faults_of(page, path, looked_at=is_looked_at(shown))
            if face == "sealed":
                take_second_step(page, login)


@pytest.mark.only("sqlite")  # words are as long on both databases
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", WALKERS)
def test_every_page_fits_in_every_language(
    shown: Shown, chromium: Browser, name: str, language: str
) -> None:
    with opened_page(chromium, shown.url, SMALL, has_touch=True) as page:
        enter(page, shown, name)
        addresses = [f"/{language}{path}" for path in shown.addresses[name] if is_plain(path)]
        faults = [path for path in addresses if page.goto(path) and sideways(page) > 0]
    assert not faults, "\n".join(faults)


def is_plain(path: str) -> bool:
    """Whether an address is that of a page, in the language of the house."""
    return not path.startswith(("/en", "/es")) and not path.endswith(FILES)


def enter(page: Page, shown: Shown, name: str) -> None:
    if name == "visitor":
        fill_basket(page, shown)
    else:
        log_in(page, login_of(shown, name))
    if name == "mara":  # whose page of another Pix key opens after a second step
        take_second_step_unseen(shown, name)


def take_second_step_unseen(shown: Shown, name: str) -> None:
    with shown.app.app_context():
        user = db.session.merge(shown.scenery.people[name])
        theirs = sa.update(LoginSession).where(LoginSession.user_id == user.id)
        db.session.execute(theirs.values(code_at=clock.now()))
        db.session.commit()


def login_of(shown: Shown, name: str) -> str:
    with shown.app.app_context():
        return str(db.session.merge(shown.scenery.people[name]).mobile)


def fill_basket(page: Page, shown: Shown) -> None:
    slug = shown.scenery.other["storefront.product"]["slug"]
    page.goto(f"/produtos/{slug}")
    page.click('main form[action="/cesta/itens"] button.btn--lg')
    page.wait_for_url("**/cesta?posto=*")


def faults_of(page: Page, path: str, *, looked_at: bool) -> list[str]:
    if path.endswith(FILES):
        status = page.request.get(path).status
        return [] if status == 200 else [f"{path}: {status}"]
    page.set_viewport_size(PHONE)
    answer = page.goto(path)
    if not answer or answer.status != 200 or answer.request.redirected_from:
        return [f"{path}: {answer and answer.status} {page.url}"]
    said = [*structure(page), *widths(page)]
    if looked_at:
        said += [*torn(page), *looks(page), *fingers_and_keys(page), *large_letters(page)]
    return [f"{path}: {fault}" for fault in said]


def structure(page: Page) -> list[str]:
    found = {tag: page.locator(tag).count() for tag in ("h1", "main", 'meta[name="description"]')}
    wrong = [f"{number} {tag}" for tag, number in found.items() if number != 1]
    return wrong + ([] if page.title().endswith(" · Paneiro") else [f"title {page.title()}"])


def widths(page: Page) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if (over := sideways(page)) > 0:
            found.append(f"{over} px too wide at {width}")
    return found


def torn(page: Page) -> list[str]:
    """Look for words and icons that a narrow place took apart, on a phone and on a desk."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        found += [f"{size['width']}: {fault}" for fault in page.evaluate(EASE, {"part": "torn"})]
    return found


def looks(page: Page) -> list[str]:
    """Let axe look at the page on a phone and on a desk, in light and in dark.

    Dark is other colours for the same page, so there it is asked for those alone.
    """
    found = []
    page.evaluate(browser.UNSTUCK)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark")
        found += [f"dark, {size['width']}: {fault}" for fault in axe(page, "color-contrast")]
        page.emulate_media(color_scheme="light")
        found += [f"light, {size['width']}: {fault}" for fault in axe(page)]
    return found


def fingers_and_keys(page: Page) -> list[str]:
    """Give everything the focus, on a phone and at 400 % zoom of a desk."""
    page.evaluate(browser.STUCK)
    found = list(page.evaluate(EASE, {"part": "small"}))
    page.keyboard.press("Tab")
    for size in (PHONE, ZOOMED):
        page.set_viewport_size(size)
        found += [f"{size['width']}: {fault}" for fault in page.evaluate(EASE, {"part": "focus"})]
        found += [f"{size['width']}: sideways"] if sideways(page) > 0 else []
    return found


def large_letters(page: Page) -> list[str]:
    """Make the letters twice as large, as a phone's settings do.

    A table of figures on a desk may have to be moved sideways (as WCAG 1.4.10 lets it).
    """
    found = []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        over, clipped = sideways(page), page.evaluate(EASE, {"part": "clipped"})
        found += [f"large letters, {size['width']}: {fault}" for fault in clipped]
        if over > 0 and not (size is DESK and page.locator("table").count()):
            found.append(f"large letters, {size['width']}: {over} px, {page.evaluate(EASE, WIDE)}")
    return found
