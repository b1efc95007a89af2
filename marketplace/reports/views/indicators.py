"""The Division's indicators: the list, each by itself, and both as CSV."""

from typing import NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.formats import month
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import write_csv
from marketplace.reports import files, queries
from marketplace.reports.indicators import counting, names
from marketplace.reports.indicators.asked import Asked, Trait, Value
from marketplace.reports.indicators.counting import Known
from marketplace.reports.indicators.forms import AskedForm
from marketplace.reports.indicators.measures import BY_KEY, MEASURES, WAITING, Measure
from marketplace.reports.indicators.names import TRAITS
from marketplace.reports.questions import Dimension

bp = Blueprint("indicators", __name__, url_prefix="/gestao/indicadores")
READS = role("head", "qualification", "articulation", "council")
FEWEST = 3
"""Of fewer enterprises a council member is told nothing: the sales of one could be seen."""
NAMED = ("pergunta", "periodo", *(trait.value for trait in Trait))


class Question(NamedTuple):
    """A question as typed and read; ``valid`` is false where the usual one is asked."""

    form: AskedForm
    asked: Asked
    zones: dict[str, str]
    valid: bool
    least: int  # enterprises of which anything is told

    @property
    def query(self) -> dict[str, str]:
        """Return what is asked as an address tells it, the words taken as what they name."""
        told = {name: str(self.form[name].data or "") for name in NAMED if name != "pergunta"}
        return {name: value for name, value in told.items() if value}


class Row(NamedTuple):
    name: str
    value: Value | None


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    question = _question()
    page = render_template(
        "reports/indicators.html",
        question=question,
        told=_all(question),
        waiting=WAITING,
        names=names,
    )
    return page, 200 if question.valid else 422


@bp.get("/indicadores.csv", allow=READS)
def export_all() -> ResponseReturnValue:
    files.pace()
    lines = [(str(m.name), m, value) for m, value in _all(_question())]
    return files.as_file(_sheet(lines), "indicadores.csv", files.CSV)


@bp.get("/<key>", allow=READS)
def show(key: str) -> ResponseReturnValue:
    measure, question = _measure(key), _question()
    page = render_template(
        "reports/indicator.html",
        question=question,
        measure=measure,
        value=counting.compute(key, question.asked, least=question.least),
        parts=_parts(measure, question),
        months=_months(measure, question),
        names=names,
    )
    return page, 200 if question.valid else 422


@bp.get("/<key>/indicador.csv", allow=READS)
def export_one(key: str) -> ResponseReturnValue:
    measure, question = _measure(key), _question()
    files.pace()
    lines = [Row(_("Total"), counting.compute(key, question.asked, least=question.least))]
    lines += [row for _trait, rows in _parts(measure, question) for row in rows]
    lines += _months(measure, question)
    content = _sheet([(name, measure, value) for name, value in lines])
    return files.as_file(content, f"{key}.csv", files.CSV)


def _all(question: Question) -> list[tuple[Measure, Value | None]]:
    known = Known(question.asked)
    return [
        (measure, counting.compute(measure.key, known, least=question.least))
        for measure in MEASURES
    ]


def _parts(measure: Measure, question: Question) -> list[tuple[str, list[Row]]]:
    """Return the indicator by each trait that its data know, in the order of its values."""
    known = Known(question.asked)
    found = []
    for trait in Trait:
        by = counting.split(measure.key, known, trait, least=question.least)
        rows = [Row(names.of_trait(trait, key, question.zones), by[key]) for key in by]
        if rows:
            found.append((str(TRAITS[trait]), sorted(rows, key=lambda row: row.name)))
    return found


def _months(measure: Measure, question: Question) -> list[Row]:
    """Return the indicator by month up to this one; what is only known of today has no months."""
    if measure.key == "preco-aberto":
        return []
    today = clock.today(question.asked.zone)
    by = counting.by_month(measure.key, question.asked, least=question.least)
    return [Row(month(first), value) for first, value in by.items() if first <= today]


def _sheet(lines: list[tuple[str, Measure, Value | None]]) -> bytes:
    headers = [_("Indicator"), _("Value"), _("Formula"), _("Fraction"), _("Coverage")]
    rows = [
        [
            *(name, names.quantity(measure, value), names.formula(measure)),
            *(names.fraction(measure, value), names.coverage(measure, value)),
        ]
        for name, measure, value in lines
    ]
    return write_csv(headers, rows)


def _measure(key: str) -> Measure:
    if (measure := BY_KEY.get(key)) is None:
        raise NotFound
    return measure


def _question() -> Question:
    person = current_person()
    divisions = accounts.divisions_of(person)
    zone, ids = divisions[0].time_zone, frozenset(d.id for d in divisions)
    today = clock.today(zone)
    zones = [(str(key), name) for key, name in queries.choices(ids)[Dimension.ZONE]]

    def filled(given: dict[str, str]) -> AskedForm:
        usual = dict.fromkeys(NAMED, "") | {"periodo": str(today.year)}
        form = AskedForm(MultiDict(usual | given), meta={"csrf": False})
        form.offer(zones, today)
        return form

    given = request.args.to_dict()
    form = filled({name: given[name] for name in NAMED if name in given})
    valid = form.validate()
    form.heed(today)
    read = form if valid else filled({})
    least = FEWEST if "council" in person.roles else 1
    return Question(form, read.asked(ids, zone, today), dict(zones), valid, least)
