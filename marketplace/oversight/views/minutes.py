"""Minutes, for anybody to find and read; what was corrected stays readable."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.core import limits, page_cache, papers
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import anyone
from marketplace.oversight.minutes_words import BODIES
from marketplace.oversight.queries import minutes as queries
from marketplace.oversight.queries import spent

bp = Blueprint("minutes", __name__, url_prefix="/atas")
PAPERS, SECONDS = 60, 60


@bp.get("", allow=anyone)
@page_cache.alike("orgao", "ano", "q", "pagina")
def index() -> ResponseReturnValue:
    asked = queries.asked_from(request.args.to_dict())
    return render_template(
        "oversight/minutes.html",
        page=paginate(queries.listed(asked), request.args.get("pagina")),
        asked=asked,
        years=queries.years(),
        bodies=BODIES,
    )


@bp.get("/<int:minutes_id>", allow=anyone)
@page_cache.alike()
def show(minutes_id: int) -> ResponseReturnValue:
    found = find_one(queries.whole(minutes_id))
    paid = spent.paid_by(found.id)
    return render_template("oversight/minutes_one.html", it=found, bodies=BODIES, paid=paid)


@bp.get("/<int:minutes_id>/<int:number>.pdf", allow=anyone)
def export(minutes_id: int, number: int) -> ResponseReturnValue:
    """Send the PDF of a version, unless it was taken down."""
    limits.pace("minutes", request.remote_addr or "", limit=PAPERS, seconds=SECONDS)
    return papers.answer(find_one(queries.version(minutes_id, number)).file, public=True)
