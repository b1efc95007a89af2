"""The house's catalogue of odd input, in every field of every form and every route.

Forms are found on the pages that each of the cast may open, so that a new one is tried by itself.
Each request is undone, but for the last round: there markup stays in whatever takes it, and every
page, sheet and letter is looked at for it afterwards.

**Source:** OWASP, "Input Validation Cheat Sheet", "XSS Filter Evasion", "CSV Injection"; RFC 7578.
"""

import io
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from marketplace.core import clock, limits, queue
from marketplace.core.database import db
from marketplace.core.text import clean
from tests.campaigns.oddities import (
    ATTRIBUTE,
    BYTES,
    CATALOGUE,
    FORMULA,
    KEPT_KINDS,
    MARKUP,
    SUM,
    TAG,
    Form,
    Page,
    odd_bodies,
    odd_headers,
    sheets,
    shown_value,
)
from tests.conftest import FreshClient
from tests.house.access_table import ALL, DOORS
from tests.journeys import scenery
from tests.journeys.test_every_page import NO_PAGES

SEED, NEEDED = 20261126, 5_000
KINDS_A_FIELD, BODIES_A_FORM = 2, 2
IN_THE_PAGE = "DIALOG"  # the method of a form that no server hears of
NO_FORM = {  # sent by browsers, scripts, or from a page between password and panel
    "core.create_csp_report",
    "second_step.create",
    "second_step.create_key",
    "till_api.create",  # by a device with its token: tests/fairs/test_till_doors.py sends odd ones
}
ENDS = {"entrance.delete_session", "grants.create_closing", "grants.create_end"}
ODD = [(kind, value) for kind, values in CATALOGUE.items() for value in values]


@dataclass
class Campaign:
    """What was tried, by whom, and what came of it."""

    app: Flask
    built: scenery.Scenery
    people: dict[str, FreshClient]
    addresses: dict[str, list[str]]
    forms: dict[tuple[str, ...], tuple[str, str, Form]] = field(default_factory=dict)
    tried: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    inputs: int = 0

    def ask(self, name: str, path: str, *, keep: bool = False, **how: Any) -> Any:
        """Send one request and look at the answer; undo what it did, unless it is to be kept."""
        client = self.people[name]
        limits._paces.clear()  # a pace would answer instead of the page
        undo, cookies = db.engines[None].begin_nested(), client._cookies.copy()
        answer = client.open(path, **how)
        answer.get_data()
        answer.close()  # a picture is a file
        db.session.remove()
        if keep:
            undo.commit()
        else:
            undo.rollback()
            client._cookies = cookies
        self.inputs += 1
        self.statuses[answer.status_code] += 1
        self._look(name, answer)
        return answer

    def _look(self, name: str, answer: Any) -> None:
        where = f"{name} {answer.request.method} {answer.request.path[:90]}"
        if answer.status_code >= 500 and not answer.request.path.endswith("/readyz"):
            self.faults.append(f"{where}: {answer.status_code}")
        if any("zq" in header.lower() for header, _ in answer.headers):
            self.faults.append(f"{where}: a header of the visitor's")
        if answer.mimetype == "text/html" and (found := unescaped(answer.get_data(as_text=True))):
            self.faults.append(f"{where}: unescaped {found[:90]}")


def unescaped(text: str) -> str:
    """Return what of the catalogue is markup, or was reckoned, in a page."""
    if TAG not in text and ATTRIBUTE not in text and SUM not in text:
        return ""
    return next(iter(Page(text).unescaped), SUM if SUM in text else "")


@pytest.fixture
def campaign(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """The cast before the pages that each may open, with something in everybody's basket."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.config, "CHECKOUTS_AN_HOUR", 10**6)
    built = scenery.build()
    people: dict[str, FreshClient] = {}
    for name in (*ALL.split(), "dina"):
        people[name] = app.test_client()  # type: ignore[assignment]
        if name in built.people:
            people[name].log_in(db.session.merge(built.people[name]))
    found = Campaign(app, built, people, {name: [*opened_by(app, built, name)] for name in people})
    product = {"product_id": built.arguments["product_id"], "quantity": 1}
    for name in people:
        found.ask(name, "/cesta/itens", keep=True, method="POST", data=product)
    return found


def opened_by(app: Flask, built: scenery.Scenery, name: str) -> Iterator[str]:
    bound = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES:
            known = DOORS[rule.endpoint].sees("mara" if name == "dina" else name, "own")
            if known and rule.endpoint != "static":
                yield bound.build(rule.endpoint, built.of(rule.endpoint, rule.arguments))
    yield from (address for who, address in built.more if who == name)


def find_forms(campaign: Campaign) -> None:
    """Keep each form that leads to a route with fields, and who has it before them."""
    for name, addresses in campaign.addresses.items():
        for address in addresses:
            answer = campaign.ask(name, address)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                for form in Page(answer.get_data(as_text=True)).forms:
                    if form.method == IN_THE_PAGE:
                        continue
                    path = urlsplit(form.action or address).path
                    key = (endpoint_of(campaign.app, path, form.method), *form.sign)
                    campaign.forms.setdefault(key, (name, path, form))


def endpoint_of(app: Flask, path: str, method: str) -> str:
    return str(app.url_map.bind("localhost").match(path, method=method)[0])


def type_oddities(campaign: Campaign, dice: random.Random) -> None:
    """Type odd values of some kinds into each field of each form, the rest filled in as usual."""
    for key, (name, path, form) in sorted(campaign.forms.items()):
        for box in list(form.boxes.values()):
            for values in dice.sample([*CATALOGUE.values()], KINDS_A_FIELD):
                send(campaign, key[0], (name, path, form), {box.name: dice.choice(values)})
        everything = {box: dice.choice(ODD)[1] for box in form.boxes}
        send(campaign, key[0], (name, path, form), everything)
        send(campaign, key[0], (name, path, form), dict.fromkeys(form.boxes))


def send(
    campaign: Campaign,
    endpoint: str,
    found: tuple[str, str, Form],
    typed: dict[str, Any],
    *,
    keep: bool = False,
) -> None:
    """Send a form with some fields changed; see that a refusal keeps what was typed."""
    name, path, form = found
    filled = {k: v for k, v in (form.untouched | typed).items() if v is not None}
    filled.pop("csrf_token", None)  # the client sends one of its own
    if form.method != "POST":
        campaign.ask(name, path, query_string=encodable(filled))
        return
    kind = "multipart/form-data" if form.multipart else "application/x-www-form-urlencoded"
    how = {"method": "POST", "data": encodable(filled), "content_type": kind}
    answer = campaign.ask(name, path, keep=keep, **how)
    campaign.tried[endpoint] += answer.status_code not in (401, 403, 405)
    if answer.status_code == 422 and answer.mimetype == "text/html":
        campaign.faults += [
            f"{endpoint}: {fault}" for fault in refusal(answer, path, form, encodable(filled))
        ]


def encodable(filled: dict[str, str]) -> dict[str, str]:
    """Return values as a client can send them: a lone surrogate as its own three bytes."""
    return {name: value.encode("utf-8", "replace").decode() for name, value in filled.items()}


def refusal(answer: Any, path: str, form: Form, filled: dict[str, str]) -> Iterator[str]:
    """Say what a refused form lost of what was typed, or did not say beside a field."""
    page = Page(answer.get_data(as_text=True))
    if not page.wrong and "is-err" not in answer.text and 'role="alert"' not in answer.text:
        yield "refused without a word"
    if any(not set(described) <= page.ids for described in page.wrong):
        yield "a fault is described by what is not there"
    for name, value in filled.items():
        if (box := form.boxes.get(name)) is None or box.kind not in KEPT_KINDS:
            continue
        shown = shown_value(page, path, name)
        if shown is not None and clean(shown) != clean(value) and value.strip():
            yield f"{name} was {value[:30]!r}, is {shown[:30]!r}"


def send_odd_bodies(campaign: Campaign, dice: random.Random) -> None:
    for name, path, form in (found for _, found in sorted(campaign.forms.items())):
        if form.method == "POST":
            first = next((box for box in form.boxes if box != "csrf_token"), "a")
            for body in dice.sample(odd_bodies(first), BODIES_A_FORM):
                campaign.ask(name, path, method="POST", **body)


def press_other_buttons(campaign: Campaign, dice: random.Random) -> None:
    """Send odd bodies where no form with a field leads, or none of a thing in this state."""
    bound = campaign.app.url_map.bind("localhost")
    for endpoint in untried(campaign):
        rule = next(r for r in campaign.app.url_map.iter_rules(endpoint) if "POST" in r.methods)
        path = bound.build(endpoint, campaign.built.of(endpoint, rule.arguments), method="POST")
        for name in (name for name in campaign.people if may_press(name, endpoint)):
            for body in (
                {"data": encodable({"reason": dice.choice(ODD)[1]})},
                *odd_bodies("reason")[:4],
            ):
                answer = campaign.ask(name, path, method="POST", **body)
                campaign.tried[endpoint] += answer.status_code not in (401, 403, 405)


def may_press(name: str, endpoint: str) -> bool:
    return ("mara" if name == "dina" else name) in DOORS[endpoint].enter.split()


def untried(campaign: Campaign) -> list[str]:
    """Return the routes that take something and were never asked by who may."""
    posts = {r.endpoint for r in campaign.app.url_map.iter_rules() if "POST" in (r.methods or ())}
    return sorted(posts - {name for name, times in campaign.tried.items() if times} - NO_FORM)


def ask_every_route(campaign: Campaign, dice: random.Random) -> None:
    """Ask each address that each may open with odd parameters, its own and those of links."""
    names = {"q", "pagina", "ordem", "voltar", "next", "lang", "aba", "por", "de", "ate"}
    names |= {box for _, _, form in campaign.forms.values() for box in form.boxes}
    for name, addresses in campaign.addresses.items():
        for address in addresses:
            parts = urlsplit(address)
            asked = {**dict(parse_qsl(parts.query)), **dict.fromkeys(dice.sample(sorted(names), 3))}
            told = {key: dice.choice(ODD)[1] for key in asked}
            campaign.ask(name, parts.path, query_string=encodable(told))


def send_bytes(campaign: Campaign, dice: random.Random) -> None:
    """Ask each address with bytes that are no text in it, or in what goes with it."""
    for name, addresses in campaign.addresses.items():
        for address in addresses:
            path, value = urlsplit(address).path, dice.choice(BYTES)
            told = [{"PATH_INFO": path + value}, *odd_headers(value)]
            campaign.ask(name, path, environ_overrides=dice.choice(told))
            query = {"QUERY_STRING": f"q={value}&voltar=/{value}&{value}=1&pagina=%ff"}
            campaign.ask(name, path, environ_overrides=query)


def bring_sheets(campaign: Campaign, values: list[str], *, keep: bool = False) -> None:
    """Bring odd values by each importer, look at what they would do, and take them in."""
    for who, path, name, content in sheets(values):
        sent = {"data": {"sheet": (io.BytesIO(content), name)}, "method": "POST"}
        answer = campaign.ask(who, path, keep=True, **sent)
        if answer.status_code in (302, 303):
            preview = urlsplit(answer.location).path
            campaign.ask(who, preview)
            confirm = f"{preview}/confirmacao" if "gestao" in preview else preview
            campaign.ask(who, confirm, keep=keep, method="POST", data={"act": "publish"})
            campaign.tried[endpoint_of(campaign.app, confirm, "POST")] += 1


def plant(campaign: Campaign) -> None:
    """Leave markup and a formula in whatever takes them."""
    ordered = sorted(campaign.forms.items(), key=lambda item: (item[0][0] in ENDS, item[0]))
    for key, (name, path, form) in ordered:
        texts = [b.name for b in form.boxes.values() if b.kind in ("text", "textarea", "search")]
        if form.method == "POST" and texts and key[0] not in ENDS:
            for planted in (MARKUP, FORMULA):
                send(campaign, key[0], (name, path, form), dict.fromkeys(texts, planted), keep=True)
                for one in texts:
                    send(campaign, key[0], (name, path, form), {one: planted}, keep=True)


def look_everywhere(campaign: Campaign) -> int:
    """Open every page and sheet again; return how many show the markup, escaped."""
    seen = 0
    for name, addresses in campaign.addresses.items():
        for address in addresses:
            answer = campaign.ask(name, address)
            text = answer.get_data().decode("utf-8", "replace")  # a workbook is no text
            seen += TAG in text
            if address.endswith(".csv") and any(cell in text for cell in (';"=zq', "\n=zq", ';"@')):
                campaign.faults.append(f"{address}: a formula runs")
    queue.work_all(now=clock.now())
    for page in letters(campaign.app):
        campaign.faults += [f"letter: {found}" for found in [unescaped(page)] if found]
        seen += TAG in page
    return seen


def letters(app: Flask) -> Iterator[str]:
    """Yield the letters that were sent, each as its page."""
    folder = Path(urlsplit(app.config["SMTP_URL"]).path)
    for file in folder.glob("*.eml"):
        letter: Any = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert not any("zq" in name.lower() for name in letter)
        yield letter.get_body(("html", "plain")).get_content()


@pytest.mark.only("sqlite")  # CI has no time for both; odd ids are asked on both
def test_nothing_odd_breaks_a_page_or_comes_back_as_markup(
    campaign: Campaign, record_property: Any
) -> None:
    dice = random.Random(SEED)  # noqa: S311 - the same ones in each run
    find_forms(campaign)
    type_oddities(campaign, dice)
    send_odd_bodies(campaign, dice)
    press_other_buttons(campaign, dice)
    ask_every_route(campaign, dice)
    send_bytes(campaign, dice)
    bring_sheets(campaign, [value for _, value in ODD])
    bring_sheets(campaign, [MARKUP, FORMULA], keep=True)
    plant(campaign)
    seen = look_everywhere(campaign)
    figures = f"{campaign.inputs} inputs, {len(campaign.forms)} forms, markup seen {seen} times"
    broken = len(campaign.faults)
    record_property("told", f"fuzz (seed {SEED}): {figures}, {broken} faults, {campaign.statuses}")
    assert not campaign.faults, "\n".join(sorted(set(campaign.faults)))
    assert not untried(campaign)
    assert campaign.inputs >= NEEDED
    assert seen >= 20
