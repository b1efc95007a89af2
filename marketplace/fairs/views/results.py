"""Where anybody sees how the places of a fair were drawn, and takes the list to draw them again."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from marketplace.core.finding import find_one
from marketplace.core.rights import anyone
from marketplace.core.sheets.writing import write_csv
from marketplace.fairs import labels
from marketplace.fairs.draw import Outcome
from marketplace.fairs.models.calls import Draw, DrawnLot
from marketplace.fairs.queries import calendar, calls

bp = Blueprint("fair_results", __name__, url_prefix="/feiras/<slug>")
HEADERS = (
    *("seed", "places", "number", "enterprise", "segment", "segment_quota", "credit"),
    *("sha256", "order", "result"),
)


@bp.get("/sorteio", allow=anyone)
def show(slug: str) -> ResponseReturnValue:
    drawn, lots = _draw(slug)
    call = drawn.call
    stalls = {shown.enterprise_id: shown.stall for shown in calendar.exhibitors(call.fair_id)}
    return render_template(
        "fairs/result.html",
        drawn=drawn,
        call=call,
        fair=call.fair,
        lots=lots,
        places={place.enterprise_id: place for place in calls.places(call.id)},
        applied={lot.application.enterprise_id for lot in lots},
        stalls=stalls,
        labels=labels,
    )


@bp.get("/sorteio.csv", allow=anyone)
def export(slug: str) -> ResponseReturnValue:
    """Send what the draw was made of, and what it came to: enough to make it again."""
    drawn, lots = _draw(slug)
    rows = [_row(drawn, lot) for lot in sorted(lots, key=lambda lot: lot.number)]
    answer = Response(write_csv(HEADERS, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="sorteio-{slug}.csv"'
    return answer


def _draw(slug: str) -> tuple[Draw, list[DrawnLot]]:
    """Return a draw and the lots in it; whom a rule kept out is nobody's business."""
    drawn = find_one(calls.drawn(slug))
    return drawn, [lot for lot in calls.lots(drawn.id) if lot.outcome is not Outcome.EXCLUDED]


def _row(drawn: Draw, lot: DrawnLot) -> list[str]:
    call, quota = drawn.call, drawn.call.quotas.get(lot.segment.value, 0)
    name, segment = lot.application.enterprise.name, lot.segment.value
    cells = (drawn.seed, call.places, lot.number, name, segment, quota, lot.credit)
    return [str(cell) for cell in (*cells, lot.digest, lot.position, lot.outcome.value)]
