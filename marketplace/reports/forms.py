"""What may be asked of the figures, read from an address."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.accounts.models import Division
from marketplace.core.fields import DateField, LineField
from marketplace.reports.declared_forms import offer_divisions
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.operations.issuing import REASON_LENGTH
from marketplace.reports.periods import LATEST, OLDEST, Period, year_so_far
from marketplace.reports.questions import NUMBERED, Dimension, Question
from marketplace.reports.sheet_tables import KINDS

LENGTHS = {
    ReportKind.MONTHLY: _("Month"),
    ReportKind.QUARTERLY: _("Quarter"),
    ReportKind.ANNUAL: _("Year"),
}
COUNTED_FROM = date(OLDEST.year + 1, 1, 1)  # so that there is a year to compare with
BY = {
    Dimension.MONTH: _("Month"),
    Dimension.SEGMENT: _("Segment"),
    Dimension.CATEGORY: _("Category"),
    Dimension.ENTERPRISE: _("Enterprise"),
    Dimension.KIND: _("Kind of enterprise"),
    Dimension.MUNICIPALITY: _("Municipality"),
    Dimension.NEIGHBOURHOOD: _("Neighbourhood"),
    Dimension.ZONE: _("Zone"),
    Dimension.CHANNEL: _("How it was sold"),
    Dimension.FAIR: _("Fair"),
    Dimension.LED: _("Who leads"),
}


class QuestionForm(FlaskForm):
    de = DateField(_("From"), required=False)
    ate = DateField(_("To"), required=False)
    visto_em = DateField(
        _("As it was known on"), required=False, description=_("Leaves out what was recorded later")
    )
    por = SelectField(_("Group by"))
    divisao = SelectField(_("Division"))
    segmento = SelectField(_("Segment"))
    categoria = SelectField(_("Category"))
    empreendimento = SelectField(_("Enterprise"))
    tipo = SelectField(_("Kind of enterprise"))
    municipio = SelectField(_("Municipality"))
    bairro = SelectField(_("Neighbourhood"))
    zona = SelectField(_("Zone"))
    canal = SelectField(_("How it was sold"))
    feira = SelectField(_("Fair"))
    direcao = SelectField(_("Who leads"))

    def offer(
        self,
        by: Iterable[Dimension],
        divisions: Iterable[tuple[int, str]],
        values: dict[Dimension, list[tuple[Any, str]]],
    ) -> None:
        """Show these groupings, Divisions and values; a filter with nothing to choose goes."""
        self.por.choices = [SelectChoice(dimension.value, BY[dimension]) for dimension in by]
        self.divisao.choices = [
            ("", gettext("All")),
            *((str(key), name) for key, name in divisions),
        ]
        for dimension in Dimension:
            if dimension is Dimension.MONTH:
                continue
            if found := values.get(dimension):
                self[dimension.value].choices = _all_or(found)
            else:
                del self[dimension.value]

    def validate_ate(self, field: Any) -> None:
        if field.data and not OLDEST <= field.data <= LATEST:
            raise ValidationError(gettext("Use a day between 2000 and 2100."))
        if field.data and self.de.data and field.data < self.de.data:
            raise ValidationError(gettext("The last day comes after the first."))

    def validate_de(self, field: Any) -> None:
        if field.data and not OLDEST <= field.data <= LATEST:
            raise ValidationError(gettext("Use a day between 2000 and 2100."))

    def question(self, division_ids: frozenset[int], zone: str, today: Any) -> Question:
        """Return what is asked; days are those of ``zone``, twelve months unless told."""
        usual = year_so_far(today)
        first: Any = self.de.data or min(usual.first, self.ate.data or usual.first)
        last: Any = self.ate.data or max(usual.last, first)
        chosen = frozenset({int(self.divisao.data)}) if self.divisao.data else division_ids
        return Question(
            Period(first, last),
            Dimension(self.por.data),
            chosen,
            dict(self._filters()),
            self._as_of(zone),
        )

    def show_period(self, period: Period) -> None:
        """Show which days were counted where none were typed."""
        for field, day in ((self.de, period.first), (self.ate, period.last)):
            if field.data is None:
                field.data, field.raw_data = day, None

    def _filters(self) -> Iterable[tuple[Dimension, str | int]]:
        for dimension in Dimension:
            value = self[dimension.value].data if dimension.value in self else ""
            if value:
                yield dimension, _read(dimension, value)

    def _as_of(self, zone: str) -> datetime | None:
        if self.visto_em.data is None:
            return None
        return datetime.combine(self.visto_em.data, time.max, ZoneInfo(zone))


class PeriodForm(FlaskForm):
    """Which report of which period is to be issued, and why another where there is one."""

    kind = SelectField(
        _("Report"), choices=[SelectChoice(kind.value, name) for kind, name in KINDS.items()]
    )
    day = DateField(
        _("A day of the period"),
        required=_("Choose the day."),
        description=_("The month, quarter or year that this day lies in"),
    )
    reason = LineField(
        _("Why another?"),
        required=False,
        most=REASON_LENGTH,
        description=_("Only where a report of this period was issued before"),
    )

    def validate_day(self, field: Any) -> None:
        if field.data and not COUNTED_FROM <= field.data <= LATEST:
            raise ValidationError(gettext("Use a day between 2001 and 2100."))


class EnterprisePeriodForm(PeriodForm):
    """The same about one enterprise: its kinds of report are called by their period."""

    kind = SelectField(
        _("Period"), choices=[SelectChoice(kind.value, name) for kind, name in LENGTHS.items()]
    )


class IssueForm(PeriodForm):
    """The same about a whole Division."""

    division_id = SelectField(_("Division"), coerce=int)

    def offer(self, divisions: list[Division]) -> None:
        """Show these Divisions as the choices; a single one is chosen."""
        offer_divisions(self.division_id, divisions)


def _read(dimension: Dimension, value: str) -> str | int | bool:
    if dimension is Dimension.LED:
        return value == str(True)
    return int(value) if dimension in NUMBERED else value


def _all_or(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Return choices that begin with no choice at all."""
    named = [SelectChoice(str(key), name) for key, name in pairs]
    return [SelectChoice("", gettext("All")), *named]
