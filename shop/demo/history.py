"""Carries out what was planned, by the very functions through which a shop's orders go."""

import csv
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from shop.catalogue.models import Book
from shop.customers.models import User
from shop.orders.cancelling import record_end
from shop.orders.delivering import record_delivery
from shop.orders.delivery import COLLECTED, Quote, Sold, methods_for
from shop.orders.dispatching import record_dispatch
from shop.orders.models import Order, OrderEvent, Shipment
from shop.orders.placing import create_order
from shop.payments.models import Payment, Refund
from shop.payments.settling import record_payment
from shop.signals import order_placed

from . import aftermath
from .people import STOCK_KEEPER
from .planning import Chapter, PlannedOrder, What


class Historian:
    """Makes the past of a shop whose books and people are there already."""

    def __init__(self) -> None:
        self.books = {book.isbn: book for book in Book.objects.defer("description", "search_text")}
        self.users = {user.email: user for user in User.objects.all()}
        self.stock_keeper = self.users[STOCK_KEEPER]
        self.orders: dict[UUID, Order] = {}
        self.parcels = Shipment.objects.count()

    def tell(self, chapter: Chapter) -> None:
        """Book in the chapter's delivery and have all the rest of it happen, unless that has been done before."""
        if chapter.delivery:
            self._receive(chapter)
        with transaction.atomic(durable=True):
            if not self._is_told(chapter):
                for event in chapter.events:
                    self._happen(event.what, event.order, event.at)
        aftermath.issue_papers()

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
            case What.PART_DISPATCHED:
                self._dispatch(order, at, planned.first_parcel)
            case What.DISPATCHED:
                self._dispatch(order, at)
            case What.DELIVERED:
                record_delivery(order, actor=self.stock_keeper, at=at)
            case What.EXPIRED:
                record_end(order, Order.Status.EXPIRED, note=_("Not paid in time"), at=at)
            case What.CANCELLED:
                self._cancel(order, planned, at)
            case _:
                aftermath.tell(what, order, planned, actor=self.stock_keeper, at=at)

    def _place(self, planned: PlannedOrder, at: datetime) -> Order:
        pays_at_once = planned.gateway == "test_card" and not planned.is_by_phone
        minutes, days = settings.ORDER_HELD_MINUTES, settings.COLLECTION_HELD_DAYS
        held = timedelta(minutes=minutes) if pays_at_once else timedelta(days=days)
        copies = sorted(((self.books[isbn], n) for isbn, n in planned.copies.items()), key=lambda e: e[0].pk)
        sold = [(book, quantity, book.asking_price) for book, quantity in copies]
        quote = COLLECTED if planned.is_collected else self._way(planned, sold)
        address: dict[str, Any] = {} if planned.is_collected else dict(planned.buyer.address)
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
            actor=self.stock_keeper if planned.is_by_phone else None,
            channel=Order.Channel.PHONE if planned.is_by_phone else Order.Channel.WEB,
            **address,
        )
        if planned.gateway == "collection" and not planned.is_by_phone:
            self._start_payment(order, planned, at)
        order_placed.send(sender=Order, order=order, lines=lines)
        if planned.is_by_phone:  # its payment in the shop was begun then, not when this runs
            order.payments.update(started_at=at)
        return order

    def _way(self, planned: PlannedOrder, sold: Sold) -> Quote:
        """Mostly the cheapest; some have it sent the quicker way."""
        ways = methods_for(planned.buyer.address["country"], sold)
        return ways[-1 if planned.key.int % 5 == 0 else 0] if ways else COLLECTED

    def _dispatch(self, order: Order, at: datetime, copies: Mapping[str, int] | None = None) -> None:
        """All of it, or so many copies by ISBN; with a carrier and a number to follow it by, if it is sent."""
        parts = (
            None
            if copies is None
            else {line.pk: copies[line.isbn] for line in order.lines.filter(isbn__in=copies)}
        )
        carrier, tracking = ("", "") if order.is_collected else self._parcel(order)
        record_dispatch(
            order, actor=self.stock_keeper, at=at, copies=parts, carrier=carrier, tracking=tracking
        )

    def _parcel(self, order: Order) -> tuple[str, str]:
        """By whom it goes, and a number that looks like that carrier's; the cheapest way in the country has none."""
        self.parcels += 1
        carrier = {"IE": "An Post", "DE": "DHL"}.get(str(order.country), "Royal Mail")
        return carrier, f"EP{self.parcels:08d}{order.country}" if order.checkout_key.int % 3 else ""

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
        OrderEvent.objects.filter(order=order, what=OrderEvent.What.REFUNDED).update(at=at)
