"""What a group got of common desks, with its slips."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.core import clock, pdf
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.choosing import current_enterprise
from marketplace.fairs import split_slips
from marketplace.fairs.models.splits import DeskShare
from marketplace.fairs.queries import split_goods, splits

bp = Blueprint("desk_shares", __name__, url_prefix="/painel/feiras/caixa-coletivo")
SELLS = role("member", "manager", "facilitator")


@bp.get("", allow=SELLS)
def index() -> ResponseReturnValue:
    enterprise = current_enterprise()
    page = paginate(splits.shares_of([enterprise.id]), request.args.get("pagina"))
    return render_template("fairs/desk_shares.html", enterprise=enterprise, page=page)


@bp.get("/<int:share_id>.pdf", allow=SELLS)
def show(share_id: int) -> ResponseReturnValue:
    theirs = splits.shares_of(enterprises.ids_of(current_person()))
    share = find_one(theirs.where(DeskShare.id == share_id))
    goods = split_goods.goods_of(share.split_id)
    return pdf.answer(split_slips.slips(share.split, [share], goods, clock.now()), "reparte")
