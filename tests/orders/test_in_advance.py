"""Ordering a book before it is published, as a customer does it; and how the order waits."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.formats import date_format

from inventory.models import Backorder, Stock
from inventory.stocking import receive_copies
from shop.models import Book, Order, OrderLine
from shop.orders.cancelling import expire_orders
from shop.orders.delivery import COLLECTED as FOR_NOTHING
from shop.orders.emails import mail_has_come
from shop.orders.placing import CartChanged, Details, place_order, review_mark
from shop.payments.settling import hold_for_collection, start_payment
from tests.makers import ADDRESS, make_book, make_cart, make_forthcoming, make_order, make_paid_order

from .test_checkout import agreement_on, answer, fill_cart, go_to_review, said

pytestmark = pytest.mark.django_db

COLLECTED = Details("ada@example.com", Order.Delivery.COLLECTION)


def day_of(book):
    return date_format(book.publication_date, "j F Y")


def publish(book, in_days=0):
    Book.objects.filter(pk=book.pk).update(publication_date=timezone.localdate() + timedelta(days=in_days))


def page(client, path):
    return client.get(path).content.decode()


def figures(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated, stock.awaited


def test_every_page_of_the_checkout_says_when_the_book_is_published(client):
    book = make_forthcoming("Orbital")
    when = f"Published {day_of(book)}"
    fill_cart(client, book, make_book("Emma"))

    cart = page(client, "/cart/")
    assert f"{when}: ordered in advance" in cart and "Your books go out together" in cart
    answer(client)
    for path in ("/checkout/", "/checkout/review/"):
        html = page(client, path)
        assert when in html and f"not before {day_of(book)}." in html
    client.post("/checkout/review/", agreement_on(client.get("/checkout/review/")))

    order = Order.objects.get()
    html = page(client, order.page_address())
    assert f"{when}: ordered in advance" in html and f"not before {day_of(book)}." in html
    assert figures(book) == (0, 0, 1)


def test_a_book_that_is_published_says_nothing_of_the_kind(client):
    fill_cart(client, make_book("Emma", publication_date=timezone.localdate()), make_book())
    answer(client)

    for path in ("/cart/", "/checkout/", "/checkout/review/"):
        html = page(client, path)
        assert "in advance" not in html and "go out together" not in html


def test_the_confirmation_says_when_the_order_goes_out(django_capture_on_commit_callbacks):
    book = make_forthcoming("Orbital")
    cart = make_cart(book, make_book("Emma"))

    with django_capture_on_commit_callbacks(execute=True):
        details = Details("ada@example.com", Order.Delivery.STANDARD, ADDRESS)
        place_order(cart=cart, customer=None, details=details, checkout_key=cart.checkout_key)

    body = mail.outbox[-1].body
    assert body.count(f"  Published {day_of(book)}\n") == 1
    assert f"not before {day_of(book)}." in body


def test_a_day_put_off_while_the_customer_reviews_is_shown_before_anything_is_placed(client):
    book = make_forthcoming()
    agreement = go_to_review(client, book)
    publish(book, in_days=90)

    response = client.post("/checkout/review/", agreement)

    assert response.url == "/checkout/review/" and not Order.objects.exists()
    assert "Please review it once more" in said(response)[-1]
    agreement = agreement_on(client.get("/checkout/review/"))
    client.post("/checkout/review/", agreement)
    assert Order.objects.exists()


def test_a_book_published_without_copies_while_it_lies_in_the_cart_is_told_at_its_line(client):
    book = make_forthcoming()
    agreement = go_to_review(client, book)
    publish(book)

    response = client.post("/checkout/review/", agreement)

    assert response.url == "/cart/"
    assert "out of stock now" in page(client, "/cart/")
    assert not Order.objects.exists() and not OrderLine.objects.exists() and not Backorder.objects.exists()
    assert figures(book) == (0, 0, 0)


def test_what_was_agreed_to_includes_the_day():
    book = make_forthcoming()
    cart = make_cart(book)
    reviewed = review_mark(cart.lines.as_ordered(), COLLECTED, FOR_NOTHING)
    publish(book, in_days=90)

    with pytest.raises(CartChanged):
        place_order(
            cart=cart, customer=None, details=COLLECTED, checkout_key=cart.checkout_key, reviewed=reviewed
        )


def test_an_order_that_waits_for_copies_after_the_day_says_so_until_they_come(client):
    book = make_forthcoming()
    order = make_paid_order((book, 2))
    publish(book)

    assert "we are waiting for it to come in" in page(client, order.page_address())
    receive_copies(quantities={book.pk: 2}, actor=None)
    assert "in advance" not in page(client, order.page_address())


# --- paying on collection: the days to come for it are counted from when that can be done


def hold(order):
    payment = start_payment(order_id=order.pk, gateway="collection")
    hold_for_collection(payment_id=payment.pk)
    order.refresh_from_db()
    return order


def order_to_collect(*books):
    soon = timezone.now() + timedelta(minutes=30)
    return make_order(*books, delivery_method=Order.Delivery.COLLECTION, expires_at=soon)


def test_an_order_to_collect_is_held_without_an_end_while_it_waits(client):
    order = hold(order_to_collect(make_forthcoming()))

    assert order.expires_at is None and order.awaits_payment
    assert expire_orders() == ([], [])
    assert "we hold them for 7 days" in page(client, order.page_address())


def test_the_days_to_collect_begin_once_the_copies_are_in_and_published():
    book = make_forthcoming()
    order = hold(order_to_collect(book))

    for come in (lambda: receive_copies(quantities={book.pk: 1}, actor=None), lambda: publish(book)):
        expire_orders()
        order.refresh_from_db()
        assert order.expires_at is None
        come()
    before = timezone.now()
    expire_orders()

    order.refresh_from_db()
    assert order.awaits_payment
    assert timedelta(days=7) <= order.expires_at - before < timedelta(days=7, minutes=1)


def test_who_pays_on_collection_is_told_once_when_all_of_it_has_come(django_capture_on_commit_callbacks):
    book = make_forthcoming("Orbital")
    order = hold(order_to_collect(book))
    Order.objects.filter(pk=order.pk).update(email="ada@example.com")
    receive_copies(quantities={book.pk: 1}, actor=None)
    publish(book)

    with django_capture_on_commit_callbacks(execute=True):
        expire_orders()
        expire_orders()

    (told,) = mail.outbox
    order.refresh_from_db()
    assert told.to == ["ada@example.com"] and order.number in told.subject
    until = date_format(timezone.localtime(order.expires_at), "j F Y, H:i")
    assert f"We hold it for you until {until}." in told.body
    assert "Orbital" in told.body and order.page_address() in told.body


def test_who_has_cancelled_by_then_is_not_asked_to_collect(django_capture_on_commit_callbacks):
    order = hold(order_to_collect(make_book()))
    Order.objects.filter(pk=order.pk).update(email="ada@example.com", status=Order.Status.CANCELLED)
    order.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        mail_has_come(order)

    assert not mail.outbox


def test_choosing_to_pay_on_collection_again_takes_no_day_away():
    book = make_forthcoming(stock=3)
    order = hold(order_to_collect(book))
    Order.objects.filter(pk=order.pk).update(placed_at=timezone.now() - timedelta(days=60))
    publish(book)
    assert hold(order).expires_at is None
    expire_orders()
    order.refresh_from_db()
    held_until = order.expires_at

    assert hold(order).expires_at == held_until
