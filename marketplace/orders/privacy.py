"""What orders keep about people: who bought, and what a group that is gone had sold."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.accounts.models import User
from marketplace.catalogue.models.products import Product
from marketplace.core import erasures
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.formats import long_day
from marketplace.core.privacy import CONTRACT, ERASED, Subject, harmless, personal, register
from marketplace.core.text import fold
from marketplace.enterprises.models import Enterprise
from marketplace.notifications.models import Notice
from marketplace.orders.models.baskets import Basket
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import (
    PAYABLE,
    WITHDRAWAL_DAYS,
    Counter,
    LookupCode,
    Order,
    OrderEvent,
    OrderLine,
    Purchase,
    State,
)
from marketplace.orders.models.places import (
    ClosingDay,
    Collection,
    CollectionSeller,
    ServicePoint,
)
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.rollups import (
    SalesByChannel,
    SalesByDay,
    SalesByEnterprise,
    SalesBySeller,
    SaleValue,
)
from marketplace.orders.models.states import OPEN
from marketplace.payments.models.online import Attempt, BoletoPayer
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.queries import by_hand

GROUP = "purchase"  # as attempts to pay name it
BUYING, SALES = (
    lazy_gettext("To hand over what you ordered"),
    lazy_gettext("What was sold, for the accounts"),
)
ACCOUNTS = lazy_gettext(
    "the law wants sales kept; they stay without names (LGPD art. 16; CTN art. 195)"
)

harmless(ServicePoint, "name address hours")
harmless(ClosingDay, "day reason")
harmless(Collection, "subject_type title path place day cancel_reason")
harmless(CollectionSeller, "stall")
harmless(Basket, "token_hash")  # of a random number in the visitor's own browser
harmless(Counter, "kind")
harmless(Purchase, "link_key checkout_key language")
harmless(Order, "letter collect_on handover_code")
harmless(ReturnedPieces, "occurred_on reason subject")  # why goods came back, at a till
harmless(OrderLine, "unit category law_subject law_region")
harmless(OrderEvent, "kind acted_as facts")
harmless(SaleFact, "key occurred_on fair_name payment_method municipality_name neighbourhood")
harmless(SaleFact, "zone zone_name category category_name")
harmless(SalesByEnterprise, "category neighbourhood zone")
harmless(SalesBySeller, "zone")
harmless(SalesByChannel, "category")
harmless(SalesByDay, "day category")
harmless(SaleValue, "dimension value")  # places, ways to pay, categories: never who
personal(
    Purchase,
    whose={"purchase": "id"},
    erased={"buyer_name": ERASED, "buyer_mobile": "", "buyer_email": ""},
    hidden="link_key checkout_key",
    title=lazy_gettext("Purchase"),
    shows="number placed_at buyer_name buyer_mobile buyer_email",
    why=BUYING,
    ground=CONTRACT,
)
personal(
    Order,
    whose={"order": "id"},
    erased={"address": ""},
    hidden="handover_code",
    title=lazy_gettext("Part of a purchase"),
    shows="letter address total_cents handed_over_at",
    why=BUYING,
    ground=CONTRACT,
)
personal(
    LookupCode,
    whose={"purchase": "purchase_id"},
    goes="salt code_hash",
    hidden="salt code_hash",
    title=lazy_gettext("Code to find a purchase"),
    shows="made_at",
    why=BUYING,
    ground=CONTRACT,
)
personal(
    OrderEvent,
    whose={"order": "order_id", "sold": "order_id"},
    erased={"reason": ""},
    title=lazy_gettext("What was said about an order"),
    shows="reason happened_at",
    why=BUYING,
    ground=CONTRACT,
)


def _nameless(product_id: Any) -> sa.ScalarSelect[str]:
    called = sa.select("Produto " + Product.code).where(Product.id == product_id)
    return called.scalar_subquery()


_enterprise = sa.select("Empreendimento " + Enterprise.code)
personal(
    OrderLine,
    whose={"sold": "order_id"},
    erased={"name": sa.func.coalesce(_nameless(OrderLine.product_id), ""), "reason": ""},
    title=lazy_gettext("Goods of an order that your group got"),
    shows="name ordered reason",
    why=SALES,
    ground=ACCOUNTS,
)
personal(
    OrderLine,
    whose={"order": "order_id"},
    title=lazy_gettext("The goods that you ordered"),
    shows="name ordered reason",
    why=BUYING,
    ground=CONTRACT,
)
personal(
    SaleFact,
    whose={"enterprise": "enterprise_id"},
    erased={
        "enterprise_name": _enterprise.where(
            Enterprise.id == SaleFact.enterprise_id
        ).scalar_subquery(),
        "product_name": sa.func.coalesce(_nameless(SaleFact.product_id), ""),
    },
    title=lazy_gettext("Sale of your group"),
    shows="occurred_on product_name quantity gross_cents",
    why=SALES,
    ground=ACCOUNTS,
)

erasures.found_by["purchase"] = (Purchase.id, Purchase.link_key)


personal(
    Attempt,
    whose={"attempt": "id"},
    erased={"page_url": ""},
    why=BUYING,
    ground=CONTRACT,
)
personal(
    BoletoPayer,
    whose={"attempt": "attempt_id"},
    goes="tax_id name email street city state postal_code",
    title=lazy_gettext("Who pays a boleto, until the bank has it"),
    shows="name tax_id email street city state postal_code",
    why=lazy_gettext("To have the bank make the boleto that you asked for"),
    ground=CONTRACT,
)


@register.reaches.append
def reach(theirs: Subject) -> None:
    """Add what they bought, with or without an account, and what their groups sold."""
    for user in db.session.scalars(sa.select(User).where(User.id.in_(theirs.of("person")))):
        found = sa.select(Purchase).where(Purchase.user_id == user.id)
        if user.mobile and not theirs.proven:
            same = Purchase.user_id.is_(None) & (Purchase.buyer_mobile == user.mobile)
            found = sa.select(Purchase).where(sa.or_(Purchase.user_id == user.id, same))
        theirs.of("purchase").update(
            purchase.id
            for purchase in db.session.scalars(found)
            if purchase.user_id or fold(purchase.buyer_name) == fold(user.name)
        )
    bought = sa.select(Purchase).where(Purchase.id.in_(theirs.of("purchase")))
    for purchase in db.session.scalars(bought):
        names = {purchase.buyer_name, purchase.buyer_mobile, purchase.buyer_email}
        theirs.words |= names - {"", ERASED}
        theirs.words |= {order.code for order in purchase.orders}  # how letters call it
    orders = sa.select(Order.id).where(Order.purchase_id.in_(theirs.of("purchase")))
    theirs.of("order").update(db.session.scalars(orders))
    paid = sa.select(Payment.id).where(
        Payment.payable_type == PAYABLE, Payment.payable_id.in_(theirs.of("order"))
    )
    theirs.of("payment").update(db.session.scalars(paid))
    tried = sa.select(Attempt.id).where(
        Attempt.group_type == GROUP, Attempt.group_id.in_(theirs.of("purchase"))
    )
    theirs.of("attempt").update(db.session.scalars(tried))
    sold = sa.select(Order.id).where(Order.enterprise_id.in_(theirs.of("enterprise")))
    theirs.of("sold").update(db.session.scalars(sold))


@register.waits.append
def unfinished(theirs: Subject, now: datetime) -> Iterator[str]:
    """Say which orders still need the data: LGPD art. 7, V, and CDC art. 49."""
    both = Order.id.in_(theirs.of("order") | theirs.of("sold"))
    refund = sa.select(Payment.payable_id).where(
        Payment.payable_type == PAYABLE, Payment.state == PaymentState.REFUND_DUE
    )
    for order in db.session.scalars(sa.select(Order).where(both, Order.state.in_(OPEN))):
        until = today(order.time_zone, _ends_at(order))
        said = _("Order %(code)s is not finished yet.", code=order.code)
        yield said + " " + _("It ends by itself after %(day)s.", day=long_day(until))
    owed = sa.or_(Order.id.in_(refund), Order.id.in_(by_hand.open_payables(PAYABLE)))
    for order in db.session.scalars(sa.select(Order).where(both, owed)):
        yield _("The money of order %(code)s is still to be given back.", code=order.code)
    yield from _still_returnable(theirs, now)


def _ends_at(order: Order) -> datetime:
    """Return when it ends if nobody does anything."""
    if order.pay_by:
        return order.pay_by
    return order.answer_by if order.state is State.PLACED else order.due_at or order.answer_by


def _still_returnable(theirs: Subject, now: datetime) -> Iterator[str]:
    """Name the orders of their own groups whose buyers may still give them back."""
    lately = now - timedelta(days=WITHDRAWAL_DAYS + 2)
    sold = sa.select(Order).where(
        Order.id.in_(theirs.of("sold") - theirs.of("order")),
        Order.state == State.HANDED_OVER,
        Order.handed_over_at > lately,
    )
    for order in db.session.scalars(sold):
        if order.withdrawable_until and now < order.withdrawable_until:
            last = long_day(today(order.time_zone, order.withdrawable_until - timedelta(seconds=1)))
            yield _(
                "The buyer of order %(code)s may still give it back, until %(day)s.",
                code=order.code,
                day=last,
            )


@register.before.append
def forget(theirs: Subject, _now: datetime) -> None:
    """Remove what was told, to whomever, about orders of theirs."""
    for order_id in sorted(theirs.of("order") | theirs.of("sold")):
        about = Notice.key.startswith(f"order:{order_id}:")
        db.session.execute(sa.delete(Notice).where(about))
