"""What every page's header and footer need."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shop.addresses import shop_address_lines
from shop.cart.baskets import count_copies


def shop(request: HttpRequest) -> dict[str, Any]:
    """The shop's name and how to reach it, and the number of copies in the visitor's cart (asked only if shown)."""
    return {
        "shop_name": settings.SHOP_NAME,
        "shop_email": settings.SHOP_EMAIL,
        "shop_telephone": settings.SHOP_TELEPHONE,
        "shop_address": ", ".join(shop_address_lines()),
        "shop_hours": settings.SHOP_OPENING_HOURS,
        "cart_count": SimpleLazyObject(lambda: count_copies(request)),
    }
