"""The first page of each working role."""

import secrets
from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts import queries as accounts
from marketplace.catalogue.forms.products import NewProductForm
from marketplace.catalogue.queries import own
from marketplace.core import clock, mail
from marketplace.core.errors import NotFound
from marketplace.core.look import page_at
from marketplace.core.paging import paginate
from marketplace.core.rights import Person, current_person, role
from marketplace.desks import queries, years
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.models import Standing
from marketplace.fairs.queries import calendar as fairs
from marketplace.fairs.queries import remarks
from marketplace.orders import statement_words
from marketplace.orders.queries import orders, statements
from marketplace.payments.queries.coming import coming
from marketplace.reports.indicators import names
from marketplace.reports.indicators.asking import question_of
from marketplace.reports.names import change

bp = Blueprint("desks", __name__)
SELLS = role("member", "manager", "facilitator", "stall_till")
WORKS = role("head", "articulation", "qualification", "finance", "administrator", "desk_till")
SEES_NUMBERS = {"head", "articulation", "qualification", "finance"}
VETS = {"head", "articulation"}
READS_MAIL = role("head", "articulation", "administrator")
SHOWN = 5


@bp.get("/painel", allow=SELLS)
def today() -> ResponseReturnValue:
    person = current_person()
    if person.roles & {"member", "manager", "facilitator"}:
        return _producers_today(person)
    return redirect(page_at("/painel/entregas"))


@bp.get("/gestao", allow=WORKS)
def division() -> ResponseReturnValue:
    person, now = current_person(), clock.now()
    if not person.roles & SEES_NUMBERS:
        till = "desk_till" in person.roles
        held = remarks.held_on(person, _today_of(person)) if till else []
        return render_template("desks/lists.html", till=till, fairs=held)
    day, question = _today_of(person), question_of(person)
    asked = question.asked
    page = render_template(
        "desks/division.html",
        question=question,
        year=years.span_of(asked, day),
        today=day,
        change=change,
        attention=queries.attention(person, day, now) if person.roles & VETS else None,
        cases=queries.cases(person) if person.roles & VETS else [],
        stands=years.fair_trade(asked),
        names=names,
        fairs=queries.fairs_of(person, asked.period.first.year, day),
        approved=queries.selling_in(person, asked.period.first, asked.period.last)[1],
    )
    return page, 200 if question.valid else 422


@bp.get("/conselho", allow=role("council"))
def council() -> ResponseReturnValue:
    person = current_person()
    day = _today_of(person)
    return render_template(
        "desks/council.html",
        year=_year(person, day, ranking=False),
        years=_years(day),
        today=day,
        change=change,
        health=queries.health(person),
        fairs=queries.fairs_of(person, _asked_year(day), day),
        selling=queries.selling_in(person, *_bounds(day)),
    )


@bp.get("/gestao/mensagens", allow=READS_MAIL)
def letters() -> ResponseReturnValue:
    kept = mail.kept()
    return render_template("desks/letters.html", letters=kept[:100], more=max(0, len(kept) - 100))


@bp.get("/gestao/mensagens/<name>", allow=READS_MAIL)
def letter(name: str) -> ResponseReturnValue:
    found = next((letter for letter in mail.kept() if letter.name == name), None)
    if found is None:
        raise NotFound
    return render_template("desks/letter.html", letter=found)


def _producers_today(person: Person) -> ResponseReturnValue:
    enterprise = current_enterprise()
    if enterprise.standing is not Standing.APPROVED:
        return render_template("desks/unapproved.html", enterprise=enterprise)
    day = clock.today(enterprise.division.time_zone)
    to_answer = paginate(orders.to_answer(enterprise.id), 1, SHOWN)
    to_prepare = paginate(orders.to_prepare(enterprise.id), 1, SHOWN)
    return render_template(
        "desks/today.html",
        enterprise=enterprise,
        zone=enterprise.division.time_zone,
        others=enterprises.acted_for(person),
        to_answer=to_answer,
        to_prepare=to_prepare,
        goods=own.counts_of(enterprise.id),
        month=queries.month_of(enterprise.id, day),
        awaited=queries.awaited(enterprise.id),
        told=statements.statement(enterprise.id, day.replace(day=1), enterprise.division.time_zone),
        arriving=coming(enterprise, clock.now()),
        whys=statement_words.WHY_NOT,
        new=NewProductForm(formdata=None),
        key=secrets.token_urlsafe(12),
        today=day,
        greeting=_greeting(enterprise.division.time_zone),
        coming=fairs.of_enterprise(enterprise.id, day)[:1],
    )


def _greeting(zone: str) -> str:
    hour = clock.local_hour(zone)
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def _year(person: Person, day: date, *, ranking: bool) -> years.Year:
    return years.year_of(_asked_year(day), day, person.divisions, ranking=ranking)


def _asked_year(day: date) -> int:
    asked = request.args.get("ano", "")
    return int(asked) if asked in {str(year) for year in _years(day)} else day.year


def _years(day: date) -> list[int]:
    return list(range(day.year, day.year - 6, -1))


def _bounds(day: date) -> tuple[date, date]:
    year = _asked_year(day)
    return date(year, 1, 1), min(day, date(year, 12, 31))


def _today_of(person: Person) -> date:
    return clock.today(accounts.divisions_of(person)[0].time_zone)
