"""The open accounts: what was sold, where the money went, and how that is worked out."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.core import clock, page_cache
from marketplace.core.formats import month, month_name
from marketplace.core.look import PARTS, SEGMENTS
from marketplace.core.paging import paginate
from marketplace.core.rights import anyone
from marketplace.opendata import figures, queries, spent
from marketplace.opendata.protection import PARTS as CODES
from marketplace.payments.published import minutes_of
from marketplace.reports.names import CHANNELS, round_half_up
from marketplace.reports.periods import date_of

bp = Blueprint("opendata", __name__, url_prefix="/transparencia")
MONTHS, SPENDINGS, SHOWN = 12, 3, 24


@bp.get("", allow=anyone)
@page_cache.alike()
def index() -> ResponseReturnValue:
    known = queries.months()[-MONTHS:]
    told = [each.figures for each in known]
    parts = figures.parts_of(told)
    total = figures.total_of(told)
    amounts = [parts[code] for code in CODES]
    return render_template(
        "opendata/index.html",
        months=[
            (month(day), month_name(day), each.figures)
            for each in known
            for day in (date_of(each.month),)
        ],
        total=total,
        parts=[
            (part, cents, round_half_up(cents, parts["composed"]))
            for part, cents in zip(PARTS, amounts, strict=True)
        ]
        if parts["composed"]
        else [],
        amounts=amounts,
        composed=parts["composed"],
        coverage=round_half_up(parts["composed"], total) if total else 0,
        segments=list(SEGMENTS),
        tables=_tables(told),
        selling=queries.people_selling(queries.day_of(clock.now())),
        published=queries.day_of(known[-1].published_at) if known else None,
        corrections=queries.corrections()[:MONTHS],
        **_spent(1, SPENDINGS),
        spent_cents=spent.total_cents(),
        month_of=lambda key: month(date_of(key)),
    )


@bp.get("/fundos", allow=anyone)
@page_cache.alike("pagina")
def funds() -> ResponseReturnValue:
    return render_template(
        "opendata/funds.html",
        **_spent(request.args.get("pagina"), SHOWN),
        total=spent.total_cents(),
        borne_cents=spent.borne_cents(),
        rates=spent.rates(MONTHS),
    )


@bp.get("/como-calculamos", allow=anyone)
@page_cache.alike()
def method() -> ResponseReturnValue:
    return render_template("opendata/method.html", days=queries.DAYS_LEFT)


def _spent(page: int | str | None, shown: int) -> dict[str, Any]:
    """Return so many payments of the funds, and the minutes that decided them."""
    found = paginate(spent.spendings(), page, shown)
    return {"spendings": found, "minutes": minutes_of([one.id for one in found.items])}


def _tables(told: list[figures.Figures]) -> list[tuple[str, list[tuple[str, int | None]]]]:
    """Return zones and channels, each with its sum over the months that show it."""
    zones, channels = queries.zone_names(), {key.value: str(name) for key, name in CHANNELS.items()}
    found = []
    for table, names in (("zones", zones), ("channels", channels)):
        sums = figures.sums_of(told, table)
        keys = {key for each in told for key in each[table]}
        found.append((table, sorted((names.get(key, key), sums.get(key)) for key in keys)))
    return found
