"""Figures of laws: told with their source, used only once somebody read the act."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.accounts.queries import person_of
from marketplace.catalogue.errors import CheckSaysWhere
from marketplace.catalogue.models.legal import LegalCheck, LegalFigure, LegalKind
from marketplace.catalogue.operations import lists
from marketplace.catalogue.operations.legal import check_figure
from marketplace.catalogue.queries import legal
from marketplace.catalogue.queries.legal import Trust
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer
from tests.factories.legal import make_figure

PAGE, GROUPS = "/gestao/tabelas-legais", "/painel/precos-minimos"
PRICE, DAY = LegalKind.MINIMUM_PRICE, date(2026, 11, 23)
GAZETTE = "DOU 02/12/2025, p. 12"


def check(figure, *, holds=True, place=GAZETTE, by=None):
    by = by or person_of(make_staff(Role.ARTICULATION).id)
    return check_figure(figure.id, place, holds=holds, by=by, now=NOW)


def trust(figure, **asked):
    db.session.expire_all()
    return {each.figure.id: each.trust for each in legal.told(PRICE, **asked)}.get(figure.id)


def used(day=DAY):
    db.session.expire_all()
    return [each.figure.id for each in legal.used(PRICE, day)]


class TestTrust:
    def test_nothing_is_used_before_somebody_read_the_act(self):
        figure = make_figure()

        assert trust(figure) is Trust.UNCHECKED
        assert used() == []
        check(figure)
        assert trust(figure) is Trust.CHECKED
        assert used() == [figure.id]

    def test_sources_that_disagree_stand_apart(self):
        one, other = make_figure(), make_figure(amount_cents=7_58, region=legal.NOT_STATED)
        elsewhere = make_figure(amount_cents=4_00, region="Nordeste")
        before = make_figure(amount_cents=3_66, valid_from=date(2025, 1, 1))

        assert trust(one) is trust(other) is Trust.DISPUTED
        assert trust(before) is Trust.UNCHECKED
        assert trust(elsewhere) is Trust.DISPUTED  # the other names no region
        check(other, holds=False)
        assert trust(other) is Trust.REFUTED
        assert trust(one) is trust(elsewhere) is Trust.UNCHECKED

    def test_what_was_doubted_is_disputed_until_it_is_read(self):
        figure = make_figure(doubted=True)

        assert trust(figure) is Trust.DISPUTED
        check(figure)
        assert trust(figure) is Trust.CHECKED

    @pytest.mark.parametrize(
        ("day", "there"),
        [
            (date(2025, 12, 31), False),
            (date(2026, 1, 1), True),
            (date(2026, 12, 31), True),
            (date(2027, 1, 1), False),
        ],
    )
    def test_holds_on_its_days(self, day, there):
        figure = make_figure()

        assert (trust(figure, day=day) is not None) is there


class TestCheck:
    def test_says_who_read_it_where_and_the_last_word_holds(self):
        figure, by = make_figure(), person_of(make_staff(Role.HEAD).id)
        check(figure, by=by)
        check(figure, holds=False, place="Errata", by=by)

        assert trust(figure) is Trust.REFUTED
        told = [(each.holds, each.place, each.by_id) for each in figure.checks]
        assert told == [(True, GAZETTE, by.id), (False, "Errata", by.id)]
        notes = [note for row in db.session.scalars(sa.select(Entry)) for note in row.notes]
        assert notes[-1]["kind"] == "legal_figure_checked"

    def test_the_same_word_again_is_not_noted_twice(self):
        figure, by = make_figure(), person_of(make_staff(Role.HEAD).id)

        assert check(figure, by=by) == check(figure, by=by)

    def test_says_where(self):
        with pytest.raises(CheckSaysWhere):
            check(make_figure(), place=" ")

    def test_is_of_something_that_is_there(self):
        figure = LegalFigure(id=999_999)
        with pytest.raises(NotFound):
            check(figure)

    def test_is_never_changed(self):
        check(make_figure())
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            lists.operation(lambda: db.session.execute(sa.update(LegalCheck).values(place="x")))()


class TestReference:
    def test_brings_each_table_once_and_keeps_what_disagrees_apart(self):
        lists.load_reference(NOW)

        kinds = {each.kind for each in db.session.scalars(sa.select(LegalFigure))}
        assert kinds == set(LegalKind)
        told = {
            (one.figure.subject, one.figure.amount_cents): one.trust for one in legal.told(PRICE)
        }
        assert told["Castanha-do-brasil em casca", 3_67] is Trust.DISPUTED
        assert told["Castanha-do-brasil em casca", 7_58] is Trust.DISPUTED
        assert told["Murumuru (fruto)", 2_70] is Trust.UNCHECKED
        assert used() == []
        assert lists.load_reference(NOW) == 0


class TestPages:
    def test_staff_note_what_they_read_and_groups_see_it(self, client, log_in):
        division, figure = make_division(), make_figure()
        user, _enterprise = make_producer()
        log_in(user)
        assert "No price was checked yet" in client.get(GROUPS).text

        head = make_staff(Role.HEAD, division)
        log_in(head)
        assert "Castanha-do-brasil em casca" in client.get(PAGE).text
        one = f"{PAGE}/{figure.id}"
        assert client.post(one, data={"place": "", "diz": "sim"}).status_code == 422
        assert client.post(one, data={"place": GAZETTE, "diz": "sim"}).location == one
        page = client.get(one).text
        assert GAZETTE in page
        assert head.name in page

    @pytest.mark.parametrize("said", [{}, {"diz": ""}, {"diz": "talvez"}])
    def test_ask_for_a_clear_yes_or_no(self, client, log_in, said):
        figure = make_figure()
        log_in(make_staff(Role.HEAD, make_division()))
        answer = client.post(f"{PAGE}/{figure.id}", data={"place": GAZETTE} | said)

        assert answer.status_code == 422
        assert "Say which of the two the act says." in answer.text
        assert f'value="{GAZETTE}"' in answer.text
        assert trust(figure) is Trust.UNCHECKED

    def test_tell_the_day_of_the_municipality(self, client, log_in):
        figure, division = make_figure(), make_division()
        head = make_staff(Role.HEAD, division)
        late = datetime(2026, 11, 23, 2, tzinfo=UTC)
        check_figure(figure.id, GAZETTE, holds=True, by=person_of(head.id), now=late)
        log_in(head)

        assert "22 November 2026" in client.get(f"{PAGE}/{figure.id}").text

    def test_show_each_kind(self, client, log_in):
        lists.load_reference(NOW)
        log_in(make_staff(Role.HEAD, make_division()))

        ceilings = client.get(f"{PAGE}?tipo=tax_ceiling").text
        assert "R$81,000.00" in ceilings.replace("\N{NO-BREAK SPACE}", "")
        assert client.get(f"{PAGE}?tipo=x").status_code == 200
        assert client.get(f"{PAGE}?tipo=wage").status_code == 200
