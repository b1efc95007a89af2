"""Who read what: noted when shown, told to the person, searched by the head."""

from datetime import date
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts import reading
from marketplace.core import readings
from marketplace.core.clock import day_bounds
from marketplace.core.database import db, operation
from marketplace.core.errors import Busy
from marketplace.core.readings import Reading
from marketplace.core.rights import Person
from tests.factories.accounts import make_division, make_staff, make_user, saved
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer
from tests.factories.orders import make_order


def noted():
    rows = db.session.scalars(sa.select(Reading).order_by(Reading.id))
    return [(row.person_id, row.role, row.kind, row.record_id, row.page) for row in rows]


def make_reading(by, kind="person", record_id=None, at=NOW):
    facts = {"role": "head", "page": "people.show", "request_id": "a"}
    return saved(Reading(person_id=by, kind=kind, record_id=record_id, read_at=at, **facts))


class TestNoting:
    def test_tells_who_in_which_role_read_which_record(self, client, log_in):
        user_id, staff = make_user().id, make_staff("articulation")
        staff_id = staff.id
        log_in(staff)

        client.get(f"/gestao/pessoas/{user_id}")
        client.get("/gestao/pessoas")

        assert noted() == [
            (staff_id, "articulation", "person", user_id, "people.show"),
            (staff_id, "articulation", "person", None, "people.index"),
        ]

    def test_tells_of_no_page_that_was_not_shown(self, client, log_in):
        log_in(make_staff("articulation"))

        assert client.get("/gestao/pessoas/999999").status_code == HTTPStatus.NOT_FOUND
        assert client.head("/gestao/pessoas").status_code == HTTPStatus.OK

        assert noted() == []

    def test_shows_nothing_that_cannot_be_noted(self, client, log_in, monkeypatch):
        user = make_user(name="Ana Planted")
        user_id = user.id
        log_in(make_staff("articulation"))

        def busy(*_args, **_facts):
            raise Busy

        monkeypatch.setattr(readings, "note", busy)
        answer = client.get(f"/gestao/pessoas/{user_id}")

        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Ana Planted" not in answer.text

    def test_leaves_a_group_alone_with_its_own_buyers(self, client, log_in):
        order = make_order()
        manager = make_producer(enterprise=order.enterprise)[0]
        order_id = order.id
        log_in(manager)

        assert client.get(f"/painel/pedidos/{order_id}").status_code == HTTPStatus.OK

        assert noted() == []

    @pytest.mark.parametrize("change", [sa.update(Reading).values(role=""), sa.delete(Reading)])
    def test_lets_nobody_change_or_remove_a_row(self, change):
        make_reading(make_user().id)

        @operation
        def meddle():
            db.session.execute(change)

        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            meddle()


class TestIndex:
    def test_shows_a_person_who_read_of_them_and_no_other_persons(self, client, log_in):
        me, other = make_user(), make_user()
        staff = make_staff("head", name="Caio Chefe")
        make_reading(staff.id, record_id=other.id)
        log_in(me)
        assert "Caio Chefe" not in client.get("/conta/quem-viu").text

        make_reading(staff.id, record_id=me.id)

        assert "Caio Chefe" in client.get("/conta/quem-viu").text

    def test_counts_orders_and_groups_as_theirs(self):
        manager, group = make_producer()
        buyer = make_user()
        order = make_order(by=Person(buyer.id))
        staff_id = make_staff("head").id
        make_reading(staff_id, "enterprise", group.id)
        make_reading(staff_id, "order", order.id)

        def kinds(user):
            return [row.kind for row in db.session.scalars(readings.about(user.id))]

        assert kinds(manager) == ["enterprise"]
        assert kinds(buyer) == ["order"]

    def test_leaves_out_what_they_read_themselves(self):
        me = make_staff("head")
        make_reading(me.id, record_id=me.id)

        assert db.session.scalars(readings.about(me.id)).all() == []


class TestOverview:
    def found(self, person, **asked):
        select = reading.within(person, reading.Asked(**asked), "America/Manaus")
        return [row.kind for row in db.session.scalars(select)]

    @pytest.fixture
    def head(self):
        division = make_division()
        caio = make_staff("head", division, name="Caio")
        make_reading(caio.id, "person", at=day_bounds(date(2026, 11, 1), "America/Manaus")[1])
        make_reading(make_staff("finance", division, name="Dora").id, "order")
        make_reading(make_staff("head", name="Caio abroad").id, "enterprise")
        return Person(caio.id, frozenset({"head"}), frozenset({division.id}))

    def test_tells_of_the_own_division_alone(self, head):
        assert self.found(head) == ["order", "person"]

    def test_finds_by_name_kind_and_day_there(self, head):
        assert self.found(head, name="dor") == ["order"]
        assert self.found(head, kind="person") == ["person"]
        assert self.found(head, day=date(2026, 11, 1)) == []
        assert self.found(head, day=date(2026, 11, 2)) == ["person"]

    def test_is_a_page_that_takes_any_filter(self, client, log_in):
        staff = make_staff("head", name="Caio Chefe")
        make_reading(staff.id)
        log_in(staff)

        assert "people.show" in client.get("/gestao/acessos").text
        assert "Nothing found" in client.get("/gestao/acessos?q=x%00&tipo=%00&dia=ontem").text
