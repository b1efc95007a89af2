from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.catalogue.errors import CategoryTaken
from marketplace.catalogue.models.lists import Category, Material, Technique
from marketplace.catalogue.operations import lists
from marketplace.catalogue.queries import lists as queries
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from tests.factories.clock import NOW

BY = {"by": HOUSE, "now": NOW}


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def add(name="Cerâmica", segment=Segment.CRAFTS):
    return lists.add_category(segment, name=name, name_es="Cerámica", name_en="Pottery", **BY)


class TestLoadReference:
    def test_brings_every_list_and_changes_nothing_the_second_time(self):
        assert lists.load_reference(NOW) > 100

        assert lists.load_reference(NOW) == 0
        assert count(Material) > 10
        assert count(Technique) > 10

    def test_gives_each_segment_its_categories_in_three_languages(self):
        lists.load_reference(NOW)

        found = db.session.scalars(queries.categories()).all()
        assert {category.segment for category in found} == set(Segment)
        assert all(category.name_es and category.name_en for category in found)

    def test_leaves_names_that_an_administrator_chose(self):
        lists.load_reference(NOW)
        bags = db.session.scalar(queries.category_by_slug(Segment.CRAFTS, "bolsas"))
        lists.rename_category(bags.id, name="Sacolas", name_es="", name_en="", **BY)

        assert lists.load_reference(NOW) == 0
        assert bags.named("es") == "Sacolas"


class TestWageFloor:
    @pytest.mark.parametrize(
        ("day", "cents"),
        [(date(2013, 12, 31), 0), (date(2025, 12, 31), 690), (date(2026, 1, 1), 737)],
    )
    def test_is_that_of_the_day(self, day, cents):
        lists.load_reference(NOW)

        assert queries.wage_floor(day) == cents


class TestAddCategory:
    def test_takes_its_address_from_its_name(self):
        assert add().slug == "ceramica"

    def test_refuses_one_that_is_written_alike_in_the_segment(self):
        add()

        with pytest.raises(CategoryTaken, match="ceramica"):
            add("ceramica")
        assert add(segment=Segment.RECYCLING).slug == "ceramica"


class TestRetireCategory:
    def test_offers_it_no_more_until_it_is_restored(self):
        category = add()

        lists.retire_category(category.id, **BY)
        assert count(Category) == 1
        assert db.session.scalars(queries.categories()).all() == []

        lists.restore_category(category.id, **BY)
        assert db.session.scalars(queries.categories()).all() == [category]
