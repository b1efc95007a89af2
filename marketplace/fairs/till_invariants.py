"""What must always be true of tills: each query selects the ids of rows that break its rule."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.catalogue.models.stock import MovementKind, StockMovement
from marketplace.fairs.models.fairs import CashMode, Fair
from marketplace.fairs.models.matters import Matter, MatterKind, Outcome
from marketplace.fairs.models.returns import TillReturn, TillReturnLine
from marketplace.fairs.models.tills import Till, TillHandover, TillSale, TillVoid
from marketplace.orders.models.at_till import Came
from marketplace.orders.models.facts import FactKind, SaleFact
from marketplace.orders.models.orders import PAYABLE, Order, OrderLine, Purchase, State
from marketplace.orders.models.places import ON_THE_SPOT, Collection, Way
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.tenders import Tender
from marketplace.payments.models.payments import Method, Payment, PaymentState

_of_sale = Order.purchase_id == TillSale.purchase_id
_total: sa.ScalarSelect[Any] = (
    sa.select(sa.func.coalesce(sa.func.sum(Order.total_cents), 0)).where(_of_sale).scalar_subquery()
)
_undone = sa.select(TillVoid.id).where(TillVoid.sale_id == TillSale.id).exists()
_orders = sa.select(Order.id).join(TillSale, _of_sale).join(Till, Till.id == TillSale.till_id)
_subject = "order_line:" + sa.cast(OrderLine.id, sa.String)
_found = (
    sa.select(sa.func.coalesce(sa.func.sum(StockMovement.left_change), 0))
    .where(
        StockMovement.product_id == OrderLine.product_id,
        StockMovement.subject == _subject,
        StockMovement.kind == MovementKind.COUNTED,
    )
    .correlate(OrderLine)
    .scalar_subquery()
)
_named = (
    sa.select(sa.func.coalesce(sa.func.sum(Matter.pieces), 0))
    .where(Matter.line_id == OrderLine.id, Matter.kind == MatterKind.STOCK)
    .correlate(OrderLine)
    .scalar_subquery()
)
_odd = sa.or_(
    TillHandover.came.in_((Came.AGAIN, Came.UNPAID)),
    sa.and_(TillHandover.came == Came.OVER, TillHandover.sale_id.is_(None)),
)
_named_odd = sa.select(Matter.id).where(Matter.handover_id == TillHandover.id).exists()
_asked_for = sa.and_(Payment.payable_type == PAYABLE, Payment.payable_id == TillHandover.order_id)
_looked_at = (
    sa.select(Matter.id)
    .where(
        Matter.handover_id == TillHandover.id,
        *(Matter.kind == MatterKind.PIX, Matter.settled_at.is_(None)),
    )
    .exists()
)
_spot = aliased(Order)
_came_back = (
    sa.select(sa.func.coalesce(sa.func.sum(ReturnedPieces.quantity), 0))
    .where(ReturnedPieces.subject == "till_return:" + sa.cast(TillReturn.id, sa.String))
    .correlate(TillReturn)
    .scalar_subquery()
)
_named_back = (
    sa.select(sa.func.coalesce(sa.func.sum(Matter.pieces), 0))
    .where(
        Matter.return_id == TillReturn.id,
        Matter.kind.in_((MatterKind.RETURNED, MatterKind.UNKNOWN)),
        sa.or_(Matter.outcome.is_(None), Matter.outcome != Outcome.FOUND),
    )
    .correlate(TillReturn)
    .scalar_subquery()
)


def _of_lines(what: sa.SQLColumnExpression[int]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(what), 0))
        .where(TillReturnLine.return_id == TillReturn.id)
        .correlate(TillReturn)
        .scalar_subquery()
    )


named: dict[str, sa.Select[int]] = {
    "fairs.till_is_bound_to_a_day_of_its_fair": sa.select(Till.id)
    .join(Collection, Collection.id == Till.collection_id)
    .where(Collection.fair_id.is_distinct_from(Till.fair_id)),
    "fairs.till_in_use_fits_how_its_fair_takes_money": sa.select(Till.id)
    .join(Till.fair)
    .where(
        Till.revoked_at.is_(None),
        sa.or_(
            sa.and_(Fair.cash_mode == CashMode.OWN, Till.enterprise_id.is_(None)),
            sa.and_(Fair.cash_mode == CashMode.DESK, Till.enterprise_id.is_not(None)),
        ),
    ),
    "fairs.each_till_sale_is_one_purchase": sa.select(TillSale.id)
    .outerjoin(Purchase, Purchase.id == TillSale.purchase_id)
    .where(sa.or_(Purchase.id.is_(None), Purchase.checkout_key != "till:" + TillSale.code)),
    "fairs.what_is_sold_on_the_spot_came_from_a_till": sa.select(_spot.id)
    .outerjoin(TillSale, TillSale.purchase_id == _spot.purchase_id)
    .where((_spot.way.in_(ON_THE_SPOT)) != (TillSale.id.is_not(None))),
    "fairs.till_sale_costs_what_was_told": sa.select(TillSale.id).where(
        TillSale.total_cents != _total
    ),
    "fairs.till_sale_is_of_the_day_of_its_till": _orders.where(
        Order.collection_id.is_distinct_from(Till.collection_id)
    ),
    "fairs.till_facts_are_of_the_day_of_its_till": sa.select(SaleFact.id)
    .join(OrderLine, OrderLine.id == SaleFact.order_line_id)
    .join(Order, Order.id == OrderLine.order_id)
    .join(Collection, Collection.id == Order.collection_id)
    .where(
        Order.way.in_(ON_THE_SPOT),
        SaleFact.kind == FactKind.SALE,
        sa.or_(
            sa.and_(SaleFact.occurred_on != Collection.day, SaleFact.corrects_id.is_(None)),
            SaleFact.fair_id.is_distinct_from(Collection.fair_id),
        ),
    ),
    "fairs.stall_till_sells_for_its_stall": _orders.where(
        sa.or_(
            (Till.enterprise_id.is_(None)) != (Order.way == Way.DESK),
            Order.enterprise_id != sa.func.coalesce(Till.enterprise_id, Order.enterprise_id),
        )
    ),
    "fairs.what_was_undone_is_undone_in_its_orders": _orders.where(
        (Order.state == State.VOIDED) != _undone
    ),
    "fairs.what_was_oversold_is_named": sa.select(OrderLine.id)
    .join(Order, Order.id == OrderLine.order_id)
    .where(Order.way.in_(ON_THE_SPOT), _found != _named),
    "fairs.each_unseen_pix_is_looked_at": sa.select(Tender.id)
    .outerjoin(Matter, sa.and_(Matter.tender_id == Tender.id, Matter.kind == MatterKind.PIX))
    .where((Tender.method == Method.OWN_PIX) != (Matter.id.is_not(None))),
    "fairs.each_unseen_pix_of_a_reservation_is_looked_at": sa.select(TillHandover.id)
    .join(Payment, _asked_for)
    .where(
        *(TillHandover.came == Came.GIVEN, TillHandover.method == Method.OWN_PIX),
        *(Payment.state == PaymentState.DUE, ~_looked_at),
    ),
    "fairs.what_a_till_gave_was_handed_over": sa.select(TillHandover.id)
    .join(Order, Order.id == TillHandover.order_id)
    .where(TillHandover.came == Came.GIVEN, Order.handed_over_at.is_(None)),
    "fairs.till_return_is_its_lines": sa.select(TillReturn.id).where(
        TillReturn.amount_cents != _of_lines(TillReturnLine.quantity * TillReturnLine.price_cents)
    ),
    "fairs.what_fits_a_sale_came_back_of_it": sa.select(TillReturn.id).where(
        _of_lines(TillReturnLine.fitting) != _came_back
    ),
    "fairs.what_fits_no_sale_is_named": sa.select(TillReturn.id).where(
        _of_lines(TillReturnLine.quantity - TillReturnLine.fitting) != _named_back
    ),
    "fairs.each_handover_is_decided": sa.select(TillHandover.id).where(
        sa.or_(TillHandover.came.is_(None), sa.and_(_odd, ~_named_odd))
    ),
}
