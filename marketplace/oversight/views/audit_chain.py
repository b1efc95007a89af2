"""Whether the record of what was done is whole: for the Division and its council to see and try."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.core import clock, files, limits, seals
from marketplace.core.database import db
from marketplace.core.rights import current_person, role
from marketplace.oversight import audit_words
from marketplace.oversight.errors import NothingSealed, NotPublished
from marketplace.oversight.forms.audit import LinesForm, StretchForm
from marketplace.oversight.operations import audit_checks
from marketplace.oversight.queries import audit_chain

bp = Blueprint("audit_chain", __name__, url_prefix="/gestao/auditoria/corrente")
READS = role("head", "articulation", "qualification", "finance", "council", "administrator")
LISTS = role("head")  # as the list of who did what
LINES = "application/x-ndjson; charset=utf-8"
TRIED_AN_HOUR, AN_HOUR = 30, 3600


@bp.get("", allow=READS)
def show() -> ResponseReturnValue:
    return _page(StretchForm(formdata=None))


@bp.post("", allow=READS)
def create() -> ResponseReturnValue:
    """Verify the entries of some days now."""
    form = StretchForm()
    if not form.validate():
        return _page(form), 422
    person, begun_at = current_person(), clock.now()
    limits.pace("audit_check", str(person.id), limit=TRIED_AN_HOUR, seconds=AN_HOUR)
    days: Any = (form.first.data, form.last.data)
    try:
        stretch = audit_checks.stretch_of(*days)
    except NothingSealed as error:
        form.first.errors = [str(error)]
        return _page(form), error.status
    if audit_checks.is_long(stretch):
        audit_checks.ask(stretch, by=person, now=begun_at)
        flash(_("It is being verified. What comes out appears here within minutes."))
        return redirect(url_for("audit_chain.show"), 303)
    found = audit_checks.examined(*stretch)
    audit_checks.keep(stretch, found, begun_at=begun_at, by=person, now=clock.now())
    if found:
        flash(_("Something does not fit: see below."), "error")
    else:
        flash(_("All of it is as it was sealed."), "success")
    return redirect(url_for("audit_chain.show"), 303)


@bp.get("/linhas.jsonl", allow=LISTS)
def export() -> ResponseReturnValue:
    """Send the entries that a day (UTC) brought, as the lines that were hashed, while read.

    Whoever has the published codes works that of the day out of them (`docs/recompute_heads.py`).
    """
    form = LinesForm(request.args, meta={"csrf": False})
    if not form.validate():
        return _page(StretchForm(formdata=None), form), 422
    day: Any = form.dia.data
    try:
        first, last = audit_chain.of_day(day)
    except NotPublished as error:
        form.dia.errors = [str(error)]
        return _page(StretchForm(formdata=None), form), error.status
    files.pace()
    lines = seals.lines(first, last, between=db.session.rollback)  # no read is held open meanwhile
    named = {"Content-Disposition": f'attachment; filename="auditoria-{day}.jsonl"'}
    return Response(stream_with_context(lines), content_type=LINES, headers=named)


def _page(form: StretchForm, lines: LinesForm | None = None) -> str:
    person = current_person()
    return render_template(
        "oversight/audit_chain.html",
        form=form,
        lines=lines or LinesForm(formdata=None, data={"dia": audit_chain.last_published()}),
        lists=LISTS(person),
        asked=audit_chain.asked(),
        zone=accounts.time_zone_of(person),
        area="conselho" if "council" in person.roles else "gestao",
        sealed=seals.newest()[0],
        since=audit_chain.begun_at(),
        night=audit_chain.last_night(),
        overdue=audit_chain.is_overdue(clock.now()),
        checks=audit_chain.checks(),
        told=audit_words.told,
        most=audit_checks.MOST,
    )
