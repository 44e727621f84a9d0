"""A book that was ordered in advance comes on another day: its customers are told, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from shop.models import Book, Mail, OrderLine
from shop.orders.calling_off import call_off
from shop.orders.cancelling import cancel_order, expire_orders
from shop.orders.postponing import tell_moved_dates
from tests.makers import make_book, make_forthcoming, make_order, make_paid_order

pytestmark = pytest.mark.django_db


def put_off(book, days=90, **fields):
    day = timezone.localdate() + timedelta(days=days)
    Book.objects.filter(pk=book.pk).update(**(fields or {"publication_date": day}))
    return day


def told(capture):
    """What was mailed about other days."""
    with capture(execute=True):
        expire_orders()
    return [message for message in mail.outbox if "another day" in message.subject]


@pytest.fixture
def capture(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def test_who_has_ordered_in_advance_is_told_of_another_day_once(capture):
    book = make_forthcoming("Orbital", in_days=30)
    order = make_paid_order(book, make_book("Emma"), email="ada@example.com")
    day = put_off(book)

    (message,) = told(capture)

    assert message.to == ["ada@example.com"] and order.number in message.subject
    assert (
        f"1 x Orbital (Paperback), Ursula K. Le Guin\n  Published {date_format(day, 'j F Y')}" in message.body
    )
    assert "Emma" not in message.body
    assert "you can cancel the order" in message.body and order.page_address() in message.body
    assert len(told(capture)) == 1
    put_off(book, days=60)
    assert len(told(capture)) == 2


def test_nobody_is_told_what_has_not_changed(capture):
    make_paid_order(make_forthcoming("Orbital"), make_book("Emma"))

    assert told(capture) == []
    assert OrderLine.objects.exclude(told_from=None).count() == 1


def test_an_order_of_several_such_books_is_one_mail(capture):
    one, other = make_forthcoming("Orbital"), make_forthcoming("Lavinia")
    make_paid_order(one, other)
    put_off(one)
    put_off(other, days=120)

    (message,) = told(capture)

    assert "Orbital" in message.body and "Lavinia" in message.body


def test_an_embargo_counts_like_a_day_of_publication(capture):
    book = make_forthcoming("Orbital", in_days=30)
    make_paid_order(book)
    later = timezone.localdate() + timedelta(days=40)
    put_off(book, embargo_date=later)

    (message,) = told(capture)
    assert f"Available from {date_format(later, 'j F Y')}" in message.body

    put_off(
        book, embargo_date=timezone.localdate() + timedelta(days=10)
    )  # the day of publication counts again
    assert len(told(capture)) == 2


@pytest.mark.parametrize("fields", [{"publication_date": None}, {"publication_date": "2020-01-01"}])
def test_of_a_book_that_is_out_no_day_is_told(capture, fields):
    book = make_forthcoming("Orbital", in_days=30)
    make_paid_order(book)
    put_off(book, **fields)

    assert told(capture) == []


def test_who_has_cancelled_is_not_told(capture):
    book = make_forthcoming("Orbital", in_days=30)
    order = make_paid_order(book)
    cancel_order(order_id=order.pk, actor=None)
    put_off(book)

    assert told(capture) == []


def test_of_copies_that_were_called_off_nothing_is_told(client, capture):
    book, other = make_forthcoming("Orbital", in_days=30), make_forthcoming("Emma", in_days=10)
    order = make_paid_order(book, (other, 2))
    called_off = {line.pk: 1 for line in order.lines.all()}
    with transaction.atomic():
        call_off(order, called_off, actor=None, at=timezone.now())
    put_off(book)
    assert told(capture) == []

    day = put_off(other, days=20)
    (letter,) = told(capture)
    page = client.get(f"/orders/{order.token}/").content.decode()

    assert "1 x Emma" in letter.body and "Orbital" not in letter.body
    assert f"not before {date_format(day, 'j F Y')}" in letter.body
    assert page.count("ordered in advance") == 1


def test_an_order_without_an_address_is_seen_to_without_a_mail():
    book = make_forthcoming("Orbital", in_days=30)
    order = make_order(book, email="")
    day = put_off(book)

    assert tell_moved_dates() == 1

    assert order.lines.get().told_from == day and not Mail.objects.exists()
    assert tell_moved_dates() == 0
