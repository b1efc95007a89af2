"""The page of news, and the staff's page of what to pass on to somebody without e-mail."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import consents
from marketplace.accounts import queries as accounts
from marketplace.accounts.consents import Purpose
from marketplace.accounts.models import User
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.numbers import row_id
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, logged_in, role
from marketplace.notifications import messages, operations, queries, whatsapp

bp = Blueprint("notifications", __name__)


@bp.get("/avisos", allow=logged_in)
def index() -> ResponseReturnValue:
    person = current_person()
    page = paginate(queries.notices_of(person.id or 0), request.args.get("pagina"))
    zone = accounts.time_zone_of(person)
    return render_template("notifications/index.html", page=page, zone=zone)


@bp.post("/avisos/leitura", allow=logged_in)
def create_reading_of_all() -> ResponseReturnValue:
    until_id = request.form.get("until_id", 0, type=row_id)
    operations.mark_all_read(until_id, by=current_person(), now=clock.now())
    return redirect(url_for("notifications.index"), 303)


@bp.post("/avisos/<int:notice_id>/leitura", allow=logged_in)
def create_reading(notice_id: int) -> ResponseReturnValue:
    notice = operations.mark_read(notice_id, by=current_person(), now=clock.now())
    return redirect(request.script_root + notice.path, 303)


@bp.get("/gestao/pessoas/<int:user_id>/avisos", allow=role("articulation", "head"))
def show_to_pass_on(user_id: int) -> ResponseReturnValue:
    person = current_person()
    user = find_one(accounts.in_reach_of(person).where(User.id == user_id))
    page = paginate(queries.notices_of(user_id), request.args.get("pagina"))
    facts = {"user": user, "page": page, "zone": accounts.time_zone_of(person)}
    facts["allowed"] = consents.holds(user_id, Purpose.NEWS_BY_WHATSAPP)
    return render_template("notifications/pass_on.html", **facts)


@bp.app_context_processor
def _offer() -> dict[str, Any]:
    """Let every template count the unread and write news out."""
    return {
        "unread_count": unread_count,
        "notice_text": messages.written,
        "whatsapp_link": whatsapp.link,
    }


def unread_count() -> int:
    """Return how many news the reader has not read; asked of the database once per page."""
    person = current_person()
    if person.id is None:
        return 0
    if "unread_count" not in g:
        g.unread_count = queries.unread_count(person.id)
    count: int = g.unread_count
    return count
