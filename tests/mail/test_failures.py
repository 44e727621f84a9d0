"""Mails that cannot be sent, or written: which are tried again, what is told of them, and whom they hold up."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from shop.mail import sending
from shop.mail.outbox import post
from shop.mail.sending import Outcome, message_id, send_due
from shop.models import Mail
from shop.orders.emails import mail_confirmation
from tests.makers import make_order

from .servers import AWAY, BAD_GOODBYE, CLOSING, FULL, PICKY, UNKNOWN
from .test_outbox import owe

pytestmark = pytest.mark.django_db(transaction=True)

Status = Mail.Status


def test_a_mail_server_that_is_away_is_asked_again_and_the_problem_is_told_in_words(settings):
    settings.EMAIL_BACKEND = AWAY
    order = make_order()

    mail_confirmation(order)

    waiting = Mail.objects.get()
    assert (waiting.status, waiting.tries) == (Status.QUEUED, 1)
    assert waiting.problem.startswith("The mail server could not be reached")
    assert timedelta(0) < waiting.due_at - timezone.now() <= sending.PAUSES[0]


def test_pauses_grow_and_after_the_last_one_the_mail_has_failed(settings):
    settings.EMAIL_BACKEND = AWAY
    order = make_order()
    late = owe(order)

    pauses = []
    while (late.refresh_from_db() or late.status) == Status.QUEUED:
        Mail.objects.update(due_at=timezone.now())
        send_due()
        late.refresh_from_db()
        pauses.append(late.due_at - timezone.now())

    assert len(pauses) == len(sending.PAUSES) + 1
    assert pauses[:-1] == sorted(pauses[:-1])
    assert (late.status, late.tries) == (Status.FAILED, len(pauses))
    assert send_due() == {}


def test_a_server_that_is_away_is_not_asked_for_every_mail_that_waits(settings):
    settings.EMAIL_BACKEND = AWAY
    order = make_order()
    for n in range(5):
        owe(order, key=f"left:{n}")

    with pytest.raises(CommandError, match="Mails not sent: 1"):
        call_command("send_mail")

    assert Mail.objects.filter(tries=0).count() == 4


@pytest.mark.parametrize("server", [AWAY, CLOSING])
def test_who_orders_does_not_wait_for_a_server_that_was_away_a_moment_ago(settings, server):
    with_trouble, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, server
    first, second = make_order(), make_order()

    mail_confirmation(first)
    mail_confirmation(second)

    tries = Mail.objects.order_by("pk").values_list("status", "tries")
    assert list(tries) == [(Status.QUEUED, 1), (Status.QUEUED, 0)]

    settings.EMAIL_BACKEND = with_trouble
    assert send_due() == {Outcome.SENT: 1}  # the first one waits for its next try
    assert Mail.objects.get(reference=second.number).status == Status.SENT


def test_a_mail_that_waits_for_itself_keeps_no_other_from_going(settings):
    settings.EMAIL_BACKEND = PICKY
    order = make_order()
    for name in ("grey", "junk"):
        for n in range(2):
            owe(order, key=f"{name}:{n}")
            Mail.objects.filter(key=f"{name}:{n}").update(to=f"{name}{n}@example.com")
    owe(order, key="of old")
    Mail.objects.filter(key="of old").update(kind="of old")
    owe(order)

    assert send_due() == {Outcome.PUT_OFF: 5, Outcome.SENT: 1}
    assert [message.to for message in mail.outbox] == [[order.email]]


def test_the_log_names_no_customer_whatever_the_mail_server_says(settings, caplog):
    settings.EMAIL_BACKEND = PICKY
    for name in ("grey", "junk", "not an address"):
        mail_confirmation(make_order(email=f"{name}@example.com"))

    assert "451" in caplog.text and "554" in caplog.text
    assert "@example.com" not in caplog.text
    assert "looks like spam" in Mail.objects.get(to="junk@example.com").problem  # where staff see it


@pytest.mark.parametrize(
    ("server", "status", "said"),
    [
        (UNKNOWN, Status.FAILED, "refused the address: 550 No such user here"),
        (FULL, Status.QUEUED, "refused the address: 452 Mailbox full"),
    ],
)
def test_an_address_that_is_refused_for_good_is_not_tried_again(settings, server, status, said):
    settings.EMAIL_BACKEND = server

    mail_confirmation(make_order())

    refused = Mail.objects.get()
    assert refused.status == status
    assert said in refused.problem


def test_a_mail_that_cannot_be_written_waits_for_the_shops_repair(monkeypatch):
    def broken(*args):
        raise KeyError("total")

    order = make_order()
    with monkeypatch.context() as patched:
        patched.setattr(sending, "compose", broken)
        mail_confirmation(order)
    assert "could not be written: KeyError('total')" in Mail.objects.get().problem

    Mail.objects.update(due_at=timezone.now())
    send_due()

    assert len(mail.outbox) == 1
    assert (Mail.objects.get().status, Mail.objects.get().problem) == (Status.SENT, "")


def test_a_kind_of_mail_that_there_is_no_more_is_told_to_staff():
    post("of old", to="ada@example.com", about=1, key="of old:1")

    assert "no kind of mail called of old" in Mail.objects.get().problem


def test_a_bad_goodbye_of_the_mail_server_sends_nothing_twice(settings):
    settings.EMAIL_BACKEND = BAD_GOODBYE

    mail_confirmation(make_order())
    Mail.objects.update(due_at=timezone.now())
    send_due()

    assert len(mail.outbox) == 1
    assert Mail.objects.get().status == Status.SENT


def test_a_mail_that_was_taken_is_left_alone_for_some_minutes_and_then_sent():
    order = make_order()
    taken = owe(order)
    assert Mail.objects.filter(pk=taken.pk).claim()

    assert send_due() == {}
    Mail.objects.update(due_at=timezone.now())  # some minutes later
    assert send_due() == {Outcome.SENT: 1}

    assert len(mail.outbox) == 1


def test_a_mailbox_can_tell_that_it_has_a_mail_already():
    order = make_order()
    first, second = owe(order), owe(order, key="another")
    send_due()
    Mail.objects.update(status=Status.QUEUED, due_at=timezone.now())
    send_due()

    ids = [message.message()["Message-ID"] for message in mail.outbox]
    assert ids == [message_id(first), message_id(second)] * 2
    assert len(set(ids)) == 2
    assert all(str(order.pk) not in name.split("@")[0] or len(name) > 30 for name in ids)


def test_no_machine_is_to_answer_a_mail():
    mail_confirmation(make_order())

    assert mail.outbox[0].message()["Auto-Submitted"] == "auto-generated"
