"""The books of a month, as finance and an accountant read them."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import limits
from marketplace.core.database import db
from marketplace.core.readings import Reading
from marketplace.core.rights import HOUSE
from marketplace.core.sheets.reading import read
from marketplace.payments import book_labels, labels, postings
from marketplace.payments.chart import CHART
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.reconciling import ProviderMovement
from marketplace.payments.operations import ledger, reconciling
from marketplace.payments.queries import books
from tests.factories.accounts import make_division, make_staff, saved_change
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.online import make_line

PAGE, ZONE = "/gestao/livro", "America/Manaus"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
LAST_OF_OCTOBER = datetime(2026, 11, 1, 3, 59, 59, tzinfo=UTC)  # 23:59:59 in Manaus
FIRST_OF_NOVEMBER = datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.fixture
def division():
    return make_division()


@pytest.fixture(autouse=True)
def finance(log_in, division):
    user = make_staff(Role.FINANCE, division)
    log_in(user)
    return user


@pytest.fixture
def group(division):
    return make_enterprise(name="=Trançado", division=division)


@pytest.fixture
def stranger():
    return make_enterprise(name="De outra Divisão", division=make_division())


@pytest.fixture(autouse=True)
def two_months(group, stranger):
    """Have a payment for two at the very end of October, and what became of it in November."""
    enter(postings.payment_succeeded({group.id: 10_000, stranger.id: 500}), 1, LAST_OF_OCTOBER)
    enter(postings.provider_settled(10_500, 119), 1, FIRST_OF_NOVEMBER)
    enter(postings.fee_shared({group.id: 114, stranger.id: 5}), 1, FIRST_OF_NOVEMBER)
    enter(postings.direct_sale(group.id, 700), 2, FIRST_OF_NOVEMBER)


def enter(posting, number, at):
    return ledger.post(posting, ("attempt", number), by=HOUSE, now=at)


def told(month):
    return books.accounts(books.span_of(month, ZONE), ())


def by_code(month):
    return {one.code: one for one in told(month)}


def reckoned(month):
    """Return what each account did in a month, added up line by line."""
    since, until = books.span_of(month, ZONE)
    found = {}
    rows = sa.select(LedgerAccount.code, LedgerEntry.posted_at, LedgerLine.amount_cents)
    joined = rows.join_from(LedgerLine, LedgerAccount).join(
        LedgerEntry, LedgerEntry.id == LedgerLine.entry_id
    )
    for code, at, cents in db.session.execute(joined):
        if at < until:
            sums = found.setdefault(code, [0, 0, 0])
            sums[0 if at < since else 1 if cents > 0 else 2] += cents if at < since else abs(cents)
    return {code: (*sums, sums[0] + sums[1] - sums[2]) for code, sums in found.items()}


def plain(page):
    return page.text.replace("\N{NO-BREAK SPACE}", "")


def sheet(client, name, month="2026-11"):
    text = client.get(f"{PAGE}/{name}.csv?mes={month}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def cents(typed):
    return round(float(typed.replace(",", ".")) * 100) if typed else 0


def balance(row):
    """Return what a row of the balances says, as ``reckoned`` does."""
    signs = {"": 0, "D": 1, "C": -1}
    before, after = (
        cents(row[f"{name} (R$)"]) * signs[row[f"{name}: D or C"]]
        for name in ("Before", "Afterwards")
    )
    return before, *both_sides(row), after


def both_sides(row):
    return cents(row["Debit (R$)"]), cents(row["Credit (R$)"])


class TestAccounts:
    @pytest.mark.parametrize("month", [OCTOBER, NOVEMBER])
    def test_are_what_their_lines_add_up_to(self, month):
        assert {one.code: (*one[2:], one.closing_cents) for one in told(month)} == reckoned(month)

    def test_begin_with_what_the_month_before_ended_with(self, group):
        before, after = by_code(OCTOBER), by_code(NOVEMBER)
        theirs = f"pending:{group.id}"

        assert before[theirs] == (theirs, None, 0, 0, 10_000)
        assert after[theirs] == (theirs, None, -10_000, 114, 0)
        assert {code: after[code].opening_cents for code in before} == {
            code: one.closing_cents for code, one in before.items()
        }

    def test_have_as_much_debit_as_credit(self):
        found = told(NOVEMBER)

        assert sum(one.debit_cents for one in found) == sum(one.credit_cents for one in found) > 0
        assert sum(one.closing_cents for one in found) == 0

    def test_end_with_what_stands_in_the_books(self):
        balances = sa.select(LedgerAccount.code, LedgerAccount.balance_cents)
        stands = dict(db.session.execute(balances).all())

        assert {one.code: one.closing_cents for one in told(NOVEMBER)} == stands

    def test_are_told_together_by_their_kind(self):
        kinds = {one.base: one for one in books.by_kind(told(NOVEMBER))}

        assert kinds["pending"] == ("pending", None, -10_500, 119, 0)
        assert list(kinds) == [base for base in CHART if base in kinds]


class TestMonths:
    def test_reach_back_to_the_first_entry_there(self):
        assert books.months(ZONE, NOW) == [NOVEMBER, OCTOBER]


class TestShow:
    def test_shows_the_newest_month_or_the_one_asked_for(self, client):
        newest, asked = plain(client.get(PAGE)), plain(client.get(f"{PAGE}?mes=2026-10"))

        assert all(said in newest for said in ("November", "R$103.81 D", "R$7.00 C"))
        assert all(said in asked for said in ("October", "R$105.00 C"))
        assert "R$103.81 D" not in asked

    def test_takes_an_odd_month_for_the_newest(self, client):
        assert "November" in client.get(f"{PAGE}?mes=2026-99").text

    def test_has_a_name_for_every_account_and_entry(self):
        assert set(book_labels.ACCOUNTS) == set(CHART)
        assert set(labels.ENTRIES) == set(EntryKind)


class TestEntries:
    def test_shows_each_with_its_lines(self, client):
        page = plain(client.get(f"{PAGE}/lancamentos"))

        assert page.count("<section") == 3
        assert all(said in page for said in ("Payment fee shared", "R$1.14", "Attempt to pay 1"))

    def test_names_those_of_the_own_division_alone(self, client, group, stranger):
        page = client.get(f"{PAGE}/lancamentos").text

        assert group.name in page
        assert stranger.name not in page
        assert f"no. {stranger.id}<" in page

    def test_are_of_the_month_alone(self, client):
        page = client.get(f"{PAGE}/lancamentos?mes=2026-10").text

        assert page.count("<section") == 1
        assert "Payment received" in page


class TestSheetOfEntries:
    def test_has_every_line_of_the_month(self, client, group):
        rows = sheet(client, "lancamentos")

        lines = db.session.scalar(sa.select(sa.func.count(LedgerLine.id)))
        assert len(rows) == lines - 3 > 5
        (theirs,) = [row for row in rows if row["Code"] == f"pending:{group.id}"]
        said = [theirs[name] for name in ("Kind", "Debit (R$)", "Credit (R$)", "Of what")]
        assert said == ["Payment fee shared", "1,14", "", "Attempt to pay 1"]

    def test_adds_up_to_the_sheet_of_balances(self, client):
        moved = {}
        for row in sheet(client, "lancamentos"):
            so_far = moved.get(row["Code"], (0, 0))
            moved[row["Code"]] = tuple(map(sum, zip(so_far, both_sides(row), strict=True)))

        told = {row["Code"]: both_sides(row) for row in sheet(client, "balancete")}
        assert moved == {code: sums for code, sums in told.items() if any(sums)}

    def test_tells_the_providers_line(self, client):
        met = sa.select(LedgerEntry.id).where(LedgerEntry.kind == EntryKind.PROVIDER_SETTLED)
        entry_id = db.session.scalar(met)
        reconciling.keep_movements([make_line(id="txn_met")], now=NOW)
        saved_change(db.session.scalars(sa.select(ProviderMovement)).one(), entry_id=entry_id)

        rows = sheet(client, "lancamentos")

        assert {row["Line of the provider"] for row in rows if row["Entry"] == str(entry_id)} == {
            "txn_met"
        }
        assert "txn_met" in client.get(f"{PAGE}/lancamentos").text

    def test_opens_no_formula(self, client):
        assert {row["Enterprise"] for row in sheet(client, "lancamentos")} == {"", "'=Trançado"}


class TestSheetOfBalances:
    def test_has_every_account(self, client):
        rows = sheet(client, "balancete", "2026-10")

        assert {row["Code"]: balance(row) for row in rows} == reckoned(OCTOBER)


class TestSheets:
    @pytest.mark.parametrize("name", ["balancete", "lancamentos"])
    def test_are_the_same_as_workbooks(self, client, name):
        book = read(client.get(f"{PAGE}/{name}.xlsx?mes=2026-11").data)
        rows = sheet(client, name)

        assert len(book.rows) == len(rows)
        assert list(book.headers) == list(rows[0])

    def test_are_paced(self, client, monkeypatch):
        monkeypatch.setattr(limits, "_paces", {})
        monkeypatch.setattr("marketplace.core.files.EXPORTS_AN_HOUR", 1)
        sheet(client, "lancamentos")

        assert client.get(f"{PAGE}/balancete.xlsx").status_code == 429

    def test_leave_a_reading(self, client, finance):
        sheet(client, "lancamentos")

        read = sa.select(Reading.page).where(Reading.person_id == finance.id)
        assert db.session.scalars(read).all() == ["books.entries_csv"]
