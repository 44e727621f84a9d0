"""A guest who logs in keeps what is in the cart; and its owner may know what is in it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from shop.personal_data import data_asked_for

from .baskets import SESSION_KEY, guest_cart_id, merge_carts
from .models import CartLine


@receiver(user_logged_in, dispatch_uid="shop.merge_carts")
def bring_cart_along(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Merge the session's cart into the customer's own."""
    cart_id = guest_cart_id(request) if request is not None else None
    if request is not None and cart_id:
        del request.session[SESSION_KEY]
        merge_carts(guest_cart_id=cart_id, user_id=user.pk)


@receiver(data_asked_for, dispatch_uid="shop.cart_data")
def tell_cart(sender: Any, user: Any, **kwargs: Any) -> dict[str, Any]:
    """The cart goes with the account; before, its owner may know what is in it."""
    lines = CartLine.objects.filter(cart__user=user).order_by("pk")
    return {"cart": list(lines.values("book__isbn", "book__title", "quantity", "unit_price"))}
