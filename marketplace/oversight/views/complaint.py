"""Where anybody tells the Division what is wrong and follows it; who they are is not asked.

Nothing here looks who is logged in, and no address is kept: how many come from one address is
counted in memory alone.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.core import clock, limits, passcodes
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.headers import keep_secret
from marketplace.core.rights import VISITOR, anyone
from marketplace.oversight import labels
from marketplace.oversight.attachments import as_attachment
from marketplace.oversight.errors import BadEvidence, TooManyComplaints, WordsMissing
from marketplace.oversight.evidence import UPLOAD, evidence_in
from marketplace.oversight.forms.complaints import CodeForm, ComplaintForm, MoreForm
from marketplace.oversight.models.complaints import Complaint, ComplaintFile, Matter
from marketplace.oversight.operations import complaints as operations
from marketplace.oversight.queries import complaints as queries

bp = Blueprint("complaint", __name__, url_prefix="/denuncia")
SENT_AN_HOUR, TRIED_AN_HOUR, AN_HOUR = 10, 30, 3600

bp.after_request(keep_secret)


@bp.get("", allow=anyone)
def new() -> ResponseReturnValue:
    form = ComplaintForm(formdata=None)
    form.key.data = passcodes.fresh_key()
    asked = request.args.get("grupo", "")
    return _form(form, asked=asked)


@bp.post("", allow=anyone, limit=UPLOAD)
def create() -> ResponseReturnValue:
    form = ComplaintForm()
    _offer(form)
    if not form.validate():
        return _form(form), 422
    _pace("complaint", SENT_AN_HOUR)
    try:
        code = _keep(form)
    except BadEvidence as error:
        form.files.errors = [str(error)]
        return _form(form), 422
    except (TooManyComplaints, WordsMissing) as error:
        form.story.errors = [str(error)]
        return _form(form), error.status
    return redirect(url_for("complaint.show", code=code), 303)


@bp.get("/acompanhar", allow=anyone)
def new_search() -> ResponseReturnValue:
    return render_template("oversight/complaint_search.html", form=CodeForm(formdata=None))


@bp.post("/acompanhar", allow=anyone)
def create_search() -> ResponseReturnValue:
    form = CodeForm()
    if form.validate():
        _pace("complaint_code", TRIED_AN_HOUR)
        try:
            find_one(queries.with_code(str(form.code.data)))
        except NotFound:
            form.code.errors = [_("No complaint has this code. Look at each letter again.")]
        else:
            return redirect(url_for("complaint.show", code=form.code.data), 303)
    return render_template("oversight/complaint_search.html", form=form), 422


@bp.get("/<code>", allow=anyone)
def show(code: str) -> ResponseReturnValue:
    return _page(_theirs(code), code, MoreForm(formdata=None))


@bp.post("/<code>", allow=anyone, limit=UPLOAD)
def update(code: str) -> ResponseReturnValue:
    """Write more to what was told."""
    complaint, form = _theirs(code), MoreForm()
    if not form.validate():
        return _page(complaint, code, form), 422
    _pace("complaint", SENT_AN_HOUR)
    try:
        told: Any = {"files": tuple(evidence_in(form.files.data or ()))}
        words = str(form.words.data)
        operations.write_more(code, words, **told, by=VISITOR, now=clock.now())
    except BadEvidence as error:
        form.files.errors = [str(error)]
        return _page(_theirs(code), code, form), 422
    except WordsMissing as error:
        form.words.errors = [str(error)]
        return _page(_theirs(code), code, form), error.status
    flash(_("It was added. The Division was told."), "success")
    return redirect(url_for("complaint.show", code=code), 303)


@bp.post("/<code>/contato/retirada", allow=anyone)
def create_removal(code: str) -> ResponseReturnValue:
    operations.take_contact_away(code, by=VISITOR, now=clock.now())
    flash(_("Your contact is gone. Follow it with your code."), "success")
    return redirect(url_for("complaint.show", code=code), 303)


@bp.get("/<code>/arquivos/<int:file_id>", allow=anyone)
def show_file(code: str, file_id: int) -> ResponseReturnValue:
    mine = queries.files_of(_theirs(code).id).where(ComplaintFile.id == file_id)
    return as_attachment(find_one(mine))


def _theirs(code: str) -> Complaint:
    return find_one(queries.with_code(code))


def _pace(kind: str, most: int) -> None:
    limits.pace(kind, request.remote_addr or "", limit=most, seconds=AN_HOUR)


def _keep(form: ComplaintForm) -> str:
    """Keep what was told; return the code of its page."""
    code = passcodes.made_of(str(form.key.data or passcodes.fresh_key()))
    told = operations.Told(
        Matter(form.matter.data),
        str(form.story.data),
        str(form.place.data),
        str(form.contact.data),
        form.enterprise_id.data or None,
        tuple(evidence_in(form.files.data or ())),
    )
    kept: Any = {"code_hash": passcodes.hashed(code), "by": VISITOR, "now": clock.now()}
    operations.file_complaint(form.division_id.data, told, **kept)
    return code


def _offer(form: ComplaintForm, asked: str = "") -> None:
    divisions = accounts.divisions()
    groups = queries.nameable([one.id for one in divisions])
    meant = next((one.id for one in groups if asked and one.slug == asked), None)
    if meant:
        form.enterprise_id.data = meant
    form.offer(divisions, groups)


def _form(form: ComplaintForm, asked: str = "") -> str:
    _offer(form, asked)
    divisions = accounts.divisions()
    zone = divisions[0].time_zone if divisions else "UTC"
    return render_template(
        "oversight/complaint_new.html",
        form=form,
        days=operations.ANSWER_DAYS,
        several=len(divisions) > 1,
        years=queries.years(clock.today(zone), zone),
    )


def _page(complaint: Complaint, code: str, form: MoreForm) -> str:
    return render_template(
        "oversight/complaint.html",
        complaint=complaint,
        code=code,
        form=form,
        messages=queries.messages_of(complaint.id),
        files=db.session.scalars(queries.files_of(complaint.id)).all(),
        labels=labels,
        zone=complaint.division.time_zone,
    )
