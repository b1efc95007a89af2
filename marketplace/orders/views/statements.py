"""The panel's money: a month of the enterprise, on screen, on paper, as a sheet, as a message."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.core import clock, files
from marketplace.core.rights import role
from marketplace.core.sheets.writing import write_csv
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.models import Enterprise
from marketplace.orders import statement_words
from marketplace.orders.queries import claims, statements
from marketplace.orders.queries.statements import Statement
from marketplace.payments import settings
from marketplace.payments.labels import cause_of
from marketplace.payments.queries import funds
from marketplace.payments.queries.coming import coming
from marketplace.payments.queries.debts import open_of

bp = Blueprint("statements", __name__, url_prefix="/painel/dinheiro")
READS = role("member", "manager", "facilitator")


@bp.get("", allow=READS)
def show() -> ResponseReturnValue:
    enterprise = current_enterprise()
    zone, name = enterprise.division.time_zone, enterprise.name
    months, told = _asked(enterprise)
    return render_template(
        "orders/statement.html",
        enterprise=enterprise,
        zone=zone,
        told=told,
        months=months,
        kinds=statement_words.KINDS,
        message=statement_words.message(told, name),
        coming=coming(enterprise, clock.now()),
        whys=statement_words.WHY_NOT,
        debts=open_of(enterprise.id),
        percent=settings.debt_percent(),
        cause_of=cause_of,
        claimable=len(claims.of_enterprise(enterprise.id, clock.today(zone))),
        fund_cents=funds.rate_of(enterprise.division_id, clock.now()),
    )


@bp.get("/extrato.csv", allow=READS)
def export() -> ResponseReturnValue:
    files.pace()
    enterprise = current_enterprise()
    zone = enterprise.division.time_zone
    _months, told = _asked(enterprise)
    sheet = write_csv(statement_words.headers(), statement_words.cells(told, zone))
    return files.as_file(sheet, f"extrato-{told.month:%Y-%m}.csv", files.CSV)


def _asked(enterprise: Enterprise) -> tuple[list[date], Statement]:
    """Return the months there are, newest first, and the one asked for; else the newest."""
    zone = enterprise.division.time_zone
    months = statements.months_of(enterprise.id, zone, clock.now())
    asked = request.args.get("mes", "")
    month = next((month for month in months if f"{month:%Y-%m}" == asked), months[0])
    return months, statements.statement(enterprise.id, month, zone)
