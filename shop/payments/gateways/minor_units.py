"""Sums of money as Stripe writes them: whole numbers of a currency's smallest unit."""

from decimal import Decimal

from shop.money import rounded

# https://docs.stripe.com/currencies: those that have no smaller unit, and those that have a thousandth. Some that ISO
# 4217 counts among the first (ISK, UGX) Stripe takes in hundredths, as it does all the rest.
WITHOUT = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def in_minor_units(amount: Decimal, currency: str) -> int:
    """12.50 GBP is 1250, 1200.00 JPY is 1200. Raises ValueError for what the currency has no coins for."""
    units = amount.scaleb(_places(currency))
    if units != units.to_integral_value():
        raise ValueError(f"There are no {amount} {currency}.")
    return int(units)


def from_minor_units(units: int, currency: str) -> Decimal:
    """The amount in the currency's own unit, with two places; thousandths that the shop does not reckon in are
    rounded."""
    return rounded(Decimal(units).scaleb(-_places(currency)))


def _places(currency: str) -> int:
    return 0 if currency in WITHOUT else 3 if currency in THOUSANDTHS else 2
