"""What the public pages gather from several features; nothing here writes."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import ngettext

from marketplace.accounts.models import Division, Municipality, Neighbourhood
from marketplace.catalogue.models.products import Product, Showing
from marketplace.catalogue.queries import cards
from marketplace.core.clock import day_bounds, today
from marketplace.core.database import db
from marketplace.core.generations import kept
from marketplace.core.text import fold
from marketplace.enterprises.models import Enterprise, Member, Standing
from marketplace.fairs.models.fairs import Exhibitor, Fair
from marketplace.orders.models.facts import FactKind, SaleFact

PER_PAGE = 24
PLACES = ("places",)
MAKERS_SHOWN = (*cards.DEPENDS_ON, *PLACES)
GROUPS = (
    SaleFact.makers_cents,
    SaleFact.materials_cents,
    SaleFact.packing_cents,
    SaleFact.fund_cents,
    SaleFact.fees_cents,
)


class Maker(NamedTuple):
    """An enterprise as lists show it; the macro `stall` takes it as it is."""

    id: int
    url: str
    name: str
    segment: str
    picture: str | None
    place: str
    people: int
    products: int
    stall: str = ""

    @property
    def what(self) -> str:
        people = ngettext("%(num)s person", "%(num)s people", self.people)
        products = ngettext("%(num)s product", "%(num)s products", self.products)
        return " · ".join(
            text for number, text in ((self.people, people), (self.products, products)) if number
        )


class Numbers(NamedTuple):
    """What the home page counts."""

    enterprises: int
    products: int


def local_day(now: datetime) -> tuple[date, datetime]:
    """Return the day it is where the first Division is, and when it ends.

    Products on sale are asked by day.
    """
    zone = kept("local_day", PLACES, _zone)
    day = today(zone, now)
    return day, _end_of(day, zone)


@lru_cache(maxsize=2)
def _end_of(day: date, zone: str) -> datetime:
    return day_bounds(day, zone)[1]


def _zone() -> str:
    return db.session.scalar(_ZONE) or "UTC"


def numbers(day: date) -> Numbers:
    return kept(("home", day), cards.DEPENDS_ON, lambda: _numbers(day))


def _numbers(day: date) -> Numbers:
    makers = sa.select(sa.func.count()).where(Enterprise.standing == Standing.APPROVED)
    products = sa.select(sa.func.count()).select_from(Product).where(*cards.on_sale())
    both = sa.select(makers.scalar_subquery(), products.scalar_subquery())
    return Numbers(*db.session.execute(both, {"day": day}).one())


def of_ten_reais(first: date, last: date) -> list[int] | None:
    """Return how each R$ 10,00 was split over the five groups, in centavos; none without sales.

    Counts sales and orders taken whose price is open; the parts add up to 1000. It is worked out
    anew when there is a hundredth more to count.
    """
    newest = db.session.scalar(_NEWEST_FACT) or 0
    key = ("of ten reais", first, last, newest - newest % max(1, newest // 100))
    return kept(key, (), lambda: _of_ten_reais(first, last))


def _of_ten_reais(first: date, last: date) -> list[int] | None:
    sold = SaleFact.kind.in_((FactKind.SALE, FactKind.ORDER_TAKEN))
    query = sa.select(*(sa.func.coalesce(sa.func.sum(group), 0) for group in GROUPS))
    query = query.where(sold, SaleFact.composed, SaleFact.occurred_on.between(first, last))
    parts = [max(0, int(part)) for part in db.session.execute(query).one()]
    return split_ten(parts) if sum(parts) > 0 else None


def split_ten(parts: Sequence[int]) -> list[int]:
    whole = sum(parts)
    shares = [part * 1000 // whole for part in parts]
    shares[0] += 1000 - sum(shares)  # the centavos of rounding, to the largest part
    return shares


def makers(*, text: str = "", segment: str = "", municipality: int | None = None) -> sa.Select[Any]:
    """Select approved enterprises by name: rows for `maker_of`."""
    query = _makers().where(Enterprise.standing == Standing.APPROVED)
    if text:
        query = query.where(Enterprise.folded.contains(fold(text), autoescape=True))
    if segment:
        query = query.where(Enterprise.segment == segment)
    if municipality is not None:
        query = query.where(Enterprise.municipality_code == municipality)
    return query.order_by(Enterprise.folded, Enterprise.id)


def newest_makers(number: int, address: str) -> list[Maker]:
    """Return those who put something on sale last."""
    key = ("newest makers", number, address)
    return kept(key, MAKERS_SHOWN, lambda: _newest_makers(number, address))


def _newest_makers(number: int, address: str) -> list[Maker]:
    last = sa.select(sa.func.max(Product.published_at)).where(
        Product.enterprise_id == Enterprise.id
    )
    query = _makers().where(Enterprise.standing == Standing.APPROVED, _PRODUCTS > 0)
    query = query.order_by(last.scalar_subquery().desc(), Enterprise.id).limit(number)
    return [maker_of(row, address) for row in db.session.execute(query)]


def exhibitors(fair_id: int, address: str) -> list[Maker]:
    """Return who will be at a fair, by stall."""
    key = ("exhibitors", fair_id, address)
    return kept(key, (*MAKERS_SHOWN, "fairs"), lambda: _exhibitors(fair_id, address))


def _exhibitors(fair_id: int, address: str) -> list[Maker]:
    query = _makers().add_columns(Exhibitor.stall)
    query = query.join(Exhibitor, Exhibitor.enterprise_id == Enterprise.id)
    query = query.where(Exhibitor.fair_id == fair_id, Enterprise.standing == Standing.APPROVED)
    query = query.order_by(Exhibitor.position, Exhibitor.id)
    return [maker_of(row, address) for row in db.session.execute(query)]


def municipalities_of_makers() -> list[tuple[int, str]]:
    query = (
        sa.select(Municipality.code, Municipality.name)
        .join(Enterprise, Enterprise.municipality_code == Municipality.code)
        .where(Enterprise.standing == Standing.APPROVED)
        .distinct()
        .order_by(Municipality.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def maker_of(row: Any, address: str) -> Maker:
    place = row.neighbourhood or row.community or row.municipality
    stall = row.stall if "stall" in row._fields else ""
    return Maker(
        row.id,
        address + row.slug,
        row.name,
        row.segment,
        row.photo,
        place,
        row.people,
        row.products,
        stall,
    )


def fair_products(
    fair_id: int, *, day: date, address: str, segment: str = "", number: int = 12
) -> tuple[list[cards.Card], int]:
    """Return new products that can be reserved for a fair, and how many there are in all."""
    key = ("fair", fair_id, day, segment, number)
    kinds = (*cards.DEPENDS_ON, "stock", "fairs")
    ids, total = kept(key, kinds, lambda: _of_fair(fair_id, day, segment, number))
    return cards.of_ids(ids, address), total


def _of_fair(fair_id: int, day: date, segment: str, number: int) -> tuple[list[int], int]:
    there = sa.select(Exhibitor.enterprise_id).where(Exhibitor.fair_id == fair_id)
    conditions = [*cards.on_sale(), Product.at_fair, Product.enterprise_id.in_(there)]
    if segment:
        conditions.append(Product.segment == segment)
    total = sa.select(sa.func.count()).select_from(Product).where(*conditions)
    query = cards.card_columns().where(*conditions)
    query = query.order_by(Product.published_at.desc(), Product.id.desc()).limit(
        number * cards.LOOKED_AT
    )
    rows = db.session.execute(query, {"day": day})
    count = db.session.scalar(total, {"day": day}) or 0
    shown = cards.in_turn([cards.card_of(row, "") for row in rows])[:number]
    return [card.id for card in shown], count


def addresses() -> dict[str, list[str]]:
    """Return the slugs of every public page, for the site map."""
    products = sa.select(Product.slug).where(Product.showing == Showing.PUBLISHED)
    enterprises = sa.select(Enterprise.slug).where(Enterprise.standing == Standing.APPROVED)
    fairs = sa.select(Fair.slug).where(Fair.state == "announced")
    kinds = {"product": products, "enterprise": enterprises, "fair": fairs}
    return {
        kind: list(db.session.scalars(query.order_by(sa.text("slug")).limit(20_000)))
        for kind, query in kinds.items()
    }


_NEWEST_FACT = sa.select(sa.func.max(SaleFact.id))
_ZONE = (
    sa.select(Municipality.time_zone)
    .join(Division, Division.municipality_code == Municipality.code)
    .order_by(Division.id)
    .limit(1)
)
_PRODUCTS = (
    sa.select(sa.func.count(Product.id))
    .where(Product.enterprise_id == Enterprise.id, Product.showing == Showing.PUBLISHED)
    .correlate(Enterprise)
    .scalar_subquery()
)
_PEOPLE = (
    sa.select(sa.func.count(Member.id))
    .where(Member.enterprise_id == Enterprise.id, Member.left_on.is_(None))
    .correlate(Enterprise)
    .scalar_subquery()
)


def _makers() -> sa.Select[Any]:
    return (
        sa.select(
            Enterprise.id,
            Enterprise.slug,
            Enterprise.name,
            Enterprise.segment,
            Enterprise.photo,
            Enterprise.community,
            Neighbourhood.name.label("neighbourhood"),
            Municipality.name.label("municipality"),
            _PEOPLE.label("people"),
            _PRODUCTS.label("products"),
        )
        .join_from(Enterprise, Municipality, Municipality.code == Enterprise.municipality_code)
        .join(Neighbourhood, Neighbourhood.id == Enterprise.neighbourhood_id, isouter=True)
    )
