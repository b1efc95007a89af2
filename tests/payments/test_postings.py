"""What each event writes into the books: whatever the amounts, it adds up to nothing."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.payments import desk_postings, due_postings, note_postings, postings
from marketplace.payments.chart import CHART, AccountName
from marketplace.payments.desk_postings import DeskReturn
from marketplace.payments.models.ledger import EntryKind, Side
from marketplace.payments.postings import RefundPart

CENTS = st.integers(1, 10**9)
SHARES = st.dictionaries(st.integers(1, 5), CENTS, min_size=1, max_size=5)
ONE, FUND, FAIR = 1, 2, 3


def part(**given):
    return RefundPart(ONE, **{"net_cents": 900, "fee_cents": 40, "fund_cents": 60} | given)


def told(posting):
    return {name.code: cents for name, cents in posting.amounts.items()}


class TestChart:
    @pytest.mark.parametrize(
        ("base", "owner"), [("gold", None), ("bank", 7), ("payable", None), ("fund", None)]
    )
    def test_knows_no_other_account(self, base, owner):
        with pytest.raises(ValueError, match=base):
            AccountName(base, owner)

    def test_tells_an_enterprise_only_where_it_owns_the_account(self):
        assert AccountName("payable", 7).enterprise_id == 7
        assert AccountName("fund", 7).enterprise_id is None


class TestOnePayment:
    def test_a_hundred_reais_for_three_end_where_they_belong(self):
        shares = {1: 3334, 2: 3333, 3: 3333}
        books = Counter()
        for posting in (
            postings.payment_succeeded(shares),
            postings.provider_settled(10000, 439),
            postings.fee_shared({1: 147, 2: 146, 3: 146}),
            postings.fund_contributed({FUND: {1: 33, 2: 33, 3: 33}}),
            postings.share_released(1, 3154),
            postings.payout_ordered(1, 3154),
            postings.payout_confirmed(1, 3154),
        ):
            books.update(told(posting))

        assert {code: cents for code, cents in books.items() if cents} == {
            "stripe": 9561,
            "stripe_fees": 439,
            "fees_recovered": -439,
            "fund:2": -99,
            "pending:2": -3154,
            "pending:3": -3154,
            "bank": -3154,
        }


class TestRefundApproved:
    def test_takes_from_what_is_not_released_and_gives_the_fund_its_part_back(self):
        assert told(postings.refund_approved([part(fund_id=FUND)])) == {
            "pending:1": 900,
            "fund:2": 60,
            "losses": 40,
            "refund_due": -1000,
        }

    def test_makes_a_debt_of_what_an_enterprise_lacks(self):
        lacking = part(fund_id=FUND, released=True, payable_cents=250)

        assert told(postings.refund_approved([lacking])) == {
            "payable:1": 250,
            "debt:1": 650,
            "fund:2": 60,
            "losses": 40,
            "refund_due": -1000,
        }

    def test_lets_who_caused_it_bear_the_fee(self):
        assert told(postings.refund_approved([part(fund_id=FUND, at_fault=True)])) == {
            "pending:1": 900,
            "fund:2": 60,
            "debt:1": 40,
            "refund_due": -1000,
        }


class TestCashDeposited:
    @pytest.mark.parametrize(
        ("counted", "difference"),
        [(980, {"losses": 20}), (1030, {"unidentified": -30}), (1000, {})],
    )
    def test_says_what_lacks_or_is_over(self, counted, difference):
        posting = postings.cash_deposited(FAIR, told=1000, counted=counted)

        assert told(posting) == {"bank": counted, "cash_box:3": -1000} | difference


PAIRS = [
    *(postings.share_released, postings.transfer_reversed),
    *(postings.payout_ordered, postings.payout_confirmed, postings.payout_returned),
    *(postings.debt_offset, postings.debt_forgiven, postings.direct_sale),
    postings.direct_sale_returned,
]
AMOUNTS = [
    *(postings.refund_sent, postings.refund_paid_by_hand, postings.refund_failed),
    *(postings.dispute_won, postings.sweep_begun, postings.sweep_arrived, postings.sweep_failed),
    *(postings.money_unidentified, postings.money_identified),
]


class TestEveryPosting:
    @settings(derandomize=True, deadline=None)
    @given(shares=SHARES, cents=CENTS, less=CENTS, released=st.booleans())
    def test_adds_up_to_nothing(self, shares, cents, less, released):
        parts = [RefundPart(e, net, less, 1, FUND, released, cents) for e, net in shares.items()]
        made = [
            *(of(shares) for of in (postings.payment_succeeded, postings.machine_sale)),
            *(postings.fee_shared(shares), postings.fund_contributed({FUND: shares})),
            *(
                of(cents + less, less)
                for of in (postings.provider_settled, postings.machine_settled)
            ),
            *(of(ONE, cents) for of in PAIRS),
            *(of(cents) for of in AMOUNTS),
            postings.transferred(ONE, cents, less),
            *(of(parts) for of in (postings.refund_approved, postings.dispute_lost)),
            *(postings.dispute_opened(cents, less), postings.cash_taken(FAIR, shares)),
            postings.cash_deposited(FAIR, told=cents, counted=less),
            *(
                of(ONE, FUND, cents)
                for of in (due_postings.fund_due, due_postings.fund_due_lowered)
            ),
            postings.fund_spent(FUND, cents),
            postings.fund_debt_paid({FUND: cents}),
            desk_postings.cash_handed_on(FAIR, ONE, cents),
            desk_postings.stall_fee_kept(ONE, cents),
            *(of(FAIR, cents) for of in (note_postings.notes_issued, note_postings.notes_redeemed)),
            desk_postings.desk_returned(DeskReturn(FAIR, ONE, cents, less, less, less)),
        ]

        assert [posting.kind for posting in made if sum(posting.amounts.values())] == []
        assert {*EntryKind} - {posting.kind for posting in made} == {EntryKind.CORRECTION}

    def test_every_account_of_the_chart_has_a_side(self):
        assert {side for _nature, side in CHART.values()} == {*Side}
