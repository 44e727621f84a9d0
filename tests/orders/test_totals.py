"""What an order comes to: rules that hold whatever is bought, at whatever price and rate."""

from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shop.models import Order, TaxRate
from shop.money import MOST
from shop.reckoning import Item, reckon, shared_by, tax_by_rate, tax_within
from tests.makers import make_book, make_order

PENNY = Decimal("0.01")
NOTHING = Decimal("0.00")


def pounds(most: str = "500.00") -> st.SearchStrategy[Decimal]:
    return st.decimals(0, most, places=2, allow_nan=False, allow_infinity=False)


RATES = st.sampled_from([Decimal(rate) for rate in ("0", "4", "5.5", "9", "20", "23", "25.5")])
ITEMS = st.builds(Item, unit_price=pounds(), quantity=st.integers(1, 99), tax_rate=RATES)
BASKETS = st.lists(ITEMS, min_size=1, max_size=12)


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


@given(BASKETS, pounds("30.00"), pounds("3000.00"))
def test_lines_less_discounts_and_with_delivery_are_the_total(items, shipping, discount):
    totals = reckon(items, shipping=shipping, discount=discount)

    assert totals.items_total == total(line.total for line in totals.lines)
    assert totals.items_total == total(item.unit_price * item.quantity for item in items)
    assert totals.discount == total(line.discount for line in totals.lines)
    assert totals.shipping == shipping
    assert totals.total == totals.items_total - totals.discount + totals.shipping


@given(BASKETS, pounds("30.00"), pounds("3000.00"))
def test_the_tax_is_within_what_bears_it(items, shipping, discount):
    totals = reckon(items, shipping=shipping, discount=discount)

    assert all(0 <= line.tax <= line.total - line.discount for line in totals.lines)
    assert 0 <= totals.shipping_tax <= totals.shipping
    assert 0 <= totals.tax <= totals.total
    assert totals.tax == total(line.tax for line in totals.lines) + totals.shipping_tax


@given(BASKETS, pounds("30.00"), pounds("3000.00"))
def test_the_parts_by_rate_are_the_whole(items, shipping, discount):
    totals = reckon(items, shipping=shipping, discount=discount)

    assert total(part.gross for part in totals.by_rate) == totals.total
    assert total(part.tax for part in totals.by_rate) == totals.tax
    assert total(part.net for part in totals.by_rate) == totals.total - totals.tax
    assert all(part.gross >= 0 and part.net >= 0 and part.tax >= 0 for part in totals.by_rate)
    assert {part.rate for part in totals.by_rate} == {item.tax_rate for item in items}


@given(BASKETS, pounds("30.00"), pounds("3000.00"))
def test_no_line_is_off_its_exact_tax_by_more_than_half_a_penny(items, shipping, discount):
    for line in reckon(items, shipping=shipping, discount=discount).lines:
        exact = (line.total - line.discount) * line.tax_rate / (100 + line.tax_rate)
        assert abs(line.tax - exact) <= PENNY / 2


@given(BASKETS, pounds("3000.00"))
def test_no_discount_is_above_what_it_is_taken_from(items, discount):
    totals = reckon(items, discount=discount)

    assert totals.discount == min(discount, totals.items_total)
    assert all(0 <= line.discount <= line.total for line in totals.lines)
    assert totals.total >= 0


@given(BASKETS, pounds("30.00"))
def test_a_discount_of_everything_leaves_the_delivery(items, shipping):
    totals = reckon(items, shipping=shipping, discount=MOST)

    assert totals.total == shipping
    assert all(line.tax == 0 for line in totals.lines)


@given(BASKETS, st.randoms(use_true_random=False), pounds("30.00"), pounds("3000.00"))
def test_the_order_of_the_lines_moves_no_sum_and_no_tax_by_more_than_a_penny_a_line(
    items, shuffler, shipping, discount
):
    """Odd pennies of a discount go to one of several equal lines; without one nothing moves at all."""
    shuffled = items.copy()
    shuffler.shuffle(shuffled)
    one = reckon(items, shipping=shipping, discount=discount)
    other = reckon(shuffled, shipping=shipping, discount=discount)

    assert (one.items_total, one.discount, one.total) == (other.items_total, other.discount, other.total)
    assert abs(one.tax - other.tax) <= PENNY * len(items)
    assert reckon(items, shipping=shipping).by_rate == reckon(shuffled, shipping=shipping).by_rate


@given(BASKETS, pounds("30.00"), pounds("3000.00"))
def test_what_lines_have_kept_tells_their_tax_by_rate_again(items, shipping, discount):
    totals = reckon(items, shipping=shipping, discount=discount)

    assert tax_by_rate(totals.lines, shipping=shipping) == (totals.by_rate, totals.shipping_tax)


@given(pounds("5000.00"), st.lists(pounds(), min_size=1, max_size=9))
def test_shares_sum_to_what_is_shared_and_are_fair_to_the_penny(amount, weights):
    shares = shared_by(amount, weights)

    assert total(shares) == amount
    assert all(share >= 0 for share in shares)
    if whole := total(weights):
        assert all(
            abs(share - amount * weight / whole) < PENNY
            for share, weight in zip(shares, weights, strict=True)
        )


@given(st.lists(pounds(), min_size=1, max_size=9), st.data())
def test_nobody_is_given_a_larger_share_than_the_weight_while_the_weights_suffice(weights, data):
    amount = data.draw(pounds(str(total(weights))))

    assert all(share <= weight for share, weight in zip(shared_by(amount, weights), weights, strict=True))


@given(pounds(), RATES, RATES)
def test_a_higher_rate_takes_no_less(amount, one, other):
    assume(one < other)

    assert tax_within(amount, one) <= tax_within(amount, other)


@pytest.mark.parametrize(
    ("items", "shipping", "discount"),
    [
        ([Item(Decimal("-0.01"), 1)], NOTHING, NOTHING),
        ([Item(Decimal("9.99"), -1)], NOTHING, NOTHING),
        ([Item(Decimal("9.99"), 1)], Decimal("-3.50"), NOTHING),
        ([Item(Decimal("9.99"), 1)], NOTHING, Decimal("-1.00")),
    ],
)
def test_nothing_below_nothing_is_reckoned_with(items, shipping, discount):
    with pytest.raises(ValueError):
        reckon(items, shipping=shipping, discount=discount)


def test_a_mixed_order_by_hand():
    """£20.00 of books at 0 %, £12.00 of an audiobook at 20 %, £4.00 off, £3.50 of delivery.

    The discount goes 2.50 and 1.50, so that 17.50 and 10.50 are left; the delivery by the same proportion,
    2.1875 and 1.3125, to the penny 2.19 and 1.31. Tax: 10.50 / 6 = 1.75, and 1.31 / 6 = 0.22.
    """
    books, audio = Item(Decimal("10.00"), 2), Item(Decimal("12.00"), 1, Decimal("20"))

    totals = reckon([books, audio], shipping=Decimal("3.50"), discount=Decimal("4.00"))

    assert [line.discount for line in totals.lines] == [Decimal("2.50"), Decimal("1.50")]
    assert [line.tax for line in totals.lines] == [NOTHING, Decimal("1.75")]
    assert totals.shipping_tax == Decimal("0.22")
    assert (totals.total, totals.tax) == (Decimal("31.50"), Decimal("1.97"))
    assert [(part.rate, part.gross, part.net, part.tax) for part in totals.by_rate] == [
        (Decimal("20"), Decimal("11.81"), Decimal("9.84"), Decimal("1.97")),
        (Decimal("0"), Decimal("19.69"), Decimal("19.69"), NOTHING),
    ]


def test_delivery_of_nothing_that_bears_tax_bears_none():
    totals = reckon([Item(Decimal("9.99"), 1)], shipping=Decimal("3.50"))

    assert (totals.shipping_tax, totals.tax) == (NOTHING, NOTHING)


def test_an_empty_cart_comes_to_nothing():
    assert reckon([]).total == NOTHING
    assert reckon([], shipping=Decimal("3.50")).by_rate[0].gross == Decimal("3.50")


class StoredOrders(TestCase):
    """What is reckoned passes the database's own constraints, and comes back from it as it was."""

    @settings(max_examples=15)
    @given(st.lists(st.tuples(pounds(), st.integers(1, 20), RATES), min_size=1, max_size=4))
    def test_any_order_can_be_stored_and_adds_up_there(self, bought):
        TaxRate.objects.all().delete()
        kinds = {"BC": "print", "EA": "digital", "AJ": "audio", "PC": "other"}
        sold = []
        for (price, copies, rate), (form, kind) in zip(bought, kinds.items(), strict=False):
            TaxRate.objects.create(country="GB", product_class=kind, rate=rate, valid_from="2020-01-01")
            sold.append((make_book(price=price, format=form), copies))

        order = make_order(*sold)

        order.refresh_from_db()
        lines = list(order.lines.all())
        by_rate, shipping_tax = tax_by_rate(lines, shipping=order.shipping)
        assert order.items_total == total(line.total for line in lines)
        assert order.tax == total(line.tax for line in lines) + order.shipping_tax
        assert shipping_tax == order.shipping_tax
        assert total(part.gross for part in by_rate) == order.total
        assert total(part.tax for part in by_rate) == order.tax
        assert Order.objects.filter(pk=order.pk, total=order.total).exists()
