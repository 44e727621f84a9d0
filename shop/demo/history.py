"""Carries out what was planned, by the very functions through which a shop's orders go."""

import csv
import tempfile
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from shop.catalogue.models import Book
from shop.customers.models import User
from shop.orders.cancelling import record_end
from shop.orders.delivery import COLLECTED, methods_for
from shop.orders.dispatching import record_dispatch
from shop.orders.models import Order
from shop.orders.placing import create_order
from shop.payments.models import Payment, Refund
from shop.payments.settling import record_payment
from shop.signals import order_placed

from .people import STOCK_KEEPER
from .planning import Chapter, PlannedOrder, What


class Historian:
    """Makes the past of a shop whose books and people are there already."""

    def __init__(self) -> None:
        self.books = {book.isbn: book for book in Book.objects.defer("description", "search_text")}
        self.users = {user.email: user for user in User.objects.all()}
        self.stock_keeper = self.users[STOCK_KEEPER]
        self.orders: dict[UUID, Order] = {}

    def tell(self, chapter: Chapter) -> None:
        """Book in the chapter's delivery and have all the rest of it happen, unless that has been done before."""
        if chapter.delivery:
            self._receive(chapter)
        with transaction.atomic(durable=True):
            if not self._is_told(chapter):
                for event in chapter.events:
                    self._happen(event.what, event.order, event.at)

    def _is_told(self, chapter: Chapter) -> bool:
        placed = [event.order.key for event in chapter.events if event.what is What.PLACED]
        return Order.objects.filter(checkout_key__in=placed[:1]).exists()

    def _receive(self, chapter: Chapter) -> None:
        """Receive a delivery by the command for it: the shop itself knows nothing of inventory."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "delivery.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([("isbn", "quantity"), *chapter.delivery.items()])
            day = localdate(chapter.starts)
            call_command("restock", str(path), reference=f"DEMO-{day}", date=day, stdout=StringIO())

    def _happen(self, what: What, planned: PlannedOrder, at: datetime) -> None:
        if what is What.PLACED:
            self.orders[planned.key] = self._place(planned, at)
            return
        order = self.orders.get(planned.key) or Order.objects.get(checkout_key=planned.key)
        match what:
            case What.DECLINED:
                self._start_payment(
                    order, planned, at, status=Payment.Status.FAILED, problem=_("The card was declined.")
                )
            case What.PAID:
                self._pay(order, planned, at)
            case What.DISPATCHED:
                record_dispatch(order, actor=self.stock_keeper, at=at)
            case What.EXPIRED:
                record_end(order, Order.Status.EXPIRED, note=_("Not paid in time"), at=at)
            case What.CANCELLED:
                self._cancel(order, planned, at)

    def _place(self, planned: PlannedOrder, at: datetime) -> Order:
        pays_by_card = planned.gateway == "test_card"
        minutes, days = settings.ORDER_HELD_MINUTES, settings.COLLECTION_HELD_DAYS
        held = timedelta(minutes=minutes) if pays_by_card else timedelta(days=days)
        copies = sorted(((self.books[isbn], n) for isbn, n in planned.copies.items()), key=lambda e: e[0].pk)
        sold = [(book, quantity, book.asking_price) for book, quantity in copies]
        ways = [] if planned.is_collected else methods_for(planned.buyer.address["country"], sold)
        quote = ways[0] if ways else COLLECTED
        order, lines = create_order(
            sold,
            shipping=quote.price,
            shipping_method_id=quote.method,
            shipping_name=quote.name,
            checkout_key=planned.key,
            customer=self.users.get(planned.buyer.email),
            email=planned.buyer.email,
            delivery_method=Order.Delivery.COLLECTION if planned.is_collected else Order.Delivery.STANDARD,
            placed_at=at,
            expires_at=at + held,
            **({} if planned.is_collected else planned.buyer.address),
        )
        if not pays_by_card:
            self._start_payment(order, planned, at)
        order_placed.send(sender=Order, order=order, lines=lines)
        return order

    def _start_payment(self, order: Order, planned: PlannedOrder, at: datetime, **fields: str) -> Payment:
        return Payment.objects.create(
            order=order,
            gateway=planned.gateway,
            amount=order.total,
            currency=order.currency,
            started_at=at,
            **fields,
        )

    def _pay(self, order: Order, planned: PlannedOrder, at: datetime) -> None:
        if planned.gateway == "collection":
            payment = Payment.objects.select_related("order").get(order=order)
            record_payment(payment, reference=None, actor=self.stock_keeper, at=at)
        else:
            payment = self._start_payment(order, planned, at - timedelta(seconds=20))
            record_payment(payment, reference=f"test-{planned.key}", actor=None, at=at)

    def _cancel(self, order: Order, planned: PlannedOrder, at: datetime) -> None:
        is_uncollected = planned.gateway == "collection"
        record_end(
            order,
            Order.Status.CANCELLED,
            actor=self.stock_keeper if is_uncollected else order.customer,
            note=_("Not collected") if is_uncollected else "",
            at=at,
        )
        # The money went back then, not when this runs.
        Refund.objects.filter(payment__order=order).update(
            status=Refund.Status.DONE, reference=f"test-refund-{planned.key}", created_at=at, done_at=at
        )
