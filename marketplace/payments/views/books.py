"""The books of a month: what each kind of account did, every entry, and both as sheets."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import time_zone_of
from marketplace.core import clock, files
from marketplace.core.paging import paginate
from marketplace.core.rights import current_person, role
from marketplace.core.sheets.writing import reais, write_csv, write_xlsx
from marketplace.payments import book_labels, labels
from marketplace.payments.queries import books
from marketplace.payments.queries.books import Line, Span, Told

bp = Blueprint("books", __name__, url_prefix="/gestao/livro")
READS = role("finance", "head")
ENTRIES_SHOWN = 50


class Asked(NamedTuple):
    """A month of those there are, the newest first, and the instants in which it lies."""

    month: date
    months: list[date]
    span: Span
    zone: str
    divisions: frozenset[int]


class Sheet(NamedTuple):
    """Rows under headings; at the places in ``sums`` they are numbers."""

    headers: list[str]
    rows: Iterator[list[str]]
    sums: tuple[int, ...]


@bp.get("", allow=READS)
def show() -> ResponseReturnValue:
    asked = _asked()
    kinds = books.by_kind(books.accounts(asked.span, asked.divisions))
    return render_template("payments/books.html", asked=asked, accounts=kinds, names=book_labels)


@bp.get("/lancamentos", allow=READS)
def entries() -> ResponseReturnValue:
    asked = _asked()
    page = paginate(books.entries(asked.span), request.args.get("pagina"), ENTRIES_SHOWN)
    lines = books.lines_of(page.items, asked.divisions)
    return render_template(
        "payments/entries.html",
        asked=asked,
        page=page,
        lines=lines,
        labels=labels,
        names=book_labels,
    )


@bp.get("/balancete.csv", allow=READS)
def balances_csv() -> ResponseReturnValue:
    return _csv("balancete", _balances)


@bp.get("/balancete.xlsx", allow=READS)
def balances_xlsx() -> ResponseReturnValue:
    return _xlsx("balancete", _balances)


@bp.get("/lancamentos.csv", allow=READS)
def entries_csv() -> ResponseReturnValue:
    return _csv("lancamentos", _entries)


@bp.get("/lancamentos.xlsx", allow=READS)
def entries_xlsx() -> ResponseReturnValue:
    return _xlsx("lancamentos", _entries)


def _asked() -> Asked:
    """Return the month that is asked for; the newest, if there is none such."""
    person, asked = current_person(), request.args.get("mes", "")
    zone = time_zone_of(person)
    known = books.months(zone, clock.now())
    month = next((each for each in known if f"{each:%Y-%m}" == asked), known[0])
    return Asked(month, known, books.span_of(month, zone), zone, person.divisions)


def _csv(name: str, sheet: Callable[[Asked], Sheet]) -> Response:
    asked, told = _paced(sheet)
    content = write_csv(told.headers, told.rows)
    return files.as_file(content, f"{name}-{asked.month:%Y-%m}.csv", files.CSV)


def _xlsx(name: str, sheet: Callable[[Asked], Sheet]) -> Response:
    asked, told = _paced(sheet)
    content = write_xlsx(told.headers, told.rows, numbers=told.sums)
    return files.as_file(content, f"{name}-{asked.month:%Y-%m}.xlsx", files.XLSX)


def _paced(sheet: Callable[[Asked], Sheet]) -> tuple[Asked, Sheet]:
    files.pace()
    asked = _asked()
    return asked, sheet(asked)


def _balances(asked: Asked) -> Sheet:
    headers = [_("Nature"), _("Account"), _("Code"), _("Enterprise")]
    headers += [_("Before (R$)"), _("Before: D or C"), _("Debit (R$)"), _("Credit (R$)")]
    headers += [_("Afterwards (R$)"), _("Afterwards: D or C")]
    told = books.accounts(asked.span, asked.divisions)
    return Sheet(headers, map(_balance, told), (4, 6, 7, 8))


def _balance(told: Told) -> list[str]:
    return [
        str(book_labels.NATURES[told.nature]),
        str(book_labels.ACCOUNTS[told.base]),
        told.code,
        told.enterprise or "",
        *_sided(told.opening_cents),
        reais(told.debit_cents),
        reais(told.credit_cents),
        *_sided(told.closing_cents),
    ]


def _sided(cents: int) -> list[str]:
    """Return a balance and its side: no sum has a sign, so that none is taken for a formula."""
    return [reais(abs(cents)), book_labels.side_of(cents)]


def _entries(asked: Asked) -> Sheet:
    headers = [_("Entry"), _("Instant (UTC)"), _("Kind"), _("Account"), _("Code"), _("Enterprise")]
    headers += [_("Debit (R$)"), _("Credit (R$)"), _("Of what"), _("Line of the provider")]
    headers += [_("Takes back the entry")]
    return Sheet(headers, map(_line, books.lines(asked.span, asked.divisions)), (6, 7))


def _line(line: Line) -> list[str]:
    cents = line.amount_cents
    return [
        str(line.entry_id),
        line.posted_at.isoformat(timespec="seconds"),
        str(labels.ENTRIES[line.kind]),
        str(book_labels.ACCOUNTS[line.base]),
        line.code,
        line.enterprise or "",
        reais(cents) if cents > 0 else "",
        reais(-cents) if cents < 0 else "",
        book_labels.source_of(line.source_type, line.source_id),
        line.movement_id or "",
        str(line.reverses_id or ""),
    ]
