"""What Stripe's objects, as it writes them in answers and events alike, mean for the shop."""

from typing import Any

from django.utils.translation import gettext

from ..models import Payment, Refund
from .base import Accepted, Declined, Elsewhere, Outcome, RefundThere, UnderWay
from .minor_units import from_minor_units

LONGEST_NAME = Payment._meta.get_field("reference").max_length or 0


def name_of(name: Any) -> str:
    """Stripe's own name for something. Raises ValueError for what is none."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise ValueError("Not a name of Stripe's")
    return name


def number_in(text: Any) -> int | None:
    """A whole number of the shop's own, as it comes back in metadata, which hold texts."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 19 else None


def outcome_of(session: dict[str, Any]) -> Outcome:
    """What a Checkout Session, as Stripe writes it, means for the payment. A delayed payment that failed is known by
    its PaymentIntent, if the session comes with it."""
    intent = session.get("payment_intent")
    name, state = (intent["id"], intent["status"]) if isinstance(intent, dict) else (intent, "processing")
    if session["payment_status"] in ("paid", "no_payment_required"):
        currency = session["currency"].upper()
        return Accepted(
            name_of(name or session["id"]), from_minor_units(session["amount_total"], currency), currency
        )
    if session["status"] == "open":
        return Elsewhere(session["url"], session=session["id"])
    if session["status"] == "expired":
        return Declined(gettext("The payment page was closed before anything was paid."))
    if state in ("requires_payment_method", "canceled"):
        return Declined(gettext("The bank did not make the payment."), was_under_way=True)
    return UnderWay()


def refund_of(refund: dict[str, Any]) -> RefundThere:
    """A Refund as Stripe writes it. Raises ValueError and the like for what is none."""
    if not isinstance(refund["amount"], int) or refund["amount"] < 1:
        raise ValueError("No sum to give back")
    currency = refund["currency"].upper()
    metadata = refund.get("metadata") or {}
    return RefundThere(
        reference=name_of(refund["id"]),
        amount=from_minor_units(refund["amount"], currency),
        currency=currency,
        status={
            "succeeded": Refund.Status.DONE,
            "failed": Refund.Status.FAILED,
            "canceled": Refund.Status.FAILED,
        }.get(refund.get("status") or "", Refund.Status.DUE),
        reason=str(refund.get("failure_reason") or refund.get("reason") or "").replace("_", " "),
        ours=number_in(metadata.get("refund")),
        tries=number_in(metadata.get("try")) or 1,
    )
