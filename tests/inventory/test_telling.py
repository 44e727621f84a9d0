"""Staff are told by mail what to restock: many alerts at once, each of them once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from inventory.models import RestockAlert, Stock
from inventory.stocking import receive_copies
from inventory.telling import GATHERED_FOR, MOST_NAMED
from shop.mail.outbox import send_again
from shop.models import Mail
from tests.makers import make_administrator, make_book, make_order, make_stock_keeper, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_stock_keeper()


def low_book(title, stock=3):
    """A book that has been low for long enough to be told of."""
    book = make_book(title, stock=stock)
    RestockAlert.objects.filter(book=book).update(
        raised_at=timezone.now() - GATHERED_FOR - timedelta(minutes=1)
    )
    return book


def an_hour_later():
    Mail.objects.update(queued_at=timezone.now() - timedelta(minutes=61))


def told():
    call_command("send_mail")
    return [message.body for message in mail.outbox]


def test_one_mail_tells_of_all_books_that_are_low(keeper):
    low_book("Lavinia"), low_book("Malafrena", stock=0), make_book("Plenty", stock=20)

    (body,) = told()

    assert mail.outbox[0].to == [keeper.email]
    assert mail.outbox[0].subject == "To restock: 2"
    assert "3 left: Lavinia, Ursula K. Le Guin" in body and "0 left: Malafrena" in body
    assert "below 10" in body and "Plenty" not in body
    assert "/admin/inventory/restockalert/" in body


def test_no_alert_is_told_of_twice_and_none_is_left_out(keeper):
    low_book("Lavinia")
    told()
    an_hour_later()
    assert len(told()) == 1

    low_book("Malafrena")
    _, second = told()

    assert "Malafrena" in second and "Lavinia" not in second


def test_there_is_one_such_mail_an_hour_at_most(keeper):
    low_book("Lavinia")
    told()
    low_book("Malafrena")
    low_book("Tehanu")
    assert len(told()) == 1

    an_hour_later()
    _, second = told()

    assert "Malafrena" in second and "Tehanu" in second


def test_what_is_low_since_a_moment_waits_for_more_of_its_kind(keeper):
    make_book("Lavinia", stock=3)
    assert told() == []


def test_without_a_timer_it_goes_with_the_next_mail_that_is_sent(keeper, django_capture_on_commit_callbacks):
    from shop.orders.emails import mail_confirmation

    low_book("Lavinia")
    with django_capture_on_commit_callbacks(execute=True):
        mail_confirmation(make_order())

    assert [message.to for message in mail.outbox] == [["guest@example.com"], [keeper.email]]


def test_what_has_come_meanwhile_is_not_told_of(keeper):
    book = low_book("Lavinia")
    receive_copies(quantities={book.pk: 20}, actor=None)

    assert told() == [] and not Mail.objects.exists()


def test_a_mail_written_anew_tells_of_its_books_and_of_those_that_have_come_to_it(
    keeper, django_capture_on_commit_callbacks
):
    low_book("Lavinia")
    (first,) = told()
    low_book("Malafrena")

    with django_capture_on_commit_callbacks(execute=True):
        send_again(mail_ids=[Mail.objects.get().pk])

    assert "Lavinia" in first and "Malafrena" not in first
    assert "Lavinia" in mail.outbox[-1].body and "Malafrena" in mail.outbox[-1].body
    an_hour_later()
    assert len(told()) == 2


def test_a_long_list_names_some_and_counts_the_others(keeper):
    for n in range(MOST_NAMED + 2):
        low_book(f"Book {n}")

    (body,) = told()

    assert body.count(" left: Book") == MOST_NAMED and "And 2 more." in body


@pytest.mark.parametrize("count", [5, 50])
def test_it_takes_as_many_queries_for_few_books_as_for_many(keeper, count, django_assert_max_num_queries):
    from inventory.telling import to_restock

    for n in range(count):
        low_book(f"Book {n}")
    with django_assert_max_num_queries(4):
        to_restock(1)


def test_who_is_told_is_whom_settings_name_else_keepers_else_administrators(keeper, settings):
    from inventory.telling import recipients

    boss = make_administrator()
    make_user("former@example.com", is_staff=True, groups=("Stock keepers",), is_active=False)
    assert recipients() == [keeper.email]
    settings.STAFF_EMAIL = ["buying@books.example"]
    assert recipients() == ["buying@books.example"]
    settings.STAFF_EMAIL = []
    keeper.groups.clear()
    assert recipients() == [boss.email]


def test_a_shop_without_staff_sends_no_such_mail():
    low_book("Lavinia")

    assert told() == []
    assert Mail.objects.get().status == Mail.Status.DROPPED
    assert Stock.objects.count() == 1
