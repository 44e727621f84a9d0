"""An order that nobody placed, for previews of mails: of rows that are in no database."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from shop.catalogue.models import Book

from .models import Order, OrderLine


def example_order(*, status: str = Order.Status.PAID, is_collected: bool = False) -> Order:
    """An order of the example's lines, as it was placed a moment ago."""
    now = timezone.now()
    shipping = Decimal("0.00") if is_collected else Decimal("3.50")
    order = Order(
        number="7KX2P-M4Q9D",
        token="an-example-that-leads-nowhere",
        status=status,
        email="ada@example.com",
        recipient="Ada Reader",
        delivery_method=Order.Delivery.COLLECTION if is_collected else Order.Delivery.STANDARD,
        currency=settings.SHOP_CURRENCY,
        items_total=Decimal("28.97"),
        shipping=shipping,
        total=Decimal("28.97") + shipping,
        placed_at=now,
        expires_at=now + timedelta(minutes=settings.ORDER_HELD_MINUTES),
        paid_at=None if status == Order.Status.PLACED else now,
    )
    if not is_collected:
        order.line1, order.city, order.postcode = "1 Paternoster Row", "London", "EC4M 7DX"
        order.country = settings.SHOP_COUNTRY
    return order


def example_lines(order: Order) -> list[OrderLine]:
    """Three copies of two books, one of them published in a month."""
    coming = Book(publication_date=timezone.localdate() + timedelta(days=30))
    said = [
        (Book(), "The Dispossessed", "Ursula K. Le Guin", 2, Decimal("8.99")),
        (coming, "Orbital", "Samantha Harvey", 1, Decimal("10.99")),
    ]
    lines = [
        OrderLine(
            pk=place,
            order=order,
            book=book,
            title=title,
            byline=byline,
            quantity=quantity,
            unit_price=price,
            total=price * quantity,
        )
        for place, (book, title, byline, quantity, price) in enumerate(said, 1)
    ]
    for line in lines:  # awaits nothing, and asks no database whether it does
        OrderLine._meta.get_field("backorder").set_cached_value(line, None)
    return lines
