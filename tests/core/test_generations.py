"""What changes a row that pages show raises the number of its kind, however it is written."""

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Municipality
from marketplace.catalogue.models.products import Product
from marketplace.core import generations
from marketplace.core.database import db, operation
from marketplace.core.queue import enqueue
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW


@pytest.fixture
def product(app):
    return make_published()


def changed_by(write):
    """Return the kinds whose numbers an operation raised."""
    before = generations.numbers()
    operation(write)()
    after = generations.numbers()
    return {kind for kind in after if after[kind] != before.get(kind, 0)}


def set_by_flush(product, **columns):
    def write():
        for name, value in columns.items():
            setattr(db.session.get(Product, product.id), name, value)

    return write


def set_by_statement(product, **columns):
    here = sa.update(Product).where(Product.id == product.id)
    return lambda: db.session.execute(here.values(**columns))


WAYS = pytest.mark.parametrize("way", [set_by_flush, set_by_statement])


@WAYS
def test_what_pages_show_is_noted(product, way):
    assert changed_by(way(product, name="Outro")) == {"goods"}


@WAYS
def test_a_column_apart_is_noted_as_its_own_kind(product, way):
    assert changed_by(way(product, shown_version=7)) == {"stock"}


@WAYS
def test_what_no_page_shows_is_not_noted(product, way):
    assert changed_by(way(product, changed_at=NOW)) == set()


@WAYS
def test_each_kind_of_what_changes_together_is_noted(product, way):
    columns = {"shown_version": 7, "changed_at": NOW, "name": "Outro"}
    assert changed_by(way(product, **columns)) == {"goods", "stock"}


def test_rows_that_come_and_go_are_noted():
    place = {"code": 1, "name": "Tefé", "folded": "tefe", "state": "AM", "time_zone": "UTC"}
    assert changed_by(lambda: db.session.add(Municipality(**place))) == {"places"}
    gone = sa.delete(Municipality).where(Municipality.code == 1)
    assert changed_by(lambda: db.session.execute(gone)) == {"places"}


def test_other_tables_are_nobody_s_concern():
    assert changed_by(lambda: enqueue("tests.counter", {}, key="a", run_at=NOW)) == set()


def test_what_was_undone_is_not_noted(open_house):
    product = make_published()

    def fail():
        db.session.get(Product, product.id).name = "Outro"
        db.session.flush()
        raise LookupError

    before = generations.numbers()
    with pytest.raises(LookupError):
        operation(fail)()

    assert generations.numbers() == before
    assert changed_by(lambda: None) == set()


class TestKept:
    def kept(self, worked, *kinds):
        return generations.kept("name", kinds, lambda: worked.append(1) or "value")

    def test_is_worked_out_once_for_each_number(self, app, product):
        worked = []
        with app.test_request_context():
            for _ in range(3):
                assert self.kept(worked, "goods") == "value"
            changed_by(set_by_flush(product, name="Outro"))
            self.kept(worked, "goods")
            changed_by(set_by_flush(product, shown_version=7))
            self.kept(worked, "goods")
        assert len(worked) == 2

    def test_is_worked_out_each_time_within_an_operation(self, app):
        worked = []

        @operation
        def write():
            self.kept(worked, "goods")
            self.kept(worked, "goods")

        write()
        write()

        assert len(worked) == 4

    def test_is_held_against_what_a_request_read_first_until_it_looks_again(self, app, product):
        changed = sa.text("UPDATE cache_generations SET number = number + 1")
        with app.test_request_context():
            before = generations.numbers()
            db.session.execute(changed)
            assert generations.numbers() == before
            generations.look_again()
            assert generations.numbers() != before
