"""What staff, groups and cashiers do between the call for places and a fair's report."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.factories.calls import PRIZES
from tests.fairs.repeat_draw import repeat
from tests.journeys.registering import fill, press

NUMBERS = ("first", "second", "third", "fourth", "fifth")
INSTALLED = """() => new Promise((resolve, reject) => {
  const workers = navigator.serviceWorker;
  const look = () => workers.controller && resolve();
  workers.addEventListener("controllerchange", look);
  look();
  setTimeout(() => reject(new Error("the till is not kept on the device")), 60_000);
})"""
QUEUE = """async (sales) => {
  const at = document.body.dataset;
  const [store, book] = await Promise.all([import(at.store), import(at.book)]);
  const token = await store.get("token");
  for (const lines of sales) {
    const id = book.code();
    const due = book.total(lines);
    const paid = { tenders: book.tenders(due, 0, 0), total_cents: due };
    const body = { id, made_at: new Date().toISOString(), lines, ...paid };
    await store.keep(token, { id, kind: "sale", body });
  }
}"""


def plan_fair(staff: Page, *, name: str, day: date) -> int:
    """Plan a fair of one day, for which people may reserve until the evening before."""
    staff.goto("/gestao/feiras/nova")
    eve = day - timedelta(days=1)
    fill(staff, name=name, place="Largo de São Sebastião", days__0__day=day.isoformat())
    fill(staff, days__0__opens="08:00", days__0__closes="17:00")
    fill(staff, close_day=eve.isoformat(), close_hour="18:00", window_capacity="10")
    press(staff, "main form[data-draft] button.btn--lg", r"/gestao/feiras/\d+")
    return int(staff.url.rpartition("/")[2])


def call_for_places(
    staff: Page, fair_id: int, *, places: int, quotas: dict[str, int], today: date
) -> None:
    """Call from this morning on until the day after tomorrow; the lottery is a day later."""
    staff.goto(f"/gestao/feiras/{fair_id}/chamada/editar")
    fill(staff, places=str(places), stalls=str(places // 2))
    fill(staff, **{f"quota_{segment}": str(kept) for segment, kept in quotas.items()})
    closes, lottery = today + timedelta(days=2), today + timedelta(days=3)
    fill(staff, open_day=today.isoformat(), open_hour="00:00")
    fill(staff, close_day=closes.isoformat(), close_hour="18:00")
    fill(staff, lottery_number="6021", lottery_on=lottery.isoformat())
    press(staff, "main form[data-draft] button.btn--lg", "/chamada")


def apply(group: Page, fair_id: int, brings: str) -> None:
    group.goto(f"/painel/feiras/{fair_id}/inscricao")
    fill(group, brings=brings)
    group.locator("main form[data-draft] button").last.click()
    expect(group.locator("main .flash--ok").first).to_be_visible()


def draw(staff: Page, fair_id: int) -> None:
    staff.goto(f"/gestao/feiras/{fair_id}/chamada")
    fill(staff, **dict(zip(NUMBERS, PRIZES, strict=True)), again=PRIZES[0])
    staff.locator('main form[action$="/sorteio"] button').click()
    expect(staff.locator("#vagas")).to_be_visible()


def drawn_again(visitor: Page, slug: str, folder: Path) -> list[tuple[str, str]]:
    """Download the public sheet of a draw, and repeat the draw from that alone."""
    visitor.goto(f"/feiras/{slug}/sorteio")
    with visitor.expect_download() as download:
        visitor.locator('main a[href$="sorteio.csv"]').first.click()
    sheet = folder / "sorteio.csv"
    download.value.save_as(sheet)
    return repeat(sheet)


def give_up(group: Page, fair_id: int) -> None:
    group.goto(f"/painel/feiras/{fair_id}/inscricao")
    group.locator("main details summary").first.click()
    group.locator('main form[action$="/desistencia"] button').click()
    expect(group.locator("main form[action$='/desistencia']")).to_have_count(0)


def announce(staff: Page, fair_id: int) -> None:
    staff.goto(f"/gestao/feiras/{fair_id}")
    press(staff, 'main form[action$="/anuncio"] button', r"/gestao/feiras/\d+")
    expect(staff.locator('main a[href^="/feiras/"]')).to_be_visible()


def set_apart(group: Page, fair_id: int, name: str, *, pieces: int, each: int, price: str) -> None:
    """Keep pieces for those who reserve at a fair, at its own price, and sell it nowhere else."""
    group.goto(f"/painel/feiras/{fair_id}/reservaveis")
    group.locator("main li", has_text=name).locator("a.btn").click()
    fill(group, pieces=str(pieces), most_each=str(each), price=price)
    group.check('main [name="only_here"]')
    press(group, "main form.card button", "/reservaveis")
    expect(group.locator("main li", has_text=name)).to_contain_text(str(pieces))


def bind_till(staff: Page, fair_id: int, who: str) -> str:
    """Bind a phone to the only one who is called so; return the address that opens it."""
    staff.goto(f"/gestao/feiras/{fair_id}/caixas")
    option = staff.locator('select[name="who"] option', has_text=who).get_attribute("value")
    staff.locator('select[name="who"]').select_option(value=option)
    staff.locator('main form[action$="/caixas"] button').click()
    return str(staff.locator("main p.code").inner_text())


def mark_present(staff: Page, fair_id: int, absent: int) -> None:
    """Take the attendance: all came but one, who told before."""
    staff.goto(f"/gestao/feiras/{fair_id}/presenca")
    for box in staff.locator('main input[type=radio][value="present"]').all():
        box.check()
    staff.check(f'main input[name="mark-{absent}"][value="excused"]')
    staff.locator('main form[action$="/presenca"] button').click()
    expect(staff.locator(".flash--ok, .flash").first).to_be_visible()


def tile(till: Page, name: str) -> Locator:
    return till.locator(".pos button", has_text=name)


def load(till: Page, address: str, name: str) -> None:
    """Open a till, and let the device keep its page."""
    till.goto(address)
    expect(tile(till, name)).to_be_visible()
    kept_on_the_device(till)


def kept_on_the_device(till: Page) -> None:
    """Wait for the till's worker, but not for ever: `serviceWorker.ready` tells of no failure."""
    till.evaluate(INSTALLED)


def sell(till: Page, name: str, times: int) -> None:
    """Sell one piece in cash, so often, by taps alone."""
    for _sale in range(times):
        tile(till, name).tap()
        till.locator("#paybar a").tap()
        till.locator("#charge button.btn--ok").tap()
        expect(till.locator("#done")).to_be_visible()


def queue(till: Page, sales: list[list[dict[str, object]]]) -> None:
    """Keep sales of these lines, paid in cash, by the page's own modules and without touching."""
    till.evaluate(QUEUE, sales)


def hand_over(till: Page, given: Iterable[tuple[str, str]]) -> None:
    """Give reservations against the code that the buyer tells: number and code of each."""
    till.locator("[data-tab=reservas]").tap()
    for number, code in given:
        row = till.locator("#reserved li", has_text=number)
        row.locator("button", has_text="Entregar").tap()
        till.fill("#reserve-code", code)
        till.locator("#reserve-form button.btn--ok").tap()
        expect(row.locator(".badge")).to_have_text("Entregue")


def close_drawer(till: Page, counted: str) -> None:
    till.locator("[data-tab=fechar]").tap()
    till.fill("#closing-amount", counted)
    till.locator("#closing-form button").tap()
    expect(till.locator("#drawer-done")).to_be_visible()


def send(till: Page) -> None:
    till.context.set_offline(False)
    expect(till.locator("#unsent")).to_have_text("0", timeout=30_000)


def share_out(staff: Page, finance: Page, fair_id: int) -> None:
    """Have one person prepare the split of the common desk, and another approve it."""
    staff.goto(f"/gestao/feiras/{fair_id}/repartir")
    staff.locator('main form[action$="/repartir"] button').click()
    expect(staff.locator("main .flash--ok, .flash").first).to_be_visible()
    finance.goto(f"/gestao/feiras/{fair_id}/repartir")
    finance.locator('main form[action$="/aprovacao"] button').click()
    expect(finance.locator('main form[action$="/aprovacao"]')).to_have_count(0)


def told_volume(page: Page) -> int:
    """Return the sales volume that a fair's report tells; centavos."""
    text = page.locator("main .kpi", has_text="Volume").first.inner_text()
    whole, part = re.search(r"R\$\s*([\d.]+),(\d\d)", text).groups()  # type: ignore[union-attr]
    return int(whole.replace(".", "") + part)
