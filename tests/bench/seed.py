"""Fills a shop to measure, or fills it up: plausible books, then, in an empty one, customers and a year of orders."""

import random
import resource
import sys
import time
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from inventory.stocking import receive_copies
from shop.models import Book, Order, StaffPick, User
from shop.orders.dispatching import record_dispatch
from shop.orders.placing import create_order
from shop.orders.transitions import Status, move
from shop.signals import order_placed
from tests.makers import ADDRESS, make_user

ORDERS = 3_000
BUILT_WITHIN = 180  # seconds, for the index of a million books


def write_orders(chance: random.Random) -> None:
    """A year of orders, paid and dispatched, of books of which there are enough: a delivery sees to that."""
    customers = User.objects.bulk_create(User(email=f"buyer{n}@example.com", name="R") for n in range(300))
    customers = list(User.objects.filter(email__in=[c.email for c in customers]))
    published = Book.objects.on_sale().filter(publication_date__lte=timezone.localdate())
    books = list(published.filter(stock__on_hand__gt=0).order_by("pk")[:4000])
    receive_copies(quantities={book.pk: 100 for book in books}, actor=None)
    now = timezone.now()
    with transaction.atomic():
        for number in range(ORDERS):
            at = now - timedelta(minutes=175 * (ORDERS - number))
            sold = sorted(chance.sample(books, chance.randint(1, 4)), key=lambda book: book.pk)
            customer = chance.choice(customers)
            order, lines = create_order(
                [(book, 1, book.price) for book in sold],
                shipping=Decimal("3.50"),
                delivery_method=Order.Delivery.STANDARD,
                placed_at=at,
                checkout_key=uuid4(),
                customer=customer,
                email=customer.email,
                **ADDRESS,
            )
            order_placed.send(sender=Order, order=order, lines=lines)
            move(order, Status.PAID, at=at, paid_at=at)
            record_dispatch(order, actor=None, at=at)


def timed(command: str, *arguments: str) -> float:
    """Seconds that a command takes."""
    begun = time.perf_counter()
    call_command(command, *arguments, stdout=StringIO(), stderr=StringIO())
    return time.perf_counter() - begun


def main() -> None:
    count = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    is_new = not Book.objects.exists()
    seconds = timed("make_catalogue", str(count))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  make_catalogue: {seconds:.0f} s, {peak} MB of memory at most", flush=True)
    if is_new:
        write_orders(random.Random(20260923))
        make_user("manager@example.com", groups=("Managers",))
        make_user("keeper@example.com", is_staff=True, groups=("Stock keepers",))
        make_user("customer@example.com")
        for book in Book.objects.listed().order_by("-pk")[:12]:
            StaffPick.objects.create(book=book, note="Read it.")
    seconds = timed("index_books")
    aim = f" (aim: {BUILT_WITHIN} s for a million)" if count >= 100_000 else ""
    print(f"  index_books: {seconds:.0f} s{aim}", flush=True)


if __name__ == "__main__":
    main()
