"""The only code that talks to payment providers. Which gateways there are is said in settings."""

from collections.abc import Mapping

from django.conf import settings

from shop.orders.models import Order

from ..external import GATEWAY as EXTERNAL
from ..models import Payment
from .base import Gateway, Provider
from .collection import PayOnCollection
from .stripe import StripeCheckout
from .test_card import TestCard

_PROVIDERS: tuple[Provider, ...] = (StripeCheckout(),)
_GATEWAYS: tuple[Gateway, ...] = (*_PROVIDERS, TestCard(), PayOnCollection())
KNOWN: Mapping[str, Gateway] = {gateway.code: gateway for gateway in _GATEWAYS}
# Those that have a page of their own. Payments begun there are seen through even where settings name them no more.
PROVIDERS: Mapping[str, Provider] = {provider.code: provider for provider in _PROVIDERS}


def enabled() -> list[Gateway]:
    """The gateways that this shop uses, in the order that settings name them."""
    return [KNOWN[code] for code in settings.PAYMENT_GATEWAYS]


def offered_for(order: Order) -> list[Gateway]:
    """The ways in which this order can be paid."""
    return [gateway for gateway in enabled() if gateway.takes(order)]


def name_of(payment: Payment) -> str:
    """How people call the gateway of a payment; also of one that is no longer, or never was, enabled here."""
    if payment.gateway == EXTERNAL:
        return str(Order.Channel.EXTERNAL.label)
    gateway = KNOWN.get(payment.gateway)
    return str(gateway.name) if gateway else payment.gateway
