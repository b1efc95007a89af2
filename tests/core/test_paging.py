import pytest
import sqlalchemy as sa

from marketplace.core.limits import Use
from marketplace.core.paging import page_of, paginate
from tests.core.test_database import add


@pytest.fixture
def seven():
    for number in range(7):
        add(str(number))


def shown(page, per_page=3, query=None):
    query = sa.select(Use).order_by(Use.kind) if query is None else query
    return paginate(query, page, per_page)


class TestPaginate:
    @pytest.mark.parametrize(
        ("page", "number", "kinds"),
        [
            (1, 1, "012"),
            ("2", 2, "345"),
            (3, 3, "6"),
            (None, 1, "012"),
            ("", 1, "012"),
            ("0", 1, "012"),
            (-4, 1, "012"),
            (99, 3, "6"),
            ("9" * 400, 1, "012"),
            ("٣", 1, "012"),
            ("x", 1, "012"),
        ],
    )
    def test_shows_a_page_that_there_is(self, seven, page, number, kinds):
        page = shown(page)

        assert (page.number, "".join(use.kind for use in page.items)) == (number, kinds)
        assert (page.pages, page.total) == (3, 7)

    def test_tells_which_of_them_are_shown(self, seven):
        assert (shown(2).first, shown(2).last, shown(3).last) == (4, 6, 7)

    def test_has_one_page_when_there_is_nothing(self):
        page = shown(5)

        assert (page.items, page.number, page.pages, page.total) == ([], 1, 1, 0)

    def test_shows_at_most_a_hundred(self, seven):
        assert shown(1, per_page=10_000).per_page == 100

    def test_gives_rows_for_a_query_of_columns(self, seven):
        page = shown(1, query=sa.select(Use.kind, Use.key).order_by(Use.kind))

        assert page.items[0].kind == "0"

    def test_counts_groups(self, seven):
        grouped = sa.select(Use.key, sa.func.count().label("n")).group_by(Use.key)

        assert (shown(1, query=grouped).total, shown(1, query=grouped).items[0].n) == (1, 7)


class TestPageOf:
    def test_shows_a_page_of_what_is_known_whole(self):
        page = page_of(range(7), "3", per_page=3)
        assert (page.items, page.number, page.pages, page.total) == ([6], 3, 3, 7)

    @pytest.mark.parametrize("asked", [None, "0", "-1", "x", "9" * 5000, "\u0663"])
    def test_brings_any_number_inside(self, asked):
        assert page_of(range(7), asked, per_page=3).number == 1

    def test_has_one_page_when_there_is_nothing(self):
        assert page_of([], "2").pages == 1
