"""The gateways are asked to give back what is owed, and what came of it is written down."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.money import written
from shop.orders.copies import locked
from shop.orders.models import OrderEvent
from shop.orders.transitions import note_event
from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .emails import mail_refunded
from .gateways import KNOWN, PayOnCollection
from .gateways.base import RefundRefused
from .models import Payment, Refund

Status = Refund.Status


def is_for_people(payment: Payment) -> bool:
    """Whether people give this payment's money back, and no gateway does."""
    return payment.gateway not in KNOWN or payment.gateway == PayOnCollection.code


def may_be_given_by_hand(refund: Refund) -> bool:
    """Whether staff may give this money back themselves: it is not on its way, nor there."""
    return refund.status == Status.FAILED or (refund.status == Status.DUE and is_for_people(refund.payment))


def pay_back(refund_id: int) -> None:
    """Give a due refund back through its gateway; where people must do it, it stays due. A task, which may be done
    again. Raises ProviderAway."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    gateway = KNOWN.get(refund.payment.gateway)
    if gateway is None or refund.status != Status.DUE:
        return
    try:
        given_back = gateway.pay_back(refund)
    except RefundRefused as refused:
        mark_refund_failed(
            refund_id=refund.pk, problem=str(refused), reference=refused.reference, tries=refund.tries
        )
        return
    if given_back and given_back.is_done:
        mark_paid_back(refund_id=refund.pk, reference=given_back.reference)
    elif given_back:
        record_on_its_way(refund.pk, reference=given_back.reference)


@retry_on_conflict
@transaction.atomic(durable=True)
def mark_paid_back(*, refund_id: int, reference: str | None = None) -> bool:
    """The money has gone back; False if that was known."""
    return record_paid_back(refund_id, reference=reference)


@retry_on_conflict
@transaction.atomic(durable=True)
def mark_refund_failed(*, refund_id: int, problem: str, reference: str | None = None, tries: int = 1) -> bool:
    """The gateway refused, at this try; staff are to see to it. False if that was known, or there is a later try."""
    return record_refund_failed(refund_id, problem=problem, reference=reference, tries=tries)


@retry_on_conflict
@transaction.atomic(durable=True)
def mark_given_by_hand(*, refund_id: int, actor: AbstractBaseUser | None) -> bool:
    """Staff have given the money back themselves, at the till or by a transfer, also after the gateway failed to;
    False if it has gone back, or may be on its way through the gateway."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    order = locked(refund.payment.order_id)
    refund.refresh_from_db(fields=["status"])
    if not may_be_given_by_hand(refund):
        return False
    owed = Refund.objects.filter(pk=refund_id, status=refund.status)
    if not owed.update(status=Status.DONE, by_hand=True, problem="", done_at=timezone.now()):
        return False
    mail_refunded(refund)
    note_event(order, OrderEvent.What.NOTE, actor=actor, note=_("%(sum)s given back by hand") % _sum(refund))
    return True


@retry_on_conflict
@transaction.atomic(durable=True)
def try_again(*, refund_id: int) -> bool:
    """Have the gateway asked once more, after it refused as after it gave no answer; False if the money has gone back.

    What failed for good is tried under a new name, or the provider would repeat its refusal; what is due keeps its own,
    for the first try may have been heard.
    """
    failed = Refund.objects.filter(pk=refund_id, status=Status.FAILED)
    failed.update(status=Status.DUE, tries=F("tries") + 1, reference=None, problem="")
    if not Refund.objects.filter(pk=refund_id, status=Status.DUE).exists():
        return False
    enqueue(pay_back, refund_id)
    return True


# The same inside the caller's transaction, which holds the order's row: what a provider's event tells.


def record_on_its_way(refund_id: int, *, reference: str) -> bool:
    """The gateway has begun to give the money back, under this reference; False if one was known."""
    begun = Refund.objects.filter(pk=refund_id, status=Status.DUE, reference=None)
    return bool(begun.update(reference=reference))


def record_paid_back(refund_id: int, *, reference: str | None = None) -> bool:
    """The money has gone back, also where it was thought that it had not; False if that was known, or is said of the
    very try that has failed since."""
    owed = Q(status=Status.DUE)
    if reference:
        owed |= Q(status=Status.FAILED) & (Q(reference=None) | ~Q(reference=reference))
    named = {"reference": reference} if reference else {}
    done = {"status": Status.DONE, "done_at": timezone.now(), "problem": "", **named}
    if not Refund.objects.filter(owed, pk=refund_id).update(**done):
        return False
    mail_refunded(Refund.objects.select_related("payment__order").get(pk=refund_id))
    return True


def record_refund_failed(
    refund_id: int, *, problem: str, reference: str | None = None, tries: int = 1
) -> bool:
    """The money has not gone back, also where it was thought that it had. False if that was known, or is said of an
    earlier try: one with another reference, or of another number where the try that counts has no reference yet.

    A provider says so more than once, maybe after people have given the money: then nothing is owed any more.
    It stays booked, for it is owed: staff try again, or give it back by hand.
    """
    begun = Q(status=Status.DUE, tries=tries)
    if reference:
        begun &= Q(reference=None)
        begun |= Q(status__in=[Status.DUE, Status.DONE], by_hand=False, reference=reference)
    named = {"reference": reference} if reference else {}
    failed = {"status": Status.FAILED, "problem": problem[:200], "done_at": None, **named}
    if not Refund.objects.filter(begun, pk=refund_id).update(**failed):
        return False
    Payment.objects.filter(refunds=refund_id).update(needs_attention=True)
    return True


def _sum(refund: Refund) -> dict[str, str]:
    return {"sum": written(refund.amount, refund.payment.currency)}
