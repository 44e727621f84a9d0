"""Fills an empty database with a shop to measure: books from a spreadsheet, customers and a year of orders."""

import csv
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from stdnum import ean

from shop.models import Book, Order, Subject, User
from shop.orders.dispatching import record_dispatch
from shop.orders.placing import create_order
from shop.orders.transitions import Status, move
from shop.signals import order_placed
from tests.makers import ADDRESS, make_user

ORDERS = 3_000
WORDS = (
    "river night garden winter letter house silver daughter stone island summer glass history shadow road"
    " fire sea bird kingdom mountain memory paper song salt moon thread clock harbour orchard wolf"
).split()
FIRST_NAMES = "Ada Ben Chimamanda Dora Emeka Fatima Grace Hugo Ines Jun Kofi Lena Mara Noor Olga".split()
LAST_NAMES = "Abara Becker Castillo Dahl Eriksen Fujita Green Haddad Ito Jansen Kaya Lopez Moss".split()


def write_spreadsheet(path: Path, books: int, chance: random.Random) -> None:
    """Plausible books with valid ISBNs: two to five title words, one to three of a few thousand authors."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["isbn", "title", "authors", "year", "price", "publisher"])
        for number in range(books):
            digits = f"979{10_000_000 + number:09d}"[:12]
            title = " ".join(chance.sample(WORDS, chance.randint(2, 5))).capitalize()
            authors = {
                f"{chance.choice(FIRST_NAMES)} {chance.choice('ABCDEFGHKLMNPRSTVW')}. {chance.choice(LAST_NAMES)}"
                for _ in range(chance.choice((1, 1, 1, 2, 3)))
            }
            rows.writerow(
                [
                    digits + ean.calc_check_digit(digits),
                    title,
                    ", ".join(sorted(authors)),
                    chance.randint(1900, 2025),
                    f"{chance.randint(499, 2999) / 100:.2f}",
                    f"House {chance.randint(1, 60)}",
                ]
            )


def put_under_subjects(chance: random.Random) -> None:
    """Ten subjects with four parts each; every book has one."""
    subjects = []
    for word in WORDS[:10]:
        parent = Subject.objects.create(name=word.capitalize(), slug=word, colour="#17493b")
        subjects += [
            Subject.objects.create(name=part.capitalize(), slug=part, parent=parent) for part in WORDS[10:14]
        ]
    books = list(Book.objects.only("pk"))
    for book in books:
        book.main_subject = chance.choice(subjects)
    Book.objects.bulk_update(books, ["main_subject"], batch_size=1000)
    through = Book.subjects.through
    through.objects.bulk_create(
        (through(book_id=book.pk, subject_id=book.main_subject_id) for book in books), batch_size=1000
    )


def write_orders(chance: random.Random) -> None:
    """A year of orders, paid and dispatched."""
    customers = User.objects.bulk_create(User(email=f"buyer{n}@example.com", name="R") for n in range(300))
    customers = list(User.objects.filter(email__in=[c.email for c in customers]))
    books = list(Book.objects.order_by("pk")[:2000])
    now = timezone.now()
    with transaction.atomic():
        for number in range(ORDERS):
            at = now - timedelta(minutes=175 * (ORDERS - number))
            sold = sorted(chance.sample(books, chance.randint(1, 4)), key=lambda book: book.pk)
            customer = chance.choice(customers)
            order, lines = create_order(
                [(book, 1, book.price) for book in sold],
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


def main() -> None:
    chance = random.Random(20260923)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        write_spreadsheet(Path(file.name), int(sys.argv[1]), chance)
        begun = time.perf_counter()
        with open("/dev/null", "w") as quiet:
            call_command("import_books", file.name, stock=500, stdout=quiet, stderr=quiet)
        print(f"  import_books: {time.perf_counter() - begun:.1f} s", flush=True)
    put_under_subjects(chance)
    write_orders(chance)

    make_user("manager@example.com", groups=("Managers",))
    make_user("customer@example.com")


if __name__ == "__main__":
    main()
