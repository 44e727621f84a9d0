"""Stripe's events: whether one is genuine, and what it tells.

https://docs.stripe.com/webhooks (signatures, order of delivery), https://docs.stripe.com/api/events/types
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from .base import Declined
from .news import About, Flagged, News, Refunded, Remark, Says, Unusable
from .stripe_objects import name_of, number_in, outcome_of, refund_of

logger = logging.getLogger(__name__)

OLDEST = 300  # seconds since it was signed; what is sent again is signed anew

# What an event tells of a person is not the shop's to keep, nor are links that let in whoever has them.
PERSONAL = frozenset(
    {
        *("billing_details", "collected_information", "custom_fields", "customer_details", "customer_email"),
        *("payment_method_details", "receipt_email", "shipping", "shipping_details", "last_payment_error"),
        *("evidence", "client_secret", "receipt_url", "success_url", "cancel_url", "url", "source"),
        *("address", "email", "name", "phone"),
    }
)


class Forged(Exception):
    """Not from Stripe, or so old that anybody may have kept and sent it."""


def read_event(body: bytes, signature: str) -> News:
    """The event that a request brings, once its signature is checked. Raises Forged, and ValueError for a genuine
    request that holds no event.

    While a secret is being replaced, Stripe signs with the old one and the new one: settings may name both.
    """
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body, signature, secret, OLDEST)
            break
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as refused:
            problem = getattr(refused, "user_message", None) or "Its bytes are no text."
    else:
        raise Forged(problem if settings.STRIPE_WEBHOOK_SECRETS else "There is no secret to check it with.")
    try:
        event = json.loads(body, parse_constant=_no_number)
        json.dumps(event, ensure_ascii=False).encode()  # what no database would take is no event either
        return news_of(event)
    except RecursionError as deep:
        raise ValueError("Deeper than any event") from deep


def _no_number(written: str) -> Any:
    raise ValueError(f"{written} is no number")


def news_of(event: Any) -> News:
    """An event as Stripe writes it, in the shop's words. Raises ValueError if it is none."""
    if not isinstance(event, dict) or not isinstance(event.get("id"), str) or len(event["id"]) > 100:
        raise ValueError("Not an event")
    kind = str(event.get("type", ""))[:100]
    about, says = About(), None
    try:
        told = event["data"]["object"]
        about, says = _about(told), _SAYS[kind](told) if kind in _SAYS else None
        if says and event.get("livemode") is not _is_live():
            says = Unusable(_("It is of Stripe's other mode, live or test, than this shop's key."))
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        logger.exception("Stripe's event %s cannot be read", event["id"])
        says = Unusable(_("It is not as events of its kind are."))
    return News(
        provider="stripe",
        event_id=event["id"],
        kind=kind,
        made_at=_moment(event.get("created")),
        payload=_without_people(event),
        about=about,
        says=says,
    )


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ArithmeticError, OSError, TypeError, ValueError):
        return None


def _about(told: Mapping[str, Any]) -> About:
    """The metadata are the shop's own, as `start` gave them. A refund or a dispute begun at Stripe has none."""
    metadata = told.get("metadata") or {}
    kind, name = told.get("object"), told.get("id")
    intent = name if kind == "payment_intent" else told.get("payment_intent")
    if isinstance(intent, dict):
        intent = intent.get("id")
    return About(
        payment_id=number_in(metadata.get("payment")),
        order_number=str(metadata.get("order", "")),
        session=name_of(name) if kind == "checkout.session" else "",
        reference=name_of(intent) if intent else "",
    )


def _failed_later(session: dict[str, Any]) -> Says:
    return Declined(_("The bank did not make the payment."), was_under_way=True)


def _disputed(dispute: dict[str, Any]) -> Says:
    reason = str(dispute.get("reason", "")).replace("_", " ")
    return Flagged(_("The customer disputes the payment (%s): answer in Stripe's dashboard.") % reason)


def _one_try_failed(intent: dict[str, Any]) -> Says:
    error = intent.get("last_payment_error")  # of an event that is looked at again, not kept
    problem = error.get("code", "") if isinstance(error, dict) else ""
    return Remark(_("A card was declined (%s); the customer can try another one.") % problem)


_SAYS: dict[str, Callable[[dict[str, Any]], Says]] = {
    "checkout.session.completed": outcome_of,
    "checkout.session.async_payment_succeeded": outcome_of,
    "checkout.session.async_payment_failed": _failed_later,
    "checkout.session.expired": outcome_of,
    "payment_intent.payment_failed": _one_try_failed,
    "refund.created": refund_of,
    "refund.updated": refund_of,
    "refund.failed": refund_of,
    "charge.refund.updated": refund_of,
    "charge.refunded": lambda charge: Refunded(),
    "charge.dispute.created": _disputed,
}


def _is_live() -> bool:
    """Whether this shop takes real money: its key says so."""
    return not settings.STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_"))


def _without_people(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "…" if key in PERSONAL and part else _without_people(part) for key, part in value.items()
        }
    if isinstance(value, list):
        return [_without_people(part) for part in value]
    return value
