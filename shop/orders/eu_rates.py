"""The rates of value added tax of the EU's member states, to begin with: see docs/tax.md on who needs them, and on what
to check. What printed books and e-books bear changes often, and no official list is free to bundle."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from shop.catalogue.formats import ProductClass

from .models import TaxRate

# Country: printed books, e-books, everything else, in percent, as known in autumn 2026. Audiobooks stand with
# everything else: the safe side, where the shop does not know better. Ireland's rates are in the table anyway.
RATES = {
    "AT": ("10", "10", "20"),
    "BE": ("6", "6", "21"),
    "BG": ("9", "9", "20"),
    "CY": ("3", "3", "19"),
    "CZ": ("0", "0", "21"),
    "DE": ("7", "7", "19"),
    "DK": ("25", "25", "25"),
    "EE": ("9", "9", "24"),
    "ES": ("4", "4", "21"),
    "FI": ("13.5", "13.5", "25.5"),
    "FR": ("5.5", "5.5", "20"),
    "GR": ("6", "6", "24"),
    "HR": ("5", "5", "25"),
    "HU": ("5", "27", "27"),
    "IT": ("4", "4", "22"),
    "LT": ("5", "5", "21"),
    "LU": ("3", "3", "17"),
    "LV": ("5", "5", "21"),
    "MT": ("5", "5", "18"),
    "NL": ("9", "9", "21"),
    "PL": ("5", "5", "23"),
    "PT": ("6", "6", "23"),
    "RO": ("11", "11", "21"),
    "SE": ("6", "6", "25"),
    "SI": ("5", "5", "22"),
    "SK": ("5", "23", "23"),
}


def add_eu_rates(countries: Iterable[str], *, valid_from: date) -> list[str]:
    """Add the rates of these member states from a day on, and say of which: a country that has rates in the table
    keeps them as they are. Raises KeyError for a country that is none of them."""
    wanted = {country: RATES[country] for country in countries}
    known = set(TaxRate.objects.filter(country__in=wanted).values_list("country", flat=True))
    new = [country for country in wanted if country not in known]
    TaxRate.objects.bulk_create(
        TaxRate(country=country, product_class=kind, rate=Decimal(rate), valid_from=valid_from)
        for country in new
        for kind, rate in _by_class(*wanted[country]).items()
    )
    return new


def _by_class(printed: str, digital: str, standard: str) -> dict[ProductClass, str]:
    return {
        ProductClass.PRINT: printed,
        ProductClass.DIGITAL: digital,
        ProductClass.AUDIO: standard,
        ProductClass.OTHER: standard,
    }
