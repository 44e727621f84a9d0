"""What happens to an order is told to its customer, by whomever and however it is brought about; and nothing twice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from inventory.models import Stock
from inventory.stocking import receive_copies
from shop.mail.kinds import find
from shop.mail.sending import send_due
from shop.models import Book, Mail, Order, Return
from shop.orders.calling_off import cancel_rest
from shop.orders.cancelling import cancel_order, expire_orders
from shop.orders.dispatching import dispatch_order
from shop.orders.returning import ask_for_return, receive_return, refuse_return
from shop.payments.answers import take_answer
from shop.payments.gateways.base import Declined
from shop.payments.settling import fail, start_payment
from tests.makers import make_book, make_forthcoming, make_order, make_paid_order, pay
from tests.payments.refunds import refund

pytestmark = pytest.mark.django_db

COLLECTED = {"delivery_method": Order.Delivery.COLLECTION}


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """What is mailed because of something: the kinds, in their order. The last mail is then in `mail.outbox[-1]`."""

    def do(act, *args, **kwargs):
        send_due()  # what was told before
        last = Mail.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        sent = Mail.objects.filter(pk__gt=last, status=Mail.Status.SENT).order_by("pk")
        return list(sent.values_list("kind", flat=True))

    return do


def body():
    return mail.outbox[-1].body


def test_a_payment_that_has_come_in(told):
    order = make_order(make_book("Emma"))

    assert told(pay, order) == ["paid"]

    assert "your payment of £13.49 has come in" in body()
    assert "We write again when it is on its way." in body()


def test_a_payment_at_the_till_is_told_by_the_till(told):
    assert told(pay, make_order(**COLLECTED), "collection") == []


def test_a_payment_for_what_is_here_to_be_collected_says_so(told):
    assert told(pay, make_order(**COLLECTED)) == ["paid"]

    assert "All of it is here for you to collect." in body()


def test_who_has_paid_for_what_is_collected_and_has_to_wait_is_told_when_all_of_it_is_here(told):
    book = make_forthcoming("Orbital")
    order = make_order(book, **COLLECTED)
    assert told(pay, order) == ["paid"]
    assert "We write again when all of it is here." in body()
    waiting = Mail.objects.get(kind="ready")
    assert (waiting.status, waiting.tries) == (Mail.Status.QUEUED, 0) and waiting.due_at > timezone.now()

    receive_copies(quantities={book.pk: 1}, actor=None)
    Book.objects.filter(pk=book.pk).update(publication_date=timezone.localdate())
    Mail.objects.filter(kind="ready").update(due_at=timezone.now())
    send_due()

    assert mail.outbox[-1].subject == f"Your order {order.number} is here"
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("kind", ["confirmation", "has_come", "ready"])
def test_who_collects_is_told_where_and_when(settings, kind):
    settings.SHOP_ADDRESS = "9 Bell Yard | London | WC2A 2JR"
    settings.SHOP_OPENING_HOURS = "Monday to Saturday, 9 to 18"
    status = Order.Status.PAID if kind == "ready" else Order.Status.PLACED
    collected = make_order(status=status, **COLLECTED)
    sent = make_order(status=status)
    where = "Collect it at:\n9 Bell Yard\nLondon\nWC2A 2JR\nMonday to Saturday, 9 to 18"

    def words(order):
        return "\n\n".join(block.as_text() for block in find(kind).contents(order.pk).blocks)

    assert where in words(collected) and "Bell Yard" not in words(sent)

    settings.SHOP_ADDRESS = ""
    assert "Collect it at" not in words(collected)


def test_a_payment_that_the_bank_refuses_days_later(told):
    order = make_order(make_book("Emma"), expires_at=timezone.now() + timedelta(days=3))
    payment = start_payment(order_id=order.pk, gateway="test_card")

    answer = Declined("Insufficient funds", was_under_way=True)
    assert told(take_answer, payment_id=payment.pk, answer=answer) == ["payment_failed"]
    assert told(take_answer, payment_id=payment.pk, answer=answer) == []

    assert "Nothing was taken." in body() and order.page_address() in body()


def test_a_card_that_is_declined_before_the_customers_eyes_is_no_mail(told):
    order = make_order()
    first, second = (start_payment(order_id=order.pk, gateway="test_card") for _ in range(2))

    assert told(fail, payment_id=first.pk, problem="Declined") == []
    assert told(take_answer, payment_id=second.pk, answer=Declined("Declined")) == []


def test_a_failed_payment_is_not_told_of_once_the_order_is_paid_otherwise(told):
    order = make_order()
    payment = start_payment(order_id=order.pk, gateway="test_card")

    def both():
        take_answer(payment_id=payment.pk, answer=Declined("No", was_under_way=True))
        pay(order)

    assert told(both) == ["paid"]


def test_each_parcel_says_what_is_in_it_and_what_is_still_to_come(told):
    emma, walden = make_book("Emma"), make_book("Walden")
    order = make_paid_order((emma, 2), walden)
    line = order.lines.get(book=emma)
    by = {"actor": None, "carrier": "Royal Mail", "tracking": "RM 12"}

    assert told(dispatch_order, order_id=order.pk, copies={line.pk: 1}, **by) == ["dispatched"]
    first = body()
    assert told(dispatch_order, order_id=order.pk, actor=None) == ["dispatched"]

    assert (
        "In this parcel:\n1 x Emma" in first and "Still to come:\n1 x Emma" in first and "1 x Walden" in first
    )
    assert "Sent by: Royal Mail\nTracking number: RM 12" in first
    assert "Follow the parcel:\nhttps://www.royalmail.com/track-your-item#/tracking-results/RM12\n" in first
    assert "In this parcel:\n1 x Emma" in body() and "Still to come" not in body()
    assert "Sent by" not in body() and "Follow" not in body()


def test_what_is_handed_over_in_the_shop_is_no_mail(told):
    order = make_paid_order(**COLLECTED)

    assert told(dispatch_order, order_id=order.pk, actor=None) == []


def test_a_cancelled_order_and_the_money_that_goes_back(told):
    order = make_paid_order(make_book("Emma"))

    assert told(cancel_order, order_id=order.pk, actor=None) == ["cancelled", "refunded"]

    cancelled, refunded = mail.outbox[-2:]
    assert "What you have paid goes back to you" in cancelled.body
    assert refunded.subject == f"We have given £13.49 back for your order {order.number}"


def test_a_cancelled_order_for_which_nothing_was_paid(told):
    order = make_order()

    assert told(cancel_order, order_id=order.pk, actor=None) == ["cancelled"]

    assert "goes back to you" not in body()


def test_an_order_that_was_not_paid_in_time(told):
    make_order(expires_at=timezone.now() - timedelta(minutes=1))

    assert told(expire_orders) == ["expired"]

    assert "you owe us nothing" in body()


def test_copies_that_will_not_be_sent(told):
    emma, walden = make_book("Emma"), make_book("Walden")
    order = make_paid_order(emma, walden)
    dispatch_order(order_id=order.pk, copies={order.lines.get(book=emma).pk: 1}, actor=None)

    assert told(cancel_rest, order_id=order.pk, actor=None) == ["called_off", "refunded"]

    called_off, refunded = mail.outbox[-2:]
    assert "Will not be sent:\n1 x Walden" in called_off.body and "Emma" not in called_off.body
    assert "1 x Walden (Paperback), Ursula K. Le Guin: £9.99" in refunded.body


def test_a_refund_of_some_of_it(told):
    order = make_paid_order((make_book("Emma", price="9.99"), 3))

    assert told(refund, order, (order.lines.get(), 1, "9.99"), reason="Torn cover") == ["refunded"]

    assert "For these books:\n1 x Emma (Paperback), Ursula K. Le Guin: £9.99" in body()
    assert "Given back: £9.99\n\nReason: Torn cover" in body()


def test_a_return_asked_for_refused_and_received(told, settings):
    settings.SHOP_ADDRESS = "9 Bell Yard | London"
    book = make_book("Emma", stock=5)
    order = make_paid_order((book, 2))
    dispatch_order(order_id=order.pk, actor=None)
    copies = {order.lines.get().pk: 1}

    def ask():
        return ask_for_return(order_id=order.pk, copies=copies, reason="Twice", actor=None)

    assert told(ask) == ["return_asked"]
    assert "Your return:\n1 x Emma" in body() and "Your reason: Twice" in body()
    assert f"Number of the return: {order.number}/R1" in body()
    assert f"Send or bring them to:\n{settings.SHOP_NAME}\n9 Bell Yard\nLondon" in body()
    asked = Return.objects.latest("pk")
    assert told(refuse_return, return_id=asked.pk, answer="Worn", actor=None) == ["return_refused"]
    assert "Our answer: Worn" in body() and "9 Bell Yard" not in body()
    told(ask)
    asked = Return.objects.latest("pk")
    received = told(receive_return, return_id=asked.pk, copies=copies, restocked=copies, actor=None)
    assert received == ["return_received"]
    assert Stock.objects.get(pk=book.pk).on_hand == 4


def test_a_customer_without_an_address_is_told_nothing_and_nothing_fails(told):
    order = make_order(email="")

    assert told(pay, order) == []
    assert told(dispatch_order, order_id=order.pk, actor=None) == []
    assert not Mail.objects.exists()
