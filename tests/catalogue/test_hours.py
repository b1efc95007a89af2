"""The hour that a group's assembly decided: noted, replaced, and kept with each price."""

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.editing import floors_of
from marketplace.catalogue.errors import BadHour, NotYetDecided, VoteMissing
from marketplace.catalogue.models.hours import HourDecision
from marketplace.catalogue.models.prices import PriceVersion
from marketplace.catalogue.operations import prices
from marketplace.catalogue.operations.hours import Vote, note_hour
from marketplace.catalogue.queries import hours
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from tests.factories.catalogue import make_product
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer, person_of
from tests.factories.hours import MINUTE, make_hour

PAGE, DAY, TODAY = "/painel/hora", date(2026, 11, 1), NOW.date()


def holding(enterprise, day=TODAY):
    found = hours.holding(enterprise.id, day)
    return found.hour_cents if found else None


class TestNote:
    @pytest.fixture(autouse=True)
    def group(self):
        user, self.enterprise = make_producer()
        self.by = person_of(user)

    def note(self, cents=20_00, day=DAY, minute="Ata 3", file="", by=None):
        vote = Vote(cents, day, minute, file)
        return note_hour(self.enterprise.id, vote, by=by or self.by, now=NOW)

    def test_a_later_assembly_replaces_and_both_stay(self):
        self.note()
        self.note(25_00, DAY + timedelta(days=10), "Ata 4")
        self.note(15_00, DAY - timedelta(days=40), "Ata 1")

        assert holding(self.enterprise) == 25_00
        assert holding(self.enterprise, DAY) == 20_00
        assert holding(self.enterprise, DAY - timedelta(days=1)) == 15_00
        assert holding(self.enterprise, DAY - timedelta(days=41)) is None
        told = db.session.scalars(hours.of_enterprise(self.enterprise.id))
        assert [each.minute for each in told] == ["Ata 4", "Ata 3", "Ata 1"]
        notes = [note for row in db.session.scalars(sa.select(Entry)) for note in row.notes]
        assert notes[-1]["kind"] == "hour_decided"

    def test_of_one_day_the_one_noted_later_holds(self):
        self.note()
        self.note(21_00)

        assert holding(self.enterprise) == 21_00

    def test_the_same_vote_again_is_noted_once(self):
        assert self.note() == self.note()

    @pytest.mark.parametrize("cents", [0, -1, 1_000_001])
    def test_an_hour_leaves_something(self, cents):
        with pytest.raises(BadHour):
            self.note(cents)

    def test_is_not_of_a_day_to_come(self):
        with pytest.raises(NotYetDecided):
            self.note(day=TODAY + timedelta(days=1))

    def test_says_which_assembly_or_brings_its_paper(self):
        with pytest.raises(VoteMissing):
            self.note(minute=" ")
        assert self.note(minute="", file="pdf-1")

    @pytest.mark.parametrize("access", ["member", "stall_till"])
    def test_is_noted_by_who_manages_the_group(self, access):
        other, _ = make_producer(access, self.enterprise)
        with pytest.raises(NotFound):
            self.note(by=person_of(other))

    def test_is_never_changed(self):
        self.note()
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            operation(lambda: db.session.execute(sa.update(HourDecision).values(hour_cents=1)))()


class TestPrices:
    def test_each_price_keeps_what_held_when_it_was_made(self):
        product = make_product()
        before = prices.set_price(product.id, 10_00, by=HOUSE, now=NOW)
        decided = make_hour(product.enterprise)
        after = prices.set_price(product.id, 11_00, by=HOUSE, now=NOW)
        make_hour(product.enterprise, 30_00, decided_on=date(2026, 11, 2))

        db.session.expire_all()
        kept = [db.session.get_one(PriceVersion, it.id).hour_decision for it in (before, after)]
        assert kept == [None, decided]

    def test_another_group_is_not_bound(self):
        make_hour(make_enterprise())
        product = make_product()

        version = prices.set_price(product.id, 10_00, by=HOUSE, now=NOW)

        assert version.hour_decision_id is None
        assert floors_of(product).target is None

    def test_a_price_is_held_against_it(self):
        product = make_product()
        make_hour(product.enterprise, 23_45)

        assert floors_of(product).target == 23_45
        assert floors_of(product).wanted == 23_45


class TestPages:
    @pytest.fixture(autouse=True)
    def opened(self, client, log_in):
        self.client = client
        user, self.enterprise = make_producer()
        log_in(user)

    def send(self, **typed):
        told = {"hour": "20,00", "decided_on": "2026-11-01", "minute": "Ata 3"} | typed
        return self.client.post(PAGE, data=told, content_type="multipart/form-data")

    def test_notes_it_with_its_paper_and_shows_it_with_each_price(self):
        assert "No assembly decided the hour yet" in self.client.get(PAGE).text

        assert self.send(paper=(io.BytesIO(MINUTE), "ata.pdf")).location == PAGE
        shown = self.client.get(PAGE).text
        assert "Ata 3" in shown
        assert "Holds now" in shown
        decision = db.session.scalars(sa.select(HourDecision)).one()
        assert self.client.get(f"{PAGE}/{decision.id}/ata").data == MINUTE
        product = make_product(enterprise=self.enterprise, price_cents=10_00)
        history = self.client.get(f"/painel/produtos/{product.id}/preco/historico").text
        assert "The assembly of" in history

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"hour": ""}, "Write how much an hour is to leave."),
            ({"decided_on": "2030-01-01"}, "This day is still to come."),
            ({"decided_on": "ontem"}, "Write the date like 22/11/2026."),
            ({"minute": ""}, "Say which assembly it was, or add the minute."),
            ({"paper": (io.BytesIO(b"?"), "ata.pdf")}, "We could not"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(self, typed, said):
        answer = self.send(**{"minute": "Ata da praça"} | typed)

        assert answer.status_code == 422
        assert said in answer.text
        assert typed.get("minute", "Ata da praça") in answer.text

    def test_without_a_paper_there_is_none_to_open(self):
        self.send()
        decision = db.session.scalars(sa.select(HourDecision)).one()

        assert self.client.get(f"{PAGE}/{decision.id}/ata").status_code == 404
        assert "Open the minute" not in self.client.get(PAGE).text
