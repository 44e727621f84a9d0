"""Copies come back from customers: asked for first, or just brought."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from shop.signals import order_returned
from shop.transactions import retry_on_conflict

from .copies import TooManyCopies, count, follow, in_words, lines_of, lock, locked, next_number
from .emails import mail_return
from .models import Order, OrderEvent, Return, ReturnLine
from .transitions import NotPossible, Status, note_event

What = OrderEvent.What


class TooLate(Exception):
    """The days in which copies of the order could be given back are over."""


class AlreadyClosed(Exception):
    """The return has been received or refused before."""


def returns_until(order: Order) -> datetime | None:
    """Until when a return can be asked for: RETURN_DAYS days from its last parcel; None if none has left."""
    last = order.shipments.aggregate(last=Max("dispatched_at"))["last"]
    return last + timedelta(days=settings.RETURN_DAYS) if last else None


def returnable(order: Order) -> dict[int, int]:
    """How many copies of each line, by its primary key, can be asked to go back: they were sent, have not come back,
    and are in no return that is open. Lines of which none can are left out."""
    asked = dict(
        ReturnLine.objects.filter(part_of__order=order, part_of__status=Return.Status.ASKED)
        .order_by()
        .values_list("line_id")
        .annotate(Sum("quantity"))
    )
    left = {line.pk: line.dispatched - line.returned - asked.get(line.pk, 0) for line in order.lines.all()}
    return {pk: copies for pk, copies in left.items() if copies > 0}


def may_ask_for_return(order: Order) -> bool:
    """Whether its customer can ask for a return of something now."""
    if order.status not in Order.BOUGHT or not returnable(order):
        return False
    until = returns_until(order)
    return until is not None and timezone.now() <= until


@retry_on_conflict
@transaction.atomic(durable=True)
def ask_for_return(
    *,
    order_id: int,
    copies: Mapping[int, int],
    reason: str,
    actor: AbstractBaseUser | None,
    number: int | None = None,
) -> Return:
    """The customer asks to give back so many copies, by the lines' primary keys. Staff answer.

    Several returns of one order may be open, of different copies. Raises TooManyCopies for more than were sent and
    neither came back nor are asked for already, so that the same form sent twice asks once where all copies are meant;
    NotPossible if nothing has left yet, and TooLate once the days for it are over.
    """
    now = timezone.now()
    order = locked(order_id)
    until = returns_until(order)
    if until is None or order.status not in Order.BOUGHT:
        raise NotPossible(order)
    if now > until:
        raise TooLate
    lines = lines_of(order, copies)
    next_number(order.returns.all(), number)
    left = returnable(order)
    for line in lines:
        if copies[line.pk] > left.get(line.pk, 0):
            raise TooManyCopies(line, copies[line.pk], left.get(line.pk, 0))
    return record_request(order, copies, reason=reason, actor=actor, at=now)


def record_request(
    order: Order, copies: Mapping[int, int], *, reason: str, actor: AbstractBaseUser | None, at: datetime
) -> Return:
    """The same inside the caller's transaction, which has locked the order, at a known time: whatever it is then."""
    lines = lines_of(order, copies)
    asked = _new_return(order, status=Return.Status.ASKED, reason=reason[:200], actor=actor, asked_at=at)
    ReturnLine.objects.bulk_create(
        ReturnLine(part_of=asked, line=line, quantity=copies[line.pk]) for line in lines
    )
    note_event(order, What.RETURN_ASKED, actor=actor, note=in_words(lines, copies), at=at)
    mail_return(asked)
    return asked


@retry_on_conflict
@transaction.atomic(durable=True)
def refuse_return(*, return_id: int, answer: str, actor: AbstractBaseUser | None) -> Return:
    """Staff refuse a return that was asked for, and tell the customer why; raises AlreadyClosed."""
    refused = Return.objects.get(pk=return_id)
    refused.order = locked(refused.order_id)
    return record_refusal(refused, answer=answer, actor=actor, at=timezone.now())


def record_refusal(refused: Return, *, answer: str, actor: AbstractBaseUser | None, at: datetime) -> Return:
    """The same inside the caller's transaction, which has locked the order, at a known time."""
    _close(refused, Return.Status.REFUSED, answer=answer[:200], actor=actor, at=at)
    note_event(refused.order, What.RETURN_REFUSED, actor=actor, note=answer, at=at)
    mail_return(refused)
    return refused


@retry_on_conflict
@transaction.atomic(durable=True)
def receive_return(
    *, return_id: int, copies: Mapping[int, int], restocked: Mapping[int, int], actor: AbstractBaseUser | None
) -> Return:
    """What was asked for has come: so many copies, by the lines' primary keys, perhaps others than were asked for;
    those `restocked` can be sold again. Raises AlreadyClosed and TooManyCopies."""
    received = Return.objects.get(pk=return_id)
    received.order = locked(received.order_id)
    return record_receipt(received, copies, restocked=restocked, actor=actor, at=timezone.now())


def record_receipt(
    received: Return,
    copies: Mapping[int, int],
    *,
    restocked: Mapping[int, int],
    actor: AbstractBaseUser | None,
    at: datetime,
) -> Return:
    """The same inside the caller's transaction, which has locked the order, at a known time."""
    _close(received, Return.Status.RECEIVED, actor=actor, at=at)
    received.lines.all().delete()
    _take_in(received.order, received, copies, restocked=restocked, actor=actor, at=at)
    return received


@retry_on_conflict
@transaction.atomic(durable=True)
def take_return(
    *,
    order_id: int,
    copies: Mapping[int, int],
    restocked: Mapping[int, int],
    reason: str,
    actor: AbstractBaseUser | None,
    number: int | None = None,
) -> Return:
    """The same for copies that nobody asked to give back: they were brought, or came in the post.

    `number` is the one that the return is to have within its order, from the form: sent twice, the form raises
    SentBefore.
    """
    order = locked(order_id)
    next_number(order.returns.all(), number)
    return record_return(order, copies, restocked=restocked, reason=reason, actor=actor, at=timezone.now())


def record_return(
    order: Order,
    copies: Mapping[int, int],
    *,
    restocked: Mapping[int, int],
    reason: str,
    actor: AbstractBaseUser | None,
    at: datetime,
) -> Return:
    """The same inside the caller's transaction, at a known time.

    Of the copies, by the lines' primary keys, those `restocked` are on hand again; the others cannot be sold. Once all
    that was sent has come back, and nothing is outstanding, the order is returned. No money moves.
    Raises TooManyCopies for more than were sent and have not come back.
    """
    lock(order)
    received = _new_return(
        order,
        status=Return.Status.RECEIVED,
        reason=reason[:200],
        actor=actor,
        asked_at=at,
        closed_at=at,
    )
    _take_in(order, received, copies, restocked=restocked, actor=actor, at=at)
    return received


def _new_return(order: Order, **fields: object) -> Return:
    """For whoever has locked the order: its next number is nobody else's."""
    return Return.objects.create(order=order, number=next_number(order.returns.all()), **fields)


def _close(
    asked: Return, to: Return.Status, *, answer: str = "", actor: AbstractBaseUser | None, at: datetime
) -> None:
    """Receive or refuse it, once."""
    fields = {"status": to, "answer": answer, "actor_id": actor.pk if actor else None, "closed_at": at}
    if not Return.objects.filter(pk=asked.pk, status=Return.Status.ASKED).update(**fields):
        raise AlreadyClosed
    for name, value in fields.items():
        setattr(asked, name, value)


def _take_in(
    order: Order,
    received: Return,
    copies: Mapping[int, int],
    *,
    restocked: Mapping[int, int],
    actor: AbstractBaseUser | None,
    at: datetime,
) -> None:
    lines = lines_of(order, copies)
    for line in lines:
        if restocked.get(line.pk, 0) > copies[line.pk]:
            raise TooManyCopies(line, restocked[line.pk], copies[line.pk])
    count(lines, copies, "returned")
    ReturnLine.objects.bulk_create(
        ReturnLine(part_of=received, line=line, quantity=copies[line.pk], restocked=restocked.get(line.pk, 0))
        for line in lines
    )
    follow(order, actor=actor, at=at)
    if order.status != Status.RETURNED:
        note_event(order, What.PART_RETURNED, actor=actor, note=in_words(lines, copies), at=at)
    mail_return(received)
    order_returned.send(
        sender=Order,
        order=order,
        lines=lines,
        restocked={pk: n for pk, n in restocked.items() if n},
        reference=received.reference,
        actor=actor,
        at=at,
    )
