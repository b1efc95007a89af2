import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalogue.fair_price import (
    BOUGHT,
    SHARES,
    Concern,
    LineInput,
    Recipe,
    concerns,
    groups_of,
    hour_for,
    lines_for,
    minutes_of,
    price_for,
    real_hour,
    recipe_of,
    rest_of,
    shown_groups,
)
from marketplace.catalogue.models.prices import GROUP_OF, LineKind

BASKET = Recipe(
    costs={LineKind.MATERIAL: 1290, LineKind.TRANSPORT: 860},
    shares={LineKind.FUND: 50, LineKind.PAYMENT_FEE: 50},
    hours=6000,
    hour_cents=932,
)
recipes = st.builds(
    Recipe,
    costs=st.dictionaries(st.sampled_from(BOUGHT), st.integers(0, 50_000)),
    shares=st.dictionaries(st.sampled_from(SHARES), st.integers(0, 300)),
    hours=st.integers(0, 200_000),
    hour_cents=st.none() | st.integers(0, 10_000),
)
prices = st.integers(1, 2_000_000)
settled = settings(derandomize=True, max_examples=300, deadline=None)


class TestGroups:
    def test_knows_the_group_of_every_kind_of_line(self):
        assert GROUP_OF.keys() == set(LineKind)

    def test_sums_the_lines_by_group(self):
        assert groups_of(lines_for(8600, BASKET)).parts == (5590, 1290, 860, 430, 430)

    def test_are_shown_only_while_they_add_up_to_the_price(self):
        lines = lines_for(8600, BASKET)

        assert shown_groups(8600, lines).sum == 8600
        assert shown_groups(8601, lines) is None
        assert shown_groups(8600, []) is None

    @settled
    @given(prices, recipes)
    def test_add_up_wherever_the_price_covers_what_is_bought(self, price, recipe):
        groups = shown_groups(price, lines_for(price, recipe))

        assert (groups is None) == (rest_of(price, recipe) < 0 or not lines_for(price, recipe))
        if groups:
            assert groups.sum == price
            assert min(groups.parts) >= 0


class TestHoursToPrice:
    def test_gives_the_price_of_the_mockup(self):
        assert price_for(BASKET) == 8602

    @settled
    @given(recipes)
    def test_is_the_least_price_that_pays_the_hours(self, recipe):
        price, wanted = price_for(recipe), recipe.work(recipe.hour_cents or 0)

        assert rest_of(price, recipe) >= wanted
        assert price == 0 or rest_of(price - 1, recipe) < wanted

    def test_refuses_shares_that_leave_nothing(self):
        with pytest.raises(ValueError, match="leave nothing"):
            price_for(Recipe(shares={LineKind.TAXES: 901}, hours=1))


class TestPriceToHour:
    def test_says_what_an_hour_is_left_with(self):
        assert hour_for(8600, BASKET) == 931

    def test_has_no_answer_without_hours(self):
        assert hour_for(8600, Recipe()) is None
        assert real_hour(8600, [LineInput(LineKind.SURPLUS, 8600)]) is None

    def test_is_below_zero_where_the_costs_exceed_the_price(self):
        assert hour_for(1000, BASKET) < 0

    @settled
    @given(recipes.filter(lambda recipe: recipe.hours > 0))
    def test_undoes_hours_to_price(self, recipe):
        hour = hour_for(price_for(recipe, 1500), recipe)

        assert hour >= 1500

    @settled
    @given(prices, recipes)
    def test_agrees_with_the_lines_that_are_kept(self, price, recipe):
        if rest_of(price, recipe) >= 0:
            assert real_hour(price, lines_for(price, recipe)) == hour_for(price, recipe)


class TestLines:
    def test_pay_labour_first_and_leave_the_rest_as_surplus(self):
        lines = {line.kind: line.total for line in lines_for(10_000, BASKET)}

        assert lines[LineKind.LABOUR] == 5592
        assert lines[LineKind.SURPLUS] == 10_000 - 2150 - 1000 - 5592

    def test_pay_an_hour_less_where_the_price_does_not_reach(self):
        labour = next(x for x in lines_for(5000, BASKET) if x.kind is LineKind.LABOUR)

        assert (labour.total, labour.unit_cost_cents) == (2350, 932)

    @settled
    @given(prices, recipes)
    def test_read_back_as_the_recipe_they_were_written_from(self, price, recipe):
        back = recipe_of(price, lines_for(price, recipe))

        assert {k: v for k, v in recipe.costs.items() if v} == back.costs
        assert {k: v for k, v in recipe.shares.items() if v} == back.shares
        assert back.hours == recipe.hours

    def test_read_a_share_told_as_an_amount(self):
        back = recipe_of(8600, [LineInput(LineKind.FUND, 430)])

        assert back.shares == {LineKind.FUND: 50}

    @pytest.mark.parametrize(("thousandths", "minutes"), [(12, 1), (6000, 360), (1500, 90)])
    def test_count_minutes_of_work(self, thousandths, minutes):
        assert minutes_of([LineInput(LineKind.LABOUR, 900, thousandths)]) == minutes


class TestConcerns:
    def test_has_none_at_the_price_that_pays_everything(self):
        assert concerns(price_for(BASKET), BASKET, 737) == []

    def test_warns_of_a_price_under_its_cost_with_the_price_to_use(self):
        under, _hour = concerns(6000, BASKET, 737)

        assert (under.concern, under.use_cents) == (Concern.UNDER_COST, 8602)

    @pytest.mark.parametrize(("price", "warns"), [(7302, False), (7301, True)])
    def test_warns_of_an_hour_under_the_floor_with_the_price_to_use(self, price, warns):
        recipe = Recipe(BASKET.costs, BASKET.shares, BASKET.hours)
        found = concerns(price, recipe, 737)

        assert [c.concern for c in found] == [Concern.UNDER_WAGE] * warns
        assert all(c.use_cents == 7302 and c.floor_cents == 737 for c in found)

    def test_has_nothing_to_say_of_a_product_without_a_price(self):
        assert concerns(0, BASKET, 737) == []

    @settled
    @given(prices, recipes, st.integers(1, 2000))
    def test_has_none_left_after_using_the_price_it_names(self, price, recipe, floor):
        found = concerns(price, recipe, floor)
        if found:
            assert concerns(max(c.use_cents for c in found), recipe, floor) == []
