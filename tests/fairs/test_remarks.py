"""What visitors say is noted on the day, without who it was, and can be taken back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.queries import person_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs.errors import RemarkMissing, RemarksTooEarly
from marketplace.fairs.models.remarks import Remark
from marketplace.fairs.operations.remarks import note_remark, withdraw_remark
from marketplace.fairs.queries import remarks
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced

ON_THE_DAY = NOW + timedelta(days=12)
BY = {"by": HOUSE, "now": ON_THE_DAY}


@pytest.fixture
def fair():
    return make_announced(make_enterprise())


def said(fair):
    return [remark.words for remark in db.session.scalars(remarks.of_fair(fair.id))]


class TestNoteRemark:
    def test_is_for_who_works_there_from_the_first_day_on(self, fair):
        desk = person_of(make_staff("desk_till", fair.division).id)
        finance = person_of(make_staff("finance", fair.division).id)
        abroad = person_of(make_staff("articulation", make_division()).id)

        note_remark(fair.id, "Faltou sombra", by=desk, now=ON_THE_DAY)

        for stranger in (finance, abroad):
            with pytest.raises(NotFound):
                note_remark(fair.id, "Faltou sombra", by=stranger, now=ON_THE_DAY)
        with pytest.raises(RemarksTooEarly):
            note_remark(fair.id, "Faltou sombra", by=desk, now=ON_THE_DAY - timedelta(days=1))
        with pytest.raises(RemarkMissing):
            note_remark(fair.id, " \n", by=desk, now=ON_THE_DAY)
        assert said(fair) == ["Faltou sombra"]


class TestWithdrawRemark:
    def test_leaves_no_words_behind(self, fair):
        remark_id = note_remark(fair.id, "A dona Maria reclamou", **BY).id

        for _press in range(2):
            withdraw_remark(remark_id, **BY)

        assert said(fair) == []
        assert db.session.scalar(sa.select(Remark.words)) == ""


def test_the_page_notes_and_takes_back(client, log_in):
    seller = make_enterprise()
    began = NOW - timedelta(days=30)
    fair = make_announced(seller, days=((NOW - timedelta(days=20)).date(),), now=began)
    log_in(make_staff("desk_till", seller.division))
    address = f"/gestao/feiras/{fair.id}/observacoes"

    client.post(address, data={"words": "Faltou <b>sombra</b>"})
    page = client.get(address).text
    remark_id = db.session.scalar(sa.select(Remark.id))
    client.post(f"{address}/{remark_id}/retirada")

    assert "Faltou &lt;b&gt;sombra&lt;/b&gt;" in page
    assert client.post(address, data={"words": ""}).status_code == 422
    assert "sombra" not in client.get(address).text
