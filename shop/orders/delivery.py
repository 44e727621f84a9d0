"""How an order reaches its customer, and what that costs: zones, methods by weight and value, and collection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from shop.catalogue.models import Book
from shop.reckoning import ZERO

from .models import Order, ShippingBand, ShippingZone

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


# What decides on a method and its price, of each of its bands; empty where a zone has no method, or a method no band.
BAND = (
    *(
        f"methods{column}"
        for column in ("", "__name", "__carrier", "__promise", "__is_offered", "__free_over")
    ),
    *(f"methods__bands__{column}" for column in ("price", "up_to_grams", "from_value")),
)


def methods_for(country: str, sold: Sold) -> list[Quote]:
    """The ways to send these books to a country (ISO 3166-1, two letters), cheapest first; none where the shop does not
    deliver, or the books are too heavy together."""
    return quotes_for(country, Parcel.of(sold))


def quotes_for(country: str, parcel: Parcel) -> list[Quote]:
    """The ways to send a parcel to a country, cheapest first. Costs one query."""
    zones = ShippingZone.objects.filter(Q(countries__country=country) | Q(is_everywhere_else=True))
    in_order = zones.order_by("methods__position", "methods__pk")
    rows = list(in_order.values_list("countries__country", *BAND, named=True))
    # A zone of the country's own counts, even if it offers nothing; else that of everywhere else.
    own = [row for row in rows if row.countries__country == country]
    cheapest: dict[int, Quote] = {}
    for row in own or rows:
        if not row.methods__is_offered or not _holds(row, parcel):
            continue
        free_over = row.methods__free_over
        price = ZERO if free_over is not None and parcel.value >= free_over else row.methods__bands__price
        if row.methods not in cheapest or price < cheapest[row.methods].price:
            names = (row.methods__name, row.methods__carrier, row.methods__promise)
            cheapest[row.methods] = Quote(price, *names, method=row.methods)
    # Of the same price in the order of their positions, which is the rows'.
    return sorted(cheapest.values(), key=lambda quote: quote.price)


def _holds(band: Any, parcel: Parcel) -> bool:
    heaviest, from_value = band.methods__bands__up_to_grams, band.methods__bands__from_value
    if from_value is None:
        return False
    return (heaviest is None or parcel.grams <= heaviest) and parcel.value >= from_value


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
    offering = ShippingBand.objects.filter(method__zone=OuterRef("pk"), method__is_offered=True)
    zones = ShippingZone.objects.annotate(offers=Exists(offering))
    own: dict[str, bool] = {}
    everywhere_else = False
    for is_rest, offers, country in zones.values_list(
        "is_everywhere_else", "offers", F("countries__country")
    ):
        everywhere_else |= bool(is_rest and offers)
        if country:
            own[str(country)] = offers
    return {code for code in codes if own.get(code, everywhere_else)}
