"""The head sees who of their Division did what, on which thing and when; and may keep a list."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Grant
from marketplace.accounts.names import names_of
from marketplace.core import clock
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.oversight.queries import audited
from marketplace.oversight.views.audited import THINGS
from tests.factories.accounts import make_division, make_staff, saved

DAY = timedelta(days=1)


@pytest.fixture
def division():
    return make_division()


def make_entry(user, *notes, operation="sheets.type_sheet", role="articulation", at=None):
    facts = {"role": role, "request_id": "r", "recorded_at": at or clock.now()}
    return saved(Entry(person_id=user.id, operation=operation, notes=list(notes), **facts))


@pytest.fixture
def seen(client, division):
    """Return how many rows of what is no log-in a page shows to the head."""
    head = make_staff("head", division)

    def see(**asked):
        client.log_in(head)
        page = client.get("/gestao/auditoria", query_string={"operacao": "sheets."} | asked)
        assert page.status_code == HTTPStatus.OK
        return page.text.count('<tr><th scope="row">')

    return see


class TestPage:
    def test_finds_by_person_operation_thing_and_day(self, seen, division):
        ana, bia = (make_staff("articulation", division, name=n) for n in ("Ana", "Bia"))
        make_entry(ana, {"kind": "sheet_typed", "sheet_id": 7, "fair_id": 3})
        make_entry(bia, {"kind": "sheet_undone", "sheet_id": 71}, operation="sheets.undo_sheet")
        make_entry(ana, {"kind": "x", "fair_id": 3}, at=clock.now() - 90 * DAY)
        db.session.execute(sa.update(Grant).values(given_at=clock.now() - 99 * DAY))
        db.session.commit()

        assert seen() == 2
        assert (seen(quem="bi"), seen(operacao="undo")) == (1, 1)
        assert (seen(objeto="sheet"), seen(objeto="sheet", numero="7")) == (2, 1)
        assert seen(objeto="fair", numero="3") == 1
        assert seen(objeto="fair", numero="3", de="2020-01-01") == 2
        assert seen(ate="2020-01-01") == 0

    def test_leaves_out_what_people_do_for_themselves_and_complaints(self, seen, division):
        ana = make_staff("articulation", division)
        make_entry(ana, {"kind": "sheet_typed", "sheet_id": 7})
        make_entry(ana, {"kind": "purchase_placed"}, operation="place_order")
        make_entry(ana, {"kind": "basket_changed"}, operation="put_in")
        make_entry(ana, {"kind": "complaint_taken_up", "complaint_id": 5}, operation="take_up")
        make_entry(ana, {"kind": "x"}, role="manager")

        assert seen(operacao="") == 1

    def test_shows_nothing_from_before_a_role_was_given_or_after_it_ended(self, seen, division):
        bia = make_staff("articulation", division)
        make_entry(bia, {"kind": "x"}, at=clock.now() - 90 * DAY)
        own = sa.update(Grant).where(Grant.user_id == bia.id)
        db.session.execute(own.values(given_at=clock.now() - 2 * DAY, ended_at=clock.now() - DAY))
        db.session.commit()
        make_entry(bia, {"kind": "y"})

        assert seen(de="2020-01-01") == 0

    def test_shows_nothing_of_another_division(self, seen):
        make_entry(make_staff("articulation", make_division()), {"kind": "x"})

        assert seen() == 0

    def test_links_the_list_of_what_was_asked_whatever_that_is(self, client, division):
        client.log_in(make_staff("head", division))

        page = client.get("/gestao/auditoria?objeto=fair&_scheme=x&_external=")

        assert "/gestao/auditoria/lista.csv?objeto=fair&amp;_scheme=x&amp;_external=" in page.text

    @pytest.mark.parametrize(
        "odd", [{"de": "0001-01-01"}, {"ate": "9999-12-31"}, {"numero": "9" * 30}, {"objeto": "%"}]
    )
    def test_leaves_out_what_it_does_not_know(self, seen, odd):
        assert seen(**odd) == 0


def test_a_list_holds_what_was_asked_for(client, division):
    ana = make_staff("articulation", division, name="Ana")
    make_entry(ana, {"kind": "sheet_typed", "sheet_id": 7})
    make_entry(ana, {"kind": "sheet_typed", "sheet_id": 8})
    client.log_in(make_staff("head", division))

    told = client.get("/gestao/auditoria/lista.csv?objeto=sheet&numero=8")

    (row,) = told.get_data(as_text=True).splitlines()[1:]
    assert '"Ana";"articulation";"sheets.type_sheet"' in row
    assert "sheet_id" in row


def test_names_are_asked_for_once_for_all_who_are_shown(division):
    ana = make_staff("articulation", division, name="Ana")
    asked = audited.asked_from({"objeto": "none"}, THINGS, clock.now().date())

    assert asked.thing == ""
    assert names_of(one.person_id for one in (make_entry(ana), make_entry(ana))) == {ana.id: "Ana"}
