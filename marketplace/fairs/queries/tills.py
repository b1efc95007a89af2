"""Questions asked of the tills; nothing here writes."""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Grant, Role, User
from marketplace.catalogue.models.products import Product, Showing
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Access, Enterprise, Member
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import Till, TillHandover, TillSale, TillVoid
from marketplace.fairs.queries import calendar
from marketplace.orders.models.at_till import Came
from marketplace.orders.models.offers import FairOffer
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import CollectionSeller

AT_DESK = (Role.DESK_TILL, Role.ARTICULATION, Role.HEAD)
SELLS = (Access.STALL_TILL, Access.MEMBER, Access.MANAGER)


# What a list of matters shows of each; add it to a select with `.options(*SHOWN)`.
SHOWN = (
    joinedload(Matter.sale).joinedload(TillSale.purchase),
    joinedload(Matter.handover).joinedload(TillHandover.order).joinedload(Order.purchase),
    joinedload(Matter.returned).joinedload(TillReturn.sale).joinedload(TillSale.purchase),
    joinedload(Matter.line),
    joinedload(Matter.tender),
    joinedload(Matter.enterprise),
)


class Cashier(NamedTuple):
    """Somebody who may sell: at an enterprise's stall, or at the common desk where it is none."""

    enterprise_id: int | None
    seller: str
    stall: str
    user_id: int
    name: str


class Offered(NamedTuple):
    """A product as a till shows it; the price is of one, in centavos."""

    id: int
    enterprise_id: int
    code: str
    name: str
    price_cents: int
    unit: str
    segment: str
    picture: str | None


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(token: str) -> sa.Select[Till]:
    return (
        sa.select(Till)
        .where(Till.token_hash == hashed(token))
        .options(joinedload(Till.collection), joinedload(Till.user), joinedload(Till.enterprise))
    )


def by_id(till_id: int) -> sa.Select[Till]:
    return sa.select(Till).where(Till.id == till_id)


def of_fair(fair_id: int) -> list[Till]:
    """Return a fair's tills, the latest first."""
    query = sa.select(Till).where(Till.fair_id == fair_id).order_by(Till.id.desc())
    shown = (joinedload(Till.collection), joinedload(Till.user), joinedload(Till.enterprise))
    return list(db.session.scalars(query.options(*shown)))


def in_use(fair_id: int) -> list[Till]:
    """Return a fair's tills that nobody took out of use."""
    query = sa.select(Till).where(Till.fair_id == fair_id, Till.revoked_at.is_(None))
    return list(db.session.scalars(query))


def visible_to(person: Person) -> sa.Select[Till]:
    fairs = calendar.visible_to(person).with_only_columns(Fair.id)
    return sa.select(Till).where(Till.fair_id.in_(fairs))


def open_day(day_id: int) -> sa.Select[FairDay]:
    """Select a fair day that was announced."""
    return sa.select(FairDay).where(FairDay.id == day_id, FairDay.collection_id.is_not(None))


def cashiers(fair: Fair) -> list[Cashier]:
    """Return who may sell at a fair: at each stall its members, at the common desk the staff.

    Where it has only one of the two, those of the other are left out.
    """
    desk = db.session.execute(_AT_DESK, {"division_id": fair.division_id})
    stalls = db.session.execute(_AT_STALLS, {"fair_id": fair.id})
    there = [*(Cashier(None, "", "", *row) for row in desk), *(Cashier(*row) for row in stalls)]
    return [one for one in there if fair.cash_mode.takes(one.enterprise_id)]


def sellers_of(till: Till) -> list[tuple[int, str, str]]:
    """Return for whom a till sells: id, name and stall."""
    query = (
        sa.select(Enterprise.id, Enterprise.name, CollectionSeller.stall)
        .join(CollectionSeller, CollectionSeller.enterprise_id == Enterprise.id)
        .where(CollectionSeller.collection_id == till.collection_id)
        .order_by(Enterprise.folded, Enterprise.id)
    )
    if till.enterprise_id is not None:
        query = query.where(Enterprise.id == till.enterprise_id)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def goods_of(enterprise_ids: Iterable[int], fair_id: int) -> list[Offered]:
    """Return what these have on sale at a fair, by name, at the prices that it has there."""
    here = sa.and_(FairOffer.product_id == Product.id, FairOffer.fair_id == fair_id)
    query = (
        sa.select(
            Product.id,
            Product.enterprise_id,
            Product.code,
            Product.name,
            sa.func.coalesce(FairOffer.price_cents, Product.price_cents),
            Product.unit,
            Product.segment,
            Product.picture,
        )
        .outerjoin(FairOffer, here)
        .where(Product.enterprise_id.in_(list(enterprise_ids)), Product.at_fair)
        .where(Product.showing == Showing.PUBLISHED)
        .order_by(Product.folded, Product.id)
    )
    return [Offered(*row) for row in db.session.execute(query)]


def sale_by_code(code: str) -> TillSale | None:
    return db.session.scalar(sa.select(TillSale).where(TillSale.code == code))


def void_by_code(code: str) -> TillVoid | None:
    return db.session.scalar(sa.select(TillVoid).where(TillVoid.code == code))


def handover_by_code(code: str) -> TillHandover | None:
    return db.session.scalar(sa.select(TillHandover).where(TillHandover.code == code))


def void_of(sale_id: int) -> TillVoid | None:
    return db.session.scalar(sa.select(TillVoid).where(TillVoid.sale_id == sale_id))


def stands_at(collection_id: int, enterprise_id: int) -> bool:
    key = (collection_id, enterprise_id)
    return db.session.get(CollectionSeller, key) is not None


def unsettled(sale_id: int) -> sa.Select[Matter]:
    """Select what is to be settled of a sale, or of the reservation that was sold by it."""
    given = sa.select(TillHandover.id).where(TillHandover.sale_id == sale_id)
    of_it = sa.or_(Matter.sale_id == sale_id, Matter.handover_id.in_(given))
    return sa.select(Matter).where(of_it, Matter.settled_at.is_(None))


def undone(fair_id: int) -> sa.Select[TillVoid]:
    """Select what tills of a fair undid, the latest first."""
    shown = joinedload(TillVoid.sale).joinedload(TillSale.purchase)
    where_ = joinedload(TillVoid.till)
    query = sa.select(TillVoid).join(TillVoid.till).where(Till.fair_id == fair_id)
    people = (where_.joinedload(Till.user), where_.joinedload(Till.enterprise))
    return query.options(shown, *people).order_by(TillVoid.id.desc())


def bartered(fair_id: int) -> sa.Select[Any]:
    """Select what tills of a fair gave for goods and did not undo, the latest first.

    Each row has the number and the letter of a reservation, whose the till is (none: the common
    desk's), centavos, what was given and when.
    """
    gone = sa.select(TillVoid.id).where(TillVoid.sale_id == TillSale.id).exists()
    sold = _for_goods(TillSale, sa.literal(""), TillSale.total_cents).where(~gone)
    sold = sold.join(Purchase, Purchase.id == TillSale.purchase_id)
    given = _for_goods(TillHandover, Order.letter, TillHandover.paid_cents)
    given = given.join(Order, Order.id == TillHandover.order_id)
    given = given.join(Purchase, Purchase.id == Order.purchase_id)
    given = given.where(TillHandover.came == Came.GIVEN)  # else it is a sale, or a matter
    both = sa.union_all(*(one.where(Till.fair_id == fair_id) for one in (sold, given))).subquery()
    return sa.select(both).order_by(both.c.received_at.desc(), both.c.number.desc())


def _for_goods(of: Any, letter: Any, cents: Any) -> sa.Select[Any]:
    seller, code = Enterprise.name.label("enterprise"), (Purchase.number, letter.label("letter"))
    query = sa.select(*code, seller, cents.label("cents"), of.bartered, of.received_at)
    query = query.select_from(of)
    query = query.join(Till, Till.id == of.till_id).where(of.bartered != "")
    return query.outerjoin(Enterprise, Enterprise.id == Till.enterprise_id)


def matters_of_fair(fair_id: int) -> sa.Select[Matter]:
    """Select what is to be settled of a fair's tills, the oldest first; Pix is the stalls'."""
    query = sa.select(Matter).where(told_by(Till.fair_id == fair_id))
    query = query.where(Matter.kind != MatterKind.PIX)
    return query.where(Matter.settled_at.is_(None)).order_by(Matter.id)


def settled_by(person: Person) -> sa.Select[Matter]:
    """Select the differences that a person may settle: of the fairs whose staff they are."""
    fairs = calendar.visible_to(person).with_only_columns(Fair.id)
    told = told_by(Till.fair_id.in_(fairs))
    return sa.select(Matter).where(told, Matter.kind != MatterKind.PIX)


def pix_of(enterprise_id: int) -> sa.Select[Matter]:
    """Select the Pix of which nobody has said yet whether it arrived, the oldest first."""
    query = sa.select(Matter).where(Matter.enterprise_id == enterprise_id)
    query = query.where(Matter.kind == MatterKind.PIX, Matter.settled_at.is_(None))
    return query.order_by(Matter.id)


def pix_looked_at_by(person: Person) -> sa.Select[Matter]:
    """Select the Pix that went to the key of an enterprise for which a person acts."""
    theirs = Matter.enterprise_id.in_(enterprises.ids_of(person))
    return sa.select(Matter).where(theirs, Matter.kind == MatterKind.PIX)


def told_by(tills: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition that a matter is of what these tills told: no join, so it can lock."""
    sold = sa.select(TillSale.id).join(TillSale.till).where(tills)
    given = sa.select(TillHandover.id).join(TillHandover.till).where(tills)
    back = sa.select(TillReturn.id).join(TillReturn.till).where(tills)
    told = (Matter.sale_id.in_(sold), Matter.handover_id.in_(given), Matter.return_id.in_(back))
    return sa.or_(*told)


_AT_DESK = (
    sa.select(User.id, User.name)
    .where(
        User.id.in_(
            sa.select(Grant.user_id).where(
                Grant.division_id == sa.bindparam("division_id"),
                Grant.role.in_(AT_DESK),
                Grant.ended_at.is_(None),
            )
        ),
        ~User.is_closed,
    )
    .order_by(User.name, User.id)
)
_AT_STALLS = (
    sa.select(Enterprise.id, Enterprise.name, Exhibitor.stall, User.id, User.name)
    .join(Exhibitor, Exhibitor.enterprise_id == Enterprise.id)
    .join(Member, Member.enterprise_id == Enterprise.id)
    .join(User, User.id == Member.user_id)
    .where(Exhibitor.fair_id == sa.bindparam("fair_id"))
    .where(Member.left_on.is_(None), Member.access.in_(SELLS), ~User.is_closed)
    .order_by(Exhibitor.position, Enterprise.id, User.name)
)
