"""The categories of each segment, as an administrator keeps them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.errors import CategoryTaken
from marketplace.catalogue.forms.products import CategoryForm
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.operations import lists
from marketplace.catalogue.queries import lists as queries
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.enterprises.models import Segment

bp = Blueprint("categories", __name__, url_prefix="/gestao/categorias")
KEEPS = role("administrator")


@bp.get("", allow=KEEPS)
def index() -> ResponseReturnValue:
    return _page(CategoryForm())


@bp.post("", allow=KEEPS)
def create() -> ResponseReturnValue:
    form = CategoryForm()
    if not form.validate():
        return _page(form), 422
    try:
        lists.add_category(Segment(form.segment.data), **_names(form), **_by())
    except CategoryTaken as error:
        form.name.errors = [str(error)]
        return _page(form), error.status
    flash(_("%(name)s is there now.", name=form.name.data), "success")
    return redirect(url_for("categories.index"))


@bp.get("/<int:category_id>", allow=KEEPS)
def edit(category_id: int) -> ResponseReturnValue:
    category = find_one(queries.category(category_id))
    return _edit_page(category, CategoryForm(None, obj=category))


@bp.post("/<int:category_id>", allow=KEEPS)
def update(category_id: int) -> ResponseReturnValue:
    category, form = find_one(queries.category(category_id)), CategoryForm()
    form.segment.data = str(category.segment)
    if not form.validate():
        return _edit_page(category, form), 422
    lists.rename_category(category_id, **_names(form), **_by())
    flash(_("Kept."), "success")
    return redirect(url_for("categories.index"))


@bp.post("/<int:category_id>/retirada", allow=KEEPS)
def create_retirement(category_id: int) -> ResponseReturnValue:
    category = lists.retire_category(category_id, **_by())
    flash(_("%(name)s is offered no more.", name=category.name), "success")
    return redirect(url_for("categories.index"))


@bp.post("/<int:category_id>/volta", allow=KEEPS)
def create_return(category_id: int) -> ResponseReturnValue:
    category = lists.restore_category(category_id, **_by())
    flash(_("%(name)s is offered again.", name=category.name), "success")
    return redirect(url_for("categories.index"))


def _page(form: CategoryForm) -> str:
    everything = db.session.scalars(queries.categories(retired=True)).all()
    by_segment = {segment: [c for c in everything if c.segment is segment] for segment in Segment}
    return render_template(
        "catalogue/categories.html", form=form, by_segment=by_segment, uses=queries.uses()
    )


def _edit_page(category: Category, form: CategoryForm) -> str:
    return render_template("catalogue/category.html", form=form, category=category)


def _names(form: CategoryForm) -> dict[str, Any]:
    return {name: str(form[name].data) for name in ("name", "name_es", "name_en")}


def _by() -> dict[str, Any]:
    return {"by": current_person(), "now": clock.now()}
