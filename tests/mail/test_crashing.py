"""A process that is killed loses no mail, and sends at most one twice: with real processes and a real signal."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from shop.models import Mail, Order
from tests.makers import make_book, make_cart, make_order

from .servers import DYING, WRITING, WROTE_AND_DIED

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parent.parent.parent
START = """
import os, signal, sys
import tests.settings
tests.settings.DATABASES["default"]["NAME"] = os.environ["MAIL_TEST_DATABASE"]
tests.settings.EMAIL_BACKEND, tests.settings.EMAIL_FILE_PATH = sys.argv[1:3]
import django
django.setup()
"""
PLACE = """
from shop.models import Cart
from shop.orders.placing import Details, place_order
cart = Cart.objects.get()
details = Details("ada@example.com", "collection", {"recipient": "Ada"})
place_order(cart=cart, customer=None, details=details, checkout_key=cart.checkout_key)
"""
# Between the commit and whatever is done after it.
DIE_AFTER_COMMIT = """
from django.db.backends.base.base import BaseDatabaseWrapper
def die(self):
    if self.run_on_commit:
        os.kill(os.getpid(), signal.SIGKILL)
BaseDatabaseWrapper.run_and_clear_commit_hooks = die
"""
SEND = """
from shop.mail.sending import send_due
send_due()
"""
# Every mail by its name, as a task does it that a worker was given twice.
SEND_ALL = """
from shop.mail.sending import deliver
from shop.models import Mail
for key in Mail.objects.values_list("key", flat=True):
    deliver(key)
"""
WITHOUT_A_CLAIM = """
from shop.mail import models
models.MailQuerySet.claim = lambda self: True
"""


@pytest.fixture
def taken(tmp_path):
    """Where the mail server writes down what it took."""
    path = tmp_path / "taken"
    path.touch()
    return path


def run(code, taken, server=WRITING):
    """What became of a process that does this: its exit code."""
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "MAIL_TEST_DATABASE": name, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", START + code, server, str(taken)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


def minutes_later():
    """Who took a mail and has not sent it by now never will."""
    Mail.objects.update(due_at=timezone.now())


def test_a_crash_between_commit_and_send_loses_none(taken):
    make_cart(make_book())

    assert run(DIE_AFTER_COMMIT + PLACE, taken) == -signal.SIGKILL

    order = Order.objects.get()
    assert (Mail.objects.get().status, Mail.objects.get().tries) == (Mail.Status.QUEUED, 0)
    assert run(SEND, taken) == 0
    (line,) = taken.read_text().splitlines()
    assert order.number in line
    assert Mail.objects.get().status == Mail.Status.SENT


def test_a_crash_before_the_mail_server_has_it_loses_none(taken):
    make_cart(make_book())

    assert run(PLACE, taken, DYING) == -signal.SIGKILL
    assert Order.objects.count() == 1 and taken.read_text() == ""

    run(SEND, taken)
    assert taken.read_text() == ""  # for some minutes it might still be on its way
    minutes_later()
    run(SEND, taken)
    run(SEND, taken)
    assert len(taken.read_text().splitlines()) == 1


def test_a_crash_between_send_and_mark_repeats_that_one_under_the_same_name(taken):
    make_cart(make_book())

    assert run(PLACE, taken, WROTE_AND_DIED) == -signal.SIGKILL
    minutes_later()
    run(SEND, taken)
    minutes_later()
    run(SEND, taken)

    first, second = taken.read_text().splitlines()
    assert first == second
    assert Mail.objects.get().status == Mail.Status.SENT


def test_of_many_mails_the_one_in_hand_is_repeated_and_no_other(taken):
    for n in range(5):
        owed(f"confirmation:{n}")

    assert run(SEND, taken, WROTE_AND_DIED) == -signal.SIGKILL
    minutes_later()
    run(SEND, taken)

    names = [line.split()[0] for line in taken.read_text().splitlines()]
    assert (len(names), len(set(names))) == (6, 5)


def test_without_the_claim_a_mail_in_another_senders_hand_is_sent_too(taken):
    mail = owed("confirmation:1")
    assert Mail.objects.filter(pk=mail.pk).claim()  # by another sender, who is at it

    run(SEND_ALL, taken)
    assert taken.read_text() == ""
    run(WITHOUT_A_CLAIM + SEND_ALL, taken)
    assert len(taken.read_text().splitlines()) == 1


def owed(key):
    return Mail.objects.create(
        kind="confirmation", key=key, to="ada@example.com", about=make_order(make_book()).pk
    )
