"""A product's photos: more of them, what they show, which comes first."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.editing import page, theirs
from marketplace.catalogue.errors import QuotaReached, TooManyPhotos
from marketplace.catalogue.forms.products import AltForm, PhotosForm
from marketplace.catalogue.operations import photos
from marketplace.catalogue.uploads import UPLOAD, pictures_in
from marketplace.core import clock
from marketplace.core.pictures import BadPicture
from marketplace.core.rights import current_person, role

bp = Blueprint("product_photos", __name__, url_prefix="/painel/produtos/<int:product_id>/fotos")
SELLS = role("member", "manager", "facilitator")


@bp.post("", allow=SELLS, limit=UPLOAD)
def create(product_id: int) -> ResponseReturnValue:
    product, form = theirs(product_id), PhotosForm()
    now, person, alt = clock.now(), current_person(), product.name
    try:
        for picture, name in pictures_in(form.photos.data or ()):
            photos.add_photo(product_id, picture, alt=alt, file_name=name, by=person, now=now)
    except (BadPicture, TooManyPhotos, QuotaReached) as error:
        form.photos.errors = [str(error)]
        return page(theirs(product_id), photos=form), error.status
    return _back(product_id)


@bp.post("/<int:photo_id>", allow=SELLS)
def update(product_id: int, photo_id: int) -> ResponseReturnValue:
    alt = AltForm().alt.data or ""
    photos.describe_photo(product_id, photo_id, alt, by=current_person(), now=clock.now())
    flash(_("Kept."), "success")
    return _back(product_id)


@bp.post("/<int:photo_id>/capa", allow=SELLS)
def create_cover(product_id: int, photo_id: int) -> ResponseReturnValue:
    photos.order_photos(product_id, [photo_id], by=current_person(), now=clock.now())
    return _back(product_id)


@bp.post("/<int:photo_id>/exclusao", allow=SELLS)
def create_deletion(product_id: int, photo_id: int) -> ResponseReturnValue:
    photos.remove_photo(product_id, photo_id, by=current_person(), now=clock.now())
    flash(_("The photo is deleted."), "success")
    return _back(product_id)


def _back(product_id: int) -> ResponseReturnValue:
    return redirect(url_for("product_editor.edit", product_id=product_id, _anchor="fotos"))
