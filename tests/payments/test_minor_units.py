"""Sums of money as Stripe writes them."""

from decimal import Decimal

import pytest

from shop.payments.gateways.minor_units import from_minor_units, in_minor_units


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("12.34", "GBP", 1234),
        ("0.10", "EUR", 10),
        ("1200.00", "JPY", 1200),
        ("5.00", "ISK", 500),
        ("5.25", "KWD", 5250),
        ("99999999.99", "GBP", 9999999999),
    ],
)
def test_sums_in_minor_units_and_back(amount, currency, units):
    assert in_minor_units(Decimal(amount), currency) == units
    assert from_minor_units(units, currency) == Decimal(amount)


def test_half_a_yen_is_not_asked_for():
    with pytest.raises(ValueError, match=r"0\.50 JPY"):
        in_minor_units(Decimal("0.50"), "JPY")
