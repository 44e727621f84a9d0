"""The outbox: a mail goes with the transaction of what it tells, is sent once, and again only after a failure."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from shop.mail import sending
from shop.mail.outbox import KEPT, forget_old, mails_left_out, post, send_again
from shop.mail.sending import deliver
from shop.models import Mail, Order
from shop.orders.emails import mail_confirmation
from tests.makers import make_book, make_order

from .servers import AWAY, UNKNOWN

pytestmark = pytest.mark.django_db(transaction=True)

Status = Mail.Status


def owe(order, **fields):
    """A row of the outbox that nobody has begun to send."""
    key = fields.pop("key", f"confirmation:{order.pk}")
    return Mail.objects.create(
        kind="confirmation", key=key, about=order.pk, to=order.email, reference=order.number, **fields
    )


def subjects():
    return [message.subject for message in mail.outbox]


def test_a_mail_is_sent_once_what_it_tells_is_committed():
    with transaction.atomic():
        order = make_order()
        mail_confirmation(order)
        assert Mail.objects.get().status == Status.QUEUED and not mail.outbox

    (message,), sent = mail.outbox, Mail.objects.get()
    assert (message.to, message.subject) == ([order.email], f"Your order {order.number}")
    assert (sent.status, sent.tries, sent.subject, sent.reference) == (
        Status.SENT,
        1,
        message.subject,
        order.number,
    )
    assert sent.sent_at


def test_an_answer_to_a_mail_reaches_whoever_answers(settings):
    settings.SHOP_EMAIL = "hello@books.example"

    with transaction.atomic():
        mail_confirmation(make_order())

    (message,) = mail.outbox
    assert message.reply_to == ["hello@books.example"]


def test_a_transaction_that_fails_takes_its_mail_with_it():
    order = make_order()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        mail_confirmation(order)
        raise ZeroDivisionError

    assert not Mail.objects.exists() and not mail.outbox


def test_the_same_thing_is_told_once():
    order = make_order()

    mail_confirmation(order)
    mail_confirmation(order)
    deliver(f"confirmation:{order.pk}")

    assert len(mail.outbox) == Mail.objects.count() == 1


def test_posting_is_one_row_and_writes_nothing_of_the_text(django_assert_num_queries, settings):
    order = make_order()
    settings.EMAIL_BACKEND = AWAY

    with transaction.atomic(), django_assert_num_queries(1):
        mail_confirmation(order)
        assert Mail.objects.none().count() == 0


def test_nobody_is_written_to_who_gave_no_address():
    mail_confirmation(make_order(email=""))

    assert not Mail.objects.exists()


def test_history_writes_to_nobody():
    with mails_left_out():
        mail_confirmation(make_order())

    assert not Mail.objects.exists() and not mail.outbox


def test_with_a_worker_mail_and_task_are_rows_of_the_same_transaction(settings):
    settings.TASKS_NEED_WORKER = True
    order = make_order()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        mail_confirmation(order)
        raise ZeroDivisionError
    assert (Mail.objects.count(), OrmQ.objects.count()) == (0, 0)

    mail_confirmation(order)
    assert (Mail.objects.count(), OrmQ.objects.count()) == (1, 1)
    assert not mail.outbox


def test_a_mail_that_is_to_go_later_goes_with_whatever_is_sent_then():
    order = make_order()
    post("confirmation", to="later@example.com", about=order.pk, key="later", due_at=timezone.now())
    post(
        "confirmation",
        to="never@example.com",
        about=order.pk,
        key="tomorrow",
        due_at=timezone.now() + timedelta(days=1),
    )
    assert not mail.outbox

    mail_confirmation(order)

    assert [message.to for message in mail.outbox] == [[order.email], ["later@example.com"]]


def test_what_others_left_behind_is_taken_along_a_few_at_a_time():
    order = make_order()
    for n in range(5):
        owe(order, key=f"left:{n}")

    mail_confirmation(order)

    assert len(mail.outbox) == 1 + sending.LEFTOVERS


def test_the_command_sends_all_that_is_due(capsys):
    order = make_order()
    for n in range(5):
        owe(order, key=f"left:{n}")
    owe(order, key="not yet", due_at=timezone.now() + timedelta(minutes=1))

    call_command("send_mail")

    assert capsys.readouterr().out == "Mails sent: 5\n"
    assert len(mail.outbox) == 5
    assert Mail.objects.get(status=Status.QUEUED).key == "not yet"


# --- What people are called


@pytest.mark.parametrize(
    "name",
    ["Ada\r\nBcc: eve@example.com", "Ада Лавлейс", "é" * 150, "A\u2028B\u0000C", "<script>alert(1)</script>"],
)
def test_no_name_breaks_a_mail_or_begins_another_header(name):
    from shop.models import Wording

    Wording.objects.create(kind="confirmation", subject="For {name}: {number}")
    order = make_order()
    Order.objects.filter(pk=order.pk).update(recipient=name.replace("\u0000", ""))

    mail_confirmation(order)

    (message,) = mail.outbox
    parsed = message.message()
    assert parsed["Bcc"] is None and "\n" not in message.subject
    assert len(message.subject) <= 200
    assert "<script>" not in message.alternatives[0].content
    assert Mail.objects.get().status == Status.SENT


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("J.R.R. Tolkien", "J.R.R. Tolkien"),
        ("Dr. Ada Lovelace-King Jr.", "Dr. Ada Lovelace-King Jr."),
        ("Prize! https://evil.example/now", "reader"),
        ("you have won: evil.example", "reader"),
        ("WWW.EVIL", "reader"),
        ("", "reader"),
    ],
)
def test_nobody_has_the_shop_greet_strangers_with_a_link(name, greeted):
    order = make_order()
    Order.objects.filter(pk=order.pk).update(recipient=name)

    mail_confirmation(order)

    (message,) = mail.outbox
    assert message.body.startswith(f"Dear {greeted},\n")
    assert "evil" not in message.alternatives[0].content.partition("Goes to")[0].lower()


def test_very_long_titles_are_told_whole():
    title = "Being the Life and Opinions " * 10
    mail_confirmation(make_order(make_book(title)))

    assert title.strip() in mail.outbox[0].body.replace("\n", " ")
    mail.outbox[0].message().as_bytes()


@pytest.mark.parametrize(
    "address", ["ada@bücher.example", "ädä@example.com", "not an address", "a" * 240 + "@b.example"]
)
def test_a_strange_address_loses_no_order_and_no_other_mail(address):
    order = make_order(email=address)
    mail_confirmation(order)
    mail_confirmation(make_order())

    assert Mail.objects.filter(status=Status.SENT, to="guest@example.com").count() == 1
    strange = Mail.objects.get(reference=order.number)
    assert strange.status == Status.SENT or strange.problem


# --- Again, and forgotten


def test_staff_have_a_sent_mail_sent_again_as_a_mail_of_its_own():
    order = make_order()
    mail_confirmation(order)

    assert send_again(mail_ids=[Mail.objects.get().pk]) == 1

    first, second = mail.outbox
    assert first.subject == second.subject and first.body == second.body
    assert first.message()["Message-ID"] != second.message()["Message-ID"]  # or a mailbox would hide it
    assert Mail.objects.filter(status=Status.SENT).count() == 2


def test_a_button_pressed_twice_sends_again_once(monkeypatch):
    monkeypatch.setattr("shop.mail.outbox.time.time", lambda: 600.0)
    order = make_order()
    mail_confirmation(order)
    pk = Mail.objects.get().pk

    send_again(mail_ids=[pk])
    send_again(mail_ids=[pk])
    assert len(mail.outbox) == 2

    send_again(mail_ids=[pk], to="ada@example.com")  # to whom it was meant for after all
    assert mail.outbox[-1].to == ["ada@example.com"]


def test_what_failed_is_sent_again_to_the_address_that_was_meant(settings):
    order = make_order(email="aad@example.com")
    with_trouble = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = UNKNOWN
    mail_confirmation(order)
    settings.EMAIL_BACKEND = with_trouble

    assert send_again(mail_ids=[Mail.objects.get().pk], to="ada@example.com") == 1

    assert [message.to for message in mail.outbox] == [["ada@example.com"]]
    assert (Mail.objects.get().status, Mail.objects.get().to) == (Status.SENT, "ada@example.com")


def test_a_mail_that_is_being_sent_at_this_moment_is_not_begun_again():
    taken = owe(make_order())
    Mail.objects.filter(pk=taken.pk).claim()

    assert send_again(mail_ids=[taken.pk]) == 0
    assert not mail.outbox


def test_the_text_is_kept_without_what_opens_the_order_to_its_reader():
    order = make_order()
    mail_confirmation(order)

    kept = Mail.objects.get().text
    assert order.token in mail.outbox[0].body
    assert order.token not in kept and order.number in kept


def test_mails_are_forgotten_after_some_weeks_but_not_those_that_are_still_owed():
    order = make_order()
    long_ago = timezone.now() - KEPT - timedelta(hours=1)
    owe(order, key="sent", status=Status.SENT, queued_at=long_ago)
    owe(order, key="failed", status=Status.FAILED, queued_at=long_ago)
    owe(order, key="owed", queued_at=long_ago)
    owe(order, key="lately", status=Status.SENT)

    assert forget_old() == 2
    assert set(Mail.objects.values_list("key", flat=True)) == {"owed", "lately"}


def test_every_day_clears_what_is_old(capsys):
    owe(make_order(), status=Status.SENT, queued_at=timezone.now() - KEPT - timedelta(hours=1))

    call_command("clear_stale")

    assert "Mails forgotten: 1\n" in capsys.readouterr().out
    assert not Mail.objects.exists()
