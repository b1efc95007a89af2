"""The Division's sales volume: on screen, as CSV and as XLSX, always the same question."""

from typing import NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from marketplace.accounts import queries as accounts
from marketplace.core import clock, files
from marketplace.core.rights import Person, current_person, role
from marketplace.core.sheets.writing import write_csv, write_xlsx
from marketplace.reports import declared, declared_names, names, queries
from marketplace.reports.declared import Told
from marketplace.reports.forms import BY, QuestionForm
from marketplace.reports.queries import Answer
from marketplace.reports.questions import FOR_COUNCIL, Dimension, Question
from marketplace.reports.sheet_tables import PAST_YEARS

bp = Blueprint("reports", __name__, url_prefix="/gestao/relatorios")
READS = role("head", "articulation", "qualification", "finance", "council")
USUAL = {d.value: "" for d in Dimension} | {"divisao": "", "por": Dimension.MONTH.value}


class Asked(NamedTuple):
    """A question as typed and its answer; ``valid`` is false where the usual one was asked."""

    form: QuestionForm
    answer: Answer
    valid: bool


@bp.get("", allow=READS)
def show() -> ResponseReturnValue:
    asked = _ask(current_person())
    told, years = _declared(asked.answer.question)
    page = render_template(
        "reports/show.html",
        form=asked.form,
        answer=asked.answer,
        pending=queries.pending(asked.answer.question.division_ids),
        rows=names.rows(asked.answer),
        surely=names.surely(asked.answer),
        change=names.change,
        dimension=BY[asked.answer.question.by],
        query=request.args.to_dict(flat=False),
        marks=declared_names.marks(told, _counted(asked.answer)),
        past=declared_names.lines(told, years),
    )
    return page, 200 if asked.valid else 422


@bp.get("/vendas.csv", allow=READS)
def export_csv() -> ResponseReturnValue:
    headers, rows = _sheet()
    return files.as_file(write_csv(headers, rows), "vendas.csv", files.CSV)


@bp.get("/vendas.xlsx", allow=READS)
def export_xlsx() -> ResponseReturnValue:
    headers, rows = _sheet()
    numbers = range(1, len(headers))
    return files.as_file(write_xlsx(headers, rows, numbers=numbers), "vendas.xlsx", files.XLSX)


def _ask(person: Person) -> Asked:
    divisions = accounts.divisions_of(person)
    zone, ids = divisions[0].time_zone, frozenset(d.id for d in divisions)
    by = [d for d in Dimension if "council" not in person.roles or d in FOR_COUNCIL]
    named = [(division.id, division.name) for division in divisions]

    def filled(given: MultiDict[str, str]) -> QuestionForm:
        form = QuestionForm(given, meta={"csrf": False})
        form.offer(by, named, names.filters(by, ids))
        return form

    form = filled(MultiDict(USUAL | request.args.to_dict()))
    valid = form.validate()
    asked = form if valid else filled(MultiDict(USUAL))
    question = asked.question(ids, zone, clock.today(zone))
    asked.show_period(question.period)
    return Asked(form, queries.volume(question), valid)


def _counted(answer: Answer) -> dict[int, int]:
    """Return what was counted in each month that an answer tells of, in centavos."""
    return {line.key: line.now.total_cents for line in answer.lines if isinstance(line.key, int)}


def _declared(question: Question) -> tuple[dict[int, Told], range]:
    """Return what is declared beside a question by month, and of which years one compares it."""
    first, last = question.period.first.year, question.period.last.year
    if not current_person().roles.intersection(declared.READERS) or question.filters:
        return {}, range(0)
    if question.by is not Dimension.MONTH or question.as_of:
        return {}, range(0)
    return declared.by_time(question.division_ids), range(first - PAST_YEARS, last + 1)


def _sheet() -> tuple[list[str], list[list[str]]]:
    files.pace()
    answer = _ask(current_person()).answer
    return names.headers(BY[answer.question.by]), names.sheet(answer)
