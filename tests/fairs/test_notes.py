"""Notes of a social currency: as much is kept in reais as circulates."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from marketplace.accounts.queries import person_of
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.errors import FormSentBefore, NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs.errors import NotesNotOut, ReasonNeeded
from marketplace.fairs.models.notes import NoteKind, NoteMove
from marketplace.fairs.operations.notes import NotesPlan, move_notes, undo_move
from marketplace.fairs.queries import notes as queries
from marketplace.payments.chart import AccountName
from marketplace.payments.models.ledger import LedgerAccount
from marketplace.payments.queries.ledger import balance
from marketplace.reports import fair_names, fair_paper
from marketplace.reports.fair_figures import figures_of
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced, make_fair, make_notes
from tests.factories.tills import line, make_till, send, told_sale

BY = {"by": HOUSE, "now": NOW}
BACK = {"kind": NoteKind.REDEEMED}
RULE = "fairs.notes_in_circulation_are_backed"


def books(division):
    """Return what is kept for the notes of a Division, and how many are out."""
    return tuple(balance(AccountName(base, division.id)) for base in ("note_backing", "notes_out"))


class TestNotes:
    def test_as_much_is_kept_as_circulates(self):
        group = make_enterprise()
        make_notes(other := make_division(), 7_00)
        make_notes(group.division, 100_00)
        back = make_notes(group.division, 30_00, enterprise_id=group.id, **BACK)
        wrong = make_notes(group.division, 20_00)
        for _press in range(2):
            undo_move(wrong.id, "Dobrado", **BY)

        assert back.enterprise_id == group.id
        told = queries.of_division(group.division_id)
        assert (told.issued_cents, told.redeemed_cents, told.circulating_cents) == (
            *(100_00, 30_00),
            70_00,
        )
        assert (books(group.division), books(other)) == ((70_00, -70_00), (7_00, -7_00))

    def test_no_more_comes_back_than_is_out(self):
        division = make_division()
        make_notes(division, 10_00)

        with pytest.raises(NotesNotOut):
            make_notes(division, 10_01, **BACK)

        assert books(division) == (10_00, -10_00)

    def test_what_came_back_since_is_not_undone(self):
        division = make_division()
        issued = make_notes(division, 10_00)
        make_notes(division, 5_00, **BACK)

        with pytest.raises(NotesNotOut):
            undo_move(issued.id, "Engano", **BY)
        with pytest.raises(ReasonNeeded, match=r"^Say why, in a few words\.$"):
            undo_move(issued.id, " ", **BY)
        assert issued.undone_at is None

    def test_the_same_form_twice_is_one_exchange(self):
        division, plan = make_division(), NotesPlan(NoteKind.ISSUED, 10_00)

        made = {move_notes(division.id, plan, key="a", **BY).id for _press in range(2)}

        assert len(made) == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"amount_cents": 10_01},
            {"kind": NoteKind.REDEEMED},
            {"fair_id": 10**6},
            {"kind": NoteKind.REDEEMED, "enterprise_id": 10**6},
        ],
    )
    def test_the_same_form_with_something_else_in_it_is_refused(self, other):
        division, plan = make_division(), NotesPlan(NoteKind.ISSUED, 10_00)
        move_notes(division.id, plan, key="a", **BY)

        with pytest.raises(FormSentBefore):
            move_notes(division.id, replace(plan, **other), key="a", **BY)
        with pytest.raises(FormSentBefore):
            move_notes(make_division().id, plan, key="a", **BY)
        assert move_notes(division.id, plan, key="b", **BY).amount_cents == 10_00

    def test_no_number_is_used_twice(self):
        gone = make_notes(division := make_division()).id
        undo_move(gone, "Engano", **BY)
        db.session.execute(sa.delete(NoteMove).where(NoteMove.id == gone))
        db.session.commit()

        assert make_notes(division).id > gone

    def test_are_of_the_staff_of_that_division_its_fairs_and_groups(self):
        division = make_division()
        by = person_of(make_staff("finance", make_division()).id)

        with pytest.raises(NotFound):
            make_notes(division, by=by)
        for named in ({"fair": make_fair()}, {"enterprise_id": make_enterprise().id}):
            with pytest.raises(NotFound):
                make_notes(division, **named)
        issued = make_notes(division)
        with pytest.raises(NotFound):
            undo_move(issued.id, "Engano", by=by, now=NOW)

    def test_the_rule_sees_a_note_that_nothing_backs(self):
        make_notes(division := make_division())
        changed = sa.update(NoteMove).values(amount_cents=NoteMove.amount_cents + 1)

        db.session.execute(changed)

        assert invariants.broken()[RULE] == [division.id]
        db.session.rollback()


class TestPage:
    @pytest.fixture
    def group(self, monkeypatch, log_in):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        group = make_enterprise()
        log_in(make_staff("finance", group.division))
        return group

    def test_notes_an_exchange_and_takes_it_back(self, client, group):
        fair = make_announced(group)
        typed = {"division_id": group.division_id, "kind": "issued", "amount": "80,00"}
        for _press in range(2):
            client.post("/gestao/moeda-social", data=typed | {"key": "a", "fair_id": fair.id})
        given = typed | {"key": "b", "kind": "redeemed", "enterprise_id": group.id}
        more = client.post("/gestao/moeda-social", data=given)
        wrong = client.post("/gestao/moeda-social", data=given | {"key": "c", "amount": "0,01"})

        assert (more.status_code, wrong.status_code) == (302, 409)
        assert "0,01" in wrong.text
        kept = db.session.scalars(sa.select(NoteMove).order_by(NoteMove.id.desc())).first()
        back = client.post(f"/gestao/moeda-social/{kept.id}/desfeita", data={"reason": "Rasgou"})
        shown = client.get(back.location).text
        assert "Rasgou" in shown
        assert fair.name in shown
        assert shown.count("R$80.00") >= 3  # given out, circulating, kept, and each exchange

    def test_what_is_kept_is_what_the_books_have(self, client, group):
        make_notes(group.division, 80_00)
        backing = AccountName("note_backing", group.division_id).code
        other = sa.update(LedgerAccount).where(LedgerAccount.code == backing)
        for cents, shown in ((79_00, "R$79.00"), (80_00, "R$80.00")):  # in the end as it was
            db.session.execute(other.values(balance_cents=cents))
            db.session.commit()
            assert f"<b>{shown}</b><p" in client.get("/gestao/moeda-social").text

    def test_says_that_the_form_was_sent_before_and_gives_another(self, client, group):
        typed = {"division_id": group.division_id, "kind": "issued", "amount": "80,00"}
        client.post("/gestao/moeda-social", data=typed | {"key": "a\0b"})

        again = client.post("/gestao/moeda-social", data=typed | {"key": "ab", "amount": "8,00"})

        assert again.status_code == 409
        assert "was sent before" in again.text
        (key,) = re.findall(r'name="key"[^>]*value="([^"]*)"', again.text)
        assert len(key) == 32

    @pytest.mark.parametrize("key", ["", " ", "\0"])
    def test_has_a_number_of_its_own(self, client, group, key):
        typed = {"division_id": group.division_id, "kind": "issued", "amount": "80,00"}

        shown = client.post("/gestao/moeda-social", data=typed | {"key": key})

        assert shown.status_code == 422
        assert "number of its own" in shown.text
        assert re.findall(r'name="key"[^>]*value="([^"]{32})"', shown.text)

    @pytest.mark.parametrize("amount", ["", "0", "x", "9" * 40])
    def test_says_what_is_wrong(self, client, group, amount):
        typed = {"division_id": group.division_id, "kind": "issued", "amount": amount, "key": "a"}

        assert client.post("/gestao/moeda-social", data=typed).status_code == 422
        assert db.session.scalar(sa.select(sa.func.count(NoteMove.id))) == 0


def test_a_fair_tells_of_its_notes(app):
    till = make_till()
    goods = make_published(enterprise=till.enterprise, left=9)
    division = till.fair.division
    make_notes(division, 500_00)
    make_notes(division, 60_00, fair=till.fair)
    make_notes(division, 40_00, fair=till.fair, **BACK)
    send(till, told_sale(line(goods), tenders={"social": 25_00}))

    figures = figures_of(till.fair, NOW)

    assert list(fair_names.notes(figures).values()) == [60_00, 25_00, 40_00, 520_00]
    assert "Social currency" in [part["title"] for part in fair_paper.report(figures, [])["parts"]]
    assert any(row[0] == "Social currency" for row in fair_names.sheet(figures, []))


def test_a_fair_without_notes_tells_nothing_of_them(app):
    assert fair_names.notes(figures_of(make_till().fair, NOW)) == {}
