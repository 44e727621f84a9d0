"""Placing an order: the cart becomes a promise to deliver, or nothing happens at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from shop.cart.models import Cart, CartLine
from shop.catalogue.credits import credited
from shop.catalogue.models import Book, Contribution
from shop.catalogue.text import fingerprint
from shop.money import MOST, shared_equally
from shop.signals import order_placed
from shop.transactions import retry_on_conflict

from .delivery import Quote, agreed_quote
from .emails import mail_confirmation
from .models import LineCredit, Order, OrderLine
from .tax import taxed_in
from .totals import of_books
from .transitions import What, note_event


@dataclass(frozen=True)
class Details:
    """What the customer tells at checkout: how to write and to call, how and where to deliver, and by which of the
    shop's methods (its primary key; by the cheapest where none is named)."""

    email: str
    delivery_method: str
    address: Mapping[str, Any] = field(default_factory=dict)  # the parts that shop.addresses names, all text
    telephone: str = ""
    shipping_method: int | None = None

    @property
    def country(self) -> str:
        """Where it is sent to; empty when it is collected."""
        return str(self.address.get("country", ""))


class CartChanged(Exception):
    """The cart is not what the customer has seen: a price moved, a book is off sale, or no line is left."""


class TotalTooLarge(Exception):
    """The order comes to more than can be booked."""


@retry_on_conflict
@transaction.atomic(durable=True)
def place_order(
    *,
    cart: Cart,
    customer: AbstractBaseUser | None,
    details: Details,
    checkout_key: UUID,
    reviewed: str | None = None,
) -> Order:
    """Make an order of the cart and empty it; the same key again gives the order that it made.

    Of books that are not published yet, copies are promised that have yet to come in.
    `reviewed` is what `review_mark` said of the page that the customer agreed to, if there was one. Prices,
    totals, delivery charges and stock are the server's own. Raises CartChanged when anything is not as the customer has
    seen it, NotDelivered, InsufficientStock when copies are missing, TotalTooLarge; then nothing has happened.
    """
    basket = list(CartLine.objects.filter(cart=cart).as_ordered())
    # An order and a new key for its cart are one transaction: while the cart has this key, there is no order.
    if not basket or basket[0].cart.checkout_key != checkout_key:
        placed = Order.objects.filter(checkout_key=checkout_key, channel=Order.Channel.WEB).first()
        if placed:
            return placed
        raise CartChanged
    if any(not line.is_as_shown for line in basket):
        raise CartChanged
    sold = [(line.book, line.quantity, line.book.asking_price) for line in basket]
    quote = agreed_quote(details.delivery_method, details.country, details.shipping_method, sold)
    if reviewed not in (None, review_mark(basket, details, quote)):
        raise CartChanged
    now = timezone.now()
    order, lines = create_order(
        sold,
        shipping=quote.price,
        checkout_key=checkout_key,
        customer=customer,
        email=details.email,
        telephone=details.telephone,
        delivery_method=details.delivery_method,
        shipping_method_id=quote.method,
        shipping_name=quote.name,
        placed_at=now,
        expires_at=now + timedelta(minutes=settings.ORDER_HELD_MINUTES),
        **details.address,
    )
    CartLine.objects.filter(pk__in=[line.pk for line in basket]).delete()  # not what was added just now
    Cart.objects.filter(pk=cart.pk).update(checkout_key=uuid4(), updated_at=now)
    mail_confirmation(order)
    in_advance = {line.book_id for line in basket if line.book.is_forthcoming}
    order_placed.send(sender=Order, order=order, lines=lines, in_advance=in_advance)
    return order


def review_mark(lines: Iterable[CartLine], details: Details, quote: Quote) -> str:
    """A short mark of all that a customer agrees to: it tells whether something has changed since."""
    books = sorted(
        f"{line.book_id}:{line.quantity}:{line.unit_price}:{line.book.may_be_dispatched_from}"
        for line in lines
    )
    whither = [details.delivery_method, details.email, details.telephone, *map(str, details.address.values())]
    return fingerprint(*books, *whither, f"{quote.method}:{quote.price}")


def create_order(
    sold: Iterable[tuple[Book, int, Decimal]],
    *,
    shipping: Decimal,
    delivery_method: str,
    placed_at: datetime,
    actor: AbstractBaseUser | None = None,
    **fields: object,
) -> tuple[Order, list[OrderLine]]:
    """Write an order of these books, quantities and prices (in their books' primary-key order), with its
    lines, credits and first event, inside the caller's transaction. The caller sends `order_placed`, last.
    `shipping` is what its delivery costs, tax included; `actor` placed it, if not the customer.
    Raises TotalTooLarge."""
    sold = list(sold)
    totals = of_books(
        sold,
        country=taxed_in(delivery_method, str(fields.get("country", ""))),
        shipping=shipping,
        on=localdate(placed_at),
    )
    if totals.items_total + totals.shipping > MOST:
        raise TotalTooLarge
    order = Order.objects.create(
        delivery_method=delivery_method,
        placed_at=placed_at,
        currency=settings.SHOP_CURRENCY,
        items_total=totals.items_total,
        discount=totals.discount,
        shipping=totals.shipping,
        shipping_tax=totals.shipping_tax,
        total=totals.total,
        tax=totals.tax,
        **fields,
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            book=book,
            isbn=book.isbn,
            title=book.title,
            byline=book.byline,
            quantity=quantity,
            unit_price=price,
            total=sums.total,
            discount=sums.discount,
            tax_rate=sums.tax_rate,
            tax=sums.tax,
            told_from=book.may_be_dispatched_from,
        )
        for (book, quantity, price), sums in zip(sold, totals.lines, strict=True)
    )
    if not connection.features.can_return_rows_from_bulk_insert:  # on MySQL the lines have no keys yet
        lines = list(OrderLine.objects.filter(order=order).order_by("book_id"))
    _credit(lines)
    note_event(order, What.PLACED, actor=actor or order.customer, at=placed_at)
    return order, lines


def _credit(lines: list[OrderLine]) -> None:
    """Share what each line brought among those whom its book is credited to."""
    contributions: dict[int, list[Any]] = {line.book_id: [] for line in lines}
    for row in (
        Contribution.objects.filter(book_id__in=contributions)
        .order_by("position", "pk")
        .values_list("book_id", "role", "contributor_id", "contributor__name", named=True)
    ):
        contributions[row.book_id].append(row)
    credits = []
    for line in lines:
        names = {row.contributor_id: row.contributor__name for row in credited(contributions[line.book_id])}
        people: list[tuple[int | None, str]] = [*names.items()] or [(None, "")]
        shares = shared_equally(line.charged, len(people))
        credits += [
            LineCredit(line=line, contributor_id=person, name=name, amount=amount)
            for (person, name), amount in zip(people, shares, strict=True)
        ]
    LineCredit.objects.bulk_create(credits)
