"""Loads the demo shop, step by step; each step is done once, however often loading is begun again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from shop.catalogue.models import Book
from shop.customers.models import User
from shop.mail.outbox import mails_left_out
from shop.orders.ranking import rank_sales

from . import books, people
from .history import Historian
from .planning import DAYS, plan


class ShopInUse(Exception):
    """The shop has books that are not the demo's: it is somebody's own."""


def is_loaded() -> bool:
    """Whether the demo shop is there, complete: the administrator comes last."""
    return User.objects.filter(email=people.ADMINISTRATOR).exists() and opened_at() is not None


def opened_at() -> datetime | None:
    """When the demo shop opened, as its stock keeper remembers, who was there first; None without a demo."""
    keeper = User.objects.filter(email=people.STOCK_KEEPER).values_list("date_joined", flat=True)
    return keeper.first()


def load(*, days: int = DAYS, on_progress: Callable[[int, int], None] = lambda done, steps: None) -> None:
    """Fill an empty shop with books, people and so many days of history that end now.

    What was interrupted goes on where it stopped. Raises ShopInUse. Calls `on_progress` with the steps done
    and their number.
    """
    opened = opened_at()
    if opened is None and Book.objects.exists():
        raise ShopInUse
    demo = books.read()
    is_new = opened is None
    opened = opened or timezone.now() - timedelta(days=days)
    random = Random("people")
    customers = [people.reader(random, opened), *people.customers(random, opened)]
    if is_new:
        with transaction.atomic(durable=True):
            books.create_books(demo, opened=opened)
            people.create_customers(customers)
            people.create_staff(opened)
            books.create_picks(demo, by=User.objects.get(email=people.STOCK_KEEPER))
    chapters = plan(opened=opened, days=days, copies=books.opening_copies(demo), customers=customers)
    historian = Historian()
    with mails_left_out():
        for done, chapter in enumerate(chapters, 1):
            historian.tell(chapter)
            on_progress(done, len(chapters))
    rank_sales()
    people.create_administrator(opened)
