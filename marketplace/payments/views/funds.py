"""What the solidarity fund of a Division gets of what is paid here: told, and decided."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.models import Division
from marketplace.core import clock, formats
from marketplace.core.database import db
from marketplace.core.rights import current_person, role
from marketplace.payments.errors import TooSoon
from marketplace.payments.forms import FundRateForm
from marketplace.payments.operations import funds
from marketplace.payments.queries import funds as known

bp = Blueprint("funds", __name__, url_prefix="/gestao/fundo")
READS, SETS = role("finance", "head", "council"), role("head")
SHOWN = 20


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    return _page(FundRateForm(formdata=None))


@bp.post("", allow=SETS)
def create_rate() -> ResponseReturnValue:
    form = FundRateForm()
    form.offer(_divisions(known.divisions_set_by(current_person())))
    if not form.validate():
        return _page(form), 422
    day: Any = form.first_day.data
    told: Any = {
        "direct": form.direct.data,
        "reason": form.reason.data,
        "by": current_person(),
        "now": clock.now(),
    }
    try:
        funds.set_rate(form.division_id.data, form.rate.data or 0, first_day=day, **told)
    except TooSoon as no:
        form.first_day.errors = [str(no)]
        return _page(form), no.status
    flash(_("It holds from %(day)s on.", day=formats.day(day)), "success")
    return redirect(url_for("funds.index"), 303)


def _page(form: FundRateForm) -> str:
    person, now = current_person(), clock.now()
    seen = _divisions(known.divisions_seen_by(person))
    form.offer(_divisions(known.divisions_set_by(person)))
    return render_template(
        "payments/funds.html",
        form=form,
        sets=SETS(person),
        now=now,
        told=[
            (
                each,
                known.rate_of(each.id, now),
                known.balance_of(each.id),
                known.decided(each.id, SHOWN),
            )
            for each in seen
        ],
    )


def _divisions(query: Any) -> list[Division]:
    return list(db.session.scalars(query.order_by(Division.id)))
