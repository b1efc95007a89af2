"""What people type, get and carry with them stands in no line of the log, wherever it was sent.

Each way through the house is walked with values of its own kind, and all that the loggers of the
house and of its libraries then say, as they would write it outside, is searched for them.

**Source:** LGPD (Lei 13.709/2018), art. 6, III; OWASP Logging Cheat Sheet, "Data to exclude".
"""

import base64
import io
import json
import logging
import re
from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts import totp
from marketplace.accounts.models import CodePurpose, Role, User
from marketplace.accounts.operations import codes, factors, sessions
from marketplace.core import clock, logs, mail, queue
from marketplace.core.database import db, operation
from marketplace.core.logs import JsonLines
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import Purchase
from tests.factories.accounts import PASSWORD, make_staff, make_user
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.orders import make_basket, make_collection, soon
from tests.factories.paying import make_boleto_cart
from tests.payments.conftest import bank, boleto_here, stripe_here

__all__ = ["bank", "boleto_here", "stripe_here"]
PLANTED = {
    "name": "Canária Buritizal",
    "mobile": "(92) 98877-6655",
    "email": "canaria@buritizal.example",
    "cpf": "529.982.247-25",
    "pix": "canaria-pix@buritizal.example",
    "password": "canarinho na gaiola de buriti",
    "token": "canary0token0canary0token0canary0token0canary",
}
TELLTALES = ["anária", "anaria", "anarinho", "uritizal", "canary", "529.982", "52998224725"]
TELLTALES += ["98877", "+5592988776655", "gaiola"]


class Kept(logging.Handler):
    """All that is said at any level, as it would be written outside."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.written = io.StringIO()

    def emit(self, record):
        self.written.write(self.format(record) + "\n")

    @property
    def text(self):
        """The lines with what is escaped in them read, so that no accent hides a word."""
        lines = self.written.getvalue().splitlines()
        return "\n".join(json.dumps(json.loads(line), ensure_ascii=False) for line in lines)


@pytest.fixture
def said():
    """Everything that was logged, also what is too fine to be written outside."""
    root, kept = logging.getLogger(), Kept()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(kept)
    root.setLevel(level)


@pytest.fixture
def outside(app, monkeypatch):
    """The house as outside: a fault is a page and a line, not an error that reaches the browser."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return app.test_client()


def told(said, *more):
    """Return which of the planted values, and of others that came up on the way, were logged."""
    assert said.written.getvalue()
    return [secret for secret in (*TELLTALES, *more) if secret.lower() in said.text.lower()]


def log_in(client, user, password=PASSWORD):
    return client.post("/entrar", data={"identifier": user.mobile, "password": password})


def test_of_signing_up_and_in_by_password_and_by_code(outside, said):
    typed = {name: PLANTED[name] for name in ("name", "mobile", "email", "password")}
    signed_up = outside.post("/criar-conta", data=typed | {"accepted": "y"})
    outside.post("/sair")
    outside.post("/entrar", data={"identifier": PLANTED["cpf"], "password": PLANTED["password"]})
    outside.post("/entrar", data={"identifier": PLANTED["email"], "password": PLANTED["password"]})
    user = db.session.scalars(sa.select(User).where(User.email == PLANTED["email"])).one()
    code = codes.issue_code(user.id, CodePurpose.RESET, by=HOUSE, now=clock.now())
    cookies = [cookie.value for cookie in outside._cookies.values()]
    for given in (code[:-1], code):
        outside.post("/codigo", data={"identifier": user.mobile, "code": given})

    assert signed_up.status_code == HTTPStatus.SEE_OTHER
    assert not told(said, code, *cookies)


def test_of_the_second_step_with_its_key_and_its_codes(outside, said):
    head = make_staff(Role.HEAD, name=PLANTED["name"])
    key, before = totp.new_key(), clock.now()
    code = totp.code_of(key, totp.step_at(before))
    spare = factors.enrol(head.id, key, code, by=HOUSE, now=before)
    log_in(outside, head, PLANTED["password"])
    log_in(outside, head)
    for given in ("000000", spare[0]):
        outside.post("/entrar/segundo-passo", data={"code": given})
    assert "gestao" in outside.get("/entrar").location
    secrets = [base64.b32encode(key).decode(), key.hex(), *spare]
    cookies = [cookie.value for cookie in outside._cookies.values()]

    assert not told(said, *secrets, *cookies)


def test_of_who_pays_a_boleto(outside, said, boleto_here, bank):
    purchase = make_boleto_cart().place()
    who = {"tax_id": PLANTED["cpf"], "name": PLANTED["name"], "email": PLANTED["email"]}
    where = {"street": PLANTED["token"], "city": "Manaus", "state": "AM", "postal_code": "69000000"}
    address = f"/pedidos/{purchase.link_key}/pagamento/boleto"
    outside.post(address, data=who | where | {"tax_id": PLANTED["cpf"][:-1]})
    bank.hand("fault", route="POST /v1/payment_intents", kind="500_before", times=9)
    outside.post(address, data=who | where)
    bank.hand("calm")
    queue.work_all(now=clock.now() + timedelta(minutes=1))
    sent = bank.store.every("payment_intent")[-1]

    assert sent["_payer"]["tax_id"] == re.sub(r"\D", "", PLANTED["cpf"])
    assert not told(said, sent["next_action"]["boleto_display_details"]["number"])


def test_of_a_pix_key_given_wrong_and_right(outside, said):
    user, _group = make_producer()
    outside.log_in(user)
    for key in (PLANTED["cpf"][:-1], PLANTED["pix"]):
        typed = {"key": key, "holder": PLANTED["name"], "reason": PLANTED["token"]}
        outside.post("/painel/grupo/pix/troca", data=typed)

    assert not told(said)


def test_of_an_order_and_the_way_back_to_it(outside, said):
    product = make_published(left=5)
    fair = make_collection(product.enterprise, **soon())
    outside.set_cookie("cesta", basket := make_basket(product, now=clock.now()))
    page = outside.get("/finalizar").text
    typed = {name: PLANTED[name] for name in ("name", "mobile", "email")} | {"method": "cash"}
    typed |= {k: re.search(rf'name="{k}"[^>]*value="([^"]*)"', page)[1] for k in ("key", "total")}
    typed |= {"plan": f"c{fair.id}", f"window_{fair.id}": str(fair.windows[0].id)}
    outside.post("/finalizar", data=typed)
    bought = db.session.scalars(sa.select(Purchase)).one()
    key, order_code = bought.link_key, bought.orders[0].code
    outside.get(f"/pedidos/{key}")
    outside.get(f"/pedidos/{key}x?q={PLANTED['email']}")
    outside.post("/pedidos/codigo", data={"mobile": PLANTED["mobile"], "email": PLANTED["email"]})
    queue.work_all(now=clock.now())

    assert not told(said, key, basket, order_code)


def test_of_a_letter_that_cannot_be_sent(app, said, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://{PLANTED['token']}:x@127.0.0.1:1")
    facts = {"kind": PLANTED["name"], "facts": PLANTED, "path": f"/{PLANTED['token']}"}

    @operation
    def send():
        now = clock.now()
        mail.send_later(
            PLANTED["email"],
            template="notifications/notice",
            language="en",
            facts=facts,
            key=PLANTED["token"],
            now=now,
        )

    send()
    queue.work_all(now=clock.now())

    assert "job failed" in said.text
    assert not told(said)


@pytest.mark.parametrize("path", ["/", "/entrar", "/conta", "/nowhere"])
def test_of_whatever_is_sent_where_it_was_not_asked_for(outside, said, monkeypatch, path):
    def fail(*_args, **_named):
        raise ValueError(" ".join(PLANTED.values()))

    for name in ("storefront.home", "sessions.new", "sessions.create", "account.show"):
        if name in outside.application.view_functions:
            monkeypatch.setitem(outside.application.view_functions, name, fail)
    sent = {"headers": {"User-Agent": PLANTED["name"].encode().decode("latin-1")}}
    outside.set_cookie("session", PLANTED["token"])
    outside.get(path, query_string=PLANTED, **sent)
    outside.post(path, data=PLANTED)
    outside.post(path, json=PLANTED)
    outside.get(f"{path.rstrip('/')}/{PLANTED['token']}", **sent)

    assert not told(said)


def test_of_a_row_that_the_database_refuses(outside, said):
    make_user(email=PLANTED["email"])
    with pytest.raises(sa.exc.IntegrityError) as refused:
        make_user(email=PLANTED["email"], name=PLANTED["name"])
    logging.getLogger("marketplace").error("did not work", exc_info=refused.value)
    logging.getLogger("sqlalchemy").error(f"so it said: {refused.value}")  # noqa: G004 - the point

    assert not told(said)


def test_of_a_file_and_its_name(outside, said):
    user, _group = make_producer()
    outside.log_in(user)
    sheet = (io.BytesIO(" ".join(PLANTED.values()).encode()), f"{PLANTED['cpf']}.csv")
    outside.post("/painel/produtos/planilha", data={"file": sheet})
    outside.get(f"/media/{PLANTED['token']}.webp")

    assert not told(said)


def test_of_a_session_that_ended(outside, said):
    user = make_user()
    token = sessions.start_session(user.id, device=PLANTED["name"], now=clock.now())
    with outside.session_transaction() as session:
        session["_user_id"] = token
    outside.get("/conta")
    sessions.end_session(token, by=HOUSE, now=clock.now())
    outside.get("/conta")

    assert not told(said, token)


@pytest.mark.parametrize("secret", PLANTED.values())
def test_finds_what_is_told_plainly(said, monkeypatch, secret):
    monkeypatch.setattr(logs, "_fixed_words", logging.LogRecord.getMessage)
    logging.getLogger("any").warning("said %s", secret)

    assert told(said)
