"""Many invoices and credit notes at once on MariaDB: no number twice and none left out, no penny of tax too many; and
each with the guard taken away."""

from functools import partial
from threading import Barrier, Event

import pytest
from django.db import OperationalError, connection, transaction

from shop.models import CreditNote, Invoice, NumberSeries, Order, Refund, RefundLine
from shop.orders.invoicing import issue_invoice
from shop.payments import credit_notes
from shop.payments.credit_notes import credited_by_rate, note_refund
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


# --- Credit notes of one order: each is reckoned from what those before it have left


def halves() -> list[Refund]:
    """Both halves of an audiobook for £10.00, in which 20 % are £1.67: £0.84 in one of them, £0.83 in the other."""
    order = make_paid_order(make_book(price="10.00", format="AC"), delivery_method="collection")
    order.lines.update(tax_rate=20, tax="1.67")
    Order.objects.filter(pk=order.pk).update(tax="1.67")
    refunds = [
        Refund.objects.create(payment=order.payments.get(), amount="5.00", reason="Damaged") for _ in range(2)
    ]
    for refund in refunds:
        RefundLine.objects.create(refund=refund, line=order.lines.get(), quantity=1, amount="5.00")
    issue_invoice(order_id=order.pk)
    return refunds


def taxes() -> list[str]:
    return sorted(note.contents["tax"] for note in CreditNote.objects.all())


def test_two_credit_notes_at_once_share_the_tax_to_the_penny():
    for _ in range(5):
        CreditNote.objects.all().delete()

        race(*(partial(note_refund, refund.pk) for refund in halves()))

        assert taxes() == ["0.83", "0.84"]


def test_without_the_series_row_both_would_take_the_larger_half(monkeypatch):
    refunds, have_come = halves(), Barrier(2)
    numbers = iter((1, 2))

    def take_unlocked(name):
        have_come.wait(PATIENCE)
        return next(numbers)

    def read_first(refund, parts, invoice):
        found = credited_by_rate(refund, parts, invoice)
        have_come.wait(PATIENCE)
        return found

    monkeypatch.setattr(NumberSeries, "take", take_unlocked)
    monkeypatch.setattr(credit_notes, "credited_by_rate", read_first)
    race(*(partial(note_refund, refund.pk) for refund in refunds))

    assert taxes() == ["0.84", "0.84"]
