"""Sales as the tests of the reports need them: one at a time with its story, or hundreds alike."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings

from reports import queries
from reports.periods import Period
from reports.queries import Report
from shop.models import Book, LineCredit, Order, OrderLine
from tests.makers import make_paid_order

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
MID_JUNE = datetime(2026, 6, 15, 12, tzinfo=UTC)


def ask(name: str, period: Period = JUNE, **values: Any) -> Report:
    """A query's answer for a period."""
    return queries.run(name, **period.bounds, **values)


def sell(*books: Book | tuple[Book, int], at: datetime = MID_JUNE, **fields: Any) -> Order:
    """An order placed and paid at one instant."""
    return make_paid_order(*books, placed_at=at, paid_at=at, **fields)


def sell_many(
    book: Book, count: int, *, at: Any = MID_JUNE, status: str = "paid", quantity: int = 1, **fields: Any
) -> None:
    """Many orders alike, written in bulk; `at` may be a function of an order's place in the row."""
    batch = uuid4().hex
    total = book.price * quantity
    Order.objects.bulk_create(
        Order(
            **{
                "checkout_key": uuid4(),
                "reference": batch,
                "email": f"guest{place}@example.com",
                "delivery_method": Order.Delivery.COLLECTION,
                "status": status,
                "currency": settings.SHOP_CURRENCY,
                "items_total": total,
                "shipping": Decimal("0.00"),
                "total": total,
                "placed_at": instant,
                "paid_at": None if status == "placed" else instant,
                **fields,
            }
        )
        for place in range(count)
        for instant in [at(place) if callable(at) else at]
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            book=book,
            isbn=book.isbn,
            title=book.title,
            quantity=quantity,
            unit_price=book.price,
            total=total,
        )
        for order in Order.objects.filter(reference=batch)
    )
    author = book.contributions.select_related("contributor").first()
    LineCredit.objects.bulk_create(
        LineCredit(
            line=line,
            contributor=author.contributor if author else None,
            name=author.contributor.name if author else "",
            amount=total,
        )
        for line in OrderLine.objects.filter(order__reference=batch)
    )
