"""Where staff bring what a till saved in a file, when nothing else helps."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import MB, current_person, role
from marketplace.fairs import schemas
from marketplace.fairs import till_labels as labels
from marketplace.fairs.errors import BatchUnreadable, TillUnknown
from marketplace.fairs.forms.tills import FileForm
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations import sync
from marketplace.fairs.queries import calendar
from marketplace.fairs.told import Answer, Filed, Told, Unreadable

bp = Blueprint("till_files", __name__)
BINDS = role("articulation", "head")
Rows = list[tuple[Told | Unreadable, Answer]]


@bp.get("/gestao/feiras/<int:fair_id>/caixas/arquivo", allow=BINDS)
def new(fair_id: int) -> ResponseReturnValue:
    return _page(_theirs(fair_id), FileForm())


@bp.post("/gestao/feiras/<int:fair_id>/caixas/arquivo", allow=BINDS, limit=4 * MB)
def create(fair_id: int) -> ResponseReturnValue:
    """Keep what the file holds, each row by itself, and show what became of each."""
    fair, form, rows = _theirs(fair_id), FileForm(), []
    if not (sent := form.queue.data):
        form.queue.errors = [_("Choose a file first.")]
        return _page(fair, form), 422
    try:
        for one in schemas.filed(sent.stream.read()):
            rows += _taken(fair, one)
    except (BatchUnreadable, TillUnknown) as error:
        form.queue.errors = [str(error)]
        return _page(fair, form, rows), error.status
    except NotFound:
        form.queue.errors = [_("This file is of no till of this fair.")]
        return _page(fair, form, rows), 422
    return _page(fair, form, rows)


def _taken(fair: Fair, one: Filed) -> Rows:
    who, now = current_person(), clock.now()
    return sync.take_in_file(fair.id, one.till_id or 0, one.batch, by=who, now=now)


def _theirs(fair_id: int) -> Fair:
    return find_one(calendar.visible_to(current_person()).where(Fair.id == fair_id))


def _page(fair: Fair, form: FileForm, rows: Rows | None = None) -> str:
    facts = {"fair": fair, "form": form, "rows": rows, "labels": labels}
    return render_template("fairs/till_file.html", **facts)
