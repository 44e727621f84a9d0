"""What payments do when an order ends, or some of it does."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver

from shop.orders.models import Order
from shop.personal_data import data_asked_for, erasure_asked_for
from shop.signals import copies_called_off, order_cancelled, order_placed

from .gateways import PROVIDERS, PayOnCollection
from .models import Payment
from .personal_data import payments_of, refuse_while_refund_due
from .refunding import owe_called_off, owe_rest, why_not
from .settling import close_pages


@receiver(order_placed, dispatch_uid="shop.phone_order_at_the_till")
def let_staff_take_payment(sender: Any, order: Order, **kwargs: Any) -> None:
    """What was ordered by telephone may be paid in the shop, whether it is collected or not: staff take it there. Not
    so for one that is taken up again, because it was paid late."""
    if order.channel == Order.Channel.PHONE and not order.payments.exists():
        Payment.objects.create(
            order=order, gateway=PayOnCollection.code, amount=order.total, currency=order.currency
        )


@receiver(order_cancelled, dispatch_uid="shop.refund_cancelled_order")
def refund_cancelled_order(sender: Any, order: Order, **kwargs: Any) -> None:
    """What was paid for a cancelled order goes back; what was only begun has failed, at a provider once its page is
    closed: until then somebody may pay there."""
    for payment in order.payments.filter(status=Payment.Status.SUCCEEDED).select_related("order"):
        owe_rest(payment, reason=why_not(order))
    close_pages(order)
    begun = order.payments.filter(status=Payment.Status.STARTED).exclude(gateway__in=PROVIDERS)
    begun.update(status=Payment.Status.FAILED, problem=why_not(order))


@receiver(copies_called_off, dispatch_uid="shop.refund_called_off")
def refund_called_off(
    sender: Any,
    order: Order,
    copies: Mapping[int, int],
    written_off: Mapping[int, int],
    actor: AbstractBaseUser | None,
    owes_refund: bool = False,
    **kwargs: Any,
) -> None:
    """What was paid for copies that will not be sent goes back, unless somebody else sees to that."""
    if owes_refund:
        owe_called_off(order, copies, written_off=written_off, actor=actor)


@receiver(data_asked_for, dispatch_uid="shop.payments_data")
def tell_payments(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> dict[str, Any]:
    return {"payments": payments_of(user)}


@receiver(erasure_asked_for, dispatch_uid="shop.refunds_open")
def see_refunds_through(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    refuse_while_refund_due(user)
