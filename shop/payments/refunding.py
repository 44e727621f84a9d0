"""Money goes back."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders.models import Order
from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .gateways import KNOWN
from .gateways.base import RefundRefused
from .models import Payment, Refund


def why_not(order: Order) -> str:
    """Why money for this order cannot be kept."""
    return _("The order is %(status)s.") % {"status": order.get_status_display().lower()}


def owe_refund(payment: Payment, *, reason: str) -> None:
    """Note that a whole payment must go back, once, and have its gateway do so after the commit.

    A payment of nothing, for books that cost nothing, leaves nothing to give back.
    """
    if not payment.amount:
        return
    left = Payment.objects.filter(pk=payment.pk, refunded=0)  # one UPDATE decides who of two gives back
    if left.update(refunded=F("amount")):
        refund = Refund.objects.create(payment=payment, amount=payment.amount, reason=reason[:200])
        enqueue(pay_back, refund.pk)


def pay_back(refund_id: int) -> None:
    """Give a due refund back through its gateway; where people must do it, it stays due. A task, which may be done
    again. Raises ProviderAway."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    gateway = KNOWN.get(refund.payment.gateway)
    if gateway is None or refund.status != Refund.Status.DUE:
        return
    try:
        given_back = gateway.pay_back(refund)
    except RefundRefused as refused:
        mark_refund_failed(refund_id=refund.pk, problem=str(refused))
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
def mark_refund_failed(*, refund_id: int, problem: str) -> bool:
    """The money has not gone back, and staff are to see to it; False if that was known."""
    return record_refund_failed(refund_id, problem=problem)


# The same inside the caller's transaction, which holds the order's row: what a provider's event tells.


def record_on_its_way(refund_id: int, *, reference: str) -> None:
    """The gateway has begun to give the money back, under this reference."""
    Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE).update(reference=reference)


def record_paid_back(refund_id: int, *, reference: str | None = None) -> bool:
    """The money has gone back; False if that was known."""
    due = Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE)
    return bool(due.update(status=Refund.Status.DONE, reference=reference, done_at=timezone.now()))


def record_refund_failed(refund_id: int, *, problem: str) -> bool:
    """The money has not gone back, also where that was thought: it is there to be given back another time."""
    begun = Refund.objects.filter(pk=refund_id).exclude(status=Refund.Status.FAILED)
    if not begun.update(status=Refund.Status.FAILED, problem=problem[:200], done_at=None):
        return False
    refund = Refund.objects.get(pk=refund_id)
    Payment.objects.filter(pk=refund.payment_id).update(
        refunded=F("refunded") - refund.amount, needs_attention=True
    )
    return True


def take_over_refund(
    payment: Payment, *, reference: str, amount: Decimal, reason: str, is_done: bool = True
) -> Refund | None:
    """A refund that was begun at the provider, by the provider's reference; the known one if there is one.

    None if it is more than is left of the payment: then something is wrong, and staff have to look.
    """
    known = Refund.objects.filter(reference=reference).first()
    if known:
        return known
    left = Payment.objects.filter(pk=payment.pk, refunded__lte=F("amount") - amount)
    if not left.update(refunded=F("refunded") + amount):
        return None
    return Refund.objects.create(
        payment=payment,
        amount=amount,
        reason=reason[:200],
        reference=reference,
        origin=Refund.Origin.PROVIDER,
        status=Refund.Status.DONE if is_done else Refund.Status.DUE,
        done_at=timezone.now() if is_done else None,
    )
