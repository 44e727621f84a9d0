"""Whatever happens to orders and copies, in whatever order: stock stays in order, and check_stock can tell."""

import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from inventory.alerts import mark_ordered, resolve
from inventory.checking import check_stock
from inventory.models import Backorder, RestockAlert, Stock, StockMovement
from inventory.stocking import NotEnoughCopies, adjust_copies, receive_copies, set_threshold
from shop.models import Book, Order, OrderLine, Return, ReturnLine, ShipmentLine
from shop.orders.calling_off import call_off, cancel_rest
from shop.orders.cancelling import cancel_order, expire_order
from shop.orders.copies import TooManyCopies
from shop.orders.delivering import deliver_order
from shop.orders.dispatching import NotYet, dispatch_order, may_go
from shop.orders.returning import (
    AlreadyClosed,
    ask_for_return,
    receive_return,
    refuse_return,
    returnable,
    take_return,
)
from shop.orders.transitions import NotPossible
from shop.signals import InsufficientStock
from tests.makers import (
    make_book,
    make_dispatched_order,
    make_forthcoming,
    make_order,
    make_paid_order,
    pay,
)

pytestmark = pytest.mark.django_db


class NothingThere(Exception):
    """Chance chose what no order has."""


REFUSALS = (
    *(NotEnoughCopies, InsufficientStock, NotPossible, NotYet),
    *(TooManyCopies, AlreadyClosed, NothingThere),
)


class Shop:
    """A few books and everything that can happen to them, chosen by chance."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.books = [make_book(stock=self.chance.choice([0, 4, 12, 25])) for _ in range(3)]
        self.books += [make_forthcoming(stock=stock) for stock in (0, 3)]
        make_order((self.books[-1], 7))  # waits for four
        big = make_book(stock=30)
        large = make_paid_order((big, 9), *((book, 2) for book in self.books if book.stock.on_hand > 3))
        line = large.lines.get(book=big).pk
        dispatch_order(order_id=large.pk, actor=None, copies={line: 3})
        take_return(order_id=large.pk, copies={line: 2}, restocked={line: 1}, reason="", actor=None)
        with transaction.atomic():
            call_off(large, {line: 2}, written_off={line: 1}, actor=None, at=timezone.now())
        self.books.append(big)

    def some_books(self):
        chosen = self.chance.sample(self.books, self.chance.randint(1, 3))
        return [(book, self.chance.randint(1, 7)) for book in chosen]

    def some_order(self):
        return self.chance.choice(list(Order.objects.order_by("pk")) or [make_order((self.books[1], 1))])

    def place(self):
        make_order(*self.some_books())

    def pay(self):
        pay(self.some_order())

    def cancel(self):
        cancel_order(order_id=self.some_order().pk, actor=None)

    def expire(self):
        order = self.some_order()
        Order.objects.filter(pk=order.pk).update(expires_at=F("placed_at"))
        expire_order(order_id=order.pk)

    def dispatch(self):
        dispatch_order(order_id=self.some_order().pk, actor=None)

    def some_copies(self, possible):
        """Some copies of some lines, of those that a dict says are possible; sometimes more."""
        chosen = [pk for pk, copies in possible.items() if copies > 0 and self.chance.random() < 0.8]
        if not chosen:
            raise NothingThere
        return {pk: self.chance.randint(1, possible[pk] + (self.chance.random() < 0.1)) for pk in chosen}

    def split(self, copies):
        """A part of each."""
        return {pk: self.chance.randint(0, n) for pk, n in copies.items()}

    def outstanding(self, order):
        return {line.pk: line.outstanding for line in order.lines.all()}

    def dispatch_part(self):
        order = self.chance.choice(self.bought(*Order.TO_DISPATCH))
        can_go = {line.pk: max(may_go(line) // 2, 1) for line in order.lines.with_books() if may_go(line)}
        dispatch_order(order_id=order.pk, actor=None, copies=self.some_copies(can_go))

    def deliver(self):
        deliver_order(order_id=self.chance.choice(self.bought()).pk, actor=None)

    def call_off(self):
        order = self.chance.choice(self.bought(*Order.TO_DISPATCH))
        copies = self.some_copies(self.outstanding(order))
        with transaction.atomic():
            call_off(order, copies, written_off=self.split(copies), actor=None, at=timezone.now())

    def cancel_rest(self):
        cancel_rest(order_id=self.chance.choice(self.bought(Order.Status.PART_DISPATCHED)).pk, actor=None)

    def ask_to_return(self):
        order = self.chance.choice(self.bought())
        ask_for_return(
            order_id=order.pk, copies=self.some_copies(returnable(order)), reason="Chance", actor=None
        )

    def answer_return(self):
        open_ones = list(Return.objects.order_by("pk"))
        if not open_ones:
            raise NothingThere
        asked = self.chance.choice(open_ones)
        if self.chance.random() < 0.3:
            refuse_return(return_id=asked.pk, answer="No", actor=None)
        else:
            copies = dict(asked.lines.values_list("line_id", "quantity"))
            receive_return(return_id=asked.pk, copies=copies, restocked=self.split(copies), actor=None)

    def take_back(self):
        order = self.chance.choice(self.bought())
        copies = self.some_copies({line.pk: line.dispatched for line in order.lines.all()})
        restocked = self.split(copies)
        take_return(order_id=order.pk, copies=copies, restocked=restocked, reason="", actor=None)

    def bought(self, *statuses):
        """Orders of which something can leave, or has; of these statuses, most of the time."""
        wanted = statuses if statuses and self.chance.random() < 0.9 else Order.BOUGHT
        found = list(Order.objects.filter(status__in=wanted).order_by("pk"))
        if not found:
            raise NothingThere
        return found

    def receive(self):
        receive_copies(quantities={book.pk: n for book, n in self.some_books()}, actor=None)

    def adjust(self):
        for book, n in self.some_books():
            adjust_copies(book_id=book.pk, difference=self.chance.choice([n, -n]), actor=None, reason="Count")

    def threshold(self):
        for book, n in self.some_books():
            set_threshold(book_id=book.pk, threshold=self.chance.choice([None, 0, n, 20]))

    def publish_or_put_off(self):
        for book, n in self.some_books():
            book.publication_date = timezone.localdate() + timedelta(days=self.chance.choice([0, n]))
            book.save()

    def order_more(self):
        mark_ordered(alert_ids=list(RestockAlert.objects.values_list("pk", flat=True)))

    def resolve(self):
        resolve(alert_ids=list(RestockAlert.objects.values_list("pk", flat=True)))

    THINGS = (place, place, place, pay, pay, cancel, expire, dispatch, receive, adjust, threshold)
    THINGS += (dispatch_part, dispatch_part, dispatch_part, deliver, call_off, cancel_rest)
    THINGS += (ask_to_return, answer_return, take_back)
    RARE_THINGS = (order_more, resolve, publish_or_put_off)

    def let_something_happen(self):
        rare = self.chance.random() < 0.1
        self.chance.choice(self.RARE_THINGS if rare else self.THINGS)(self)


def told_by_copies(order):
    """The status that the order's copies and parcels tell, of one that was paid and not cancelled whole."""
    lines, parcels = list(order.lines.all()), list(order.shipments.all())
    outstanding, dispatched, returned = (
        sum(getattr(line, name) for line in lines) for name in ("outstanding", "dispatched", "returned")
    )
    if order.status not in Order.BOUGHT:
        return order.status if not dispatched else "not that"
    if not dispatched:
        return Order.Status.PAID
    if outstanding:
        return Order.Status.PART_DISPATCHED
    if returned == dispatched:
        return Order.Status.RETURNED
    arrived = all(parcel.delivered_at for parcel in parcels)
    return Order.Status.DELIVERED if arrived else Order.Status.DISPATCHED


@pytest.mark.parametrize("seed", range(6))
def test_stock_is_in_order_after_whatever_happens(seed):
    shop = Shop(seed)
    done = refused = waited = 0

    for _ in range(90):
        try:
            shop.let_something_happen()
            done += 1
        except REFUSALS:
            refused += 1
        result = check_stock()
        assert result.flaws == []
        assert all(stock.is_low for stock in Stock.objects.exclude(accepted_low=None))
        waited += Backorder.objects.count()
        assert [order for order in Order.objects.all() if order.status != told_by_copies(order)] == []

    assert done > 15
    assert waited > 0
    assert refused > 0
    assert result.movements == StockMovement.objects.count()


def spoil(book, **figures):
    """Change a stock row behind everybody's back; the database's own constraint is looked past."""
    with connection.cursor() as cursor:
        off, on = {
            "sqlite": ("PRAGMA ignore_check_constraints = ON", "PRAGMA ignore_check_constraints = OFF"),
            "mysql": ("SET check_constraint_checks = 0", "SET check_constraint_checks = 1"),
        }[connection.vendor]
        cursor.execute(off)
        try:
            Stock.objects.filter(pk=book.pk).update(**figures)
        finally:
            cursor.execute(on)


def flaws():
    return [(flaw.isbn, flaw.what) for flaw in check_stock().flaws]


def test_copies_without_a_movement_are_found():
    make_book(stock=20)
    book = make_book(stock=20)
    spoil(book, on_hand=21)

    assert flaws() == [(book.isbn, "21 are on hand, but its movements sum to 20")]


def test_a_promise_without_an_order_is_found():
    book = make_book(stock=20)
    make_order((book, 3))
    make_paid_order((book, 2))
    make_dispatched_order((book, 1))
    spoil(book, allocated=4)

    assert flaws() == [(book.isbn, "4 are allocated, but open orders ask for 5")]


def test_more_promised_than_there_is_is_found():
    book = make_book(stock=2)
    make_order((book, 2))
    spoil(book, on_hand=1)

    assert (book.isbn, "2 are allocated of 1 on hand") in flaws()


def test_copies_awaited_that_nobody_waits_for_are_found():
    book = make_forthcoming(stock=0)
    make_order((book, 3))
    Backorder.objects.update(quantity=2)

    assert flaws() == [(book.isbn, "3 are awaited, but its backorders sum to 2")]


def test_fewer_awaited_than_orders_ask_for_is_found():
    book = make_forthcoming(stock=1)
    make_order((book, 3))
    Backorder.objects.update(quantity=1)
    spoil(book, awaited=1)

    assert flaws() == [(book.isbn, "1 are allocated and 1 awaited, but open orders ask for 3")]


def test_somebody_who_waits_while_a_copy_is_free_is_found():
    book = make_forthcoming(stock=1)
    make_order((book, 3))
    spoil(book, allocated=0, awaited=3)
    Backorder.objects.update(quantity=3)

    assert flaws() == [(book.isbn, "3 are awaited, although 1 are available")]


def test_a_backorder_of_an_order_that_is_closed_is_found():
    book = make_forthcoming(stock=0)
    order = make_order((book, 3))
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED)

    assert (
        book.isbn,
        "3 are awaited by lines that wait for nothing: of no open order, or for less",
    ) in flaws()


def test_a_backorder_of_another_book_or_of_more_than_was_ordered_is_found():
    book, other = make_forthcoming(stock=0), make_forthcoming(stock=0)
    order = make_order((book, 2), (other, 2))
    Backorder.objects.update(book=other)
    spoil(book, awaited=0)
    spoil(other, awaited=4)

    assert {isbn for isbn, what in flaws() if "wait for nothing" in what} == {other.isbn}

    Backorder.objects.filter(order_line__book=book).delete()
    Backorder.objects.filter(order_line__order=order).update(quantity=4)
    assert {isbn for isbn, what in flaws() if "wait for nothing" in what} == {other.isbn}


def test_a_low_book_without_an_alert_is_found():
    book = make_book(stock=4)
    RestockAlert.objects.all().delete()

    assert flaws() == [(book.isbn, "4 are available, below 10, with 0 open alerts instead of one")]


def test_a_book_that_customers_wait_for_without_an_alert_is_found():
    book = make_forthcoming(stock=0)
    make_order((book, 2))
    RestockAlert.objects.all().delete()

    assert flaws() == [(book.isbn, "2 are awaited, with 0 open alerts instead of one")]


def test_an_alert_for_a_book_that_is_not_low_is_found():
    book = make_book(stock=40)
    RestockAlert.objects.create(book=book, available=4)

    assert flaws() == [(book.isbn, "40 are available, not below 10, with 1 open alerts instead of none")]


def test_an_alert_for_a_book_with_what_will_do_is_found():
    book = make_book(stock=4)
    Stock.objects.filter(pk=book.pk).update(accepted_low=4)

    assert flaws() == [(book.isbn, "4 are available and will do, with 1 open alerts instead of none")]


def test_a_book_without_stock_is_found():
    book = Book.objects.create(isbn="9780140449136", title="The Odyssey", price=9)

    assert flaws() == [(book.isbn, "it has no stock row")]


def test_copies_that_left_without_a_parcel_or_a_movement_are_found():
    book = make_book(stock=20)
    order = make_dispatched_order((book, 3))
    ShipmentLine.objects.update(quantity=2)
    assert flaws() == [(book.isbn, f"order {order.number}: 3 are dispatched, but its parcels hold 2")]

    ShipmentLine.objects.all().delete()
    assert flaws() == [(book.isbn, f"order {order.number}: 3 are dispatched, but its parcels hold 0")]

    OrderLine.objects.update(dispatched=0)
    assert (book.isbn, f"order {order.number}: 0 are dispatched, but its movements sum to 3") in flaws()


def test_copies_that_came_back_otherwise_than_returns_and_movements_say_are_found():
    book = make_book(stock=20)
    order = make_dispatched_order((book, 3))
    line = order.lines.get()
    take_return(order_id=order.pk, copies={line.pk: 2}, restocked={line.pk: 1}, reason="", actor=None)
    assert flaws() == []

    OrderLine.objects.update(returned=1)
    assert flaws() == [(book.isbn, f"order {order.number}: 1 are returned, but its returns hold 2")]

    OrderLine.objects.update(returned=2)
    ReturnLine.objects.update(restocked=2)
    expected = f"order {order.number}: 2 came back to stock, but its movements sum to 1"
    assert flaws() == [(book.isbn, expected)]


def test_more_written_off_than_was_called_off_is_found():
    book = make_book(stock=20)
    order = make_paid_order((book, 3))
    with transaction.atomic():
        line = order.lines.get().pk
        call_off(order, {line: 2}, written_off={line: 2}, actor=None, at=timezone.now())
    OrderLine.objects.update(cancelled=1)

    expected = f"order {order.number}: 1 are called off, but 2 of them written off"
    assert (book.isbn, expected) in flaws()


def test_the_number_of_queries_does_not_grow_with_the_books(django_assert_max_num_queries):
    for _ in range(10):
        make_paid_order((make_book(stock=4), 1))

    with django_assert_max_num_queries(14):
        assert check_stock().books == 10


def test_the_command_says_in_a_line_that_all_is_well(capsys):
    make_order((make_book(stock=20), 2))

    call_command("check_stock")

    assert capsys.readouterr().out == (
        "Stock is in order: 1 books, 1 movements, 1 open order lines, 0 open alerts.\n"
    )


def test_the_command_prints_each_flaw_and_fails(capsys):
    book = make_book("Middlemarch", stock=20)
    spoil(book, on_hand=21)

    with pytest.raises(CommandError) as failure:
        call_command("check_stock")

    assert failure.value.returncode == 1
    assert "Middlemarch: 21 are on hand, but its movements sum to 20" in capsys.readouterr().out
