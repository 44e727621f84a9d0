"""Plain functions that make what a test needs, valid unless told otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from stdnum import ean

from shop.cart.models import Cart
from shop.catalogue.credits import refresh_credits
from shop.catalogue.editions import make_one_work
from shop.models import Book, Contribution, Contributor, Order, Payment, Publisher, Series, Subject, User
from shop.orders.cancelling import cancel_order
from shop.orders.dispatching import dispatch_order
from shop.orders.placing import create_order
from shop.payments.settling import settle, start_payment
from shop.signals import books_added, order_placed

_numbers: Iterator[int] = count(1)

PASSWORD = "correct horse battery"


def make_isbn() -> str:
    """A valid ISBN-13 that no other book of the test has."""
    digits = f"978{next(_numbers) + 100_000_000:09d}"
    return digits + ean.calc_check_digit(digits)


def make_user(email: str | None = None, *, groups: tuple[str, ...] = (), **fields: Any) -> User:
    user = User.objects.create_user(email or f"reader{next(_numbers)}@example.com", PASSWORD, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_stock_keeper() -> User:
    return make_user(is_staff=True, groups=("Stock keepers",))


def make_manager() -> User:
    return make_user(groups=("Managers",))


def make_administrator() -> User:
    return make_user(is_staff=True, is_superuser=True)


def make_subject(name: str = "Fiction", parent: Subject | None = None, **fields: Any) -> Subject:
    slug = name.lower().replace(" ", "-")
    path = f"{parent.path}/{slug}" if parent else slug
    found = Subject.objects.filter(path=path).first()
    return found or Subject.objects.create(name=name, slug=slug, parent=parent, **fields)


def make_contributor(name: str = "Ursula K. Le Guin", **fields: Any) -> Contributor:
    first, _, last = name.rpartition(" ")
    return Contributor.objects.create(
        name=name, **{"sort_name": f"{last}, {first}" if first else last, **fields}
    )


def make_book(
    title: str = "The Dispossessed",
    *,
    authors: tuple[str | Contributor, ...] = ("Ursula K. Le Guin",),
    stock: int = 20,
    price: str | Decimal = "9.99",
    subjects: tuple[Subject, ...] = (),
    is_stocked: bool = True,
    **fields: Any,
) -> Book:
    """A book on sale, with its authors and with copies in stock; or one that is only listed, as feeds bring them."""
    publisher, _ = Publisher.objects.get_or_create(name=fields.pop("publisher", "Ace Books"))
    if isinstance(fields.get("series"), str):
        fields["series"], _ = Series.objects.get_or_create(name=fields["series"])
    book = Book.objects.create(
        title=title,
        price=Decimal(price),
        publisher=publisher,
        main_subject=subjects[0] if subjects else None,
        **{"isbn": make_isbn(), "format": Book.Format.PAPERBACK, "language": "eng", **fields},
    )
    book.subjects.set(subjects)
    for position, author in enumerate(authors, 1):
        person = (
            author
            if isinstance(author, Contributor)
            else (Contributor.objects.filter(name=author).first() or make_contributor(author))
        )
        Contribution.objects.create(book=book, contributor=person, position=position)
    refresh_credits([book])
    with transaction.atomic():
        quantities = {book.pk: stock}
        books_added.send(sender=Book, quantities=quantities, actor=None, reason="", is_stocked=is_stocked)
    book.refresh_from_db()
    return book


def make_forthcoming(title: str = "Orbital", *, in_days: int = 30, stock: int = 0, **fields: Any) -> Book:
    """A book that is published so many days from now."""
    day = timezone.localdate() + timedelta(days=in_days)
    return make_book(title, stock=stock, **{"publication_date": day, **fields})


def make_work(title: str = "The Dispossessed", *editions: str | dict[str, Any], **fields: Any) -> list[Book]:
    """Editions of one work, as they are in lists now: each by its format, or by the fields it differs in."""
    differing = [{"format": each} if isinstance(each, str) else each for each in editions or ("BC", "BB")]
    books = [make_book(title, **{**fields, **each}) for each in differing]
    make_one_work(books)
    for book in books:
        book.refresh_from_db()
    return books


def make_cart(*books: Book | tuple[Book, int], user: User | None = None) -> Cart:
    """A cart with one copy of each book, or so many of it."""
    cart = Cart.objects.create(user=user)
    for entry in books:
        book, quantity = entry if isinstance(entry, tuple) else (entry, 1)
        cart.lines.create(book=book, quantity=quantity, unit_price=book.price)
    return cart


ADDRESS = {
    "recipient": "Ada Reader",
    "line1": "1 Paternoster Row",
    "city": "London",
    "postcode": "EC4M 7DX",
    "country": "GB",
}


def make_order(*books: Book | tuple[Book, int], customer: User | None = None, **fields: Any) -> Order:
    """A placed order, awaiting payment, of one copy of each book or so many of it; its copies are allocated, or awaited
    where the book is not published yet."""
    entries = [entry if isinstance(entry, tuple) else (entry, 1) for entry in books or (make_book(),)]
    collected = fields.get("delivery_method") == Order.Delivery.COLLECTION
    fields = {
        "delivery_method": Order.Delivery.STANDARD,
        "shipping": Decimal("0.00" if collected else "3.50"),
        "placed_at": timezone.now(),
        "checkout_key": uuid4(),
        "customer": customer,
        "email": customer.email if customer else "guest@example.com",
        **({} if collected else ADDRESS),
        **fields,
    }
    with transaction.atomic():
        order, lines = create_order(
            sorted(((book, n, book.price) for book, n in entries), key=lambda e: e[0].pk), **fields
        )
        in_advance = {book.pk for book, _ in entries if book.is_forthcoming}
        order_placed.send(sender=Order, order=order, lines=lines, in_advance=in_advance)
    return order


def make_paid_order(*books: Book | tuple[Book, int], customer: User | None = None, **fields: Any) -> Order:
    """An order paid by test card; `paid_at` may be given."""
    paid_at = fields.pop("paid_at", None)
    order = make_order(*books, customer=customer, **fields)
    pay(order)
    if paid_at:
        Order.objects.filter(pk=order.pk).update(paid_at=paid_at)
    order.refresh_from_db()
    return order


def make_dispatched_order(
    *books: Book | tuple[Book, int], customer: User | None = None, **fields: Any
) -> Order:
    order = make_paid_order(*books, customer=customer, **fields)
    return dispatch_order(order_id=order.pk, actor=None)


def make_cancelled_order(
    *books: Book | tuple[Book, int], customer: User | None = None, **fields: Any
) -> Order:
    order = make_order(*books, customer=customer, **fields)
    return cancel_order(order_id=order.pk, actor=customer)


def pay(order: Order, gateway: str = "test_card") -> Payment:
    """Pay the order in full."""
    payment = start_payment(order_id=order.pk, gateway=gateway)
    return settle(
        payment_id=payment.pk, amount=order.total, currency=order.currency, reference=f"test-{uuid4()}"
    )
