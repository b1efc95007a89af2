"""What was sold on paper, typed later as totals with a confidence of their own."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs.errors import NotAtThisFair, NothingTyped, ReasonNeeded
from marketplace.fairs.models.sheets import PaperSheet
from marketplace.fairs.operations.sheets import Typed, type_sheet, undo_sheet
from marketplace.orders.models.facts import Channel, SaleFact
from tests.factories.accounts import make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.tills import make_sheet


@pytest.fixture
def group():
    return make_enterprise()


def told():
    facts = sa.select(SaleFact.payment_method, SaleFact.gross_cents, SaleFact.confidence)
    return [tuple(row) for row in db.session.execute(facts.order_by(SaleFact.id))]


def test_is_counted_once_on_the_day_and_taken_back_whole(group):
    sheet = make_sheet(group)

    fact = db.session.scalars(sa.select(SaleFact).order_by(SaleFact.id)).first()
    assert told() == [("cash", 3000, "slip"), ("machine", 1250, "slip")]
    assert (fact.occurred_on, fact.fair_id) == (sheet.collection.day, sheet.fair_id)
    assert fact.channel is Channel.FAIR_STALL
    again = {"key": sheet.key, "by": HOUSE, "now": NOW}
    day_id = sheet.fair.days[0].id
    typed = Typed(1, 0, 0, in_hand=False)
    assert type_sheet(sheet.fair_id, day_id, group.id, typed, **again).id == sheet.id
    with pytest.raises(ReasonNeeded):
        undo_sheet(sheet.id, " ", by=HOUSE, now=NOW)
    for _press in range(2):
        undo_sheet(sheet.id, "Era de outra banca", by=HOUSE, now=NOW)
    assert sum(cents for _way, cents, _how in told()) == 0
    assert len(told()) == 4


@pytest.mark.parametrize(
    ("cents", "there", "refusal"), [(0, True, NothingTyped), (1, False, NotAtThisFair)]
)
def test_is_refused_for_nothing_and_for_who_has_no_place(group, cents, there, refusal):
    fair = make_announced(group if there else make_enterprise(division=group.division))
    typed = Typed(cents, 0, 0, in_hand=False)

    with pytest.raises(refusal):
        type_sheet(fair.id, fair.days[0].id, group.id, typed, key="k", by=HOUSE, now=NOW)


def test_tells_notes_and_goods_too(group):
    fair = make_announced(group)
    typed = Typed(0, 0, 0, in_hand=True, social_cents=15_00, barter_cents=8_50)

    sheet = type_sheet(fair.id, fair.days[0].id, group.id, typed, key="n", by=HOUSE, now=NOW)

    assert sheet.total_cents == 23_50
    assert told() == [("social", 1500, "slip"), ("barter", 850, "slip")]


def test_is_typed_and_taken_back_on_a_page(group, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    fair = make_announced(group)
    client.log_in(make_staff("articulation", group.division))
    address = f"/gestao/feiras/{fair.id}/folhas"
    sheet = {"key": "a", "day_id": fair.days[0].id, "enterprise_id": group.id, "pix": "30,50"}

    assert client.post(address, data=sheet | {"pix": ""}).status_code == 422
    for _press in range(2):
        assert client.post(address, data=sheet).status_code == 302
    assert told() == [("own_pix", 3050, "declared")]
    notes = sheet | {"key": "b", "pix": "", "social": "4,00", "barter": "x"}
    again = client.post(address, data=notes)
    assert (again.status_code, "4,00" in again.text) == (422, True)
    kept = db.session.scalars(sa.select(PaperSheet)).one()
    page = client.post(f"{address}/{kept.id}/desfeita", data={"reason": "Engano"})
    assert "Engano" in client.get(page.location).text
    assert sum(cents for _way, cents, _how in told()) == 0


@pytest.mark.parametrize(("key", "status"), [("a\0b", 302), ("\0", 422)])
def test_a_form_has_a_number_of_its_own(group, client, monkeypatch, key, status):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    fair = make_announced(group)
    client.log_in(make_staff("articulation", group.division))
    typed = {"day_id": fair.days[0].id, "enterprise_id": group.id, "cash": "10,00", "key": key}

    shown = client.post(f"/gestao/feiras/{fair.id}/folhas", data=typed)

    assert shown.status_code == status
    assert [one.key for one in db.session.scalars(sa.select(PaperSheet))] == ["ab"] * (
        status == 302
    )
