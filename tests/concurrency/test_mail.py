"""Two senders and one mail, on MariaDB; and with the claim taken away."""

from functools import partial
from threading import Barrier

import pytest
from django.core import mail
from django.db import transaction

from shop.mail import sending
from shop.mail.models import MailQuerySet
from shop.mail.outbox import post
from shop.mail.sending import Outcome, send_due
from shop.models import Mail
from shop.transactions import retry_on_conflict
from tests.makers import make_book, make_order

from .racers import PATIENCE, race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

ROUNDS = 12


def owed(count):
    order = make_order(make_book())
    return [
        Mail.objects.create(kind="confirmation", key=f"c:{n}", to="ada@example.com", about=order.pk)
        for n in range(count)
    ]


def test_senders_at_once_send_every_mail_once():
    for _ in range(ROUNDS):
        Mail.objects.all().delete()
        mail.outbox.clear()
        owed(5)

        outcomes = race(send_due, send_due, send_due)

        assert sum(found[Outcome.SENT] for found in outcomes) == 5
        assert len(mail.outbox) == 5
        assert Mail.objects.filter(status=Mail.Status.SENT, tries=1).count() == 5


def test_without_the_claim_both_send_it(monkeypatch):
    """What the claim is for: both see that the mail is due, and both send it."""
    both_have_seen_it = Barrier(2)

    def look_only(self):
        is_due = self.due().exists()
        both_have_seen_it.wait(PATIENCE)
        return is_due

    monkeypatch.setattr(MailQuerySet, "claim", look_only)
    owed(1)

    race(partial(send_due, most=1), partial(send_due, most=1))

    assert len(mail.outbox) == 2


def test_the_same_mail_owed_by_two_at_once_is_owed_once(monkeypatch):
    monkeypatch.setattr(sending, "get_connection", None)  # nobody is to send it yet
    order = make_order(make_book())

    @retry_on_conflict  # as everything is that owes a mail: of those who insert one key, one may have to yield
    @transaction.atomic
    def owe():
        post("confirmation", to="ada@example.com", about=order.pk, key="c")

    for _ in range(ROUNDS):
        Mail.objects.all().delete()
        assert race(owe, owe, owe) == [None, None, None]
        assert Mail.objects.count() == 1
