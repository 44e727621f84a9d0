"""Sums of money: shared and rounded to the penny, whatever the amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.money import MOST, PENNY, rounded, shared_equally, smallest, written

amounts = st.decimals(min_value=0, max_value=MOST, places=2)


@given(amounts, st.integers(1, 60))
def test_shares_sum_to_the_amount_and_differ_by_a_penny_at_most(amount, parts):
    shares = shared_equally(amount, parts)

    assert len(shares) == parts
    assert sum(shares) == amount
    assert max(shares) - min(shares) in (0, PENNY)
    assert list(shares) == sorted(shares, reverse=True)  # odd pennies go to the first ones
    assert all(share == rounded(share) for share in shares)


@given(st.decimals(min_value=0, max_value=1_000_000, places=4))
def test_an_amount_is_rounded_by_half_a_penny_at_most(amount):
    assert abs(rounded(amount) - amount) <= PENNY / 2


def test_half_a_penny_is_rounded_up():
    assert [rounded(Decimal(text)) for text in ("0.004", "0.005", "1.115", "2.675")] == [
        Decimal(text) for text in ("0.00", "0.01", "1.12", "2.68")
    ]


def test_amounts_are_written_as_the_shops_locale_writes_them(settings):
    assert written(Decimal("1234.5")) == "£1,234.50"
    settings.SHOP_LOCALE, settings.SHOP_CURRENCY = "de_DE", "EUR"
    assert written(Decimal("1234.5")) == "1.234,50\xa0€"


@pytest.mark.parametrize(("currency", "coin"), [("GBP", "0.01"), ("JPY", "1"), ("KWD", "0.01")])
def test_the_smallest_sum_of_a_currency_is_its_coin_and_a_hundredth_at_least(currency, coin):
    assert smallest(currency) == Decimal(coin)
