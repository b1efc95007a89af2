"""What a group, its peers, staff and the commission do between a price and a decided badge."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.registering import fill, press

OURS, CASES = "/painel/grupo/comercio-justo", "/gestao/comercio-justo"
ANSWERED = re.compile(r"/comercio-justo(/criterios/[\w-]+)?$")
SEEN = 'main input[type=radio][name^="seen-"][value="yes"]'


def reckon_price(group: Page, product_id: int, *, price: str) -> str:
    """Describe a price by what a batch of thirty took; return what the page says of it."""
    group.goto(f"/painel/produtos/{product_id}/preco/planilha")
    fill(group, pieces="30", price=price, surplus="10", fund="2", payment_fee="1,2")
    fill(group, materials__0__label="Arumã", materials__0__amount="6")
    fill(group, materials__0__measure="feixe", materials__0__cost="25,00")
    fill(group, work__0__label="Raimunda", work__0__hours="84")
    fill(group, overheads__0__label="Canoa", overheads__0__cost="60,00")
    group.click('main button[name="reckon"]')
    told = group.locator("main aside").inner_text()
    group.click("#preco-form .row > button:not(.btn--2)")
    group.wait_for_url(re.compile(r"#preco$"))
    return str(told)


def assess_oneself(group: Page, *, paper: Path) -> int:
    """Answer every principle, the first one with a paper, and send it; return how many."""
    group.goto(OURS)
    press(group, f'main form[action="{OURS}"] button', r"/criterios/[\w-]+")
    fill(group, title="Ata da assembleia", number="3/2026")
    group.set_input_files('main input[type="file"]', paper)
    group.click('main form[action$="/provas"] button')
    expect(group.locator("#papers ~ ul li")).to_have_count(1)
    answered = 0
    while "/criterios/" in group.url:
        fill(group, said="yes", words="Combinamos em assembleia, todo mês.")
        here = group.url
        group.locator("main form[data-draft] button").first.click()
        group.wait_for_url(lambda url, here=here: url != here and ANSWERED.search(url))
        answered += 1
    press(group, 'main form[action$="/envio"] button', OURS)
    expect(group.locator('main form[action$="/envio"]')).to_have_count(0)
    return answered


def note_visit(
    staff: Page, case: int, *, day: date, who: str, peers: str = "", photo: Path | None = None
) -> None:
    """Note a visit: of the Division's people, or of another group's, where its name is told."""
    staff.goto(f"{CASES}/{case}/visitas/nova")
    fill(staff, kind="peer" if peers else "staff", visited_on=day.isoformat())
    fill(staff, present="Raimunda e Ivone", name_1=who)
    if peers:
        staff.locator('main [name="group_1"]').select_option(label=peers)
    for seen in staff.locator(SEEN).all():
        seen.check()
    if photo:
        staff.set_input_files('main input[name="photos"]', photo)
    press(staff, "main form[data-draft] button.btn--lg", f"{CASES}/{case}")


def check_paper(staff: Page, case: int) -> None:
    staff.goto(f"{CASES}/{case}")
    staff.locator("main details summary", has_text="Ata da assembleia").click()
    staff.locator('main details input[name="accepted"][value="sim"]').first.check()
    staff.locator('main form[action$="/conferencia"] button').first.click()
    expect(staff.locator(".flash--ok").first).to_be_visible()


def name_commission(head: Page, names: Iterable[str], *, since: date) -> None:
    for name in names:
        head.goto(f"{CASES}/comissao")
        head.locator('main [name="user_id"]').select_option(label=name)
        fill(head, seat="Fórum", from_on=since.isoformat())
        head.locator("main form", has=head.locator('[name="seat"]')).locator("button").click()
        expect(row_of(head, name)).to_have_count(1)


def decide(staff: Page, case: int, *, day: date, members: Iterable[str], reasons: str) -> None:
    """Write down that these members granted all the principles."""
    staff.goto(f"{CASES}/{case}/decisao")
    for name in members:
        staff.get_by_label(name, exact=True).select_option("decided")
    fill(staff, met_on=day.isoformat(), outcome="granted", reasons=reasons)
    press(staff, "main form[data-draft] button.btn--lg", f"{CASES}/{case}/decisao")
    expect(staff.locator('main section[aria-labelledby^="ruling-"]')).to_have_count(1)


def row_of(page: Page, name: str) -> Locator:
    return page.locator("main tbody tr", has_text=name)
