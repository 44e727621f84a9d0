"""Which rate of tax lies on what."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.conf import settings

from shop.catalogue.formats import ProductClass

from .models import Order, TaxRate


def taxed_in(delivery_method: str, country: str) -> str:
    """The country whose tax an order owes: where its parcels go, or the shop's own, where it is handed over."""
    return country if delivery_method == Order.Delivery.STANDARD and country else settings.SHOP_COUNTRY


def rates_for(country: str, on: date) -> Mapping[ProductClass, Decimal]:
    """The percentages of tax for what is sold to a country (ISO 3166-1, two letters) on a day in the shop's zone, by
    kind of product: its own, else those for everywhere else, else nothing."""
    rates = dict.fromkeys(ProductClass, Decimal(0))
    valid = TaxRate.objects.filter(country__in=["", country], valid_from__lte=on)
    # Later ones overwrite: a country's own come after those for everywhere, newer ones after older ones.
    for kind, rate in valid.order_by("country", "valid_from").values_list("product_class", "rate"):
        rates[ProductClass(kind)] = rate
    return rates
