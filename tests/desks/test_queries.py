from datetime import date

from marketplace.desks import years
from marketplace.enterprises.models import Segment
from tests.factories.enterprises import make_enterprise
from tests.factories.reports import make_fact

LEAP_DAY = date(2028, 2, 29)


class TestYearOf:
    def test_compares_with_the_same_days_of_the_year_before(self):
        weavers = make_enterprise()
        for day, cents in ((LEAP_DAY, 7_00), (date(2027, 2, 28), 5_00), (date(2027, 3, 1), 9_00)):
            make_fact(weavers, occurred_on=day, gross_cents=cents)

        year = years.year_of(2028, LEAP_DAY, frozenset({weavers.division_id}), ranking=True)

        assert year.by_month.total.total_cents == 7_00
        assert year.by_month.total_before.total_cents == 5_00

    def test_stacks_each_month_by_segment(self):
        weavers = make_enterprise()
        make_fact(weavers, occurred_on=LEAP_DAY, segment=Segment.CRAFTS, gross_cents=7_00)
        make_fact(weavers, occurred_on=LEAP_DAY, segment=Segment.FARMING, gross_cents=2_00)

        year = years.year_of(2028, LEAP_DAY, frozenset({weavers.division_id}), ranking=False)

        assert year.columns == [[0, 0, 0, 0, 0], [7_00, 0, 0, 0, 2_00]]
        assert year.by_enterprise is None
