"""Each rule of money that was found to be somebody's finds the row that breaks it."""

import pytest
import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.payments import postings
from marketplace.payments.operations import identifying, ledger, releasing
from marketplace.payments.postings import money_unidentified
from tests import books
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

BY = {"by": HOUSE, "now": NOW}


@pytest.fixture
def entry_id():
    return ledger.post(money_unidentified(500), ("movement", 1), **BY)


@operation
def run(statement, **values):
    db.session.execute(sa.text(statement), values)


def test_a_word_that_the_books_do_not_have(entry_id):
    run(
        "INSERT INTO identifications (entry_id, amount_cents, reason, decided_at)"
        " SELECT id, 500, 'x', posted_at FROM ledger_entries WHERE id = :entry_id",
        entry_id=entry_id,
    )

    assert list(books.faults("payments.")) == ["payments.each_word_on_an_owner_is_in_the_books"]


def test_what_was_released_in_part(entry_id):
    owner = make_enterprise()
    word_id = identifying.identify(entry_id, enterprise_id=owner.id, reason="x", **BY)
    ledger.post(postings.share_released(owner.id, 499), (releasing.WORD, word_id), **BY)

    assert list(books.faults("payments.")) == ["payments.what_was_found_is_released_whole_or_not"]
