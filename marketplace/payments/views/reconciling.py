"""Where finance holds the provider's account against the books, day by day.

The account is one for the whole installation, so its days are of no Division.
"""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock, files
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import reais, write_csv
from marketplace.payments import labels, settings
from marketplace.payments.errors import DayNotListed, LinesLeft, SumsDiffer
from marketplace.payments.models.ledger import LedgerEntry
from marketplace.payments.models.reconciling import ProviderMovement, ReconciliationDay
from marketplace.payments.operations import reconciling
from marketplace.payments.queries import reconciling as known

bp = Blueprint("reconciling", __name__, url_prefix="/gestao/conciliacao")
READS, CLOSES = role("finance", "head"), role("finance")
DAYS_SHOWN, LINES_SHOWN, MOST_ROWS = 31, 50, 10_000


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    page = paginate(known.days(), request.args.get("pagina"), DAYS_SHOWN)
    is_set_up = bool(settings.environment())
    return render_template("payments/days.html", page=page, labels=labels, is_set_up=is_set_up)


@bp.get("/<day>", allow=READS)
def show(day: str) -> ResponseReturnValue:
    row = _day(day)
    return render_template(
        "payments/day.html",
        day=row,
        page=paginate(known.lines_of(row.day), request.args.get("pagina"), LINES_SHOWN),
        sums=known.sums_of(row.day),
        unmet=known.count_unmet(row.day),
        is_listed=row.listed_at >= known.span_of(row.day)[1],
        closes=CLOSES(current_person()),
        labels=labels,
    )


@bp.post("/<day>/fechamento", allow=CLOSES)
def create_closing(day: str) -> ResponseReturnValue:
    row = _day(day)
    here = redirect(url_for("reconciling.show", day=day), 303)
    try:
        reconciling.close_day(row.day, by=current_person(), now=clock.now())
    except (DayNotListed, LinesLeft, SumsDiffer) as no:
        flash(str(no), "error")
        return here
    flash(_("The day is closed."), "success")
    return here


@bp.get("/<day>/linhas.csv", allow=READS)
def export(day: str) -> ResponseReturnValue:
    row = _day(day)
    files.pace()
    headers = [_("Line"), _("Kind"), _("Instant (UTC)"), _("At hand (UTC)"), _("Of what")]
    headers += [_("Amount (R$)"), _("Fee (R$)"), _("Net (R$)"), _("State"), _("Reason")]
    headers += [_("Entry"), _("In the books (R$)")]
    found = db.session.execute(known.lines_of(row.day).limit(MOST_ROWS))
    sheet = write_csv(
        headers, [_cells(row.ProviderMovement, row.LedgerEntry, row.booked_cents) for row in found]
    )
    return files.as_file(sheet, f"conciliacao-{row.day}.csv", files.CSV)


def _day(day: str) -> ReconciliationDay:
    """Return a day by its date.

    :raises NotFound: for what is no date, or was never asked for.
    """
    try:
        asked = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    return find_one(known.days().where(ReconciliationDay.day == asked))


def _cells(line: ProviderMovement, entry: LedgerEntry | None, booked: int | None) -> list[str]:
    return [
        line.movement_id,
        line.kind,
        line.created_at.isoformat(timespec="seconds"),
        line.available_on.isoformat(timespec="seconds"),
        line.source_id,
        *(reais(cents) for cents in (line.amount_cents, line.fee_cents, line.net_cents)),
        str(labels.STATES[line.state]),
        str(labels.WHY.get(line.why, "")),
        str(entry.id) if entry else "",
        "" if entry is None else reais(booked or 0),
    ]
