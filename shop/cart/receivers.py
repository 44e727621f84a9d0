"""A guest who logs in keeps what is in the cart."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from .baskets import SESSION_KEY, guest_cart_id, merge_carts


@receiver(user_logged_in, dispatch_uid="shop.merge_carts")
def bring_cart_along(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Merge the session's cart into the customer's own."""
    cart_id = guest_cart_id(request) if request is not None else None
    if request is not None and cart_id:
        del request.session[SESSION_KEY]
        merge_carts(guest_cart_id=cart_id, user_id=user.pk)
