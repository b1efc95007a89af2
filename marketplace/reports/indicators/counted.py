"""Indicators of stalls, people, products, reservations and buyers, for a group of enterprises."""

from collections import Counter
from collections.abc import Collection

from marketplace.reports.indicators.asked import Value
from marketplace.reports.indicators.records import Buyers, Goods, People, Reserved, Seller, Stand
from marketplace.reports.indicators.sold import Sums, total

Ids = Collection[int]


def sales_per_place(of: list[Sums], stands: list[Stand], ids: Ids) -> Value:
    """Return what was sold at fairs ÷ places that were used, in centavos."""
    used = [stand for stand in stands if stand.came and stand.enterprise_id in ids]
    told = sum(stand.told for stand in used)
    return Value(total(of, "at_fairs_cents"), len(used), told, len(used))


def place_use(stands: list[Stand], offered: int) -> Value:
    """Return places used ÷ offered; covered are the stalls of which somebody said who came."""
    marked = sum(stand.told or stand.mark is not None for stand in stands)
    return Value(sum(stand.came for stand in stands), offered, marked, len(stands))


def report_rate(stands: list[Stand], ids: Ids) -> Value:
    """Return stalls that told what they sold ÷ stalls that were there."""
    theirs = [stand for stand in stands if stand.enterprise_id in ids]
    expected = [stand for stand in theirs if stand.expected]
    told = sum(stand.told for stand in expected)
    return Value(told, len(expected), len(expected), len(theirs))


def rotation(stands: list[Stand], sellers: list[Seller]) -> Value:
    """Return enterprises that came to a fair ÷ approved enterprises."""
    places = _places(stands, sellers)
    came = sum(number > 0 for number in places)
    return Value(came, len(places), len(places), len(sellers))


def inequality(stands: list[Stand], sellers: list[Seller]) -> Value:
    """Return the Gini coefficient of the places of approved enterprises, 0: all had as many.

    **Source:** Gini: the mean difference of all pairs ÷ twice the mean.
    """
    places = sorted(_places(stands, sellers))
    number = len(places)
    apart = sum((2 * at - number - 1) * count for at, count in enumerate(places, start=1))
    return Value(apart, number * sum(places), number, len(sellers))


def _places(stands: list[Stand], sellers: list[Seller]) -> list[int]:
    used = Counter(stand.enterprise_id for stand in stands if stand.came)
    return [used[seller.id] for seller in sellers if seller.approved]


def women_members(people: list[People], ids: Ids) -> Value:
    """Return women ÷ members whose sex is told.

    **Source:** Lei 15.068/2024, art. 4: who takes part decides; asked as in the mapping of SIES.
    """
    theirs = [each for each in people if each.enterprise_id in ids]
    known = sum(each.known for each in theirs)
    return Value(sum(each.women for each in theirs), known, known, sum(e.members for e in theirs))


def women_on_boards(people: list[People], ids: Ids) -> Value:
    """Return women on boards ÷ people on boards; covered are enterprises that name a board."""
    theirs = [each for each in people if each.enterprise_id in ids]
    women = sum(each.women_on_board for each in theirs)
    named = sum(each.board > 0 for each in theirs)
    return Value(women, sum(each.board for each in theirs), named, len(theirs))


def open_prices(goods: list[Goods], ids: Ids) -> Value:
    """Return products whose parts add up to the price ÷ products on sale."""
    theirs = [each for each in goods if each.enterprise_id in ids]
    all_of_them = sum(each.published for each in theirs)
    return Value(sum(each.composed for each in theirs), all_of_them, all_of_them, all_of_them)


def kept(reserved: list[Reserved], ids: Ids) -> Value:
    """Return orders that were collected ÷ orders that were to be, those still open left out."""
    theirs = [each for each in reserved if each.enterprise_id in ids]
    collected, missed = sum(e.collected for e in theirs), sum(e.missed for e in theirs)
    ended = collected + missed
    return Value(collected, ended, ended, ended + sum(each.open for each in theirs))


def new_buyers(buyers: Buyers) -> Value:
    """Return people who bought for the first time ÷ people who bought, by mobile number."""
    return Value(buyers.new, buyers.buyers, buyers.purchases, buyers.purchases + buyers.at_tills)


def returning_buyers(buyers: Buyers) -> Value:
    """Return people with a second purchase, in the period or before ÷ people who bought."""
    return Value(buyers.again, buyers.buyers, buyers.purchases, buyers.purchases + buyers.at_tills)
