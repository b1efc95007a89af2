"""What may be asked of the indicators, read from an address."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.accounts.models import Division
from marketplace.core.fields import IntegerField, LineField, ScaledField
from marketplace.core.formats import month
from marketplace.core.text import fold
from marketplace.enterprises.models import Kind, Segment
from marketplace.orders.models.facts import Channel
from marketplace.reports.indicators import periods
from marketplace.reports.indicators.asked import Asked, Trait
from marketplace.reports.indicators.measures import Measure, most
from marketplace.reports.indicators.names import of_trait
from marketplace.reports.names import LED

LEADS = {"mulheres": True, "outros": False}
SAID = {"mulher": (Trait.LED, "mulheres"), "mujer": (Trait.LED, "mulheres")}
SAID |= {"women": (Trait.LED, "mulheres")}
PERIODS = {"bim": "B", "trim": "T", "quarter": "T", "mes": "-", "month": "-", "ano": "", "year": ""}


class AskedForm(FlaskForm):
    pergunta = LineField(
        _("Ask in words"),
        required=False,
        description=_("For example: women, east, crafts, last bimester"),
    )
    periodo = SelectField(_("Period"))
    segmento = SelectField(_("Segment"))
    zona = SelectField(_("Zone"))
    tipo = SelectField(_("Kind of enterprise"))
    direcao = SelectField(_("Who leads"))
    canal = SelectField(_("How it was sold"))

    def offer(self, zones: Iterable[tuple[str, str]], today: date) -> None:
        """Show the periods up to ``today`` and all traits."""
        named = dict(zones)
        self.periodo.choices = [SelectChoice(key, name_of(key)) for key in periods.keys(today)]
        values: dict[Trait, Iterable[Any]] = {Trait.SEGMENT: Segment, Trait.ZONE: named}
        values |= {Trait.KIND: Kind, Trait.CHANNEL: Channel}
        for trait, keys in values.items():
            found = [SelectChoice(str(key), of_trait(trait, key, named)) for key in keys]
            self[trait.value].choices = [SelectChoice("", gettext("All")), *found]
        leads = [SelectChoice(word, str(LED[key])) for word, key in LEADS.items()]
        self.direcao.choices = [SelectChoice("", gettext("All")), *leads]

    def heed(self, today: date) -> None:
        """Choose what the question in words names, in place of what was chosen before."""
        said = fold(self.pergunta.data or "")
        words = said.replace(",", " ").split()
        for begins, (trait, value) in SAID.items():
            if begins in said:
                self[trait.value].data = value
        for trait in (Trait.SEGMENT, Trait.ZONE):
            for choice in self[trait.value].choices or ():
                if choice.value and fold(str(choice.label)) in said:
                    self[trait.value].data = choice.value
        kinds = [
            kind for word in words for begins, kind in PERIODS.items() if word.startswith(begins)
        ]
        if kinds:
            self.periodo.data = periods.last_whole(kinds[0], today)

    def asked(self, division_ids: frozenset[int], zone: str, today: date) -> Asked:
        period = periods.of_key(self.periodo.data or "") or periods.of_key(str(today.year))
        if period is None:
            raise ValueError
        filters: dict[Trait, Any] = {}
        for trait in Trait:
            if value := self[trait.value].data:
                filters[trait] = LEADS[value] if trait is Trait.LED else value
        return Asked(period, division_ids, zone, filters)


class TargetForm(FlaskForm):
    division_id = SelectField(_("Division"), coerce=int)
    year = IntegerField(_("Year"), required=_("Write the year."), least=2001, most=2099)
    value = ScaledField(_("Target"), required=_("Write the target."), places=2, most=10**12)
    reason = LineField(
        _("Who decided it?"),
        required=_("Say who decided it, in a few words."),
        most=300,
        description=_("A plan, a meeting, a minute"),
    )

    def offer(self, divisions: list[Division], measure: Measure) -> None:
        """Show these Divisions as the choices, and take no more than can be reached."""
        self.division_id.choices = [SelectChoice(str(one.id), one.name) for one in divisions]
        self._most = most(measure)
        if len(divisions) == 1:
            self.division_id.data = divisions[0].id

    def validate_value(self, field: ScaledField) -> None:
        if field.data is not None and field.data > self._most:
            raise ValidationError(gettext("This indicator cannot reach that."))


def name_of(key: str) -> str:
    """Return what a period is called."""
    period = periods.of_key(key)
    if "-" not in key or period is None:
        return key
    turn = int(key.rpartition("-")[2].lstrip("BT"))
    if "T" in key:
        return str(gettext("%(turn)s. quarter of %(year)s", turn=turn, year=key[:4]))
    if "B" in key:
        return str(gettext("%(turn)s. bimester of %(year)s", turn=turn, year=key[:4]))
    return month(period.first)
