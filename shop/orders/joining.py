"""What somebody ordered as a guest joins the account that has the same e-mail address, once that is confirmed."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from .access import WITH_A_PAGE
from .models import Order, OrderEvent


@transaction.atomic
def join_guest_orders(*, user_id: int) -> int:
    """Make the guest orders with a user's confirmed e-mail address the user's own, and say how many there were.

    Each is joined once, whoever else tries. From then on its link asks to log in, as for any of a customer's orders.
    """
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None or not _guest_orders(user.email):
        return 0
    # Locked, so that an account which is erased, or takes another address, at this moment is given nothing.
    user = get_user_model().objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None or not _is_confirmed(user_id, user.email):
        return 0
    joined = [
        order
        for order in _guest_orders(user.email)
        if Order.objects.filter(pk=order.pk, customer=None).update(customer=user)
    ]
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order=order, what=OrderEvent.What.NOTE, actor=user, note=_("Joined the customer's account")
        )
        for order in joined
    )
    return len(joined)


def _guest_orders(email: str) -> list[Order]:
    """Orders that have a page, with this very address: to MariaDB's collation, é is e."""
    found = Order.objects.filter(email=email, customer=None, channel__in=WITH_A_PAGE).order_by("pk")
    return [order for order in found.only("email", "status") if order.email == email]


def _is_confirmed(user_id: int, email: str) -> bool:
    addresses = EmailAddress.objects.filter(user=user_id, verified=True).values_list("email", flat=True)
    return email in addresses
