"""The head's page: any one question within three steps, with its coverage."""

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.enterprises.models import Segment
from marketplace.orders.models.facts import Confidence
from marketplace.reports.indicators import periods
from marketplace.reports.operations.targets import set_target
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise
from tests.factories.issued import head_of
from tests.factories.reports import make_fact

TODAY = clock.today("America/Manaus")


@pytest.fixture
def division(log_in):
    division = make_division()
    log_in(make_staff(Role.HEAD, division))
    return division


def plain(answer):
    return answer.text.replace("\N{NO-BREAK SPACE}", "")


def test_tells_what_was_asked_in_words_with_its_coverage(client, division):
    group = make_enterprise(division=division)
    day = periods.of_key(periods.last_whole("B", TODAY)).first
    sold = {"zone": "leste", "zone_name": "Leste", "segment": Segment.CRAFTS, "occurred_on": day}
    make_fact(group, **sold, women_led=True, gross_cents=300_00, confidence=Confidence.TILL)
    make_fact(group, **sold, women_led=True, gross_cents=100_00, confidence=Confidence.DECLARED)
    make_fact(group, **sold, women_led=False, gross_cents=7_000_00)

    page = plain(client.get("/gestao?pergunta=women+leste+crafts+last+bimester"))

    assert "R$400" in page
    assert "R$7,4" not in page
    assert "75% of the volume told by a till, an order or a slip" in page


@pytest.mark.parametrize(
    "filters", ["segmento=artesanato", "zona=sul", "tipo=informal_group", "canal=fair_stall"]
)
def test_takes_any_one_filter(client, division, filters):
    group = make_enterprise(division=division, name="Trançado do Norte")
    make_fact(group, occurred_on=TODAY, gross_cents=300_00)

    page = plain(client.get(f"/gestao?{filters}"))

    assert "R$300" in page
    assert "Trançado do Norte" in page


def test_says_whether_targets_are_met(client, division):
    group = make_enterprise(division=division)
    parts = {"composed": True, "makers_cents": 6_00, "materials_cents": 4_00}
    make_fact(group, occurred_on=TODAY, **parts)
    told = {"year": TODAY.year, "reason": "Plano", "by": head_of(division), "now": clock.now()}

    set_target(division.id, "parte-de-quem-faz", 60_00, **told)
    assert "target of 60% met" in client.get("/gestao").text

    set_target(division.id, "parte-de-quem-faz", 61_00, **told)
    assert "target of 61% not met" in client.get("/gestao").text


def test_answers_the_usual_where_something_is_wrong(client, division):
    assert client.get("/gestao?periodo=2026-T9").status_code == 422
