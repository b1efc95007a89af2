"""Where finance brings the bank's answers, and looks at what a person has to decide."""

import hashlib
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.models import Division
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import KB, current_person, role
from marketplace.core.text import clean
from marketplace.core.uploads import count_upload
from marketplace.payments import bank_codes, bank_return, settings
from marketplace.payments import return_labels as labels
from marketplace.payments.errors import NoBankFile
from marketplace.payments.forms import BankReturnForm, RowForm
from marketplace.payments.models.bank_returns import BankReturn, BankReturnRow
from marketplace.payments.operations import bank_returns
from marketplace.payments.operations.bank_returns import Told
from marketplace.payments.queries import bank_returns as known
from marketplace.payments.queries import payouts

bp = Blueprint("bank_returns", __name__, url_prefix="/gestao/repasses/retornos")
READS, PAYS = role("finance", "head"), role("finance")
SHOWN, ROWS_SHOWN = 20, 50


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    return _index(BankReturnForm(formdata=None))


@bp.post("", allow=PAYS, limit=bank_return.MAX_BYTES + 64 * KB)
def create() -> ResponseReturnValue:
    form = BankReturnForm()
    form.offer(_divisions())
    fine = form.validate()
    if not (sent := form.file.data):
        form.file.errors = [_("Choose the file.")]
    if not fine or not sent:
        return _index(form), 422
    count_upload()
    with sent.stream as stream:
        content = stream.read(bank_return.MAX_BYTES + 1)
    digest, division_id = hashlib.sha256(content).hexdigest(), form.division_id.data
    before = known.taken(division_id, digest)
    try:
        made = _take_in(division_id, clean(sent.filename or ""), digest, content)
    except DomainError as no:
        form.file.errors = [str(no)]
        return _index(form), no.status
    same = _("This file was taken in before: nothing changed.")
    flash(same if before else _("The bank's answer is taken in."), "success")
    return redirect(url_for("bank_returns.show", return_id=made), 303)


@bp.get("/<int:return_id>", allow=READS)
def show(return_id: int) -> ResponseReturnValue:
    return _show(return_id, RowForm(formdata=None), None)


@bp.post("/linhas/<int:row_id>/vista", allow=PAYS)
def create_look(row_id: int) -> ResponseReturnValue:
    form = RowForm()
    row = find_one(known.rows_seen_by(current_person()).where(BankReturnRow.id == row_id))
    if not form.validate():
        return _show(row.return_id, form, row_id), 422
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        bank_returns.note_seen(row_id, note=form.note.data or "", **by)
    except DomainError as no:
        form.form_errors.append(str(no))
        return _show(row.return_id, form, row_id), no.status
    flash(_("It is noted."), "success")
    return redirect(url_for("bank_returns.show", return_id=row.return_id), 303)


def _take_in(division_id: int, name: str, digest: str, content: bytes) -> int:
    if (payer := settings.payer()) is None:
        raise NoBankFile
    told = Told(name, digest, bank_return.read(content, payer))
    return bank_returns.take_in(division_id, told, by=current_person(), now=clock.now())


def _index(form: BankReturnForm) -> str:
    person = current_person()
    form.offer(_divisions())
    page = paginate(known.seen_by(person), request.args.get("pagina"), SHOWN)
    return render_template(
        "payments/bank_returns.html",
        form=form,
        page=page,
        counts=known.counted([each.id for each in page.items]),
        labels=labels,
        brings=PAYS(person) and settings.payer() is not None,
    )


def _show(return_id: int, form: RowForm, row_id: int | None) -> str:
    """Draw a file's page; a refusal stands with the row that it is of."""
    person = current_person()
    file = find_one(known.seen_by(person).where(BankReturn.id == return_id))
    rows = known.rows_of(person, return_id)
    return render_template(
        "payments/bank_return.html",
        it=file,
        page=paginate(rows, request.args.get("pagina"), ROWS_SHOWN),
        counts=known.counted([return_id])[return_id],
        labels=labels,
        words_of=bank_codes.words_of,
        form=form,
        row_id=row_id,
        pays=PAYS(person),
    )


def _divisions() -> list[Division]:
    seen = payouts.divisions_seen_by(current_person()).order_by(Division.id)
    return list(db.session.scalars(seen))
