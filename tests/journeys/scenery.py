"""Something to see on every page: the cast of the access matrix, with more of everything."""

import io
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from PIL import Image

from marketplace.accounts.models import User
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import photos, price_sheets
from marketplace.catalogue.price_sheet import Input, PriceSheet
from marketplace.core import clock, imports, mail, papers, pictures, seals
from marketplace.core.database import db
from marketplace.core.identifiers import pix_key
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.operations import pix
from marketplace.enterprises.steps import STEPS
from marketplace.fairs.models.fairs import Fair, HostKind
from marketplace.fairs.operations import closing, offers, places, remarks
from marketplace.fairs.operations.ending import close_fair
from marketplace.fairs.operations.exhibitors import place_exhibitor
from marketplace.fairs.queries import calls
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import boletos, handovers, moves, paying
from marketplace.orders.operations.checkout import Buyer
from marketplace.orders.operations.offers import Wanted
from marketplace.oversight.models.council import Opinion
from marketplace.oversight.operations import audit_checks, spent
from marketplace.payments import bank_days, boleto
from marketplace.payments.models.debts import Debt
from marketplace.payments.models.online import CallKind
from marketplace.payments.models.payments import Method
from marketplace.payments.models.payouts import PayoutBatch
from marketplace.payments.operations import (
    attempts,
    by_hand,
    debts,
    events,
    identifying,
    payouts,
    receiving,
    reconciling,
    transfers,
)
from marketplace.payments.operations.debts import Vote
from marketplace.payments.provider import FOLLOWED, VERSION, BankPayout, Intent, News, PayPage
from marketplace.payments.queries import connect, online
from marketplace.payments.queries import identifying as identifying_queries
from marketplace.payments.queries import reconciling as known
from marketplace.reports.models.exports import ExportState
from tests.factories import by_hand as by_hand_factory
from tests.factories.accounts import saved_change
from tests.factories.bank_returns import bring, make_answer
from tests.factories.by_hand import make_owed_order
from tests.factories.calls import make_soon
from tests.factories.catalogue import make_product, make_published
from tests.factories.connect import make_known
from tests.factories.enterprises import make_draft, make_enterprise, make_member
from tests.factories.exports import make_export
from tests.factories.fairs import make_announced, make_closing, make_series, make_visit
from tests.factories.funds import (
    MINUTE,
    make_due,
    make_fund,
    make_paid_spending,
    make_rate,
    make_spending,
)
from tests.factories.issued import make_issued, make_issued_about
from tests.factories.minutes import articulation_of
from tests.factories.online import make_dispute, make_line
from tests.factories.orders import (
    BUYER,
    choose_collection,
    make_collection,
    make_delivered,
    make_order,
    soon,
    work,
)
from tests.factories.paying import PAYER, attempt_of, make_boleto_cart, make_cart, make_purchase
from tests.factories.payouts import NO_PIX, finance, make_approved, make_batch, make_payable
from tests.factories.reports import make_fact
from tests.factories.tills import line, make_split, make_till, send, told_sale
from tests.house.access_objects import Arguments, Scene, arguments, cast

RATES = {"pix": (119, 0), "card": (399, 39), "boleto": (0, 345)}
SHEET = "code;name;kind;municipality;segment;members_women\nE77;Novas;clube;Manaus;artesanato;7"
DECLARED = "ano;valor;certeza;fonte\n2019;1.234,50;estimado;Planilha\n2090;dez;talvez;"
PARTS = [
    LineInput(LineKind.MATERIAL, 8_00),
    LineInput(LineKind.LABOUR, 10_00, 3000),
    LineInput(LineKind.FUND, 2_00),
]
BATCH = PriceSheet(
    30,
    (
        Input(LineKind.MATERIAL, "Fibra de juta", 4_000, 1500, "feixe", 100, solidarity=True),
        Input(LineKind.LABOUR, "Dona Maria", 8_000),
        Input(LineKind.PACKING, "Sacola de papel", 1000, 3000),
    ),
    {LineKind.FUND: 50},
    100,
    2000,
)
RECORD: dict[str, Any] = {
    "rules": "A banca fica aberta até o fim.\nCada preço fica à vista.",
    "latitude": -3_130_300,
    "longitude": -60_023_400,
    "host": "Fábrica Igarapé",
    "host_kind": HostKind.FACTORY,
    "host_only": True,
}


@dataclass
class Scenery:
    """Who looks, and what the addresses name; ``other`` where one endpoint needs its own."""

    people: dict[str, User]
    arguments: Arguments
    other: dict[str, Arguments] = field(default_factory=dict)
    more: list[tuple[str, str]] = field(default_factory=list)  # who, address

    def of(self, endpoint: str, names: set[str]) -> Arguments:
        here = {f"{endpoint}:{name}": value for name, value in self.other.get(endpoint, {}).items()}
        known = self.arguments | here
        return {name: known.get(f"{endpoint}:{name}", known.get(name)) for name in names}


def build() -> Scenery:
    people, own = cast()
    scenery = Scenery(people, arguments(own))
    _goods(scenery, own)
    _places(scenery, own)
    _orders(scenery, own)
    _payments(scenery, own)
    _registrations(scenery, own)
    _sheet(scenery)
    _reconciled(scenery)
    _payouts(scenery, own)
    _by_hand(scenery, own)
    _debts(scenery, own)
    _spendings(scenery, own)
    make_rate(own.enterprise, 150)
    _receiving(scenery, own)
    _issued(scenery, own)
    work()  # letters are written and sent
    _sealed()
    scenery.other["desks.letter"] = {"name": mail.kept()[0].name}
    return scenery


def _sealed() -> None:
    """Have what was done until now sealed, published and verified."""
    now = clock.now()
    while seals.seal(now=now) == seals.BATCH:
        pass
    seals.publish(now=now)
    stretch = (1, seals.newest()[0])
    audit_checks.keep(stretch, [], begun_at=now, by=HOUSE, now=now)


def _issued(scenery: Scenery, own: Scene) -> None:
    """Have a report that was issued, and another that follows it."""
    first, about = make_issued(own.division), make_issued_about(own.enterprise)
    make_fact(own.enterprise, occurred_on=clock.today(own.division.time_zone))
    scenery.other["issued_reports.compare"] = {"report_id": first.id}
    for page in ("compare", "compare_ours"):
        scenery.other[f"enterprise_reports.{page}"] = {"report_id": about.id}
    scenery.other["issued_reports.show"] = {"report_id": make_issued(own.division).id}
    opinion = db.session.get_one(Opinion, scenery.arguments["opinion_id"])
    scenery.other["council_opinions.show"] = {"report_id": opinion.report_id}
    scenery.more.append(("coun", f"/gestao/relatorios/emitidos/{opinion.report_id}/pareceres"))
    scenery.more.append(("head", f"/gestao/conselho/perguntas/{scenery.arguments['question_id']}"))
    day = clock.today(own.division.time_zone)
    asked = f"division_id={own.division.id}&kind=quarterly&day={day}"
    scenery.more.append(("head", f"/gestao/relatorios/emitidos/novo?{asked}"))
    failed = make_export(own.division, scenery.people["head"], now=clock.now())
    saved_change(failed, state=ExportState.FAILED)
    scenery.more.append(("head", f"/gestao/relatorios/planilhas/{failed.id}"))
    made = make_export(own.division, scenery.people["head"], now=clock.now())
    for page in ("show", "export"):
        scenery.other[f"sales_exports.{page}"] = {"export_id": made.id}


def _picture() -> str:
    photo = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(photo, "JPEG")
    photo.seek(0)
    return pictures.take_in(photo)


def _goods(scenery: Scenery, own: Scene) -> None:
    """Put a product with photos and its price told on sale, beside one of each other kind."""
    facts: dict[str, Any] = {"enterprise": own.enterprise, "now": clock.now()}
    shown = make_published(name="Cesto de arumã", price_cents=86_35, lines=PARTS, left=3, **facts)
    for alt in ("Um cesto com tampa", "O mesmo cesto aberto"):
        photos.add_photo(shown.id, _picture(), alt=alt, by=HOUSE, now=clock.now())
    make_published(name="Rede de tucum", to_order=True, **facts)
    batch = make_published(name="Tapete de juta", left=0, **facts)
    price_sheets.write_sheet(batch.id, 1005, BATCH, by=HOUSE, now=clock.now())
    for page in ("edit", "update", "show_history"):
        scenery.other[f"price_sheets.{page}"] = {"product_id": batch.id}
    make_product(name="Ainda rascunho", **facts)
    scenery.other["storefront.product"] = {"slug": shown.slug}
    scenery.other["product_editor.edit"] = {"product_id": shown.id}
    visit = make_visit(own.division, pictures=[_picture()], now=clock.now())
    for page in ("show", "edit"):
        scenery.other[f"venues.{page}"] = {"venue_id": visit.venue_id}
    scenery.more.append(("arti", f"/gestao/feiras/nova?local={visit.venue_id}"))
    series = make_series(own.division, about="De dois em dois meses, no Largo.")
    record = RECORD | {"series_id": series.id, "now": clock.now()}
    fair = make_announced(own.enterprise, days=(soon()["day"],), **record)
    past = clock.today(own.division.time_zone) - timedelta(days=60)
    ended = make_announced(own.enterprise, days=(past,), **record)
    close_fair(ended.id, "Nada mais virá", by=HOUSE, now=clock.now())
    for path in ("encerramento", "reabertura"):
        scenery.more.append(("arti", f"/gestao/feiras/{ended.id}/{path}"))
    for page in ("show", "edit"):
        scenery.other[f"fair_series.{page}"] = {"series_id": series.id}
    scenery.other["fair_series.show_editions"] = {"slug": series.slug}
    scenery.other["storefront.fair"] = {"slug": fair.slug}
    _reserved(scenery, own, fair, shown)


def _reserved(scenery: Scenery, own: Scene, fair: Fair, shown: Product) -> None:
    """Have pieces apart for a fair, and one whose reservations are closed, with its lists made."""
    by: Any = {"by": HOUSE, "now": clock.now()}
    offers.set_apart(fair.id, own.enterprise.id, shown.id, Wanted(2, 1, True), **by)
    for page in ("index", "edit", "update"):
        scenery.other[f"fair_offers.{page}"] = {"fair_id": fair.id, "product_id": shown.id}
    over = make_closing(own.enterprise, closes_at=clock.now() - timedelta(hours=1))
    day = db.session.get_one(Collection, over.days[0].collection_id)
    good, before = make_published(enterprise=own.enterprise), over.reservations_close_at
    choice, before = choose_collection(day), before - timedelta(minutes=1)
    make_order(products=[good], choice=choice, now=before)
    closing.close_reservations(over.id, **by)
    for page in ("show", "index"):
        scenery.other[f"fair_lists.{page}"] = {"fair_id": over.id}


def _places(scenery: Scenery, own: Scene) -> None:
    """Have a call at each of its turns, with a place taken back, and a fair that has begun."""
    now = clock.now()
    closed = make_soon(own.enterprise, now=now - timedelta(days=15))
    drawn = make_soon(own.enterprise, drawn=True, now=now - timedelta(days=15))
    waits = calls.waiting(drawn)[0].application.enterprise_id
    gets: Any = {"by": HOUSE, "now": now}
    other = next(p for p in calls.held(drawn.id) if p.enterprise_id != own.enterprise.id)
    given = {"instead_of": other.enterprise_id}
    places.give_place(drawn.fair_id, waits, "Traz o que ninguém traz", **given, **gets)
    day = clock.today(own.enterprise.division.time_zone)
    today = make_announced(own.enterprise, days=(day,), now=now - timedelta(days=9))
    _sold(scenery, own, today)
    scenery.more += [
        *(("mara", f"/painel/feiras/{each.fair_id}/inscricao") for each in (closed, drawn)),
        *(("arti", f"/gestao/feiras/{each.fair_id}/chamada") for each in (closed, drawn)),
        ("arti", f"/gestao/feiras/{today.id}/chamada"),
        ("arti", f"/gestao/feiras/{today.id}/chamada/editar"),
        ("arti", f"/gestao/feiras/{today.id}/presenca"),
        ("visitor", f"/feiras/{drawn.fair.slug}/sorteio"),
    ]


def _sold(scenery: Scenery, own: Scene, fair: Fair) -> None:
    """Have a fair that runs today, where a till sold, a visitor said something, two more told."""
    now, tells = clock.now(), make_till(own.enterprise, fair=fair)
    good = make_published(enterprise=own.enterprise, left=9, now=now)
    send(tells, told_sale(line(good)), told_sale(line(good, 2), tenders={"machine": 5000}), now=now)
    remarks.note_remark(fair.id, "Faltou sombra perto do coreto", by=HOUSE, now=now)
    make_split(own.enterprise, approved=True, now=now)
    waits = make_split(own.enterprise, now=now)
    scenery.other["splits.index"] = {"fair_id": waits.fair_id}
    scenery.more.append(("fin", f"/gestao/feiras/{waits.fair_id}/repartir"))
    for cents in (86_00, 1_234_56):
        other = make_enterprise(division=own.division)
        place_exhibitor(fair.id, other.id, "7", by=HOUSE, now=now)
        make_fact(other, fair_id=fair.id, gross_cents=cents, payment_method="cash")
    for page in ("show", "show_summary", "ours"):
        scenery.other[f"fair_reports.{page}"] = {"fair_id": fair.id}
    scenery.more.append(("desk", f"/gestao/feiras/{fair.id}/observacoes"))


def _orders(scenery: Scenery, own: Scene) -> None:
    """Have an order in each state that its pages show differently."""
    key = pix_key("grupo@example.org")
    was = clock.now() - timedelta(days=9)
    pix.change_pix(own.enterprise.id, key, holder="Mara", by=HOUSE, now=was)
    other_key = pix_key("outra@example.org")
    asked: Any = {"holder": "Mara", "reason": "Banco novo", "by": HOUSE, "now": clock.now()}
    pix.change_pix(own.enterprise.id, other_key, **asked)
    by: Any = {"by": HOUSE, "now": clock.now()}
    brought = make_delivered(product={"enterprise": own.enterprise}, now=clock.now())
    handovers.hand_over(brought.id, brought.handover_code, paid_with=Method.CASH, **by)
    theirs = {"link_key": brought.purchase.link_key, "letter": brought.letter}
    scenery.other["changes.new_withdrawal"] = theirs
    good = make_published(enterprise=own.enterprise, price_cents=1_234_56, left=20)
    for steps in range(4):
        order = _order(good, steps)
        scenery.more += [
            ("mara", f"/painel/pedidos/{order.id}"),
            ("visitor", f"/pedidos/{order.purchase.link_key}"),
        ]


def _order(good: Product, steps: int) -> Order:
    """Return an order so many steps after it was placed: accepted, ready, handed over."""
    by: Any = {"by": HOUSE, "now": clock.now()}
    fair = make_collection(good.enterprise, **soon(8 + steps))
    choice = choose_collection(fair, method=Method.OWN_PIX)
    buyer = Buyer(BUYER.name, BUYER.mobile, email="lucia@example.org")
    order = make_order(products=[good], quantity=1, choice=choice, buyer=buyer, now=clock.now())
    if steps > 0:
        moves.accept_order(order.id, **by)
    if steps > 1:
        moves.mark_ready(order.id, **by)
    if steps > 2:
        handovers.hand_over(order.id, order.handover_code, paid_with=Method.CASH, **by)
    return order


def _payments(scenery: Scenery, own: Scene) -> None:
    """Have a purchase at each turn of its payment; what the provider would say is told here."""
    nobody_listens = "http://127.0.0.1:9"
    told = {"STRIPE_KEY": "sk_test_scenery", "STRIPE_API": nobody_listens}
    current_app.config.from_mapping(told, STRIPE_METHODS=RATES)
    good = make_published(enterprise=own.enterprise, price_cents=1_234_56, left=9)
    over = make_purchase(good, quantity=1)
    paying.lapse_unpaid(by=HOUSE, now=clock.now() + timedelta(hours=2))
    asked, refused = (make_purchase(good, quantity=1) for _ in range(2))
    call = online.call_about(CallKind.OPEN, attempt_of(refused).id)
    no: Any = {"code": "amount_too_small", "request_id": "", "now": clock.now()}
    attempts.take_refusal(call.id if call else 0, attempt_of(refused).id, **no)
    told_of = ("requires_action", "requires_payment_method", "succeeded")
    others = [_told(make_purchase(good, quantity=1), status) for status in told_of]
    by_card = make_cart(good, quantity=1, methods=(Method.CARD,)).place()
    page_id, ours = f"cs_{by_card.id}", attempt_of(by_card).reference
    page = PayPage(page_id, "open", ours, f"{nobody_listens}/pay/{page_id}")
    attempts.apply_page(page, now=clock.now())
    unnamed = make_boleto_cart(good, days=30).place()
    scenery.other["boletos.new"] = {"link_key": unnamed.link_key}
    slips = [_slip(good, status) for status in ("requires_action", "requires_payment_method")]
    for purchase in (over, refused, by_card, *others, *slips):
        address = f"/pedidos/{purchase.link_key}"
        scenery.more += [("visitor", address), ("visitor", f"{address}/pagamento")]
    scenery.other["paying.show"] = {"link_key": asked.link_key}
    scenery.other["order_payments.index"] = {"order_id": others[-1].orders[0].id}


def _slip(good: Product, status: str) -> Purchase:
    """Have a boleto at a turn of its payment."""
    purchase = make_boleto_cart(good, days=30).place()
    boletos.ask(purchase.id, PAYER, by=HOUSE, now=clock.now())
    attempt, due = attempt_of(purchase), bank_days.due_day(clock.now())
    facts: dict[str, Any] = {"live": False, "currency": "brl", "received_cents": 0}
    facts |= {"amount_cents": attempt.amount_cents, "reference": attempt.reference}
    number = boleto.number_of("000", "7" * 25, due=due, amount_cents=attempt.amount_cents)
    paper = "http://127.0.0.1:9/boleto.pdf"
    waits = Intent(
        f"pi_{purchase.id}",
        "requires_action",
        code=number,
        paper_url=paper,
        expires_at=attempt.expires_at,
        **facts,
    )
    attempts.apply_intent(waits, now=clock.now())
    attempts.apply_intent(replace(waits, status=status), now=clock.now())
    return purchase


def _told(purchase: Purchase, status: str) -> Purchase:
    attempt, cents = attempt_of(purchase), 1_234_56
    intent = Intent(
        id=f"pi_{purchase.id}",
        status=status,
        amount_cents=cents,
        received_cents=cents if status == "succeeded" else 0,
        currency="brl",
        live=False,
        reference=attempt.reference,
        charge_id=f"ch_{purchase.id}",
        code="00020126580014br.gov.bcb.pix0136" + "0" * 140,
        expires_at=attempt.expires_at,
    )
    attempts.apply_intent(intent, now=clock.now())
    return purchase


def _registrations(scenery: Scenery, own: Scene) -> None:
    """Have somebody in the middle of registering, and a case in each tab of the queue."""
    dina, draft = make_draft(division=own.division, steps_done=[])
    scenery.people["dina"] = dina
    theirs = {"enterprise_id": draft.id, "member_id": make_member(draft).id}
    for endpoint in ("registration.show", "steps.edit", "steps.edit_person"):
        scenery.other[endpoint] = theirs
    scenery.more += [("dina", f"/cadastro/{draft.id}/{step.path}") for step in STEPS.values()]
    for standing in ("sent", "in_analysis", "returned", "refused", "suspended"):
        case = make_enterprise(division=own.division, standing=standing)
        make_member(case)
        scenery.more.append(("arti", f"/gestao/empreendimentos/{case.id}"))


def _sheet(scenery: Scenery) -> None:
    arti = Person(scenery.people["arti"].id)
    token = imports.keep("enterprises", "a.csv", SHEET.encode(), by=arti, now=clock.now())
    scenery.other["enterprise_imports.show"] = {"token": token}
    division_id = scenery.arguments["division_id"]
    head, kind = Person(scenery.people["head"].id), f"declared:{division_id}"
    token = imports.keep(kind, "a.csv", DECLARED.encode(), by=head, now=clock.now())
    scenery.other["declared_sheets.show"] = {"token": token}


def _payouts(scenery: Scenery, own: Scene) -> None:
    """Have a batch with payouts in three states, one that waits to be approved, and a next one."""
    division, now = own.division, clock.now()
    make_payable(84_50, debt=10_00, division=division)
    make_payable(71_00, debt=5_00, enterprise=own.enterprise)
    for cents in (84_00, 85_00, 86_00):
        make_known(make_payable(cents, division=division))
    batch = make_approved(120_00, 31_07, 9_999_99, division=division)
    _wait(batch)
    paid, back, *others = batch.payouts
    by: Any = {"by": finance(division), "now": now}
    told = {"amount_cents": paid.amount_cents, "proof": "E00000000202611261412"}
    payouts.confirm_payout(paid.id, **told, **by)
    payouts.return_payout(back.id, reason="Conta encerrada", **by)
    make_payable(division=division, **NO_PIX)
    said = {each.id: "BD" for each in others} | {others[0].id: "X9"}
    answer = make_answer(batch, said)
    scenery.other["bank_returns.show"] = {"return_id": bring(batch, answer)}
    scenery.other["payouts.show"] = {"batch_id": make_batch(64_00, division=division).id}
    scenery.more += [("fin", f"/gestao/repasses/{batch.id}")]
    last = {"payout_id": others[-1].id}
    scenery.other |= {f"payouts.{page}": last for page in ("new_confirmation", "new_return")}


def _spendings(scenery: Scenery, own: Scene) -> None:
    """Have something due to the fund, a use of it that waits for another, and one confirmed."""
    make_due(own.enterprise)
    asked = make_spending(make_enterprise(division=own.division), 31_07)
    paid = make_paid_spending(make_enterprise(division=own.division), 12_34)
    staff, minutes_id = articulation_of(own.division), scenery.arguments["minutes_id"]
    spent.link(minutes_id, paid, by=staff, now=clock.now())
    scenery.more += [("fin", f"/gestao/fundo/usos/{each}") for each in (asked, paid)]


def _debts(scenery: Scenery, own: Scene) -> None:
    """Have a debt that one person asked to forgive, and one that was forgiven out of the fund."""
    asked: Any = {"reason": "A associação decidiu em reunião", "now": clock.now()}
    make_fund(make_enterprise(division=own.division))
    asked["vote"] = Vote("Ata 12", papers.take_in(io.BytesIO(MINUTE)))
    for cents, granted in ((31_07, False), (12_34, True)):
        make_payable(debt=cents, division=own.division)
        debt_id = db.session.scalars(sa.select(sa.func.max(Debt.id))).one()
        waiver_id = debts.ask_waiver(debt_id, by=finance(own.division), **asked)
        if granted:
            debts.grant_waiver(waiver_id, by=finance(own.division), now=clock.now())
        scenery.more.append(("fin", f"/gestao/dividas/{debt_id}"))


def _by_hand(scenery: Scenery, own: Scene) -> None:
    """Have a refund by hand at each turn, and the buyer's page of each."""
    group = make_enterprise(division=own.division)
    good = make_published(enterprise=group, price_cents=1_234_56, left=9)
    by_turn = []
    for turn in range(4):
        order, refund = make_owed_order(good), by_hand_factory.newest()
        by_turn.append(refund)
        scenery.more += [
            ("visitor", f"/pedidos/{order.purchase.link_key}"),
            ("fin", f"/gestao/devolucoes/{refund.id}"),
        ]
        if turn > 0:
            by_hand_factory.give_key(refund)
        if turn > 1:
            by_hand_factory.send(refund, finance(own.division))
        if turn > 2:
            by_hand.confirm_sent(refund.id, by=finance(own.division), now=clock.now())
        if turn == 0:
            theirs = {"link_key": order.purchase.link_key, "letter": order.letter}
            scenery.other["refund_keys.edit"] = theirs
    scenery.other["hand_refunds.show"] = {"hand_id": by_turn[1].id}
    scenery.other["hand_refunds.edit_key"] = {"hand_id": by_turn[1].id}
    scenery.other["hand_refunds.new_return"] = {"hand_id": by_turn[3].id}


def _receiving(scenery: Scenery, own: Scene) -> None:
    """Have the group's account asked for something, and its bank refuse; and payouts to others'."""
    account, now = make_known(own.enterprise, "restricted"), clock.now()
    for number, (status, failure) in enumerate((("paid", ""), ("failed", "account_closed"))):
        told = BankPayout(f"po_{account.id}_{number}", status, failure, 84_50, now.date())
        receiving.note_bank_payout(account.provider_id or "", told, now=now)


def _wait(batch: PayoutBatch) -> None:
    """Let the transfers of a batch wait for money, for their account, and for an answer."""
    codes = ("balance_insufficient", "insufficient_capabilities_for_transfer")
    there = connect.transfers_of(payout.id for payout in batch.payouts)
    for transfer, code in zip(there.values(), codes, strict=False):
        if call := online.call_about(CallKind.TRANSFER, transfer.id):
            transfers.take_refusal(call.id, transfer.id, code=code, now=clock.now())


def _reconciled(scenery: Scenery) -> None:
    """Have a day of the provider's account with a line that matches and one of a stranger."""
    day = date(2026, 9, 7)
    lines = [make_line("stripe_fee", -2_50, day=day), make_line("something_new", 5_00, 6, day=day)]
    lines += [make_line("payment", cents, day=day) for cents in (31_00, 1_250_00)]
    reconciling.keep_movements(lines, now=clock.now())
    for row_id in list(db.session.scalars(known.unmet())):
        reconciling.match(row_id, now=clock.now())
    reconciling.note_listed(day, asked_at=clock.now())
    reconciling.add_up(day)
    scenery.other["reconciling.show"] = {"day": day.isoformat()}
    given, kept = list(db.session.execute(identifying_queries.waiting()))[-2:]
    own = {"enterprise_id": None, "reason": "O banco diz que foi engano"}
    identifying.identify(given.LedgerEntry.id, **own, by=HOUSE, now=clock.now())
    told_wrongly = {"live": {"live": True}, "version": {"version": "2020-08-27"}}
    for why, fact in told_wrongly.items():
        facts = {"live": False, "version": VERSION} | fact
        told = News(f"evt_1TestOfQuarantine_{why}", FOLLOWED[0], "pi_1Test", clock.now(), **facts)
        events.keep(told, now=clock.now())
    scenery.other["unidentified.new_owner"] = {"entry_id": kept.LedgerEntry.id}
    scenery.other["disputes.show"] = {"dispute_id": make_dispute().id}
