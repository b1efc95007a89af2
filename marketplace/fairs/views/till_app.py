"""The till's app: one page, alike for everybody; what it may sell it asks for with its token."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.core.rights import anyone

bp = Blueprint("till_app", __name__)


@bp.get("/caixa", allow=anyone)
def show() -> ResponseReturnValue:
    return render_template("fairs/till_app.html")
