"""Every line of sale as a sheet: who may have it, and its lines, some at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from marketplace.accounts import serving
from marketplace.accounts.models import Division
from marketplace.core import database
from marketplace.core.database import db
from marketplace.core.look import SEGMENTS
from marketplace.core.rights import Person
from marketplace.core.sheets.writing import LONGEST_SHEET, reais
from marketplace.enterprises.labels import KINDS
from marketplace.orders.models.facts import FactKind, SaleFact
from marketplace.orders.models.rollups import SalesByDay
from marketplace.reports.models.exports import ExportState, SalesExport
from marketplace.reports.names import CHANNELS, CONFIDENCES
from marketplace.reports.periods import Period

ROLES = ("head", "articulation", "qualification", "finance")
"""Not the council: a line is what a single enterprise sold."""
MOST_LINES = LONGEST_SHEET - 1  # and the headings
BATCH = 2000  # lines in memory
STANDS_STILL = timedelta(minutes=10)
NUMBERS = range(13, 22)  # columns, from 0


def divisions_of(person: Person) -> sa.Select[Division]:
    """Select the Divisions of whose sales a person may have the lines, with the rights of now."""
    return serving.divisions_with(person, ROLES)


def owned_by(person: Person) -> sa.Select[SalesExport]:
    """Select what a person asked for, of the Divisions of which they may still have it."""
    query = sa.select(SalesExport).where(SalesExport.owner_id == person.id)
    theirs = divisions_of(person).with_only_columns(Division.id)
    return query.where(SalesExport.division_id.in_(theirs)).order_by(SalesExport.id.desc())


def may_be_retried(export: SalesExport, now: datetime) -> bool:
    """Whether it failed, or nothing of it has moved for ten minutes."""
    on_its_way = export.state in (ExportState.WAITING, ExportState.RUNNING)
    stands = on_its_way and now - export.moved_at > STANDS_STILL
    return stands or export.state is ExportState.FAILED


def counted(division_id: int, period: Period) -> int:
    """Return how many lines there are, from the roll-up by day."""
    query = sa.select(sa.func.coalesce(sa.func.sum(SalesByDay.lines), 0))
    within = SalesByDay.day.between(period.first, period.last)
    return int(db.session.scalars(query.where(SalesByDay.division_id == division_id, within)).one())


def last_fact() -> int:
    return db.session.scalar(sa.select(sa.func.max(SaleFact.id))) or 0


def batches(division_id: int, period: Period, last_id: int) -> Iterator[Sequence[Any]]:
    """Yield the facts up to an id, by day, so many at a time."""
    values = {"division_id": division_id, "last": period.last, "last_id": last_id}
    at = {"first": period.first, "after": 0}
    while found := database.rows(_LINES, values | at):
        yield found
        at = {"first": found[-1].occurred_on, "after": found[-1].id}


def headings() -> list[str]:
    return [
        *(gettext("Day"), gettext("What happened"), gettext("How it was sold"), gettext("Fair")),
        *(gettext("Enterprise"), gettext("Kind of enterprise"), gettext("Led by women")),
        *(gettext("Municipality"), gettext("Zone"), gettext("Neighbourhood")),
        *(gettext("Segment"), gettext("Category"), gettext("Product"), gettext("Pieces")),
        *(gettext("Amount (R$)"), gettext("To the makers (R$)"), gettext("Materials (R$)")),
        *(gettext("Packing (R$)"), gettext("Fund (R$)"), gettext("Fees (R$)")),
        *(gettext("Minutes of work"), gettext("Line"), gettext("How surely it is known")),
    ]


class Cells:
    """How a line is written in the reader's language; each word is looked up once."""

    def __init__(self) -> None:
        self._kinds = {
            FactKind.SALE: gettext("Sale"),
            FactKind.ORDER_TAKEN: gettext("Order taken"),
            FactKind.HANDED_OVER: gettext("Handed over"),
        }
        self._channels = {key: str(name) for key, name in CHANNELS.items()}
        self._of = {key: str(name) for key, name in KINDS.items()}
        self._segments = {key: str(shown.name) for key, shown in SEGMENTS.items()}
        self._surely = {key: str(name) for key, name in CONFIDENCES.items()}
        self._led = {True: gettext("Yes"), False: gettext("No")}

    def of(self, fact: Any) -> list[str]:
        amounts = (fact.gross_cents, fact.makers_cents, fact.materials_cents, fact.packing_cents)
        return [
            *(fact.occurred_on.isoformat(), self._kinds[fact.kind], self._channels[fact.channel]),
            *(fact.fair_name, fact.enterprise_name, self._of[fact.enterprise_kind]),
            *(self._led[fact.women_led], fact.municipality_name, fact.zone_name),
            *(fact.neighbourhood, self._segments[fact.segment.value], fact.category_name),
            *(fact.product_name, str(fact.quantity), *map(reais, amounts)),
            *(reais(fact.fund_cents), reais(fact.fees_cents), str(fact.minutes), str(fact.id)),
            self._surely[fact.confidence],
        ]


_COLUMNS = (
    *("id", "occurred_on", "kind", "channel", "fair_name", "enterprise_name", "enterprise_kind"),
    *("women_led", "municipality_name", "zone_name", "neighbourhood", "segment", "category_name"),
    *("product_name", "quantity", "gross_cents", "makers_cents", "materials_cents"),
    *("packing_cents", "fund_cents", "fees_cents", "minutes", "confidence"),
)
_first = sa.bindparam("first", type_=sa.Date)
_LINES = (
    sa.select(*(getattr(SaleFact, name) for name in _COLUMNS))
    .where(SaleFact.division_id == sa.bindparam("division_id"))
    .where(SaleFact.occurred_on.between(_first, sa.bindparam("last", type_=sa.Date)))
    .where(SaleFact.id <= sa.bindparam("last_id"))
    .where(sa.or_(SaleFact.occurred_on > _first, SaleFact.id > sa.bindparam("after")))
    .order_by(SaleFact.occurred_on, SaleFact.id)
    .limit(BATCH)
)
