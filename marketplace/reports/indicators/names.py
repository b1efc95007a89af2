"""How indicators are written: on screen, and in a sheet."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core.formats import number, permille
from marketplace.core.look import SEGMENTS
from marketplace.core.money import format_cents
from marketplace.enterprises.labels import KINDS
from marketplace.reports.indicators.asked import HIDDEN, Asked, Trait, Value
from marketplace.reports.indicators.measures import Measure, Unit
from marketplace.reports.indicators.targets import OF_ONE, Reached, reached
from marketplace.reports.models.targets import Target
from marketplace.reports.names import CHANNELS, LED, round_half_up

TRAITS = {
    Trait.SEGMENT: _("Segment"),
    Trait.ZONE: _("Zone"),
    Trait.KIND: _("Kind of enterprise"),
    Trait.LED: _("Who leads"),
    Trait.CHANNEL: _("How it was sold"),
}
OF_MONEY = frozenset(
    {
        *("parte-de-quem-faz", "mulheres-na-renda", "parte-do-fundo", "concentracao"),
        "vendas-institucionais",
    }
)
"""Of these both sides of the fraction are money."""
NONE = "\N{EN DASH}"


def quantity(measure: Measure, value: Value | None) -> str:
    """Return what an indicator tells, rounded half up; a dash where there is nothing to tell."""
    if value is None or value.denominator <= 0:
        return NONE
    if measure.unit is Unit.MONEY:
        return money(round_half_up(value.numerator, value.denominator * 100))
    if measure.unit is Unit.INDEX:
        return number(Decimal(value.numerator) / value.denominator, places=2)
    return permille(round_half_up(10 * value.numerator, value.denominator))


def money(cents: int) -> str:
    return str(format_cents(cents))


def goal(measure: Measure, target: Target) -> str:
    """Return a target as its indicator is written."""
    return quantity(measure, Value(target.hundredths, OF_ONE[measure.unit]))


def met(measure: Measure, value: Value | None, target: Target | None, asked: Asked) -> str:
    """Return in words whether a target is met, and which one."""
    if target is None:
        return ""
    wants = goal(measure, target)
    if reached(measure, value, target, asked) is Reached.YES:
        return str(gettext("target of %(target)s met", target=wants))
    if reached(measure, value, target, asked) is Reached.NO:
        return str(gettext("target of %(target)s not met", target=wants))
    return str(gettext("target %(target)s", target=wants))


def formula(measure: Measure) -> str:
    return f"{measure.over} ÷ {measure.under}" if measure.under else str(measure.over)


def fraction(measure: Measure, value: Value | None) -> str:
    """Return numerator and denominator as they are counted; nothing for a sum."""
    if value is None or value == HIDDEN or measure.under is None:
        return ""
    over, under = value.numerator, value.denominator
    if measure.key == "hora-real":  # 60 centavos ÷ minutes
        return f"{money(over // 60)} ÷ {number(Decimal(under) / 60, places=1)}"
    if measure.key == "mulheres-na-renda":  # in thousandths of centavos
        over, under = round_half_up(over, 100_000), under // 1000
    told: Callable[[int], str] = money if measure.key in OF_MONEY else number
    first = money(over) if measure.unit is Unit.MONEY else told(over)
    return f"{first} ÷ {told(under)}"


def coverage(measure: Measure, value: Value | None) -> str:
    if value is None:
        return str(gettext("These data do not know what is filtered."))
    if value == HIDDEN:
        return str(gettext("Too few groups: it would tell of one of them."))
    if value.of <= 0:
        return str(gettext("Nothing to count."))
    return f"{permille(round_half_up(10 * value.told, value.of))} {measure.covered}"


def of_trait(trait: Trait, key: Any, zones: dict[str, str]) -> str:
    """Return what a group is called in the reader's language."""
    if trait is Trait.SEGMENT:
        return str(SEGMENTS[str(key)].name)
    if trait is Trait.ZONE:
        return zones.get(key, str(key))
    words: dict[Trait, Any] = {Trait.KIND: KINDS, Trait.LED: LED, Trait.CHANNEL: CHANNELS}
    return str(words[trait][key])
