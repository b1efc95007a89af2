"""The products of a Division, with those whose price leaves less than the wage floor."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from marketplace.accounts import queries as accounts
from marketplace.catalogue import labels
from marketplace.catalogue.queries import lists, own
from marketplace.core import clock, files, limits
from marketplace.core.database import db
from marketplace.core.look import SEGMENTS
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.sheets import writing
from marketplace.core.text import clean

bp = Blueprint("all_products", __name__, url_prefix="/gestao")
SEES = role("articulation", "qualification", "head")
EXPORTS_PER_HOUR, HOUR_SECONDS, LONGEST_QUESTION, MOST_ROWS = 60, 3600, 80, 20_000
HEADERS = (
    *(_("Code"), _("Product"), _("Enterprise code"), _("Enterprise"), _("Division"), _("Segment")),
    *(_("State"), _("Price (R$)"), _("Unit"), _("To the makers (R$)")),
    *(_("An hour is left with (R$)"), _("In stock")),
)


@bp.get("/produtos", allow=SEES)
def index() -> ResponseReturnValue:
    floor = lists.wage_floor(_today())
    page = paginate(_asked(floor), request.args.get("pagina"), per_page=50)
    return render_template(
        "catalogue/staff.html",
        page=page,
        floor=floor,
        under=own.number_under_floor(current_person(), wage_floor=floor),
        text=request.args.get("q", ""),
        state=request.args.get("estado", ""),
        labels=labels,
        query=request.args.to_dict(flat=False),
    )


@bp.get("/produtos.csv", allow=SEES)
def export_csv() -> ResponseReturnValue:
    who = f"user:{current_person().id}"
    limits.pace("export", who, limit=EXPORTS_PER_HOUR, seconds=HOUR_SECONDS)
    rows = db.session.execute(_asked(lists.wage_floor(_today())).limit(MOST_ROWS))
    content = writing.write_csv([str(header) for header in HEADERS], (_cells(row) for row in rows))
    return files.as_file(content, "produtos.csv", files.CSV)


def _asked(floor: int) -> own.Rows:
    text = clean(request.args.get("q", ""))[:LONGEST_QUESTION]
    state = request.args.get("estado", "")
    return own.for_staff(current_person(), wage_floor=floor, text=text, state=state)


def _today() -> date:
    return clock.today(accounts.time_zone_of(current_person()))


def _cells(row: own.Row) -> list[str]:
    texts = [row.code, row.name, row.enterprise_code, row.enterprise, row.division]
    price, makers, an_hour = map(_reais, (row.price_cents, row.maker_cents, row.real_hour_cents))
    numbers = [price, row.unit, makers, an_hour, row.left]
    shown = [str(SEGMENTS[row.segment].name), str(labels.SHOWINGS[row.showing])]
    cells = [*texts, *shown, *numbers]
    return ["" if cell is None else str(cell) for cell in cells]


def _reais(cents: int | None) -> str | None:
    return None if cents is None else writing.reais(cents)
