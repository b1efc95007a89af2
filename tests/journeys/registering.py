"""A group's way into the house, through the wizard, and how staff answer it."""

import base64
import re
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from marketplace.accounts import totp
from marketplace.core import clock
from tests.factories.accounts import PASSWORD

GO_ON = "main form[data-draft] button.btn--lg"
KEYS: dict[str, str] = {}  # of the apps set up here, by login
STORY = "Vizinhas da Compensa que aprenderam a trançar arumã com as mães no interior."


def photo_of(folder: Path, name: str) -> Path:
    """Make a photo as large as a cheap phone's: in no folder before, of nobody."""
    file, plain = folder / name, Image.linear_gradient("L").resize((1600, 1200))
    Image.merge("RGB", (plain, plain.rotate(90).resize(plain.size), plain)).save(file, quality=90)
    return file


def fill(page: Page, **typed: Any) -> None:
    """Type into boxes, mark radio buttons and choose from lists, by the field's name."""
    for name, value in typed.items():
        field = page.locator(f'main [name="{name.replace("__", "-")}"]')
        kind = field.first.evaluate("box => box.type")
        if kind == "radio":
            page.check(f'main [name="{name}"][value="{value}"]')
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, button: str, where: str) -> None:
    """Press a button and be where it leads: the end of an address."""
    page.locator(button).first.click()
    page.wait_for_url(re.compile(f"{where}$"))


def log_in(page: Page, login: str) -> Page:
    page.goto("/entrar")
    page.fill("#identifier", login)
    page.fill("#password", PASSWORD)
    page.click('main form[action="/entrar"] button')
    page.wait_for_url(lambda url: not url.endswith("/entrar"))
    if "/segundo-passo" in page.url:
        take_second_step(page, login)
    return page


def take_second_step(page: Page, login: str) -> None:
    """Do what the app on the person's phone is for; the first time, set it up.

    A code holds once: begun with the one of half a minute ago, three logins go without a wait.
    That one is too old if the half-minute ends while it is typed; the next one then holds.
    """
    drifts = iter((-1, 0, 1))
    if page.locator("[name=sealed]").count():
        KEYS[login] = page.locator("code.code").inner_text().replace(" ", "")
        while page.locator("[name=sealed]").count():
            type_code(page, login, next(drifts))
        page.click("main a.btn--lg")
    else:
        while "/segundo-passo" in page.url:
            type_code(page, login, next(drifts))
    page.wait_for_url(lambda url: "/segundo-passo" not in url)


def type_code(page: Page, login: str, drift: int) -> None:
    key = base64.b32decode(KEYS[login])
    page.fill("#code", totp.code_of(key, totp.step_at(clock.now()) + drift))
    with page.expect_navigation():
        page.click("main form button.btn--lg")


def register(page: Page, *, name: str, photo: Path) -> int:
    """Fill in the seven steps as a group of three without CNPJ, and send them; return its id.

    The year and the story are not as they should be.
    """
    page.goto("/cadastro")
    fill(page, name="Raimunda Souza", mobile="(92) 99111-2233", password=PASSWORD, sex="female")
    press(page, GO_ON, "/grupo")
    fill(page, name=name, kind="informal_group", founded_year="1926")
    press(page, GO_ON, "/segmentos")
    fill(page, segment="artesanato")
    press(page, GO_ON, "/lugar")
    fill(page, municipality_code="1302603", neighbourhood="Compensa")
    press(page, GO_ON, "/pessoas")
    fill(page, rows__0__name="Ivone Batista", rows__0__sex="female")
    fill(page, rows__1__name="Zeca Batista", rows__1__sex="male")
    press(page, GO_ON, "/contato")
    _send_photo(page, photo)
    fill(page, story="Fazemos cestos e mais coisas.")
    press(page, GO_ON, "/pix")
    fill(page, responsible_name="Raimunda Souza", responsible_cpf="529.982.247-25")
    press(page, GO_ON, r"/cadastro/\d+")
    enterprise_id = int(page.url.rpartition("/")[2])
    press(page, 'main form[action$="/envio"] button', f"/cadastro/{enterprise_id}")
    expect(page.locator('main form[action$="/envio"]')).to_have_count(0)
    return enterprise_id


def _send_photo(page: Page, photo: Path) -> None:
    page.set_input_files("#photo", photo)
    page.locator("[data-photo-state]", has_text="KB").wait_for()
    fill(page, photo_alt="Três pessoas com cestos")
    page.click('main form[action$="/foto"] button')
    page.locator("main .thumb img").wait_for()


def return_once(staff: Page, enterprise_id: int) -> None:
    """Take the case from the queue and send it back with two marks."""
    staff.goto("/gestao/empreendimentos")
    staff.click(f'main a[href$="/empreendimentos/{enterprise_id}"]')
    case = f"/empreendimentos/{enterprise_id}"
    press(staff, 'main form[action$="/analise"] button', case)
    press(staff, 'main a[href$="/devolucao"]', "/devolucao")
    fill(staff, reason="Falta pouco: confira o ano e conte mais da história.")
    for mark, note in (("founded", "1926 não pode ser"), ("story", "Como o grupo começou?")):
        row = staff.locator(f'input[name$="-mark"][value="{mark}"]').get_attribute("name") or ""
        staff.check(f'[name="{row.replace("mark", "flagged")}"]')
        staff.fill(f'[name="{row.replace("mark", "note")}"]', note)
    press(staff, "main form[data-draft] button", case)


def mend(page: Page, enterprise_id: int) -> None:
    """See what was marked, mend that, find everything else closed, and send it again."""
    own = f"/cadastro/{enterprise_id}"
    page.goto(own)
    assert _to_mend(page) == [f"{own}/grupo", f"{own}/contato"]
    for closed in ("segmentos", "lugar", "pessoas", "pix"):
        answer = page.goto(f"{own}/{closed}")
        assert answer
        assert answer.status == 409, closed
    page.goto(f"{own}/grupo")
    assert _fields(page) == ["founded_year"]
    fill(page, founded_year="2016")
    press(page, GO_ON, f"{own}/contato")
    assert _fields(page) == ["story"]
    fill(page, story=STORY)
    press(page, GO_ON, own)
    press(page, 'main form[action$="/envio"] button', own)


def _to_mend(page: Page) -> list[str]:
    links = page.locator('section[aria-labelledby="mend"] a')
    return [str(link.get_attribute("href")) for link in links.all()]


def _fields(page: Page) -> list[str]:
    boxes = page.locator("main form :is(input, select, textarea):not([type=hidden])")
    return [str(box.get_attribute("name")) for box in boxes.all()]


def approve(staff: Page, enterprise_id: int) -> None:
    case = f"/gestao/empreendimentos/{enterprise_id}"
    staff.goto(case)
    press(staff, 'main form[action$="/analise"] button', case)
    press(staff, 'main form[action$="/aprovacao"] button', case)
    expect(staff.locator('main a[href$="/suspensao"]')).to_be_visible()
