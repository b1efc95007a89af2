"""The pages of a call: set, applied to, drawn, told to everybody; a place given up; who came."""

import re
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment, Standing
from marketplace.fairs.models.calls import Mark
from marketplace.fairs.operations import drawing, places
from marketplace.fairs.queries import calls
from tests.factories.accounts import make_staff, saved_change
from tests.factories.calls import CLOSES, DRAWN, PRIZES, apply, make_call, make_drawn
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member, make_producer
from tests.factories.fairs import make_announced, make_fair
from tests.fairs.repeat_draw import repeat

CALL = {
    "places": "24",
    "stalls": "12",
    "open_day": "2026-11-23",
    "open_hour": "10:00",
    "close_day": "2026-11-25",
    "close_hour": "18:00",
    "quota_mandioca": "3",
    "missed_in_a_row": "2",
    "attended_percent": "0",
    "lottery_number": "6021",
    "lottery_on": "2026-11-28",
}
TICKETS = dict(
    zip(("first", "second", "third", "fourth", "fifth"), PRIZES, strict=True), again="33.582"
)


@pytest.fixture
def at(monkeypatch):
    """Set the house's clock."""

    def set_clock(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_clock(NOW)
    return set_clock


@pytest.fixture
def enter(at, log_in):
    """Log somebody in at a moment: a session does not last for days."""

    def enter_as(user, moment=NOW):
        at(moment)
        log_in(user)
        return lambda later: enter_as(user, later)

    return enter_as


@pytest.fixture
def staff(enter):
    fair = make_fair()
    return fair, enter(make_staff("articulation", fair.division))


@pytest.fixture
def group(enter):
    """Log in who sells for an enterprise whose Division called for places."""
    call = make_call()
    mara, enterprise = make_producer(division=call.fair.division)
    return call, enterprise, enter(mara)


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


class TestCall:
    def test_is_set_in_the_hours_of_the_municipality(self, client, staff):
        fair, _later = staff
        answer = client.post(f"/gestao/feiras/{fair.id}/chamada", data=CALL)

        call = db.session.scalar(calls.of_fair(fair.id))
        assert answer.status_code == 302
        assert (call.places, call.stalls, call.quotas) == (24, 12, {"mandioca": 3})
        assert call.rules == {"missed_in_a_row": 2}
        assert call.closes_at.isoformat() == "2026-11-25T22:00:00+00:00"  # 18 h in Manaus

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("stalls", "25"),
            ("quota_artesanato", "22"),
            ("close_day", "2026-12-06"),
            ("lottery_on", "2026-11-25"),
            ("lottery_number", ""),
        ],
    )
    def test_shows_what_is_wrong_with_it(self, client, staff, field, typed):
        fair, _later = staff
        answer = client.post(f"/gestao/feiras/{fair.id}/chamada", data=CALL | {field: typed})

        assert answer.status_code in (409, 422)
        assert "errsum" in answer.get_data(as_text=True)
        assert db.session.scalar(calls.of_fair(fair.id)) is None

    def test_is_shown_again_as_it_was_typed(self, client, staff):
        fair, _later = staff
        late = CALL | {"open_hour": "11:30"}
        client.post(f"/gestao/feiras/{fair.id}/chamada", data=late)

        page = read(client, f"/gestao/feiras/{fair.id}/chamada/editar")

        assert 'value="11:30"' in page
        assert 'value="2026-11-25"' in page

    def test_says_that_a_call_is_open_already(self, client, staff):
        fair, _later = staff
        make_call(fair=fair)

        answer = client.post(f"/gestao/feiras/{fair.id}/chamada", data=CALL, follow_redirects=True)

        assert "people count on what it says" in answer.get_data(as_text=True)


class TestApplying:
    def test_takes_one_field(self, client, group):
        call, enterprise, _later = group
        assert f"/painel/feiras/{call.fair_id}/inscricao" in read(client, "/painel/feiras")

        sent = {"brings": "Farinha d'água", "segment": "artesanato", "shares": "y"}
        client.post(f"/painel/feiras/{call.fair_id}/inscricao", data=sent)

        kept = calls.application(call.id, enterprise.id)
        assert (kept.number, kept.brings, kept.shares) == (1, "Farinha d'água", True)
        assert "number 1" in read(client, f"/painel/feiras/{call.fair_id}/inscricao")

    def test_asks_for_what_is_brought(self, client, group):
        call, *_more = group

        answer = client.post(
            f"/painel/feiras/{call.fair_id}/inscricao", data={"segment": "artesanato"}
        )

        assert answer.status_code == 422

    def test_offers_the_segments_of_the_registration_alone(self, client, group):
        call, enterprise, _later = group
        saved_change(enterprise, segments=["artesanato", "mandioca"])

        page = read(client, f"/painel/feiras/{call.fair_id}/inscricao")

        assert page.count('name="segment"') == 2

    def test_is_taken_back(self, client, group):
        call, enterprise, _later = group
        apply(call, enterprise)

        client.post(f"/painel/feiras/{call.fair_id}/inscricao/retirada")

        assert calls.applications(call.id) == []

    def test_says_plainly_who_may_not(self, client, group):
        call, enterprise, _later = group
        saved_change(enterprise, standing=Standing.SUSPENDED)

        page = read(client, f"/painel/feiras/{call.fair_id}/inscricao")

        assert "its registration is not approved" in page
        assert 'name="brings"' not in page

    def test_is_over_at_the_minute_though_no_job_ran(self, client, group):
        call, enterprise, later = group
        later(CLOSES)

        page = read(client, f"/painel/feiras/{call.fair_id}/inscricao")
        sent = {"brings": "Farinha", "segment": "artesanato"}
        answer = client.post(
            f"/painel/feiras/{call.fair_id}/inscricao", data=sent, follow_redirects=True
        )

        assert 'name="brings"' not in page
        assert "nothing can be changed any more" in answer.get_data(as_text=True)
        assert calls.application(call.id, enterprise.id) is None


class TestDraw:
    def test_is_typed_from_five_tickets(self, client, staff):
        fair, later = staff
        call = make_call(fair=fair)
        apply(call)
        later(DRAWN)

        client.post(f"/gestao/feiras/{fair.id}/sorteio", data=TICKETS)

        assert db.session.scalar(calls.drawn(fair.slug)).prizes == " ".join(PRIZES)

    @pytest.mark.parametrize(("field", "typed"), [("again", "33.583"), ("third", "x")])
    def test_asks_again_where_a_ticket_is_wrong(self, client, staff, field, typed):
        fair, later = staff
        make_call(fair=fair)
        later(DRAWN)

        answer = client.post(f"/gestao/feiras/{fair.id}/sorteio", data=TICKETS | {field: typed})

        assert answer.status_code == 422
        assert not calls.is_drawn(fair.id)

    def test_says_that_it_is_too_early(self, client, staff):
        fair, _later = staff
        make_call(fair=fair)

        answer = client.post(
            f"/gestao/feiras/{fair.id}/sorteio", data=TICKETS, follow_redirects=True
        )

        assert "still open" in answer.get_data(as_text=True)

    def test_is_told_to_anybody_with_a_reason_for_each(self, client):
        drawn = make_drawn(4, places=2)
        waits = calls.waiting(drawn.call)[-1].application.enterprise
        lost = calls.held(drawn.call_id)[0].enterprise
        places.give_place(
            drawn.call.fair_id, waits.id, "Fez a oficina", instead_of=lost.id, by=HOUSE, now=DRAWN
        )

        page = read(client, f"/feiras/{drawn.call.fair.slug}/sorteio")

        assert page.count("in line (not left out since its last place)") == 4
        assert "The Division gave it a place (the house): Fez a oficina" in page
        assert drawn.seed in page

    def test_is_repeated_from_its_sheet_alone(self, client, tmp_path):
        """The script that repeats it shares no code with the house."""
        call = make_call(places=3, quotas={"mandioca": 1})
        for number in range(9):
            segment = Segment.CASSAVA if number % 4 == 3 else Segment.CRAFTS
            apply(call, make_enterprise(segment=segment, division=call.fair.division))
        drawn = _drawn(call)
        sheet = tmp_path / "sorteio.csv"

        answer = client.get(f"/feiras/{call.fair.slug}/sorteio.csv")
        sheet.write_bytes(answer.data)

        kept = [(str(lot.number), lot.outcome.value) for lot in calls.lots(drawn.id)]
        assert repeat(sheet) == kept

    def test_tells_nobody_whom_a_rule_kept_out(self, client):
        call = make_call()
        out = apply(call).enterprise
        apply(call)
        saved_change(out, standing=Standing.SUSPENDED)
        _drawn(call)

        for ending in ("", ".csv"):
            answer = client.get(f"/feiras/{call.fair.slug}/sorteio{ending}")
            assert out.name not in answer.get_data(as_text=True)

    def test_is_not_there_before_it_is_made(self, client):
        call = make_call()

        assert client.get(f"/feiras/{call.fair.slug}/sorteio").status_code == 404


def _drawn(call):
    return drawing.draw_places(call.fair_id, PRIZES, by=HOUSE, now=DRAWN)


class TestPlaces:
    def test_are_given_up_on_the_page(self, client, group):
        call, enterprise, later = group
        for each in (enterprise, None, None, None):
            apply(call, each)
        _drawn(call)
        had = enterprise.id in [place.enterprise_id for place in calls.held(call.id)]
        later(DRAWN + timedelta(hours=1))

        page = read(client, f"/painel/feiras/{call.fair_id}/inscricao")
        client.post(f"/painel/feiras/{call.fair_id}/vaga/desistencia")

        assert ("You have a place" in page) is had
        assert enterprise.id not in [place.enterprise_id for place in calls.held(call.id)]
        assert len(calls.held(call.id)) == 2

    def test_are_given_and_taken_back_with_a_reason(self, client, staff):
        fair, later = staff
        call = make_call(fair=fair)
        one, two, three = (apply(call).enterprise for _ in range(3))
        _drawn(call)
        later(DRAWN)
        held = {place.enterprise_id for place in calls.held(call.id)}
        (waits,) = {one.id, two.id, three.id} - held
        loses = min(held)

        given = {"enterprise_id": waits, "instead_of": loses, "reason": "Fez a oficina"}
        client.post(f"/gestao/feiras/{fair.id}/vagas", data=given)
        assert {place.enterprise_id for place in calls.held(call.id)} == held - {loses} | {waits}

        back = f"/gestao/feiras/{fair.id}/vagas/{waits}/retirada"
        assert client.post(back, data={"reason": ""}).status_code == 422
        short = client.post(back, data={"reason": "Não"}).text
        assert re.search(r'<details open>.*?value="Não"', short, re.DOTALL)
        assert short.count('value="Não"') == 1
        client.post(back, data={"reason": "Não fez a oficina"})
        assert waits not in {place.enterprise_id for place in calls.held(call.id)}
        assert "Não fez a oficina" in read(client, f"/gestao/feiras/{fair.id}/chamada")


class TestAttendance:
    def test_is_taken_on_the_day_for_all_but_ones_own(self, client, enter):
        came, missed, own = (make_enterprise() for _ in range(3))
        fair = make_announced(came, missed, own)
        staff = make_staff("head", fair.division)
        make_member(own, user=staff)
        enter(staff, NOW + timedelta(days=12))

        page = read(client, f"/gestao/feiras/{fair.id}/presenca")
        sent = {f"mark-{came.id}": "present", f"mark-{missed.id}": "absent"}
        client.post(f"/gestao/feiras/{fair.id}/presenca", data=sent)

        assert f'name="mark-{own.id}"' not in page
        marks = {each: row.mark for each, row in calls.marks(fair.id).items()}
        assert marks == {came.id: Mark.PRESENT, missed.id: Mark.ABSENT}

    def test_waits_for_the_day(self, client, enter):
        fair = make_announced(make_enterprise())
        enter(make_staff("head", fair.division))

        page = read(client, f"/gestao/feiras/{fair.id}/presenca")

        assert "Attendance is taken from the first day" in page
        assert 'type="radio"' not in page
