"""Products by spreadsheet: looked at first, then taken in; and taken away."""

from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.catalogue import sheet_columns
from marketplace.catalogue.errors import QuotaReached, TooManyPhotos
from marketplace.catalogue.forms.products import SheetForm, SheetPhotosForm
from marketplace.catalogue.operations import importing, photos
from marketplace.catalogue.queries import lists, sheets
from marketplace.catalogue.queries.sheets import NEW, Planned
from marketplace.catalogue.sheet_rows import Reading, read_rows
from marketplace.catalogue.uploads import UPLOAD, pictures_in
from marketplace.core import clock, files, imports, limits
from marketplace.core.database import db
from marketplace.core.language import current_language
from marketplace.core.paging import page_of
from marketplace.core.pictures import BadPicture
from marketplace.core.rights import KB, current_person, role
from marketplace.core.sheets import reading as sheet_reading
from marketplace.core.sheets import writing
from marketplace.core.sheets.errors import BadSheet
from marketplace.core.sheets.grid import MAX_BYTES
from marketplace.core.uploads import HOUR_SECONDS, count_upload
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.models import Enterprise

bp = Blueprint("product_sheets", __name__, url_prefix="/painel/produtos")
SELLS = role("member", "manager", "facilitator")
EXPORTS_PER_HOUR, PER_PAGE, MOST_FAULTS = 60, 50, 100


class Preview(NamedTuple):
    """What a kept sheet would do, were it taken in now."""

    reading: Reading
    plan: list[Planned]

    @property
    def created(self) -> int:
        return sum(each.changes == [NEW] for each in self.plan)

    @property
    def changed(self) -> int:
        return sum(bool(each.changes) for each in self.plan) - self.created

    @property
    def unchanged(self) -> int:
        return len(self.plan) - self.created - self.changed


@bp.get("/importar", allow=SELLS)
def new() -> ResponseReturnValue:
    return _page(SheetForm())


@bp.post("/importar", allow=SELLS, limit=MAX_BYTES + 64 * KB)
def create() -> ResponseReturnValue:
    form, enterprise = SheetForm(), current_enterprise()
    person, now = current_person(), clock.now()
    count_upload()
    try:
        if not form.sheet.data:
            form.sheet.errors = [_("Choose the spreadsheet.")]
            return _page(form), 422
        content = form.sheet.data.read(MAX_BYTES + 1)
        _look(enterprise, content)
    except BadSheet as error:
        form.sheet.errors = [str(error)]
        return _page(form), error.status
    name = form.sheet.data.filename or ""
    token = imports.keep(_kind(enterprise), name, content, by=person, now=now)
    return redirect(url_for("product_sheets.show", token=token))


@bp.get("/importar/<token>", allow=SELLS)
def show(token: str) -> ResponseReturnValue:
    enterprise = current_enterprise()
    draft = imports.fetch(_kind(enterprise), token, by=current_person(), now=clock.now())
    preview = _look(enterprise, draft.content)
    return render_template(
        "catalogue/import_preview.html",
        draft=draft,
        preview=preview,
        page=page_of(preview.plan, request.args.get("pagina"), PER_PAGE),
        faults=preview.reading.faults[:MOST_FAULTS],
        enterprise=enterprise,
        change_names=_change_names(),
    )


@bp.post("/importar/<token>", allow=SELLS)
def create_import(token: str) -> ResponseReturnValue:
    enterprise, person, now = current_enterprise(), current_person(), clock.now()
    draft = imports.fetch(_kind(enterprise), token, by=person, now=now)
    preview = _look(enterprise, draft.content)
    publish = request.form.get("act") == "publish"
    brought = importing.bring_all(
        enterprise.id, preview.reading.rows, publish=publish, by=person, now=now
    )
    imports.drop(_kind(enterprise), token, by=person)
    new = ngettext("%(num)d new product", "%(num)d new products", brought.created)
    changed = ngettext("%(num)d changed", "%(num)d changed", brought.changed)
    same = ngettext("%(num)d as it was", "%(num)d as they were", brought.unchanged)
    flash(f"{new}, {changed}, {same}.", "success")
    if sheets.waiting_for_photos(enterprise.id):
        return redirect(url_for("product_sheets.new", _anchor="fotos"))
    return redirect(url_for("products.index"))


@bp.post("/importar/fotos", allow=SELLS, limit=UPLOAD)
def create_photos() -> ResponseReturnValue:
    form, enterprise = SheetPhotosForm(), current_enterprise()
    by, now, used = current_person(), clock.now(), 0
    try:
        for picture, name in pictures_in(form.photos.data or ()):
            for product_id in sheets.waiting_for_photos(enterprise.id).get(name, []):
                photos.add_photo(product_id, picture, file_name=name, by=by, now=now)
                used += 1
    except (BadPicture, TooManyPhotos, QuotaReached) as error:
        form.photos.errors = [str(error)]
        return _page(SheetForm(), form), error.status
    flash(
        ngettext("%(num)d photo in its place.", "%(num)d photos in their places.", used), "success"
    )
    return redirect(url_for("product_sheets.new", _anchor="fotos"))


@bp.get("/produtos.csv", allow=SELLS)
def export_csv() -> ResponseReturnValue:
    return files.as_file(writing.write_csv(*_sheet()), "produtos.csv", files.CSV)


@bp.get("/produtos.xlsx", allow=SELLS)
def export_xlsx() -> ResponseReturnValue:
    return files.as_file(writing.write_xlsx(*_sheet()), "produtos.xlsx", files.XLSX)


def _look(enterprise: Enterprise, content: bytes) -> Preview:
    reading = read_rows(
        sheet_reading.read(content),
        enterprise_code=enterprise.code,
        segment=enterprise.segment,
        categories=db.session.scalars(lists.categories(retired=True)),
    )
    return Preview(reading, sheets.planned(enterprise.id, reading.rows))


def _kind(enterprise: Enterprise) -> str:
    return f"products:{enterprise.id}"


def _page(form: SheetForm, photos_form: SheetPhotosForm | None = None) -> str:
    enterprise = current_enterprise()
    return render_template(
        "catalogue/import.html",
        form=photos_form if photos_form and photos_form.errors else form,
        sheet_form=form,
        photos_form=photos_form or SheetPhotosForm(None),
        columns=sheet_columns.headers(current_language()),
        waiting=sheets.waiting_for_photos(enterprise.id),
        enterprise=enterprise,
    )


def _sheet() -> tuple[list[str], list[list[str]]]:
    who = f"user:{current_person().id}"
    limits.pace("export", who, limit=EXPORTS_PER_HOUR, seconds=HOUR_SECONDS)
    return sheet_columns.headers(current_language()), sheets.sheet_of(current_enterprise().id)


def _change_names() -> dict[str, str]:
    return {
        "new": _("new"),
        "name": _("name"),
        "segment": _("segment"),
        "category_id": _("category"),
        "unit": _("unit"),
        "price": _("price"),
        "weight_grams": _("weight"),
        "materials": _("materials"),
        "technique": _("technique"),
        "description": _("description"),
        "ncm": "NCM",
        "figures": _("composition of the price"),
        "stock": _("stock"),
        "photo_file": _("photo"),
    }
