"""A report counted again: every difference is explained, and nothing else moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import Channel, Confidence, FactKind
from marketplace.orders.operations.facts import Declared, declare_total, take_back_declared
from marketplace.reports import issued_files
from marketplace.reports.models.issued import FileKind
from marketplace.reports.periods import Period
from marketplace.reports.sheet_differences import Cause, differences, unmoved
from marketplace.reports.sheet_figures import count
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise, make_member
from tests.factories.funds import make_rate
from tests.factories.issued import make_issued
from tests.factories.reports import make_fact
from tests.paper import Paper

MARCH = date(2030, 3, 15)
APRIL = datetime(2030, 4, 2, 12, tzinfo=UTC)


@pytest.fixture
def weavers():
    return make_enterprise(division=make_division(), name="Trançado do Norte")


def again(report):
    period = Period(report.first_on, report.last_on)
    sheet = count(report.kind, period, report.division, up_to=None, now=APRIL)
    return {one.key: one for one in differences(report, sheet)}


def declare(enterprise, cents, key="paper-7"):
    total = Declared(enterprise.id, MARCH, enterprise.segment, Channel.FAIR_STALL, cents)
    declare_total(total, key=key, by=HOUSE, now=APRIL)


class TestDifferences:
    def test_are_none_where_nothing_was_written(self, weavers):
        make_fact(weavers)
        assert again(make_issued(weavers.division, MARCH, now=APRIL)) == {}

    def test_add_up_to_the_change_of_every_line(self, weavers):
        other = make_enterprise(division=weavers.division)
        sold = [
            make_fact(
                weavers,
                gross_cents=10_01 + n,
                quantity=1,
                women_permille=333 + n,
                women_led=n % 2 == 0,
                zone=f"z{n % 3}",
                composed=True,
                makers_cents=10_01 + n,
                occurred_on=date(2030, 1 + n % 3, 3),
            )
            for n in range(9)
        ]
        report = make_issued(weavers.division, MARCH, now=APRIL)
        for fact in sold[2::3]:
            minus = {"gross_cents": -fact.gross_cents, "makers_cents": -fact.makers_cents}
            same = {name: getattr(fact, name) for name in ("zone", "women_permille", "women_led")}
            minus |= same | {"composed": True, "occurred_on": fact.occurred_on}
            make_fact(weavers, quantity=-1, corrects_id=fact.id, **minus)
        make_fact(other, kind=FactKind.ORDER_TAKEN, channel=Channel.ONLINE_POINT, gross_cents=7_77)
        make_fact(other, channel=Channel.FAIR_DESK, confidence=Confidence.TILL, women_permille=501)
        declare(other, 99_00)
        declare(other, 55_00, key="paper-8")
        take_back_declared("paper-8", by=HOUSE, now=APRIL)
        found = again(report)

        causes = {cause for one in found.values() for cause in one.causes}
        assert causes == {*Cause} - {Cause.OTHER, Cause.PAST, Cause.GOALS, Cause.MONEY}
        for one in found.values():
            assert sum(one.causes.values()) == one.now - one.before
        sales = found["all::sales"]
        assert sales.causes == {
            Cause.GIVEN_BACK: -(10_03 + 10_06 + 10_09),
            Cause.LATE_TILL: 10_00,
            Cause.DECLARED: 154_00,
            Cause.DECLARED_BACK: -55_00,
        }

    def test_explain_months_before_the_period_too(self, weavers):
        report = make_issued(weavers.division, MARCH, now=APRIL)
        make_fact(weavers, occurred_on=date(2029, 3, 9), gross_cents=4_00)

        assert again(report)["month:202903:sales"].causes == {Cause.LATE_TILL: 4_00}
        assert "all::sales" not in again(report)

    def test_tell_lists_that_are_kept_up_apart(self, weavers):
        make_fact(weavers)
        report = make_issued(weavers.division, MARCH, now=APRIL)
        make_member(weavers, joined_on=date(2030, 3, 1))

        assert [one.causes for one in again(report).values()] == [{Cause.LISTS: 1}]


class TestUnmoved:
    def test_counts_renames_rates_and_what_was_given_back_later(self, weavers):
        sold = make_fact(weavers, gross_cents=30_00)
        report = make_issued(weavers.division, MARCH, now=APRIL)
        make_fact(
            weavers,
            gross_cents=-30_00,
            quantity=-1,
            corrects_id=sold.id,
            occurred_on=date(2030, 4, 9),
        )
        _rename(weavers.id)

        assert again(report) == {}
        still = unmoved(report)
        assert (still.renamed, still.rates, still.given_back_cents) == (1, 0, 30_00)

    def test_counts_a_rate_that_was_decided_since(self, weavers):
        report = make_issued(
            weavers.division, date(2025, 3, 1), now=datetime(2025, 4, 2, tzinfo=UTC)
        )
        make_rate(weavers)

        assert unmoved(report).rates == 1


@operation
def _rename(enterprise_id):
    db.session.execute(sa.update(Enterprise).where(Enterprise.id == enterprise_id).values(name="N"))


class TestAnother:
    def test_keeps_the_explanation_and_prints_it_behind_its_page(self, weavers):
        make_fact(weavers)
        first = make_issued(weavers.division, MARCH, now=APRIL)
        make_fact(weavers, gross_cents=5_00)
        second = make_issued(weavers.division, MARCH, now=APRIL + timedelta(days=3))
        kept = {each[0]: each for each in second.figures["differs"]}

        assert first.figures["differs"] == []
        assert kept["all::sales"] == ["all::sales", 10_00, 15_00, {"late_till": 5_00}]
        assert len(Paper(issued_files.content(second, FileKind.PDF))) == 2

    def test_pages_say_why(self, client, log_in, weavers):
        make_fact(weavers)
        first = make_issued(weavers.division, MARCH, now=APRIL)
        declare(weavers, 5_00)
        log_in(make_staff("finance", weavers.division))
        compared = client.get(f"/gestao/relatorios/emitidos/{first.id}/comparacao").text
        second = make_issued(weavers.division, MARCH, now=APRIL + timedelta(days=3))
        shown = client.get(f"/gestao/relatorios/emitidos/{second.id}").text

        for page in (compared, shown):
            assert "R$5.00: totals declared since" in page
        assert "Issue another" not in compared
        same = client.get(f"/gestao/relatorios/emitidos/{second.id}/comparacao").text
        assert "No line differs." in same
