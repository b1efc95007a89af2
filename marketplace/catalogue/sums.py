"""What the calculator answers: the price that the hours ask, the hour that the price leaves."""

from dataclasses import dataclass

from marketplace.catalogue import fair_price
from marketplace.catalogue.fair_price import PriceConcern, Recipe
from marketplace.catalogue.forms.products import PriceForm
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.price_sheet import PriceSheet
from marketplace.catalogue.queries import products as queries


@dataclass(frozen=True)
class Floors:
    """What an hour of work is held against, in centavos."""

    wage: int  # the hour of the minimum wage
    target: int | None = None  # the hour that the group's assembly decided

    @property
    def wanted(self) -> int:
        return self.target or self.wage


@dataclass(frozen=True)
class Sum:
    """Centavos of one unit. ``fair_cents`` is none until something was typed to reckon with."""

    price_cents: int
    fair_cents: int | None
    parts: tuple[int, ...] | None
    hour_cents: int | None
    floors: Floors
    concerns: list[PriceConcern]
    hour_asked: bool = False

    @classmethod
    def of(cls, form: PriceForm, floors: Floors) -> "Sum":
        """Reckon what was typed in the short form."""
        recipe, price = form.recipe(), form.price.data or 0
        if is_empty(recipe) or form.taxes.errors:
            return cls(price, None, None, None, floors, [])
        return cls.reckoned(price, recipe, recipe, floors)

    @classmethod
    def of_sheet(cls, price: int, sheet: PriceSheet, floors: Floors) -> "Sum":
        """Reckon what was typed in the sheet."""
        recipe, asked = sheet.recipe(), sheet.asked()
        if is_empty(recipe) or asked.shared > fair_price.MOST_SHARED:
            return cls(price, None, None, None, floors, [])
        return cls.reckoned(price, recipe, asked, floors)

    @classmethod
    def reckoned(cls, price: int, recipe: Recipe, asked: Recipe, floors: Floors) -> "Sum":
        """Reckon a recipe; ``asked`` has what the group wants to keep besides as a share."""
        fair = fair_price.price_for(asked, recipe.hour_cents or floors.wanted)
        shown = price or fair
        groups = fair_price.shown_groups(shown, fair_price.lines_for(shown, recipe))
        return cls(
            price,
            fair or None,
            groups.parts if groups else None,
            fair_price.hour_for(price, recipe) if price else None,
            floors,
            fair_price.concerns(price, recipe, floors.wage, floors.target),
            bool(recipe.hour_cents) and fair_price.hour_for(shown, recipe) != recipe.hour_cents,
        )

    @property
    def use_cents(self) -> int | None:
        """The price to use: what mends every concern, or else what the hour asked comes to."""
        if self.concerns:
            return max(concern.use_cents for concern in self.concerns)
        wanted = self.hour_asked or not self.price_cents
        return self.fair_cents if wanted and self.fair_cents != self.price_cents else None


def is_empty(recipe: Recipe) -> bool:
    return not (recipe.costs or recipe.hours)


def recipe_in(product: Product) -> Recipe:
    """Return what is kept of how a product's price is made up."""
    return fair_price.recipe_of(product.price_cents, queries.lines_of(product.version_id))
