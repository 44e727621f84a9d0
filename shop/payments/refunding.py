"""Money goes back."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders.models import Order
from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .gateways import KNOWN
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
    """Give a due refund back through its gateway; where people must do it, it stays due. A task."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.status == Refund.Status.DUE:
        gateway = KNOWN.get(refund.payment.gateway)
        reference = gateway.pay_back(refund) if gateway else None
        if reference is not None:
            mark_paid_back(refund_id=refund.pk, reference=reference)


@retry_on_conflict
@transaction.atomic(durable=True)
def mark_paid_back(*, refund_id: int, reference: str | None = None) -> bool:
    """The money has gone back; False if that was known."""
    due = Refund.objects.filter(pk=refund_id, status=Refund.Status.DUE)
    return bool(due.update(status=Refund.Status.DONE, reference=reference, done_at=timezone.now()))
