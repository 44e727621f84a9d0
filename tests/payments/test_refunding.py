"""Money goes back: never more than was paid, to the penny, and the copies with it."""

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F

from inventory.models import Stock, StockMovement
from shop.models import LineCredit, Order, OrderLine, Payment, Refund, RefundLine
from shop.orders.calling_off import cancel_rest
from shop.orders.cancelling import cancel_order
from shop.orders.copies import TooManyCopies
from shop.orders.transitions import NotPossible
from shop.payments.apportioning import left_of
from shop.payments.owing import CannotRefund
from shop.payments.settling import settle, start_payment
from tests.makers import make_book, make_cancelled_order, make_dispatched_order, make_paid_order, make_user

from .refunds import KEEP, RESTOCK, WRITE_OFF, adds_up, counters, payment_of, refund, stock_of

pytestmark = pytest.mark.django_db

# --- By line and quantity


def test_one_copy_of_several_goes_back_with_its_price_and_stays_with_the_customer():
    keeper = make_user(is_staff=True)
    order = make_dispatched_order((make_book(price="9.99"), 3))
    line = order.lines.get()

    made = refund(order, (line, 1, "9.99"), reason="Torn cover", actor=keeper)

    order.refresh_from_db()
    assert (made.amount, made.shipping, made.reason, made.actor) == (Decimal("9.99"), 0, "Torn cover", keeper)
    part = made.lines.get()
    assert (part.line, part.quantity, part.amount, part.fate) == (line, 1, Decimal("9.99"), KEEP)
    assert counters(line) == (3, 0, 0, Decimal("9.99"))
    assert order.status == Order.Status.DISPATCHED
    assert payment_of(order).refunded == Decimal("9.99")
    event = order.events.last()
    assert (event.what, event.actor, event.note) == ("refunded", keeper, "£9.99: Torn cover")
    assert adds_up(order) == Decimal("9.99")


def test_no_more_copies_go_back_than_were_sold_however_little_is_asked_for_them():
    order = make_dispatched_order((make_book(price="9.99"), 3))
    line = order.lines.get()
    refund(order, (line, 1, "9.99"))

    with pytest.raises(CannotRefund, match="Only 2 copies are left"):
        refund(order, (line, 3, "5.00"))

    assert counters(line) == (3, 0, 0, Decimal("9.99"))
    refund(order, (line, 2, "19.98"))


def test_the_money_goes_back_through_the_gateway_once_it_is_committed(django_capture_on_commit_callbacks):
    order = make_paid_order((make_book(price="9.99"), 2))

    with django_capture_on_commit_callbacks(execute=True):
        made = refund(order, (order.lines.get(), 1, "9.99"))

    made.refresh_from_db()
    assert (made.status, made.reference) == (Refund.Status.DONE, f"test-refund-{made.pk}")
    assert made.done_at


def test_copies_not_yet_sent_are_free_again():
    order = make_paid_order((make_book(stock=20), 3))
    line = order.lines.get()

    refund(order, (line, 1, "9.99", RESTOCK))

    assert counters(line) == (0, 1, 0, Decimal("9.99"))
    assert stock_of(line) == (20, 2)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_copies_not_yet_sent_can_be_written_off():
    order = make_paid_order((make_book(stock=20), 3))
    line = order.lines.get()

    refund(order, (line, 2, "19.98", WRITE_OFF))

    assert counters(line) == (0, 2, 0, Decimal("19.98"))
    assert stock_of(line) == (18, 1)


def test_copies_that_came_back_are_on_hand_again():
    order = make_dispatched_order((make_book(stock=20), 3))
    line = order.lines.get()

    refund(order, (line, 2, "19.98", RESTOCK, True))

    assert counters(line) == (3, 0, 2, Decimal("19.98"))
    assert stock_of(line) == (19, 0)
    returned = order.returns.get()
    assert (returned.status, returned.reason, returned.lines.get().restocked) == ("received", "Damaged", 2)
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED


def test_copies_that_came_back_spoilt_are_not_for_sale():
    order = make_dispatched_order((make_book(stock=20), 3))
    line = order.lines.get()

    refund(order, (line, 3, "29.97", WRITE_OFF, True))

    assert counters(line) == (3, 0, 3, Decimal("29.97"))
    assert stock_of(line) == (17, 0)
    assert sum(move.quantity for move in StockMovement.objects.filter(book=line.book_id)) == 17
    order.refresh_from_db()
    assert order.status == Order.Status.RETURNED


def test_money_only_moves_no_copy():
    order = make_paid_order((make_book(stock=20), 3))
    line = order.lines.get()

    refund(order, (line, 3, "5.00"))

    assert counters(line) == (0, 0, 0, Decimal("5.00"))
    assert stock_of(line) == (20, 3)


def test_delivery_goes_back_by_itself_or_with_copies():
    order = make_paid_order((make_book(price="9.99"), 2))

    made = refund(order, shipping=Decimal("1.50"))
    refund(order, (order.lines.get(), 1, "9.99"), shipping=Decimal("2.00"))

    order.refresh_from_db()
    assert (made.amount, made.shipping) == (Decimal("1.50"), Decimal("1.50"))
    assert order.shipping_refunded == Decimal("3.50")
    assert adds_up(order) == Decimal("13.49")


def test_the_price_of_copies_one_by_one_sums_to_what_was_charged_for_them():
    order = make_paid_order((make_book(price="3.34"), 3))
    line = order.lines.get()
    OrderLine.objects.filter(pk=line.pk).update(discount="0.02")  # 10.00 is charged for three

    given = []
    for _ in range(3):
        (left,) = left_of(order).lines
        given.append(left.price_of(1))
        refund(order, (line, 1, given[-1]))

    assert given == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert left_of(order).lines[0].amount == 0


def test_the_price_of_a_copy_is_never_more_than_is_left():
    order = make_paid_order((make_book(price="10.00"), 2))
    line = order.lines.get()

    refund(order, (line, 2, "13.00"))

    (left,) = left_of(order).lines
    assert (left.price_of(1), left.price_of(2)) == (Decimal("7.00"), Decimal("7.00"))


def test_three_authors_shares_go_back_to_the_penny():
    order = make_paid_order((make_book(price="10.00", authors=("Ann A", "Ben B", "Cas C")), 1))
    line = order.lines.get()

    for amount in ("0.01", "0.01", "3.33", "6.65"):
        refund(order, (line, 1, amount))
        adds_up(order)

    assert list(line.credits.values_list("amount", "refunded")) == [
        (Decimal("3.34"), Decimal("3.34")),
        (Decimal("3.33"), Decimal("3.33")),
        (Decimal("3.33"), Decimal("3.33")),
    ]


# --- Never more than was paid


@pytest.mark.parametrize(
    ("copies", "amount", "shipping", "said"),
    [
        (2, "19.99", "0", "is not left of what was paid for “Emma”"),
        (2, "10.00", "3.51", "is not left of the delivery charge"),
        (3, "10.00", "0", "no such copies"),
        (0, "10.00", "0", "no such copies"),
        (1, "-1.00", "0", "less than nothing"),
        (1, "1.00", "-0.01", "less than nothing"),
        (1, "0.00", "0.00", "comes to nothing"),
    ],
)
def test_what_was_not_paid_is_not_given_back(copies, amount, shipping, said):
    order = make_paid_order((make_book("Emma", price="9.99"), 2))
    line = order.lines.get()

    with pytest.raises(CannotRefund, match=said):
        refund(order, (line, copies, amount), shipping=Decimal(shipping))

    assert not Refund.objects.exists()
    assert counters(line) == (0, 0, 0, 0)
    assert adds_up(order) == 0


def test_no_sum_is_given_back_that_the_currency_has_no_coins_for():
    order = make_paid_order((make_book(price="1000.00"), 2), shipping=Decimal("0.00"))
    Order.objects.update(currency="JPY")
    Payment.objects.update(currency="JPY")

    with pytest.raises(CannotRefund, match="no smaller sums than JP¥1"):
        refund(order, (order.lines.get(), 1, "333.33"))

    assert not Refund.objects.exists()
    assert refund(order, (order.lines.get(), 1, "333.00")).amount == 333


def test_a_line_of_another_order_is_refused():
    order, other = make_paid_order(), make_paid_order()

    with pytest.raises(CannotRefund, match="no such copies"):
        refund(order, (other.lines.get(), 1, "1.00"))


def test_one_line_twice_in_one_refund_is_refused():
    order = make_paid_order((make_book(), 2))
    line = order.lines.get()

    with pytest.raises(CannotRefund, match="once at a time"):
        refund(order, (line, 1, "1.00"), (line, 1, "1.00", RESTOCK))


def test_a_reason_is_asked_for():
    order = make_paid_order()

    with pytest.raises(CannotRefund, match="Say why"):
        refund(order, (order.lines.get(), 1, "9.99"), reason="  ")


def test_the_same_form_sent_twice_gives_back_once():
    order = make_paid_order((make_book(price="9.99"), 2))
    line = order.lines.get()

    first = refund(order, (line, 1, "9.99"), key="form-1")
    second = refund(order, (line, 1, "9.99"), key="form-1")

    assert first == second
    assert adds_up(order) == Decimal("9.99")


def test_the_form_of_another_order_gives_nothing_back():
    order, other = make_paid_order(), make_paid_order()
    refund(order, (order.lines.get(), 1, "1.00"), key="form")

    with pytest.raises(CannotRefund, match="another order"):
        refund(other, (other.lines.get(), 1, "1.00"), key="form")


def test_an_order_that_is_not_paid_or_is_cancelled_is_not_refunded_by_hand():
    order = make_paid_order((make_book(), 2))
    line = order.lines.get()
    cancel_order(order_id=order.pk, actor=None)

    with pytest.raises(NotPossible):
        refund(order, (line, 1, "1.00"))


def test_more_copies_than_were_sent_do_not_come_back_and_nothing_is_given():
    order = make_dispatched_order((make_book(stock=20), 2))
    line = order.lines.get()
    refund(order, (line, 1, "5.00", RESTOCK, True))  # the copy may be paid back yet

    with pytest.raises(TooManyCopies):
        refund(order, (line, 2, "9.99", RESTOCK, True))

    assert counters(line) == (2, 0, 1, Decimal("5.00"))
    assert adds_up(order) == Decimal("5.00")


# --- The whole order


def test_a_cancelled_order_gives_back_all_of_it_line_by_line_and_the_delivery():
    order = make_paid_order((make_book(price="9.99"), 2), make_book(price="5.00"))

    cancel_order(order_id=order.pk, actor=None)

    made = Refund.objects.get()
    assert (made.amount, made.shipping, made.reason) == (
        order.total,
        order.shipping,
        "The order is cancelled.",
    )
    assert sorted(made.lines.values_list("quantity", "amount", "fate")) == [
        (1, Decimal("5.00"), RESTOCK),
        (2, Decimal("19.98"), RESTOCK),
    ]
    assert adds_up(order) == order.total


def test_a_cancelled_order_gives_back_what_is_left():
    order = make_paid_order((make_book(price="9.99"), 2))
    refund(order, (order.lines.get(), 1, "4.00"), shipping=Decimal("1.00"))

    cancel_order(order_id=order.pk, actor=None)

    assert [each.amount for each in Refund.objects.order_by("pk")] == [Decimal("5.00"), Decimal("18.48")]
    assert adds_up(order) == order.total


def test_calling_off_all_there_is_cancels_the_order_and_then_all_of_the_money_goes_back():
    order = make_paid_order((make_book(price="9.99", stock=20), 2))
    line = order.lines.get()

    with pytest.raises(CannotRefund, match=r"all of the £23\.48"):
        refund(order, (line, 2, "19.98", RESTOCK))
    refund(order, (line, 2, "19.98", RESTOCK), shipping=order.shipping)

    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert stock_of(line) == (20, 0)
    assert adds_up(order) == order.total


def test_what_a_partly_sent_order_still_waited_for_goes_back_when_the_rest_is_called_off():
    sent, waiting = make_book("Emma", price="9.99", stock=20), make_book("Dune", price="8.00", stock=20)
    order = make_paid_order((sent, 1), (waiting, 2))
    order.lines.filter(book=sent).update(dispatched=1)
    Stock.objects.filter(pk=sent.pk).update(on_hand=F("on_hand") - 1, allocated=0)
    Order.objects.filter(pk=order.pk).update(status=Order.Status.PART_DISPATCHED)
    order.shipments.create(number=1)

    cancel_rest(order_id=order.pk, actor=None)

    made = Refund.objects.get()
    part = made.lines.get()
    assert (made.amount, made.shipping, part.line.book, part.quantity) == (Decimal("16.00"), 0, waiting, 2)
    assert adds_up(order) == Decimal("16.00")


def test_money_paid_twice_goes_back_whole_and_touches_no_line():
    order = make_paid_order(make_book(price="9.99"))
    Order.objects.filter(pk=order.pk).update(status=Order.Status.PLACED)
    second = start_payment(order_id=order.pk, gateway="test_card")
    Order.objects.filter(pk=order.pk).update(status=Order.Status.PAID)

    settle(payment_id=second.pk, amount=order.total, currency="GBP", reference="twice")

    made = Refund.objects.get()
    assert (made.payment, made.amount, made.shipping) == (second, order.total, 0)
    assert not made.lines.exists()
    assert order.lines.get().refunded == 0
    first = order.payments.exclude(pk=second.pk).get()
    assert first.refunded == 0
    cancel_order(order_id=order.pk, actor=None)
    assert [each.payment for each in Refund.objects.order_by("pk")] == [second, first]
    assert order.lines.get().refunded == Decimal("9.99")


def test_an_unpaid_order_that_is_cancelled_owes_nothing():
    make_cancelled_order()

    assert not Refund.objects.exists()


def test_the_migration_tells_of_orders_cancelled_before_what_went_back_of_their_lines():
    order = make_paid_order((make_book(price="9.99", authors=("Ann A", "Ben B")), 2), make_book(price="5.00"))
    kept = make_paid_order(make_book(price="5.00"))
    cancel_order(order_id=order.pk, actor=None)
    RefundLine.objects.all().delete()
    Refund.objects.update(shipping=0)
    Order.objects.update(shipping_refunded=0)
    OrderLine.objects.update(refunded=0)
    LineCredit.objects.update(refunded=0)

    migration = import_module("shop.migrations.0014_refunds_of_before")
    migration.tell(apps, SimpleNamespace(connection=connection))

    assert adds_up(order) == order.total
    assert Refund.objects.get().lines.count() == 2
    assert adds_up(kept) == 0
