"""What the years before the system came to, as the Division's papers and people tell it."""

from datetime import date, datetime

import sqlalchemy as sa

from marketplace.accounts.models import Grant, Role, User
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.reports.models.declared import Sureness
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.operations import scheduling
from marketplace.reports.operations.declaring import Past, bring_past

SHEET = "Planilha das feiras, arquivo da Divisão"
DECEMBER_CENTS = 21_480_00
MONTH_CENTS = 9_250_00
GROWTH_CENTS = 310_00  # from month to month
PLACES = 30


def declare_before(division_id: int, first: date, *, now: datetime) -> None:
    """Declare three years before a day: one by months, one as a whole, one from memory."""
    if (by := _head(division_id)) is None:
        return
    year = first.year
    rows = [_month(year - 1, month) for month in range(1, 13)]
    whole, told = Sureness.ESTIMATED, Sureness.REMEMBERED
    rows.append(Past(year - 2, None, 96_400_00, whole, "Relatório anual da Secretaria", places=212))
    rows.append(Past(year - 3, None, 70_000_00, told, "Reunião do Fórum", people=80))
    bring_past(division_id, rows, by=by, now=now)


def have_sent(division_id: int, *, now: datetime) -> None:
    """Have the monthly sheet of a Division sent to all who read it, on the fifth."""
    if by := _head(division_id):
        scheduling.schedule(division_id, ReportKind.MONTHLY, 5, to_all=True, by=by, now=now)


def _head(division_id: int) -> Person | None:
    head = sa.select(Grant.user_id).join(User, User.id == Grant.user_id)
    mine = Grant.division_id == division_id, Grant.role == Role.HEAD, User.is_demo
    who = db.session.scalar(head.where(*mine).limit(1))
    return Person(who, frozenset({"head"}), divisions=frozenset({division_id})) if who else None


def _month(year: int, month: int) -> Past:
    cents = DECEMBER_CENTS if month == 12 else MONTH_CENTS + month * GROWTH_CENTS
    return Past(year, month, cents, Sureness.DOCUMENTED, SHEET, places=PLACES)
