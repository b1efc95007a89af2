"""What is asked of price tags: how many of which product, and on which sheet."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.catalogue.label_sheets import A4, SHEETS, LabelSheet
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.price_tags import MOST
from marketplace.core.fields import IntegerField
from marketplace.core.formats import number

NAMED = re.compile(r"n([0-9]{1,18})", re.ASCII)  # n12=3: three tags of product 12
COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
FIRST = next(iter(SHEETS))


class TagsField(Field):
    """How many tags of each product; ``data`` is by its id, without those of which none."""

    def process(self, formdata: Any, *_more: Any, **_options: Any) -> None:
        self.process_errors: list[str] = []
        self.data: dict[int, int] = {}
        for name, typed in (formdata or {}).items():
            if named := NAMED.fullmatch(name):
                self._take(int(named[1]), typed.strip() or "0")

    def _take(self, product_id: int, typed: str) -> None:
        if not COUNT.fullmatch(typed):
            self.process_errors = [gettext("Write how many tags with digits alone.")]
        elif int(typed):
            self.data[product_id] = int(typed)


class TagsForm(FlaskForm):
    sheet = SelectField(_("Sheet"), default=FIRST)
    start = IntegerField(
        _("First free label"),
        required=False,
        least=1,
        description=_("Of a sheet already begun; counted from left to right, then down"),
    )
    tags = TagsField()

    def __init__(self, asked: Any) -> None:
        super().__init__(asked if asked else None, start=1)
        self.sheet.choices = [SelectChoice(each.code, _said(each)) for each in SHEETS.values()]

    def of(self, products: Iterable[Product]) -> list[tuple[Product, int]]:
        """Return how many tags of each of these products are asked for."""
        asked = self.tags.data
        return [(product, asked[product.id]) for product in products if product.id in asked]

    def validate_tags(self, field: TagsField) -> None:
        total = sum(field.data.values())
        if not total:
            raise ValidationError(gettext("Say how many tags of at least one product."))
        if total > MOST:
            raise ValidationError(gettext("At most %(most)s tags at once.", most=MOST))

    def validate_start(self, field: IntegerField) -> None:
        sheet = SHEETS.get(self.sheet.data)
        if sheet and field.data and field.data > sheet.places:
            raise ValidationError(gettext("This sheet has %(count)s labels.", count=sheet.places))


def _said(sheet: LabelSheet) -> str:
    facts = {
        "name": sheet.code if sheet.paper == A4 else f"{sheet.code} (Letter)",
        "n": sheet.places,
        "width": number(sheet.width, places=1),
        "height": number(sheet.height, places=1),
    }
    if sheet.cut:
        return str(gettext("Plain A4 to cut: %(n)s of %(width)s by %(height)s mm", **facts))
    return str(gettext("%(name)s: %(n)s of %(width)s by %(height)s mm", **facts))
