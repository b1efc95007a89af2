"""Where finance pays out to enterprises: batches prepared by one person, approved by another."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from marketplace.accounts.models import Division
from marketplace.core import clock, files
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import reais, write_csv
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.payments import bank_codes, batch_files, connect_labels
from marketplace.payments import payout_labels as labels
from marketplace.payments.errors import (
    AnotherApproves,
    BatchMoved,
    BatchWaits,
    NoBankFile,
    NothingToPayOut,
)
from marketplace.payments.forms import ConfirmationForm, ReturnForm
from marketplace.payments.models.payouts import BatchState, Payout, PayoutBatch, PayoutState
from marketplace.payments.operations import payouts
from marketplace.payments.queries import connect
from marketplace.payments.queries import payouts as known

bp = Blueprint("payouts", __name__, url_prefix="/gestao/repasses")
READS, PAYS = role("finance", "head"), role("finance")
BATCHES_SHOWN = 20


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    person, now = current_person(), clock.now()
    divisions = db.session.scalars(known.divisions_seen_by(person).order_by(Division.id))
    return render_template(
        "payments/payouts.html",
        page=paginate(
            known.whole(known.batches_seen_by(person)), request.args.get("pagina"), BATCHES_SHOWN
        ),
        next_of=[(each, known.candidates(each, person, now)) for each in divisions],
        waits=_waiting(),
        labels=labels,
        pays=PAYS(person),
    )


@bp.post("", allow=PAYS)
def create() -> ResponseReturnValue:
    division_id = request.form.get("division_id", 0, type=int)
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        batch_id = payouts.prepare_batch(division_id, **by)
    except (BatchWaits, NothingToPayOut) as no:
        return _refused(no, url_for("payouts.index"))
    flash(_("The batch is prepared: now another person looks at it and approves it."), "success")
    return redirect(url_for("payouts.show", batch_id=batch_id), 303)


@bp.get("/<int:batch_id>", allow=READS)
def show(batch_id: int) -> ResponseReturnValue:
    batch, person = _batch(batch_id), current_person()
    return render_template(
        "payments/payout_batch.html",
        batch=batch,
        transfers=connect.transfers_of(payout.id for payout in batch.payouts),
        zone=batch.division.time_zone,
        labels=labels,
        said=bank_codes.said,
        transfer_words=connect_labels,
        pays=PAYS(person),
        has_file=batch_files.has_file(batch),
        is_mine=batch.prepared_by_id == person.id,
    )


@bp.get("/<int:batch_id>/lista.csv", allow=READS)
def export(batch_id: int) -> ResponseReturnValue:
    """Send what the bank is to pay, or was, as a sheet: what goes by itself is not the bank's."""
    batch = _batch(batch_id)
    files.pace()
    headers = [_("Payout"), _("Enterprise"), _("Whose account"), _("Kind of key"), _("Pix key")]
    headers += [_("Amount (R$)"), _("State"), _("Number of the proof")]
    by_hand = [each for each in batch.payouts if each.is_by_hand]
    paid = [_cells(each) for each in by_hand if each.state is not PayoutState.LEFT_OUT]
    return files.as_file(write_csv(headers, paid), f"repasses-{batch.id}.csv", files.CSV)


@bp.get("/<int:batch_id>/remessa.rem", allow=READS)
def export_bank_file(batch_id: int) -> ResponseReturnValue:
    """Send what the bank is to pay in its own layout, CNAB 240."""
    batch = _batch(batch_id)
    files.pace()
    try:
        told = batch_files.file_of(batch)
    except NoBankFile as no:
        return _refused(no, url_for("payouts.show", batch_id=batch.id))
    kind = "text/plain; charset=us-ascii"
    return files.as_file(told.encode("ascii"), f"repasses-{batch.id}.rem", kind)


@bp.post("/<int:batch_id>/aprovacao", allow=PAYS)
def create_approval(batch_id: int) -> ResponseReturnValue:
    here = url_for("payouts.show", batch_id=batch_id)
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        left_out = payouts.approve_batch(batch_id, **by)
    except (AnotherApproves, BatchMoved, OwnEnterprise) as no:
        return _refused(no, here)
    flash(_("The batch is approved: the bank can pay it."), "success")
    if left_out:
        said = ngettext(
            "%(num)s payout is not as it was prepared, and was left out.",
            "%(num)s payouts are not as they were prepared, and were left out.",
            left_out,
        )
        flash(said, "error")
    return redirect(here, 303)


@bp.post("/<int:batch_id>/descarte", allow=PAYS)
def create_discard(batch_id: int) -> ResponseReturnValue:
    by: Any = {"by": current_person(), "now": clock.now()}
    try:
        payouts.discard_batch(batch_id, **by)
    except BatchMoved as no:
        return _refused(no, url_for("payouts.show", batch_id=batch_id))
    flash(_("The batch was let go: nothing was paid."), "success")
    return redirect(url_for("payouts.index"), 303)


@bp.get("/itens/<int:payout_id>/comprovante", allow=PAYS)
def new_confirmation(payout_id: int) -> ResponseReturnValue:
    return _ask(_payout(payout_id), ConfirmationForm(), "payments/payout_proof.html")


@bp.post("/itens/<int:payout_id>/comprovante", allow=PAYS)
def create_confirmation(payout_id: int) -> ResponseReturnValue:
    form = ConfirmationForm()

    def confirm(**by: Any) -> None:
        told: dict[str, Any] = {
            "amount_cents": form.amount.data or 0,
            "proof": form.proof.data or "",
        }
        payouts.confirm_payout(payout_id, **told, **by)

    done = _("The payout is confirmed.")
    return _answered(_payout(payout_id), form, "payments/payout_proof.html", confirm, done)


@bp.get("/itens/<int:payout_id>/devolucao", allow=PAYS)
def new_return(payout_id: int) -> ResponseReturnValue:
    return _ask(_payout(payout_id), ReturnForm(), "payments/payout_return.html")


@bp.post("/itens/<int:payout_id>/devolucao", allow=PAYS)
def create_return(payout_id: int) -> ResponseReturnValue:
    form = ReturnForm()

    def give_back(**by: Any) -> None:
        payouts.return_payout(payout_id, reason=form.reason.data or "", **by)

    done = _("Noted: the amount will be in the next batch.")
    return _answered(_payout(payout_id), form, "payments/payout_return.html", give_back, done)


def _answered(
    payout: Payout, form: FlaskForm, page: str, act: Callable[..., None], done: str
) -> ResponseReturnValue:
    """Do what was typed, and say so; a refusal is shown with the form."""
    if not form.validate():
        return _ask(payout, form, page), 422
    try:
        act(by=current_person(), now=clock.now())
    except DomainError as no:
        form.form_errors.append(str(no))
        return _ask(payout, form, page), no.status
    flash(done, "success")
    return redirect(url_for("payouts.show", batch_id=payout.batch_id), 303)


def _ask(payout: Payout, form: FlaskForm, page: str) -> str:
    return render_template(page, payout=payout, form=form, labels=labels)


def _refused(no: DomainError, there: str) -> ResponseReturnValue:
    flash(str(no), "error")
    return redirect(there, 303)


def _waiting() -> dict[int, int]:
    """Return the batch that waits in each Division, by the Division's id."""
    waiting = known.batches_seen_by(current_person()).where(
        PayoutBatch.state == BatchState.PREPARED
    )
    return {batch.division_id: batch.id for batch in db.session.scalars(waiting)}


def _batch(batch_id: int) -> PayoutBatch:
    seen = known.batches_seen_by(current_person()).where(PayoutBatch.id == batch_id)
    return find_one(known.whole(seen))


def _payout(payout_id: int) -> Payout:
    return find_one(known.payouts_seen_by(current_person()).where(Payout.id == payout_id))


def _cells(payout: Payout) -> list[str]:
    return [
        str(payout.id),
        payout.enterprise.name,
        payout.pix_holder,
        payout.pix_key_kind,
        payout.pix_key,
        reais(payout.amount_cents),
        str(labels.PAYOUTS[payout.state]),
        payout.proof,
    ]
