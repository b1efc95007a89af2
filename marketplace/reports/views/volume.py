"""The Division's sales volume: on screen, as CSV and as XLSX, always the same question."""

from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from marketplace.accounts import queries as accounts
from marketplace.core import clock, limits
from marketplace.core.rights import Person, current_person, role
from marketplace.core.sheets.writing import write_csv, write_xlsx
from marketplace.reports import names, queries
from marketplace.reports.forms import BY, QuestionForm
from marketplace.reports.queries import Answer
from marketplace.reports.questions import FOR_COUNCIL, Dimension

bp = Blueprint("reports", __name__, url_prefix="/gestao/relatorios")
READS = role("head", "articulation", "qualification", "finance", "council")
EXPORTS_AN_HOUR = 60
USUAL = {d.value: "" for d in Dimension} | {"divisao": "", "por": Dimension.MONTH.value}


class Asked(NamedTuple):
    """A question as typed and its answer; ``valid`` is false where the usual one was asked."""

    form: QuestionForm
    answer: Answer
    valid: bool


@bp.get("", allow=READS)
def show() -> ResponseReturnValue:
    asked = _ask(current_person())
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
    )
    return page, 200 if asked.valid else 422


@bp.get("/vendas.csv", allow=READS)
def export_csv() -> ResponseReturnValue:
    headers, rows = _sheet()
    return _file(write_csv(headers, rows), "vendas.csv", "text/csv; charset=utf-8")


@bp.get("/vendas.xlsx", allow=READS)
def export_xlsx() -> ResponseReturnValue:
    headers, rows = _sheet()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    numbers = range(1, len(headers))
    return _file(write_xlsx(headers, rows, numbers=numbers), "vendas.xlsx", kind)


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


def _sheet() -> tuple[list[str], list[list[str]]]:
    person = current_person()
    limits.pace("export", str(person.id), limit=EXPORTS_AN_HOUR, seconds=3600)
    answer = _ask(person).answer
    return names.headers(BY[answer.question.by]), names.sheet(answer)


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)
