"""What payments tell of a person. They name nobody, so nothing of them is erased."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _

from shop.personal_data import NotErasable

from .models import Payment, Refund


def payments_of(user: AbstractBaseUser) -> list[dict[str, Any]]:
    """The payments for a customer's orders and what was given back, oldest first; times in UTC, money as text."""
    payments = Payment.objects.filter(order__customer=user.pk).order_by("started_at", "pk")
    refunds: dict[int, list[dict[str, Any]]] = {}
    for refund in Refund.objects.filter(payment__order__customer=user.pk).order_by("created_at", "pk"):
        refunds.setdefault(refund.payment_id, []).append(
            {"amount": refund.amount, "status": refund.status, "reason": refund.reason}
            | {"at": refund.created_at, "done_at": refund.done_at}
        )
    return [
        {"order": payment.order.number, "gateway": payment.gateway, "reference": payment.reference}
        | {"amount": payment.amount, "currency": payment.currency, "status": payment.status}
        | {"started_at": payment.started_at, "settled_at": payment.settled_at}
        | {"refunds": refunds.get(payment.pk, [])}
        for payment in payments.select_related("order")
    ]


def refuse_while_refund_due(user: AbstractBaseUser) -> None:
    """Raise NotErasable while money is owed to the customer, on its way or come back: afterwards nobody knows to whom
    it goes."""
    owed = Refund.objects.filter(payment__order__customer=user.pk).exclude(status=Refund.Status.DONE)
    if owed.exists():
        raise NotErasable(_("We still have money to give back to you. Come back when you have it."))
