"""Many invoices at once on MariaDB: no number twice, none left out, none lost; and each with the guard taken away."""

from functools import partial
from threading import Barrier, Event

import pytest
from django.db import OperationalError, connection, transaction

from shop.models import Invoice, NumberSeries
from shop.orders.invoicing import issue_invoice
from tests.makers import make_book, make_paid_order

from .racers import PATIENCE, race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

CLERKS = 6
SERIES = NumberSeries.INVOICES


@pytest.fixture
def orders():
    book = make_book(stock=50)
    return [make_paid_order(book) for _ in range(CLERKS)]


def begin_anew() -> None:
    """Paying has issued some: the tests begin before that."""
    Invoice.objects.all().delete()
    NumberSeries.objects.all().delete()


def numbers() -> list[int]:
    return sorted(Invoice.objects.values_list("number", flat=True))


def last() -> int:
    return NumberSeries.objects.filter(name=SERIES).values_list("last", flat=True).first() or 0


def test_orders_invoiced_at_once_are_numbered_without_a_gap(orders):
    for _ in range(5):
        begin_anew()

        issued = race(*(partial(issue_invoice, order_id=order.pk) for order in orders))

        assert all(isinstance(invoice, Invoice) for invoice in issued)
        assert numbers() == [1, 2, 3, 4, 5, 6]
        assert last() == 6


def test_one_order_invoiced_by_many_at_once_has_one_invoice_and_takes_one_number(orders):
    for _ in range(5):
        begin_anew()

        issued = race(*[partial(issue_invoice, order_id=orders[0].pk)] * CLERKS)

        assert {invoice.pk for invoice in issued} == {Invoice.objects.get().pk}
        assert (numbers(), last()) == ([1], 1)


def test_a_connection_that_dies_with_a_number_in_hand_leaves_no_gap(orders):
    begin_anew()
    taken, killed = Event(), Event()
    clerk = []

    def take_and_die():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT CONNECTION_ID()")
                clerk.append(cursor.fetchone()[0])
            number = NumberSeries.take(SERIES)
            taken.set()
            killed.wait(PATIENCE)
            Invoice.objects.create(order=orders[0], number=number)

    def kill():
        taken.wait(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute(f"KILL CONNECTION {clerk[0]}")
        killed.set()

    dead, _ = race(take_and_die, kill)

    assert isinstance(dead, OperationalError)
    assert (numbers(), last()) == ([], 0)
    assert issue_invoice(order_id=orders[0].pk).number == 1


def test_without_the_series_row_two_at_once_would_take_one_number(orders, monkeypatch):
    """The twin: a number that is read first, and written after somebody else has read it, too."""
    begin_anew()
    have_read = Barrier(2)
    taken = []

    def read_then_write(name):
        number = (Invoice.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
        taken.append(number)
        if len(taken) <= 2:
            have_read.wait(PATIENCE)
        return number

    monkeypatch.setattr(NumberSeries, "take", read_then_write)
    race(*(partial(issue_invoice, order_id=order.pk) for order in orders[:2]))

    assert taken[:2] == [1, 1]


def test_a_number_taken_in_a_transaction_of_its_own_would_leave_a_gap(orders, monkeypatch):
    """The twin of the dying connection: what is committed before the invoice is not given back."""
    begin_anew()
    take = NumberSeries.take
    with transaction.atomic():
        take(SERIES)
    with pytest.raises(RuntimeError), transaction.atomic():
        raise RuntimeError("dies before the invoice is written")

    assert issue_invoice(order_id=orders[0].pk).number == 2
    assert numbers() == [2]
