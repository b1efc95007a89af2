"""How the words of the catalogue are shown."""

from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.catalogue.fair_price import SHARES
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.models.products import Showing, Supply, Unit
from marketplace.core.formats import number
from marketplace.core.money import format_cents

UNITS = {
    Unit.PIECE: _("Piece"),
    Unit.KILO: _("Kilo (kg)"),
    Unit.GRAM: _("Gram (g)"),
    Unit.LITRE: _("Litre"),
    Unit.MILLILITRE: _("Millilitre (ml)"),
    Unit.PAIR: _("Pair"),
    Unit.SET: _("Set"),
    Unit.KIT: _("Kit"),
    Unit.PACK: _("Pack"),
    Unit.JAR: _("Jar"),
    Unit.BUNCH: _("Bunch of greens"),
    Unit.CLUSTER: _("Bunch of fruit"),
    Unit.BUNDLE: _("Bundle"),
    Unit.TIN: _("Tin"),
    Unit.SACK: _("Large sack"),
    Unit.BASKET: _("Paneiro (basket)"),
    Unit.METRE: _("Metre"),
    Unit.TONNE: _("Tonne"),
    Unit.TRAY: _("Tray"),
    Unit.BLOCK: _("Block"),
    Unit.BOX: _("Box"),
    Unit.HAMPER: _("Hamper"),
    Unit.ENSEMBLE: _("Ensemble"),
    Unit.DAY: _("Day of work"),
    Unit.DOZEN: _("Dozen"),
    Unit.SHEET: _("Sheet"),
    Unit.FLASK: _("Flask"),
    Unit.BOTTLE: _("Bottle"),
    Unit.HECTOLITRE: _("Hectolitre (5 tins)"),
    Unit.MONTH: _("Month"),
    Unit.PORTION: _("Portion"),
    Unit.ROLL: _("Roll"),
    Unit.BAG: _("Bag"),
    Unit.SMALL_BAG: _("Small bag"),
}
PER_UNIT = {
    Unit.PIECE: _("each"),
    Unit.KILO: _("per kg"),
    Unit.GRAM: _("per g"),
    Unit.LITRE: _("per litre"),
    Unit.MILLILITRE: _("per ml"),
    Unit.PAIR: _("per pair"),
    Unit.METRE: _("per metre"),
    Unit.TONNE: _("per tonne"),
    Unit.DAY: _("per day"),
    Unit.MONTH: _("per month"),
}
SHOWINGS = {
    Showing.DRAFT: _("Draft"),
    Showing.PUBLISHED: _("On sale"),
    Showing.WITHDRAWN: _("Off sale"),
    Showing.BLOCKED: _("Off sale: group suspended"),
}
SHOWING_BADGES = {
    Showing.DRAFT: ("", "pencil"),
    Showing.PUBLISHED: ("ok", "check"),
    Showing.WITHDRAWN: ("warn", "archive"),
    Showing.BLOCKED: ("err", "hand-stop"),
}
SUPPLIES = {
    Supply.STOCK: _("I have it ready"),
    Supply.TO_ORDER: _("I make it to order"),
}
SUPPLY_TEXTS = {
    Supply.STOCK: _("Only what you have in hand is sold"),
    Supply.TO_ORDER: _("You make it after the order, within the days you say"),
}
LINES = {
    LineKind.LABOUR: _("Work"),
    LineKind.SURPLUS: _("What remains with the group"),
    LineKind.MATERIAL: _("Materials"),
    LineKind.LOSSES: _("Losses"),
    LineKind.ENERGY: _("Energy, gas and water"),
    LineKind.TOOLS: _("Wear of tools"),
    LineKind.SPACE: _("Space"),
    LineKind.PACKING: _("Packing"),
    LineKind.TRANSPORT: _("Transport"),
    LineKind.FUND: _("Solidarity fund"),
    LineKind.PAYMENT_FEE: _("Payment fee"),
    LineKind.TAXES: _("Taxes"),
}


def part_shown(kind: LineKind, value: int) -> str:
    """Return a part of a price as people say it: a share in %, work in hours, else reais."""
    thousandth = Decimal(value)
    if kind in SHARES:
        return f"{number(thousandth / 10, places=1)}%"
    if kind is LineKind.LABOUR:
        shown: str = gettext("%(hours)s h", hours=number(thousandth / 1000, places=2))
        return shown
    return format_cents(value)


def unit_name(unit: str) -> str:
    """Return what one is called: Kilo, Jar."""
    return str(UNITS[Unit(unit)])


def per_unit(unit: str, grams: int | None = None) -> str:
    """Return how the unit stands beside a price: ``per kg``, ``Tin``, ``Tin of 12 kg``."""
    kind = Unit(unit)
    name = str(PER_UNIT[kind]) if kind in PER_UNIT else str(UNITS[kind]).lower()
    if not grams:
        return name
    shown: str = gettext("%(unit)s of %(weight)s", unit=name, weight=weight(grams))
    return shown


def weight(grams: int) -> str:
    """Return grams as people say them: ``640 g``, ``1,9 kg``."""
    if grams < 1000:
        return f"{grams} g"
    kilos = (Decimal(grams) / 1000).normalize()
    shown: str = number(kilos, places=max(0, -int(kilos.as_tuple().exponent)))
    return f"{shown} kg"
