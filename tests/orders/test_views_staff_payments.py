"""The page on which finance reads how an order was paid, step by step, in words of the glossary."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from marketplace.accounts.models import Role
from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.language import KEY
from marketplace.core.rights import HOUSE
from marketplace.orders.operations import handovers
from marketplace.payments import labels, sending
from marketplace.payments.models.disputes import Dispute, DisputePart
from marketplace.payments.models.online import CallKind, Refund
from marketplace.payments.models.payments import Method
from marketplace.payments.operations import attempts, disputes, events
from marketplace.payments.provider import (
    FOLLOWED,
    OF_ACCOUNTS,
    THIN,
    VERSION,
    Contested,
    News,
)
from marketplace.payments.queries import online, timeline
from marketplace.payments.queries.timeline import What
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import make_published
from tests.factories.orders import make_delivered, make_order
from tests.factories.paying import ask, attempt_of, make_opened, make_purchase
from tests.payments.conftest import bank, pix_here, stripe_here

__all__ = ["bank", "pix_here", "stripe_here"]
DISPUTED = {What.DISPUTE_OPENED, What.DISPUTE_ANSWERED, What.DISPUTE_WON, What.DISPUTE_LOST}
GLOSSARY = Path(__file__).parents[2] / "docs/glossary.md"
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
GRAMMAR = frozenset(
    WORD.findall("a à ao aos da das de deste do dos e em na no o os para pela pelo por que")
)
"""What joins words and names nothing."""
DATED = re.compile(r"\b(?:seg|ter|qua|qui|sex|sáb|dom) \d\d?/\d\d?, \d\d?h(?:\d\d)?")
MONEY = re.compile(r"-?R\$\s?[\d.]+,\d\d")
CODE = re.compile(r"\b\d+-[A-Z]\b")


class Terms(HTMLParser):
    """What a reader sees between the heading and the end: all of it, and what is marked a term.

    The provider's own codes are names for its help desk, not words; signs are drawn.
    """

    def __init__(self, page):
        super().__init__()
        self.seen, self.terms, self.open = [], [], []
        main = page[page.index("<h1") : page.index('<nav class="wrap m more')]
        self.feed(main)

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "img", "use", "path", "input", "meta"):
            self.open.append((tag, dict(attrs)))
        if "data-term" in dict(attrs):
            self.terms.append("")

    def handle_endtag(self, tag):
        if tag in [name for name, _attrs in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, text):
        if any(tag == "code" for tag, _attrs in self.open):
            return
        self.seen.append(text)
        if any("data-term" in attrs for _tag, attrs in self.open):
            self.terms[-1] += text


def known():
    """Return the terms of the glossary's first column, in small letters."""
    lines = GLOSSARY.read_text("utf-8").splitlines()
    cells = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    column = [row[0].lower() for row in cells if len(row) == 4]
    return {term.strip() for cell in column for term in re.split(r"[,;()]", cell)} - {""}


def strange_terms(page):
    return {term.strip().lower() for term in Terms(page).terms} - known()


def strange_words(page):
    """Return the words of the page that no term of the glossary has."""
    text = " ".join(Terms(page).seen)
    for pattern in (DATED, MONEY, CODE):
        text = pattern.sub(" ", text)
    words = {word for term in known() for word in WORD.findall(term)}
    return {word.lower() for word in WORD.findall(text)} - words - GRAMMAR


@pytest.fixture(autouse=True)
def finance(log_in):
    def enter(order, role=Role.FINANCE):
        log_in(make_staff(role, order.division))

    return enter


def table(name):
    return getattr(labels, name).values()


def path_of(order):
    return f"/gestao/pedidos/{order.id}/pagamentos"


def kinds(order):
    """Return what happened, chapter by chapter."""
    db.session.expire_all()
    return [
        [one.what for one in chapter.happenings] for chapter in timeline.story_of("order", order.id)
    ]


def told(event_id, kind, object_id):
    news = News(event_id, kind, object_id, clock.now(), live=False, version=VERSION)
    events.keep(news, now=clock.now())


def work():
    queue.work_all(now=clock.now())
    db.session.expire_all()


@pytest.fixture
def eventful(bank, pix_here):
    """An order paid at the second attempt, of which one piece went back."""
    purchase, first = make_opened(
        make_published(price_cents=8600), make_published(price_cents=2500)
    )
    bank.wait(3600)
    told("evt_1", "payment_intent.payment_failed", first.intent_id)
    work()
    sending.open_attempt(ask(purchase).id, now=clock.now())
    second = attempt_of(purchase)
    bank.hand("pay", intent=second.intent_id)
    told("evt_2", "payment_intent.succeeded", second.intent_id)
    told("evt_2", "payment_intent.succeeded", second.intent_id)
    work()
    order = purchase.orders[0]
    handovers.hand_over_without_code(
        order.id,
        reason="rain",
        quantities={order.lines[0].id: 1},
        paid_with=Method.CASH,
        by=HOUSE,
        now=clock.now(),
    )
    work()
    told("evt_3", "refund.updated", db.session.scalars(sa.select(Refund.provider_id)).one())
    work()
    return order


def disputed(order, **facts):
    """Have the bank say what it does of the dispute about an order's payment."""
    attempt = attempt_of(order.purchase)
    usual = {"status": "needs_response", "reason": "fraudulent", "amount_cents": 2_500}
    usual |= {"taken_cents": 2_500, "returned_cents": 0, "fee_cents": 100}
    usual |= {"charge_id": attempt.charge_id, "opened_at": clock.now()}
    answer_by = clock.now() + timedelta(days=7)
    told = Contested("dp_1", **usual | facts, answer_by=answer_by)
    assert disputes.apply_dispute(told, now=clock.now())
    db.session.expire_all()
    return db.session.scalars(sa.select(Dispute)).one()


@pytest.fixture
def contested(eventful):
    """The same order, whose payment is disputed, answered for, and lost."""
    dispute = disputed(eventful)
    told("evt_4", "charge.dispute.created", "dp_1")
    disputes.answer_dispute(dispute.id, "Entregue", by=HOUSE, now=clock.now())
    disputed(eventful, status="lost")
    told("evt_5", "charge.dispute.closed", "dp_1")
    db.session.expire_all()
    return eventful


class TestWords:
    def test_of_a_dispute_are_in_the_glossary(self, client, contested, finance):
        finance(contested)

        page = client.get(path_of(contested), environ_base={KEY: "pt_BR"}).text

        terms = {term.strip() for term in Terms(page).terms}
        assert {"Contestação respondida", "Contestação perdida", "contestação decidida"} <= terms
        assert strange_terms(page) == set()
        assert strange_words(page) == set()

    def test_are_there_for_all_news_that_is_followed(self):
        assert set(labels.NEWS) == {*FOLLOWED, *OF_ACCOUNTS, *THIN}
        assert set(labels.CALLS) == set(CallKind)

    def test_are_all_in_the_glossary(self, client, eventful, finance):
        finance(eventful)

        page = client.get(path_of(eventful), environ_base={KEY: "pt_BR"}).text

        happened = [what for chapter in kinds(eventful) for what in chapter]
        assert len(happened) >= 12
        assert len(Terms(page).terms) >= len(happened)
        assert strange_terms(page) == set()
        assert strange_words(page) == set()

    def test_that_are_not_there_are_found(self):
        page = "<h1>Pagamento</h1><strong data-term>Chargeback</strong> <b>seg 2/3, 8h</b>"
        page += '<nav class="wrap m more">'

        assert strange_terms(page) == strange_words(page) == {"chargeback"}

    @pytest.mark.parametrize(
        "names",
        [
            "HAPPENED",
            "CALLS",
            "NEWS",
            "EVENTS",
            "METHODS",
            "ATTEMPTS",
            "REFUNDS",
            "PAYMENTS",
            "ENTRIES",
        ],
    )
    def test_of_every_turn_are_in_the_glossary(self, app, names):
        """Also of those that no story here takes."""
        words = {word for term in known() for word in WORD.findall(term)} | GRAMMAR
        with app.app_context(), force_locale("pt_BR"):
            shown = [one[0] if isinstance(one, tuple) else one for one in table(names)]
            said = " ".join(map(str, shown)).lower()
        assert set(WORD.findall(said)) - words == set()

    def test_are_there_for_everything(self):
        assert set(labels.HAPPENED) == set(What)


class TestIndex:
    def test_tells_all_in_the_order_in_which_it_happened(self, eventful):
        payment, first, second = timeline.story_of("order", eventful.id)

        assert [one.what for one in payment.happenings] == [
            *(What.PAYMENT_ASKED, What.PAYMENT_SETTLED),
        ]
        assert {What.ATTEMPT_LAPSED, What.NEWS} <= {one.what for one in first.happenings}
        whats = [one.what for one in second.happenings]
        assert whats.index(What.ATTEMPT_ASKED) == 0
        assert whats.index(What.ATTEMPT_PAID) < whats.index(What.REFUND_ASKED)
        assert whats.index(What.REFUND_ASKED) < whats.index(What.REFUND_DONE)
        assert [one.at for one in second.happenings] == sorted(one.at for one in second.happenings)
        (news, *_rest) = [one for one in second.happenings if one.what is What.NEWS]
        assert (news.about, news.times) == ("payment_intent.succeeded", 2)

    def test_tells_of_a_dispute_of_the_orders_part(self, contested):
        _payment, _first, second = timeline.story_of("order", contested.id)

        theirs = {one.what: one.cents for one in second.happenings if one.what in DISPUTED}
        held = db.session.scalars(sa.select(DisputePart.amount_cents)).first()
        assert theirs == {
            What.DISPUTE_OPENED: held,
            What.DISPUTE_ANSWERED: None,
            What.DISPUTE_LOST: held,
        }
        entered = [one.about for one in second.happenings if one.what is What.ENTERED]
        assert {"dispute_opened", "dispute_lost"} <= set(entered)
        assert "evidence" in {one.about for one in second.happenings if one.what is What.CALLED}

    def test_tells_of_news_about_a_cards_page(self, eventful):
        attempt_of(eventful.purchase).page_id = "cs_1"
        db.session.commit()
        told("evt_9", "checkout.session.completed", "cs_1")

        *_others, second = timeline.story_of("order", eventful.id)
        assert "checkout.session.completed" in {one.about for one in second.happenings}

    def test_shows_the_orders_part_and_what_went_back(self, client, eventful, finance):
        finance(eventful)

        page = client.get(path_of(eventful)).text.replace("\N{NO-BREAK SPACE}", "")

        assert "of R$222.00 of the purchase" in page
        assert "R$172.00" in page
        assert "R$86.00" in page
        assert "2 times" in page
        assert "Refund that came back" not in page

    def test_tells_of_a_refusal_with_the_providers_code(self, client, pix_here, finance):
        purchase = make_purchase()
        call = {"code": "amount_too_small", "request_id": "", "now": clock.now()}
        attempt = attempt_of(purchase)
        attempts.take_refusal(online.call_about("open", attempt.id).id, attempt.id, **call)
        finance(purchase.orders[0])

        page = client.get(path_of(purchase.orders[0])).text

        assert "Refused by the provider" in page
        assert "<code>amount_too_small</code>" in page

    def test_tells_of_cash(self, client, finance):
        order = make_delivered(now=clock.now())
        handovers.hand_over(
            order.id, order.handover_code, paid_with=Method.CASH, by=HOUSE, now=clock.now()
        )

        assert kinds(order) == [[What.PAYMENT_ASKED, What.PAYMENT_SETTLED, What.ENTERED]]
        finance(order)
        assert "Direct sale" in client.get(path_of(order)).text

    def test_is_linked_for_who_may_read_it(self, client, finance):
        order = make_order()
        for role, is_linked in ((Role.FINANCE, True), (Role.ARTICULATION, False)):
            finance(order, role)
            page = client.get(f"/gestao/pedidos/{order.id}").text
            assert (f'href="{path_of(order)}"' in page) is is_linked

    def test_is_of_ones_own_division(self, client, finance, log_in):
        order = make_order()
        log_in(make_staff(Role.FINANCE, make_division(municipality_code=1100106)))

        assert client.get(path_of(order)).status_code == 404
