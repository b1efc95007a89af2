"""What the bank answers is read, meets one payout each, and moves the books once."""

from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.payments import bank_codes, bank_return, settings
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import (
    NotABankReturn,
    ReturnCutShort,
    ReturnOfAnotherAccount,
    RowSeen,
    WordsMissing,
)
from marketplace.payments.models.bank_returns import BankReturn, BankReturnRow, Outcome, WhyOpen
from marketplace.payments.models.payouts import PayoutState
from marketplace.payments.operations import bank_returns, payouts
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.accounts import make_division
from tests.factories.bank_returns import END, bring, make_answer, put
from tests.factories.enterprises import make_member
from tests.factories.payouts import batch_of, finance, make_approved, make_batch, payout_of

P = PayoutState


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def batch(division):
    return make_approved(5_000, 7_501, division=division)


def read(content):
    return bank_return.read(content, settings.payer())


def rows(return_id=None):
    db.session.expire_all()
    asked = sa.select(BankReturnRow).order_by(BankReturnRow.return_id, BankReturnRow.number)
    found = db.session.scalars(asked).all()
    return [row for row in found if return_id in (None, row.return_id)]


def outcomes(return_id=None):
    return [(row.outcome, row.why) for row in rows(return_id)]


def states(batch):
    return [payout.state for payout in batch_of(batch.id).payouts]


def flying(payout):
    return -balance(AccountName("payout_flight", payout.enterprise_id))


def payable(payout):
    return -balance(AccountName("payable", payout.enterprise_id))


class TestRead:
    def test_tells_each_payment_with_its_number_amount_day_and_codes(self, batch):
        first, second = batch.payouts

        told = read(make_answer(batch, {second.id: "AGZA"}))

        assert [line.payout_id for line in told] == [first.id, second.id]
        assert [line.cents for line in told] == [5_000, 7_501]
        assert [line.codes for line in told] == [("00",), ("AG", "ZA")]
        assert told[0].paid_on == date(2026, 12, 1)
        assert told[0].bank_number == f"E{first.id:019d}"
        assert not told[0].taken_back

    def test_takes_the_number_of_the_segment_that_proves_it(self, batch):
        lines = make_answer(batch).decode().split(END)
        proof = put(put(put(lines[2], 14, "Z"), 15, " " * 226), 79, "AUT123")
        lines.insert(4, proof)
        lines[-2] = put(lines[-2], 24, f"{len(lines) - 1:06d}")

        assert read(END.join(lines).encode())[0].bank_number == "AUT123"

    def test_takes_records_whose_blank_end_was_cut(self, batch):
        cut = "\n".join(line.rstrip() for line in make_answer(batch).decode().splitlines())

        assert len(read(cut.encode() + b"\n\x1a")) == 2

    @pytest.mark.parametrize(
        "content",
        [b"", b"\0" * 500, b"a,b\n1,2", b"x" * 1_000_001, b"\xff" * 240 + b"\n" + b"\xff" * 240],
    )
    def test_refuses_what_is_no_such_file(self, rolled_back, content):
        with pytest.raises((NotABankReturn, ReturnCutShort)):
            read(content)

    def test_fills_no_more_records_than_such_a_file_has(self, batch):
        lines = make_answer(batch).decode().split(END)
        many = [*lines[:-2], *["x"] * 5_000, put(lines[-2], 24, f"{len(lines) - 1 + 5_000:06d}")]
        with pytest.raises(NotABankReturn):
            read(END.join(many).encode())

    def test_refuses_our_own_file(self, batch):
        with pytest.raises(NotABankReturn):
            read(put(make_answer(batch).decode(), 143, "1").encode())

    @pytest.mark.parametrize("kept", [-3, -4])
    def test_refuses_a_file_that_was_cut(self, batch, kept):
        lines = make_answer(batch).decode().split(END)
        with pytest.raises(ReturnCutShort):
            read(END.join(lines[:kept]).encode())
        with pytest.raises(ReturnCutShort):
            read(END.join([*lines[:3], *lines[4:]]).encode())

    @pytest.mark.parametrize(("position", "words"), [(1, "999"), (19, "9" * 14), (59, "7" * 12)])
    def test_refuses_the_file_of_another_account(self, batch, position, words):
        with pytest.raises(ReturnOfAnotherAccount):
            read(put(make_answer(batch).decode(), position, words).encode())

    @pytest.mark.parametrize("ours", ["9" * 20, "ABC", "-1", "²", " "])
    def test_knows_no_payout_by_what_is_no_number_of_one(self, batch, ours):
        (line, *_others) = read(make_answer(batch, at_74=f"{ours:20}"))
        assert line.payout_id is None

    def test_keeps_no_codes_apart_from_their_words(self):
        assert bank_codes.said("Conta encerrada") == "Conta encerrada"
        assert bank_codes.said("CNAB AG").endswith("not valid. (AG)")
        assert "ask the bank" in bank_codes.said("CNAB X9")
        assert not bank_codes.REFUSED & (bank_codes.PAID | bank_codes.TAKEN_IN | bank_codes.NOTED)


class TestTakeIn:
    def test_confirms_what_was_paid_and_gives_back_what_was_refused(self, batch):
        first, second = batch.payouts
        bank = balance(AccountName("bank"))

        bring(batch, make_answer(batch, {second.id: "AT"}))

        assert outcomes() == [(Outcome.PAID, ""), (Outcome.REFUSED, "")]
        assert states(batch) == [P.CONFIRMED, P.RETURNED]
        assert payout_of(first.id).proof == f"E{first.id:019d}"
        assert "CPF or CNPJ" in bank_codes.said(payout_of(second.id).why)
        assert balance(AccountName("bank")) == bank - 5_000
        assert (flying(second), payable(second)) == (0, 7_501)

    def test_twice_is_the_same(self, batch):
        content = make_answer(batch)
        made = bring(batch, content)
        bank = balance(AccountName("bank"))

        assert bring(batch, content) == made
        assert (len(rows()), balance(AccountName("bank"))) == (2, bank)

    def test_what_another_file_says_again_is_known(self, batch):
        said = {batch.payouts[1].id: "AG"}
        bring(batch, make_answer(batch, said))

        again = bring(batch, make_answer(batch, said, at_94="02122026"))

        assert outcomes(again) == [(Outcome.KNOWN, "")] * 2
        assert states(batch) == [P.CONFIRMED, P.RETURNED]

    @pytest.mark.parametrize("codes", ["BD", "BDZA"])
    def test_what_the_bank_only_took_in_moves_nothing(self, batch, codes):
        bring(batch, make_answer(batch, dict.fromkeys([p.id for p in batch.payouts], codes)))

        assert outcomes() == [(Outcome.TAKEN_IN, "")] * 2
        assert states(batch) == [P.APPROVED] * 2

    @pytest.mark.parametrize("codes", ["", "X9", "00AG", "00BD", "ZA"])
    def test_what_its_codes_do_not_say_waits_for_a_person(self, batch, codes):
        bring(batch, make_answer(batch, {batch.payouts[0].id: codes}))

        assert outcomes()[0] == (Outcome.OPEN, WhyOpen.CODE)
        assert states(batch) == [P.APPROVED, P.CONFIRMED]

    def test_another_amount_waits_for_a_person(self, batch):
        bring(batch, make_answer(batch, at_163=f"{7_501:015d}"))

        assert outcomes() == [(Outcome.OPEN, WhyOpen.AMOUNT), (Outcome.PAID, "")]

    def test_a_number_of_nothing_waits_for_a_person(self, batch):
        bring(batch, make_answer(batch, at_74=f"{999_999:<20}"))

        assert outcomes() == [(Outcome.OPEN, WhyOpen.NO_PAYOUT)] * 2
        assert states(batch) == [P.APPROVED] * 2

    def test_two_records_of_one_payout_move_it_once(self, batch):
        first = batch.payouts[0]
        bring(batch, make_answer(batch, at_74=f"{first.id:<20}", at_163=f"{5_000:015d}"))

        assert outcomes() == [(Outcome.PAID, ""), (Outcome.KNOWN, "")]
        assert states(batch) == [P.CONFIRMED, P.APPROVED]

    def test_a_payout_of_another_division_is_left_to_that(self, batch, division):
        other = make_approved(3_000)
        bring(batch, make_answer(other))

        assert outcomes() == [(Outcome.ELSEWHERE, "")]
        assert rows()[0].payout_id is None
        assert states(other) == [P.APPROVED]
        bring(other, make_answer(other))
        assert states(other) == [P.CONFIRMED]

    def test_what_came_back_after_it_was_confirmed_is_for_another_person(self, batch):
        bring(batch, make_answer(batch))
        bring(batch, make_answer(batch, at_15="3"))

        assert outcomes()[2:] == [(Outcome.OPEN, WhyOpen.CAME_BACK)] * 2
        assert states(batch) == [P.CONFIRMED] * 2

    def test_what_came_back_before_anybody_knew_it_paid_is_payable(self, batch):
        bring(batch, make_answer(batch, at_15="3", at_231=" " * 10))

        assert states(batch) == [P.RETURNED] * 2
        assert "came back from the bank" in bank_codes.said(payout_of(batch.payouts[0].id).why)

    def test_what_ended_otherwise_here_waits_for_a_person(self, batch):
        by = {"by": finance(batch.division), "now": clock.now()}
        payouts.return_payout(batch.payouts[0].id, reason="Conta encerrada", **by)

        bring(batch, make_answer(batch))

        assert outcomes() == [(Outcome.OPEN, WhyOpen.STATE), (Outcome.PAID, "")]

    def test_of_their_own_group_another_person_decides(self, batch, division):
        own = finance(division)
        make_member(batch.payouts[0].enterprise, user_id=own.id)

        bring(batch, make_answer(batch), own)

        assert outcomes() == [(Outcome.OPEN, WhyOpen.OWN), (Outcome.PAID, "")]
        with pytest.raises(OwnEnterprise):
            look(rows()[0], own)

    def test_a_lot_that_was_refused_whole_waits_for_a_person(self, batch):
        lines = make_answer(batch).decode().split(END)
        lot = [lines[0], put(lines[1], 231, "HF"), lines[-3], put(lines[-2], 24, "000004"), ""]

        bring(batch, END.join(lot).encode())

        assert outcomes() == [(Outcome.OPEN, WhyOpen.LOT)]

    def test_a_lot_that_was_taken_in_says_nothing(self, batch):
        lines = make_answer(batch).decode().split(END)
        lines[1] = put(lines[1], 231, "BD")

        bring(batch, END.join(lines).encode())

        assert outcomes() == [(Outcome.PAID, "")] * 2

    def test_what_waits_to_be_approved_is_not_the_bank_s(self, division, batch):
        waits = make_batch(1_900, division=division)
        bring(batch, make_answer(batch, at_74=f"{waits.payouts[0].id:<20}", at_163=f"{1_900:015d}"))

        assert set(outcomes()) == {(Outcome.OPEN, WhyOpen.STATE)}
        assert states(waits) == [P.PREPARED]

    def test_is_nothing_of_another_division(self, batch):
        with pytest.raises(NotFound):
            bring(batch, make_answer(batch), finance(make_division()))
        assert db.session.scalars(sa.select(BankReturn)).all() == []


def look(row, by, note="Falei com o banco"):
    bank_returns.note_seen(row.id, note=note, by=by, now=clock.now())


class TestNoteSeen:
    @pytest.fixture
    def row(self, batch):
        bring(batch, make_answer(batch, {batch.payouts[0].id: "X9"}))
        return rows()[0]

    def test_keeps_who_when_and_what(self, row, division):
        by = finance(division)
        look(row, by)

        (seen, _paid) = rows()
        assert (seen.outcome, seen.why) == (Outcome.SEEN, WhyOpen.CODE)
        assert (seen.note, seen.seen_by_id) == ("Falei com o banco", by.id)

    def test_is_done_once(self, row, division):
        look(row, finance(division))
        with pytest.raises(RowSeen):
            look(row, finance(division))

    def test_needs_a_word(self, row, division):
        with pytest.raises(WordsMissing):
            look(row, finance(division), " ")

    def test_is_nothing_of_another_division(self, row):
        with pytest.raises(NotFound):
            look(row, finance(make_division()))


class TestRule:
    NAME = "payments.each_answer_of_the_bank_moved_its_payout"

    @pytest.mark.parametrize("codes", ["00", "AG"])
    def test_misses_another_amount(self, batch, codes):
        bring(batch, make_answer(batch, {batch.payouts[0].id: codes}))
        assert self.NAME not in invariants.broken()

        rows()[0].payout.amount_cents += 1
        db.session.flush()

        assert invariants.broken()[self.NAME] == [rows()[0].id]
        db.session.rollback()

    def test_misses_what_never_was_in_the_books(self, batch):
        bring(batch, make_answer(batch, {batch.payouts[0].id: "BD"}))

        rows()[0].outcome = Outcome.REFUSED
        db.session.flush()

        assert invariants.broken()[self.NAME] == [rows()[0].id]
        db.session.rollback()
