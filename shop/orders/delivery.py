"""How an order reaches its customer, and what that costs: zones, methods by weight and value, and collection."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q

from shop.catalogue.models import Book
from shop.reckoning import ZERO

from .models import Order, ShippingBand, ShippingMethod, ZoneCountry
from .models.shipping import ShippingZone

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


def methods_for(country: str, sold: Sold) -> list[Quote]:
    """The ways to send these books to a country (ISO 3166-1, two letters), cheapest first; none where the shop does not
    deliver, or the books are too heavy together."""
    return quotes_for(country, Parcel.of(sold))


def quotes_for(country: str, parcel: Parcel) -> list[Quote]:
    """The ways to send a parcel to a country, cheapest first. Costs one query."""
    bands = (
        ShippingBand.objects.filter(_serves(country), method__is_offered=True, from_value__lte=parcel.value)
        .filter(Q(up_to_grams=None) | Q(up_to_grams__gte=parcel.grams))
        .select_related("method")
        .order_by("method__position", "method_id")
    )
    cheapest: dict[ShippingMethod, Decimal] = {}
    for band in bands:
        price = ZERO if _is_free(band.method, parcel.value) else band.price
        cheapest[band.method] = min(price, cheapest.get(band.method, price))
    quotes = [
        Quote(price, method.name, method.carrier, method.promise, method.pk)
        for method, price in cheapest.items()
    ]
    return sorted(quotes, key=lambda quote: quote.price)  # of the same price, in the order of their positions


def _is_free(method: ShippingMethod, value: Decimal) -> bool:
    return method.free_over is not None and value >= method.free_over


def _serves(country: str) -> Q:
    """Bands of the country's own zone; of the zone of everywhere else where it has none."""
    own = ZoneCountry.objects.filter(country=country)
    elsewhere = Q(~Exists(own), method__zone__is_everywhere_else=True)
    return Q(method__zone__in=own.values("zone")) | elsewhere


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


def delivered_to(codes: Sequence[str]) -> set[str]:
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
