"""What producers and staff do between a registration and a sale: publish, plan, answer, give."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from marketplace.core import clock
from tests.journeys.buying import Part, cents
from tests.journeys.registering import fill, press

ZONE = "America/Manaus"


class Counted:
    """A page whose interactions are counted: a tap, a field filled in, a file chosen."""

    def __init__(self, page: Page) -> None:
        self.page, self.interactions = page, 0

    def tap(self, selector: str) -> None:
        self.interactions += 1
        self.page.tap(selector)

    def fill(self, selector: str, text: str) -> None:
        self.interactions += 1
        self.page.fill(selector, text)

    def choose(self, selector: str, file: Path) -> None:
        self.interactions += 1
        self.page.set_input_files(selector, file)


def publish(page: Page, *, name: str, price: str, left: str, photo: Path) -> int:
    """Put a product with its photo on sale; return how many interactions it took."""
    page.goto("/painel")
    counted = Counted(page)
    counted.tap('main a.tile[href="/painel/produtos/novo"]')
    counted.choose("#photo", photo)
    counted.fill("#name", name)
    counted.fill("#price", price)
    counted.fill('input[name="left"]', left)
    page.locator("[data-photo-state]", has_text="KB").wait_for()
    counted.tap('button[name="act"][value="publish"]')
    page.wait_for_url(re.compile(r"/painel/produtos/\d+$"))
    expect(page.locator('main form[action$="/retirada"]')).to_be_visible()
    expect(page.locator("#fotos .thumb img")).to_have_count(1)
    return counted.interactions


def hold_fair(staff: Page, *, name: str, enterprises: list[str]) -> None:
    """Plan a fair in two days, give each enterprise a stall, and announce it."""
    day = clock.today(ZONE) + timedelta(days=2)
    staff.goto("/gestao/feiras/nova")
    fill(staff, name=name, place="Largo de São Sebastião", days__0__day=day.isoformat())
    fill(staff, days__0__opens="08:00", days__0__closes="17:00")
    eve = day - timedelta(days=1)
    fill(staff, close_day=eve.isoformat(), close_hour="18:00", window_capacity="5")
    press(staff, "main form[data-draft] button.btn--lg", r"/gestao/feiras/\d+")
    for stall, enterprise in enumerate(enterprises, 1):
        staff.locator('select[name="enterprise_id"]').select_option(label=enterprise)
        fill(staff, stall=str(stall))
        press(staff, 'main form[action$="/expositores"] button', "#bancas")
    press(staff, 'main form[action$="/anuncio"] button', r"/gestao/feiras/\d+")
    expect(staff.locator('main a[href^="/feiras/"]')).to_be_visible()


def order_id_of(page: Page, part: Part) -> int:
    """Find the only order in the panel; it must be the one that the buyer was told of."""
    page.goto("/painel/pedidos")
    (card,) = page.locator("main article").all()
    assert part.code in card.inner_text()
    return int(str(card.locator("h2 a").get_attribute("href")).rpartition("/")[2])


def sees_only_its_own(page: Page, order_id: int, *, own: str, others: list[str]) -> int:
    """Look at every page about the order; return its total as told there, in centavos."""
    addresses = ["/painel", "/painel/pedidos", f"/painel/pedidos/{order_id}"]
    for address in (*addresses, f"/painel/pedidos/{order_id}/entrega"):
        page.goto(address)
        shown = page.locator("body").inner_text()
        assert own in shown, address
        assert [other for other in others if other in shown] == [], address
    page.goto(f"/painel/pedidos/{order_id}")
    return cents(page.locator('section[aria-labelledby="goods"] ul > li:last-child').inner_text())


def is_kept_from(page: Page, order_id: int) -> None:
    for path in ("", "/recusa", "/devolucao", "/entrega"):
        answer = page.goto(f"/painel/pedidos/{order_id}{path}")
        assert answer
        assert answer.status == 404, path


def answer_and_prepare(page: Page, order_id: int) -> None:
    own = f"/painel/pedidos/{order_id}"
    page.goto("/painel/pedidos")
    press(page, f'main form[action="{own}/aceite"] button', own)
    press(page, f'main form[action="{own}/pronto"] button.btn--lg', own)


def hand_over(page: Page, order_id: int, part: Part) -> None:
    """Ask for number and code at the stall, count what is given, and take the money."""
    page.goto("/painel/entregas")
    fill(page, number=part.code, code="000000" if part.handover_code != "000000" else "111111")
    page.click('main form[action="/painel/entregas"] button.btn--lg')
    give = 'main form[action$="/entrega"] button.btn--ok'
    page.click(give)
    expect(page.locator("[data-errsum]")).to_be_visible()
    fill(page, code=part.handover_code)
    press(page, give, f"/painel/pedidos/{order_id}")
    expect(page.locator('main a[href$="/devolucao"]')).to_be_visible()
