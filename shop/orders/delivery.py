"""How an order reaches its customer, and what that costs: zones, methods by weight and value, and collection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from shop.catalogue.models import Book
from shop.money import rounded
from shop.reckoning import ZERO

from .models import Order

Sold = Sequence[tuple[Book, int, Decimal]]  # books, how many copies of each, at which price


class NotDelivered(Exception):
    """The books do not go where, or how, the customer would like them sent: the way is not, or no longer, offered."""


@dataclass(frozen=True)
class Parcel:
    """What is sent together: its weight, and what its books cost, tax included."""

    grams: int
    value: Decimal

    @classmethod
    def of(cls, sold: Sold) -> "Parcel":
        """These books in one parcel."""
        return cls(
            grams=sum(book.grams * copies for book, copies, _ in sold),
            value=sum((price * copies for _, copies, price in sold), ZERO),
        )


@dataclass(frozen=True)
class Quote:
    """A way in which an order can reach its customer, and its price, tax included. Collecting it has no method."""

    price: Decimal
    name: str = ""
    carrier: str = ""
    promise: str = ""
    method: int | None = None  # primary key


COLLECTED = Quote(ZERO)


# Each step of a checkout asks these: written out they cost a tenth of what the ORM makes of them. A country of which
# no zone knows belongs to that of everywhere else; one whose own zone offers nothing does not.
METHODS = """SELECT method.id, method.name, method.carrier, method.promise, method.free_over, MIN(band.price)
    FROM shop_shippingband AS band
    JOIN shop_shippingmethod AS method ON method.id = band.method_id
    JOIN shop_shippingzone AS zone ON zone.id = method.zone_id
    LEFT JOIN shop_zonecountry AS own ON own.zone_id = zone.id AND own.country = %(country)s
    WHERE method.is_offered = 1 AND band.from_value <= %(value)s
        AND (band.up_to_grams IS NULL OR band.up_to_grams >= %(grams)s)
        AND (own.id IS NOT NULL OR (zone.is_everywhere_else = 1
            AND NOT EXISTS (SELECT 1 FROM shop_zonecountry WHERE country = %(country)s)))
    GROUP BY method.id, method.name, method.carrier, method.promise, method.free_over, method.position
    ORDER BY method.position, method.id
"""
ZONES = """SELECT zone.is_everywhere_else, own.country, EXISTS (
        SELECT 1 FROM shop_shippingband AS band JOIN shop_shippingmethod AS method ON method.id = band.method_id
        WHERE method.zone_id = zone.id AND method.is_offered = 1)
    FROM shop_shippingzone AS zone LEFT JOIN shop_zonecountry AS own ON own.zone_id = zone.id
"""


def methods_for(country: str, sold: Sold) -> list[Quote]:
    """The ways to send these books to a country (ISO 3166-1, two letters), cheapest first; none where the shop does not
    deliver, or the books are too heavy together."""
    return quotes_for(country, Parcel.of(sold))


def quotes_for(country: str, parcel: Parcel) -> list[Quote]:
    """The ways to send a parcel to a country, cheapest first. Costs one query."""
    with connection.cursor() as cursor:
        cursor.execute(METHODS, {"country": country, "value": parcel.value, "grams": parcel.grams})
        quotes = [
            Quote(_price(price, free_over, parcel.value), name, carrier, promise, method)
            for method, name, carrier, promise, free_over, price in cursor.fetchall()
        ]
    return sorted(quotes, key=lambda quote: quote.price)  # of the same price in the order of their positions


def _price(price: Decimal | float, free_over: Decimal | float | None, value: Decimal) -> Decimal:
    """Of sums as the database gives them: SQLite knows no Decimal."""
    is_free = free_over is not None and value >= rounded(Decimal(free_over))
    return ZERO if is_free else rounded(Decimal(price))


def agreed_quote(delivery_method: str, country: str, method: int | None, sold: Sold) -> Quote:
    """What the chosen way costs for these books now: nothing for collection; else the method must be offered for the
    country and take the weight. Without one it is the cheapest. Raises NotDelivered."""
    for quote in ways_for(delivery_method, country, sold):
        if method in (None, quote.method):
            return quote
    raise NotDelivered


def ways_for(delivery_method: str, country: str, sold: Sold) -> list[Quote]:
    """The ways in which these books can reach the customer, cheapest first: just one for what is collected."""
    return [COLLECTED] if delivery_method == Order.Delivery.COLLECTION else methods_for(country, sold)


def delivered_to(codes: Iterable[str]) -> set[str]:
    """Those of these countries that the shop delivers to: their zone has a method that takes some parcel."""
    own: dict[str, bool] = {}
    everywhere_else = False
    with connection.cursor() as cursor:
        cursor.execute(ZONES)
        for is_rest, country, offers in cursor.fetchall():
            everywhere_else |= bool(is_rest and offers)
            if country:
                own[country] = bool(offers)
    return {code for code in codes if own.get(code, everywhere_else)}
