"""A fair is closed by somebody once it is over; what comes late is kept all the same, and named."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from marketplace.accounts.models import Role
from marketplace.accounts.queries import person_of
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs.end_errors import (
    FairIsClosed,
    FairNotClosed,
    FairNotHeld,
    FairNotOver,
    WhyClosedNow,
    WhyOpenedAgain,
)
from marketplace.fairs.errors import FairIsCancelled
from marketplace.fairs.models.calls import Mark
from marketplace.fairs.models.fairs import Fair, FairState
from marketplace.fairs.operations import attendance, calendar, exhibitors, splits
from marketplace.fairs.operations.ending import close_fair, reopen_fair
from marketplace.fairs.operations.tills import bind_till
from marketplace.fairs.queries import calendar as calendars
from marketplace.fairs.queries import eligibility, ending, till_accounts
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced, make_fair, make_plan
from tests.factories.payouts import finance
from tests.factories.tills import (
    line,
    make_matters,
    make_reserved,
    make_sheet,
    make_till,
    results,
    send,
    told_count,
    told_handover,
    told_sale,
    told_void,
)

NOON = NOW + timedelta(days=12)  # of the fair's only day
AFTER = NOON + timedelta(days=1)
LATE = AFTER + timedelta(days=2)
BY = {"by": HOUSE, "now": AFTER}


class There:
    """A fair that is over, with one group that came, and a device at its stall."""

    def __init__(self):
        self.group = make_enterprise()
        self.fair = make_announced(self.group)
        self.till = make_till(self.group, fair=self.fair)
        self.goods = make_published(enterprise=self.group, left=50)
        marks = {self.group.id: Mark.PRESENT}
        attendance.take_attendance(self.fair.id, marks, by=HOUSE, now=NOON)

    def sell(self, now=NOON, **given):
        sale = told_sale(line(self.goods, 2), **given)
        assert results(send(self.till, sale, now=now)) == ["new"]
        return sale

    def close(self, reason=""):
        return close_fair(self.fair.id, reason, **BY)

    def late(self):
        return ending.late_of(self.fair, ending.closing_of(self.fair))

    def pending(self):
        found = ending.pending(db.session.get(Fair, self.fair.id))._asdict()
        return {name: number for name, number in found.items() if number}


@pytest.fixture
def here():
    return There()


class TestCloseFair:
    def test_notes_who_when_and_why(self, here):
        ana = make_staff(Role.HEAD, here.fair.division)

        close_fair(here.fair.id, " Tudo\nconferido ", by=person_of(ana.id), now=AFTER)

        move = ending.closing_of(here.fair)
        assert (move.state, move.by_id, move.moved_at) == (FairState.CLOSED, ana.id, AFTER)
        assert move.reason == "Tudo\nconferido"
        assert calendars.moves(here.fair.id)[-1].id == move.id

    def test_waits_for_the_day_after_its_last_one(self, here):
        zone = here.fair.time_zone
        midnight = NOON.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0) + timedelta(1)
        with pytest.raises(FairNotOver):
            close_fair(here.fair.id, by=HOUSE, now=midnight - timedelta(seconds=1))

        assert close_fair(here.fair.id, by=HOUSE, now=midnight).state is FairState.CLOSED

    def test_is_for_one_that_was_held(self, here):
        with pytest.raises(FairNotHeld):
            close_fair(make_fair().id, **BY)
        calendar.cancel_fair(here.fair.id, "Chuva", **BY)
        with pytest.raises(FairIsCancelled):
            here.close()

    def test_is_done_once(self, here):
        here.close()

        with pytest.raises(FairIsClosed):
            here.close()

    def test_is_for_staff_of_that_division(self, here):
        caio = make_staff(Role.ARTICULATION, make_division())

        with pytest.raises(NotFound):
            close_fair(here.fair.id, by=person_of(caio.id), now=AFTER)

    def test_asks_why_while_something_is_pending(self, here):
        make_matters(here.till, NOON)
        with pytest.raises(WhyClosedNow):
            here.close("  ")

        assert here.close("A banca não responde").state is FairState.CLOSED


class TestPending:
    def test_is_nothing_where_all_is_seen_to(self, here):
        assert here.pending() == {}

    def test_names_differences_and_drawers(self, here):
        cheap = told_sale(line(here.goods, 1, 1_00), sequence=1)
        send(here.till, cheap, now=NOON)
        assert here.pending() == {"matters": 1, "uncounted": 1}

        send(here.till, counts=[told_count("closing", 1_00, sequence=2)], now=NOON)
        assert here.pending() == {"matters": 1}

    def test_names_what_has_not_arrived(self, here):
        here.sell(sequence=3, tenders={"machine": 2 * here.goods.price_cents})

        assert here.pending() == {"missing": 2}

    def test_names_reservations_and_who_was_not_marked(self, here):
        other = make_enterprise(division=here.group.division)
        exhibitors.place_exhibitor(here.fair.id, other.id, "9", by=HOUSE, now=NOW)
        make_reserved(here.till)

        assert here.pending() == {"reservations": 1, "unmarked": 1}

    def test_names_a_desk_that_is_not_split_and_a_split_that_waits(self, here):
        desk = make_till(here.group, desk=True, fair=here.fair)
        sale = told_sale(line(here.goods, 1), sequence=1)
        count = told_count("closing", sale["total_cents"], sequence=2)
        send(desk, sale, counts=[count], now=NOON)
        assert here.pending() == {"unsplit": 1}

        who, day = finance(here.group.division), here.fair.days[0].id
        splits.prepare_split(here.fair.id, day, in_cash=[], by=who, now=AFTER)
        assert here.pending() == {"waiting": 1}


class TestClosed:
    def test_refuses_what_would_change_who_stood_there(self, here):
        other = make_enterprise(division=here.group.division)
        here.close()
        changes = {
            "place": lambda: exhibitors.place_exhibitor(here.fair.id, other.id, "9", **BY),
            "change": lambda: calendar.change_fair(
                here.fair.id, make_plan(here.fair.division), **BY
            ),
            "cancel": lambda: calendar.cancel_fair(here.fair.id, "Chuva", **BY),
            "attendance": lambda: attendance.take_attendance(
                here.fair.id, {here.group.id: Mark.ABSENT}, **BY
            ),
            "bind": lambda: bind_till(
                here.fair.id, here.fair.days[0].id, here.group.id, here.till.user_id, **BY
            ),
        }

        for change in changes.values():
            with pytest.raises(FairIsClosed):
                change()

    def test_keeps_and_names_what_a_late_till_tells(self, here):
        here.sell(sequence=1)
        order = make_reserved(here.till)
        here.close("O caixa não chegou")
        assert not here.late().is_something

        sale = here.sell(LATE, sequence=2)
        handed = told_handover(order, sequence=3)
        assert results(send(here.till, handovers=[handed], now=LATE)) == ["new"]
        make_sheet(here.group, fair=here.fair, now=LATE)

        late = here.late()
        assert (late.sales, late.sales_cents) == (1, 2 * here.goods.price_cents)
        assert (late.handovers, late.sheets) == (1, 1)
        send(here.till, voids=[told_void(sale, sequence=4)], now=LATE)
        assert here.late().voids == 1
        told = till_accounts.accounts([here.till.id])[here.till.id]
        assert (told.sales, told.voided, told.handovers) == (2, 1, 1)

    def test_is_still_shared_out(self, here):
        desk = make_till(here.group, desk=True, fair=here.fair)
        send(desk, told_sale(line(here.goods, 1), sequence=1), now=NOON)
        here.close("A repartição vem na segunda")

        who, day = finance(here.group.division), here.fair.days[0].id
        splits.prepare_split(here.fair.id, day, in_cash=[], by=who, now=LATE)

        assert here.pending() == {"uncounted": 1, "waiting": 1}

    def test_counts_as_a_fair_to_which_the_group_came(self, here):
        here.close()

        (seen,) = eligibility.attendance(here.group.id, make_fair(here.fair.division))
        assert (seen.fair, seen.mark) == (here.fair.name, Mark.PRESENT)
        assert calendars.times_shown(here.group.id, LATE.date()) == 1
        assert [fair.id for fair in db.session.scalars(calendars.past(LATE.date()))] == [
            here.fair.id
        ]


class TestReopenFair:
    def test_lets_it_be_changed_and_closed_again(self, here):
        here.close()

        reopen_fair(here.fair.id, "Faltou uma banca", **BY)

        assert ending.closing_of(here.fair) is None
        attendance.take_attendance(here.fair.id, {here.group.id: Mark.EXCUSED}, **BY)
        here.close()
        told = [(move.state.value, move.reason) for move in calendars.moves(here.fair.id)]
        assert told[-3:] == [("closed", ""), ("announced", "Faltou uma banca"), ("closed", "")]

    def test_asks_why_and_is_for_a_closed_one(self, here):
        with pytest.raises(FairNotClosed):
            reopen_fair(here.fair.id, "Faltou uma banca", **BY)
        here.close()
        with pytest.raises(WhyOpenedAgain):
            reopen_fair(here.fair.id, " ", **BY)


class TestPages:
    @pytest.fixture
    def staff(self, here, log_in, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: AFTER)
        log_in(make_staff("articulation", here.fair.division))
        return f"/gestao/feiras/{here.fair.id}"

    def test_tell_what_is_pending_and_ask_why(self, here, staff, client):
        make_matters(here.till, NOON)
        assert "difference of a till is not settled" in client.get(f"{staff}/encerramento").text

        refused = client.post(f"{staff}/encerramento", data={"reason": ""})
        assert refused.status_code == 422
        assert "say why it is closed all the same" in refused.text
        client.post(f"{staff}/encerramento", data={"reason": "A banca não responde"})

        page = client.get(staff).text
        assert "A banca não responde" in page
        assert "encerramento" not in page
        assert "/editar" not in page

    def test_tell_what_came_after_also_in_the_report(self, here, staff, client):
        report = f"{staff}/relatorio"
        assert "The fair is not closed yet." in client.get(report).text
        client.post(f"{staff}/encerramento")
        here.sell(LATE)

        for page in (staff, report, f"{report}.csv"):
            assert "After the closing came: 1 sale for" in client.get(page).text

    def test_open_it_again_with_a_reason(self, here, staff, client):
        client.post(f"{staff}/encerramento")
        assert client.post(f"{staff}/reabertura", data={"reason": ""}).status_code == 422

        client.post(f"{staff}/reabertura", data={"reason": "Faltou uma banca"})

        assert "Opened again" in (page := client.get(staff).text)
        assert "Faltou uma banca" in page
        assert client.post(f"{staff}/reabertura", data={"reason": "De novo"}).status_code == 409
