"""What a fair's record says: its host, its point, its rules, and who takes the money."""

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs.errors import (
    NotItsWayOfCash,
    RulesNotAccepted,
    RulesStand,
    TillsOfAnotherMode,
)
from marketplace.fairs.models.fairs import CashMode, Fair, HostKind
from marketplace.fairs.operations import calendar
from marketplace.fairs.operations.tills import revoke_till
from marketplace.fairs.queries import calls, tills
from tests.factories.accounts import make_staff
from tests.factories.calls import apply, make_call
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced, make_fair, make_plan
from tests.factories.tills import make_bound, make_till

BY = {"by": HOUSE, "now": NOW}
RULES = "Banca aberta até o fim.\nPreço à vista."
TYPED = {
    "name": "Feira da Fábrica",
    "place": "Refeitório",
    "neighbourhood_id": "0",
    "days-0-day": "2026-12-05",
    "days-0-opens": "11:00",
    "days-0-closes": "14:00",
    "close_day": "2026-12-04",
    "close_hour": "18:00",
    "window_minutes": "60",
    "window_capacity": "40",
    "tolerance_minutes": "30",
    "point": "-3,1303; -60,0234",
    "host": "Fábrica de Motos",
    "host_kind": "factory",
    "host_only": "y",
    "cash_mode": "desk",
    "fee": "10,00",
    "rules": RULES,
}


@pytest.fixture
def staff(monkeypatch, log_in):
    """Log in staff of a Division, and return a fair of it."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    fair = make_fair()
    log_in(make_staff("articulation", fair.division))
    return fair


class TestRules:
    def test_are_accepted_by_who_applies(self):
        call = make_call(fair=make_fair(rules=RULES))

        with pytest.raises(RulesNotAccepted):
            apply(call)
        assert apply(call, accepts_rules=True).rules_accepted

    def test_are_not_asked_for_where_there_are_none(self):
        assert not apply(make_call(), accepts_rules=True).rules_accepted

    def test_stand_once_the_call_is_open(self):
        fair = make_fair(rules=RULES)
        make_call(fair=fair)
        told = make_plan(fair.division, name=fair.name, rules=RULES)
        calendar.change_fair(fair.id, told, **BY)

        with pytest.raises(RulesStand):
            calendar.change_fair(fair.id, make_plan(fair.division, rules="Outras"), **BY)

    def test_are_read_and_accepted_on_the_page(self, client, monkeypatch, log_in):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        call = make_call(fair=make_fair(rules=RULES))
        mara, group = make_producer(division=call.fair.division)
        log_in(mara)
        address = f"/painel/feiras/{call.fair_id}/inscricao"
        sent = {"brings": "Farinha", "segment": "artesanato"}

        refused = client.post(address, data=sent)
        assert refused.status_code == 422
        assert "Preço à vista." in (shown := refused.get_data(as_text=True))
        assert "say that you accept them" in shown
        client.post(address, data=sent | {"rules_accepted": "y"})

        assert calls.application(call.id, group.id).rules_accepted

    def test_go_with_a_copy(self):
        fair = make_fair(rules=RULES, cash_mode=CashMode.DESK, latitude=-1, longitude=-2)

        copy = calendar.clone_fair(fair.id, fair.days[0].day, **BY)

        assert (copy.rules, copy.cash_mode, copy.point) == (RULES, CashMode.DESK, (-1, -2))


class TestCashMode:
    @pytest.mark.parametrize(
        ("mode", "at_desk"), [(CashMode.OWN, True), (CashMode.DESK, False)], ids=["own", "desk"]
    )
    def test_decides_which_tills_are_bound(self, mode, at_desk):
        seller = make_enterprise()
        fair = make_announced(seller, cash_mode=mode)

        with pytest.raises(NotItsWayOfCash):
            make_bound(seller, fair=fair, desk=at_desk)
        assert make_till(seller, fair=fair, desk=not at_desk).fair_id == fair.id
        assert {one.enterprise_id is None for one in tills.cashiers(fair)} == {not at_desk}

    def test_does_not_turn_against_a_till_in_use(self):
        seller = make_enterprise()
        fair = make_announced(seller)
        till = make_till(seller, fair=fair)
        plan = make_plan(fair.division, name=fair.name, cash_mode=CashMode.DESK)

        with pytest.raises(TillsOfAnotherMode):
            calendar.change_fair(fair.id, plan, **BY)
        revoke_till(till.id, **BY)
        calendar.change_fair(fair.id, plan, **BY)

        assert fair.cash_mode is CashMode.DESK


class TestForm:
    def test_keeps_host_point_rules_and_cash(self, client, staff):
        client.post("/gestao/feiras", data=TYPED | {"division_id": str(staff.division_id)})

        fair = db.session.query(Fair).filter_by(name="Feira da Fábrica").one()
        assert fair.point == (-3_130_300, -60_023_400)
        assert (fair.host_kind, fair.host_only) == (HostKind.FACTORY, True)
        assert (fair.cash_mode, fair.fee_cents, fair.rules) == (CashMode.DESK, 1000, RULES)
        page = client.get(f"/gestao/feiras/{fair.id}/editar").get_data(as_text=True)
        assert 'value="-3.130300, -60.023400"' in page

    @pytest.mark.parametrize(
        ("field", "typed", "told"),
        [
            ("point", "logo ali", "Write latitude and longitude"),
            ("point", "3.1, 60.0", "not in Brazil"),
            ("cash_mode", "own", "there is no cash to keep it of"),
            ("host_kind", "castle", "Not a valid choice"),
        ],
    )
    def test_says_what_is_wrong(self, client, staff, field, typed, told):
        data = TYPED | {"division_id": str(staff.division_id), field: typed}
        answer = client.post("/gestao/feiras", data=data)

        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)

    def test_says_that_rules_stand(self, client, staff):
        make_call(fair=staff)

        answer = client.post(f"/gestao/feiras/{staff.id}", data=TYPED)

        assert answer.status_code == 409
        assert "groups accepted these rules" in answer.get_data(as_text=True)


class TestPages:
    def test_link_to_a_map_and_load_nothing_of_it(self, client, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        given = {"host": "Fábrica de Motos", "host_kind": HostKind.FACTORY, "host_only": True}
        point = {"latitude": -3_130_300, "longitude": -60_023_400}
        fair = make_announced(make_enterprise(), rules=RULES, **given, **point)

        answer = client.get(f"/feiras/{fair.slug}")
        page = answer.get_data(as_text=True)

        assert 'href="geo:-3.130300,-60.023400"' in page
        assert 'href="https://www.openstreetmap.org/?mlat=-3.130300' in page
        assert "openstreetmap" not in answer.headers["Content-Security-Policy"]
        assert "Fábrica de Motos" in page
        assert "Only for those who work or study there" in page
        assert "Preço à vista." in page

    def test_say_nothing_of_what_is_not_known(self, client, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        page = client.get(f"/feiras/{make_announced(make_enterprise()).slug}").get_data(True)

        assert "geo:" not in page
        assert "Rules of the fair" not in page

    @pytest.mark.parametrize(("mode", "where"), [(CashMode.OWN, "stall"), (CashMode.DESK, "fair")])
    def test_tell_where_reservations_are_paid(self, client, monkeypatch, mode, where):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        fair = make_announced(make_enterprise(), cash_mode=mode)

        page = client.get(f"/feiras/{fair.slug}").get_data(True)

        assert f"you settle at the {where}" in page
