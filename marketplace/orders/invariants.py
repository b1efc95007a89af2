"""What must always be true of orders: each query selects the ids of rows that break its rule."""

import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.orders.models.facts import FactKind, SaleFact
from marketplace.orders.models.offers import FairOffer
from marketplace.orders.models.orders import Order, OrderEvent, OrderLine, Purchase, State
from marketplace.orders.models.places import ON_THE_SPOT, Collection, Way, Window
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.rollups import ROLLUPS
from marketplace.orders.models.states import FAILED, OPEN, PROMISED, SEEN
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.orders.queries.rollups import differences
from marketplace.payments.models.disputes import Dispute, DisputePart, DisputeState
from marketplace.payments.models.ledger import LedgerEntry, LedgerLine
from marketplace.payments.models.online import AttemptPart
from marketplace.payments.models.payments import DIRECT, Method, Payment, PaymentState

RECEIVED = (State.HANDED_OVER, State.WITHDRAWN, State.VOIDED)
UNPAID = (State.NOT_PAID, State.REFUSED, State.LAPSED, State.CANCELLED, State.NO_SHOW)
KEPT = (PaymentState.DUE, PaymentState.SETTLED)  # asked for, or not given back


def _sum(
    column: sa.SQLColumnExpression[int], *where: sa.ColumnElement[bool]
) -> sa.ColumnElement[int]:
    return sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(*where).scalar_subquery()


def _pieces(
    of: sa.orm.InstrumentedAttribute[int | None], *where: sa.ColumnElement[bool]
) -> sa.Subquery:
    """Return how many pieces facts tell of each of something, signs and all, in one reading."""
    each = sa.select(of.label("of"), sa.func.sum(SaleFact.quantity).label("pieces"))
    return each.where(of.is_not(None), *where).group_by(of).subquery()


_goods = _sum(OrderLine.price_cents * OrderLine.charged, OrderLine.order_id == Order.id)
_held = _sum(
    OrderLine.ordered,
    OrderLine.product_id == Stock.product_id,
    ~OrderLine.to_order,
    OrderLine.order_id.in_(sa.select(Order.id).where(Order.stock_held)),
)
_comers = (
    sa.select(sa.func.count(sa.distinct(Order.purchase_id)))
    .where(Order.window_id == Window.id, Order.state.not_in(FAILED))
    .scalar_subquery()
)
_payments = sa.select(sa.func.count(Payment.id)).where(
    Payment.payable_type == "order",
    Payment.payable_id == Order.id,
    Payment.state != PaymentState.CANCELLED,
)
_not_arrived = sa.and_(
    Order.state.in_(RECEIVED),
    sa.exists().where(
        Payment.payable_type == "order",
        Payment.payable_id == Order.id,
        Payment.state == PaymentState.CANCELLED,
        Payment.method == Method.OWN_PIX,
    ),
)
"""It was handed over for a Pix that nobody had seen: that one is asked for no more."""
_disputed = (
    sa.select(sa.func.coalesce(sa.func.sum(DisputePart.amount_cents), 0))
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .join(AttemptPart, AttemptPart.id == DisputePart.part_id)
    .where(AttemptPart.payment_id == Payment.id, AttemptPart.settles)
    .where(Dispute.state == DisputeState.LOST)
    .scalar_subquery()
)
"""What a buyer's bank took of a payment: the order was worth that all the same."""
_of_the_total = sa.or_(
    Payment.amount_cents == Order.total_cents,
    Payment.amount_cents + _disputed == Order.total_cents,
)
_told = sa.exists().where(
    OrderEvent.order_id == Order.id, OrderEvent.kind == sa.cast(Order.state, sa.String)
)
_lines = sa.select(OrderLine.id).join(Order, Order.id == OrderLine.order_id)


def _lines_unlike(
    pieces: sa.ColumnElement[int], *where: sa.ColumnExpressionArgument[bool], kind: FactKind
) -> sa.Select[int]:
    """Return lines of which facts of a kind tell another number of pieces than this."""
    told = _pieces(SaleFact.order_line_id, SaleFact.kind == kind)
    found = _lines.outerjoin(told, told.c.of == OrderLine.id)
    return found.where(*where, sa.func.coalesce(told.c.pieces, 0) != pieces)


_received = sa.case((Order.state == State.HANDED_OVER, OrderLine.handed_over), else_=0)
_prepaid = sa.and_(Order.method.not_in(DIRECT), Order.pay_by.is_(None))
_sold = sa.case((sa.and_(_prepaid, Order.state.in_(SEEN)), OrderLine.charged), else_=_received)
_taken = sa.case(
    (Order.state.in_(PROMISED), OrderLine.ordered),
    else_=_received,
)
_back = _sum(ReturnedPieces.quantity, ReturnedPieces.order_line_id == OrderLine.id)
_given_back = (
    sa.select(sa.func.coalesce(sa.func.sum(LedgerLine.amount_cents), 0))
    .join(LedgerEntry, LedgerLine.entry_id == LedgerEntry.id)
    .where(
        LedgerEntry.source_type == "returned_pieces",
        LedgerEntry.source_id == ReturnedPieces.id,
        LedgerLine.amount_cents > 0,
    )
    .scalar_subquery()
)
_tenders = _sum(Tender.amount_cents, Tender.order_id == Order.id)
_owed = sa.case((Order.way.in_(ON_THE_SPOT), Order.total_cents), else_=0)
_asked = sa.select(sa.func.count(Payment.id)).where(
    Payment.payable_type == TENDER, Payment.payable_id == Tender.id
)
_as_told = sa.and_(Payment.amount_cents == Tender.amount_cents, Payment.method == Tender.method)
_original = sa.orm.aliased(SaleFact)
_taken_back = _pieces(SaleFact.corrects_id)

named = {
    **{f"orders.{table.name}_is_a_recount": differences(table) for table in ROLLUPS},
    "orders.purchase_has_orders": sa.select(Purchase.id).where(
        ~sa.exists().where(Order.purchase_id == Purchase.id)
    ),
    "orders.goods_are_the_sum_of_lines": sa.select(Order.id).where(Order.goods_cents != _goods),
    "orders.one_payment_of_the_total": sa.select(Order.id).where(
        Order.state.not_in(UNPAID),
        Order.way.not_in(ON_THE_SPOT),
        ~_not_arrived,
        _payments.where(_of_the_total).scalar_subquery() != 1,
    ),
    "orders.tenders_are_the_total_on_the_spot": sa.select(Order.id).where(_tenders != _owed),
    "orders.one_payment_of_each_tender": sa.select(Tender.id).where(
        sa.or_(
            _asked.scalar_subquery() != 1,
            _asked.where(_as_told).scalar_subquery() != 1,
        )
    ),
    "orders.nothing_kept_of_what_was_undone": sa.select(Tender.id)
    .join(Order, Order.id == Tender.order_id)
    .where(
        Order.state == State.VOIDED, _asked.where(Payment.state.in_(KEPT)).scalar_subquery() > 0
    ),
    "orders.nothing_due_when_unpaid": sa.select(Order.id).where(
        Order.state.in_(UNPAID),
        _payments.where(
            sa.or_(Payment.state.in_(KEPT), Order.method.in_(DIRECT), Order.pay_by.is_not(None))
        ).scalar_subquery()
        > 0,
    ),
    "orders.stock_is_held_while_open": sa.select(Order.id).where(
        Order.stock_held != Order.state.in_(OPEN)
    ),
    "orders.stock_held_is_what_orders_hold": sa.select(Stock.product_id).where(
        Stock.held_count != _held
    ),
    "orders.stock_apart_is_what_offers_have": sa.select(Stock.product_id).where(
        Stock.apart_count != _sum(FairOffer.left_count, FairOffer.product_id == Stock.product_id)
    ),
    "orders.nothing_was_reserved_after_the_end": sa.select(Order.id)
    .join(Order.purchase)
    .join(Order.collection)
    .where(Order.way == Way.COLLECTION, Purchase.placed_at >= Collection.closed_at),
    "orders.windows_count_their_comers": sa.select(Window.id).where(Window.taken != _comers),
    "orders.received_has_its_instant": sa.select(Order.id).where(
        Order.state.in_(RECEIVED) != Order.handed_over_at.is_not(None)
    ),
    "orders.received_is_what_is_charged": _lines.where(
        Order.state.in_(RECEIVED), OrderLine.charged != OrderLine.handed_over
    ),
    "orders.state_has_its_event": sa.select(Order.id).where(~_told),
    "orders.sales_are_what_was_received": _lines_unlike(  # or paid, where that is online
        _sold - _back, ~OrderLine.to_order, kind=FactKind.SALE
    ),
    "orders.waits_to_be_paid_by_a_term": sa.select(Order.id).where(
        sa.or_(
            sa.and_(Order.state == State.AWAITING, Order.pay_by.is_(None)),
            sa.and_(Order.state.in_(SEEN), Order.pay_by.is_not(None)),
            sa.and_(Order.method.in_(DIRECT), Order.pay_by.is_not(None)),
        )
    ),
    "orders.no_more_came_back_than_was_sold": _lines.where(
        _back > 0, sa.or_(_back > OrderLine.handed_over, Order.state != State.HANDED_OVER)
    ),
    "orders.what_was_given_back_is_in_the_books": sa.select(ReturnedPieces.id).where(
        ReturnedPieces.direct_cents != _given_back
    ),
    "orders.handed_over_is_what_was_received": _lines_unlike(
        _received, OrderLine.to_order, kind=FactKind.HANDED_OVER
    ),
    "orders.taken_is_what_is_promised": _lines_unlike(
        _taken, OrderLine.to_order, kind=FactKind.ORDER_TAKEN
    ),
    "orders.facts_have_the_price_of_their_line": sa.select(SaleFact.id)
    .join(OrderLine, OrderLine.id == SaleFact.order_line_id)
    .where(SaleFact.gross_cents != OrderLine.price_cents * SaleFact.quantity),
    "orders.minus_takes_back_its_own": sa.select(SaleFact.id)
    .join(_original, _original.id == SaleFact.corrects_id)
    .where(
        sa.or_(
            SaleFact.quantity > 0,
            SaleFact.kind != _original.kind,
            SaleFact.enterprise_id != _original.enterprise_id,
            SaleFact.gross_cents > 0,
        )
    ),
    "orders.no_more_taken_back_than_counted": sa.select(SaleFact.id)
    .outerjoin(_taken_back, _taken_back.c.of == SaleFact.id)
    .where(
        SaleFact.corrects_id.is_(None),
        SaleFact.quantity + sa.func.coalesce(_taken_back.c.pieces, 0) < 0,
    ),
}
