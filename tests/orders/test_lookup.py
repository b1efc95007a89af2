from datetime import timedelta

import pytest

from marketplace.core import mail
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.errors import LookupFailed
from marketplace.orders.operations import lookup
from marketplace.orders.operations.checkout import Buyer
from tests.factories.clock import NOW
from tests.factories.orders import make_order, seller_of, work

MOBILE = "92 99999 0000"
HALF_AN_HOUR, SECOND = timedelta(minutes=30), timedelta(seconds=1)


def issue(order):
    return lookup.issue_lookup_code(order.id, by=seller_of(order), now=NOW)


def find(order, code, mobile=MOBILE, now=NOW):
    return lookup.find_purchase(order.purchase.number, mobile, code, now=now)


def other_than(code):
    return "000000" if code != "000000" else "111111"


class TestFindPurchase:
    def test_opens_with_number_mobile_and_code(self):
        order = make_order()

        assert find(order, issue(order)) == order.purchase.link_key

    def test_refuses_alike_whatever_does_not_fit(self):
        order = make_order()
        code = issue(order)

        for number, mobile, typed in (
            (order.purchase.number, MOBILE, other_than(code)),
            (order.purchase.number, "92 99999 0001", code),
            (order.purchase.number, "none", code),
            (order.purchase.number + 1, MOBILE, code),
        ):
            with pytest.raises(LookupFailed):
                lookup.find_purchase(number, mobile, typed, now=NOW)

    @pytest.mark.parametrize(("late", "opens"), [(-SECOND, True), (timedelta(0), False)])
    def test_opens_for_half_an_hour(self, late, opens):
        order = make_order()
        code, now = issue(order), NOW + HALF_AN_HOUR + late

        if opens:
            assert find(order, code, now=now)
        else:
            with pytest.raises(LookupFailed):
                find(order, code, now=now)

    @pytest.mark.parametrize(("wrong", "opens"), [(4, True), (5, False)])
    def test_opens_at_the_fifth_try_at_the_latest(self, wrong, opens):
        order = make_order()
        code = issue(order)
        for _try in range(wrong):
            with pytest.raises(LookupFailed):
                find(order, other_than(code))

        if opens:
            assert find(order, code)
        else:
            with pytest.raises(LookupFailed):
                find(order, code)

    def test_opens_once_and_only_with_the_last_code(self):
        order = make_order()
        first, second = issue(order), issue(order)
        if first != second:
            with pytest.raises(LookupFailed):
                find(order, first)

        find(order, second)
        with pytest.raises(LookupFailed):
            find(order, second)


class TestIssueLookupCode:
    def test_is_for_those_who_sell_a_part_of_it(self):
        order, other = make_order(), make_order()

        with pytest.raises(NotFound):
            lookup.issue_lookup_code(order.id, by=seller_of(other), now=NOW)
        with pytest.raises(NotFound):
            lookup.issue_lookup_code(order.id, by=VISITOR, now=NOW)
        assert len(lookup.issue_lookup_code(order.id, by=HOUSE, now=NOW)) == 6


class TestMailLookupCode:
    def test_sends_it_to_the_address_of_the_purchase(self, letters):
        order = make_order(buyer=Buyer("Lúcia", MOBILE, "lucia@example.org", "en"))

        lookup.mail_lookup_code(order.purchase.number, MOBILE, by=VISITOR, now=NOW)
        work()

        (letter,) = [one for one in mail.kept() if "find order" in one.subject]
        code = letter.text.partition("this code: ")[2][:6]
        assert find(order, code) == order.purchase.link_key

    def test_does_nothing_for_who_does_not_know_the_number(self, letters):
        make_order(buyer=Buyer("Lúcia", MOBILE, "lucia@example.org", "en"))

        lookup.mail_lookup_code(1, MOBILE, by=VISITOR, now=NOW)
        work()

        assert not [one for one in mail.kept() if "find order" in one.subject]
