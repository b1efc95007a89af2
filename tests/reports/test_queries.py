import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.enterprises.models import Segment
from marketplace.orders.models.facts import Channel, Confidence, FactKind
from marketplace.reports import queries
from marketplace.reports.periods import Period
from marketplace.reports.questions import Dimension, Question
from tests.factories.enterprises import make_enterprise
from tests.factories.reports import make_fact

MARCH = Period(date(2030, 3, 1), date(2030, 3, 31))


def ask(by=Dimension.MONTH, period=MARCH, **more):
    return queries.volume(Question(period, by, **more))


def shown(answer):
    return {line.key: line.now.total_cents for line in answer.lines}


class TestVolume:
    def test_adds_sales_and_orders_taken_and_only_shows_what_fulfils_them(self):
        make_fact(gross_cents=30_00)
        make_fact(kind=FactKind.ORDER_TAKEN, gross_cents=50_00)
        make_fact(kind=FactKind.HANDED_OVER, gross_cents=50_00)

        total = ask().total

        assert (total.sales_cents, total.orders_cents, total.handed_cents) == (30_00, 50_00, 50_00)
        assert total.total_cents == 80_00

    def test_takes_a_correction_off_on_its_own_day(self):
        make_fact(gross_cents=30_00)
        make_fact(gross_cents=-30_00, quantity=-1, occurred_on=date(2030, 4, 2))

        assert ask().total.sales_cents == 30_00
        assert ask(period=Period(date(2030, 3, 1), date(2030, 4, 30))).total.sales_cents == 0

    @pytest.mark.parametrize("day", [date(2030, 3, 1), date(2030, 3, 31)])
    def test_counts_the_first_and_the_last_day(self, day):
        make_fact(occurred_on=day)

        assert ask().total.total_cents == 10_00

    @pytest.mark.parametrize("day", [date(2030, 2, 28), date(2030, 4, 1)])
    def test_leaves_out_the_days_around(self, day):
        make_fact(occurred_on=day)

        assert ask().total.total_cents == 0

    def test_shows_each_month_even_an_empty_one(self):
        make_fact(occurred_on=date(2030, 1, 5))

        answer = ask(period=Period(date(2030, 1, 1), date(2030, 3, 31)))

        assert shown(answer) == {203001: 10_00, 203002: 0, 203003: 0}

    def test_sets_the_month_before_beside_a_month(self):
        make_fact(occurred_on=date(2030, 2, 5), gross_cents=7_00)
        make_fact(gross_cents=9_00)

        (march,) = ask().lines

        assert (march.now.total_cents, march.before.total_cents) == (9_00, 7_00)

    def test_groups_by_segment_largest_first(self):
        make_fact(segment=Segment.RECYCLING, gross_cents=5_00)
        make_fact(segment=Segment.CRAFTS, gross_cents=6_00)

        assert list(shown(ask(Dimension.SEGMENT)).items()) == [
            (Segment.CRAFTS, 6_00),
            (Segment.RECYCLING, 5_00),
        ]

    def test_keeps_one_line_per_enterprise_through_a_rename(self):
        weavers = make_enterprise()
        make_fact(weavers, enterprise_name="Old name")
        make_fact(weavers, enterprise_name="New name")

        (line,) = ask(Dimension.ENTERPRISE).lines

        assert (line.name, line.now.total_cents) == ("New name", 20_00)

    def test_does_not_move_when_the_enterprise_is_renamed_or_moves(self):
        weavers = make_enterprise()
        make_fact(weavers, enterprise_name="Weavers", zone="sul", zone_name="Sul")
        before = ask(Dimension.ZONE), ask(Dimension.ENTERPRISE)

        weavers.name, weavers.neighbourhood_id = "Other", None
        db.session.flush()

        assert (ask(Dimension.ZONE), ask(Dimension.ENTERPRISE)) == before

    def test_filters_by_more_than_one_thing(self):
        make_fact(channel=Channel.ONLINE_FAIR, segment=Segment.CRAFTS)
        make_fact(channel=Channel.ONLINE_FAIR, segment=Segment.FOREST)
        make_fact(channel=Channel.FAIR_STALL, segment=Segment.CRAFTS)

        filters = {Dimension.CHANNEL: "online_fair", Dimension.SEGMENT: "artesanato"}

        assert ask(filters=filters).total.total_cents == 10_00

    def test_counts_only_what_was_recorded_by_then(self):
        make_fact()
        make_fact(recorded_at=datetime(2030, 4, 1, tzinfo=UTC))

        assert ask(as_of=datetime(2030, 3, 31, tzinfo=UTC)).total.total_cents == 10_00

    def test_counts_only_the_divisions_asked_for(self):
        here = make_fact()

        assert ask(division_ids=frozenset({here.division_id})).total.total_cents == 10_00
        assert ask(division_ids=frozenset({here.division_id + 10**6})).total.total_cents == 0

    def test_says_how_surely_the_total_is_known(self):
        make_fact(gross_cents=4_00)

        assert ask().by_confidence == {"order": 4_00}


FOREVER = datetime(2100, 1, 1, tzinfo=UTC)  # "as of" then is every fact, counted one by one


class TestSums:
    @pytest.fixture
    def sold(self):
        """Sales of two years by three enterprises, some taken back, and names that change."""
        chance = random.Random(20_261_124)  # noqa: S311 - the same on every run
        makers = [make_enterprise() for _ in range(3)]
        for number in range(120):
            cents = chance.randrange(-20_00, 90_00)
            category = chance.choice(["", "cestaria", "mel"])
            make_fact(
                chance.choice(makers),
                occurred_on=date(2029, 1, 1) + timedelta(days=chance.randrange(600)),
                kind=chance.choice(list(FactKind)),
                channel=chance.choice([Channel.FAIR_STALL, Channel.ONLINE_FAIR]),
                confidence=chance.choice(list(Confidence)),
                segment=chance.choice([Segment.CRAFTS, Segment.FOREST]),
                category=category,
                category_name=category and f"{category} {number // 60}",
                **chance.choice([{}, {"fair_id": 7, "fair_name": "Feira"}]),
                quantity=1 if cents > 0 else -1,
                gross_cents=cents,
            )
        return makers

    @pytest.mark.parametrize(
        "period",
        [
            Period(date(2029, 6, 1), date(2030, 5, 31)),
            Period(date(2029, 6, 12), date(2030, 5, 9)),
            Period(date(2029, 6, 12), date(2029, 6, 20)),
            Period(date(2029, 6, 30), date(2029, 7, 1)),
        ],
    )
    def test_are_those_of_the_facts(self, sold, period):
        for by, filters in product(
            Dimension,
            (
                {},
                {Dimension.CATEGORY: "mel"},
                {Dimension.ENTERPRISE: sold[0].id, Dimension.CHANNEL: "online_fair"},
                {Dimension.FAIR: 7},
            ),
        ):
            summed = ask(by, period, filters=filters)
            counted = ask(by, period, filters=filters, as_of=FOREVER)
            assert replace(summed, question=None) == replace(counted, question=None), by

    def test_are_read_without_asking_the_facts(self, sold, statements):
        ask(Dimension.CATEGORY, Period(date(2029, 6, 12), date(2030, 5, 9)))

        counting = [each for each in statements if "sum(" in each and "sale_facts" in each]
        assert (counting, len(statements)) == ([], 7)

    def test_offer_what_the_facts_hold(self, sold):
        offered = queries.choices(frozenset())

        assert offered[Dimension.CATEGORY] == [("cestaria", "cestaria 1"), ("mel", "mel 1")]
        assert offered[Dimension.FAIR] == [(7, "Feira")]
        assert {key for key, _name in offered[Dimension.ENTERPRISE]} == {m.id for m in sold}
        assert queries.choices(frozenset({sold[0].division_id + 10**6}))[Dimension.ZONE] == []


@pytest.fixture
def statements(app):
    """What the database is asked from here on."""
    found = []

    def note(_connection, _cursor, statement, *_more):
        found.append(statement)

    connection = db.session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    yield found
    sa.event.remove(connection, "before_cursor_execute", note)
