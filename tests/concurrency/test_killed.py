"""A worker killed with -9 at every statement, and right before and after the commit: all of it is there or nothing, and
whoever asks again completes it. On both databases; and without the transaction, to see that it shows."""

from contextlib import suppress
from decimal import Decimal
from functools import partial
from inspect import unwrap
from itertools import count
from uuid import uuid4

import pytest

from inventory.checking import check_stock
from shop.models import Mail, Order, OrderEvent, Payment
from shop.orders.cancelling import cancel_order
from shop.orders.copies import SentBefore
from shop.orders.dispatching import dispatch_order
from shop.orders.placing import Details, place_order
from shop.orders.returning import take_return
from shop.orders.transitions import NotPossible
from shop.payments.apportioning import Fate, Part
from shop.payments.refunding import refund_payment
from shop.payments.settling import settle, start_payment
from tests.makers import ADDRESS, make_book, make_cart, make_dispatched_order, make_order, make_paid_order

from .killing import change_since, everything, killed_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _tasks_are_left_to_a_worker(settings):
    """Whose rows are part of the transaction; what comes after it has tests of its own (tests/mail)."""
    settings.TASKS_NEED_WORKER = True


@pytest.fixture
def books():
    return [make_book(title, stock=1000) for title in ("Solaris", "Ubik")]


def placing(books):
    cart = make_cart((books[0], 2), books[1])
    details = Details("ada@example.com", Order.Delivery.STANDARD, ADDRESS)
    return partial(place_order, cart=cart, customer=None, details=details, checkout_key=cart.checkout_key)


def settling(books):
    order = make_order(*books)
    payment = start_payment(order_id=order.pk, gateway="test_card")
    return partial(
        settle, payment_id=payment.pk, amount=order.total, currency="GBP", reference=f"ref-{payment.pk}"
    )


def cancelling(books):
    return partial(cancel_order, order_id=make_paid_order(*books).pk, actor=None)


def dispatching(books):
    """In parts: one of two copies leaves."""
    order = make_paid_order((books[0], 2), books[1])
    line = order.lines.get(quantity=2)
    return partial(dispatch_order, order_id=order.pk, actor=None, copies={line.pk: 1}, number=1)


def returning(books):
    order = make_dispatched_order(*books)
    copies = {line.pk: 1 for line in order.lines.all()}
    return partial(
        take_return, order_id=order.pk, copies=copies, restocked=copies, reason="", actor=None, number=1
    )


def refunding(books):
    """One of two copies, which goes back on the shelf, and some of the delivery."""
    order = make_paid_order((books[0], 2), books[1])
    line = order.lines.get(quantity=2)
    return partial(
        refund_payment,
        payment_id=order.payments.get().pk,
        parts=[Part(line.pk, 1, Decimal("9.99"), Fate.RESTOCK)],
        shipping=Decimal("1.00"),
        reason="Torn",
        key=uuid4().hex,
        actor=None,
    )


@pytest.mark.parametrize("prepare", [placing, settling])
def test_killed_at_any_moment_all_of_it_is_there_or_nothing_and_asking_again_completes_it(prepare, books):
    whole = change_made_by(prepare(books))
    for moment in count(1):
        use = prepare(books)
        before = everything()

        end = killed_at(moment, use)

        assert change_since(before) == (whole if end.commits else {}), f"killed at moment {moment}"
        assert not check_stock().flaws
        use()
        assert change_since(before) == whole, f"killed at moment {moment}, and asked for again"
        if not end.was_killed:
            break
    assert moment > 10 and end.commits == 1


@pytest.mark.parametrize("prepare", [cancelling, dispatching, returning, refunding])
def test_what_staff_do_is_done_once_however_often_they_ask_and_whenever_it_is_killed(prepare, books):
    whole = change_made_by(prepare(books))
    use = prepare(books)
    before = everything()
    for moment in count(1):
        end = killed_at(moment, use)  # the same once more: the kills before have left nothing
        if end.commits:
            break
        assert change_since(before) == {}, f"killed at moment {moment}"

    with suppress(NotPossible, SentBefore):  # these say that it is done
        use()

    assert moment > 10 and end.was_killed
    assert change_since(before) == whole
    assert not check_stock().flaws


def change_made_by(use):
    before = everything()
    use()
    return change_since(before)


def test_what_was_killed_and_asked_for_again_is_there_once(books):
    """The same in the trade's words, for a kill right after the commit, whose answer nobody heard."""
    place = placing(books)
    moments = next(moment for moment in count(1) if not killed_at(moment, placing(books)).was_killed)
    Order.objects.all().delete()

    assert killed_at(moments - 1, place).commits == 1
    order = place()

    assert Order.objects.get() == order
    assert OrderEvent.objects.get().what == OrderEvent.What.PLACED
    assert Mail.objects.filter(about=order.pk).count() == 1
    payment = start_payment(order_id=order.pk, gateway="test_card")
    pay = partial(settle, payment_id=payment.pk, amount=order.total, currency="GBP", reference="once")
    assert killed_at(5, pay).commits == 0
    pay()
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert Payment.objects.get().status == Payment.Status.SUCCEEDED
    assert OrderEvent.objects.filter(what=OrderEvent.What.PAID).count() == 1


@pytest.mark.parametrize("prepare", [placing, settling])
def test_without_the_transaction_a_killed_worker_leaves_half_of_it(prepare, books):
    """The twin: the same statements, each a transaction of its own."""
    whole = change_made_by(prepare(books))
    halves = 0
    for moment in range(1, 15):
        use = prepare(books)
        before = everything()
        killed_at(moment, partial(unwrap(use.func), **use.keywords))
        halves += change_since(before) not in ({}, whole)
    assert halves > 3
