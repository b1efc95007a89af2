"""People with words nobody else has in whatever they can fill in, and a search for what is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.accounts.operations import closing, roles
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import photos
from marketplace.core import clock, guards, pictures, privacy
from marketplace.core.database import db, operation
from marketplace.core.identifiers import pix_key
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.enterprises.operations import pix, profile
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.rollups import ROLLUPS
from marketplace.orders.operations import buyers, handovers, lookup
from marketplace.orders.operations.checkout import Buyer
from marketplace.payments.models.payments import Method
from tests.factories.accounts import make_division, make_user
from tests.factories.catalogue import make_published, photo_file
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.orders import (
    choose_collection,
    make_collection,
    make_delivered,
    make_order,
    soon,
    work,
)

WORD = "zyqua"
NUMBERS = ("987650001", "987650002", "987650003", "987650004", "987650005")
CPFS = ("52998224725", "11144477735")
TRACES = (WORD, *NUMBERS, *CPFS)
PICTURES, FILES = ("picture", "photo", "photo_file"), ".db"


@dataclass(frozen=True)
class Planted:
    """Whom to erase by their ids, and where they are seen."""

    people: dict[str, int]
    stranger: str  # the link of a purchase without an account
    code: str  # of its hand-over
    pages: list[str]
    pictures: list[str]


def plant() -> Planted:
    """Let them register, sell, buy, work and write; then fill what is still empty of theirs."""
    division = make_division(slug="manaus")
    other = make_producer(enterprise=make_enterprise(division=division))[1]
    alone = _person("alone", 3)
    own = make_producer(user=alone, name="Zyquagrupo", division=division)[1]
    goods = [
        make_published(enterprise=other, left=50, now=clock.now()),
        make_published(enterprise=own, name="Zyquacesto", left=50, now=clock.now()),
    ]
    seen = _show(own.id, goods[1])
    people = {"alone": alone.id, "buyer": _buyer(goods), "leaver": _leaver(other)}
    people["staff"] = _person("staff", 5).id
    _work(people["staff"], division.id)
    stranger = _stranger(other)
    work()
    for user_id in people.values():
        fill(user_id, "person")
    fill(stranger.id, "purchase")
    pages = [f"/produtos/{goods[1].slug}", f"/quem-faz/{own.slug}", "/quem-faz", "/produtos"]
    return Planted(people, stranger.link_key, stranger.orders[0].handover_code, pages, seen)


def traces(folder: Path) -> list[str]:
    """Say where a word or a number of theirs is still found: tables, index, files, logs."""
    files = (path for path in folder.rglob("*") if path.is_file() and FILES not in path.name)
    return [*_in_tables(), *(str(path) for path in files if tells(path.read_bytes()))]


def tells(data: bytes) -> bool:
    said = data.lower()
    return any(trace.encode() in said for trace in TRACES)


def sums() -> dict[str, Any]:
    """Return what an erasure may not change: sales, their sums by whatever they are counted."""
    facts = (sa.func.count(), sa.func.sum(SaleFact.gross_cents), sa.func.sum(SaleFact.quantity))
    orders = (sa.func.count(Order.id), sa.func.sum(Order.total_cents))
    found: dict[str, Any] = {
        "facts": tuple(db.session.execute(sa.select(*facts)).one()),
        "orders": tuple(db.session.execute(sa.select(*orders)).one()),
    }
    for table in ROLLUPS:
        rows = db.session.execute(sa.select(table).order_by(*table.primary_key))
        found[table.name] = [tuple(row) for row in rows]
    return found


def _in_tables() -> Iterator[str]:
    """Read every value of every table there is, also of the search engine's own."""
    connection = db.session.connection()
    for name in sa.inspect(connection).get_table_names():
        whole = sa.select(sa.text("*")).select_from(sa.table(name))
        for row in connection.execute(whole).mappings():
            for column, value in row.items():
                if tells(value if isinstance(value, bytes) else str(value).encode()):
                    yield f"{name}.{column}: {value!r:.120}"


@operation
def fill(row_id: int, kind: str) -> None:
    """Write the word into each column of theirs that can hold one and has none yet."""
    theirs = privacy.subject(kind, row_id)
    holdings = privacy.register.holdings
    with guards.lifted(*sorted({each.table.name for each in holdings} & guards.guarded)):
        for holding in holdings:
            for name in holding.erased:
                column = holding.table.c[name]
                if (value := _value_for(column)) is not None:
                    empty = column.is_(None) | (sa.cast(column, sa.String).in_(["", "{}"]))
                    rows = sa.update(holding.table).where(holding.of(theirs.ids), empty)
                    db.session.execute(rows.values({name: value}))


def _value_for(column: Any) -> Any:
    kind = getattr(column.type, "impl", column.type)
    if isinstance(kind, sa.JSON):
        return {"said": WORD}
    plain = isinstance(kind, sa.String) and not isinstance(kind, sa.Enum)
    return f"{WORD} {column.name}" if plain and column.name not in PICTURES else None


def _told(name: str, number: int) -> dict[str, str]:
    mobile = f"+5592{NUMBERS[number - 1]}"
    return {"name": f"Zyqua{name} Silva", "mobile": mobile, "email": f"zyqua.{name}@example.org"}


def _person(name: str, number: int) -> Any:
    return make_user(**_told(name, number))


def _show(enterprise_id: int, good: Product) -> list[str]:
    """Give a group of one photos, a Pix key and a pause; return its pictures."""
    by: Any = {"by": HOUSE, "now": clock.now()}
    taken = [pictures.take_in(photo_file(colour)[0]) for colour in ("red", "blue")]
    profile.set_photo(enterprise_id, taken[0], alt="Zyqua sorri", **by)
    photos.add_photo(good.id, taken[1], alt="Zyqua trança", **by)
    for key in ("zyqua.pix@example.org", "zyqua.next@example.org"):  # one in use, one that waits
        told = {"holder": "Zyqua Pix", "reason": "Zyqua mudou de banco"}
        pix.change_pix(enterprise_id, pix_key(key), **told, **by)
    return taken


def _leaver(enterprise: Any) -> int:
    """Return a manager whose name, number and key stand for a group that goes on."""
    leaver = _person("leaver", 4)
    make_producer(user=leaver, enterprise=enterprise)
    enterprise.responsible_name, enterprise.responsible_cpf = leaver.name, CPFS[0]
    enterprise.mobile, enterprise.email = leaver.mobile, leaver.email
    db.session.commit()
    key = pix_key(leaver.email)
    pix.change_pix(enterprise.id, key, holder=leaver.name, by=HOUSE, now=clock.now())
    return int(leaver.id)


def _buyer(goods: list[Product]) -> int:
    """Return somebody who bought everywhere: with the account, and once without it."""
    user = _person("buyer", 1)
    who = Buyer(user.name, user.mobile, email=user.email)
    for good in goods:
        _handed_over(good, who, Person(user.id))
    _handed_over(goods[0], Buyer(user.name, user.mobile), VISITOR)
    given_up = _order(goods[1], who, Person(user.id), days=9)
    by: Any = {"by": Person(user.id), "now": clock.now()}
    buyers.cancel_order(given_up.purchase.link_key, "A", reason="Zyqua mudou de ideia", **by)
    return int(user.id)


def _stranger(seller: Any) -> Purchase:
    """Return a purchase brought home, to somebody who asked for a code by e-mail."""
    told = _told("stranger", 2)
    buyer, now = Buyer(told["name"], told["mobile"], email=told["email"]), clock.now()
    order = make_delivered(product={"enterprise": seller}, buyer=buyer, now=now)
    lookup.mail_lookup_code(order.purchase.number, told["mobile"], by=VISITOR, now=now)
    code, paid = order.handover_code, {"paid_with": Method.CASH, "by": HOUSE, "now": now}
    handovers.hand_over(order.id, code, **paid)
    return order.purchase


def _handed_over(good: Product, buyer: Buyer, by: Person) -> None:
    order, now = _order(good, buyer, by), clock.now()
    paid: Any = {"paid_with": Method.CASH, "by": HOUSE, "now": now}
    handovers.hand_over(order.id, order.handover_code, reason="Zyqua pediu", **paid)


def _order(good: Product, buyer: Buyer, by: Person, days: int = 6) -> Order:
    choice = choose_collection(make_collection(good.enterprise, **soon(days)))
    facts: Any = {"choice": choice, "buyer": buyer, "by": by, "now": clock.now()}
    return make_order(products=[good], quantity=1, **facts)


def _work(user_id: int, division_id: int) -> None:
    """Give a role and end it, close the account and open it, each with a reason in words."""
    by: Any = {"by": HOUSE, "now": clock.now()}
    grant = roles.give_role(user_id, Role.FACILITATOR, division_id, reason="Zyqua ajuda bem", **by)
    roles.end_role(grant.id, reason="Zyqua saiu", **by)
    closing.deactivate_person(user_id, reason="Zyqua viajou", **by)
    closing.reactivate_person(user_id, reason="Zyqua voltou", **by)
