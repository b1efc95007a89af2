"""The Division's indicators: the list, each by itself, and both as CSV."""

from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.core import clock, files
from marketplace.core.errors import NotFound
from marketplace.core.formats import month
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import write_csv
from marketplace.reports.indicators import counting, names, targets
from marketplace.reports.indicators.asked import Trait, Value
from marketplace.reports.indicators.asking import Question, question_of
from marketplace.reports.indicators.counting import Known
from marketplace.reports.indicators.forms import TargetForm
from marketplace.reports.indicators.measures import BY_KEY, MEASURES, WAITING, Measure
from marketplace.reports.indicators.names import TRAITS
from marketplace.reports.operations.targets import set_target

bp = Blueprint("indicators", __name__, url_prefix="/gestao/indicadores")
SHOWN = 10
SETS = role("head")
READS = role("head", "qualification", "articulation", "council")


class Row(NamedTuple):
    name: str
    value: Value | None


@bp.get("", allow=READS)
def index() -> ResponseReturnValue:
    question = question_of(current_person())
    page = render_template(
        "reports/indicators.html",
        question=question,
        told=_all(question),
        waiting=WAITING,
        targets=targets.of_year(question.asked),
        names=names,
    )
    return page, 200 if question.valid else 422


@bp.get("/indicadores.csv", allow=READS)
def export_all() -> ResponseReturnValue:
    files.pace()
    lines = [(str(m.name), m, value) for m, value in _all(question_of(current_person()))]
    return files.as_file(_sheet(lines), "indicadores.csv", files.CSV)


@bp.get("/<key>", allow=READS)
def show(key: str) -> ResponseReturnValue:
    return _shown(_measure(key), TargetForm(formdata=None))


@bp.post("/<key>", allow=SETS)
def create_target(key: str) -> ResponseReturnValue:
    measure, form = _measure(key), TargetForm()
    form.offer(accounts.divisions_of(current_person()), measure)
    if not form.validate():
        return _shown(measure, form, 422)
    told: dict[str, Any] = {"year": form.year.data, "reason": form.reason.data or ""}
    told |= {"by": current_person(), "now": clock.now()}
    set_target(form.division_id.data, key, form.value.data or 0, **told)
    flash(_("The target is set."), "success")
    return redirect(url_for("indicators.show", key=key), 303)


def _shown(measure: Measure, form: TargetForm, status: int = 200) -> ResponseReturnValue:
    question, key = question_of(current_person()), measure.key
    asked, person = question.asked, current_person()
    form.offer(accounts.divisions_of(person), measure)
    page = render_template(
        "reports/indicator.html",
        question=question,
        measure=measure,
        value=counting.compute(key, asked, least=question.least),
        parts=_parts(measure, question),
        months=_months(measure, question),
        target=targets.of_year(asked).get(key),
        said=targets.history(asked, key, SHOWN),
        form=form,
        sets=SETS(person),
        names=names,
    )
    return page, status if question.valid else 422


@bp.get("/<key>/indicador.csv", allow=READS)
def export_one(key: str) -> ResponseReturnValue:
    measure, question = _measure(key), question_of(current_person())
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
