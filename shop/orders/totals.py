"""What books come to when they are ordered: at the rates of tax of where they go, by the one reckoning there is."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.timezone import localdate

from shop.cart.models import CartLine
from shop.catalogue.models import Book
from shop.reckoning import ZERO, Item, Totals, reckon

from .tax import rates_for


def of_books(
    sold: Iterable[tuple[Book, int, Decimal]],
    *,
    country: str,
    shipping: Decimal = ZERO,
    discount: Decimal = ZERO,
    on: date | None = None,
) -> Totals:
    """The sums of these books, numbers of copies and prices, tax included, where a country's tax is due (`taxed_in`)
    on a day in the shop's zone, today unless said otherwise. Costs one query."""
    rates = rates_for(country, on or localdate())
    items = [Item(price, quantity, rates[book.product_class]) for book, quantity, price in sold]
    return reckon(items, shipping=shipping, discount=discount)


def of_cart(lines: Iterable[CartLine], *, country: str | None = None, shipping: Decimal = ZERO) -> Totals:
    """What a cart comes to at the prices that the customer has seen: on the checkout's pages what `place_order` will
    write, as long as nothing changes. Without a country, while nobody knows where it goes, no tax is told."""
    if country is None:
        return reckon([Item(line.unit_price, line.quantity) for line in lines], shipping=shipping)
    sold = ((line.book, line.quantity, line.unit_price) for line in lines)
    return of_books(sold, country=country, shipping=shipping)
