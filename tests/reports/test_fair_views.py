"""A fair's report on screen and as sheets, and what exhibitors see of it."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.queries import person_of
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises.models import Segment
from marketplace.fairs.operations import remarks
from marketplace.orders.models.facts import Channel, Confidence, FactKind
from marketplace.reports.fair_counting import Cell
from marketplace.reports.fair_shown import _apart, _by_segment
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.reports import make_fact
from tests.paper import Paper


@pytest.fixture
def weavers():
    return make_enterprise(division=make_division(), name="Trançado do Norte")


@pytest.fixture
def fair(weavers):
    """Return a fair that runs all of today, with one fact of what was sold there."""
    now = clock.now()
    day = clock.today(weavers.division.time_zone)
    days = (day - timedelta(days=1), day + timedelta(days=1))
    held = make_announced(weavers, days=days, now=now - timedelta(days=9))
    make_fact(weavers, fair_id=held.id, gross_cents=1234_50, payment_method="cash")
    return held


def plain(page):
    return page.text.replace("\N{NO-BREAK SPACE}", "")


def test_the_page_tells_the_figures_and_that_they_may_grow(client, log_in, weavers, fair):
    remarks.note_remark(fair.id, "Faltou sombra", by=staff(weavers), now=clock.now())
    log_in(make_staff("finance", weavers.division))

    page = plain(client.get(f"/gestao/feiras/{fair.id}/relatorio"))

    assert "Trançado do Norte" in page
    assert "R$1,234.50" in page
    assert "The fair is running." in page
    assert "Nobody noted whether 1 group came." in page
    assert "Faltou sombra" in page


def staff(enterprise):
    return person_of(make_staff("head", enterprise.division).id)


def test_the_page_takes_as_many_statements_for_a_larger_fair(client, log_in, weavers, fair):
    log_in(make_staff("head", weavers.division))
    address = f"/gestao/feiras/{fair.id}/relatorio"
    client.get(address)
    few = statements(lambda: client.get(address))
    for segment in (*Segment, *Segment):
        seller = make_enterprise(division=weavers.division, segment=segment)
        make_fact(seller, fair_id=fair.id, channel=Channel.FAIR_DESK)

    assert statements(lambda: client.get(address)) == few <= 22


def statements(act):
    asked = []

    def note(*told):
        asked.extend([told[2]] if told[2].startswith("SELECT") else [])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


def test_the_sheet_says_what_the_page_says(client, log_in, weavers, fair):
    log_in(make_staff("head", weavers.division))
    address = f"/gestao/feiras/{fair.id}/relatorio"

    answer = client.get(f"{address}.csv")
    told = [*csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")]

    headers, rows = told[0], [dict(zip(told[0], row, strict=True)) for row in told[1:]]
    volume = {row["Part"]: row["Sales volume (R$)"] for row in rows}
    assert len(headers) == 16
    assert [volume[part] for part in ("Fair", "Enterprise", "Segment")] == ["1234,50"] * 3
    assert {row["Name"]: row["Sales (R$)"] for row in rows}["Cash"] == "1234,50"
    assert client.get(f"{address}.xlsx").data.startswith(b"PK")


def test_the_report_and_the_sheet_are_on_paper_too(client, log_in, weavers, fair):
    """With what people type on phones: letters that no font of ours has."""
    words = "Adorei 🥰 a farinha d'água — 10/10 ขอบคุณ"
    remarks.note_remark(fair.id, words, by=staff(weavers), now=clock.now())
    log_in(make_staff("head", weavers.division))
    address = f"/gestao/feiras/{fair.id}/relatorio"

    paper = Paper(client.get(f"{address}.pdf").data)
    thanks = Paper(client.get(f"{address}/resumo.pdf").data)

    told = "".join(paper.text(page) for page in range(len(paper)))
    assert (paper.title, paper.is_tagged) == (fair.name, True)
    assert "1,234.50" in told
    assert "a farinha d'água" in told
    assert "Fewer than three groups" in thanks.text(0)
    assert "1,234.50" not in thanks.text(0)


def test_a_group_sees_its_own_and_no_other_groups(client, log_in, weavers, fair):
    other = make_enterprise(division=weavers.division, name="Vidro Vivo")
    make_fact(other, fair_id=fair.id, gross_cents=77_00, product_name="Vaso")
    address = f"/painel/feiras/{fair.id}/vendas"
    log_in(make_producer("member", enterprise=weavers)[0])

    page = plain(client.get(address))

    assert "R$1,234.50" in page
    assert "Vaso" not in page
    assert "77.00" not in page  # nor what tells it: the total of two
    assert "1,311.50" not in page
    log_in(make_producer("member")[0])
    assert client.get(address).status_code == 404


def test_the_sheet_for_exhibitors_names_none_of_them(client, log_in, weavers, fair):
    for _each in range(2):
        make_fact(make_enterprise(division=weavers.division), fair_id=fair.id)
    log_in(make_staff("articulation", weavers.division))

    page = plain(client.get(f"/gestao/feiras/{fair.id}/relatorio/resumo"))

    assert "R$1,254.50" in page
    assert "1,234.50" not in page
    assert "Trançado do Norte" not in page


def cell(seller, segment, cents):
    kinds = (FactKind.SALE, Channel.FAIR_STALL, segment, "cash", Confidence.TILL)
    return Cell(seller, f"Grupo {seller}", *kinds, cents, 1, 0, 0, seller)


def test_no_sum_that_is_told_is_of_fewer_than_three():
    """A lonely segment goes with the smallest one that can hide it."""
    cells = [cell(n, Segment.CRAFTS, 10_00) for n in (1, 2, 3, 4)]
    cells += [cell(n, Segment.FOREST, 5_00) for n in (5, 6, 7)]
    cells += [cell(8, Segment.RECYCLING, 50_00)]

    told = _apart(_by_segment(cells))

    assert [(share.segment, share.cents, len(share.sellers)) for share in told] == [
        (Segment.CRAFTS, 40_00, 4),
        (None, 65_00, 4),
    ]
