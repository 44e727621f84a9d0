"""What the shop owes people by mail: posted in the transaction of what it tells, sent after it (sending.py)."""

import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from zlib import crc32

from django.db import transaction
from django.utils import timezone

from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .models import Mail
from .sending import deliver

# What was sent or has failed: long enough for "I never got it", no longer.
KEPT = timedelta(days=30)


_left_out: ContextVar[bool] = ContextVar("mails are left out", default=False)


@contextmanager
def mails_left_out() -> Iterator[None]:
    """Post nothing meanwhile: what happens is history, or somebody's whom nobody writes to."""
    token = _left_out.set(True)
    try:
        yield
    finally:
        _left_out.reset(token)


def post(
    kind: str,
    *,
    to: str,
    about: int | None,
    key: str,
    reference: str = "",
    due_at: datetime | None = None,
) -> None:
    """Owe somebody a mail, once for each key; goes with the caller's transaction, and is sent after its commit.

    `about` is the primary key of what the mail tells, `reference` the number under which staff know it. One that is
    due at a later time is sent then, by whoever sends next.
    """
    if _left_out.get():
        return
    mail = Mail(kind=kind, to=to, about=about, key=key, reference=reference)
    mail.due_at = due_at or mail.queued_at
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    if due_at is None:
        enqueue(deliver, key)


@retry_on_conflict
@transaction.atomic(durable=True)
def send_again(*, mail_ids: Collection[int], to: str = "") -> int:
    """Have these mails sent once more, anew where they have been sent, and to another address if one is given; how
    many that concerns. Asked for twice within a minute it is done once for each address, and a mail that is on its way
    is left alone.
    """
    count = 0
    for mail in Mail.objects.filter(pk__in=mail_ids).order_by("pk"):
        if mail.status == Mail.Status.SENT:
            whom = to or mail.to
            again = f"{mail.key.partition('#')[0]}#{int(time.time()) // 60}-{crc32(whom.encode())}"
            post(mail.kind, to=whom, about=mail.about, key=again, reference=mail.reference)
            count += 1
        elif (
            Mail.objects.filter(pk=mail.pk)
            .at_rest()
            .update(status=Mail.Status.QUEUED, due_at=timezone.now(), tries=0, problem="", to=to or mail.to)
        ):
            enqueue(deliver, mail.key)
            count += 1
    return count


def forget_old() -> int:
    """Delete what was sent, dropped or has failed long ago, and say how many there were."""
    old = Mail.objects.filter(queued_at__lt=timezone.now() - KEPT)
    return old.exclude(status=Mail.Status.QUEUED).delete()[0]


def mails_to(addresses: Iterable[str]) -> list[Mail]:
    """The mails to these addresses, oldest first."""
    wanted = {address.lower() for address in addresses if address}
    # Asked for once more here: databases differ in which addresses are equal.
    found = Mail.objects.filter(to__in=wanted).order_by("pk")
    return [mail for mail in found if mail.to in wanted]


def forget_mails_about(references: Collection[str]) -> None:
    """Delete all mails about these orders, whomever they were sent to."""
    Mail.objects.filter(reference__in=[number for number in references if number]).delete()


def forget_mails_to(addresses: Iterable[str]) -> None:
    """Delete all mails to these addresses, sent or not."""
    Mail.objects.filter(pk__in=[mail.pk for mail in mails_to(addresses)]).delete()
