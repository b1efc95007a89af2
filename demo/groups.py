"""The enterprises and their products, through the same import as anybody's sheet."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from demo import cast
from marketplace.accounts.models import User
from marketplace.accounts.queries import person_of
from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.operations import importing, products
from marketplace.catalogue.operations.hours import Vote, note_hour
from marketplace.catalogue.queries import lists
from marketplace.catalogue.sheet_rows import read_rows
from marketplace.core.database import db
from marketplace.core.identifiers import pix_key
from marketplace.core.rights import HOUSE, Person
from marketplace.core.sheets.reading import read
from marketplace.core.text import slug
from marketplace.enterprises.models import Access, Enterprise, Kind, Member, Segment, Sex
from marketplace.enterprises.operations import members, pix, profile, registration, vetting
from marketplace.enterprises.particulars import Newcomer, Particulars

DATA = Path(__file__).parent / "data"
AMPLE = 2000  # pieces of each product, so that the history never runs out
MADE_TO_ORDER = {
    "P0103": 20,
    "P0310": 15,
    "P0510": 15,
    "P1001": 12,
    "P1311": 15,
}  # code → days; bulky pieces are made when ordered
FRESH = ("mandioca", "agricultura_familiar")
MADE_ON_THE_SPOT = ("P0902", "P1208")  # açaí and tacacá are only had at the fair
HOURS = {"E01": 12_00, "E03": 10_50}  # what their assemblies want an hour to leave
FIRST_MEMBER, TILL_NUMBER, SECOND_NUMBER = 100, 90, 91
SHEET_HEADERS = "estoque"


def register(*vetters: Person, now: datetime) -> list[Enterprise]:
    """Take in the enterprises' sheet, name their people, and have their Divisions approve them."""
    data = (DATA / "enterprises.csv").read_bytes()
    registration.import_enterprises(data, by=HOUSE, now=now)
    made = list(db.session.scalars(sa.select(Enterprise).order_by(Enterprise.code)))
    for number, enterprise in enumerate(made):
        vetter = next(v for v in vetters if enterprise.division_id in v.divisions)
        _settle(enterprise.id, number, vetter, now=now)
    return list(db.session.scalars(sa.select(Enterprise).order_by(Enterprise.code)))


def _settle(enterprise_id: int, number: int, vetter: Person, *, now: datetime) -> None:
    """Give an enterprise its manager, names, contact and Pix key, and approve it."""
    people = list(
        db.session.scalars(
            sa.select(Member.id).where(Member.enterprise_id == enterprise_id).order_by(Member.id)
        )
    )
    manager = cast.enter(
        cast.FIRST_NAMES[number % len(cast.FIRST_NAMES)], FIRST_MEMBER + number, now=now
    )
    members.appoint_manager(
        people[0], name=manager.name, mobile=cast.mobile(FIRST_MEMBER + number), by=vetter, now=now
    )
    by = person_of(manager.id)
    vetting.take_up(enterprise_id, by=vetter, now=now)
    vetting.approve(enterprise_id, by=vetter, now=now)
    for place, member_id in enumerate(people):
        on_board = place in {0, len(people) // 2, len(people) - 1}  # the sheet names women first
        _name(member_id, number + place, on_board=on_board, by=by, now=now)
    _describe(enterprise_id, number, by=by, now=now)


def _name(member_id: int, number: int, *, on_board: bool, by: Person, now: datetime) -> None:
    member = db.session.get_one(Member, member_id)
    named = cast.man if member.sex is Sex.MALE else cast.woman
    members.change_member(
        member_id,
        name=named(number),
        sex=member.sex,
        function="coordenação" if on_board else "produção",
        on_board=on_board,
        by=by,
        now=now,
    )


def _describe(enterprise_id: int, number: int, *, by: Person, now: datetime) -> None:
    enterprise = db.session.get_one(Enterprise, enterprise_id)
    profile.change_profile(
        enterprise_id,
        mobile=cast.mobile(FIRST_MEMBER + number),
        email=f"{enterprise.code.lower()}@example.org",
        story=enterprise.story,
        by=by,
        now=now,
    )
    key = pix_key(f"{enterprise.code.lower()}.{slug(enterprise.name)[:20]}@example.org")
    pix.change_pix(enterprise_id, key, holder=enterprise.name[:25], by=HOUSE, now=now)


def stock_shop(enterprises: list[Enterprise], *, now: datetime) -> None:
    """Take in each enterprise's products, with ample stock, and put them on sale."""
    for enterprise_id, code in [(e.id, e.code) for e in enterprises]:
        by = manager_of(enterprise_id)
        if code in HOURS:
            vote = Vote(HOURS[code], (now - timedelta(days=20)).date(), "Assembleia geral, ata 2")
            note_hour(enterprise_id, vote, by=by, now=now)
        rows = read_rows(
            read(sheet_of(code)),
            enterprise_code=code,
            segment=db.session.get_one(Enterprise, enterprise_id).segment,
            categories=db.session.scalars(lists.categories(retired=True)),
        ).rows
        importing.bring_all(enterprise_id, rows, publish=True, by=by, now=now)
    _make_some_to_order(now=now)


def sheet_of(code: str) -> bytes:
    """Return one enterprise's lines of the products' sheet, with a column of stock."""
    with (DATA / "products.csv").open(encoding="utf-8") as opened:
        lines = [row for row in csv.DictReader(opened) if row["enterprise_code"] == code]
    written = io.StringIO()
    writer = csv.DictWriter(written, [*lines[0], SHEET_HEADERS])
    writer.writeheader()
    writer.writerows(row | {SHEET_HEADERS: AMPLE} for row in lines)
    return written.getvalue().encode()


def _make_some_to_order(*, now: datetime) -> None:
    """Let large pieces be made after the order, and fresh ones be told as such."""
    rows = db.session.execute(
        sa.select(Product.id, Product.code, Product.segment, Product.enterprise_id)
    ).all()
    for product_id, code, segment, enterprise_id in rows:
        fields: dict[str, Any] = {"by_delivery": True}
        if code in MADE_TO_ORDER:
            fields |= {"supply": Supply.TO_ORDER, "lead_days": MADE_TO_ORDER[code]}
        if segment in FRESH:
            fields |= {"perishable": True, "by_delivery": False}
        if code in MADE_ON_THE_SPOT:
            fields["at_point"] = False
        products.save_product(product_id, fields, by=manager_of(enterprise_id), now=now)


def manager_of(enterprise_id: int) -> Person:
    query = sa.select(Member.user_id).where(
        Member.enterprise_id == enterprise_id, Member.access == Access.MANAGER
    )
    return person_of(db.session.scalars(query.order_by(Member.id)).first() or 0)


def add_hands(enterprise_id: int, *, now: datetime) -> tuple[User, User]:
    """Let a second member and the stall's till of an enterprise log in."""
    by = manager_of(enterprise_id)
    second, till = (
        cast.enter("Jaciara", SECOND_NUMBER, now=now),
        cast.enter("Zenaide", TILL_NUMBER, now=now),
    )
    free = sa.select(Member.id).where(
        Member.enterprise_id == enterprise_id, Member.user_id.is_(None)
    )
    ids = list(db.session.scalars(free.order_by(Member.id).limit(2)))
    for member_id, access, user in (
        (ids[0], Access.MEMBER, second),
        (ids[1], Access.STALL_TILL, till),
    ):
        members.give_access(member_id, access, mobile=user.mobile or "", by=by, now=now)
    return second, till


WAITING = (
    ("Quelônios do Jaraqui", Kind.FAMILY_GROUP, Segment.CRAFTS, 19, ("Rio Negro", "Jaraqui")),
    ("Óleos do Careiro", Kind.INFORMAL_GROUP, Segment.FOREST, 13, ("Careiro", "Purupuru")),
    ("Catadoras da Cachoeirinha", Kind.ASSOCIATION, Segment.RECYCLING, 7, ("", "Cachoeirinha")),
)


def let_some_wait(municipality_code: int, *, now: datetime) -> None:
    """Register a few groups that the Division has not looked at yet; they have no login."""
    for number, (name, kind, segment, days, (river, community)) in enumerate(WAITING):
        told = Particulars(
            name=name,
            kind=kind,
            segment=segment,
            municipality_code=municipality_code,
            river=river,
            community=community,
            founded_year=2019 + number,
            mobile=cast.mobile(300 + number),
            story="Grupo de demonstração que espera a análise do cadastro.",
            is_demo=True,
        )
        people = [Newcomer(cast.woman(40 + number * 5 + n), Sex.FEMALE) for n in range(4 + number)]
        sent = now - timedelta(days=days)
        registration.register_enterprise(told, people, by=HOUSE, now=sent)
