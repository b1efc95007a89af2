"""Forms of products: one for the quick way to a product, one for each block of its editor."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, FieldList, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.catalogue import labels
from marketplace.catalogue.fair_price import MOST_SHARED, Recipe
from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.models.products import Product, Supply, Unit
from marketplace.core.fields import (
    IntegerField,
    LineField,
    MoneyField,
    ParagraphsField,
    ScaledField,
)
from marketplace.core.look import SEGMENTS
from marketplace.enterprises.models import Segment

MOST_PRICE = 100_000_000
MOST_STOCK = 1_000_000
MATERIAL_BOXES, MOST_MATERIAL_BOXES = 4, 12


def _offered(names: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), name) for value, name in names.items()]


class TrimmedField(ScaledField):
    """A scaled number shown without zeros after its last digit: ``6``, ``1,5``."""

    def show(self, value: int) -> str:
        whole = Decimal(value).scaleb(-self.places).normalize()
        return f"{whole:f}".replace(".", ",")


class NewProductForm(FlaskForm):
    """All that a first day needs; everything else can wait."""

    photo = FileField(_("Take photo"), description=_("or choose from the phone"))
    name = LineField(_("Name"), required=False, most=120)
    price = MoneyField(_("Price"), required=False, least=1, most=MOST_PRICE)
    left = IntegerField(_("How many do you have to sell?"), required=False, most=MOST_STOCK)

    def ask_for_all(self) -> bool:
        """Say what a product on sale still lacks; whether nothing is."""
        if not self.name.data:
            self.name.errors = [gettext("Write the name of the product")]
        if not self.price.data and not self.price.errors:
            self.price.errors = [gettext("Write the price")]
        return not (self.name.errors or self.price.errors)


class TextForm(FlaskForm):
    name = LineField(_("Name"), most=120)
    description = ParagraphsField(
        _("Tell about it"),
        required=False,
        description=_(
            "Who made it? What is it made of? Use the microphone of the keyboard to speak instead"
            " of writing."
        ),
    )
    story = ParagraphsField(
        _("The story behind it"),
        required=False,
        description=_("How you learned to make it, where the material comes from."),
    )


class KindForm(FlaskForm):
    """What it is. A category's choice also says the segment: ``c:7``, or ``s:mandioca``."""

    kind = SelectField(_("Category"))
    technique = LineField(_("Technique"), required=False, most=80)
    materials = FieldList(
        LineField(_("Material"), required=False, most=80),
        min_entries=MATERIAL_BOXES,
        max_entries=MOST_MATERIAL_BOXES,
    )

    def offer(self, categories: Sequence[Category], language: str) -> None:
        offered = []
        for segment, look in SEGMENTS.items():
            group = str(look.name)
            here = [c for c in categories if c.segment == segment]
            offered += [SelectChoice(f"c:{c.id}", c.named(language), {}, group) for c in here]
            other = gettext("Another one (%(segment)s)", segment=group)
            offered.append(SelectChoice(f"s:{segment}", other, {}, group))
        self.kind.choices = offered

    def values(self, categories: Sequence[Category]) -> dict[str, Any]:
        about, code = str(self.kind.data).split(":", 1)
        segments = {str(c.id): c.segment for c in categories}
        category = int(code) if about == "c" else None
        return {
            "segment": segments[code] if about == "c" else Segment(code),
            "category_id": category,
            "technique": self.technique.data,
            "materials": [box.data for box in self.materials],
        }

    @staticmethod
    def data_of(product: Product) -> dict[str, Any]:
        told = [material.label for material in product.materials]
        boxes = max(MATERIAL_BOXES, min(len(told) + 1, MOST_MATERIAL_BOXES))
        kind = f"c:{product.category_id}" if product.category_id else f"s:{product.segment}"
        return {
            "kind": kind,
            "technique": product.technique,
            "materials": told + [""] * (boxes - len(told)),
        }


class MeasureForm(FlaskForm):
    unit = SelectField(_("Sold by"), choices=_offered(labels.UNITS))
    unit_grams = IntegerField(
        _("How many grams it holds"),
        required=False,
        least=1,
        most=100_000_000,
        description=_("For a tin, sack, basket or bunch."),
    )
    weight_grams = IntegerField(_("Weight in grams"), required=False, most=100_000_000)
    size = LineField(_("Size"), required=False, most=120, description=_("For example: 28 by 30 cm"))
    care = LineField(_("Care"), required=False, most=300)

    def values(self) -> dict[str, Any]:
        return {
            "unit": Unit(self.unit.data),
            "unit_grams": self.unit_grams.data,
            "weight_grams": self.weight_grams.data,
            "size": self.size.data,
            "care": self.care.data,
        }


class SupplyForm(FlaskForm):
    supply = RadioField(_("Do you have it ready?"), choices=_offered(labels.SUPPLIES))
    left = IntegerField(_("How many do you have to sell?"), required=False, most=MOST_STOCK)
    lead_days = IntegerField(
        _("Days to make it"), required=False, least=1, most=365, description=_("After the order.")
    )
    at_fair = BooleanField(_("At the fair"))
    at_point = BooleanField(_("At a service point"))
    by_delivery = BooleanField(_("Delivered at home"))
    perishable = BooleanField(_("It spoils in a few days"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        days = self.lead_days
        if self.supply.data == Supply.TO_ORDER and not days.data and not days.errors:
            days.errors = [gettext("Write in how many days you make it.")]
            return False
        return valid

    def validate_at_fair(self, field: Any) -> None:
        if not (field.data or self.at_point.data or self.by_delivery.data):
            raise ValidationError(gettext("Say at least one way to receive it."))

    def values(self) -> dict[str, Any]:
        to_order = self.supply.data == Supply.TO_ORDER
        names = ("at_fair", "at_point", "by_delivery", "perishable")
        return {
            "supply": Supply(self.supply.data),
            "lead_days": self.lead_days.data or 0 if to_order else 0,
        } | {name: getattr(self, name).data for name in names}

    @staticmethod
    def data_of(product: Product, left: int) -> dict[str, Any]:
        names = ("supply", "at_fair", "at_point", "by_delivery", "perishable")
        kept = {name: getattr(product, name) for name in names}
        return kept | {"left": left, "lead_days": product.lead_days or None}


class PriceForm(FlaskForm):
    """What goes into one unit, and what it is sold at; read in both directions."""

    material = MoneyField(_("Material"), required=False, most=MOST_PRICE)
    packing = MoneyField(_("Packing and boat"), required=False, most=MOST_PRICE)
    hours = TrimmedField(_("Hours of work"), required=False, places=3, most=2_000_000)
    hour = MoneyField(_("What 1 hour is worth"), required=False, most=1_000_000)
    transport = MoneyField(_("Freight apart"), required=False, most=MOST_PRICE)
    losses = MoneyField(_("Losses"), required=False, most=MOST_PRICE)
    energy = MoneyField(_("Energy, gas and water"), required=False, most=MOST_PRICE)
    tools = MoneyField(_("Wear of tools"), required=False, most=MOST_PRICE)
    space = MoneyField(_("Space"), required=False, most=MOST_PRICE)
    fund = TrimmedField(_("Solidarity fund"), required=False, places=1, most=900)
    payment_fee = TrimmedField(_("Payment fee"), required=False, places=1, most=900)
    taxes = TrimmedField(_("Taxes"), required=False, places=1, most=900)
    price = MoneyField(_("Selling price"), required=False, least=1, most=MOST_PRICE)

    COSTS: Mapping[str, LineKind] = {
        str(kind): kind
        for kind in (
            LineKind.MATERIAL,
            LineKind.LOSSES,
            LineKind.ENERGY,
            LineKind.TOOLS,
            LineKind.SPACE,
            LineKind.PACKING,
            LineKind.TRANSPORT,
        )
    }
    SHARES: Mapping[str, LineKind] = {
        str(kind): kind for kind in (LineKind.FUND, LineKind.PAYMENT_FEE, LineKind.TAXES)
    }
    FURTHER = ("transport", "losses", "energy", "tools", "space", *SHARES)

    def recipe(self) -> Recipe:
        """Return what was typed; of what cannot be read, nothing."""
        return Recipe(
            {kind: self[name].data for name, kind in self.COSTS.items() if self[name].data},
            {kind: self[name].data for name, kind in self.SHARES.items() if self[name].data},
            self.hours.data or 0,
            self.hour.data,
        )

    def validate_taxes(self, _field: Any) -> None:
        if self.recipe().shared > MOST_SHARED:
            raise ValidationError(gettext("These parts leave too little of the price."))

    @property
    def tells_more(self) -> bool:
        """Whether something stands under «other parts»."""
        return any(self[name].data or self[name].errors for name in self.FURTHER)

    @classmethod
    def data_of(cls, price_cents: int, recipe: Recipe) -> dict[str, int | None]:
        costs = {name: recipe.costs.get(kind) for name, kind in cls.COSTS.items()}
        shares = {name: recipe.shares.get(kind) for name, kind in cls.SHARES.items()}
        work = {"hours": recipe.hours or None, "hour": recipe.hour_cents or None}
        return costs | shares | work | {"price": price_cents or None}


class PhotosForm(FlaskForm):
    photos = MultipleFileField(
        _("One more photo"),
        description=_("Photo by day, near the window, on a plain ground. Up to 8 photos."),
    )


class AltForm(FlaskForm):
    alt = LineField(_("What does the photo show?"), required=False, most=200)


class CategoryForm(FlaskForm):
    segment = SelectField(
        _("Segment"), choices=_offered({code: look.name for code, look in SEGMENTS.items()})
    )
    name = LineField(_("Name in Portuguese"), most=60)
    name_es = LineField(_("Name in Spanish"), most=60)
    name_en = LineField(_("Name in English"), most=60)


class SheetForm(FlaskForm):
    sheet = FileField(_("Spreadsheet"), description=_("CSV or XLSX, of up to 5 MB and 5,000 rows."))


class SheetPhotosForm(FlaskForm):
    photos = MultipleFileField(
        _("Photos named in the spreadsheet"),
        description=_("They find their products by the name of the file."),
    )
