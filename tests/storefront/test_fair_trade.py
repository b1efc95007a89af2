"""Buyers tell what was checked from what is said, and filter by a principle that was checked."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.assessments.models.commission import Outcome
from marketplace.assessments.models.visits import Tie, VisitKind
from marketplace.assessments.operations import ruling, visiting
from marketplace.assessments.plans import VisitorPlan
from marketplace.assessments.queries.public import Badge, badge_of
from marketplace.catalogue import filters
from marketplace.catalogue.queries import choices
from marketplace.catalogue.queries.listing import listing
from marketplace.core import clock
from marketplace.core.database import db
from tests.factories.assessments import BY, make_ruling, make_sent, ruling_plan, visit_plan
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

TODAY = NOW.date()
SAYS, CHECKED = "Fair trade: the group says so", "Fair trade: checked"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def names(**asked):
    found = listing(filters.read({name: [value] for name, value in asked.items()}), day=TODAY)
    return [card.name for card in found.items]


def test_a_page_tells_what_is_said_then_what_was_checked(client):
    group = make_enterprise()
    product = make_published(enterprise=group)
    maker, goods = f"/quem-faz/{group.slug}", f"/produtos/{product.slug}"
    assert SAYS not in client.get(maker).text
    sent = make_sent(group)
    for page in (maker, goods):
        assert SAYS in client.get(page).text
        assert CHECKED not in client.get(page).text

    peer = make_enterprise(division=group.division, name="Rede das Vizinhas")
    told = {"kind": VisitKind.PEER, "visitors": [VisitorPlan("Dona Cida", Tie.NONE, peer.id)]}
    visiting.note_visit(sent.id, visit_plan(**told), **BY)
    ruling.decide(sent.id, ruling_plan(group), **BY)

    for page in (maker, goods):
        assert CHECKED in client.get(page).text
        assert SAYS not in client.get(page).text
    shown = client.get(maker).text
    for told in (
        "Democracy and self-management",
        "Rede das Vizinhas",
        "It is not the national seal",
    ):
        assert told in shown
    for kept in ("Dona Cida", "Vimos as atas"):
        assert kept not in shown
    stop = ruling_plan(group, outcome=Outcome.SUSPENDED, principles=[])
    ruling.decide(sent.id, stop, **BY)
    assert CHECKED not in client.get(maker).text
    assert CHECKED not in client.get(goods).text


def test_a_badge_ends_with_its_day_though_no_job_ran(client, monkeypatch):
    made = make_ruling(make_enterprise())
    last = made.valid_until
    assert badge_of(made.enterprise_id, last) is Badge.CHECKED
    assert badge_of(made.enterprise_id, last + timedelta(days=1)) is Badge.DECLARED
    assert badge_of(make_enterprise().id, TODAY) is Badge.NONE
    page = f"/quem-faz/{made.enterprise.slug}"
    assert CHECKED in client.get(page).text

    later = datetime(2028, 11, 24, 14, tzinfo=NOW.tzinfo)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert CHECKED not in client.get(page).text


def test_the_listing_has_what_was_checked_alone(client):
    group, other = make_enterprise(), make_enterprise()
    make_published(enterprise=group, name="Cesto conferido")
    make_published(enterprise=other, name="Cesto declarado")
    make_sent(other)
    assert not choices.principles("pt_BR", day=TODAY)
    assert names(principio="scjs-p1") == []

    made = make_ruling(group)

    assert names(principio="scjs-p1") == ["Cesto conferido"]
    assert names(principio="wfto-5") == []
    assert choices.principles("pt_BR", day=TODAY) == (("scjs-p1", "Democracia e autogestão", 1),)
    page = client.get("/produtos?principio=scjs-p1").text
    assert "Cesto conferido" in page
    assert "Cesto declarado" not in page
    over = listing(
        filters.read({"principio": ["scjs-p1"]}), day=made.valid_until + timedelta(days=1)
    )
    assert over.total == 0


def test_the_filter_counts_what_is_on_sale():
    group = make_ruling(make_enterprise()).enterprise
    make_ruling(make_enterprise())  # of whom nothing is on sale
    assert not choices.principles("pt_BR", day=TODAY)

    for _piece in range(3):
        make_published(enterprise=group)
    make_published(enterprise=make_ruling(make_enterprise()).enterprise)

    (found,) = choices.principles("pt_BR", day=TODAY)
    assert (found.value, found.number) == ("scjs-p1", 4)
    assert len(names(principio="scjs-p1")) == 4


def test_the_listing_asks_as_often_however_many_are_checked(client):
    asked = []

    def note(*told):
        asked.append(told[2])

    def times(groups):
        for _ in range(groups):
            make_published(enterprise=make_ruling(make_enterprise()).enterprise)
        asked.clear()
        sa.event.listen(db.engine, "before_cursor_execute", note)
        client.get("/produtos?principio=scjs-p1")
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    times(1)  # what hardly changes is read once
    assert times(1) == times(4)
