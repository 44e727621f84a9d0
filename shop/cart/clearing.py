"""Carts that their visitors have left behind."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shop.transactions import retry_on_conflict

from .models import Cart

AT_ONCE = 1000  # carts deleted in one transaction


def clear_guests_carts() -> int:
    """Delete the guests' carts untouched for as long as a session lasts, and say how many there were.

    Nobody can come back to them. Customers' own carts wait for their customers.
    """
    count = 0
    while cleared := _clear_some():
        count += cleared
    return count


@retry_on_conflict
@transaction.atomic(durable=True)
def _clear_some() -> int:
    session_ago = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    # Locked, so that a guest who does come back at this moment is either seen here or told there.
    stale = Cart.objects.select_for_update().filter(user=None, updated_at__lt=session_ago)
    pks = list(stale.values_list("pk", flat=True)[:AT_ONCE])
    Cart.objects.filter(pk__in=pks).delete()
    return len(pks)
