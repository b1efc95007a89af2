"""The sheets of a fair, as a printer, a screen reader and a scanner have them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.core.readings import Reading
from marketplace.core.rights import HOUSE
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import moves
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced, make_fair
from tests.factories.orders import BUYER, choose_collection, make_order
from tests.paper import Paper

MOBILE = "+5592988887777"


@pytest.fixture
def day(client, log_in):
    """A fair day with two stalls: two reservations and a refused one here, one there."""
    first = make_enterprise(name="Mães da Mata")
    other = make_enterprise(name="Castanha do Rio", division=first.division)
    fair = make_announced(first, other, name="Feira de dezembro")
    collection = db.session.get_one(Collection, fair.days[0].collection_id)
    windows = [window.id for window in collection.windows]
    basket = make_published(enterprise=first, name="Cesto de arumã", price_cents=86_00, left=9)
    nuts = make_published(enterprise=other, name="Castanha torrada", left=9)

    def reserve(product, name, window):
        choice = choose_collection(collection, window_id=windows[window])
        buyer = replace(BUYER, name=name, mobile=MOBILE)
        return make_order(products=[product], quantity=2, choice=choice, buyer=buyer)

    late = reserve(basket, "Lúcia Andrade", 1)
    early = reserve(basket, "Davi Prado", 0)
    moves.refuse_order(reserve(basket, "Nina Reis", 0).id, reason="Sem tempo", by=HOUSE, now=NOW)
    reserve(nuts, "Ivo Lima", 0)
    log_in(make_staff(Role.ARTICULATION, first.division))
    return SimpleNamespace(
        fair=fair, id=fair.days[0].id, early=early, late=late, sellers=[first, other]
    )


@pytest.fixture
def printed(client):
    """Return what is printed at an address under a fair's sheets."""

    def show(fair, name):
        answer = client.get(f"/gestao/feiras/{fair.id}/impressos/{name}.pdf")
        assert answer.content_type == "application/pdf"
        return Paper(answer.data)

    return show


class TestReservations:
    def test_give_each_stall_its_own_buyers_by_time(self, printed, day):
        paper = printed(day.fair, f"{day.id}/reservas")
        nuts, baskets = paper.text(0), paper.text(1)
        assert len(paper) == 2
        assert "Castanha do Rio" in nuts
        assert "Ivo Lima" in nuts
        assert "Stall 1 · Mães da Mata" in baskets
        assert 0 < baskets.index("Davi Prado") < baskets.index("Lúcia Andrade")
        assert "2 × Cesto de arumã" in baskets  # noqa: RUF001
        assert "R$172.00" in baskets
        assert "Ivo Lima" not in baskets
        assert "Nina Reis" not in nuts + baskets

    def test_tell_no_more_of_a_buyer_than_a_name(self, printed, day):
        paper = printed(day.fair, f"{day.id}/reservas")
        text = paper.text(0) + paper.text(1)
        assert day.early.code in text
        for secret in ("88887777", "8888-7777", day.early.handover_code, day.late.handover_code):
            assert secret not in text

    def test_are_noted_as_read(self, printed, day):
        printed(day.fair, f"{day.id}/reservas")
        page = "fair_papers.show_reservations"
        row = db.session.scalars(sa.select(Reading).where(Reading.page == page)).one()
        assert (row.kind, row.role, row.record_id) == ("order", "articulation", None)

    def test_say_so_where_there_are_none(self, printed, log_in):
        fair = make_announced(make_enterprise())
        log_in(make_staff(Role.HEAD, fair.division))
        paper = printed(fair, f"{fair.days[0].id}/reservas")
        assert "Nothing is reserved." in paper.text(0)


def test_closing_sheets_count_what_is_reserved_at_each_stall(printed, day):
    paper = printed(day.fair, f"{day.id}/fechamento")
    first, other = (paper.text(page) for page in (0, 1))
    assert len(paper) == 2
    assert first.count("Cesto de arumã 4") == 1
    assert other.count("Castanha torrada 2") == 1
    assert "Cesto" not in other


def test_signs_lead_to_who_stands_there(printed, day):
    paper = printed(day.fair, "placas")
    assert len(paper) == 2
    for page, seller in enumerate(day.sellers):
        assert seller.name in paper.text(page)
        assert f"Stall {page + 1}" in paper.text(page)
        assert [c.says for c in paper.codes(page)] == [f"http://localhost/quem-faz/{seller.slug}"]


def test_a_poster_is_one_page_however_much_it_says(printed, day):
    day.fair.about = "Artesanato, farinha e castanha direto de quem faz. " * 40
    day.fair.programme = [{"hour": "09:30", "what": "Oficina", "who": "Mães"}] * 20
    db.session.commit()
    paper = printed(day.fair, "cartaz")
    assert len(paper) == 1
    assert [c.says for c in paper.codes()] == [f"http://localhost/feiras/{day.fair.slug}"]
    assert paper.text(0).count("09:30") == 20


SHEETS = ["cartaz", "placas", "planilha-de-vendas", "{day}/reservas", "{day}/fechamento"]


def test_every_sheet_is_for_any_printer_and_any_reader(printed, day):
    for name in SHEETS:
        paper = printed(day.fair, name.format(day=day.id))
        assert not paper.faults_in_grey(), name
        assert paper.is_tagged, name
        assert paper.language == "en", name
        assert "H1" in paper.tags, name
        assert ("Table" in paper.tags) == ("TH" in paper.tags), name
        assert paper.fonts <= {"NotoSans-Regular", "NotoSans-Bold"}, name
        assert len(paper.text(0)) > 50, name


def test_a_blank_sheet_asks_for_all_that_is_typed_later(printed, day):
    paper = printed(day.fair, "planilha-de-vendas")
    assert len(paper) == 1
    asked = ["Feira de dezembro", "Enterprise", "Product", "Quantity", "Value (R$)", "Cash", "Pix"]
    for words in (*asked, "Order taken", "Exchange", "What visitors said"):
        assert words in paper.text(0)


class TestDoors:
    def test_a_day_is_one_of_the_fairs_own_and_announced(self, client, day):
        elsewhere = make_announced(*day.sellers, name="Outra")
        planned = make_fair(day.fair.division)
        for fair, other in ((day.fair, elsewhere), (planned, planned)):
            path = f"/gestao/feiras/{fair.id}/impressos/{other.days[0].id}/fechamento.pdf"
            assert client.get(path).status_code == 404

    def test_the_page_has_lists_for_the_days_of_an_announced_fair(self, client, day):
        page = client.get(f"/gestao/feiras/{day.fair.id}/impressos").text
        assert f"/impressos/{day.id}/reservas.pdf" in page
        planned = make_fair(day.fair.division)
        page = client.get(f"/gestao/feiras/{planned.id}/impressos").text
        assert "reservas.pdf" not in page
        assert "once the fair is announced" in page
