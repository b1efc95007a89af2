"""Where the money of a common desk is shared out, and where it went to the bank."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock, pdf
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.fairs import split_slips
from marketplace.fairs.forms.splits import BankingForm
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.splits import BankingKind, DeskBanking, DeskSplit
from marketplace.fairs.operations import bankings
from marketplace.fairs.operations import splits as operations
from marketplace.fairs.queries import split_goods, till_accounts, tills
from marketplace.fairs.queries import splits as queries

bp = Blueprint("splits", __name__, url_prefix="/gestao/feiras/<int:fair_id>/repartir")
SEES = role("articulation", "head", "finance")
PREPARES, PAYS = role("articulation", "finance"), role("finance")


@bp.get("", allow=SEES)
def index(fair_id: int) -> ResponseReturnValue:
    return _page(_theirs(fair_id), BankingForm())


@bp.post("", allow=PREPARES)
def create(fair_id: int) -> ResponseReturnValue:
    """Prepare the split of a day, with who gets its cash at the fair."""
    fair, day_id = _theirs(fair_id), request.form.get("day_id", 0, type=int)
    in_cash = request.form.getlist("in_cash", type=int)
    done = _("The split is prepared: print the slips; another person approves it.")
    return _done(fair, done, operations.prepare_split, fair.id, day_id, in_cash=in_cash)


@bp.post("/<int:split_id>/aprovacao", allow=PAYS)
def create_approval(fair_id: int, split_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    split, done = _split(fair, split_id), _("The split is approved, and each group is told.")
    return _done(fair, done, operations.approve_split, split.id)


@bp.post("/<int:split_id>/descarte", allow=PREPARES)
def create_discard(fair_id: int, split_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    split, done = _split(fair, split_id), _("The split was let go: nothing moved.")
    return _done(fair, done, operations.discard_split, split.id)


@bp.get("/<int:split_id>/comprovantes.pdf", allow=SEES)
def show_slips(fair_id: int, split_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    split = find_one(queries.whole(_of(fair)).where(DeskSplit.id == split_id))
    goods = split_goods.goods_of(split.id)
    return pdf.answer(split_slips.slips(split, split.shares, goods, clock.now()), "repartes")


@bp.post("/banco", allow=PAYS)
def create_banking(fair_id: int) -> ResponseReturnValue:
    fair, form = _theirs(fair_id), BankingForm()
    if not form.validate():
        return _page(fair, form), 422
    told: Any = {"counted_cents": form.counted.data or 0, "proof": form.proof.data or ""}
    kind, done = BankingKind(form.kind.data), _("Noted: another person confirms it.")
    return _done(fair, done, bankings.note_banking, fair.id, kind, **told)


@bp.post("/banco/<int:banking_id>/confirmacao", allow=PAYS)
def create_banking_confirmation(fair_id: int, banking_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    banking, done = _banking(fair, banking_id), _("Confirmed: it is in the books.")
    return _done(fair, done, bankings.confirm_banking, banking.id)


@bp.post("/banco/<int:banking_id>/descarte", allow=PAYS)
def create_banking_drop(fair_id: int, banking_id: int) -> ResponseReturnValue:
    fair = _theirs(fair_id)
    banking, done = _banking(fair, banking_id), _("What was noted is let go.")
    return _done(fair, done, bankings.drop_banking, banking.id)


def _done(
    fair: Fair, done: str, act: Callable[..., object], /, *what: object, **told: Any
) -> ResponseReturnValue:
    """Do it and say so, or say why not."""
    here = url_for("splits.index", fair_id=fair.id)
    try:
        act(*what, **told, by=current_person(), now=clock.now())
    except DomainError as no:
        flash(str(no), "error")
    else:
        flash(done, "success")
    return redirect(here, 303)


def _theirs(fair_id: int) -> Fair:
    return find_one(queries.fairs_seen_by(current_person()).where(Fair.id == fair_id))


def _of(fair: Fair) -> sa.Select[DeskSplit]:
    return queries.seen_by(current_person()).where(DeskSplit.fair_id == fair.id)


def _split(fair: Fair, split_id: int) -> DeskSplit:
    return find_one(_of(fair).where(DeskSplit.id == split_id))


def _banking(fair: Fair, banking_id: int) -> DeskBanking:
    seen = queries.bankings_seen_by(current_person())
    return find_one(seen.where(DeskBanking.fair_id == fair.id, DeskBanking.id == banking_id))


def _page(fair: Fair, form: BankingForm) -> str:
    person = current_person()
    taken = [(day, queries.taking(day.collection_id)) for day in queries.days_of_desk(fair)]
    sellers = {seller for _day, taking in taken for seller in taking.by_seller}
    desk = [till for till in tills.of_fair(fair.id) if till.enterprise_id is None]
    return render_template(
        "fairs/splits.html",
        fair=fair,
        form=form,
        taken=[(day, taking.by_seller) for day, taking in taken if taking.is_something],
        groups=queries.names_of(sellers),
        splits=queries.of_fair(fair.id),
        bankings=queries.bankings_of(fair.id),
        in_box=bankings.expected(fair.id, BankingKind.CASH),
        by_machine=bankings.expected(fair.id, BankingKind.MACHINE),
        desk=desk,
        accounts=till_accounts.accounts(till.id for till in desk),
        drawers=till_accounts.drawers(till.id for till in desk),
        me=person.id,
        prepares=PREPARES(person),
        pays=PAYS(person),
    )
