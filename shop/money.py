"""Sums of money: Decimals with two places in the shop's one currency."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency, format_decimal, get_currency_precision
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PENNY = Decimal("0.01")
# What a DECIMAL(10,2) column holds; SQLite would write more, and then fail to read it.
MOST = Decimal("99999999.99")


def rounded(amount: Decimal) -> Decimal:
    """The amount in whole pennies, half a penny rounded up."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def smallest(currency: str) -> Decimal:
    """The smallest sum of a currency that there is, as far as the shop reckons: 0.01, or 1 where the currency has no
    smaller unit (CLDR's currency digits)."""
    return max(PENNY, Decimal(1).scaleb(-get_currency_precision(currency)))


def shared_equally(amount: Decimal, parts: int) -> Sequence[Decimal]:
    """The amount in that many shares which sum to it to the penny; odd pennies go to the first ones."""
    pennies = int(rounded(amount) / PENNY)
    share, odd = divmod(pennies, parts)
    return [(share + (place < odd)) * PENNY for place in range(parts)]


def written(amount: Decimal | None, currency: str | None = None) -> str:
    """The amount as people of the shop's locale write it, such as £12.50; nothing for no amount."""
    return (
        "" if amount is None else _written(amount, currency or settings.SHOP_CURRENCY, settings.SHOP_LOCALE)
    )


@lru_cache(maxsize=4096)  # a list shows many prices, and mostly the same ones
def _written(amount: Decimal, currency: str, locale: str) -> str:
    return format_currency(amount, currency, locale=locale)


def percent_written(rate: Decimal) -> str:
    """A percentage as people of the shop's locale write it, such as 5.5%."""
    return f"{format_decimal(rate, locale=settings.SHOP_LOCALE)}%"


class MoneyField(forms.DecimalField):
    """A sum of money in a form, in plain digits such as 9.99: stricter than Decimal, which takes other scripts'
    digits, underscores and exponents."""

    default_error_messages = {"invalid": _("Write an amount such as 9.99, in the digits 0 to 9.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 10, "decimal_places": 2, **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and re.search(r"[^0-9.,+\s-]", value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)
