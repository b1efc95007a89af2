"""Every page there is, before a browser: nothing breaks, nothing is refused, all can use it.

Each address is opened on a phone of 360 px and looked at by axe-core in light and, for its
colours, in dark; then the window is made 320 and 1280 px wide.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace.core.database import db
from tests import browser
from tests.browser import PHONE, axe, opened_page, sideways
from tests.conftest import opened
from tests.databases import Databases
from tests.house.access_table import DOORS
from tests.journeys import scenery
from tests.journeys.registering import log_in
from tests.journeys.scenery import Scenery

BUYERS, PRODUCERS = ["visitor", "bia"], ["mara", "dina", "faci", "till", "ana"]
STAFF = ["arti", "head", "dora", "desk", "fin", "coun"]
WALKERS = [*BUYERS, *PRODUCERS, *STAFF]
WHO = {  # where not the first of them who may
    "registration.show": "dina",
    "steps.edit": "dina",
    "steps.edit_person": "dina",
    "enterprise_imports.show": "arti",
    "desks.letter": "head",
}
NO_PAGES = {"core.show_readiness", "product_prices.show"}  # for a watchman; a part of a page
FILES = (".csv", ".xlsx", ".txt", ".xml", ".css", ".webp", "/healthz")
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
        faults = [fault for path in shown.addresses[name] for fault in faults_of(page, path)]
    assert not faults, "\n".join(faults)


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


def login_of(shown: Shown, name: str) -> str:
    with shown.app.app_context():
        return str(db.session.merge(shown.scenery.people[name]).mobile)


def fill_basket(page: Page, shown: Shown) -> None:
    slug = shown.scenery.other["storefront.product"]["slug"]
    page.goto(f"/produtos/{slug}")
    page.click('main form[action="/cesta/itens"] button.btn--lg')
    page.wait_for_url("**/cesta#*")


def faults_of(page: Page, path: str) -> list[str]:
    if path.endswith(FILES):
        status = page.request.get(path).status
        return [] if status == 200 else [f"{path}: {status}"]
    page.set_viewport_size(PHONE)
    answer = page.goto(path)
    if not answer or answer.status != 200 or answer.request.redirected_from:
        return [f"{path}: {answer and answer.status} {page.url}"]
    said = [*structure(page), *axe(page), *widths(page), *dark(page)]
    return [f"{path}: {fault}" for fault in said]


def structure(page: Page) -> list[str]:
    found = {"h1": page.locator("h1").count(), "main": page.locator("main").count()}
    wrong = [f"{number} {tag}" for tag, number in found.items() if number != 1]
    return wrong + ([] if page.title().endswith(" · Paneiro") else [f"title {page.title()}"])


def widths(page: Page) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if (over := sideways(page)) > 0:
            found.append(f"{over} px too wide at {width}")
    return found


def dark(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    found = page.evaluate("axe.run({runOnly: ['color-contrast']})")["violations"]
    page.emulate_media(color_scheme="light")
    return [f"dark: {node['target']}" for fault in found for node in fault["nodes"]]
