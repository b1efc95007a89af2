"""News of the provider that was put aside: why, and a second look where that can help."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.payments import labels
from marketplace.payments.errors import NewsStays
from marketplace.payments.operations import events
from marketplace.payments.queries import news

bp = Blueprint("quarantine", __name__, url_prefix="/gestao/quarentena")
READS, ASKS = role("finance", "head"), role("finance")
SHOWN = 50


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    asked = request.args.get("motivo", "")
    why = asked if asked in labels.QUARANTINE else ""
    return render_template(
        "payments/quarantine.html",
        page=paginate(news.quarantined(why), request.args.get("pagina"), SHOWN),
        why=why,
        counts=news.count_quarantined(),
        asks=ASKS(current_person()),
        can_be_looked_at=news.can_be_looked_at,
        labels=labels,
    )


@bp.post("/<int:news_id>/nova-consulta", allow=ASKS)
def create_look(news_id: int) -> ResponseReturnValue:
    try:
        events.look_again(news_id, by=current_person(), now=clock.now())
    except NewsStays as no:
        flash(str(no), "error")
    else:
        flash(_("The provider is asked again; what it says now is kept."), "success")
    return redirect(url_for("quarantine.index"), 303)
