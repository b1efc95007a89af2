"""What groups sold against the ceiling of their regime of tax, and who is told."""

import csv
import io
from datetime import date

import pytest
import sqlalchemy as sa
from python_calamine import load_workbook

from marketplace.accounts.models import Role
from marketplace.accounts.queries import person_of
from marketplace.catalogue.errors import UnknownRegime
from marketplace.catalogue.models.legal import LegalKind
from marketplace.catalogue.models.regimes import RegimeWord
from marketplace.catalogue.operations.legal import check_figure
from marketplace.catalogue.operations.regimes import say_regime
from marketplace.catalogue.queries import regimes
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.notifications.models import Notice
from marketplace.orders import jobs
from marketplace.orders.models.facts import FactKind
from marketplace.orders.queries import ceilings
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.enterprises import person_of as as_person
from tests.factories.legal import make_figure
from tests.factories.reports import make_fact

OURS, ALL, TODAY = "/painel/teto", "/gestao/tetos", NOW.date()


@pytest.fixture(autouse=True)
def figure():
    told = {"kind": LegalKind.TAX_CEILING, "region": "", "act": "LC 123/2006"}
    span = {"valid_from": date(2018, 1, 1), "valid_to": None}
    return make_figure(subject="MEI", amount_cents=1_000_00, **told, **span)


def check(figure, *, holds=True):
    by = person_of(make_staff(Role.HEAD).id)
    check_figure(figure.id, "DOU", holds=holds, by=by, now=NOW)


def make_mei(**given):
    user, enterprise = make_producer(enterprise=make_enterprise(**given))
    say_regime(enterprise.id, "MEI", by=as_person(user), now=NOW)
    return user, enterprise


def sell(enterprise, cents, day=TODAY, **given):
    make_fact(enterprise, gross_cents=cents, occurred_on=day, **given)


def told(answer):
    """Return the rows of a CSV, without its headings."""
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))[1:]


def stand(enterprise):
    db.session.expire_all()
    return ceilings.of_enterprise(enterprise, TODAY)


class TestStand:
    def test_sums_the_year_and_twelve_months(self, figure):
        check(figure)
        _user, group = make_mei()
        sell(group, 100_00, date(2026, 1, 1))
        sell(group, 50_00, date(2025, 12, 1))
        sell(group, 7_00, date(2025, 11, 30))  # before this month and the eleven before it
        sell(make_enterprise(), 900_00)

        found = stand(group)

        assert (found.year_cents, found.months_cents) == (100_00, 150_00)
        assert (found.percent, found.step) == (15, 0)

    def test_an_order_counts_when_it_is_handed_over(self, figure):
        check(figure)
        _user, group = make_mei()
        sell(group, 500_00, kind=FactKind.ORDER_TAKEN)
        sell(group, 30_00, kind=FactKind.HANDED_OVER)

        assert stand(group).year_cents == 30_00

    @pytest.mark.parametrize(
        ("cents", "step"), [(799_99, 0), (800_00, 80), (999_99, 80), (1_000_00, 100)]
    )
    def test_steps_are_at_80_and_at_100_percent(self, figure, cents, step):
        check(figure)
        _user, group = make_mei()
        sell(group, cents)

        assert stand(group).step == step

    def test_a_ceiling_that_nobody_checked_is_not_used(self, figure):
        _user, group = make_mei()
        sell(group, 2_000_00)
        assert (stand(group).figure, stand(group).step) == (None, 0)
        check(figure, holds=False)
        assert stand(group).figure is None

    def test_none_without_a_regime(self, figure):
        check(figure)
        user, group = make_mei()
        say_regime(group.id, "", by=as_person(user), now=NOW)

        assert stand(group) is None
        assert stand(make_enterprise()) is None


class TestSay:
    def test_the_last_word_holds_and_the_same_is_said_once(self):
        user, group = make_mei()
        say_regime(group.id, "MEI", by=as_person(user), now=NOW)
        say_regime(group.id, "", by=as_person(user), now=NOW)

        assert regimes.of_enterprise(group.id).regime == ""
        assert db.session.scalar(sa.select(sa.func.count(RegimeWord.id))) == 2

    def test_is_of_the_tables_and_by_who_manages(self):
        user, group = make_mei()
        with pytest.raises(UnknownRegime):
            say_regime(group.id, "MEI2", by=as_person(user), now=NOW)
        other, _ = make_producer("member", group)
        with pytest.raises(NotFound):
            say_regime(group.id, "", by=as_person(other), now=NOW)

    def test_is_never_changed(self):
        make_mei()
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            operation(lambda: db.session.execute(sa.update(RegimeWord).values(regime="x")))()


class TestNews:
    def test_each_step_is_told_once(self, figure):
        check(figure)
        user, group = make_mei()
        query = sa.select(Notice.user_id, Notice.kind).where(Notice.kind.like("ceiling%"))

        def told():
            jobs.tell_ceilings()
            jobs.tell_ceilings()
            return [tuple(row) for row in db.session.execute(query.order_by(Notice.id))]

        assert told() == []
        sell(group, 800_00)
        near = (user.id, "ceiling_near")
        assert told() == [near]
        sell(group, 300_00)
        assert told() == [near, (user.id, "ceiling_reached")]


class TestPages:
    def test_the_group_says_it_and_sees_where_it_stands(self, client, log_in, figure):
        check(figure)
        user, group = make_producer()
        sell(group, 850_00)
        log_in(user)
        assert "Ceiling of your taxes" in client.get(OURS).text

        assert client.post(OURS, data={"regime": "Outro"}).status_code == 422
        assert client.post(OURS, data={"regime": "MEI"}).location == OURS
        page = client.get(OURS).text
        assert "near the ceiling of MEI: 85%" in page
        assert "outside the site is not known" in page
        assert OURS in client.get("/painel/dinheiro").text

    def test_the_division_sees_who_is_near(self, client, log_in, figure):
        check(figure)
        division = make_division()
        _user, near = make_mei(division=division, name="Perto do teto")
        make_mei(division=division, name="Longe do teto")
        make_mei(name="De outra Divisão")
        sell(near, 1_200_00)
        log_in(make_staff(Role.HEAD, division))

        page = client.get(ALL).text
        assert "Perto do teto" in page
        assert "120%" in page
        assert "Longe do teto" not in page
        assert "De outra" not in page
        assert ALL in client.get("/gestao/produtos").text

    def test_the_division_downloads_what_it_sees(self, client, log_in, figure):
        check(figure)
        division = make_division()
        _user, near = make_mei(division=division, name="Perto do teto")
        make_mei(division=division, name="Longe do teto")
        sell(near, 1_200_50)
        sell(make_mei(name="De outra Divisão")[1], 1_200_00)
        log_in(make_staff(Role.HEAD, division))
        page = client.get(ALL).text

        sheet, xlsx = (client.get(f"{ALL}.{kind}") for kind in ("csv", "xlsx"))
        book = load_workbook(io.BytesIO(xlsx.data)).get_sheet_by_index(0).to_python()

        named, act = [near.code, "Perto do teto", "MEI"], [figure.act, figure.source]
        assert told(sheet) == [[*named, "1200,50", "1200,50", "1000,00", "120", *act]]
        assert book[1:] == [[*named, 1200.5, 1200.5, 1000, 120, *act]]
        assert f"{ALL}.csv" in page
        assert f"{ALL}.xlsx" in page

    def test_a_ceiling_that_nobody_checked_is_left_empty(self, client, log_in):
        division = make_division()
        make_mei(division=division)
        log_in(make_staff(Role.HEAD, division))

        [cells] = told(client.get(f"{ALL}.csv"))

        assert cells[3:] == ["0,00", "0,00", "", "", "", ""]
