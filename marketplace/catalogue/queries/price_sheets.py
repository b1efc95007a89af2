"""The sheets behind prices, and what is picked from while one is written."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import User
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.price_sheets import KeptSheet, SheetLine
from marketplace.catalogue.models.prices import CompositionLine, LineKind, PriceVersion
from marketplace.catalogue.price_sheet import Input, PriceSheet
from marketplace.core.database import db
from marketplace.core.text import fold
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Member

MOST_SUPPLIERS = 500


def sheet_of(version_id: int | None) -> PriceSheet | None:
    """Return the sheet that made a price version, none for one made without."""
    return sheets_of([version_id or 0]).get(version_id or 0)


def sheets_of(version_ids: Iterable[int]) -> dict[int, PriceSheet]:
    """Return the sheets of several versions, by version, in two statements."""
    ids = list(version_ids)
    kept = db.session.scalars(sa.select(KeptSheet).where(KeptSheet.version_id.in_(ids))).all()
    of_these = sa.select(SheetLine).where(SheetLine.version_id.in_(ids))
    lines: dict[int, list[Input]] = {}
    for line in db.session.scalars(of_these.order_by(SheetLine.version_id, SheetLine.position)):
        lines.setdefault(line.version_id, []).append(_input(line))
    return {one.version_id: _sheet(one, lines.get(one.version_id, [])) for one in kept}


def last_sheet(product_id: int) -> tuple[PriceVersion, PriceSheet] | None:
    """Return the last version of a product that a sheet made, with it."""
    query = (
        sa.select(PriceVersion)
        .join(KeptSheet, KeptSheet.version_id == PriceVersion.id)
        .where(PriceVersion.product_id == product_id)
        .order_by(PriceVersion.number.desc())
        .limit(1)
    )
    version = db.session.scalar(query)
    sheet = sheet_of(version.id) if version else None
    return (version, sheet) if version and sheet else None


def workers_of(enterprise_id: int, *, besides: int = 0) -> list[tuple[int, str]]:
    """Return who of the group may have worked, with their names.

    Also who left meanwhile, but stands in a sheet of the product ``besides``.
    """
    named = (
        sa.select(SheetLine.member_id)
        .join(PriceVersion, PriceVersion.id == SheetLine.version_id)
        .where(PriceVersion.product_id == besides, SheetLine.member_id.is_not(None))
    )
    query = sa.select(Member.id, Member.name).where(
        Member.enterprise_id == enterprise_id,
        sa.or_(Member.left_on.is_(None), Member.id.in_(named)),
    )
    return [(row.id, row.name) for row in db.session.execute(query.order_by(Member.name))]


def supplier_names(enterprise_id: int) -> list[str]:
    """Return the names of the other enterprises of the record, to be proposed while typing."""
    query = enterprises.public().with_only_columns(Enterprise.name)
    query = query.where(Enterprise.id != enterprise_id).order_by(Enterprise.folded)
    return list(db.session.scalars(query.limit(MOST_SUPPLIERS)))


def suppliers(names: Iterable[str]) -> dict[str, int]:
    """Return the enterprises of the record that bear these names, by the folded name."""
    folded = {fold(name) for name in names if name}
    query = enterprises.public().with_only_columns(Enterprise.folded, Enterprise.id)
    query = query.where(Enterprise.folded.in_(sorted(folded))).order_by(Enterprise.id.desc())
    return {row.folded: row.id for row in db.session.execute(query)} if folded else {}


def names_of(enterprise_ids: Iterable[int]) -> dict[int, str]:
    query = sa.select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_(list(enterprise_ids)))
    return {row.id: row.name for row in db.session.execute(query)}


def versions(product_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the prices of a product with who gave them, the present one first."""
    return (
        sa.select(PriceVersion, User.name)
        .join(User, User.id == PriceVersion.made_by_id, isouter=True)
        .where(PriceVersion.product_id == product_id)
        .options(joinedload(PriceVersion.hour_decision))
        .order_by(PriceVersion.number.desc())
    )


def lines_by_number(product_id: int, least: int, most: int) -> dict[int, list[LineInput]]:
    """Return the compositions of the versions numbered so, by number."""
    query = (
        sa.select(PriceVersion.number, CompositionLine)
        .join(CompositionLine, CompositionLine.version_id == PriceVersion.id)
        .where(PriceVersion.product_id == product_id, PriceVersion.number.between(least, most))
        .order_by(PriceVersion.number, CompositionLine.position)
    )
    found: dict[int, list[LineInput]] = {}
    for number, line in db.session.execute(query):
        cost, total = line.unit_cost_cents, line.total_cents
        one = LineInput(line.kind, cost, line.amount_thousandths, line.label, total)
        found.setdefault(number, []).append(one)
    return found


def _sheet(kept: KeptSheet, lines: list[Input]) -> PriceSheet:
    shares = {
        LineKind.FUND: kept.fund_permille,
        LineKind.PAYMENT_FEE: kept.payment_fee_permille,
        LineKind.TAXES: kept.taxes_permille,
    }
    told = {kind: permille for kind, permille in shares.items() if permille}
    return PriceSheet(kept.pieces, tuple(lines), told, kept.surplus_permille, kept.hour_cents)


def _input(line: SheetLine) -> Input:
    return Input(
        line.kind,
        line.label,
        line.amount_thousandths,
        line.unit_cost_cents,
        line.measure,
        line.loss_permille,
        line.solidarity,
        line.supplier_id,
        line.member_id,
    )
