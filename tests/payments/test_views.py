"""The pages on which finance holds the provider's account against the books."""

import csv
import io
from datetime import timedelta

import pytest

from marketplace.accounts.models import Role
from marketplace.core import files, limits
from marketplace.core.database import db, operation
from marketplace.payments.models.reconciling import DayState
from marketplace.payments.operations import reconciling
from marketplace.payments.queries import reconciling as known
from marketplace.payments.views import reconciling as views
from tests.factories.accounts import make_staff
from tests.factories.clock import NOW
from tests.factories.online import make_line

DAY = (NOW - timedelta(days=1)).date()
LIST = "/gestao/conciliacao"
HERE = f"{LIST}/{DAY}"


@pytest.fixture(autouse=True)
def finance(log_in):
    user = make_staff(Role.FINANCE)
    log_in(user)
    return user


def kept(*lines, listed_at=NOW):
    """Have a day of these lines, each of which met its entry if it could."""
    reconciling.keep_movements(lines, now=NOW)
    for row_id in list(db.session.scalars(known.unmet())):
        reconciling.match(row_id, now=NOW)
    reconciling.note_listed(DAY, asked_at=listed_at)
    reconciling.add_up(DAY)


@operation
def tamper():
    (row,) = db.session.scalars(known.lines_of(DAY))
    row.net_cents -= 7


def plain(page):
    return page.text.replace("\N{NO-BREAK SPACE}", "")


class TestIndex:
    def test_shows_both_sums_of_each_day(self, client):
        kept(make_line("stripe_fee", -250), make_line("payout_failure", 900))

        page = plain(client.get(LIST))

        assert f'href="{HERE}"' in page
        assert all(told in page for told in ("R$6.50", "-R$2.50", "R$9.00", "Open day"))

    def test_says_what_is_missing_where_nothing_is_set_up(self, client):
        assert "Nothing is paid online here" in client.get(LIST).text

    def test_says_when_the_first_days_come(self, app, client, monkeypatch):
        monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_1")

        assert "No day yet" in client.get(LIST).text

    def test_has_pages(self, client, monkeypatch):
        monkeypatch.setattr(views, "DAYS_SHOWN", 1)
        kept()
        reconciling.note_listed(DAY - timedelta(days=1), asked_at=NOW)

        assert f'href="{HERE}"' not in client.get(f"{LIST}?pagina=2").text

    def test_is_in_the_menu_where_a_provider_is_set_up(self, app, client, monkeypatch):
        assert f'href="{LIST}"' not in client.get("/gestao").text

        monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_1")

        assert f'href="{LIST}"' in client.get("/gestao").text


class TestShow:
    def test_shows_differences_first_and_the_entry_each_line_meets(self, client):
        fee, stranger = make_line("stripe_fee", -250), make_line("something_new", -40)
        kept(fee, stranger)

        page = plain(client.get(HERE))

        assert page.index(stranger.id) < page.index(fee.id)
        assert "something_new" in page
        assert "does not know this kind of line" in page
        assert "Payment or fee at the provider, no. " in page

    def test_says_why_the_day_does_not_close(self, client):
        kept(make_line("payout_failure", 900), listed_at=NOW - timedelta(days=1))

        page = plain(client.get(HERE))

        assert "This day is not over" in page
        assert "1 line waits for a person" in page
        assert "The sums differ by R$9.00" in page

    def test_has_pages(self, client, monkeypatch):
        monkeypatch.setattr(views, "LINES_SHOWN", 1)
        first, second = make_line("stripe_fee", -1), make_line("stripe_fee", -2)
        kept(first, second)

        page = client.get(f"{HERE}?pagina=2").text

        assert second.id in page
        assert first.id not in page

    def test_says_so_when_nothing_moved(self, client):
        kept()

        assert "Nothing moved on this day" in client.get(HERE).text

    @pytest.mark.parametrize("day", ["2026-02-30", "x", "2020-01-01"])
    def test_knows_no_other_day(self, client, day):
        assert client.get(f"{LIST}/{day}").status_code == 404


class TestClosing:
    def close(self, client):
        return plain(client.post(f"{HERE}/fechamento", follow_redirects=True))

    def state(self):
        return db.session.scalars(known.days().execution_options(populate_existing=True)).one()

    def test_closes_what_adds_up(self, client, finance):
        kept(make_line("stripe_fee", -250))

        page = self.close(client)

        assert "The day is closed." in page
        assert "Close the day" not in page
        assert (self.state().state, self.state().closed_by_id) == (DayState.CLOSED, finance.id)

    def test_is_refused_in_words(self, client):
        kept(make_line("payout_failure", 900))
        assert "meet no entry of the books, or one of another sum: 1" in self.close(client)

    def test_is_refused_by_how_much_the_sums_differ(self, client):
        kept(make_line("stripe_fee", -250))
        tamper()

        assert "the books differ by R$0.07" in self.close(client)
        assert self.state().state is DayState.OPEN

    def test_is_not_offered_to_who_only_looks(self, client, log_in):
        kept()
        log_in(make_staff(Role.HEAD))

        assert "Close the day" not in client.get(HERE).text
        assert client.post(f"{HERE}/fechamento").status_code == 403


class TestExport:
    def rows(self, client):
        sheet = client.get(f"{HERE}/linhas.csv")
        return list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig")), delimiter=";"))

    def test_has_every_line_and_its_entry(self, client):
        fee = make_line("stripe_fee", -250)
        kept(fee, make_line("payout_failure", 900))

        _headers, unknown, matched = self.rows(client)

        assert unknown[5:10] == ["9,00", "0,00", "9,00", "Unknown", "No such payout is under way."]
        assert matched[0] == fee.id
        assert matched[5:9] == ["'-2,50", "0,00", "'-2,50", "Matches"]
        assert matched[11] == "'-2,50"
        assert unknown[10:] == ["", ""]

    def test_opens_no_formula(self, client):
        kept(make_line("=1+1", source_id="@x"))

        _headers, row = self.rows(client)

        assert (row[1], row[4]) == ("'=1+1", "'@x")

    def test_is_paced(self, client, monkeypatch):
        kept()
        monkeypatch.setattr(files, "EXPORTS_AN_HOUR", 1)
        monkeypatch.setattr(limits, "_paces", {})

        assert client.get(f"{HERE}/linhas.csv").status_code == 200
        assert client.get(f"{HERE}/linhas.csv").status_code == 429
