"""The 24 indicators by their number, in words: what each is of, or what it waits for.

Several of `counting.COUNTS` share a number where they belong together.
"""

import enum
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _


class Unit(enum.StrEnum):
    MONEY = "money"  # centavos, also of money by something
    SHARE = "share"
    INDEX = "index"  # between 0 and 1


class Measure(NamedTuple):
    """What is computed: ``over`` ÷ ``under`` (none: a sum) is its formula, on screen."""

    number: int
    key: str
    name: Any
    over: Any
    under: Any
    covered: Any  # of what the coverage is
    unit: Unit = Unit.SHARE

    @property
    def less_is_better(self) -> bool:
        return self.key in LESS


LESS = frozenset({"abaixo-do-piso", "desigualdade-de-vagas", "concentracao"})
MOST = {Unit.SHARE: 10_000, Unit.INDEX: 100, Unit.MONEY: 10**12}


class Waiting(NamedTuple):
    number: int
    name: Any
    why: Any


_VOLUME = _("sales and orders taken")
_OPEN = _("sales with open price")
_BY_RECORD = _("of the volume told by a till, an order or a slip")
_PRICED = _("of the volume sold with open price")
_ELIGIBLE = _("of the enterprises are approved")
_BUYING = _("of the purchases by people who said who they are")

MEASURES = (
    Measure(1, "volume", _("Sales volume"), _VOLUME, None, _BY_RECORD, Unit.MONEY),
    Measure(
        *(2, "venda-por-vaga", _("Sales by place used"), _("sold at fairs")),
        *(_("places used"), _("of the places used told what they sold"), Unit.MONEY),
    ),
    Measure(
        *(3, "uso-das-vagas", _("Use of places"), _("places used"), _("places offered")),
        _("of the stalls have it written who came"),
    ),
    Measure(
        *(4, "bancas-que-contaram", _("Stalls that told their sales")),
        *(_("stalls that told"), _("stalls that were there"), _("of the stalls were there")),
    ),
    Measure(
        *(5, "rodizio", _("Rotation at fairs"), _("enterprises that came to a fair")),
        *(_("approved enterprises"), _ELIGIBLE),
    ),
    Measure(
        *(5, "desigualdade-de-vagas", _("Inequality of places"), _("sum of differences of places")),
        *(_("enterprises times places"), _ELIGIBLE, Unit.INDEX),
    ),
    Measure(
        *(6, "parte-de-quem-faz", _("Part that stays with who makes it")),
        *(_("labour and surplus of what was sold"), _OPEN, _PRICED),
    ),
    Measure(
        *(7, "hora-real", _("Real hour"), _("price less costs of what was sold")),
        *(_("hours of work"), _("of the volume sold with hours told"), Unit.MONEY),
    ),
    Measure(
        *(8, "abaixo-do-piso", _("Sold under the minimum-wage hour")),
        *(_("pieces whose hour is under the minimum wage"), _("pieces with hours told")),
        _("of the pieces sold have hours told"),
    ),
    Measure(
        *(10, "mulheres-nos-grupos", _("Women in the groups"), _("women")),
        *(_("members"), _("of the members have their sex told")),
    ),
    Measure(
        *(10, "mulheres-na-direcao", _("Women on boards"), _("women on boards")),
        *(_("people on boards"), _("of the enterprises name a board")),
    ),
    Measure(
        *(10, "mulheres-na-renda", _("Women's part of the income")),
        *(_("makers' part by women among the members"), _("makers' part"), _PRICED),
    ),
    Measure(
        *(11, "preco-aberto", _("Products with open price"), _("products whose parts add up")),
        *(_("products on sale today"), _("of the products on sale")),
    ),
    Measure(
        *(15, "parte-do-fundo", _("Part of prices for the fund")),
        *(_("fund part of what was sold"), _OPEN, _PRICED),
    ),
    Measure(
        *(17, "reservas-retiradas", _("Reservations kept"), _("orders collected")),
        *(_("orders collected or missed"), _("of the orders have ended")),
    ),
    Measure(
        *(22, "concentracao", _("Sold by the top tenth"), _("sold by the tenth that sold most")),
        *(_("sold by all"), _BY_RECORD),
    ),
    Measure(
        *(23, "compradores-novos", _("New buyers"), _("people who bought for the first time")),
        *(_("people who bought"), _BUYING),
    ),
    Measure(
        *(23, "compradores-que-voltam", _("Buyers who came back")),
        *(_("people with a second purchase"), _("people who bought"), _BUYING),
    ),
    Measure(
        *(24, "vendas-institucionais", _("Sales to institutions")),
        *(_("sold to institutions"), _VOLUME, _BY_RECORD),
    ),
)
BY_KEY = {measure.key: measure for measure in MEASURES}

WAITING = (
    Waiting(9, _("Income by member and month"), _("Waits for what each group paid its members.")),
    Waiting(12, _("Minimum price kept"), _("Waits for minimum prices that somebody has checked.")),
    Waiting(13, _("Local inputs"), _("Waits for where each input of a price was bought.")),
    Waiting(
        *(14, _("Trade between groups"), _("Waits for sales that say which group bought.")),
    ),
    Waiting(
        *(16, _("Orders paid ahead, days to pay")),
        _("Waits for contracts of institutions and their days of payment."),
    ),
    Waiting(18, _("Training"), _("Waits for courses, who enrolled and who finished.")),
    Waiting(19, _("Tonnes recycled"), _("Waits for weighings by material.")),
    Waiting(20, _("Democracy"), _("Waits for the dates of assemblies and forum meetings.")),
    Waiting(21, _("Papers in order"), _("Waits for the papers of each group and their dates.")),
)


def most(measure: Measure) -> int:
    """Return the highest target, in hundredths."""
    return MOST[measure.unit]
