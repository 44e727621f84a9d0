"""What the task queue keeps, and for how long."""

from datetime import timedelta
from multiprocessing import Value
from queue import SimpleQueue

import pytest
from django.core import mail
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import Failure, OrmQ, Task
from django_q.monitor import monitor
from django_q.signing import SignedPackage
from django_q.worker import worker

from shop.customers.adapter import deliver
from shop.customers.leaving import erase_account
from shop.tasks import FAILED_ARE_KEPT, enqueue, forget_failed
from tests.makers import make_user

# The worker closes its connection before every task.
pytestmark = pytest.mark.django_db(transaction=True)


def work():
    """Do what is queued, with django-q's own worker and monitor, in this process."""
    broker, tasks, results = get_broker(), SimpleQueue(), SimpleQueue()
    for ack_id, payload in broker.dequeue():
        tasks.put(SignedPackage.loads(payload) | {"ack_id": ack_id})
    tasks.put("STOP")
    worker(tasks, results, Value("f", -1))
    results.put("STOP")
    monitor(results, broker)


@pytest.fixture
def _queued_mail(settings):
    settings.TASKS_NEED_WORKER = True
    enqueue(deliver, "Your password", "https://books.example/secret", "ada@example.com")
    assert OrmQ.objects.count() == 1 and mail.outbox == []


@pytest.mark.usefixtures("_queued_mail")
def test_nothing_is_kept_of_a_mail_that_was_sent():
    work()

    assert [sent.body for sent in mail.outbox] == ["https://books.example/secret"]
    assert not OrmQ.objects.exists() and not Task.objects.exists()


@pytest.mark.usefixtures("_queued_mail")
def test_what_failed_is_kept_to_be_done_again_and_not_for_good(monkeypatch):
    monkeypatch.setattr("shop.customers.adapter.send_mail", "no function")
    work()
    failure = Failure.objects.get()
    assert OrmQ.objects.count() == 1  # to be tried again

    assert forget_failed() == 0
    Failure.objects.filter(pk=failure.pk).update(
        stopped=timezone.now() - FAILED_ARE_KEPT - timedelta(hours=1)
    )
    assert forget_failed() == 1
    assert not Failure.objects.exists()


def test_mails_that_could_not_be_sent_go_with_the_account_that_they_were_for(settings, monkeypatch):
    settings.TASKS_NEED_WORKER = True
    ada = make_user("ada@example.com")
    enqueue(deliver, "Your password", "A link", ada.email)
    enqueue(deliver, "Your password", "A link", "eve@example.com")
    monkeypatch.setattr("shop.customers.adapter.send_mail", "no function")
    work()
    work()
    assert (OrmQ.objects.count(), Failure.objects.count()) == (2, 2)

    erase_account(user_id=ada.pk)

    assert [task.args[-1] for task in Failure.objects.all()] == ["eve@example.com"]
    left = {(task.args()[0], task.args()[-1]) for task in OrmQ.objects.all()}
    assert left == {
        ("Your password", "eve@example.com"),
        ("[Endpaper] Your account is erased", "ada@example.com"),
    }
